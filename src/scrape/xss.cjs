// In the place of `xss` (see wrangler.toml): loads it when the first text is sanitized.
module.exports = (html, options) => require("../../node_modules/xss/lib/index.js")(html, options);
