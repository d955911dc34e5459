/**
 * A cache with a fixed number of entries. An entry is valid for one version of what it was made from, and does not hold
 * what it was made from: an isolate has little memory.
 */
export class LruCache<T> {
  readonly #entries = new Map<string, { version: string; value: T }>();
  readonly #most: number;

  /** @param most entries, at most; the least recently used is dropped first */
  constructor(most = 64) {
    this.#most = most;
  }

  get(key: string, version: string): T | undefined {
    const entry = this.#entries.get(key);
    if (entry?.version !== version) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry.value;
  }

  set(key: string, version: string, value: T): void {
    // Deleted first, because a map keeps the place of a key that it has.
    this.#entries.delete(key);
    this.#entries.set(key, { version, value });
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > this.#most && oldest !== undefined) this.#entries.delete(oldest);
  }
}
