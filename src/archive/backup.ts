import * as v from "valibot";
import { diskError } from "../platform/sql.ts";
import { fingerprint } from "../scrape/fingerprint.ts";
import { addArticles } from "./add-articles.ts";
import { type EventLine, FORMAT, isLine, isStats, type Line, PAGE_COLUMNS, type SourceLine } from "./backup-lines.ts";
import { addReprint, setCopies } from "./groups.ts";
import type { EventName } from "./journal.ts";
import type { ArchivedArticle } from "./merge.ts";
import { type ArticleRow, publishedOf } from "./rows.ts";
import type { SourceRow } from "./source-rows.ts";
import type { Store } from "./store.ts";

/** Backup and restore of the archive as lines of JSON (backup-lines.ts). */

interface JournalRow {
  seq: number;
  at: string;
  event: EventName;
  source: string;
  n: number | null;
  title: string | null;
  excerpt: string | null;
  html: string | null;
  data: string | null;
  key: string | null;
  site: number | null;
}

/** The most characters of one part of an export, one line aside. */
const PART = 1_000_000;
const LINES = 1000;
/** Rows that are read together: with a thousand, long texts would fill the memory, and most rows would be read for several parts. */
const BATCH_SIZE = 25;

/**
 * The next part of the archive's lines.
 *
 * @param after number of the last event that the caller has; 0 for the beginning
 * @returns `next` is the number to continue after; undefined after the last part, which ends with the sources' states.
 *   No lines if there is no event `after`.
 */
export function exportLines(store: Store, after: number): { lines: Line[]; next?: number } {
  const lines: Line[] = after === 0 ? [{ format: FORMAT }] : [];
  let size = 0;
  let last = after;
  for (const row of journalAfter(store, after)) {
    const line = withLooks(store, eventLine(store, row), row);
    size += (line.html?.length ?? 0) + 500;
    if (size > PART && last > after) return { lines, next: last };
    lines.push(line);
    last = row.seq;
  }
  if (last === after + LINES) return { lines, next: last };
  if (after > store.head().seq) return { lines: [] };
  const sources = [...store.sources.all()].sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [state, { coverage, status, listed }] of sources)
    lines.push({ state, seq: last, coverage, status, listed } as SourceLine);
  lines.push({ end: last });
  return { lines };
}

/** The next rows of the journal, at most those of one part. */
function* journalAfter(store: Store, after: number): Generator<JournalRow> {
  for (let read = 0; read < LINES; read += BATCH_SIZE) {
    const rows = store.sql.rows<JournalRow>(`${JOURNAL} WHERE journal.seq > ? ORDER BY journal.seq LIMIT +?`, [
      after + read,
      BATCH_SIZE,
    ]);
    yield* rows;
    if (rows.length < BATCH_SIZE) return;
  }
}

/**
 * A short digest of a row of the journal. Rows never change, so it identifies the archive that a number belongs to.
 * Empty for 0.
 */
export function journalDigest(store: Store, seq: number): string {
  const [row] = store.sql.rows<JournalRow>(JOURNAL_ROW, [seq]);
  return row ? fingerprint(canonical(eventLine(store, row))) : "";
}

const JOURNAL = "SELECT journal.*, article.key, article.site FROM journal LEFT JOIN article USING (n)";
const JOURNAL_ROW = `${JOURNAL} WHERE journal.seq = ?`;

function eventLine(store: Store, row: JournalRow): EventLine {
  const { seq, at, event, source, n, key, site, title, excerpt, html, data } = row;
  return {
    seq,
    at,
    event,
    source,
    ...(site !== null && key !== null && { site: store.sites.nameOf(site), key }),
    ...(n !== null && event === "added" && { published: publishedOf(n) }),
    ...(title !== null && { title }),
    ...(excerpt !== null && { excerpt }),
    ...(html !== null && { html }),
    ...(data !== null && { data: JSON.parse(data) }),
  };
}

