import { DurableObject } from "cloudflare:workers";
import { durableObjectSql, kvSnapshots } from "../platform/cloudflare.ts";
import type { SourceCommit } from "./archive.ts";
import type { Line } from "./backup.ts";
import type { ArchiveClient } from "./client.ts";
import type { EventQuery } from "./events.ts";
import type { FindQuery } from "./find.ts";
import { ArchiveService } from "./service.ts";

/** The longest pause before snapshots that could not be written are tried again, milliseconds. */
const LONGEST_PAUSE = 10 * 60_000;

/** The archive on Cloudflare: one object for the bridge. Its methods are called by RPC (see client.ts). */
export class ArchiveObject extends DurableObject<{ SNAPSHOTS: KVNamespace }> implements ArchiveClient {
  readonly #service: ArchiveService;
  /** KV's refusals in a row. */
  #refusals = 0;

  constructor(state: DurableObjectState, env: { SNAPSHOTS: KVNamespace }) {
    super(state, env);
    this.#service = new ArchiveService(durableObjectSql(state.storage), kvSnapshots(env.SNAPSHOTS), async (waiting) => {
      this.#refusals = waiting === "refused" ? this.#refusals + 1 : 0;
      // KV takes one write a second for a key, so a refused write may pass soon. If not, the quota is used up.
      const pause = Math.min(LONGEST_PAUSE, 1000 * 2 ** this.#refusals);
      // If the day's writes are used up, the next tick writes. Only a refused write needs an alarm.
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

  article(site: string, key: string) {
    return this.#service.article(site, key);
  }

  events(query: EventQuery) {
    return this.#service.events(query);
  }

  waitForEvent(seq: number, ms: number) {
    return this.#service.waitForEvent(seq, ms);
  }

  usage(now: number) {
    return this.#service.usage(now);
  }

  export(after: number) {
    return this.#service.export(after);
  }

  import(lines: readonly Line[], now: number) {
    return this.#service.import(lines, now);
  }

  /** Writes the snapshots that KV refused. */
  override async alarm(): Promise<void> {
    try {
      await this.#service.publish(Date.now());
    } catch (error) {
      // Cloudflare retries an alarm that throws six times only.
      console.error(JSON.stringify({ event: "alarm", error: String(error).slice(0, 200) }));
      await this.ctx.storage.setAlarm(Date.now() + LONGEST_PAUSE);
    }
  }
}
