import * as v from "valibot";
import { fingerprint } from "../scrape/fingerprint.ts";
import type { Coverage } from "./coverage.ts";
import { addReprint, setCopies } from "./groups.ts";
import type { EventName } from "./journal.ts";
import type { ArchivedArticle } from "./merge.ts";
import { type ArticleRow, publishedOf } from "./rows.ts";
import type { SourceStatus } from "./source-status.ts";
import type { Store } from "./store.ts";

/**
 * The archive as lines of JSON: a head, every event of the journal in full, and each source's state. A restore replays
 * the events in order, which gives the same archive with the same numbers.
 */
const FORMAT = "kcna-feed-bridge/1";

export type Line = HeadLine | EventLine | SourceLine | EndLine;

interface HeadLine {
  format: typeof FORMAT;
}

export interface EventLine {
  seq: number;
  at: string;
  event: EventName;
  source: string;
  site?: string;
  key?: string;
  published?: string;
  title?: string;
  excerpt?: string;
  html?: string;
  data?: Record<string, unknown>;
}

interface SourceLine {
  /** Id of a source. */
  state: string;
  /** Number of the archive's last event: the state is the one after it. */
  seq: number;
  coverage?: Coverage;
  status?: SourceStatus;
}

/** The last line: a backup without it is incomplete. */
interface EndLine {
  /** Number of the last event. */
  end: number;
}

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

/**
 * The next part of the archive's lines.
 *
 * @param after number of the last event that the caller has; 0 for the beginning
 * @returns `next` is the number to continue after; undefined after the last part, which ends with the sources' states
 */
export function exportLines(store: Store, after: number): { lines: Line[]; next?: number } {
  const lines: Line[] = after === 0 ? [{ format: FORMAT }] : [];
  const rows = store.sql.rows<JournalRow>(
    `SELECT journal.*, article.key, article.site FROM journal LEFT JOIN article USING (n)
     WHERE journal.seq > ? ORDER BY journal.seq LIMIT ?`,
    after,
    LINES,
  );
  let size = 0;
  let last = after;
  for (const row of rows) {
    const line = eventLine(store, row);
    size += (line.html?.length ?? 0) + 500;
    if (size > PART && last > after) return { lines, next: last };
    lines.push(line);
    last = row.seq;
  }
  if (rows.length === LINES) return { lines, next: last };
  const sources = store.sql.rows<{ id: string; coverage: string | null; status: string | null }>(
    "SELECT id, coverage, status FROM source ORDER BY id",
  );
  for (const { id, coverage, status } of sources) {
    lines.push({
      state: id,
      seq: last,
      ...(coverage && { coverage: JSON.parse(coverage) }),
      ...(status && { status: JSON.parse(status) }),
    });
  }
  lines.push({ end: last });
  return { lines };
}

/** A row of the journal in a few characters: rows are final, so it tells whose journal a number is of. Empty for 0. */
export function journalDigest(store: Store, seq: number): string {
  const [row] = store.sql.rows<JournalRow>(JOURNAL_ROW, seq);
  return row ? fingerprint(canonical(eventLine(store, row))) : "";
}

const JOURNAL_ROW = `SELECT journal.*, article.key, article.site FROM journal LEFT JOIN article USING (n) WHERE journal.seq = ?`;

function eventLine(store: Store, row: JournalRow): EventLine {
  const { seq, at, event, source, n, key, site, title, excerpt, html, data } = row;
  return {
    seq,
    at,
    event,
    source,
    ...(n !== null && site !== null && key !== null && { site: store.sites.nameOf(site), key }),
    ...(n !== null && event === "added" && { published: publishedOf(n) }),
    ...(title !== null && { title }),
    ...(excerpt !== null && { excerpt }),
    ...(html !== null && { html }),
    ...(data !== null && { data: JSON.parse(data) }),
  };
}

const text = v.string();
const number = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const instant = v.pipe(text, v.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/), v.isoTimestamp());
const object = v.record(text, v.unknown());
const EVENTS = [
  ...(["added", "edited", "text", "enriched", "joined", "parted", "reprint", "gone", "back"] as const),
  ...(["outage", "recovered", "gap", "filled"] as const),
] as const;

/** The fields without which no feed can show an article. */
const ARTICLE = v.looseObject({ id: text, language: text, url: text, day: text });

/** A valid line. The file may have been changed by anybody. */
const LINE = v.union([
  v.object({ format: text }),
  v.object({ end: number }),
  v.looseObject({ state: text, seq: number, coverage: v.optional(object), status: v.optional(object) }),
  v.pipe(
    v.looseObject({
      seq: number,
      at: instant,
      event: v.picklist(EVENTS),
      source: v.pipe(text, v.regex(/^[^\s@]+$/)),
      site: v.optional(text),
      key: v.optional(text),
      published: v.optional(instant),
      title: v.optional(text),
      excerpt: v.optional(text),
      html: v.optional(text),
      data: v.optional(object),
    }),
    v.check(({ event, title, published, data }) =>
      event !== "added" || title === undefined ? true : published !== undefined && v.is(ARTICLE, data),
    ),
  ),
]);

