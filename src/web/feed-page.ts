import type { Bridge } from "../archive/bridge.ts";
import { ifReachable } from "../archive/client.ts";
import type { MonthCount } from "../archive/counts.ts";
import { monthsForPeople } from "../archive/months.ts";
import type { View } from "../archive/search.ts";
import { select } from "../archive/select.ts";
import type { Latest } from "../archive/snapshot.ts";
import { FORMATS } from "../feeds/document.ts";
import { DEFAULT_QUERY } from "../query/query.ts";
import { latestFor } from "../refresh/on-demand.ts";
import type { Source } from "../sites/site.ts";
import { shownChange } from "./change-entry.ts";
import { type AppContext, baseOf, requireQuery, runAfterResponse } from "./context.ts";
import { type Counting, countsFor } from "./counts.ts";
import { feedTitle, linksOf } from "./feed-document.ts";
import { queryWith, typedWords } from "./filters.ts";
import { failingSources, requireArticles } from "./freshness.ts";
import { type Base, type FeedAddress, feedUrl } from "./links.ts";
import { type ArticlesByMonth, articlesByMonth, gapSentences } from "./months.ts";
import { FeedPage } from "./pages/feed.tsx";
import type { Alternate } from "./pages/layout.tsx";
import { NEGOTIATED, pageHead, pageResponse } from "./pages/page.ts";
import type { Selection } from "./sources.ts";

/** The route of a list's page: a feed, a month, a search, changes. */

/** The feeds of a page, for autodiscovery and for subscribing. */
export const alternatesOf = (base: Base, address: FeedAddress, title: string): Alternate[] =>
  FORMATS.map((format) => ({ format, title, href: feedUrl(base, { ...address, format }) }));

/** Articles on a page, if the reader gives no limit, and at most: a page stays small. */
const PAGE_SIZE = 24;
const MAX_PAGE_SIZE = 100;

/** The same query as the feed's, as a page. */
export async function serveFeedPage(c: AppContext, selection: Selection, view: View): Promise<Response> {
  const bridge = c.get("bridge");
  const base = baseOf(c);
  const now = Date.now();
  const asked = await requireQuery(c, now);
  const { hasLimit, limit } = asked;
  const query = { ...asked, limit: hasLimit ? Math.min(limit, MAX_PAGE_SIZE) : PAGE_SIZE, hasLimit: true };
  const latest = await latestFor(bridge, selection.sources, now, runAfterResponse(c));
  requireArticles(selection, view, latest, now);
  if (c.req.method === "HEAD") return pageHead(c.req.raw, NEGOTIATED);
  const [result, counted] = await Promise.all([
    select(bridge.archive, { sources: selection.ids, latest: latest.latest, view, query, now, snippets: true }),
    countMonths(bridge, { selection, view, query, latest, now }),
  ]);
  const title = feedTitle(selection, view, query, typedWords(query.terms));
  const failing = failingSources(selection.sources, latest).map(
    ({ source, detail }) =>
      `${source.name} cannot be read at present: ${detail}. The articles in the archive are shown.`,
  );
  const archived = monthsForPeople(view, latest.latest, now);
  return pageResponse(
    c.req.raw,
    FeedPage({
      base,
      title,
      alternates: alternatesOf(
        base,
        { name: selection.name, view: feedView(view), query: queryWith(query.canonical, "before", "") },
        title,
      ),
      links: linksOf(base, { name: selection.name, view }, query, { ...result, archived }),
      view,
      query,
      result,
      selection,
      sources: bridge.sources,
      failing: [...failing, ...gapSentences(view, selection.sources, latest.status)],
      changes: Object.fromEntries(Object.entries(result.changes ?? {}).map(([key, one]) => [key, shownChange(one)])),
      ...counted,
      languages: languagesOf(selection.sources, latest.latest),
      isPrivate: bridge.accessKey !== undefined,
      now,
    }),
    { headers: NEGOTIATED },
  );
}

/** What a page lists. */
interface List extends Counting {
  view: View;
}

/** The numbers of a page: of the calendar, and of the chart if the query asks for something. */
async function countMonths(
  bridge: Bridge,
  list: List,
): Promise<{ articlesByMonth: ArticlesByMonth; chart: MonthCount[] }> {
  const { view, query, latest } = list;
  const own = articlesByMonth(latest.latest);
  const hasChart = view === "newest" && !query.cursor && (query.terms.length > 0 || query.regexFilters !== undefined);
  if (!hasChart && own.isExact) return { articlesByMonth: own, chart: [] };
  const counts = await ifReachable(countsFor(bridge, hasChart ? list : { ...list, query: DEFAULT_QUERY }));
  if (!counts) return { articlesByMonth: own, chart: [] };
  // The months that the budget did not reach are links as well.
  const ofMonth = ({ month, matches, articles }: MonthCount) => [month, hasChart ? matches : articles] as const;
  const months = new Map([...own.months, ...counts.months.map(ofMonth)]);
  const isExact = counts.next === undefined;
  return { articlesByMonth: { months, isExact }, chart: hasChart ? counts.months : [] };
}

/** Nobody subscribes to a month: it is over. */
const feedView = (view: View): View => (typeof view === "object" ? "newest" : view);

/** Languages of the sources, and of the newest articles of those that mix several. */
function languagesOf(sources: readonly Source[], latest: ReadonlyMap<string, Latest>): string[] {
  const tags = sources.flatMap(({ id, language }) =>
    language === "mul" ? (latest.get(id)?.articles ?? []).map((article) => article.language) : language,
  );
  return [...new Set(tags)].sort();
}
