import { FORMATS, isFormat } from "../feeds/document.ts";
import { renderOpml } from "../feeds/opml.ts";
import { parseQuery } from "../query/query.ts";
import { type AppContext, baseOf, ownParameter } from "./context.ts";
import { conditionalResponse, weakEtag } from "./http/conditional.ts";
import { badParameter, wrongParameter } from "./http/problem.ts";
import { type Base, feedUrl, pageUrl } from "./links.ts";
import { siteNames, sitesOf } from "./site-names.ts";

/** All sources as a subscription list. Every address in it keeps the query. */
export async function serveOpml(c: AppContext): Promise<Response> {
  const bridge = c.get("bridge");
  const base = baseOf(c);
  const query = new URL(c.req.url).searchParams;
  const format = (ownParameter(c, "format") || "rss").toLowerCase();
  query.delete("format");
  if (!isFormat(format)) throw wrongParameter("format", FORMATS.join(", "));
  const parsed = await parseQuery(query, Date.now());
  if ("error" in parsed) throw badParameter(parsed.error);
  const { canonical } = parsed.query;
  const opml = (base: Base) =>
    renderOpml(
      siteNames(sitesOf(bridge.sources)),
      bridge.sources.map(({ id, name, language }) => ({
        title: name,
        feed: feedUrl(base, { name: id, format, query: canonical }),
        page: pageUrl(base, id, "newest", canonical),
        language,
        format,
      })),
    );
  const etag = weakEtag(opml({ url: base.url }));
  const headers = { "cache-control": "public, max-age=3600" };
  const document = { etag, lastModified: bridge.setAt, contentType: "text/x-opml; charset=utf-8", headers };
  return conditionalResponse(c.req.raw, document, () => opml(base));
}
