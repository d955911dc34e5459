import type { Article } from "../article.ts";
import { diskError, type Sql } from "../platform/sql.ts";
import { escapeHtml } from "../scrape/text.ts";
import { DAY, instant, latestOf } from "../time.ts";
import { saveSignature, saveTitleHashes, titleHashesOf } from "./identity.ts";
import { IndexWriter } from "./index-writer.ts";
import type { Cause, Event } from "./journal.ts";
import { addListings } from "./listings.ts";
import type { ArchivedArticle, Edit } from "./merge.ts";
import { type ArticleRow, articleOf, articleRows, BY_NUMBERS, type Ranges, SiteNumbers, sourcesOf } from "./rows.ts";
import { SourceRows } from "./source-rows.ts";
import { isOverlap } from "./wrong-clock.ts";

/**
 * The statements that write articles. Each also keeps the journal, listings, months and search index in step. What is
 * read at each look (the sources, the journal's end) stays in memory, because nobody else writes.
 */
export class Store {
  readonly sql: Sql;
  sites: SiteNumbers;
  index: IndexWriter;
  sources: SourceRows;
  #head: { seq: number; at: string } | undefined;
  /** Written rows that the table `usage` already includes. */
  #countedRows = 0;
  /** The events from this one on are of the instant of the journal's end. */
  sameInstantFrom = Number.POSITIVE_INFINITY;
  /** Number of the last event of an article that is not of `addArticles`. */
  lastAppended = 0;
  /** The rows of a source that listed nothing before, as long as no article is changed after them. */
  firstListing: { source: string; rows: readonly ArticleRow[] } | undefined;

  /** Whether nothing could be stored at the last try: the disk is full, the file was moved, or a day's rows are used up. */
  isReadOnly = false;

  constructor(sql: Sql) {
    this.sql = sql;
    this.sites = new SiteNumbers(sql);
    this.index = new IndexWriter(sql);
    this.sources = new SourceRows(sql);
  }

  /** Runs `work` in a transaction, at the end of which the search index and the sources are written. */
  transaction<Result>(work: () => Result): Result {
    try {
      const result = this.sql.transaction(() => {
        this.sources.begin();
        const result = work();
        this.index.write();
        this.sources.write();
        return result;
      });
      this.isReadOnly = false;
      return result;
    } catch (error) {
      if (diskError(error)) this.isReadOnly = true;
      // Rolled back: what is in memory may not be in the tables.
      this.#head = undefined;
      this.firstListing = undefined;
      this.sites = new SiteNumbers(this.sql);
      this.index = new IndexWriter(this.sql);
      this.sources = new SourceRows(this.sql);
      throw error;
    }
  }

  byKeys(site: string, keys: readonly string[]): ArticleRow[] {
    const from = "FROM json_each(?) AS wanted JOIN article ON article.key = wanted.value AND article.site = ?";
    return articleRows(this.sql, from, [JSON.stringify(keys), this.sites.numberOf(site)]);
  }

  byKey(site: string, key: string): ArticleRow | undefined {
    return this.byKeys(site, [key])[0];
  }

  /** The articles of a site with `n` in one of the ranges. */
  between(site: string, ranges: Ranges): Pick<ArticleRow, "n" | "key" | "sources">[] {
    return this.sql.rows(
      `SELECT n, article.key, sources FROM json_each(?) AS wanted
       CROSS JOIN article ON n BETWEEN wanted.value ->> 0 AND wanted.value ->> 1 WHERE site = ?`,
      [JSON.stringify(ranges), this.sites.numberOf(site)],
    );
  }

  /** The article as its first source shows it, with the fields that only the merge needs. */
  articleOf(row: ArticleRow): ArchivedArticle {
    return {
      ...articleOf(row, sourcesOf(row).slice(0, 1), this.sites.nameOf(row.site)),
      ...(row.day_ahead && { dayAhead: true }),
      ...(row.edits !== null && { edits: JSON.parse(row.edits) as Edit[] }),
      ...(row.outlet !== null && { outlet: row.outlet }),
      ...(row.copy_of !== null && { copyOf: row.copy_of }),
    };
  }

  /** The sanitized text of an article's current version; empty if there is none. */
  textOf({ seq, body }: Pick<ArticleRow, "n" | "seq" | "body">): string {
    return body === null ? "" : this.textAt(seq);
  }

  /** The sanitized text of the version that an event made; empty if it has none. */
  textAt(seq: number): string {
    return this.sql.column<string | null>("SELECT html FROM journal WHERE seq = ?", [seq])[0] ?? "";
  }

