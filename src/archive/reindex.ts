import { logError } from "../log.ts";
import { type ArticleRow, articleRows } from "./rows.ts";
import type { Store } from "./store.ts";

/**
 * Indexes articles again whose tokens are of an older version of the bridge, a few at each commit, because all of a
 * large archive would exceed the time of a request. Until then, articles are found by the tokens of the older version.
 *
 * The table `reindex` has one row while there is something to do: `below`, the number below which articles wait.
 */

/** Articles of one commit: about 10 ms. With a commit in 15 minutes, 100,000 articles take three weeks. */
const ARTICLES = 50;

/** Whether some articles are still found by the tokens of an older version. */
export const isReindexing = ({ sql }: Store): boolean => sql.rows("SELECT 1 FROM reindex").length > 0;

/** Indexes the newest articles that wait; returns whether some may be left. */
export function reindexSome(store: Store): boolean {
  try {
    const [below] = store.sql.column<number>("SELECT below FROM reindex");
    if (below === undefined) return false;
    store.transaction(() => indexBelow(store, below));
  } catch (error) {
    // The commit before is not affected, and the next one tries again.
    logError("reindex", error);
  }
  return true;
}

function indexBelow(store: Store, below: number): void {
  const rows = articleRows(store.sql, `FROM article WHERE n < ? ORDER BY n DESC LIMIT ${ARTICLES}`, [below]);
  const failed = rows.filter((row) => !indexAgain(store, row));
  // One article that cannot be indexed stops no other; if all fail, it is not the articles.
  if (failed.length > 0 && failed.length === rows.length) throw new Error("no article can be indexed");
  if (rows.length < ARTICLES) store.sql.run("DELETE FROM reindex");
  else store.sql.run("UPDATE reindex SET below = ?", [rows.at(-1)?.n ?? 0]);
}

/** Returns whether it worked; else the article is found by the words as they were indexed. */
function indexAgain(store: Store, row: ArticleRow): boolean {
  try {
    store.indexWithCopies(row, store.textOf(row));
    return true;
  } catch (error) {
    logError("reindex", error, { n: row.n });
    return false;
  }
}
