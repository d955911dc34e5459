import type { Bridge } from "../archive/bridge.ts";
import type { Counts, MonthCount } from "../archive/counts.ts";
import type { Status } from "../archive/snapshot.ts";
import { NAMES, type Name } from "../query/parameters.ts";
import type { Query } from "../query/query.ts";
import { type LatestArticles, latestFor } from "../refresh/on-demand.ts";
import { MINUTE } from "../time.ts";
import { type AppContext, baseOf, requireQuery, runAfterResponse } from "./context.ts";
import { feedCacheOf, versionOf } from "./feed-cache.ts";
import { requireArticles } from "./freshness.ts";
import { conditionalResponse, weakEtag } from "./http/conditional.ts";
import { badParameter } from "./http/problem.ts";
import { type Base, countsUrl } from "./links.ts";
import type { Selection } from "./sources.ts";

/** `GET /feeds/{sources}/counts.json` and `.csv`: how many articles of each month match a query. */

export const COUNT_FORMATS = { json: "application/json", csv: "text/csv" } as const;
type CountFormat = keyof typeof COUNT_FORMATS;

export const isCountFormat = (text: string): text is CountFormat => Object.hasOwn(COUNT_FORMATS, text);

/** Parameters of a feed that say nothing about which articles match. */
export const NO_COUNT_PARAMETERS: readonly Name[] = [
  "before",
  "brief",
  "content",
  "edits",
  "limit",
  "mode",
  "sort",
  "sorted",
];

/** Seconds that a client may keep the counts. */
const MAX_AGE = 300;

export async function serveCounts(c: AppContext, selection: Selection, format: CountFormat): Promise<Response> {
  const bridge = c.get("bridge");
  const now = Date.now();
  const parameters = new URL(c.req.url).searchParams;
  const other = NO_COUNT_PARAMETERS.find((name) => parameters.has(name));
  if (other) {
    const detail = `${other} is a parameter of feeds; counts include all articles that match`;
    throw badParameter({ parameter: other, detail });
  }
  const names = NAMES.filter((name) => !NO_COUNT_PARAMETERS.includes(name));
  const asked = await requireQuery(c, now, names);
  const { canonical } = asked;
  const latest = await latestFor(bridge, selection.sources, now, runAfterResponse(c));
  requireArticles(selection, "newest", latest, now);
  const contentType = `${COUNT_FORMATS[format]}; charset=utf-8`;
  // A HEAD costs nothing (RFC 9110, section 9.3.2).
  const cacheControl = `public, max-age=${MAX_AGE}`;
  const known = { "content-type": contentType, "cache-control": cacheControl, vary: "Accept-Encoding" };
  if (c.req.method === "HEAD") return new Response(null, { headers: known });
  const counts = await countsFor(bridge, { selection, query: asked, latest, now });
  const base = baseOf(c);
  const next = counts.next && nextUrl(base, selection.name, format, canonical, counts.next);
  const textOf = (base: Base) =>
    format === "csv" ? csvOf(counts.months) : JSON.stringify(countsJson(base, selection, canonical, counts));
  const etag = weakEtag(textOf({ url: base.url }) + (counts.next ?? ""));
  const headers = { "cache-control": cacheControl, ...(next && { link: `<${next}>; rel="next"` }) };
  return conditionalResponse(c.req.raw, { etag, contentType, headers }, () => textOf(base));
}

/** What is counted, with the newest articles at this moment. */
export interface Counting {
  selection: Selection;
  query: Query;
  latest: LatestArticles;
  now: number;
}

/**
 * The counts of a query, without the parameters that do not matter for counts; from memory if no source has changed since.
 *
 * @throws ArchiveUnavailable if the archive cannot be reached
 */
export async function countsFor(bridge: Bridge, { selection, query: asked, latest, now }: Counting): Promise<Counts> {
  const query = countQuery(asked.canonical);
  const { counts: cache } = feedCacheOf(bridge);
  const address = countsUrl({ url: "" }, selection.name, "json", query);
  // With an age, the bounds move with the clock: counted again each minute.
  const moment = asked.timeDependent ? Math.floor(now / MINUTE) : "";
  const version = `${versionOf(selection, latest, now)} ${gapsOf(selection, latest.status)} ${moment}`;
  const known = cache.get(address, version);
  if (known) return known;
  const counts = await bridge.archive.counts({ sources: selection.ids, query, now });
  cache.set(address, version, counts);
  return counts;
}

/** What the archive says of completeness can change without an article. */
const gapsOf = ({ ids }: Selection, { sources }: Status): string =>
  JSON.stringify(ids.map((id) => [sources[id]?.stats?.completeSince, sources[id]?.stats?.gaps.length]));

/** A canonical query string without the parameters that do not matter for counts. */
export function countQuery(canonical: string): string {
  const query = new URLSearchParams(canonical);
  for (const name of NO_COUNT_PARAMETERS) query.delete(name);
  return query.toString();
}

function nextUrl(base: Base, name: string, format: CountFormat, canonical: string, until: string): string {
  const query = new URLSearchParams(canonical);
  query.set("until", until);
  query.sort();
  return countsUrl(base, name, format, query.toString());
}

function countsJson(base: Base, selection: Selection, canonical: string, { months, completeSince, next }: Counts) {
  return {
    sources: selection.ids,
    query: canonical,
    complete_since: completeSince,
    months,
    ...(next && { next_url: nextUrl(base, selection.name, "json", canonical, next) }),
  };
}

/** RFC 4180, with a header line. */
const csvOf = (months: readonly MonthCount[]): string =>
  [
    "month,matches,articles,complete,partial",
    ...months.map(({ month, matches, articles, complete, partial = false }) =>
      [month, matches, articles, complete, partial].join(","),
    ),
    "",
  ].join("\r\n");
