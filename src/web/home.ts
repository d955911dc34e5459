import type { Bridge } from "../archive/bridge.ts";
import { type Cached, readCached } from "../archive/cache.ts";
import { ifReachable } from "../archive/client.ts";
import { select } from "../archive/select.ts";
import { mergeSources } from "../query/filter.ts";
import { parseQuery } from "../query/query.ts";
import { DAY, instant } from "../time.ts";
import { type BuilderForm, feedOfForm, parseBuilderForm } from "./builder.ts";
import { type AppContext, baseOf, runAfterResponse } from "./context.ts";
import { feedCacheOf } from "./feed-cache.ts";
import { alternatesOf } from "./feed-page.ts";
import { healthReport } from "./health.ts";
import { type Base, feedUrl, ownUrl, pageUrl } from "./links.ts";
import { articlesByMonth } from "./months.ts";
import { OPENAPI_PATH } from "./openapi/document.ts";
import { Home } from "./pages/home.tsx";
import { pageResponse } from "./pages/page.ts";
import { type Selection, selectSources } from "./sources.ts";

/** The home page. It is made of the snapshots: it needs no archive, and shows what it can if that cannot be reached. */

/** Articles on the home page, and in the builder's preview. */
const NEWEST = 12;
const PREVIEW = 5;

export async function serveHome(c: AppContext): Promise<Response> {
  const bridge = c.get("bridge");
  const base = baseOf(c);
  const now = Date.now();
  const form = parseBuilderForm(new URL(c.req.url).searchParams, bridge);
  const { ids } = selectSources(bridge, "all") as Selection;
  const cached = await readCached(bridge, ids, now, runAfterResponse(c));
  const { id, name } = bridge.defaultSource;
  const service = ownUrl(base, OPENAPI_PATH);
  return pageResponse(
    c.req.raw,
    Home({
      base,
      sources: bridge.sources,
      reports: healthReport(bridge, cached.status, now).sources,
      ...newestOf(bridge, ids, cached, now),
      changes: cached.status.changes,
      alternates: alternatesOf(base, { name: id }, name),
      service,
      form,
      built: await build(bridge, base, form, cached.latest, now),
      isPrivate: bridge.accessKey !== undefined,
      now,
    }),
    { headers: { link: `<${service}>; rel="service-desc"; type="application/json"` } },
  );
}

/** The newest articles of all sources, and how many were published in the last 24 hours. */
function newestOf(bridge: Bridge, ids: readonly string[], { latest }: Pick<Cached, "latest">, now: number) {
  const version = ids.map((id) => latest.get(id)?.seq).join(" ");
  const { home } = feedCacheOf(bridge);
  let known = home.get("", version);
  if (!known) {
    const lists = ids.map((id) => latest.get(id)?.articles ?? []);
    const shown = mergeSources(lists, ids).filter(({ hiddenSince }) => hiddenSince === undefined);
    known = { articles: shown.slice(0, NEWEST), published: shown.map(({ published }) => published) };
    home.set("", version, known);
  }
  const { articles, published } = known;
  const since = instant(now - DAY);
  const isMinimum = [...latest.values()].some(
    ({ articles, months }) =>
      Object.values(months).reduce((sum, count) => sum + count, 0) > articles.length &&
      (articles.at(-1)?.published ?? "") >= since,
  );
  const count = published.filter((at) => at >= since).length;
  return { newest: articles, fresh: { count, isMinimum }, articlesByMonth: articlesByMonth(latest) };
}

async function build(bridge: Bridge, base: Base, form: BuilderForm, latest: Cached["latest"], now: number) {
  const feed = feedOfForm(form, bridge);
  const nothing = { preview: [], more: false, words: [] };
  if ("error" in feed) return { error: feed.error, ...nothing };
  const selection = selectSources(bridge, feed.name);
  const parsed = await parseQuery(new URLSearchParams(feed.query), now);
  if ("error" in selection || "error" in parsed) return { error: "this feed cannot be made", ...nothing };
  const query = { ...parsed.query, limit: PREVIEW, hasLimit: true };
  const address = {
    url: feedUrl(base, { name: selection.name, format: form.format, query: feed.query }),
    page: pageUrl(base, selection.name, "newest", feed.query),
  };
  const asked = { sources: selection.ids, latest, view: "newest", query, now } as const;
  const found = await ifReachable(select(bridge.archive, asked));
  if (!found) return { ...address, ...nothing, isUnavailable: true };
  return { ...address, preview: found.articles, more: found.next !== undefined, words: query.terms };
}
