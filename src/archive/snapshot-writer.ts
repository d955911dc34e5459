import { logError } from "../log.ts";
import type { Snapshots } from "../platform/snapshots.ts";
import { DAY, instant } from "../time.ts";
import { type Latest, latestKey, STATUS_KEY, takeLatest, takeStatus } from "./snapshot.ts";
import type { SourceRow } from "./source-rows.ts";
import type { Store } from "./store.ts";

/** KV writes for snapshots per day: less than half of the free plan's 1,000. The allowance grows evenly over the day. */
const MAX_WRITES = 450;
/** Writes that are allowed at the start of the day. */
const INITIAL_WRITES = 60;
/** Cloudflare's free limits per day. */
const KV_WRITES_PER_DAY = 1000;
const ROWS_PER_DAY = 100_000;

/** A daily limit of the platform. */
interface Quota {
  resource: "kv_writes" | "rows_written";
  used: number;
  limit: number;
}

/** How much of the daily limits is used, as of the last written snapshots and deliveries. Empty on a platform without limits. */
export function usageOf({ sql }: Store, now: number): Quota[] {
  if (!sql.rowsWritten) return [];
  const day = instant(now).slice(0, 10);
  const [used] = sql.rows<{ writes: number; rows: number }>("SELECT writes, rows FROM usage WHERE day = ?", [day]);
  return [
    { resource: "kv_writes", used: used?.writes ?? 0, limit: KV_WRITES_PER_DAY },
    { resource: "rows_written", used: used?.rows ?? 0, limit: ROWS_PER_DAY },
  ];
}

/** With so many writes that are not noted, they are: a process that ends often would repeat more and more of them. */
const MAX_UNNOTED = 4;
/** Readers' looks that follow each other faster write the status of all once in this time, milliseconds. */
export const STATUS_PAUSE = 5000;

/** Why some snapshots, or the status of all, are not written yet; undefined if all are. */
export type Waiting = "refused" | "no-writes-left" | "paused" | undefined;

/** A snapshot that was taken already, if any, and whether it is for a reader who waits. */
interface Taken {
  source: string;
  latest: Latest | undefined;
  isForReader: boolean;
}

/**
 * Writes the changed snapshots, oldest first. If the day's writes are used up, the others wait, and readers get those
 * articles from the archive. A failed write is repeated with the next change.
 */
export class SnapshotWriter {
  readonly #store: Store;
  readonly #snapshots: Snapshots;
  #running: Promise<Waiting> = Promise.resolve(undefined);
  /** Writes that the table `usage` does not include yet. */
  #writes = 0;
  /** The day's writes that it includes. */
  #used = { day: "", writes: 0 };
  /** When the status of all was last written. */
  #statusAt = Number.NEGATIVE_INFINITY;
  /** Whether a call got `paused` since then. */
  #statusWaits = false;
  /** Written snapshots that are not noted yet: sources with the numbers of their events. */
  readonly #written = new Map<string, number>();

  constructor(store: Store, snapshots: Snapshots) {
    this.#store = store;
    this.#snapshots = snapshots;
  }

  isBehind(): boolean {
    return this.#behind().length > 0;
  }

  /** The sources whose snapshots are older than the archive, the oldest first. */
  #behind(): [id: string, SourceRow][] {
    const behind = [...this.#store.sources.all()].filter(
      ([id, { seq, snapshot }]) => seq > (this.#written.get(id) ?? snapshot),
    );
    return behind.sort(([a, one], [b, other]) => one.snapshot - other.snapshot || (a < b ? -1 : 1));
  }

  /**
   * One write at a time: an older snapshot must not replace a newer one.
   *
   * @param taken if it is for a reader and is written, the status of all sources is not, and nothing is noted before the
   * fourth write. If the process ends before, it is only written once more. If the result is `paused`, the status is
   * written by a call after `STATUS_PAUSE`.
   */
  write(now: number, taken?: Taken): Promise<Waiting> {
    const write = () => this.#write(now, taken);
    this.#running = this.#running.then(write, write);
    return this.#running;
  }

  async #write(now: number, taken: Taken | undefined): Promise<Waiting> {
    let waiting = await this.#writeLatest(now, taken);
    if (taken?.isForReader) {
      const isWritten = taken.latest && (this.#written.get(taken.source) ?? 0) >= taken.latest.seq;
      // Every fourth time it is written: where no cron runs, a 304 of `/sync` depends on it in another isolate.
      if (isWritten && this.#writes < MAX_UNNOTED && !this.#statusWaits) return waiting;
      this.#statusWaits = now >= this.#statusAt && now - this.#statusAt < STATUS_PAUSE;
      if (this.#statusWaits) return waiting === "refused" ? waiting : "paused";
    }
    // The status comes after the articles. A reader whose articles are older than the status asks the archive.
    if (await this.#put(STATUS_KEY, takeStatus(this.#store, now))) this.#writes++;
    else waiting = "refused";
    this.#statusAt = now;
    this.#statusWaits = false;
    if (this.#writes > 0) this.#note();
    return waiting;
  }

  async #writeLatest(now: number, taken: Taken | undefined): Promise<Waiting> {
    let left = this.#writesLeft(now) - 1;
    let waiting: Waiting;
    for (const [id, { seq, status }] of this.#behind()) {
      const take = () =>
        taken?.latest?.seq === seq && taken.source === id ? taken.latest : takeLatest(this.#store, [id])[0]?.[1];
      const latest = left > 0 ? take() : undefined;
      if (!latest || !(await this.#put(latestKey(id), { ...latest, status: status && { ...status, seq } }))) {
        waiting = left > 0 ? "refused" : (waiting ?? "no-writes-left");
        continue;
      }
      left--;
      this.#writes++;
      this.#written.set(id, seq);
    }
    return waiting;
  }

  #writesLeft(now: number): number {
    const day = instant(now).slice(0, 10);
    if (this.#used.day !== day) {
      const [writes = 0] = this.#store.sql.column<number>("SELECT writes FROM usage WHERE day = ?", [day]);
      this.#used = { day, writes };
    }
    const elapsed = (now - Date.parse(`${day}T00:00:00Z`)) / DAY;
    const allowed = Math.floor(INITIAL_WRITES + (MAX_WRITES - INITIAL_WRITES) * elapsed);
    return allowed - this.#used.writes - this.#writes;
  }

  /** Keeps up to which event the snapshots are, and what the day's limits have been used for. */
  #note(): void {
    this.#store.transaction(() => {
      for (const [id, seq] of this.#written) this.#store.sources.save(id, { snapshot: seq });
      this.#store.noteUsage(this.#used.day, this.#writes);
    });
    this.#used.writes += this.#writes;
    this.#written.clear();
    this.#writes = 0;
  }

  async #put(key: string, value: unknown): Promise<boolean> {
    try {
      await this.#snapshots.put(key, value);
      return true;
    } catch (error) {
      logError("snapshot", error, { key });
      return false;
    }
  }
}
