/**
 * What every answer says that does not say otherwise. Feeds may be read by any page; nothing of them runs or loads
 * anything in a browser that shows them by themselves; nothing here is a frame or a referrer.
 */
export const EVERY_ANSWER: Readonly<Record<string, string>> = {
  "access-control-allow-origin": "*",
  "access-control-expose-headers": "ETag, Last-Modified, Link, Cache-Status, Retry-After",
  "content-security-policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

/** Adds them where they are missing; an answer that has the last has them all, since setting each takes its time. */
export function complete(headers: Headers): void {
  if (headers.has("x-content-type-options")) return;
  for (const [name, value] of Object.entries(EVERY_ANSWER)) if (!headers.has(name)) headers.set(name, value);
}
