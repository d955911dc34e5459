import type { Notifier } from "../archive/notifier.ts";
import { usageOf } from "../archive/snapshot-writer.ts";
import type { Store } from "../archive/store.ts";
import { logError } from "../log.ts";
import { countsOf } from "../platform/counters.ts";
import type { Sql } from "../platform/sql.ts";
import { isSubscriber } from "../public-host.ts";
import type { Settings } from "../settings.ts";
import { DAY, instant } from "../time.ts";
import type { Feeds, Sender } from "./feeds.ts";
import { nextHubRequest, pushFeeds, verifySubscribers } from "./hub.ts";
import { hastenDeliveries } from "./retry.ts";
import {
  outdatedSubscriptions,
  type Refusal,
  removeUnless,
  type SubscribeRequest,
  saveRequest,
} from "./subscriptions.ts";
import { tokenBucket } from "./token-bucket.ts";
import { dueWebhooks, nextMessage, registerWebhooks, runWebhooks, sendTest, webhookReport } from "./webhooks.ts";

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
  const { sql } = store;
  // If the hub or the webhooks were switched off, their rows are removed.
  if (!hub && sql.rows("SELECT 1 FROM subscription LIMIT 1").length > 0) {
    sql.run("DELETE FROM subscription");
    sql.run("DELETE FROM delivery WHERE kind <> 'webhook'");
  }
  // Receivers that are no longer allowed get nothing more.
  removeUnless(sql, (callback) => isSubscriber(callback, settings));
  const areNone = webhooks.length === 0 && sql.rows("SELECT 1 FROM webhook LIMIT 1").length === 0;
  if (!hub && areNone) return undefined;
  const sender: Sender = {
    store,
    settings,
    feeds,
    busy: { webhooks: new Set(), pushes: new Set(), requests: new Set() },
  };
  registerWebhooks(sender);
  hastenDeliveries(sql, Date.now());
  const takeToken = tokenBucket(MAX_AT_ONCE, INTERVAL);
  let running: Promise<void> | undefined;
  let notBefore = 0;

  const isHubOn = (now: number) =>
    hub &&
    usageOf(store, now).every(({ resource, used, limit }) => resource !== "rows_written" || used < limit * MAX_ROWS);

  const hasNews = (now: number) =>
    dueWebhooks(sender, now).length > 0 || (hub && outdatedSubscriptions(sql, now).length > 0 && isHubOn(now));

  function nextOfHub(now: number): number | null | undefined | false {
    const at = hub && (outdatedSubscriptions(sql, now).length > 0 ? now : nextHubRequest(sender));
    return typeof at === "number" && !isHubOn(now) ? nextDay(now) : at;
  }

  function next(): number | undefined {
    const now = Date.now();
    if (dueWebhooks(sender, now).length > 0) return Math.max(now, notBefore);
    const isBusy = Object.values(sender.busy).some(({ size }) => size > 0);
    const due = [nextMessage(sender), nextOfHub(now), isBusy && now + LOST_AFTER];
    const at = Math.min(...due.filter((one) => typeof one === "number"));
    return at === Number.POSITIVE_INFINITY ? undefined : Math.max(at, notBefore);
  }

  /** Asks for a run when there is something to send next. */
  function plan(): void {
    const at = next();
    if (at !== undefined) schedule(at);
  }

  function fail(error: unknown): void {
    notBefore = Date.now() + PAUSE_AFTER_ERROR;
    logError("deliveries", error);
  }

  /**
   * Sends what is due, with at most the requests of one run. It ends when everything is sent, except to slow receivers.
   */
  async function run(now: number): Promise<void> {
    let isOver = false;
    const sent: Promise<void>[] = [];
    const add = (work: Promise<void>) =>
      sent.push(
        work
          .catch(fail)
          .then(() => (isOver ? plan() : undefined))
          .catch((error) => logError("deliveries", error)),
      );
    try {
      hastenDeliveries(sql, now);
      for (const work of runWebhooks(sender, MAX_MESSAGES, now)) add(work);
      const isOn = isHubOn(now);
      if (isOn) for (const work of verifySubscribers(sender, now)) add(work);
      if (isOn) for (const work of await pushFeeds(sender, now)) add(work);
      forget(sql, now);
    } catch (error) {
      fail(error);
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

  async function test(n: number, now: number) {
    const answer = await sendTest(sender, n, now);
    plan();
    return answer;
  }

  function subscribe(request: SubscribeRequest, now: number): Refusal | undefined {
    if (!hub) return undefined;
    if (!isHubOn(now)) {
      const detail = "the hub has written as much as it may in a day";
      return { status: 503, detail, retryAfter: Math.ceil((nextDay(now) - now) / 1000) };
    }
    const wait = takeToken(now);
    if (wait > 0) return { status: 429, detail: "this hub gets too many requests", retryAfter: Math.ceil(wait / 1000) };
    const refusal = saveRequest(sql, request, now);
    if (!refusal) schedule(now);
    return refusal;
  }

  return {
    committed() {
      try {
        if (hasNews(Date.now())) schedule(Math.max(Date.now() + DELAY, notBefore));
      } catch (error) {
        // An error here does not affect what was committed; the next run sends it.
        logError("deliveries", error);
      }
    },
    next,
    run() {
      running ??= run(Date.now()).finally(() => {
        running = undefined;
      });
      return running;
    },
    async handle(value) {
      const request = value as NotifyRequest;
      if ("report" in request) return request.report === "webhooks" ? webhookReport(sender) : deliveryReport(sender);
      return "test" in request ? test(request.test, request.now) : subscribe(request.subscribe, request.now);
    },
  };
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
