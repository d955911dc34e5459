import type { Context } from "hono";
import { type Format, MEDIA_TYPES } from "../feeds/document.ts";
import { renderOpml } from "../feeds/opml.ts";
import { canonicalQuery, parseParameters } from "../query/parameters.ts";
import type { Settings } from "../settings.ts";
import { acceptsGzip, gzip } from "./http/compression.ts";
import { fingerprint, isNotModified } from "./http/conditional.ts";
import { badParameter, type Problem } from "./http/problem.ts";
import { type Base, feedUrl } from "./links.ts";

/** Every source, for a reader's import; the query is kept in every address. */
export async function serveOpml(c: Context, settings: Settings, base: Base): Promise<Response | Problem> {
  const query = new URL(c.req.url).searchParams;
  const format = (query.get("format") || "rss").toLowerCase();
  query.delete("format");
  if (!isFormat(format)) {
    const accepts = Object.keys(MEDIA_TYPES).join(", ");
    return badParameter({ parameter: "format", detail: `format takes ${accepts}`, accepts });
  }
  const parsed = parseParameters(query);
  if ("error" in parsed) return badParameter(parsed.error);
  const canonical = canonicalQuery(parsed.values).toString();
  const opml = (base: Base) =>
    renderOpml(
      "KCNA Watch",
      settings.sources.map(({ id, name, language }) => ({
        title: name,
        feed: feedUrl(base, id, "newest", format, canonical),
        page: feedUrl(base, id, "newest", undefined, canonical),
        language,
        format,
      })),
    );
  // A tag gets about, and this one is short work to turn back: it is made of the list without the key.
  const etag = `W/"${fingerprint(opml({ url: base.url }))}"`;
  const lastModified = settings.setAt;
  const headers = new Headers({
    etag,
    "last-modified": new Date(lastModified).toUTCString(),
    "cache-control": "public, max-age=3600",
    vary: "Accept-Encoding",
  });
  if (isNotModified(c.req.raw.headers, { etag, lastModified, timeDependent: false }))
    return new Response(null, { status: 304, headers });
  headers.set("content-type", "text/x-opml; charset=utf-8");
  if (!acceptsGzip(c.req.raw)) return new Response(opml(base), { headers });
  headers.set("content-encoding", "gzip");
  return new Response(await gzip(opml(base)), { headers, encodeBody: "manual" });
}

export const isFormat = (text: string | undefined): text is Format =>
  text !== undefined && Object.hasOwn(MEDIA_TYPES, text);
