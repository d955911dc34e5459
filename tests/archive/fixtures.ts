import type { Archive } from "../../src/archive/archive.ts";
import type { Line } from "../../src/archive/backup-lines.ts";
import type { ArticleRow } from "../../src/archive/rows.ts";
import type { CommitResult, ListingCommit, SourceCommit } from "../../src/archive/source-commit.ts";
import type { Article, ScrapedArticle } from "../../src/article.ts";

/** Pages as a website's reader hands them to the archive. */

export const HOUR = 3600_000;
export const NOW = Date.parse("2026-06-01T00:00:00Z");

const koreanDay = (ms: number) => new Date(ms + 9 * HOUR).toISOString().slice(0, 10);

/** An article that the website took in at an instant. */
export function shownAt(ms: number, title = `Article ${ms / 1000}`, excerpt = `What ${title} says.`): ScrapedArticle {
  const key = `${Math.floor(ms / 1000)}-${Math.floor(ms / 60_000)}`;
  return {
    key,
    id: `tag:kcnawatch.org,2026:newstream/${key}`,
    url: `https://kcnawatch.org/newstream/${key}/`,
    title,
    excerpt,
    day: koreanDay(ms),
    collectedAt: ms,
    language: "en",
  };
}

/** `count` articles, newest first, `step` apart. */
export const page = (newest: number, count: number, step = HOUR): ScrapedArticle[] =>
  Array.from({ length: count }, (_, i) => shownAt(newest - i * step));

export function listing(articles: readonly ScrapedArticle[], more: Partial<ListingCommit> = {}): SourceCommit {
  const source = more.source ?? "kcna-en";
  return {
    source,
    listings: [{ source, site: "kcnawatch", timeZone: "Asia/Pyongyang", articles, unbroken: true, ...more }],
    outcome: { ok: true, shown: articles.length },
  };
}

/** The gaps that a commit's status tells, as dates. */
export const gapsOf = (result: CommitResult | undefined) =>
  (result?.status?.stats?.gaps ?? []).map(({ after, before }) => ({ after, before }));

/** Every article, oldest first. */
export const articlesIn = ({ store }: Archive): Article[] =>
  store.sql.rows<ArticleRow>("SELECT * FROM article ORDER BY n").map((row) => store.articleOf(row));

/** A backup of an archive, all its parts. */
export function exported(archive: Archive): Line[] {
  const lines: Line[] = [];
  for (let next: number | undefined = 0; next !== undefined; ) {
    const part: { lines: Line[]; next?: number } = archive.export(next);
    lines.push(...part.lines);
    next = part.next;
  }
  return lines;
}

/** All that an archive holds, but for what is only told in its journal. */
export const contents = ({ store: { sql } }: Archive) => ({
  articles: sql.rows(
    "SELECT n, key, site, id, sources, language, title, excerpt, url, original, image, day, day_ahead, day_only, updated, first_seen, enriched_at, earlier_titles, edits, body, seq, versions, listed, outlet, copy_of, copies, joined_at, gone, absent, page_due, page_failures, page_error, page_urgent, page_seen, page_title, page_doubt FROM article ORDER BY n",
  ),
  listing: sql.rows("SELECT * FROM listing ORDER BY source, n"),
  months: sql.rows("SELECT * FROM month ORDER BY source, month"),
  titles: sql.rows("SELECT * FROM title ORDER BY hash, n"),
  signatures: sql.rows("SELECT * FROM text_signature ORDER BY n"),
  reprints: sql.rows("SELECT * FROM reprint ORDER BY n"),
  search: sql.rows("SELECT rowid FROM search ORDER BY rowid"),
  words: sql.rows("SELECT term FROM vocabulary ORDER BY term"),
});
