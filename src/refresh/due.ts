import type { SourceHealth } from "../archive/health.ts";

/** When a source is to be fetched: the one place that knows what "due", "stale" and "back off" mean. */

const MINUTE = 60_000;
/** The cron's interval in wrangler.toml: what is fetched now is due again then. */
export const INTERVAL = 15 * MINUTE;
/** A source whose pages are pushed in is left alone for so long after each. */
export const PUSHED = 45 * MINUTE;
const LONGEST_BACKOFF = 6 * 60 * MINUTE;
/** How far the cron may be behind before a reader's request does its work. */
const GRACE = 5 * MINUTE;

/**
 * When a source is due again, in milliseconds.
 *
 * @param failures failures in a row: 0 after a success; after the first a minute, then twice as long each time
 * @param retryAfter seconds that the website asked for
 */
export function nextDue(now: number, failures: number, retryAfter = 0): number {
  if (failures === 0) return now + INTERVAL;
  const backoff = Math.min(LONGEST_BACKOFF, MINUTE * 2 ** Math.min(failures - 1, 20));
  return now + Math.max(backoff, retryAfter * 1000);
}

/** Whether the cron fetches it now. The cron's own interval paces it; only failing and pushed sources are held back. */
export function isDue(health: SourceHealth | undefined, now: number): boolean {
  return !health || (health.failures === 0 && !health.pushed) || Date.parse(health.nextDue) <= now;
}

/** Whether a reader's request should set off a refresh: nothing is kept, or the cron has not come by when it should. */
export function isOverdue(health: SourceHealth | undefined, kept: boolean, now: number): boolean {
  return !health || Date.parse(health.nextDue) + (kept ? GRACE : 0) <= now;
}

/** Longest due first: those never tried, then by the last try. */
export const longestDueFirst = (a: SourceHealth | undefined, b: SourceHealth | undefined): number =>
  (a?.tried ?? "") < (b?.tried ?? "") ? -1 : (a?.tried ?? "") > (b?.tried ?? "") ? 1 : 0;