  /** The rows of an article's copies on other websites, the first seen first. */
  copiesOf({ copies }: Pick<ArticleRow, "copies">): ArticleRow[] {
    return copies === null ? [] : this.byNumbers(JSON.parse(copies) as number[]);
  }

  /** The articles with these `n`, in this order. */
  byNumbers(numbers: readonly number[]): ArticleRow[] {
    return numbers.length === 0 ? [] : articleRows(this.sql, BY_NUMBERS, [JSON.stringify(numbers)]);
  }

  /**
   * Lists a kept article under another source too.
   *
   * @param outlet the source's, if all its articles are of one
   */
  listUnder(row: ArticleRow, cause: Cause, outlet?: string): void {
    const { source, at } = cause;
    // The same page may have changed the article: what was read before it is out of date.
    Object.assign(row, this.byNumbers([row.n])[0]);
    const isNews = outlet !== undefined && row.outlet === null;
    const seq = this.append({ ...cause, event: "added", n: row.n, ...(isNews && { data: { outlet } }) });
    row.sources = `${row.sources} ${source}@${at}`;
    row.listed = JSON.stringify({ ...JSON.parse(row.listed), [source]: seq });
    if (isNews) {
      row.outlet = outlet;
      saveTitleHashes(this.sql, titleHashesOf(row.n, this.articleOf(row)));
    }
    this.update(row.n, { sources: row.sources, listed: row.listed, outlet: row.outlet });
    addListings(this.sql, [{ source, n: row.n }], at);
  }

  /**
   * Keeps the changes of an article.
   *
   * @param html the sanitized text after the change
   * @param event `edited` and `text` keep a whole new version; `enriched` is no edit
   * @returns number of the event
   */
  change(row: ArticleRow, after: ArchivedArticle, html: string, event: ChangeEvent, cause: Cause): number {
    const { at } = cause;
    const { title, excerpt } = after;
    const before = this.articleOf(row);
    const isVersion = event !== "enriched";
    const isReworded = excerpt !== before.excerpt || title !== before.title;
    const seq = this.append({
      ...cause,
      event,
      n: row.n,
      ...((isVersion || isReworded) && { title, excerpt }),
      ...(isVersion && { ...(html && { html }), previous: row.seq }),
      ...(after.updated !== before.updated && { updated: after.updated }),
      data: changedFields(before, after),
    });
    const { earlier, edits } = historyAfter(before, after, at, event === "edited");
    const body = html ? new TextEncoder().encode(html).length : null;
    // One statement, because Cloudflare counts each row that a statement writes.
    this.update(row.n, {
      ...articleColumns(after),
      earlier_titles: jsonOf(earlier),
      edits: jsonOf(edits),
      ...(event !== "edited" && { enriched_at: at }),
      ...(isVersion && { body, seq, versions: row.versions + 1 }),
    });
    if (isVersion || isReworded || row.copies !== null) this.indexWithCopies({ ...row, title, excerpt }, html);
    if (after.signature !== undefined) saveSignature(this.sql, row.n, after.language, after.signature);
    saveTitleHashes(this.sql, titleHashesOf(row.n, { ...after, earlierTitles: earlier }, before));
    return seq;
  }

  /** Indexes the words of an article and of its copies: a search finds it by the words of any of them. */
  indexWithCopies(row: Pick<ArticleRow, "n" | "title" | "excerpt" | "copies">, html: string): void {
    const words = this.copiesOf(row).map((copy) => copyWords(copy, this.textOf(copy)));
    this.index.add(row.n, row.title, row.excerpt, [html, ...words].join(" "));
  }

  /**
   * Keeps that an article is gone or back.
   *
   * @param data of `gone`: the first look at which it was absent; of `back`: since when it was gone
   */
  setPresence(row: ArticleRow, event: "gone" | "back", cause: Cause, data: Event["data"]): void {
    this.append({ ...cause, event, n: row.n, previous: row.seq, data });
    row.gone = event === "gone" ? cause.at : null;
    // A plain feed says that an article is gone, so its date has to move.
    this.update(row.n, { gone: row.gone, enriched_at: cause.at });
  }

  /** Writes columns of an article's row. */
  update(n: number, columns: Partial<ArticleRow>): void {
    const assignments = Object.keys(columns).map((name) => `${name} = ?`);
    this.sql.run(`UPDATE article SET ${assignments.join(", ")} WHERE n = ?`, [...Object.values(columns), n]);
  }

