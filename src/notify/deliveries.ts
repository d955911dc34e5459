import type { Notifier } from "../archive/notifier.ts";
import { usageOf } from "../archive/snapshot-writer.ts";
import type { Store } from "../archive/store.ts";
import { logError } from "../log.ts";
import { countsOf } from "../platform/counters.ts";
import type { Sql } from "../platform/sql.ts";
import { isSubscriber } from "../public-host.ts";
import type { Settings } from "../settings.ts";
import { DAY, instant, isWithin } from "../time.ts";
import type { Feeds, Sender } from "./feeds.ts";
import { nextHubRequest, pushFeeds, verifySubscribers } from "./hub.ts";
import { hastenDeliveries } from "./retry.ts";
import {
  outdatedSubscriptions,
  type Refusal,
  removeUnless,
  type SubscribeRequest,
  saveRequest,
  updateSources,
} from "./subscriptions.ts";
import { tokenBucket } from "./token-bucket.ts";
import {
  dueWebhooks,
  nextMessage,
  registerWebhooks,
  runWebhooks,
  sendTest,
  skipEvents,
  webhookReport,
} from "./webhooks.ts";

/**
 * Everything that the bridge sends by itself. It runs where the archive is, after commits and when something is due.
 * What is to be sent follows from the journal and from the places in the tables, never from memory. So a process may
 * end at any moment, and the next one continues there.
 */

/** Messages of one run to webhooks. With what the hub sends they are fewer than the 50 requests of a Worker's invocation. */
const MAX_MESSAGES = 18;
/** Milliseconds between a commit and the run that follows: a tick makes several commits. */
const DELAY = 500;
/** Milliseconds that a run waits for slow receivers. The next run leaves them out, so that they delay no other. */
const PATIENCE = 1000;
/** Milliseconds to the next run while receivers are slow: should the process end before they answer, it begins again. */
const LOST_AFTER = 60_000;
/** Pause after an error of the bridge itself, milliseconds. */
const PAUSE_AFTER_ERROR = 60_000;
/** How long deliveries are remembered (milliseconds), and how many. */
const HISTORY = 7 * DAY;
const MAX_HISTORY = 2000;
/**
 * The limit of requests to the hub. Strangers send them, and each is stored. `size` are allowed at once, then one in
 * each interval.
 */
const MAX_AT_ONCE = 100;
const INTERVAL = 10_000;
/**
 * The part of a day's rows after which the hub rests until the next day (UTC): strangers choose how much it writes, and
 * without rows no article can be stored.
 */
const MAX_ROWS = 0.8;

/** A call from outside the archive's object (see client.ts). */
export type NotifyRequest =
  | { subscribe: SubscribeRequest; now: number }
  | { test: number; now: number }
  | { report: "webhooks" | "deliveries" };

/**
 * @param schedule is called when there is something to send, with the instant in milliseconds
 * @returns undefined if neither hub nor webhooks are on
 */
export function createDeliveries(
  store: Store,
  settings: Settings,
  feeds: Feeds,
  schedule: (at: number) => void,
): Notifier | undefined {
  const { hub, webhooks } = settings;
  const busy = { webhooks: new Set<string>(), pushes: new Set<number>(), requests: new Set<number>() };
  const deliveries = new Deliveries({ store, settings, feeds, busy, isStopping: false }, schedule);
  const areNone = webhooks.length === 0 && store.sql.rows("SELECT 1 FROM webhook LIMIT 1").length === 0;
  return hub || !areNone ? deliveries : undefined;
}

/** Brings the tables in line with the settings: receivers that are no longer set or allowed get nothing more. */
function adoptSettings(sender: Sender, now: number): void {
  const { settings, store, feeds } = sender;
  const { sql } = store;
  if (!settings.hub && sql.rows("SELECT 1 FROM subscription LIMIT 1").length > 0) {
    sql.run("DELETE FROM subscription");
    sql.run("DELETE FROM delivery WHERE kind <> 'webhook'");
  }
  removeUnless(sql, (callback) => isSubscriber(callback, settings));
  updateSources(sql, feeds.sources);
  registerWebhooks(sender);
  hastenDeliveries(sql, now);
}

