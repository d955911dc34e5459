// For `htmlparser2`. The table of HTML's entities takes a millisecond to decode, so the package is loaded with the first
// page that is parsed. No page is read as XML.
export const DecodingMode = { Legacy: 0, Strict: 1, Attribute: 2 };
export const fromCodePoint = String.fromCodePoint;
export const htmlDecodeTree = undefined;
export const xmlDecodeTree = undefined;

export function EntityDecoder(_, ...callbacks) {
  const entities = require("../../node_modules/entities/dist/esm/decode.js");
  return new entities.EntityDecoder(entities.htmlDecodeTree, ...callbacks);
}
