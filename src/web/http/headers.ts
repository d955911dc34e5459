/**
 * What every answer says that does not say otherwise. Feeds may be read by any page; nothing of them runs or loads
 * anything in a browser that shows them by themselves; nothing here is a frame or a referrer.
 */
export const DEFAULT_HEADERS: Readonly<Record<string, string>> = {
  "access-control-allow-origin": "*",
  "access-control-expose-headers": "ETag, Last-Modified, Link, Cache-Status, Retry-After",
  "content-security-policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

/** Adds them where they are missing; an answer that has the last has them all, since setting each takes its time. */
export function addDefaultHeaders(headers: Headers): void {
  if (headers.has("x-content-type-options")) return;
  for (const [name, value] of Object.entries(DEFAULT_HEADERS)) if (!headers.has(name)) headers.set(name, value);
}

export interface HeaderLink {
  rel: string;
  href: string;
  type: string;
}

/** Bytes of a Link header: Node's and Python's clients refuse more than 8 to 16 KB of headers in all. */
const MAX_LINK_BYTES = 4000;
/** A client that pages needs these most; the document has all of them anyway. */
const IMPORTANCE = ["self", "next", "alternate", "prev-archive", "next-archive", "current"];

/** The Link header (RFC 8288): the most important links, as many as are not too long; undefined where none is. */
export function linkHeader(links: readonly HeaderLink[]): string | undefined {
  let header = "";
  const ordered = [...links].sort((a, b) => IMPORTANCE.indexOf(a.rel) - IMPORTANCE.indexOf(b.rel));
  for (const { rel, href, type } of ordered) {
    const link = `${header && ", "}<${href}>; rel="${rel}"; type="${type}"`;
    // Addresses are ASCII: a character is a byte.
    if (header.length + link.length <= MAX_LINK_BYTES) header += link;
  }
  return header || undefined;
}
