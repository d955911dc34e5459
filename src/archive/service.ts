import { logError } from "../log.ts";
import type { Snapshots } from "../platform/snapshots.ts";
import { RESTORING, type Sql } from "../platform/sql.ts";
import { MINUTE } from "../time.ts";
import { Archive } from "./archive.ts";
import { forgetAbsences } from "./article-looks.ts";
import { BackupError } from "./backup.ts";
import type { Line } from "./backup-lines.ts";
import { saveEdits } from "./edit-details.ts";
import type { ArchiveMethod } from "./methods.ts";
import type { Notifier } from "./notifier.ts";
import { reindexSome } from "./reindex.ts";
import { SnapshotWriter, type Waiting } from "./snapshot-writer.ts";
import type { SourceCommit } from "./source-commit.ts";

/** Calls that may wait for an event at the same time: each keeps a request open. One client gets no more than its share. */
const MAX_WAITING = 100;
const MAX_WAITING_PER_CLIENT = 25;

/** How long after a part of a backup that is not the last one nothing else is stored, milliseconds: the next would not fit. */
const RESTORE_PAUSE = 10 * MINUTE;

/** The archive with its snapshots: called within the process on Node, and through an object on Cloudflare. */
export class ArchiveService {
  readonly archive: Archive;
  /** Is notified of changes; undefined if push is off. */
  notifier: Notifier | undefined;
  readonly #writer: SnapshotWriter | undefined;
  readonly #later: (waiting: Waiting) => Promise<void>;
  /** Calls of `waitForEvent` under way: what ends each, its client, and the event after which it waits. */
  readonly #waiting = new Map<() => void, { client: string; seq: number }>();
  #isStopping = false;
  /** Until when only parts of a backup are stored, milliseconds; undefined if the table was not read yet. */
  #restoringUntil: number | undefined;
  /** Whether edits may have no details yet, and articles may wait to be indexed again. */
  #editsWait = true;
  #reindexWaits = true;

  /**
   * @param snapshots where copies are written; undefined where readers are in the same process
   * @param later called after snapshots were written, with the reason if some are still to be written
   */
  constructor(sql: Sql, snapshots?: Snapshots, later: (waiting: Waiting) => Promise<void> = async () => {}) {
    this.archive = new Archive(sql);
    this.#writer = snapshots && new SnapshotWriter(this.archive.store, snapshots);
    this.#later = later;
  }

  /** Calls a method by its name: the service's own, or else the archive's. */
  async invoke(method: ArchiveMethod, values: unknown[]): Promise<unknown> {
    const target: object = method in this ? this : this.archive;
    return (target as Record<ArchiveMethod, (...values: unknown[]) => unknown>)[method](...values);
  }

