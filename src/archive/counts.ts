import { readQuery } from "../query/query.ts";
import { BRIDGE_ZONE, dayStart, instant, koreanMonth, latestOf, monthEnd } from "../time.ts";
import { shownRows } from "./copy-groups.ts";
import { planOf, scanRows } from "./find.ts";
import { boundsOf, indexedRows, MAX_ROWS, searchIndex } from "./row-batches.ts";
import { type Bounds, firstOf, lastOf, publishedOf } from "./rows.ts";
import type { FindQuery, Search } from "./search.ts";
import type { Store } from "./store.ts";

/** How many articles of each month match a query: the numbers of what the feeds of the months list. */

/** A month of the bridge's calendar. */
export interface MonthCount {
  /** `2026-01` */
  month: string;
  /** Articles that match the query, and articles that the same query without its words and expressions lists. */
  matches: number;
  articles: number;
  /** Whether no article of the month is known to be missing in any of the sources. */
  complete: boolean;
  /** Only a part of the month was counted, because a bound of the query or the end of the budget is within it. */
  partial?: true;
}

export interface Counts {
  /** Oldest first, without a hole: a month without matches is a zero. */
  months: MonthCount[];
  /** The instant since which no article of any of the sources is known to be missing; null if nothing is known. */
  completeSince: string | null;
  /** If the budget was used up: the value of `until` that continues with what is older. */
  next?: string;
}

type CountQuery = Pick<FindQuery, "sources" | "query" | "now">;

/** What is counted, and where. */
interface Counting extends Search {
  /** Articles that the sources list, by month, oldest first. What several sources list is counted for each. */
  listed: ReadonlyMap<string, number>;
}

/** Months of one answer. */
const MAX_MONTHS = 240;
/** Rows of listings that one answer counts, if the totals of the months do not say enough. The newest month is counted whole. */
const MAX_LISTED = 10_000;

/**
 * Counts from the newest month back, as far as the budget goes: it is a query's own (5,000 rows, 1,000 articles or 125 texts).
 *
 * @throws RangeError if the query string is not valid
 */
export async function countByMonth(store: Store, { sources, query: queryString, now }: CountQuery): Promise<Counts> {
  const query = await readQuery(queryString, now);
  const missing = sources.map((id) => store.sources.get(id).coverage?.gaps ?? [EVERYTHING]);
  const since = latestOf(missing.map((gaps) => (gaps.at(-1) ?? EVERYTHING).before));
  const completeSince = since === EVERYTHING.before ? null : since;
  const counting: Counting = { store, sources, query, listed: listedByMonth(store, sources) };
  const asked = askedMonths(counting, boundsOf(query, "newest"), now);
  if (asked.months.length === 0) return { months: [], completeSince };
  const first = Math.max(asked.bounds.first, firstAffordableRow(counting, asked));
  const bounds = { first, last: asked.bounds.last };
  const found = findMatches(counting, bounds);
  const reached = Math.max(bounds.first, found.first);
  const isEnd = reached <= asked.bounds.first;
  // The month in which the query begins is counted, though in part.
  const firstCounted = isEnd ? reached : atMonthStart(reached, bounds.last);
  const months = asked.months.filter((month) => lastRow(month) >= firstCounted);
  const totals = totalsOf(counting, months, { first: firstCounted, last: bounds.last });
  const matches = found.rows ? countRows(found.rows.filter((n) => n >= firstCounted)) : totals;
  const counted = months.map((month): MonthCount => {
    const [start, end] = [instant(dayStart(`${month}-01`, BRIDGE_ZONE)), instant(monthEnd(month))];
    const isPartial = firstRow(month) < firstCounted || lastRow(month) > bounds.last;
    return {
      month,
      matches: matches.get(month) ?? 0,
      articles: totals.get(month) ?? 0,
      complete: missing.flat().every(({ after, before }) => before <= start || after >= end),
      ...(isPartial && { partial: true }),
    };
  });
  return { months: counted, completeSince, ...(!isEnd && { next: publishedOf(firstCounted - 1) }) };
}

/** What may be missing of a source without a listing. */
const EVERYTHING = { after: "", before: "9999" };

const firstRow = (month: string): number => firstOf(dayStart(`${month}-01`, BRIDGE_ZONE));
const lastRow = (month: string): number => firstOf(monthEnd(month)) - 1;
const monthOf = (n: number): string => koreanMonth(publishedOf(n));
const monthBefore = (month: string): string => monthOf(firstRow(month) - 1);

