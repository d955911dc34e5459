/**
 * A token bucket: allows `size` requests at once, then one in each interval.
 *
 * @param interval milliseconds
 * @returns takes a token at an instant (milliseconds); returns 0, or how long to wait for the next token (milliseconds)
 */
export function tokenBucket(size: number, interval: number): (now: number) => number {
  let tokens = size;
  let at = Number.NEGATIVE_INFINITY;
  return (now) => {
    tokens = Math.min(size, tokens + Math.max(0, now - at) / interval);
    at = now;
    if (tokens < 1) return (1 - tokens) * interval;
    tokens--;
    return 0;
  };
}