  /**
   * @param publish whether the snapshots are written too: once a tick, because KV allows few writes. The reader who waits for
   * one listing gets its snapshot with the result, and does not wait until it is written; see `SnapshotWriter`
   */
  async commit(commits: readonly SourceCommit[], now: number, publish: boolean | "for-reader") {
    if (this.#isRestoring(now))
      throw new Error(`${RESTORING}, and what is read meanwhile would come between its parts`);
    const results = this.archive.commit(commits, now);
    if (this.#reindexWaits) this.#reindexWaits = reindexSome(this.archive.store);
    if (this.#editsWait || results.some(({ edited }) => edited > 0)) this.#editsWait = saveEdits(this.archive.store);
    this.#wake();
    // Nothing was kept: the caller fetches more pages first.
    const isPending = results.length > 0 && results.every(({ notAdjoining }) => notAdjoining);
    const [only, ...others] = results;
    if (!publish || isPending) return results;
    if (only && only.added + only.edited > 0 && others.length === 0 && commits[0]?.listings)
      only.latest = this.archive.latest([only.source])[0]?.[1];
    const isForReader = publish === "for-reader";
    const written = this.publish(now, only && { source: only.source, latest: only.latest, isForReader });
    if (!isForReader) await written;
    else written.catch((error) => logError("snapshot", error));
    return results;
  }

  /**
   * Waits until the journal has an event after number `seq`, or `ms` milliseconds.
   *
   * @param signal aborted when the client has gone, who then takes no place any more; not on Cloudflare, where calls are JSON
   * @returns undefined if too many wait already: an answer at once would make its client ask again at once
   */
  async waitForEvent(seq: number, ms: number, client: string, signal?: AbortSignal): Promise<number | undefined> {
    const { store } = this.archive;
    if (store.head().seq <= seq && !this.#isStopping) {
      const own = [...this.#waiting.values()].filter((other) => other.client === client).length;
      if (this.#waiting.size >= MAX_WAITING || own >= MAX_WAITING_PER_CLIENT) return undefined;
      await new Promise<void>((resolve) => {
        const wake = () => {
          clearTimeout(timer);
          this.#waiting.delete(wake);
          resolve();
        };
        const timer = setTimeout(wake, ms);
        this.#waiting.set(wake, { client, seq });
        if (signal instanceof AbortSignal) signal.addEventListener("abort", wake, { once: true });
      });
    }
    return store.head().seq;
  }

  /** Answers the calls that wait, and later ones at once: the server stops. */
  stopWaiting(): void {
    this.#isStopping = true;
    for (const wake of this.#waiting.keys()) wake();
  }

  /** Ends the waits for an event that is there now: many commits bring none. */
  #wake(): void {
    const head = this.archive.store.head().seq;
    for (const [wake, { seq }] of this.#waiting) if (seq < head) wake();
    this.notifier?.committed();
  }

  /** A request to webhooks and hub, as plain data (see notify/client.ts); undefined if both are off. */
  async notify(request: unknown): Promise<unknown> {
    return this.notifier?.handle(request);
  }

  /** `refused` says why, if the lines do not continue the archive. */
  async import(lines: readonly Line[], now: number): Promise<{ restored: number; seq: number } | { refused: string }> {
    try {
      const isLast = lines.some((line) => "end" in line);
      const result = this.archive.import(lines, (before) => {
        this.notifier?.restored(before);
        const { store } = this.archive;
        // What is in the archive already is only compared: that holds up nothing, unless a restore broke off here.
        const isNew = store.head().seq > before;
        const wasRestoring = store.sql.rows("SELECT 1 FROM restoring").length > 0;
        if (isNew && !wasRestoring) forgetAbsences(store, before);
        if (isNew || wasRestoring) this.#saveRestoring(isLast ? undefined : now + RESTORE_PAUSE);
      });
      this.#editsWait = true;
      this.#wake();
      // Snapshots cost writes: once, after the last line.
      if (isLast) await this.publish(now);
      return result;
    } catch (error) {
      if (error instanceof BackupError) return { refused: error.message };
      throw error;
    }
  }

  #isRestoring(now: number): boolean {
    this.#restoringUntil ??= this.archive.store.sql.column<number>("SELECT until FROM restoring")[0] ?? 0;
    // More than the pause is left for a tick that began before the last part, and much more if the clock was ahead.
    const left = this.#restoringUntil - now;
    return left > 0 && left <= 2 * RESTORE_PAUSE;
  }

  /** Keeps it in the table: between the parts, Cloudflare ends an object that nobody calls, and a process may end. */
  #saveRestoring(until: number | undefined): void {
    const { sql } = this.archive.store;
    sql.run("DELETE FROM restoring");
    if (until !== undefined) sql.run("INSERT INTO restoring (until) VALUES (?)", [until]);
    // Read again when it is needed: this transaction may fail yet.
    this.#restoringUntil = undefined;
  }

  /** Whether some snapshots are older than the archive. */
  isBehind(): boolean {
    return this.#writer?.isBehind() ?? false;
  }

  async publish(now: number, taken?: Parameters<SnapshotWriter["write"]>[1]): Promise<void> {
    if (this.#writer) await this.#later(await this.#writer.write(now, taken));
  }
}
