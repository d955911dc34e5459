// In the place of `xml-js` for `feed` (see wrangler.toml), which only writes XML: without the half that reads it.
module.exports = { js2xml: require("../../node_modules/xml-js/lib/js2xml.js") };
