import type { Article, ArticleCopy } from "../article.ts";
import { latestOf } from "../time.ts";
import {
  type ArticleRow,
  articleOf,
  articleRows,
  BY_NUMBERS,
  type FeedRow,
  FROM_SELECTED,
  feedRowsByNumbers,
  firstListed,
  sourcesOf,
} from "./rows.ts";
import type { Search } from "./search.ts";
import { copyWords, type Store } from "./store.ts";

/**
 * Articles as a feed of some sources shows them: of the copies of one article, the one that these sources listed first.
 * The others are marked as hidden, so that a scan can tell since when they are.
 */

/** Tells which of some articles a query finds, by their numbers. */
export type FindReprints = (reprints: readonly FeedRow[]) => ReadonlySet<number>;

/** @param once if reprints of one text are one article, too: the first that the query finds */
export function articlesOf(store: Store, rows: readonly FeedRow[], sources: readonly string[], once?: FindReprints) {
  const numbers = once ? rows.map(({ n }) => n) : [];
  const clusters = once ? clustersOf(store, numbers) : new Map<number, ClusterMember[]>();
  const wanted = new Set(rows.flatMap(({ copies }) => numbersOf(copies)));
  const members = numbersIn(clusters);
  for (const n of members) wanted.add(n);
  const known = new Map(feedRowsByNumbers(store.sql, [...wanted]).map((row) => [row.n, row]));
  const matching = once?.([...members].flatMap((n) => known.get(n) ?? []));
  return rows.map((row) => {
    const article = articleOf(row, sources, store.sites.nameOf(row.site));
    if (row.copies === null && !clusters.has(row.n)) return article;
    const copies = numbersOf(row.copies).flatMap((n) => known.get(n) ?? []);
    const own = new Set([row.n, ...copies.map(({ n }) => n)]);
    const reprints = (clusters.get(row.n) ?? []).filter(({ n }) => !own.has(n) && isListed(known.get(n), sources));
    const since = latestOf([row.joined_at ?? "", ...reprints.map(({ at }) => at)]);
    const rivals = [...copies, ...reprints.flatMap(({ n }) => (matching?.has(n) ? (known.get(n) ?? []) : []))];
    const isHidden = rivals.some((rival) => isListedBefore(rival, row, sources));
    const body = row.body ?? copies.find((copy) => copy.body !== null)?.body;
    return {
      ...article,
      ...(copies.length > 0 && {
        copies: copies.map((copy) => copyOf(store, copy)),
        listed: JSON.parse(row.listed) as Record<string, number>,
        joinedAt: row.joined_at ?? "",
      }),
      ...(body && { body }),
      ...(isHidden && { hiddenSince: since }),
      ...(reprints.length > 0 && {
        reprints: firstCopies(reprints.flatMap(({ n }) => known.get(n) ?? [])).map((other) => copyOf(store, other)),
        enrichedAt: latestOf([article.enrichedAt ?? "", since]),
      }),
    };
  });
}

/**
 * The rows that a feed of the sources shows: listed, in one of the languages, and no copy or reprint of a shown
 * article. The result is that of `articlesOf`, without reading whole articles.
 *
 * @param found which rows the query finds; all by default
 */
export function shownRows(
  numbers: readonly number[],
  { store, sources, query }: Search,
  found: (numbers: readonly number[]) => ReadonlySet<number> = (all) => new Set(all),
): number[] {
  const { languages, once } = query;
  // As two values: most rows have no copies, and there may be 10,000.
  const [row] = store.sql.rows<{ listed: string; copied: string }>(
    `SELECT json_group_array(article.n) AS listed,
       json_group_array(json_array(article.n, json(copies))) FILTER (WHERE copies IS NOT NULL) AS copied
     ${FROM_SELECTED}`,
    [JSON.stringify(numbers), JSON.stringify(sources), JSON.stringify(languages)],
  );
  const listed = JSON.parse(row?.listed ?? "[]") as number[];
  const rivals = new Map(JSON.parse(row?.copied ?? "[]") as [n: number, copies: number[]][]);
  if (once) {
    const clusters = clustersOf(store, listed);
    const matching = found([...numbersIn(clusters)]);
    for (const [n, members] of clusters) {
      const reprints = members.flatMap((member) => (matching.has(member.n) ? member.n : []));
      rivals.set(n, [...(rivals.get(n) ?? []), ...reprints]);
    }
  }
  const compared = new Set([...rivals].flatMap(([n, others]) => (others.length > 0 ? [n, ...others] : [])));
  const rows = store.sql.rows<ListedRow>(
    "SELECT n, sources, listed FROM json_each(?) AS wanted CROSS JOIN article ON article.n = wanted.value",
    [JSON.stringify([...compared])],
  );
  const known = new Map(rows.map((one) => [one.n, one]));
  const isHidden = (n: number): boolean => {
    const own = known.get(n);
    const others = (rivals.get(n) ?? []).flatMap((rival) => known.get(rival) ?? []);
    return own !== undefined && others.some((rival) => isListedBefore(rival, own, sources));
  };
  return listed.filter((n) => !isHidden(n));
}

