import type { Bridge } from "../archive/bridge.ts";
import { readCached, readHealth } from "../archive/cache.ts";
import type { View } from "../archive/find.ts";
import { monthsForPeople } from "../archive/months.ts";
import { select } from "../archive/select.ts";
import { type Format, MEDIA_TYPES } from "../feeds/document.ts";
import { parseQuery } from "../query/query.ts";
import { latestFor } from "../refresh/on-demand.ts";
import { DAY, koreanDay } from "../time.ts";
import { type BuilderForm, feedOfForm, parseBuilderForm } from "./builder.ts";
import { type AppContext, baseOf, runAfterResponse } from "./context.ts";
import { errorResponse } from "./error-response.ts";
import { nothingKept } from "./feed.ts";
import { editsOf, linksOf, titleOf } from "./feed-document.ts";
import { freshnessOf, secondsToDue } from "./freshness.ts";
import { healthReport } from "./health.ts";
import { badParameter } from "./http/problem.ts";
import { type Base, feedUrl, ownUrl } from "./links.ts";
import { gapSentences, missingMonth } from "./months.ts";
import { OPENAPI_PATH } from "./openapi.ts";
import { FeedPage } from "./pages/feed.tsx";
import { HealthPage } from "./pages/health.tsx";
import { type BuilderResult, Home } from "./pages/home.tsx";
import type { Alternate } from "./pages/layout.tsx";
import { asksForPage, pageHead, pageResponse } from "./pages/page.ts";
import { sitesOf } from "./site-names.ts";
import { type Selection, selectSources } from "./sources.ts";

/** The routes that answer people: home, a feed's page, health. */

const FORMATS = Object.keys(MEDIA_TYPES) as Format[];

const alternatesOf = (base: Base, name: string, view: View, title: string, query: string): Alternate[] =>
  FORMATS.map((format) => ({ format, title, href: feedUrl(base, name, view, format, query) }));

/** The same question as the feed's, as a page. */
export async function serveFeedPage(c: AppContext, selection: Selection, view: View): Promise<Response> {
  const bridge = c.get("bridge");
  const base = baseOf(c);
  const now = Date.now();
  const parsed = await parseQuery(new URL(c.req.url).searchParams, now);
  if ("error" in parsed) return errorResponse(c, badParameter(parsed.error));
  const { query } = parsed;
  const latest = await latestFor(bridge, selection.sources, now, runAfterResponse(c));
  const problem =
    latest.latest.size === 0 ? nothingKept(selection, latest.status, now) : missingMonth(view, latest.latest);
  if (problem) return errorResponse(c, problem);
  if (c.req.method === "HEAD") return pageHead(c.req.raw);
  const ids = selection.sources.map(({ id }) => id);
  const answered = await select(bridge.archive, ids, latest.latest, view, query, now);
  const title = titleOf(selection, view, query);
  const failing = freshnessOf(selection.sources, latest).failing.map(
    ({ source, detail }) => `${source.name} cannot be read at present: ${detail}. What is kept is shown.`,
  );
  return pageResponse(
    c.req.raw,
    FeedPage({
      base,
      title,
      alternates: alternatesOf(base, selection.name, view, title, query.canonical),
      links: linksOf(base, selection.name, view, undefined, query, {
        ...answered,
        archived: monthsForPeople(view, latest.latest, now),
      }),
      part: view,
      query,
      answer: answered,
      sources: bridge.sources,
      name: selection.name,
      failing: [...failing, ...gapSentences(view, selection.sources, latest.status)],
      edits: editsOf(answered),
    }),
  );
}

/** Articles that the builder's preview shows. */
const PREVIEW = 5;

export async function serveHome(c: AppContext): Promise<Response> {
  const bridge = c.get("bridge");
  const base = baseOf(c);
  const now = Date.now();
  const form = parseBuilderForm(new URL(c.req.url).searchParams, bridge);
  const built = await build(bridge, base, form, now, runAfterResponse(c));
  const { status } = await readCached(bridge, [], now, runAfterResponse(c));
  const { id, name } = bridge.defaultSource;
  const service = ownUrl(base, OPENAPI_PATH);
  return pageResponse(
    c.req.raw,
    Home({
      base,
      sources: bridge.sources,
      reports: healthReport(bridge, status, now).sources,
      languages: new Map(
        Object.entries(status.sources).map(([id, { stats }]) => [id, stats?.newest?.language ?? "en"]),
      ),
      alternates: alternatesOf(base, id, "newest", name, ""),
      service,
      form,
      built,
      now,
    }),
    { headers: { link: `<${service}>; rel="service-desc"; type="application/json"` } },
  );
}

async function build(
  bridge: Bridge,
  base: Base,
  form: BuilderForm,
  now: number,
  runLater: (work: Promise<unknown>) => void,
): Promise<BuilderResult> {
  const feed = feedOfForm(form, bridge);
  const nothing = { preview: [], more: false, words: [] };
  if ("error" in feed) return { error: feed.error, ...nothing };
  const selection = selectSources(bridge, feed.name);
  const parsed = await parseQuery(new URLSearchParams(feed.query), now);
  if ("error" in selection || "error" in parsed) return { error: "this feed cannot be made", ...nothing };
  const ids = selection.sources.map(({ id }) => id);
  const { latest } = await readCached(bridge, ids, now, runLater);
  const query = { ...parsed.query, limit: PREVIEW, limited: true };
  const { articles, next } = await select(bridge.archive, ids, latest, "newest", query, now);
  return {
    url: feedUrl(base, selection.name, "newest", form.format, feed.query),
    page: feedUrl(base, selection.name, "newest", undefined, feed.query),
    preview: articles,
    more: next !== undefined,
    words: query.terms,
  };
}

/** Days of arrivals that the health page draws. */
const DAYS = 30;

/** Health, as JSON for monitors and as a page for a browser. */
export async function serveHealth(c: AppContext): Promise<Response> {
  const bridge = c.get("bridge");
  const base = baseOf(c);
  const now = Date.now();
  const cached = await readHealth(bridge, now);
  const report = healthReport(bridge, cached.status, now, cached.reachable);
  const status = report.status === "down" ? 503 : 200;
  const headers = {
    "cache-control": "no-store",
    vary: "Accept, Accept-Encoding",
    ...(status === 503 && {
      "retry-after": String(Math.max(1, secondsToDue(bridge.sources, cached.status, now) ?? 60)),
    }),
  };
  if (!asksForPage(c.req.raw)) return Response.json(report, { status, headers });
  const days = Array.from({ length: DAYS }, (_, i) => koreanDay(now - (DAYS - 1 - i) * DAY));
  const articlesPerDay = new Map(
    Object.entries(cached.status.sources).map(([id, { stats }]) => [id, stats?.articlesPerDay ?? {}]),
  );
  return pageResponse(
    c.req.raw,
    HealthPage({ base, sites: sitesOf(bridge.sources), report, articlesPerDay, days, now }),
    {
      status,
      headers,
    },
  );
}
