// In the place of packages that others load and never call here (see wrangler.toml): `sax`, with which `xml-js` would
// read XML, though `feed` only writes it; `cssfilter`, with which `xss` would allow styles, though no element has any.
module.exports = { FilterCSS: function FilterCSS() {}, getDefaultWhiteList: () => ({}) };
