import type { Notifier } from "../archive/notifier.ts";
import type { Store } from "../archive/store.ts";
import { countsOf } from "../platform/counters.ts";
import type { Sql } from "../platform/sql.ts";
import { isSubscriber } from "../public-host.ts";
import type { Settings } from "../settings.ts";
import { DAY } from "../time.ts";
import type { NotifyRequest } from "./client.ts";
import type { Feeds, Sender } from "./feeds.ts";
import { nextHubRequest, pushFeeds, verifySubscribers } from "./hub.ts";
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
 * Everything that the bridge sends by itself. It runs where the archive is, after commits and when something is due. What
 * is to be sent follows from the journal and the places that are kept in the tables, never from memory: a process that
 * ends at any moment goes on where it was.
 */

/** Messages of one run to webhooks. With what the hub sends they are fewer than the 50 requests of a Worker's invocation. */
const MAX_MESSAGES = 18;
/** Milliseconds between a commit and the run that follows: a tick makes several commits. */
const DELAY = 500;
/** Milliseconds that a run waits for slow receivers: the next run leaves them out, so that they hold up nobody else. */
const PATIENCE = 1000;
/** Milliseconds to the next run while receivers are slow: should the process end before they answer, it begins again. */
const LOST_AFTER = 60_000;
/** Pause after an error of the bridge itself, milliseconds. */
const PAUSE_AFTER_ERROR = 60_000;
/** How long what was sent is remembered, milliseconds, and how many of them. */
const HISTORY = 7 * DAY;
const MAX_HISTORY = 2000;
/** Requests to the hub: each is written down, and strangers send them. So many at once, and one more every so often. */
const MAX_AT_ONCE = 100;
const INTERVAL = 10_000;

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
  // Of what was on once and is off now, nothing stays.
  if (!hub && sql.rows("SELECT 1 FROM subscription LIMIT 1").length > 0) {
    sql.run("DELETE FROM subscription");
    sql.run("DELETE FROM delivery WHERE kind <> 'webhook'");
  }
  // What was allowed once and is not now gets nothing more.
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
  const takeToken = tokenBucket(MAX_AT_ONCE, INTERVAL);
  let running: Promise<void> | undefined;
  let notBefore = 0;

  const hasNews = (now: number) =>
    dueWebhooks(sender, now).length > 0 || (hub && outdatedSubscriptions(sql, now).length > 0);

  function next(): number | undefined {
    const now = Date.now();
    if (hasNews(now)) return Math.max(now, notBefore);
    const isBusy = Object.values(sender.busy).some(({ size }) => size > 0);
    const due = [nextMessage(sender), hub && nextHubRequest(sender), isBusy && now + LOST_AFTER];
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
    logError(error);
  }

  /** Sends what is due, within the requests of one run. It ends when all is sent, or all but what slow receivers get. */
  async function run(now: number): Promise<void> {
    let isOver = false;
    const sent: Promise<void>[] = [];
    const add = (work: Promise<void>) =>
      sent.push(
        work
          .catch(fail)
          .then(() => (isOver ? plan() : undefined))
          .catch(logError),
      );
    try {
      for (const work of runWebhooks(sender, MAX_MESSAGES, now)) add(work);
      if (hub) for (const work of verifySubscribers(sender, now)) add(work);
      if (hub) for (const work of await pushFeeds(sender, now)) add(work);
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
  }

  async function test(n: number, now: number) {
    const answer = await sendTest(sender, n, now);
    plan();
    return answer;
  }

  function subscribe(request: SubscribeRequest, now: number): Refusal | undefined {
    if (!hub) return undefined;
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
        // What was committed stays so, whatever goes wrong here; the next run finds it.
        logError(error);
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

/** Removes what was sent long ago. Who did not agree is counted for a day, however much is sent meanwhile. */
function forget(sql: Sql, now: number): void {
  sql.run(
    `DELETE FROM delivery WHERE due IS NULL AND iif(kind = 'verify', at < ?,
       created < ? OR id <= (SELECT max(id) FROM delivery) - ?)`,
    ...[now - DAY, now - HISTORY, MAX_HISTORY],
  );
}

/**
 * What was sent, and what waits to be sent, for monitors. Reads what waits only, of which there is one a receiver, never
 * what was sent.
 */
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

const logError = (error: unknown): void =>
  console.error(JSON.stringify({ event: "deliveries", error: String(error).slice(0, 200) }));