const isLine = (line: unknown): boolean => v.is(LINE, line);

/** Why a part of a backup cannot be restored. Nothing of the part is kept then. */
export class BackupError extends Error {
  override name = "BackupError";
}

/**
 * Restores a part of a backup in the caller's transaction. Events that the archive already has must be the same: so an
 * interrupted restore can be repeated, and a later backup continues an earlier one.
 *
 * @returns the number of new events, and of the last event
 * @throws BackupError if the lines are no backup, or belong to another archive
 */
export function importLines(store: Store, lines: readonly Line[]): { restored: number; seq: number } {
  const before = store.head().seq;
  let seq = before;
  for (const line of lines) {
    if (!isLine(line)) throw new BackupError(`${JSON.stringify(line).slice(0, 80)} is no line of a backup`);
    if ("format" in line || "end" in line || "state" in line) importOther(store, line);
    else seq = importEvent(store, line, seq);
  }
  return { restored: seq - before, seq };
}

/** @returns number of the archive's last event */
function importEvent(store: Store, line: EventLine, seq: number): number {
  if (line.seq <= seq) {
    checkSame(store, line);
    return seq;
  }
  if (line.seq !== seq + 1) throw new BackupError(`event ${seq + 1} is missing: the next line is event ${line.seq}`);
  replay(store, line);
  return line.seq;
}

function importOther(store: Store, line: Exclude<Line, EventLine>): void {
  if ("end" in line) checkHead(store, line.end);
  else if ("state" in line) restoreState(store, line);
  else if (line.format !== FORMAT) {
    throw new BackupError(`the backup has the format ${String(line.format).slice(0, 40)}`);
  }
}

function checkSame(store: Store, line: EventLine): void {
  const [row] = store.sql.rows<JournalRow>(JOURNAL_ROW, line.seq);
  if (!row || canonical(eventLine(store, row)) !== canonical(line)) {
    throw new BackupError(`event ${line.seq} is another one here: the backup is of another archive`);
  }
}

/** A line's text, whatever the order of its fields. */
const canonical = (line: EventLine): string =>
  JSON.stringify(Object.entries(line).sort(([a], [b]) => (a < b ? -1 : 1)));

/** Does again what the event says. */
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

/** Does again what an event says of an article that is kept already. */
function replayKnown(store: Store, row: ArticleRow, line: EventLine): void {
  const { at, event, source, data = {} } = line;
  switch (event) {
    case "added":
      store.listUnder(row, source, at, typeof data.outlet === "string" ? data.outlet : undefined);
      break;
    case "joined":
    case "parted":
      setCopies(store, row, named(store, line, data.copies), event, source, at);
      break;
    case "reprint":
      for (const of of named(store, line, [data.of])) addReprint(store, row, of, source, at);
      break;
    case "edited":
    case "text":
    case "enriched":
      replayChange(store, row, line, event);
      break;
    default:
      store.append({ at, event, source, n: row.n, data });
  }
}

function replayNew(store: Store, line: EventLine, site: string, key: string): void {
  const { at, source, title = "", excerpt = "", published = "" } = line;
  const { id, language, url, day, dayOnly, dayAhead, original, image, outlet } =
    line.data as unknown as ArchivedArticle;
  const flags = { ...(dayOnly && { dayOnly }), ...(dayAhead && { dayAhead }) };
  const dates = { day, published, updated: published, firstSeen: at, ...flags };
  const links = { url, ...(original && { original }), ...(image && { image }), ...(outlet && { outlet }) };
  store.add({ site, key, id, source, language, title, excerpt, ...links, ...dates }, at, at);
}

function replayChange(store: Store, row: ArticleRow, line: EventLine, event: "edited" | "text" | "enriched"): void {
  const { updated, ...changed } = (line.data ?? {}) as Partial<ArchivedArticle>;
  const before = store.articleOf(row);
  const known = { ...before, ...changed, updated: updated ?? before.updated };
  // A field that was removed is null in the line.
  const fields = Object.entries(known).filter(([, value]) => value !== null);
  const after = Object.fromEntries(fields) as unknown as ArchivedArticle;
  if (line.title !== undefined) after.title = line.title;
  if (line.excerpt !== undefined) after.excerpt = line.excerpt;
  const html = event === "enriched" ? store.textOf(row) : (line.html ?? "");
  store.change(row, after, html, event, line.source, line.at);
  if (event === "text") store.sql.run("UPDATE article SET page_due = NULL WHERE n = ?", row.n);
}

const ARTICLE_NAMES = v.array(v.object({ site: text, key: text }));

/** The articles that an event names. */
function named(store: Store, line: EventLine, names: unknown): ArticleRow[] {
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

function restoreState(store: Store, { state, seq, coverage, status }: SourceLine): void {
  checkHead(store, seq);
  store.sql.run(
    `INSERT INTO source (id, seq, coverage, status) VALUES (?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, coverage = excluded.coverage, status = excluded.status`,
    state,
    seq,
    coverage ? JSON.stringify(coverage) : null,
    status ? JSON.stringify(status) : null,
  );
}
