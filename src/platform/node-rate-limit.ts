import type { RateLimiter } from "./rate-limiter.ts";

/** The rate limit on Node, counted in this process. */

/** Seconds of a period. */
const PERIOD = 60;
/** Clients that are counted at a time: a stranger with many addresses must not fill the memory. */
const MAX_CLIENTS = 50_000;

/**
 * Counts in fixed periods, by the process's own clock.
 *
 * @param limit requests that one client may make in a period
 */
export function rateLimiter(limit: number): RateLimiter {
  let counts = new Map<string, number>();
  let period = 0;
  return {
    async limit({ key }) {
      const current = Math.floor(performance.now() / (PERIOD * 1000));
      if (current !== period) {
        counts = new Map();
        period = current;
      }
      const count = (counts.get(key) ?? 0) + 1;
      // The client that was counted first is forgotten first.
      if (counts.size >= MAX_CLIENTS && count === 1) counts.delete(counts.keys().next().value as string);
      counts.set(key, count);
      return { success: count <= limit };
    },
  };
}