function listedByMonth(store: Store, sources: readonly string[]): Map<string, number> {
  const months = store.sql.rows<{ month: string; articles: number }>(
    `SELECT month, sum(articles) AS articles FROM month WHERE source IN (SELECT value FROM json_each(?))
     GROUP BY month ORDER BY month`,
    [JSON.stringify(sources)],
  );
  return new Map(months.map(({ month, articles }) => [month, articles]));
}

interface Asked {
  /** Oldest first. */
  months: string[];
  bounds: Bounds;
}

/** The months that the query asks for: from the first that is kept to the current one, within its bounds. */
function askedMonths({ listed }: Counting, { first, last }: Bounds, now: number): Asked {
  const months: string[] = [];
  const [oldest] = listed.keys();
  if (oldest === undefined) return { months, bounds: { first, last } };
  const newest = latestOf([...listed.keys(), monthOf(firstOf(now))]);
  const bounds = { first: Math.max(first, firstRow(oldest)), last: Math.min(last, lastRow(newest)) };
  if (bounds.first > bounds.last) return { months, bounds };
  for (let month = monthOf(bounds.last); lastRow(month) >= bounds.first; month = monthBefore(month))
    months.unshift(month);
  return { months, bounds };
}

/** The row where the newest months begin that one answer can count, by the totals that are kept of each month. */
function firstAffordableRow(counting: Counting, { months }: Asked): number {
  const newest = months.slice(-MAX_MONTHS);
  let left = isMonthTotal(counting) ? Number.POSITIVE_INFINITY : MAX_LISTED;
  const last = newest.findLastIndex((month, i) => {
    left -= counting.listed.get(month) ?? 0;
    return left < 0 && i < newest.length - 1;
  });
  return firstRow(newest[last + 1] as string);
}

/** If the budget ends within a month: the row from which on whole months are counted; the newest may be counted in parts. */
function atMonthStart(first: number, last: number): number {
  const month = monthOf(first);
  return first === firstRow(month) || lastRow(month) >= last ? first : lastRow(month) + 1;
}

interface Matches {
  /** The rows that match; undefined if all do. */
  rows?: number[];
  /** Nothing before this row was looked at. */
  first: number;
}

function findMatches(search: Search, bounds: Bounds): Matches {
  const { store, query } = search;
  const { expression, read, remaining } = planOf(search);
  if (remaining.terms.length > 0 || remaining.regexFilters) {
    const everything = { limit: Number.POSITIVE_INFINITY, hasLimit: true, sort: "newest" } as const;
    const page = scanRows(store, { ...query, ...everything }, { ...remaining, ...everything }, bounds, read);
    const rows = page.articles.map(({ published }) => firstOf(published));
    // The rest of that second is counted with what is older.
    return { rows, first: page.next ? lastOf(page.next.published) + 1 : bounds.first };
  }
  if (expression === undefined) return { first: bounds.first };
  const rows = store.sql.column<number>(searchIndex(true), [expression, bounds.first, bounds.last, MAX_ROWS]);
  const end = rows.length === MAX_ROWS ? rows.at(-1) : undefined;
  return {
    rows: shownRows(rows, search, (numbers) => indexedRows(store, expression, numbers)),
    first: end === undefined ? bounds.first : lastOf(publishedOf(end)) + 1,
  };
}

/** Whether the kept totals of the months are what the sources list: not of several sources, which list the same articles. */
const isMonthTotal = ({ sources, query: { languages, once } }: Counting): boolean =>
  sources.length === 1 && languages.length === 0 && !once;

function totalsOf(counting: Counting, months: readonly string[], { first, last }: Bounds): Map<string, number> {
  const { store, sources, listed } = counting;
  const rows = (from: number, to: number) =>
    store.sql.column<number>(
      `SELECT DISTINCT n FROM json_each(?) AS source CROSS JOIN listing
       ON listing.source = source.value AND n BETWEEN ? AND ?`,
      [JSON.stringify(sources), from, to],
    );
  if (!isMonthTotal(counting)) return countRows(shownRows(rows(first, last), counting));
  const totals = new Map(listed);
  for (const month of months) {
    const [from, to] = [Math.max(first, firstRow(month)), Math.min(last, lastRow(month))];
    if (from > firstRow(month) || to < lastRow(month)) totals.set(month, rows(from, to).length);
  }
  return totals;
}

const countRows = (rows: readonly number[]): Map<string, number> =>
  new Map([...Map.groupBy(rows, monthOf)].map(([month, { length }]) => [month, length]));
