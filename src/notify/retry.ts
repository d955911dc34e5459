import type { Sql } from "../platform/sql.ts";
import { HOUR, MINUTE, SECOND } from "../time.ts";
import { type Answer, wantsNoMore } from "./send.ts";

/** When a delivery that has failed is tried again. */

/** A message that waits for its first or next attempt. */
export interface Waiting {
  id: number;
  /** Milliseconds. */
  created: number;
  attempts: number;
}

/** Pauses between the attempts (milliseconds). The last one repeats. */
const DELAYS = [5 * SECOND, 30 * SECOND, 2 * MINUTE, 10 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR, 8 * HOUR];
/** How long a delivery is tried, milliseconds, and how often at least: a bridge that was off for days has tried once. */
const RETRY_PERIOD = 72 * HOUR;
const MIN_ATTEMPTS = 10;
/** How long a receiver may ask to wait, milliseconds. */
const MAX_RETRY_AFTER = HOUR;

/**
 * Whether a failed delivery is not tried again: the receiver wants no more, or has failed for too long.
 *
 * @param attempts how often it was tried before
 */
export const isGivenUp = ({ created, attempts }: Omit<Waiting, "id">, answer: Answer, now: number): boolean =>
  wantsNoMore(answer) || (answer.error !== undefined && now - created > RETRY_PERIOD && attempts + 1 >= MIN_ATTEMPTS);

/**
 * @param attempts how often it was tried
 * @returns the instant of the next attempt, milliseconds
 */
export function nextAttempt(attempts: number, { retryAfter = 0 }: Answer, now: number): number {
  const pause = DELAYS[Math.min(attempts, DELAYS.length) - 1] ?? SECOND;
  // Up to a fifth more, so that what failed together does not come back together.
  return Math.round(now + Math.max(pause * (1 + Math.random() / 5), Math.min(retryAfter * SECOND, MAX_RETRY_AFTER)));
}

/** What was tried or begun while the clock was ahead is due now, not when the clock is there again. */
export function hastenDeliveries(sql: Sql, now: number): void {
  const isAhead = "due > ?1 AND coalesce(at, created) > ?1";
  if (sql.rows(`SELECT 1 FROM delivery WHERE ${isAhead} LIMIT 1`, [now]).length > 0)
    sql.run(`UPDATE delivery SET due = ?1, created = min(created, ?1) WHERE ${isAhead}`, [now]);
}