class Deliveries implements Notifier {
  readonly #sender: Sender;
  readonly #schedule: (at: number) => void;
  readonly #takeToken = tokenBucket(MAX_AT_ONCE, INTERVAL);
  #running: Promise<void> | undefined;
  /** What is sent, also by runs that have ended. */
  readonly #underWay = new Set<Promise<void>>();
  /** When the bridge itself failed last, milliseconds. */
  #failedAt: number | undefined;
  /** Whether the tables are in line with the settings. */
  #isReady = false;

  constructor(sender: Sender, schedule: (at: number) => void) {
    this.#sender = sender;
    this.#schedule = schedule;
    this.#getReady(Date.now());
  }

  /**
   * Whether something can be sent. If the tables cannot be written, that is tried again: an archive that may only be read,
   * as when a day's rows are used up, is read nevertheless.
   */
  #getReady(now: number): boolean {
    if (this.#isReady || now < this.#earliest(now)) return this.#isReady;
    try {
      adoptSettings(this.#sender, now);
      this.#isReady = true;
    } catch (error) {
      this.#fail(error);
    }
    return this.#isReady;
  }

  /** When the next run may be, now or later. An error that seems to be later than now was noted by a clock that was ahead. */
  #earliest(now: number): number {
    return this.#failedAt !== undefined && isWithin(PAUSE_AFTER_ERROR, this.#failedAt, now)
      ? this.#failedAt + PAUSE_AFTER_ERROR
      : now;
  }

