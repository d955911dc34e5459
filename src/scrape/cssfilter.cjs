// In the place of `cssfilter` for `xss` (see wrangler.toml), which would allow styles with it, though no element has any.
module.exports = { FilterCSS: function FilterCSS() {}, getDefaultWhiteList: () => ({}) };
