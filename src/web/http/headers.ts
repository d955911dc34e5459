/**
 * Headers of every response that does not set them itself. Any page may read the feeds (CORS). A browser that shows a
 * feed runs and loads nothing. Nothing is framed, and no referrer is sent.
 */
export const DEFAULT_HEADERS: Readonly<Record<string, string>> = {
  "access-control-allow-origin": "*",
  "access-control-expose-headers":
    "ETag, Last-Modified, Link, Cache-Control, Cache-Status, Retry-After, Allow, Memento-Datetime",
  "content-security-policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

/** Adds the headers that are missing. A response with the last one has all: setting each one costs time. */
export function addDefaultHeaders(headers: Headers): void {
  if (headers.has("x-content-type-options")) return;
  for (const [name, value] of Object.entries(DEFAULT_HEADERS)) if (!headers.has(name)) headers.set(name, value);
}

/** Bytes of a Link header, at most: clients in Node and Python refuse more than 8 to 16 KB of headers in total. */
const MAX_LINK_BYTES = 4000;
/** The links that a client needs to follow pages come first. The document has all links. */
const IMPORTANCE = ["self", "hub", "next", "alternate", "prev-archive", "next-archive", "current"];

/** The Link header (RFC 8288): the most important links that fit; empty if none does. */
export function linkHeader(links: readonly { rel: string; href: string; type?: string }[]): string {
  let header = "";
  const ordered = [...links].sort((a, b) => IMPORTANCE.indexOf(a.rel) - IMPORTANCE.indexOf(b.rel));
  for (const { rel, href, type } of ordered) {
    const link = `${header && ", "}<${href}>; rel="${rel}"${type ? `; type="${type}"` : ""}`;
    // Addresses are ASCII: a character is a byte.
    if (header.length + link.length <= MAX_LINK_BYTES) header += link;
  }
  return header;
}
