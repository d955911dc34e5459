import { type Article, newestFirst } from "../article.ts";
import type { Query } from "../query/query.ts";
import { matchesTerms, searchText } from "../query/search-terms.ts";
import { BRIDGE_ZONE, dayStart, monthEnd } from "../time.ts";
import { articlesOf, type FindReprints } from "./copy-groups.ts";
import { MergedListings } from "./merged-listings.ts";
import {
  type Bounds,
  type FeedRow,
  FROM_SELECTED,
  feedRows,
  firstOf,
  lastOf,
  publishedOf,
  startOfSecond,
} from "./rows.ts";
import type { Search, View } from "./search.ts";
import type { Store } from "./store.ts";

/** Reads the rows of articles in the order of their dates, batch by batch. */

/** The dates of all articles are between these years. */
export const FIRST_ROW = firstOf("1899-12-31T00:00:00Z");
const LAST_ROW = lastOf("9999-12-31T00:00:00Z");

/** The rows in which the articles of a query can be, by its dates, its cursor and the month of its view. */
export function boundsOf({ since, until, cursor, sort }: Query, view: View): Bounds {
  const month = typeof view === "object" ? view.month : undefined;
  // The scan compares articles of the cursor's own second by their keys.
  const [above, below] = sort === "newest" ? [undefined, cursor?.published] : [cursor?.published, undefined];
  const first = month === undefined ? FIRST_ROW : firstOf(dayStart(`${month}-01`, BRIDGE_ZONE));
  const last = month === undefined ? LAST_ROW : firstOf(monthEnd(month)) - 1;
  return {
    first: Math.max(FIRST_ROW, first, ...[since, above].map((at) => (at ? firstOf(at) : FIRST_ROW))),
    last: Math.min(LAST_ROW, last, ...[until, below].map((at) => (at ? lastOf(at) : LAST_ROW))),
  };
}

/** Articles that are read together. */
const BATCH_SIZE = 250;
interface Batch {
  /** The numbers of all rows that were read, in order. */
  numbers: number[];
  articles: Article[];
}

/**
 * Finds rows in the search index, in order; its parameters are the expression, the first and the last row, and how many
 * at most. FTS5 ignores bounds that are no integers, and numbers are bound as floating-point: every match outside of the
 * bounds would be read.
 */
export const searchIndex = (descending: boolean): string =>
  `SELECT rowid FROM search WHERE search MATCH ? AND rowid BETWEEN CAST(? AS INTEGER) AND CAST(? AS INTEGER)
   ORDER BY rowid ${descending ? "DESC" : ""} LIMIT +?`;

/** Which of some rows the search index finds, as far as it is read for them. */
export function indexedRows({ sql }: Store, expression: string, numbers: readonly number[]): ReadonlySet<number> {
  if (numbers.length === 0) return new Set();
  const bounds = [Math.min(...numbers), Math.max(...numbers)];
  return new Set(sql.column<number>(searchIndex(true), [expression, ...bounds, MAX_ROWS]));
}

/** Steps of regular expressions that are spent to find out which reprints match. */
const MAX_STEPS = 500_000;

/**
 * The reprints that a query finds, as far as their titles and excerpts and the index tell. Where only the index decides, a
 * phrase whose words stand apart is found, too; regular expressions that match full texts find all, because texts of reprints
 * are nearly the same.
 */
const reprintsFinder =
  ({ store, query: { terms, regexFilters, fullText } }: Search, expression: string | undefined): FindReprints =>
  (reprints) => {
    const numbers = reprints.map(({ n }) => n);
    const found = new Set(expression === undefined ? numbers : indexedRows(store, expression, numbers));
    const told = terms.filter(({ negated, anyOf }) => negated || anyOf.every(({ titleOnly }) => titleOnly));
    const regex = fullText ? undefined : regexFilters;
    const most = (regex?.steps ?? 0) + MAX_STEPS;
    for (const { n, title, excerpt } of reprints) {
      const isOther = told.length > 0 && !matchesTerms(told, searchText(title, excerpt));
      if (isOther || (regex && regex.steps < most && !regex.matches(title, excerpt.trim()))) found.delete(n);
    }
    return found;
  };

