/**
 * What this isolate has rendered lately, by question. An entry holds as long as the archive documents that it was
 * made from are of the same version; it keeps none of them, since an isolate has little memory.
 */
export class LruCache<T> {
  readonly #entries = new Map<string, { version: string; value: T }>();
  readonly #most: number;

  /** @param most entries kept; the one unused for longest goes first */
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

  clear(): void {
    this.#entries.clear();
  }

  set(key: string, version: string, value: T): void {
    this.#entries.set(key, { version, value });
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > this.#most && oldest !== undefined) this.#entries.delete(oldest);
  }
}