  /** Whether a page of an article was read before its current version was seen: it has nothing new. */
  isOutdated({ seq }: ArticleRow, now: number): boolean {
    const [at = ""] = this.sql.column<string>("SELECT at FROM journal WHERE seq = ?", [seq]);
    return at > instant(now) && isOverlap(Date.parse(at), now);
  }

  /** The instant of a commit's events: `now`, but not before the newest event of the journal. */
  eventTime(now: number): string {
    return latestOf([this.head().at, instant(now)]);
  }

  /** Takes the next `count` numbers of the journal for events of an instant. Returns the first. */
  takeNumbers(count: number, at: string): number {
    const head = this.head();
    if (at !== head.at) this.sameInstantFrom = head.seq + 1;
    if (count > 0) this.#head = { seq: head.seq + count, at };
    return head.seq + 1;
  }

  /** Numbers an event and keeps it. */
  append(event: Event): number {
    const { at, source, n = null, title = null, excerpt = null, html = null, previous = null } = event;
    const data = { ...event.data, ...(event.updated && { updated: event.updated }) };
    const json = Object.keys(data).length > 0 ? JSON.stringify(data) : null;
    const seq = this.takeNumbers(1, at);
    if (n !== null) [this.lastAppended, this.firstListing] = [seq, undefined];
    this.sql.run(
      `INSERT INTO journal (seq, at, event, source, n, title, excerpt, html, previous, data)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      [seq, at, event.event, source, n, title, excerpt, html, previous, json],
    );
    return seq;
  }

  /** Adds KV writes, and the rows that were written since the last call, to what a day's limits have been used for. */
  noteUsage(day: string, writes: number): void {
    const rows = this.sql.rowsWritten?.() ?? 0;
    if (writes === 0 && rows === this.#countedRows) return;
    this.sql.run(
      `INSERT INTO usage (day, writes, rows) VALUES (?, ?, ?) ON CONFLICT (day)
       DO UPDATE SET writes = writes + excluded.writes, rows = rows + excluded.rows`,
      [day, writes, rows - this.#countedRows],
    );
    this.#countedRows = rows;
  }

  /** The newest number and instant of the journal. */
  head(): { seq: number; at: string } {
    const read = () =>
      this.sql.rows<{ seq: number; at: string }>("SELECT seq, at FROM journal ORDER BY seq DESC LIMIT 1");
    this.#head ??= read()[0] ?? { seq: 0, at: "" };
    return this.#head;
  }
}

/** HTML of the words that an article adds to its copies. */
export const copyWords = ({ title, excerpt }: Pick<Article, "title" | "excerpt">, html: string): string =>
  `${escapeHtml(title)} ${escapeHtml(excerpt)} ${html}`;

function articleColumns(article: ArchivedArticle): Partial<ArticleRow> {
  const { title, excerpt, url, original = null, image = null, day, language, updated, outlet = null } = article;
  const others = { day_ahead: article.dayAhead ? 1 : 0, copy_of: article.copyOf ?? null };
  return { title, excerpt, url, original, image, day, language, updated, outlet, ...others };
}

type ChangeEvent = "edited" | "text" | "enriched";

/** The fields that have changed, without title, excerpt and text; null if a field was removed. */
function changedFields(before: ArchivedArticle, after: ArchivedArticle): Record<string, unknown> {
  const { url, original, image, day, dayAhead, language, outlet, copyOf, signature } = after;
  const fields = Object.entries({ url, original, image, day, dayAhead, language, outlet, copyOf, signature });
  const changed = fields.filter(([name, value]) => value !== before[name as keyof ArchivedArticle]);
  return Object.fromEntries(changed.map(([name, value]) => [name, value ?? null]));
}

/** How long the merge asks for an article's edits, milliseconds. */
const EDITS_KEPT = 30 * DAY;

/** The earlier titles and the edits of an article, both oldest first. */
function historyAfter(before: ArchivedArticle, after: ArchivedArticle, at: string, isEdit: boolean) {
  const { earlierTitles: earlier = [], edits = [] } = before;
  if (!isEdit) return { earlier, edits };
  const fields = (["title", "excerpt"] as const).filter((field) => before[field] !== after[field]);
  const recent = edits.filter((edit) => Date.parse(at) - Date.parse(edit.at) < EDITS_KEPT);
  return {
    earlier: after.title !== before.title ? [...earlier, before.title] : earlier,
    edits: fields.length > 0 ? [...recent, { at, fields }] : recent,
  };
}

const jsonOf = (list: readonly unknown[]): string | null => (list.length > 0 ? JSON.stringify(list) : null);
