/** Lets so many pass at once, and after that one in each interval. */
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

  /** Takes one at an instant (milliseconds); how long to wait if there is none, 0 if it was taken. */
  take(now: number): number {
    const since = Math.max(0, now - this.#at);
    this.#tokens = Math.min(this.#size, this.#tokens + since / this.#interval);
    this.#at = Math.max(this.#at, now);
    if (this.#tokens < 1) return (1 - this.#tokens) * this.#interval;
    this.#tokens--;
    return 0;
  }
}
