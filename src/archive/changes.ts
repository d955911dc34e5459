import { type Article, changedAt } from "../article.ts";
import { filterArticles, matchesMetadata } from "../query/filter.ts";
import type { Query } from "../query/query.ts";
import type { Found } from "./find.ts";
import { differs } from "./merge.ts";
import { limitSize } from "./result-size.ts";
import { type ArticleRow, articleOf, sourcesOf } from "./rows.ts";
import type { Store } from "./store.ts";

/** One edit that was seen: what an article said before and after. */
export interface Change {
  /** With the title, the excerpt and the earlier titles that it had after the edit. */
  article: Article;
  /** When the new words were first seen. */
  at: string;
  title?: Replaced;
  excerpt?: Replaced;
  /** Sanitized HTML. */
  body?: Replaced;
}

export interface Replaced {
  before: string;
  after: string;
}

interface ChangeRow extends ArticleRow {
  change: number;
  at: string;
  after_title: string;
  after_excerpt: string;
  after_html: string | null;
  before_title: string;
  before_excerpt: string;
  before_html: string | null;
}

/** Edits read together, and looked at for one query; the next link goes on. */
const BATCH = 200;
const MAX_EDITS = 2000;

/**
 * The edits seen in the sources, by when they were seen. Each stands as an article of its own in `articles`, so that it
 * is picked, ordered and paged like one; `changes` has what it says.
 */
export async function findChanges(store: Store, sources: readonly string[], query: Query): Promise<Found> {
  const descending = query.sort === "newest";
  const wanted = new Set(sources);
  const changes = new Map<string, Change>();
  const articles: Article[] = [];
  let looked = 0;
  let seq = startOf(store, query);
  for (;;) {
    const rows = store.sql.rows<ChangeRow>(
      `SELECT article.*, journal.seq AS change, journal.at, journal.title AS after_title,
         journal.excerpt AS after_excerpt, journal.html AS after_html, earlier.title AS before_title,
         earlier.excerpt AS before_excerpt, earlier.html AS before_html
       FROM journal JOIN article USING (n) JOIN journal AS earlier ON earlier.seq = journal.previous
       WHERE journal.event IN ('edited', 'gone', 'back') AND journal.seq ${descending ? "<" : ">"} ?
       ORDER BY journal.seq ${descending ? "DESC" : ""} LIMIT ?`,
      seq,
      BATCH,
    );
    const last = rows.at(-1);
    for (const row of rows) {
      looked++;
      seq = row.change;
      if (!sourcesOf(row).some((id) => wanted.has(id))) continue;
      const change = changeOf(store, row, sources);
      const key = changeKey(row.change);
      const edit = asArticle(key, change);
      if (!matchesMetadata(edit, query) || filterArticles([edit], { ...query, limit: 1 }).articles.length === 0)
        continue;
      if (articles.length === query.limit) return done(articles, changes, articles.at(-1), edit);
      const earlierTitles = earlierTitlesAt(store, row, change.article);
      articles.push({ ...edit, earlierTitles });
      changes.set(key, { ...change, article: { ...change.article, earlierTitles } });
    }
    if (!last || rows.length < BATCH) return done(articles, changes);
    if (looked >= MAX_EDITS) {
      const { change, at } = last;
      return done(articles, changes, {
        ...articleOf(last, [], ""),
        key: changeKey(change),
        published: at,
      });
    }
  }
}

/** @param passed the first edit behind the next link */
function done(articles: Article[], changes: Map<string, Change>, next?: Article, passed?: Article): Found {
  const lastHiddenChange = passed ? changedAt(passed) : "";
  const picked = limitSize(
    { articles, lastHiddenChange, ...(next && { next }), ...(next && !passed && { budgetExhausted: true as const }) },
    false,
    changes,
  );
  const shown = new Set(picked.articles.map(({ key }) => key));
  return { ...picked, changes: [...changes].filter(([key]) => shown.has(key)), bodies: [] };
}

/** Where the cursor's edit stands in the journal; at an end where there is none. */
function startOf(store: Store, { cursor, sort }: Query): number {
  if (!cursor) return sort === "newest" ? Number.MAX_SAFE_INTEGER : 0;
  const own = /^c(\d{1,15})$/.exec(cursor.key)?.[1];
  if (own) return Number(own);
  // A cursor of another feed: only its date counts. The journal is in order of time, so halving finds it.
  let [low, high] = [0, store.head().seq];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    const [row] = store.sql.rows<{ at: string }>("SELECT at FROM journal WHERE seq = ?", middle);
    if (row && row.at <= cursor.published) low = middle;
    else high = middle - 1;
  }
  return low + (sort === "newest" ? 1 : 0);
}

/** Padded, so that keys of one second are in the journal's order. */
const changeKey = (seq: number) => `c${String(seq).padStart(12, "0")}`;

function changeOf(store: Store, row: ChangeRow, sources: readonly string[]): Change {
  const replaced = (before: string | null, after: string | null): Replaced | undefined =>
    before && before !== (after ?? "") ? { before, after: after ?? "" } : undefined;
  const title = replaced(row.before_title, row.after_title);
  const excerpt = replaced(row.before_excerpt, row.after_excerpt);
  const body = replaced(row.before_html, row.after_html);
  return {
    article: {
      ...articleOf(row, sources, store.sites.nameOf(row.site)),
      title: row.after_title,
      excerpt: row.after_excerpt,
    },
    at: row.at,
    ...(title && { title }),
    ...(excerpt && { excerpt }),
    ...(body && { body }),
  };
}

/** The titles that an article had before an edit and with it, without those that later edits have replaced. */
function earlierTitlesAt(store: Store, { n, seq, change }: ChangeRow, { earlierTitles = [] }: Article): string[] {
  if (earlierTitles.length === 0 || seq === change) return earlierTitles;
  const later = store.sql.rows<{ title: string; before: string }>(
    `WITH RECURSIVE version (seq, title, previous) AS (
       SELECT journal.seq, journal.title, journal.previous FROM article JOIN journal USING (seq) WHERE article.n = ?
       UNION ALL
       SELECT journal.seq, journal.title, journal.previous FROM version JOIN journal ON journal.seq = version.previous
       WHERE version.previous >= ?)
     SELECT version.title, earlier.title AS before FROM version JOIN journal AS earlier ON earlier.seq = version.previous
     WHERE version.seq > ?`,
    ...[n, change, change],
  );
  const replaced = later.filter(({ title, before }) => differs("title", before, title)).length;
  return earlierTitles.slice(0, Math.max(0, earlierTitles.length - replaced));
}

/** An edit in the place of an article. */
const asArticle = (key: string, { article, at }: Change): Article => ({
  ...article,
  // An edit says nothing of what came after it but what the article is now.
  enrichedAt: changedAt(article),
  key,
  id: `${article.id}/revision/${Number(key.slice(1))}`,
  published: at,
  updated: at,
});