/** The line of an `added` event with the state of the article. */
function withLooks(store: Store, line: EventLine, { n, event, source, title }: JournalRow): EventLine {
  if (event !== "added" || n === null) return line;
  const [listing] = store.sql.rows<{ last_seen: string | null; shown: string | null }>(
    "SELECT last_seen, shown FROM listing WHERE source = ? AND n = ?",
    [source, n],
  );
  const [page] = title === null ? [] : store.sql.rows<ArticleRow>("SELECT * FROM article WHERE n = ?", [n]);
  const looks = {
    ...(listing?.last_seen && { last_seen: listing.last_seen }),
    ...(listing?.shown && { shown: listing.shown }),
    ...(page && { page: Object.fromEntries(PAGE_COLUMNS.flatMap((name) => (page[name] ? [[name, page[name]]] : []))) }),
  };
  return { ...line, looks };
}

/** Columns that are never null. */
const COUNTS: readonly string[] = ["page_failures", "page_urgent"];

/** Restores what is kept of an article beside the journal. */
function restoreLooks(store: Store, { source, site, key, looks }: EventLine): void {
  const row = looks && site !== undefined && key !== undefined ? store.byKey(site, key) : undefined;
  if (!row || !looks) return;
  const { last_seen = null, shown = null, page } = looks;
  store.sql.run(
    `UPDATE listing SET last_seen = ?, shown = ?
     WHERE source = ? AND n = ?`,
    [last_seen, shown, source, row.n],
  );
  if (!page) return;
  // A file that was changed may have other names.
  const columns = PAGE_COLUMNS.map((name) => [name, page[name] ?? (COUNTS.includes(name) ? 0 : null)]);
  store.update(row.n, Object.fromEntries(columns));
}

/** Why a part of a backup cannot be restored. Nothing of the part is kept then. */
export class BackupError extends Error {
  override name = "BackupError";
}

/**
 * Restores a part of a backup in the caller's transaction. Events that the archive already has must be the same: so an
 * interrupted restore can be repeated, and a later backup continues an earlier one.
 *
 * @returns the number of new events, and of the last event
 * @throws BackupError if the lines are no backup, belong to another archive, or cannot be stored
 */
export function importLines(store: Store, lines: readonly Line[]): { restored: number; seq: number } {
  const before = store.head().seq;
  let seq = before;
  for (const line of lines) {
    const start = () => JSON.stringify(line).slice(0, 80);
    // The first archive's word for it (schema.ts).
    if ((line as { event?: string } | null)?.event === "learned") (line as EventLine).event = "enriched";
    if (!isLine(line)) throw new BackupError(`${start()} is no line of a backup`);
    try {
      seq = importLine(store, line, seq);
    } catch (error) {
      if (error instanceof BackupError || diskError(error)) throw error;
      // What SQLite refuses: the file was changed, and to try again would not help.
      throw new BackupError(`${start()} cannot be stored: ${(error as Error).message}`);
    }
  }
  return { restored: seq - before, seq };
}

/** @returns number of the archive's last event */
function importLine(store: Store, line: Line, seq: number): number {
  if ("format" in line && line.format !== FORMAT)
    throw new BackupError(`the backup has the format ${line.format.slice(0, 40)}`);
  if ("end" in line) checkHead(store, line.end);
  if ("state" in line) restoreState(store, line);
  return "event" in line ? importEvent(store, line, seq) : seq;
}

/** @returns number of the archive's last event */
function importEvent(store: Store, line: EventLine, seq: number): number {
  if (line.seq > seq + 1) throw new BackupError(`event ${seq + 1} is missing: the next line is event ${line.seq}`);
  if (line.seq > seq) replay(store, line);
  else checkSame(store, line);
  // A source that has a status was read here since, or its restore is complete: what is known of its articles stays.
  if (line.seq > seq || !store.sources.get(line.source).status) restoreLooks(store, line);
  return Math.max(seq, line.seq);
}

function checkSame(store: Store, line: EventLine): void {
  const [row] = store.sql.rows<JournalRow>(JOURNAL_ROW, [line.seq]);
  if (!row || canonical(eventLine(store, row)) !== canonical(line))
    throw new BackupError(
      `event ${line.seq} is another one here: the backup is of another archive; an empty one takes it, which has read nothing yet`,
    );
}

