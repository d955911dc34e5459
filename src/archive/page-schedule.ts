import { DAY, HOUR } from "../time.ts";
import { INTERVAL } from "./schedule.ts";

/**
 * When an article's own page is read. Pure.
 *
 * - A new article, one with a new title, and one that vanished from the middle of a listing: at once.
 * - An article whose address had no page: again after 6 hours. A second absence means that the article is gone.
 * - Every article: each 16 hours for three days, so that a deletion is known within a day; then once a week for four
 *   weeks. The same again for an article that is gone, so that a return is known.
 * - A page that could not be read: after 1, 6 and 24 hours, then like every article.
 */

const WEEK = 7 * DAY;

/** An article is gone after two absences that are at least this far apart. */
export const CONFIRMATION = 6 * HOUR;
/** 16 hours, 6 hours for the confirmation, and some ticks: less than a day in total. */
const RECENT_INTERVAL = 16 * HOUR;
const RECENT = 3 * DAY;
const WEEKS = 4;
/** For how long an article's page is read, milliseconds. */
export const FOLLOWED = RECENT + WEEKS * WEEK;
const RETRY_DELAYS = [HOUR, 6 * HOUR, DAY];
/** The shortest time between a look that found the article and the next one. */
const PAUSE = HOUR;

/**
 * The next look at an article's page, milliseconds; undefined if there is none.
 *
 * @param since first sight, or since when the article is gone, milliseconds
 * @param spread a number of the article, so that articles of one moment are not due together later
 */
export function nextLook(since: number, spread: number, now: number): number | undefined {
  // Half an interval earlier, so that a tick that comes some seconds early is not too early.
  if (now < since + RECENT) return now + RECENT_INTERVAL - INTERVAL / 2;
  for (let week = 1; week <= WEEKS; week++) {
    const at = since + RECENT + week * WEEK - (spread % 97) * HOUR;
    if (at > now + RECENT_INTERVAL) return at;
  }
  return undefined;
}

/** The next look after a number of failures in a row, milliseconds; undefined after the last retry. */
export function nextRetry(failures: number, now: number): number | undefined {
  const delay = RETRY_DELAYS[failures - 1];
  return delay === undefined ? undefined : now + delay;
}

/** When an urgent page is read, milliseconds. */
export const urgentLook = (pageSeen: string | null, now: number): number =>
  pageSeen === null ? now : Math.max(now, Date.parse(pageSeen) + PAUSE);
