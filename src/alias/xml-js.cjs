// For `feed`, which only writes XML: without the half that reads it.
module.exports = { js2xml: require("../../node_modules/xml-js/lib/js2xml.js") };
