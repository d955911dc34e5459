import { HOUR, instant } from "../time.ts";
import type { ArchiveStats } from "./archive-stats.ts";
import type { Event } from "./journal.ts";
import type { Noise } from "./noise.ts";
import { gapPause, nextDue, PUSH_INTERVAL } from "./schedule.ts";
import { isOverlap, wasPutBack, withoutFuture } from "./wrong-clock.ts";

export interface SourceStatus {
  /** When a fetch was last tried. */
  lastAttempt: string;
  lastSuccess?: string;
  lastFailure?: { at: string; reason: string; detail: string };
  /** Failures since the last success, and the instant of the first. */
  failures: number;
  failingSince?: string;
  /** Whether the journal has an `outage` without a `recovered` after it. */
  outage?: true;
  /** The source is not fetched before. */
  nextDue: string;
  /** Usual number of articles on the listing page. */
  typicalCount?: number;
  /** The website's validators of the listing page, for conditional requests. */
  validators?: Validators;
  /** Digest of the listing page that was merged last: an unchanged page is not parsed again. */
  digest?: string;
  /** The website cannot be read, and its pages are pushed in: nothing is fetched before `nextDue`. */
  pushed?: true;
  /** Changes that are not kept as edits. */
  noise?: Noise;
  /** Reading into a gap: failed tries in a row, and the instant before which there is no further try. */
  gapReading?: { tries: number; due: string };
  stats?: ArchiveStats;
  /** Number of the source's last event at the time of `stats`. */
  statsSeq?: number;
}

/** A page's validators. They are only sent to the address from which they came. */
export interface Validators {
  /** Address of the page, after redirects. */
  address?: string;
  etag?: string;
  lastModified?: string;
  /** When the bridge received them. */
  at?: string;
}

export type Outcome = (
  | {
      ok: true;
      /** Articles on the newest page; absent if it was unchanged, or if another page was read. */
      shown?: number;
      validators?: Validators;
      digest?: string;
      /** Whether reading into a gap closed a part of it; absent if it was not tried. */
      gapProgress?: boolean;
    }
  | { ok: false; reason: string; detail: string; retryAfter?: number }
) & {
  /** The page was pushed in: it does not say that the website can be read. */
  pushed?: true;
};

/** Failures over this time are an outage, milliseconds. */
const OUTAGE = 3 * HOUR;

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
  let status: SourceStatus = { lastAttempt: at, failures: 0, nextDue: at, ...before };
  // An older part of the listing, or an article: neither the website was read, nor its newest page pushed.
  if (outcome.ok && outcome.pushed && outcome.shown === undefined) return { status };
  // Of two looks that overlap, the later one counts.
  if (isOverlap(Date.parse(status.lastAttempt), now)) return { status };
  if (wasPutBack(status, now)) status = withoutFuture(status, now);
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
  const { shown } = outcome;
  const at = instant(now);
  // A listing that comes where the website cannot be read keeps the cron off, as long as more come.
  const pushed = outcome.pushed && (status.failures > 0 || status.pushed === true);
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
  keepPage(status, outcome);
  if (outcome.gapProgress !== undefined) {
    const tries = outcome.gapProgress ? 0 : (status.gapReading?.tries ?? 0) + 1;
    status.gapReading = { tries, due: instant(now + gapPause(tries)) };
  }
  return wasOutage ? { status, event: { event: "recovered" as const, data: { since } } } : { status };
}

/** Keeps by what the website's page is recognized if it stays the same. */
function keepPage(status: SourceStatus, { pushed, validators, digest }: Outcome & { ok: true }): void {
  if (pushed) {
    // What the website shows may be newer than the pushed page, though it is what it was at the last look.
    delete status.validators;
    delete status.digest;
  }
  if (validators) status.validators = validators;
  if (digest) status.digest = digest;
}

/** Whether a source is quieter than it usually is: silent for more than twice its longest silence. */
export function isQuiet({ stats }: SourceStatus, now: number): boolean {
  if (!stats?.newest) return false;
  return now - Date.parse(stats.newest.published) > 2 * stats.longestSilence;
}
