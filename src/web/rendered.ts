/**
 * What this isolate has rendered lately, by question. An entry holds as long as the archive documents that it was
 * made from are the very same objects: a refresh puts others in their place.
 */
export class Rendered<T> {
  readonly #entries = new Map<string, { from: readonly unknown[]; value: T }>();
  readonly #most: number;

  /** @param most entries kept; the one unused for longest goes first */
  constructor(most = 64) {
    this.#most = most;
  }

  get(key: string, from: readonly unknown[]): T | undefined {
    const entry = this.#entries.get(key);
    if (!entry) return undefined;
    this.#entries.delete(key);
    if (entry.from.length !== from.length || entry.from.some((document, i) => document !== from[i])) return undefined;
    this.#entries.set(key, entry);
    return entry.value;
  }

  has(key: string): boolean {
    return this.#entries.has(key);
  }

  delete(key: string): void {
    this.#entries.delete(key);
  }

  set(key: string, from: readonly unknown[], value: T): void {
    this.#entries.set(key, { from, value });
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > this.#most && oldest !== undefined) this.#entries.delete(oldest);
  }
}