  committed(): void {
    try {
      const now = Date.now();
      if (!this.#getReady(now)) return;
      if (this.#hasNews(now)) this.#schedule(Math.max(now + DELAY, this.#earliest(now)));
    } catch (error) {
      // An error here does not affect what was committed; the next run sends it.
      logError("deliveries", error);
    }
  }

  restored(before: number): void {
    skipEvents(this.#sender, before);
  }

  next(): number | undefined {
    const now = Date.now();
    if (!this.#getReady(now)) return this.#earliest(now);
    if (dueWebhooks(this.#sender, now).length > 0) return this.#earliest(now);
    const isBusy = Object.values(this.#sender.busy).some(({ size }) => size > 0);
    const due = [nextMessage(this.#sender), this.#nextOfHub(now), isBusy && now + LOST_AFTER];
    const at = Math.min(...due.filter((one) => typeof one === "number"));
    return at === Number.POSITIVE_INFINITY ? undefined : Math.max(at, this.#earliest(now));
  }

  run(): Promise<void> {
    this.#running ??= this.#run(Date.now()).finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async stop(): Promise<void> {
    this.#sender.isStopping = true;
    await this.#running;
    await Promise.all(this.#underWay);
  }

  async handle(value: unknown): Promise<unknown> {
    const request = value as NotifyRequest;
    if ("subscribe" in request) return this.#subscribe(request.subscribe, request.now);
    if ("report" in request)
      return request.report === "webhooks" ? webhookReport(this.#sender) : deliveryReport(this.#sender);
    const answer = await sendTest(this.#sender, request.test, request.now);
    this.#plan();
    return answer;
  }

  #isHubOn(now: number): boolean {
    const { store, settings } = this.#sender;
    const rows = usageOf(store, now).find(({ resource }) => resource === "rows_written");
    return settings.hub && (rows === undefined || rows.used < rows.limit * MAX_ROWS);
  }

  #isHubBehind(now: number): boolean {
    return this.#sender.settings.hub && outdatedSubscriptions(this.#sender.store.sql, now).length > 0;
  }

  #hasNews(now: number): boolean {
    return dueWebhooks(this.#sender, now).length > 0 || (this.#isHubBehind(now) && this.#isHubOn(now));
  }

  #nextOfHub(now: number): number | null | undefined | false {
    const at = this.#sender.settings.hub && (this.#isHubBehind(now) ? now : nextHubRequest(this.#sender));
    return typeof at === "number" && !this.#isHubOn(now) ? nextDay(now) : at;
  }

  /** Asks for a run when there is something to send next. */
  #plan(): void {
    const at = this.next();
    if (at !== undefined) this.#schedule(at);
  }

  #fail(error: unknown): void {
    this.#failedAt = Date.now();
    logError("deliveries", error);
  }

  /** Sends what is due, with at most the requests of one run. It ends when everything is sent, except to slow receivers. */
  async #run(now: number): Promise<void> {
    if (!this.#getReady(now)) return;
    const sender = this.#sender;
    const { store } = sender;
    let isOver = false;
    const sent: Promise<void>[] = [];
    const add = (work: Promise<void>) => {
      const settled = work
        .catch((error) => this.#fail(error))
        .then(() => (isOver ? this.#plan() : undefined))
        .catch((error) => logError("deliveries", error))
        .finally(() => this.#underWay.delete(settled));
      this.#underWay.add(settled);
      sent.push(settled);
    };
    try {
      hastenDeliveries(store.sql, now);
      for (const work of runWebhooks(sender, MAX_MESSAGES, now)) add(work);
      const isOn = this.#isHubOn(now);
      if (isOn) for (const work of verifySubscribers(sender, now)) add(work);
      if (isOn) for (const work of await pushFeeds(sender, now)) add(work);
      forget(store.sql, now);
    } catch (error) {
      this.#fail(error);
    }
    await new Promise<void>((end) => {
      const timer = setTimeout(end, PATIENCE);
      Promise.all(sent).then(() => {
        clearTimeout(timer);
        end();
      });
    });
    isOver = true;
    store.noteUsage(instant(now).slice(0, 10), 0);
  }

  #subscribe(request: SubscribeRequest, now: number): Refusal | undefined {
    const { store, settings } = this.#sender;
    if (!settings.hub) return undefined;
    if (!this.#isHubOn(now)) {
      const detail = "the hub has written as much as it may in a day";
      return { status: 503, detail, retryAfter: Math.ceil((nextDay(now) - now) / 1000) };
    }
    const wait = this.#takeToken(now);
    if (wait > 0) return { status: 429, detail: "this hub gets too many requests", retryAfter: Math.ceil(wait / 1000) };
    const refusal = saveRequest(store.sql, request, now);
    if (!refusal) this.#schedule(now);
    return refusal;
  }
}

const nextDay = (now: number): number => (Math.floor(now / DAY) + 1) * DAY;

/** Removes old deliveries. Callbacks that did not agree are counted for a day, however many deliveries there are. */
function forget(sql: Sql, now: number): void {
  sql.run(
    `DELETE FROM delivery WHERE due IS NULL AND iif(kind = 'verify', at < ?,
       created < ? OR id <= (SELECT max(id) FROM delivery) - ?)`,
    [now - DAY, now - HISTORY, MAX_HISTORY],
  );
}

/** What was sent and what waits to be sent, for monitors. It reads only waiting deliveries (one per receiver). */
export function deliveryReport({ store, settings: { hub, webhooks } }: Sender) {
  const rows = store.sql.rows<{ kind: "push" | "webhook"; count: number; oldest: number }>(
    `SELECT kind, count(*) AS count, min(created) AS oldest FROM delivery INDEXED BY delivery_due
     WHERE due IS NOT NULL AND kind <> 'verify' GROUP BY kind`,
  );
  const waiting: Record<string, { count: number; oldest?: number }> = {
    ...(hub && { push: { count: 0 } }),
    ...(webhooks.length > 0 && { webhook: { count: 0 } }),
    ...Object.fromEntries(rows.map(({ kind, count, oldest }) => [kind, { count, oldest }])),
  };
  return {
    /** Requests since the process that sends began, by kind and result. */
    sent: countsOf("deliveries"),
    /** Deliveries that wait for their first or next attempt, by kind; `oldest` is when the first of them began to wait. */
    waiting,
  };
}
