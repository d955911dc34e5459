import { requestPage } from "./article-looks.ts";
import { longestRun } from "./coverage.ts";
import { type ArticleRow, publishedOf } from "./rows.ts";
import type { KnownListing } from "./source-commit.ts";

/**
 * Which articles the first page of a listing shows. An article that leaves the page at its bottom was pushed out by new
 * ones. One that vanishes from the middle may be deleted: its own page is read at once.
 */

/** The most articles of a page whose presence is kept. */
const MAX_LISTED = 500;

/**
 * Compares the first page of a listing with the look before, and requests the pages of articles that vanished or returned.
 *
 * @returns the keys on the page; undefined if they are the same as before
 */
export function noteListed({ store, listing, rows, now }: KnownListing): string[] | undefined {
  const { source, site, articles } = listing;
  const before = store.sources.get(source).listed ?? [];
  const known = new Set(before);
  const keys = [...new Set(articles.map(({ key }) => key))].filter((key) => rows.has(key)).slice(0, MAX_LISTED);
  const shown = new Set(keys);
  const left = before.filter((key) => !shown.has(key));
  if (left.length > 0) {
    const [oldest] = longestRun(keys.map((key) => publishedOf((rows.get(key) as ArticleRow).n)));
    // When the listing was last read before this look.
    const lastSeen = store.sources.get(source).status?.lastSuccess ?? null;
    for (const row of store.byKeys(site, left)) {
      store.sql.run("UPDATE listing SET last_seen = ? WHERE source = ? AND n = ?", [lastSeen, source, row.n]);
      if (oldest && publishedOf(row.n) > oldest && row.gone === null) requestPage(store, row, now);
    }
  }
  // An article that is gone and is listed again may be back.
  for (const key of keys) {
    const row = rows.get(key);
    if (row?.gone && !known.has(key)) requestPage(store, row, now);
  }
  return JSON.stringify(keys) === JSON.stringify(before) ? undefined : keys;
}
