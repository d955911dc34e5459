import type { Sql } from "../platform/sql.ts";
import { DAY, instant } from "../time.ts";
import { type Coverage, completeSince, type Gap, knownGaps } from "./coverage.ts";
import type { Event } from "./journal.ts";
import type { Noise } from "./noise.ts";
import { publishedOf } from "./rows.ts";
import { gapPause, nextDue, PUSH_INTERVAL } from "./schedule.ts";

/** How a source is doing. */
export interface SourceStatus {
  /** When a fetch was last tried. */
  lastAttempt: string;
  lastSuccess?: string;
  lastFailure?: { at: string; reason: string; detail: string };
  /** Failures since the last success, and since when. */
  failures: number;
  failingSince?: string;
  /** Whether the journal has said that the source cannot be read. */
  outage?: true;
  /** Not to be fetched before. */
  nextDue: string;
  /** Articles that a listing page usually shows. */
  typicalCount?: number;
  /** The website's validators of the listing page, for conditional requests. */
  validators?: Validators;
  /** Digest of the listing page that was merged last: a page that is the same need not be parsed. */
  digest?: string;
  /** The website cannot be read, and somebody pushes its pages in: nothing is fetched before `nextDue`. */
  pushed?: true;
  /** Changes that are not kept as edits. */
  noise?: Noise;
  /** Reading on into a gap: tries in a row that closed nothing of it, and not to be tried again before. */
  gapReading?: { tries: number; due: string };
  stats?: ArchiveStats;
  /** Number of the source's last event when `stats` was taken. */
  statsSeq?: number;
}

/** A page's validators. They belong to the address that they came from: to another they are never sent. */
export interface Validators {
  /** Address of the page, redirects followed. */
  address?: string;
  etag?: string;
  lastModified?: string;
  /** When they came. */
  at?: string;
}

/** What the archive holds of a source. */
export interface ArchiveStats {
  articles: number;
  newest?: { title: string; url: string; published: string; language: string };
  completeSince?: string;
  gaps: Gap[];
  /** Longest silence between two of the newest articles, milliseconds; at least a day. */
  longestSilence: number;
  /** Articles by printed day over the last weeks: `{"2026-01-30": 4}`. */
  articlesPerDay: Record<string, number>;
}

/** What came of looking at a source. */
export type Outcome = (
  | {
      ok: true;
      /** Articles on the page; absent where the page was the same as before, or an article's. */
      shown?: number;
      validators?: Validators;
      digest?: string;
      /** Whether reading on into a gap closed some of it; absent where it was not tried. */
      gapProgress?: boolean;
    }
  | { ok: false; reason: string; detail: string; retryAfter?: number }
) & {
  /** The page was pushed in: it says nothing about the website. */
  pushed?: true;
};

/** Failures for so long are an outage. */
const OUTAGE = 3 * 3600_000;

/**
 * The status after an outcome, and the event that it makes.
 *
 * @param now milliseconds
 */
export function statusAfter(
  before: SourceStatus | undefined,
  outcome: Outcome,
  now: number,
): { status: SourceStatus; event?: Pick<Event, "event" | "data"> } {
  const at = instant(now);
  const status: SourceStatus = { lastAttempt: at, failures: 0, nextDue: at, ...before };
  // Of two looks that overlap, the later one counts.
  if (before && before.lastAttempt > at) return { status };
  status.lastAttempt = at;
  return outcome.ok ? afterSuccess(status, outcome, now) : afterFailure(status, outcome, now);
}

function afterFailure(status: SourceStatus, { reason, detail, retryAfter }: Outcome & { ok: false }, now: number) {
  const at = instant(now);
  status.failures++;
  status.failingSince ??= at;
  status.lastFailure = { at, reason, detail };
  status.nextDue = instant(nextDue(now, status.failures, retryAfter));
  if (status.outage || now - Date.parse(status.failingSince) < OUTAGE) return { status };
  status.outage = true;
  return { status, event: { event: "outage" as const, data: { since: status.failingSince, reason, detail } } };
}

