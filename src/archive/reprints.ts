import { MIN_SIMILARITY, similarityOf } from "../scrape/min-hash.ts";
import { isReprint } from "../scrape/reprints.ts";
import { plainText } from "../scrape/text.ts";
import { DAY } from "../time.ts";
import { addReprint, clusterOf } from "./groups.ts";
import { signatureOf } from "./identity.ts";
import type { Cause } from "./journal.ts";
import { type ArticleRow, firstOf, lastOf, publishedOf } from "./rows.ts";
import type { Store } from "./store.ts";

/**
 * Reprints: near-identical texts of different outlets, in one language and within three days. They are found when a
 * text is kept, so that a query with `once=true` reads no text.
 */

const WITHIN = 3 * DAY;
/** Signatures that a text is compared with, and texts: a flood of articles costs no more. */
const MAX_SIGNATURES = 3000;
const MAX_TEXTS = 4;
/** Articles of one cluster. */
const MAX_REPRINTS = 24;

/** Finds the article that this one reprints, or that reprints it, by its text. */
export function findReprint(store: Store, n: number, cause: Cause): void {
  const [row] = store.byNumbers([n]);
  const signature = signatureOf(store.sql, n);
  if (!row || row.outlet === null || signature === undefined || clusterOf(store, n)) return;
  const text = plainText(store.textOf(row));
  const other = candidates(store, row, signature).find((candidate) =>
    isReprint(text, plainText(store.textOf(candidate))),
  );
  if (other) addReprint(store, row, other, cause);
}

/** The articles with the most similar texts. */
function candidates(store: Store, row: ArticleRow, signature: string): ArticleRow[] {
  const published = Date.parse(publishedOf(row.n));
  const similar = store.sql
    .rows<{ n: number; signature: string }>(
      "SELECT n, signature FROM text_signature WHERE n BETWEEN ? AND ? AND language = ? ORDER BY n DESC LIMIT +?",
      [firstOf(published - WITHIN), lastOf(published + WITHIN), row.language, MAX_SIGNATURES],
    )
    .map(({ n, signature: other }) => ({ n, similarity: similarityOf(signature, other) }))
    .filter(({ n, similarity }) => n !== row.n && similarity >= MIN_SIMILARITY)
    .sort((a, b) => b.similarity - a.similarity || a.n - b.n)
    .slice(0, MAX_REPRINTS);
  return store
    .byNumbers(similar.map(({ n }) => n))
    .filter((other) => other.outlet !== null && other.outlet !== row.outlet && !hasOther(store, other, row))
    .slice(0, MAX_TEXTS);
}

/** Whether the cluster of an article is full, or has another article of the same outlet: then that is the reprint. */
function hasOther(store: Store, { n }: ArticleRow, { outlet }: ArticleRow): boolean {
  const first = clusterOf(store, n);
  if (first === undefined) return false;
  const outlets = store.sql.column<string | null>(
    "SELECT outlet FROM reprint JOIN article USING (n) WHERE reprint.first = ?",
    [first],
  );
  return outlets.length >= MAX_REPRINTS || outlets.includes(outlet);
}