/** A line's text, whatever the order of its fields. */
const canonical = ({ looks: _, ...line }: EventLine): string =>
  JSON.stringify(Object.entries(line).sort(([a], [b]) => (a < b ? -1 : 1)));

function replay(store: Store, line: EventLine): void {
  const { at, event, source, site, key, data = {} } = line;
  if (site === undefined || key === undefined) {
    store.append({ at, event, source, data });
    return;
  }
  const row = store.byKey(site, key);
  if (event === "added" && line.title !== undefined) {
    if (row) throw new BackupError(`event ${line.seq} adds an article that is kept already`);
    replayNew(store, line, site, key);
    return;
  }
  if (!row) throw new BackupError(`event ${line.seq} is of an article that no event before it adds`);
  replayKnown(store, row, line);
}

function replayKnown(store: Store, row: ArticleRow, line: EventLine): void {
  const { at, event, source, data = {} } = line;
  const cause = { source, at };
  switch (event) {
    case "added":
      store.listUnder(row, cause, typeof data.outlet === "string" ? data.outlet : undefined);
      break;
    case "joined":
    case "parted":
      setCopies(store, row, namedArticles(store, line, data.copies), event, cause);
      break;
    case "reprint":
      for (const of of namedArticles(store, line, [data.of])) addReprint(store, row, of, cause);
      break;
    case "edited":
    case "text":
    case "enriched":
      replayChange(store, row, line, event);
      break;
    case "gone":
    case "back":
      store.setPresence(row, event, cause, line.data);
      break;
    default:
      store.append({ ...cause, event, n: row.n, data });
  }
}

function replayNew(store: Store, line: EventLine, site: string, key: string): void {
  const { at, source, title = "", excerpt = "", published = "" } = line;
  const { id, language, url, day, dayOnly, dayAhead, original, image, outlet } =
    line.data as unknown as ArchivedArticle;
  const flags = { ...(dayOnly && { dayOnly }), ...(dayAhead && { dayAhead }) };
  const dates = { day, published, updated: published, firstSeen: at, ...flags };
  const links = { url, ...(original && { original }), ...(image && { image }), ...(outlet && { outlet }) };
  addArticles(store, [{ site, key, id, source, language, title, excerpt, ...links, ...dates }], at);
}

function replayChange(store: Store, row: ArticleRow, line: EventLine, event: "edited" | "text" | "enriched"): void {
  const { updated, ...changed } = (line.data ?? {}) as Partial<ArchivedArticle>;
  const before = store.articleOf(row);
  // A field that was removed is null in the line, as in the tables.
  const after = { ...before, ...changed, updated: updated ?? before.updated };
  if (line.title !== undefined) after.title = line.title;
  if (line.excerpt !== undefined) after.excerpt = line.excerpt;
  const html = event === "enriched" ? store.textOf(row) : (line.html ?? "");
  store.change(row, after, html, event, { source: line.source, at: line.at });
}

const ARTICLE_NAMES = v.array(v.object({ site: v.string(), key: v.string() }));

function namedArticles(store: Store, line: EventLine, names: unknown): ArticleRow[] {
  if (!v.is(ARTICLE_NAMES, names)) throw new BackupError(`event ${line.seq} does not say of which articles it is`);
  return names.map(({ site, key }) => {
    const row = store.byKey(site, key);
    if (!row) throw new BackupError(`event ${line.seq} names an article that no event before it adds`);
    return row;
  });
}

function checkHead(store: Store, seq: number): void {
  const head = store.head().seq;
  if (head !== seq)
    throw new BackupError(`the archive has ${head} events and the backup ${seq}: it is no continuation`);
}

function restoreState(store: Store, { state, seq, coverage, status, listed }: SourceLine): void {
  checkHead(store, seq);
  const kept = status && { ...status, stats: isStats(status.stats) ? status.stats : undefined };
  store.sources.save(state, { coverage, status: kept, listed } as Partial<SourceRow>);
}