type ListedRow = Pick<ArticleRow, "n" | "sources" | "listed">;

const numbersOf = (json: string | null): number[] => (json === null ? [] : (JSON.parse(json) as number[]));

const isListed = (row: FeedRow | undefined, sources: readonly string[]): boolean =>
  row !== undefined && sourcesOf(row).some((id) => sources.includes(id));

function isListedBefore(a: ListedRow, b: ListedRow, sources: readonly string[]): boolean {
  const [first, second] = [firstListed(a, sources), firstListed(b, sources)];
  return first < second || (first === second && first !== Number.POSITIVE_INFINITY && a.n < b.n);
}

/** Articles without those that are copies of one before. */
const firstCopies = (rows: readonly FeedRow[]): FeedRow[] =>
  rows
    .toSorted((a, b) => firstListed(a) - firstListed(b))
    .filter((row, i, all) => !all.slice(0, i).some(({ n }) => numbersOf(row.copies).includes(n)));

interface ClusterMember {
  n: number;
  at: string;
}

/** The reprints of articles, by row: all members of the cluster. */
function clustersOf(store: Store, numbers: readonly number[]): Map<number, ClusterMember[]> {
  const members = store.sql.rows<ClusterMember & { first: number }>(
    `SELECT n, first, at FROM reprint WHERE first IN (
       SELECT own.first FROM json_each(?) AS wanted CROSS JOIN reprint AS own ON own.n = wanted.value)`,
    [JSON.stringify(numbers)],
  );
  const byFirst = Map.groupBy(members, ({ first }) => first);
  return new Map(members.map(({ n, first }) => [n, byFirst.get(first) ?? []]));
}

const numbersIn = (clusters: ReadonlyMap<number, readonly ClusterMember[]>): Set<number> =>
  new Set([...clusters.values()].flatMap((members) => members.map(({ n }) => n)));

function copyOf(store: Store, row: FeedRow): ArticleCopy {
  return {
    site: store.sites.nameOf(row.site),
    key: row.key,
    source: sourcesOf(row)[0] ?? "",
    url: row.url,
    firstSeen: row.first_seen,
    listed: JSON.parse(row.listed) as Record<string, number>,
  };
}

export interface ListedArticle {
  n: number;
  /** Number of the event that made its current version. */
  version: number;
  /**
   * Numbers of the events with which any source listed it first, and one of some sources: 0 if that is not known, infinite
   * if none did.
   */
  added: number;
  first: number;
  /** When it was joined with its copies; empty if it has none. */
  joinedAt: string;
}

/** An article and its copies. */
export const withCopies = ({ sql }: Store, { n, copies }: FeedRow, sources: readonly string[]): ListedArticle[] =>
  articleRows(sql, BY_NUMBERS, [JSON.stringify([n, ...numbersOf(copies)])]).map((row) => ({
    n: row.n,
    version: row.seq,
    added: firstListed(row),
    first: firstListed(row, sources),
    joinedAt: row.joined_at ?? "",
  }));

const rowsOf = (store: Store, { copies = [] }: Article): ArticleRow[] =>
  copies.flatMap(({ site, key }) => store.byKey(site, key) ?? []);

/** The text of the first copy that has one; empty if none has. */
export function textOfCopies(store: Store, article: Article): string {
  const row = rowsOf(store, article).find(({ body }) => body !== null);
  return row ? store.textOf(row) : "";
}

/** HTML of what the copies of an article say: a search looks there too. */
export const wordsOfCopies = (store: Store, article: Article): string =>
  rowsOf(store, article)
    .map((row) => copyWords(row, store.textOf(row)))
    .join(" ");
