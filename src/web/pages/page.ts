import { sha256 } from "../../platform/sha256.ts";
import { acceptsGzip, compressedResponse } from "../http/compression.ts";
import { isNotModified, weakEtag } from "../http/conditional.ts";
import { keyInAddress } from "../links.ts";
import { SCRIPT } from "./script.ts";
import { STYLE } from "./style.ts";

/** The response with a page. Its Content-Security-Policy allows only the bridge's own style and script. */
export async function pageResponse(
  request: Request,
  page: { toString(): string | Promise<string> },
  { status = 200, headers = {} }: { status?: number; headers?: Record<string, string> } = {},
): Promise<Response> {
  const html = `<!DOCTYPE html>${await page.toString()}`;
  // No ETag is made from links with a key: it is seen by others, and a short hash of a key can be reversed.
  const etag = status === 200 && !keyInAddress(new URL(request.url)) ? weakEtag(html) : undefined;
  const all = await pageHeaders(status, { ...(etag && { etag }), ...headers });
  if (etag && isNotModified(request.headers, { etag })) {
    all.delete("content-type");
    return new Response(null, { status: 304, headers: all });
  }
  return compressedResponse(request, html, all, status);
}

/** The response to HEAD for a page that is expensive: without the ETag, which needs the rendered page. */
export async function pageHead(request: Request, headers: Record<string, string>): Promise<Response> {
  const encoding = acceptsGzip(request) && { "content-encoding": "gzip" };
  return new Response(null, { headers: await pageHeaders(200, { ...encoding, ...headers }) });
}

/** Headers of an address that has a page or something else, as the client asks for it. */
export const NEGOTIATED = { vary: "Accept, Accept-Encoding" };

const pageHeaders = async (status: number, more: Record<string, string>): Promise<Headers> =>
  new Headers({
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": await contentPolicy(),
    "cache-control": status === 200 ? "public, max-age=60" : "no-store",
    vary: "Accept-Encoding",
    ...more,
  });

/** Whether the client wants a page and not data: browsers accept text/html by name. */
export const asksForPage = (request: Request): boolean => /\btext\/html\b/i.test(request.headers.get("accept") ?? "");

let policy: Promise<string> | undefined;

/** The Content-Security-Policy: the style sheet and the script, by their hashes. */
function contentPolicy(): Promise<string> {
  policy ??= Promise.all([STYLE, SCRIPT].map(hashOf)).then(
    ([style, script]) =>
      `default-src 'none'; style-src '${style}'; script-src '${script}'; connect-src 'self'; img-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
  );
  return policy;
}

const hashOf = async (text: string): Promise<string> =>
  `sha256-${btoa(String.fromCharCode(...new Uint8Array(await sha256(text))))}`;
