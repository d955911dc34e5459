import type { Notifier } from "../archive/notifier.ts";
import type { Store } from "../archive/store.ts";
import { countsOf } from "../platform/counters.ts";
import { isSubscriber } from "../public-host.ts";
import type { Settings } from "../settings.ts";
import { DAY } from "../time.ts";
import type { DeliveryKind, DeliveryReport, NotifyRequest } from "./client.ts";
import type { Feeds } from "./feeds.ts";
import { Hub } from "./hub.ts";
import { Subscriptions } from "./subscriptions.ts";
import { TokenBucket } from "./token-bucket.ts";
import { Webhooks } from "./webhooks.ts";

/**
 * Everything that the bridge sends by itself. It runs where the archive is, after commits and when something is due. What
 * is to be sent follows from the journal and the places that are kept in the tables, never from memory: a process that
 * ends at any moment goes on where it was.
 */

/** Requests of one run: a Worker's invocation has 50. */
const MAX_REQUESTS = 40;
/** Of them, those to subscribers that have not agreed yet: less than the six connections that a Worker has at a time. */
const MAX_VERIFIED = 4;
/** Milliseconds between a commit and the run that follows: a tick makes several commits. */
const DELAY = 500;
/** Pause after an error of the bridge itself, milliseconds. */
const PAUSE_AFTER_ERROR = 60_000;
/** How long what was sent is remembered, milliseconds, and how many of them. */
const HISTORY = 7 * DAY;
const MAX_HISTORY = 2000;
/** Requests to the hub: each is written down, and strangers send them. So many at once, and one more every so often. */
const MAX_AT_ONCE = 100;
const INTERVAL = 10_000;

/** @returns undefined if neither hub nor webhooks are on */
export function createDeliveries(
  store: Store,
  settings: Settings,
  feeds: Feeds,
  schedule: (at: number) => void,
): Notifier | undefined {
  const { hub, webhooks, userAgent } = settings;
  const { sql } = store;
  // Of what was on once and is off now, nothing stays.
  if (!hub && sql.rows("SELECT 1 FROM subscription LIMIT 1").length > 0) {
    sql.run("DELETE FROM subscription");
    sql.run("DELETE FROM delivery WHERE kind <> 'webhook'");
  }
  // What was allowed once and is not now gets nothing more.
  new Subscriptions(sql).removeUnless((callback) => isSubscriber(callback, settings));
  const areNone = webhooks.length === 0 && sql.rows("SELECT 1 FROM webhook LIMIT 1").length === 0;
  if (!hub && areNone) return undefined;
  return new Deliveries(store, hub, new Webhooks(store, webhooks, feeds, userAgent), feeds, userAgent, schedule);
}

class Deliveries implements Notifier {
  readonly #store: Store;
  readonly #subscriptions: Subscriptions;
  readonly #hub: Hub | undefined;
  readonly #webhooks: Webhooks;
  readonly #schedule: (at: number) => void;
  readonly #requests = new TokenBucket(MAX_AT_ONCE, INTERVAL);
  #running: Promise<void> | undefined;
  #notBefore = 0;

  constructor(
    store: Store,
    hub: boolean,
    webhooks: Webhooks,
    feeds: Feeds,
    userAgent: string,
    schedule: (at: number) => void,
  ) {
    this.#store = store;
    this.#subscriptions = new Subscriptions(store.sql);
    this.#hub = hub ? new Hub(store.sql, this.#subscriptions, feeds, userAgent) : undefined;
    this.#webhooks = webhooks;
    this.#schedule = schedule;
  }

  committed(): void {
    try {
      if (this.#hasNews(Date.now())) this.#schedule(Math.max(Date.now() + DELAY, this.#notBefore));
    } catch (error) {
      // What was committed stays so, whatever goes wrong here; the next run finds it.
      console.error(JSON.stringify({ event: "deliveries", error: String(error).slice(0, 200) }));
    }
  }

  #hasNews(now: number): boolean {
    return this.#webhooks.areBehind() || (this.#hub !== undefined && this.#subscriptions.outdated(now).length > 0);
  }

  next(): number | undefined {
    const now = Date.now();
    if (this.#hasNews(now)) return Math.max(now, this.#notBefore);
    const of = this.#hub ? "" : "AND kind = 'webhook'";
    const [row] = this.#store.sql.rows<{ due: number | null }>(
      `SELECT min(due) AS due FROM delivery WHERE due IS NOT NULL ${of}`,
    );
    return row?.due == null ? undefined : Math.max(row.due, this.#notBefore);
  }

  run(): Promise<void> {
    this.#running ??= this.#run(Date.now()).finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #run(now: number): Promise<void> {
    try {
      const left = MAX_REQUESTS - MAX_VERIFIED;
      const { length } = this.#webhooks;
      const each = length === 0 ? 0 : Math.max(1, Math.floor(left / 2 / length));
      const [areSent] = await Promise.all([
        this.#webhooks.run(each, now),
        this.#hub?.push(left - each * length, now),
        this.#hub?.verify(MAX_VERIFIED, now),
      ]);
      if (!areSent) this.#notBefore = Date.now() + PAUSE_AFTER_ERROR;
      this.#forget(now);
    } catch (error) {
      this.#notBefore = Date.now() + PAUSE_AFTER_ERROR;
      console.error(JSON.stringify({ event: "deliveries", error: String(error).slice(0, 200) }));
    }
  }

  /** Removes what was sent long ago. Who did not agree is counted for a day, however much is sent meanwhile. */
  #forget(now: number): void {
    this.#store.sql.run(
      `DELETE FROM delivery WHERE due IS NULL AND iif(kind = 'verify', at < ?,
         created < ? OR id <= (SELECT max(id) FROM delivery) - ?)`,
      ...[now - DAY, now - HISTORY, MAX_HISTORY],
    );
  }

  /** Reads what waits only, of which there is one a receiver, never what was sent. */
  #report(): DeliveryReport {
    const rows = this.#store.sql.rows<{ kind: DeliveryKind; count: number; oldest: number }>(
      `SELECT kind, count(*) AS count, min(created) AS oldest FROM delivery INDEXED BY delivery_due
       WHERE due IS NOT NULL AND kind <> 'verify' GROUP BY kind`,
    );
    return {
      sent: countsOf("deliveries"),
      waiting: {
        ...(this.#hub && { push: { count: 0 } }),
        ...(this.#webhooks.length > 0 && { webhook: { count: 0 } }),
        ...Object.fromEntries(rows.map(({ kind, count, oldest }) => [kind, { count, oldest }])),
      },
    };
  }

  async handle(value: unknown): Promise<unknown> {
    const request = value as NotifyRequest;
    if ("report" in request) return request.report === "webhooks" ? this.#webhooks.report() : this.#report();
    if ("test" in request) {
      const answer = await this.#webhooks.test(request.test, request.now);
      const next = this.next();
      if (next !== undefined) this.#schedule(next);
      return answer;
    }
    if (!this.#hub) return undefined;
    const { now, subscribe } = request;
    const wait = this.#requests.take(now);
    if (wait > 0) return { status: 429, detail: "this hub gets too many requests", retryAfter: Math.ceil(wait / 1000) };
    const refusal = this.#subscriptions.request(subscribe, now);
    if (!refusal) this.#schedule(now);
    return refusal;
  }
}
