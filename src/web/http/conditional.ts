import { sha256 } from "../../platform/sha256.ts";
import { fingerprint } from "../../scrape/fingerprint.ts";
import { compressedResponse } from "./compression.ts";

/** Validators and conditional requests (RFC 9110, sections 8.8 and 13). */

export interface Validators {
  /** A weak entity tag with its marks: `W/"…"`. */
  etag: string;
  /** Milliseconds, whole seconds; absent if only the ETag tells whether the client has the representation. */
  lastModified?: number;
  /** Whether the response depends on the current time: then only the ETag is compared, not the date. */
  timeDependent?: boolean;
}

/** Whether the client has the current representation, so that the response is 304. */
export function isNotModified(headers: Headers, { etag, lastModified, timeDependent }: Validators): boolean {
  const ifNoneMatch = headers.get("if-none-match");
  // If-None-Match has precedence; the date is then ignored (section 13.1.3).
  if (ifNoneMatch !== null) return matchesTag(ifNoneMatch, etag);
  const since = headers.get("if-modified-since");
  if (since === null || timeDependent || lastModified === undefined) return false;
  // While its date is in the future, the representation may change without another date (section 8.8.2.1).
  return lastModified <= Math.min(parseHttpDate(since), Date.now());
}

/** The value of `Last-Modified`: never later than now, also if a clock that was ahead has dated the change. */
export const lastModifiedDate = (lastModified: number): string =>
  new Date(Math.min(lastModified, Date.now())).toUTCString();

/** Weak comparison (section 8.8.3.2) with a list of tags or `*`. */
function matchesTag(field: string, etag: string): boolean {
  if (field === etag || field === "*") return true;
  const opaque = etag.replace(/^W\//, "");
  // Proxies add a suffix to the ETag of what they compress (`"…-gzip"`, `"…;br"`) and send it to the origin.
  return (field.match(/(?:W\/)?"[^"]*"/g) ?? []).some((tag) => {
    const other = tag.replace(/^W\//, "");
    return other.replace(/[-;](?:gzip|br|zstd|deflate)"$/, '"') === opaque;
  });
}

/** Milliseconds of one of the three date forms (section 5.6.7); NaN for anything else. */
function parseHttpDate(text: string): number {
  const form =
    /^(?:\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT|\w+day, \d\d-\w{3}-\d\d \d\d:\d\d:\d\d GMT|\w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d \d{4})$/;
  if (!form.test(text)) return Number.NaN;
  return Date.parse(/GMT$/.test(text) ? text : `${text} GMT`);
}

/** The ETag of a representation, from a text that differs whenever its bytes do. Weak: compression may come between. */
export const weakEtag = (text: string): string => `W/"${fingerprint(text)}"`;

/** The same for the bytes of long texts, where it takes a fraction of the time. */
export async function digestEtag(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const [start] = new BigUint64Array(await sha256(bytes));
  return `W/"${start?.toString(36)}"`;
}

interface Document extends Validators {
  contentType: string;
  headers: Record<string, string>;
}

/** The response with a document: 304 if the client has it already. */
export function conditionalResponse(
  request: Request,
  { etag, lastModified, contentType, headers }: Document,
  body: () => string,
): Response | Promise<Response> {
  const date = lastModified !== undefined && { "last-modified": lastModifiedDate(lastModified) };
  const all = new Headers({ etag, ...date, vary: "Accept-Encoding", ...headers });
  if (isNotModified(request.headers, { etag, lastModified })) return new Response(null, { status: 304, headers: all });
  all.set("content-type", contentType);
  return compressedResponse(request, body(), all);
}
