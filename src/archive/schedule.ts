import { MINUTE } from "../time.ts";
import type { SourceStatus } from "./source-status.ts";
import { wasPutBack } from "./wrong-clock.ts";

/** How often a source is fetched, when it is due, when it is overdue (stale), and the back-off: defined only here. */

/** How often a source is fetched, milliseconds. `crons` in wrangler.toml has the same interval. */
export const INTERVAL = 15 * MINUTE;
/** A source whose pages are pushed in is not fetched for this time after each push, milliseconds. */
export const PUSH_INTERVAL = 45 * MINUTE;
const LONGEST_BACKOFF = 6 * 60 * MINUTE;
/** How late the cron may be before a reader's request starts a refresh. */
const GRACE_PERIOD = 5 * MINUTE;

/**
 * When a source is due again, in milliseconds.
 *
 * @param failures failures in a row; the pause is a minute after the first, and doubles with each further one
 * @param retryAfter seconds that the website asked for
 */
export function nextDue(now: number, failures: number, retryAfter = 0): number {
  if (failures === 0) return now + INTERVAL;
  const backoff = Math.min(LONGEST_BACKOFF, MINUTE * 2 ** Math.min(failures - 1, 20));
  return now + Math.max(backoff, retryAfter * 1000);
}

/** The pause before the next try to read a gap, in milliseconds. `tries` have failed. */
export const gapPause = (tries: number): number =>
  tries === 0 ? 0 : Math.min(LONGEST_BACKOFF, INTERVAL * 2 ** Math.min(tries - 1, 20));

/** Whether the cron fetches the source now. Only failing and pushed sources have to wait; the cron's interval paces the others. */
export function isDue(status: SourceStatus | undefined, now: number): boolean {
  if (!status || (status.failures === 0 && !status.pushed)) return true;
  return Date.parse(status.nextDue) <= now || wasPutBack(status, now);
}

/**
 * Whether a cron that runs each minute, as on Node, fetches it now: a healthy source once in each interval of the clock,
 * a failing one as soon as it may be tried again. A website that could not be reached at all has not been asked: it is
 * tried in each interval, so that a machine that was offline overnight goes on when its network is back.
 */
export function isDueThisMinute(status: SourceStatus | undefined, now: number): boolean {
  if (!status) return true;
  const last = Date.parse(status.lastAttempt);
  // If the clock was put back, the last attempt and the next say nothing until the clock has caught up.
  const isAhead = last > now;
  if (status.pushed && last < now + PUSH_INTERVAL) return isDue(status, now);
  const isNewInterval = isAhead ? now % INTERVAL < MINUTE : intervalOf(last) < intervalOf(now);
  if (status.failures === 0) return isNewInterval;
  return isDue(status, now) || (isNewInterval && (isAhead || status.lastFailure?.reason === "network"));
}

const intervalOf = (ms: number): number => Math.floor(ms / INTERVAL);

/** Whether a reader's request starts a refresh: nothing is kept, or the cron did not run when it should have. */
export function isOverdue(status: SourceStatus | undefined, kept: boolean, now: number): boolean {
  if (!status) return true;
  const due = Date.parse(status.nextDue);
  // A healthy source is due in an interval: for every request of a feed, one date is read.
  return due + (kept ? GRACE_PERIOD : 0) <= now || (due - now > INTERVAL && wasPutBack(status, now));
}

/** Sources that a run of the cron can look at, with some room for older pages: its outgoing requests are limited. */
const SOURCES_PER_RUN = 40;

/**
 * Whether the cron has failed to look at a source: it was due, and one run more than all sources need has passed.
 *
 * @param sources how many sources there are
 */
export const isMissed = ({ nextDue }: SourceStatus, sources: number, now: number): boolean =>
  now - Date.parse(nextDue) >= INTERVAL * (1 + Math.ceil(sources / SOURCES_PER_RUN));

/** Without a look at any source for this time, the bridge is down, milliseconds. */
export const LONGEST_SILENCE = 60 * MINUTE;

/** Longest due first: those never tried, then by the last attempt. */
export const longestDueFirst = (a: SourceStatus | undefined, b: SourceStatus | undefined): number =>
  (a?.lastAttempt ?? "") < (b?.lastAttempt ?? "") ? -1 : (a?.lastAttempt ?? "") > (b?.lastAttempt ?? "") ? 1 : 0;
