import { DurableObject } from "cloudflare:workers";
import { durableObjectSql, kvSnapshots } from "../platform/cloudflare.ts";
import type { SourceCommit } from "./archive.ts";
import type { Line } from "./backup.ts";
import type { ArchiveClient } from "./client.ts";
import type { EventQuery } from "./events.ts";
import type { FindQuery } from "./find.ts";
import { ArchiveService } from "./service.ts";

/** Milliseconds after which snapshots that could not be written are tried again, at most. */
const LONGEST_PAUSE = 10 * 60_000;

/** The archive on Cloudflare: one object for the bridge. Its methods are called by RPC (see client.ts). */
export class ArchiveObject extends DurableObject<{ SNAPSHOTS: KVNamespace }> implements ArchiveClient {
  readonly #service: ArchiveService;
  /** Writings of snapshots in a row that KV has refused. */
  #refusals = 0;

  constructor(state: DurableObjectState, env: { SNAPSHOTS: KVNamespace }) {
    super(state, env);
    this.#service = new ArchiveService(durableObjectSql(state.storage), kvSnapshots(env.SNAPSHOTS), async (waiting) => {
      this.#refusals = waiting === "refused" ? this.#refusals + 1 : 0;
      // KV takes one write a second for a key, so what it refused may pass soon; if not, its quota is spent.
      const pause = Math.min(LONGEST_PAUSE, 1000 * 2 ** this.#refusals);
      // What the day's writes do not reach is written at the next tick; only what was refused needs an alarm.
      if (waiting === "refused") await state.storage.setAlarm(Date.now() + pause);
    });
  }

  commit(commits: readonly SourceCommit[], now: number, publish: boolean) {
    return this.#service.commit(commits, now, publish);
  }

  status(now: number) {
    return this.#service.status(now);
  }

  latest(sources: readonly string[]) {
    return this.#service.latest(sources);
  }

  duePages(sources: readonly string[], most: number, now: number) {
    return this.#service.duePages(sources, most, now);
  }

  find(query: FindQuery) {
    return this.#service.find(query);
  }

  events(query: EventQuery) {
    return this.#service.events(query);
  }

  waitForEvent(seq: number, ms: number) {
    return this.#service.waitForEvent(seq, ms);
  }

  export(after: number) {
    return this.#service.export(after);
  }

  import(lines: readonly Line[], now: number) {
    return this.#service.import(lines, now);
  }

  /** Tries again to write the snapshots that KV did not take. */
  override async alarm(): Promise<void> {
    try {
      await this.#service.publish(Date.now());
    } catch (error) {
      // An alarm that throws is retried six times, then gone.
      console.error(JSON.stringify({ event: "alarm", error: String(error).slice(0, 200) }));
      await this.ctx.storage.setAlarm(Date.now() + LONGEST_PAUSE);
    }
  }
}
