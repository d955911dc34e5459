/** Storage for copies of the newest articles, from which plain feeds are made. It is a cache: it can be late or empty. */
export interface Snapshots {
  /** JSON values by key, in one operation. Keys without a value are left out. */
  get(keys: readonly string[]): Promise<Map<string, unknown>>;
  put(key: string, value: unknown): Promise<void>;
}
