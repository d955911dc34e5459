import { saveTitleHashes, titleHashesOf } from "./identity.ts";
import { jsonParts } from "./json-parts.ts";
import { addListings } from "./listings.ts";
import type { ArchivedArticle } from "./merge.ts";
import { type ArticleRow, rowNumber } from "./rows.ts";
import type { Store } from "./store.ts";

/** A new article with its row, and the number of its event. */
interface NewArticle {
  article: ArchivedArticle;
  site: number;
  n: number;
  seq: number;
}

/**
 * Stores new articles, each with its event, in this order. A table is written by one statement, however many they are.
 * No other article of their sites may have their `published`.
 *
 * @param at the instant of the events
 * @param due when their pages are to be read first
 * @returns the rows, in the same order
 */
export function addArticles(store: Store, articles: readonly ArchivedArticle[], at: string, due = at): ArticleRow[] {
  const first = store.takeNumbers(articles.length, at);
  const added = articles.map((article, i): NewArticle => {
    const site = store.sites.takeNumber(article.site);
    return { article, site, n: rowNumber(article.published, site), seq: first + i };
  });
  for (const part of jsonParts(added.map(eventValues))) {
    store.sql.run(
      `INSERT INTO journal (seq, at, event, source, n, title, excerpt, data)
       SELECT value ->> 0, ?, 'added', value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5 FROM jsonb_each(?)`,
      [at, part],
    );
  }
  const rows = added.map((one) => rowOf(one, at, due));
  for (const part of jsonParts(rows.map((row) => COLUMNS.map((name) => row[name])))) {
    store.sql.run(
      `INSERT INTO article (${COLUMNS.join(", ")}, versions, first_seen, page_due)
       SELECT ${COLUMNS.map((_, i) => `value ->> ${i}`).join(", ")}, 1, ?1, ?3 FROM jsonb_each(?2)`,
      [at, part, due],
    );
  }
  const listings = added.map(({ article: { source }, n }) => ({ source, n }));
  addListings(store.sql, listings, at);
  for (const { article, n } of added) store.index.add(n, article.title, article.excerpt, "", true);
  for (const [source, own] of Map.groupBy(added, ({ article }) => article.source)) {
    store.firstListing =
      own.length === added.length && store.sources.get(source).seq === 0 ? { source, rows } : undefined;
    store.sources.save(source, { seq: own.at(-1)?.seq });
  }
  const titles = added.flatMap(({ article, n }) => titleHashesOf(n, article));
  saveTitleHashes(store.sql, titles);
  return rows;
}

function eventValues({ article, n, seq }: NewArticle) {
  const { source, key, title, excerpt, language, id, url, day, original, image, dayOnly, dayAhead, outlet } = article;
  const data = { key, language, id, url, day, dayOnly, dayAhead, original, image, outlet };
  return [seq, source, n, title, excerpt, data];
}

/** The columns in which new articles differ: SQLite reads each value of the JSON by itself. */
// biome-ignore format: a table
const COLUMNS = [
  "n", "key", "site", "id", "sources", "language", "title", "excerpt", "url", "original", "image", "day", "day_ahead",
  "day_only", "updated", "seq", "listed", "outlet",
] as const;

function rowOf({ article, site, n, seq }: NewArticle, at: string, due: string): ArticleRow {
  const { key, id, source, language, title, excerpt, url, original = null, image = null, day, updated } = article;
  // biome-ignore format: one literal, because V8 takes long to put together several.
  return {
    n, key, site, id, sources: source, language, title, excerpt, url, original, image, day,
    day_ahead: article.dayAhead ? 1 : 0, day_only: article.dayOnly ? 1 : 0,
    updated, first_seen: at, enriched_at: null, earlier_titles: null, edits: null, body: null, seq, versions: 1,
    listed: JSON.stringify({ [source]: seq }), outlet: article.outlet ?? null, copy_of: null, copies: null,
    joined_at: null, absent: null, gone: null, page_due: due, page_failures: 0, page_error: null, page_urgent: 0,
    page_seen: null, page_title: null, page_doubt: null,
  };
}
