/** Where copies of the newest articles are kept for feeds that need nothing else: a cache that may be late, or gone. */
export interface Snapshots {
  /** JSON values by key in one operation; keys that hold nothing are left out. */
  get(keys: readonly string[]): Promise<Map<string, unknown>>;
  put(key: string, value: unknown): Promise<void>;
}