function afterSuccess(status: SourceStatus, outcome: Outcome & { ok: true }, now: number) {
  const { shown, validators, digest } = outcome;
  const at = instant(now);
  // A listing that comes where the website cannot be read keeps the cron off, as long as more come.
  const pushed = outcome.pushed && shown !== undefined && (status.failures > 0 || status.pushed === true);
  const wasOutage = status.outage;
  const since = status.failingSince;
  status.failures = 0;
  delete status.failingSince;
  delete status.outage;
  // The website was read: it need not be pushed any more.
  delete status.pushed;
  status.lastSuccess = at;
  status.nextDue = instant(pushed ? now + PUSH_INTERVAL : nextDue(now, 0));
  if (pushed) status.pushed = true;
  // Follows a listing that slowly gets longer or shorter; the first page sets it.
  if (shown !== undefined) status.typicalCount = Math.round(Math.max(shown, (status.typicalCount ?? shown) * 0.95));
  if (validators) status.validators = validators;
  if (digest) status.digest = digest;
  if (outcome.gapProgress !== undefined) {
    const tries = outcome.gapProgress ? 0 : (status.gapReading?.tries ?? 0) + 1;
    status.gapReading = { tries, due: instant(now + gapPause(tries)) };
  }
  return wasOutage ? { status, event: { event: "recovered" as const, data: { since } } } : { status };
}

/** Days of arrivals kept: those that the health page draws, and some. */
const DAYS = 35;
const NEWEST = 50;

/** What the archive holds of a source now. */
export function archiveStats(sql: Sql, source: string, coverage: Coverage | undefined, now: number): ArchiveStats {
  const [count] = sql.rows<{ articles: number }>(
    "SELECT coalesce(sum(articles), 0) AS articles FROM month WHERE source = ?",
    source,
  );
  const newest = sql.rows<{ n: number; title: string; url: string; language: string }>(
    // CROSS JOIN keeps SQLite from reading the articles first.
    `SELECT article.n, title, url, language FROM listing CROSS JOIN article ON article.n = listing.n
     WHERE listing.source = ? ORDER BY listing.n DESC LIMIT ?`,
    source,
    NEWEST,
  );
  const [first] = newest;
  const since = instant(now - DAYS * DAY).slice(0, 10);
  const days = sql.rows<{ day: string; articles: number }>(
    `SELECT day, count(*) AS articles FROM listing CROSS JOIN article ON article.n = listing.n
     WHERE listing.source = ? AND listing.n >= ? AND day >= ? GROUP BY day ORDER BY day`,
    source,
    Math.floor((now - (DAYS + 2) * DAY) / 1000) * 64,
    since,
  );
  const complete = completeSince(coverage);
  return {
    articles: count?.articles ?? 0,
    ...(first && {
      newest: { title: first.title, url: first.url, published: publishedOf(first.n), language: first.language },
    }),
    ...(complete && { completeSince: complete }),
    gaps: knownGaps(coverage),
    longestSilence: longestSilence(newest.map(({ n }) => Date.parse(publishedOf(n)))),
    articlesPerDay: Object.fromEntries(days.map(({ day, articles }) => [day, articles])),
  };
}

/** @param dates milliseconds, newest first */
function longestSilence(dates: readonly number[]): number {
  let longest = DAY;
  for (let i = 1; i < dates.length; i++) longest = Math.max(longest, (dates[i - 1] ?? 0) - (dates[i] ?? 0));
  return longest;
}

/** Whether a source is quieter than it usually is: silent for more than twice its longest silence. */
export function isQuiet({ stats }: SourceStatus, now: number): boolean {
  if (!stats?.newest) return false;
  return now - Date.parse(stats.newest.published) > 2 * stats.longestSilence;
}
