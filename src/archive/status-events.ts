import { HOUR, instant } from "../time.ts";
import type { Gap } from "./coverage.ts";
import type { Store } from "./store.ts";

/**
 * Outages and gaps of sources, for the status feed: one entry each, which changes when it ends.
 *
 * So that a source that flaps fills no feed: an outage is told after 3 hours of failures (see source-status.ts); one
 * that begins within 6 hours of the last one's end continues it; and a gap that is filled within an hour is not told.
 */
export interface StatusEvent {
  kind: "outage" | "gap";
  source: string;
  /** Number of its first event in the journal: it never changes, and orders the entries. */
  seq: number;
  /** When it was told first. */
  at: string;
  /** When it last changed. */
  updated: string;
  /** Of an outage: the first failure. Of a gap: the published date of the article below it. */
  since: string;
  /** Of an outage: when the source could be read again. Of a gap: when it was filled. Absent while it lasts. */
  ended?: string;
  /** Of an outage: why the source could not be read, in a word and in a sentence. */
  reason?: string;
  detail?: string;
  /** Of a gap: the published date of the article above it, and what is still open of it. */
  before?: string;
  open?: Gap[];
}

export interface StatusQuery {
  sources: readonly string[];
  now: number;
  limit: number;
  /** Entries before this number; the newest if it is absent. */
  before?: number;
}

interface StatusRow {
  seq: number;
  at: string;
  event: "outage" | "recovered" | "gap" | "filled";
  source: string;
  data: string | null;
}

interface StatusData {
  since?: string;
  reason?: string;
  detail?: string;
  after?: string;
  before?: string;
}

/** Events that are read. A source has a few a year. */
const MAX_EVENTS = 5000;
const CONTINUED = 6 * HOUR;
const SHORT_GAP = HOUR;

/** The entries, newest first; `next` is where the following page begins. */
export function statusEvents(store: Store, query: StatusQuery): { events: StatusEvent[]; next?: number } {
  const { sources, now, limit, before = Number.MAX_SAFE_INTEGER } = query;
  const rows = store.sql.rows<StatusRow>(
    `SELECT seq, at, event, source, data FROM journal WHERE event IN ('outage', 'recovered', 'gap', 'filled')
     AND source IN (SELECT value FROM json_each(?)) ORDER BY seq DESC LIMIT ?`,
    JSON.stringify(sources),
    MAX_EVENTS,
  );
  const entries: StatusEvent[] = [];
  for (const row of rows.reverse()) note(entries, row);
  const told = entries.filter((entry) => entry.seq < before && isTold(entry, now)).sort((a, b) => b.seq - a.seq);
  const events = told.slice(0, limit);
  const last = events.at(-1);
  return { events, ...(last && told.length > limit && { next: last.seq }) };
}

function note(entries: StatusEvent[], row: StatusRow): void {
  const data = (row.data === null ? {} : JSON.parse(row.data)) as StatusData;
  const own = entries.filter(({ source }) => source === row.source);
  const outage = own.findLast(({ kind }) => kind === "outage");
  if (row.event === "outage") noteOutage(entries, outage, row, data);
  else if (row.event === "recovered") {
    if (outage && outage.ended === undefined) Object.assign(outage, { ended: row.at, updated: row.at });
  } else if (row.event === "gap") noteGap(entries, row, data);
  else for (const gap of own) if (gap.kind === "gap") fill(gap, data, row.at);
}

function noteOutage(
  entries: StatusEvent[],
  last: StatusEvent | undefined,
  { seq, at, source }: StatusRow,
  { since = at, reason, detail }: StatusData,
): void {
  const why = { ...(reason && { reason }), ...(detail && { detail }) };
  if (last?.ended !== undefined && Date.parse(since) - Date.parse(last.ended) < CONTINUED) {
    delete last.ended;
    Object.assign(last, { updated: at, ...why });
  } else entries.push({ kind: "outage", source, seq, at, updated: at, since, ...why });
}

function noteGap(
  entries: StatusEvent[],
  { seq, at, source }: StatusRow,
  { after = "", before = "" }: StatusData,
): void {
  // The time before the first page is no gap that could be filled.
  if (after === "") return;
  const told = instant(Date.parse(at) + SHORT_GAP);
  entries.push({ kind: "gap", source, seq, at: told, updated: told, since: after, before, open: [{ after, before }] });
}

/** Takes what was filled out of a gap. */
function fill(gap: StatusEvent, { after = "", before = "" }: StatusData, at: string): void {
  const open = (gap.open ?? []).flatMap((part) =>
    before <= part.after || after >= part.before
      ? [part]
      : [
          ...(part.after < after ? [{ after: part.after, before: after }] : []),
          ...(before < part.before ? [{ after: before, before: part.before }] : []),
        ],
  );
  if (JSON.stringify(open) === JSON.stringify(gap.open)) return;
  gap.open = open;
  if (at > gap.updated) gap.updated = at;
  if (open.length === 0) gap.ended = at;
}

/** Whether an entry is told: a gap only if it lasts. */
const isTold = ({ kind, at, ended }: StatusEvent, now: number): boolean =>
  kind === "outage" || (ended === undefined ? Date.parse(at) <= now : ended > at);
