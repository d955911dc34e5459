/** A token bucket: allows `size` requests at once, then one in each interval. */
export class TokenBucket {
  readonly #size: number;
  readonly #interval: number;
  #tokens: number;
  #at = Number.NEGATIVE_INFINITY;

  /** @param interval milliseconds */
  constructor(size: number, interval: number) {
    this.#size = size;
    this.#interval = interval;
    this.#tokens = size;
  }

  /** Takes a token at an instant (milliseconds). Returns 0, or how long to wait for the next token (milliseconds). */
  take(now: number): number {
    const since = Math.max(0, now - this.#at);
    this.#tokens = Math.min(this.#size, this.#tokens + since / this.#interval);
    this.#at = Math.max(this.#at, now);
    if (this.#tokens < 1) return (1 - this.#tokens) * this.#interval;
    this.#tokens--;
    return 0;
  }
}
