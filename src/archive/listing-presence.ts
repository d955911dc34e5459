import { wantPage } from "./article-looks.ts";
import { longestRun } from "./coverage.ts";
import { type ArticleRow, publishedOf } from "./rows.ts";
import type { SourceStatus } from "./source-status.ts";
import type { Store } from "./store.ts";
import type { ListingCommit } from "./write.ts";

/**
 * Which articles the first page of a listing shows. An article that leaves the page at its bottom was pushed out by new
 * ones. One that vanishes from the middle may be deleted: its own page is read at once.
 */

/** Keys of the articles on the first page of the source's listing, when it was parsed last. */
export function listedKeys(store: Store, source: string): string[] {
  const [row] = store.sql.rows<{ listed: string | null }>("SELECT listed FROM source WHERE id = ?", source);
  return row?.listed ? (JSON.parse(row.listed) as string[]) : [];
}

/** The most articles of a page whose presence is kept. */
const MAX_LISTED = 500;

/**
 * Finds what a look at a listing says of its articles' presence.
 *
 * @param rows the articles of the page by key, with those that are new
 * @returns what to keep in the source's column `listed`; undefined if that is kept already
 */
export function noteListed(
  store: Store,
  { source, site, articles }: ListingCommit,
  rows: ReadonlyMap<string, ArticleRow>,
  now: number,
): string | undefined {
  const before = listedKeys(store, source);
  const known = new Set(before);
  const keys = [...new Set(articles.map(({ key }) => key))].filter((key) => rows.has(key)).slice(0, MAX_LISTED);
  const shown = new Set(keys);
  const left = before.filter((key) => !shown.has(key));
  if (left.length > 0) {
    const oldest = longestRun(keys.map((key) => publishedOf((rows.get(key) as ArticleRow).n)))[0] ?? "";
    const lastSeen = lastSuccess(store, source);
    for (const row of store.byKeys(site, left)) {
      store.sql.run("UPDATE listing SET last_seen = ? WHERE source = ? AND n = ?", lastSeen, source, row.n);
      if (publishedOf(row.n) > oldest && row.gone === null) wantPage(store, row, now);
    }
  }
  // An article that is gone and is listed again may be back.
  for (const key of keys) {
    const row = rows.get(key);
    if (row?.gone && !known.has(key)) wantPage(store, row, now);
  }
  const text = JSON.stringify(keys);
  return text === JSON.stringify(before) ? undefined : text;
}

/** When the source's listing was last read, before this look. */
function lastSuccess(store: Store, source: string): string | null {
  const [row] = store.sql.rows<{ status: string | null }>("SELECT status FROM source WHERE id = ?", source);
  return row?.status ? ((JSON.parse(row.status) as SourceStatus).lastSuccess ?? null) : null;
}
