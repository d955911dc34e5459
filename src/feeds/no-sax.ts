// In the place of the package `sax` (see wrangler.toml), with which `xml-js` would read XML: `feed` only writes it.
export {};
