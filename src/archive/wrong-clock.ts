import { DAY, earliestOf, HOUR, instant } from "../time.ts";
import { lastOf } from "./rows.ts";
import type { SourceStatus } from "./source-status.ts";
import type { Store } from "./store.ts";

/**
 * What a wrong clock has left in the archive. A clock that was ahead has noted instants that are much later than now. So they
 * are to one that is behind now, but then the articles are newer than now as well: no article ever gets a date in the future.
 */

/** Longer than a run takes, milliseconds: what is noted so much later than now, no run that overlaps has noted. */
const MAX_OVERLAP = 2 * HOUR;

/** Whether runs that overlap can have noted `at` (milliseconds) later than now. */
export const isOverlap = (at: number, now: number): boolean => at > now && at - now < MAX_OVERLAP;

/** Whether the clock was put back since the last look: then the next one is due now. */
export const wasPutBack = ({ lastAttempt }: SourceStatus, now: number): boolean =>
  Date.parse(lastAttempt) - now >= MAX_OVERLAP;

/** Whether it was ahead then, as far as the articles say. */
export const wasAhead = (store: Store, status: SourceStatus, now: number): boolean =>
  wasPutBack(status, now) && !hasNewerArticle(store, now);

const hasNewerArticle = ({ sql }: Store, now: number): boolean =>
  sql.rows("SELECT 1 FROM article WHERE n > ? LIMIT 1", [lastOf(now)]).length > 0;

/** How far the clock may be wrong if the articles do not tell, milliseconds: some are printed each day. */
const MAX_UNKNOWN = 2 * DAY;

/**
 * The latest date that an article can get, milliseconds: that of the newest event, so that a clock that is behind gives none a
 * date before the day that the website prints; now, if the clock was ahead.
 */
export function dateLimit(store: Store, now: number): number {
  const at = Date.parse(store.eventTime(now));
  return at - now < MAX_UNKNOWN || hasNewerArticle(store, now) ? at : now;
}

/** The status of a source after the clock was put back: what is noted later than now counts as of now. */
export function withoutFuture(status: SourceStatus, now: number): SourceStatus {
  // The age of validators is unknown, and a page is requested as a whole once a day.
  const { lastSuccess, failingSince, gapReading, validators: _, ...others } = status;
  const atMostNow = (at: string) => earliestOf([at, instant(now)]);
  return {
    ...others,
    ...(lastSuccess && { lastSuccess: atMostNow(lastSuccess) }),
    ...(failingSince && { failingSince: atMostNow(failingSince) }),
    ...(gapReading && { gapReading: { ...gapReading, due: atMostNow(gapReading.due) } }),
  };
}