export type ReadRows = (bounds: Bounds, descending: boolean, most: number) => Batch;

/**
 * Maximum number of sources whose listings are put together. Of more, and of all that there are, the articles of all sources
 * are looked at.
 */
const MAX_LISTINGS = 16;

/**
 * Reads the articles of the sources, each once: those that the search index finds, or all. An article in another language
 * changes nothing, so that only its number is read.
 *
 * @param search without the terms that the index matches exactly
 * @param expression for the search index; undefined for all articles
 */
export function rowsReader(search: Search, expression: string | undefined): ReadRows {
  const { store, sources, query } = search;
  const { once, languages } = query;
  const [ids, tags] = [sources, languages].map((list) => JSON.stringify(list)) as [string, string];
  const isEverything = sources.length > 1 && sources.length >= store.sources.all().size;
  const listings = new MergedListings(store.sql, sources);
  const findReprints = once ? reprintsFinder(search, expression) : undefined;
  const toArticles = (rows: FeedRow[]) => articlesOf(store, rows, sources, findReprints);
  return ({ first, last }, descending, most) => {
    const inOrder = (column: string) =>
      `${column} BETWEEN ? AND ? ORDER BY ${column} ${descending ? "DESC" : ""} LIMIT +?`;
    const bounds = [first, last, most];
    // One source lists an article once, in the order of its index: one statement, and nothing to put together.
    if (expression === undefined && sources.length === 1 && languages.length === 0) {
      const from = "FROM listing CROSS JOIN article ON article.n = listing.n WHERE source = ?";
      const rows = feedRows(store.sql, `${from} AND ${inOrder("listing.n")}`, [sources[0] as string, ...bounds]);
      return { numbers: rows.map(({ n }) => n), articles: toArticles(rows) };
    }
    let numbers: number[];
    if (expression !== undefined) {
      numbers = store.sql.column(searchIndex(descending), [expression, ...bounds]);
    } else if (sources.length > MAX_LISTINGS || isEverything) {
      numbers = store.sql.column(`SELECT n FROM article WHERE ${inOrder("n")}`, bounds);
    } else {
      numbers = listings.read({ first, last }, descending, most);
    }
    const rows = feedRows(store.sql, FROM_SELECTED, [JSON.stringify(numbers), ids, tags]);
    return { numbers, articles: toArticles(rows) };
  };
}

/** How many rows a query has read; `end` is the last one if the limit is reached and more rows follow. */
export interface Progress {
  rows: number;
  end?: number;
}

/** Maximum number of rows that one query reads, whether they match or not. */
export const MAX_ROWS = 5000;

/** Reads batches of articles. A batch never ends within a second, so that articles of one second can be sorted. */
export function* inBatches(bounds: Bounds, descending: boolean, read: ReadRows, progress: Progress) {
  let { first, last } = bounds;
  // The first batch is short: most queries need only one page.
  for (let most = 64; first <= last; most = BATCH_SIZE) {
    let batch = read({ first, last }, descending, most);
    const isAll = batch.numbers.length < most;
    if (!isAll) {
      // A second has fewer articles than a batch: one of each website.
      const end = startOfSecond(batch.numbers.at(-1) as number);
      const endsAt = publishedOf(end);
      const articles = batch.articles.filter(({ published }) => published !== endsAt);
      batch = { numbers: batch.numbers.filter((n) => startOfSecond(n) !== end), articles };
    }
    yield batch.articles.sort(descending ? newestFirst : (a, b) => newestFirst(b, a));
    const end = batch.numbers.at(-1);
    if (isAll || end === undefined) return;
    progress.rows += batch.numbers.length;
    if (progress.rows >= MAX_ROWS) {
      progress.end = end;
      return;
    }
    if (descending) last = firstOf(publishedOf(end)) - 1;
    else first = lastOf(publishedOf(end)) + 1;
  }
}
