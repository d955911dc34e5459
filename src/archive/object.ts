import { DurableObject } from "cloudflare:workers";
import type { Environment } from "../environment.ts";
import { logError } from "../log.ts";
import { durableObjectSql, kvSnapshots } from "../platform/cloudflare.ts";
import { MINUTE } from "../time.ts";
import type { ArchiveMethod } from "./methods.ts";
import type { Notifier } from "./notifier.ts";
import { ArchiveService } from "./service.ts";
import { STATUS_PAUSE } from "./snapshot-writer.ts";

/** The longest pause before snapshots that could not be written are tried again, milliseconds. */
const LONGEST_PAUSE = 10 * MINUTE;

/** Makes the notifier of changes; undefined if nobody is notified. `schedule` takes when it wants to run next, milliseconds. */
export type AttachNotifier = (
  service: ArchiveService,
  env: Environment,
  schedule: (at: number) => void,
) => Notifier | undefined;

/**
 * The archive on Cloudflare: one object for the bridge, called by RPC.
 *
 * An object has one alarm. Two things want it: snapshots that were not written, and deliveries.
 */
export class ArchiveObject extends DurableObject<{ SNAPSHOTS: KVNamespace }> {
  readonly #service: ArchiveService;
  /** KV's refusals in a row. */
  #refusals = 0;
  /** When the snapshots are to be written again. An object that begins does not know: at the next alarm. */
  #publishAt: number | undefined = 0;
  /** When the notifier is to run. */
  #notifyAt: number | undefined;
  /** When the alarm rings, as far as this object has set it. */
  #alarmAt: number | undefined;

  constructor(state: DurableObjectState, env: { SNAPSHOTS: KVNamespace }, attach: AttachNotifier = () => undefined) {
    super(state, env);
    this.#service = new ArchiveService(durableObjectSql(state.storage), kvSnapshots(env.SNAPSHOTS), async (waiting) => {
      this.#refusals = waiting === "refused" ? this.#refusals + 1 : 0;
      // KV takes one write a second for a key, so a refused write may pass soon. If not, the quota is used up.
      const pause = waiting === "paused" ? STATUS_PAUSE : Math.min(LONGEST_PAUSE, 1000 * 2 ** this.#refusals);
      // If the day's writes are used up, the next tick writes.
      this.#publishAt = waiting && waiting !== "no-writes-left" ? Date.now() + pause : undefined;
      await this.#setAlarm();
    });
    this.#service.notifier = attach(this.#service, env as unknown as Environment, (at) => {
      this.#notifyAt = Math.min(at, this.#notifyAt ?? at);
      state.waitUntil(this.#setAlarm());
    });
    this.#notifyAt = this.#service.notifier?.next();
    if (this.#notifyAt !== undefined) state.waitUntil(this.#setAlarm());
  }

  /** Sets the alarm to what comes first. Setting it costs a row: only if it is to ring earlier than it does anyway. */
  async #setAlarm(): Promise<void> {
    const wanted = [this.#notifyAt, this.#publishAt || undefined].filter((at) => at !== undefined);
    const at = Math.min(...wanted);
    if (wanted.length === 0 || (this.#alarmAt !== undefined && this.#alarmAt <= at)) return;
    this.#alarmAt = at;
    try {
      await this.ctx.storage.setAlarm(at);
    } catch (error) {
      this.#alarmAt = undefined;
      throw error;
    }
  }

  /**
   * Calls a method of the archive's service (see client.ts). Values and result are JSON, because to serialize a long list
   * of objects takes RPC twice as long.
   */
  async invoke(method: ArchiveMethod, values: string): Promise<string | undefined> {
    // A tick is under way, and its last commit writes the snapshots: an alarm in between has none to write.
    if (method === "commit" && this.#publishAt === 0) this.#publishAt = undefined;
    return JSON.stringify(await this.#service.invoke(method, JSON.parse(values)));
  }

  /** Writes the snapshots that were not written, and sends what is due. */
  override async alarm(): Promise<void> {
    this.#alarmAt = undefined;
    const { notifier } = this.#service;
    try {
      const publishAt = this.#publishAt;
      if (publishAt !== undefined && publishAt <= Date.now()) {
        this.#publishAt = undefined;
        if (publishAt > 0 || this.#service.isBehind()) await this.#service.publish(Date.now());
      }
    } catch (error) {
      // Cloudflare retries an alarm that throws six times only.
      logError("alarm", error);
      this.#publishAt = Date.now() + LONGEST_PAUSE;
    }
    try {
      this.#notifyAt = undefined;
      await notifier?.run();
      const next = notifier?.next();
      if (next !== undefined) this.#notifyAt = Math.min(next, this.#notifyAt ?? next);
    } catch (error) {
      logError("alarm", error);
      this.#notifyAt = Date.now() + MINUTE;
    } finally {
      await this.#setAlarm();
    }
  }
}
