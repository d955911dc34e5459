/**
 * Requests of one run that wait for an answer at a time. A Worker has six connections: a seventh request would be held back,
 * and count as a website that does not answer when its time is over.
 */
export class Connections {
  #free: number;
  readonly #hasTime: () => boolean;
  readonly #waiting: (() => void)[] = [];

  /** @param hasTime whether a request that had to wait may still be made */
  constructor(most: number, hasTime: () => boolean) {
    this.#free = most;
    this.#hasTime = hasTime;
  }

  /** Waits for a connection. Returns whether the request may be made; `release` is called in any case. */
  async acquire(): Promise<boolean> {
    if (this.#free > 0) {
      this.#free--;
      return true;
    }
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
    return this.#hasTime();
  }

  /** Gives the connection to the request that has waited longest. */
  release(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#free++;
  }
}
