// Loads the package when the first text is sanitized.
module.exports = (html, options) => require("../../node_modules/xss/lib/index.js")(html, options);
