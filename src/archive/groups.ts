import type { Cause } from "./journal.ts";
import type { ArticleRow } from "./rows.ts";
import type { Store } from "./store.ts";

/** Groups of articles in the archive, each change with its event: copies of one article, and reprints of one text. */

/**
 * Keeps which articles are copies of one on other websites; with none, the article has no copies any more.
 *
 * @param copies the first seen first
 */
export function setCopies(
  store: Store,
  row: ArticleRow,
  copies: readonly ArticleRow[],
  event: "joined" | "parted",
  cause: Cause,
): void {
  const { at } = cause;
  store.append({ ...cause, event, n: row.n, data: { copies: copies.map((copy) => nameOf(store, copy)) } });
  row.copies = copies.length > 0 ? JSON.stringify(copies.map(({ n }) => n)) : null;
  store.update(row.n, { copies: row.copies, joined_at: at, enriched_at: at });
  store.indexWithCopies(row, store.textOf(row));
  const group = [row, ...copies].map(({ n }) => n);
  const cluster = group.map((n) => clusterOf(store, n)).find((first) => first !== undefined);
  if (cluster !== undefined && copies.length > 0) addToCluster(store, cluster, group, at);
}

/**
 * Keeps that an article and another are reprints of one text. Their copies on other websites go with them. The article
 * joins the other's cluster; clusters are never merged, so that no chain of small changes makes one of many.
 */
export function addReprint(store: Store, row: ArticleRow, of: ArticleRow, cause: Cause): void {
  store.append({ ...cause, event: "reprint", n: row.n, data: { of: nameOf(store, of) } });
  const members = [of, ...store.copiesOf(of), row, ...store.copiesOf(row)].map(({ n }) => n);
  addToCluster(store, clusterOf(store, of.n) ?? of.n, members, cause.at);
}

/** The row of the article that a cluster of reprints begins with; undefined if the article is in none. */
export const clusterOf = (store: Store, n: number): number | undefined =>
  store.sql.column<number>("SELECT first FROM reprint WHERE n = ?", [n])[0];

function addToCluster(store: Store, first: number, numbers: readonly number[], at: string): void {
  for (const n of numbers)
    store.sql.run("INSERT OR IGNORE INTO reprint (n, first, at) VALUES (?, ?, ?)", [n, first, at]);
}

const nameOf = (store: Store, { site, key }: ArticleRow) => ({ site: store.sites.nameOf(site), key });
