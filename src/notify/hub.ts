import { log, logError } from "../log.ts";
import { count } from "../platform/counters.ts";
import type { Sql } from "../platform/sql.ts";
import type { Feeds, RenderedTopic, Sender, Topic } from "./feeds.ts";
import { isGivenUp, nextAttempt, type Waiting } from "./retry.ts";
import { type Answer, resultOf, send } from "./send.ts";
import { hubSignature } from "./signatures.ts";
import {
  findSubscription,
  isFirstRequest,
  newestEvents,
  outdatedSubscriptions,
  removeExpired,
  removeSubscription,
  type SubscribeRequest,
  type Subscription,
  saveSubscription,
  settleRequest,
  takeRequests,
} from "./subscriptions.ts";

/**
 * The hub (WebSub, https://www.w3.org/TR/websub/), for the bridge's own feeds only. It asks a subscriber once whether it
 * wants the subscription, and then sends it the whole feed whenever that has changed.
 */

/** Milliseconds that a subscriber has to answer. After a failure it has less, so that others do not wait for it. */
const TIMEOUT = 10_000;
const TIMEOUT_AFTER_FAILURE = 3_000;
/** Milliseconds to answer the challenge: an address that nobody knows yet must not hold up pushes. */
const VERIFY_TIMEOUT = 4_000;
/** Bytes of a feed: FreshRSS reads 3 MiB. */
const MAX_BYTES = 3_000_000;
/**
 * Requests under way at a time to subscribers that have not agreed yet, and to those known to be slow: a stranger chooses
 * how many there are, and a Worker has six connections at a time.
 */
const MAX_VERIFIED = 3;
const MAX_SLOW = 2;
/** Pushes under way at a time. */
const MAX_PUSHES = 18;
/** A subscriber whose last answer failed or took longer than a run waits for it, milliseconds. */
const SLOW = "(failing_since IS NOT NULL OR latency > 1000)";
/** Feeds rendered in one run: a stranger chooses which there are, and a run has little CPU. */
const MAX_RENDERED = 8;
/** Bytes of the answer to a challenge. */
const MAX_ANSWER = 1024;

/** When the next request is due that can be made beside what is under way, milliseconds. */
export const nextHubRequest = ({ store, busy: { requests, pushes } }: Sender): number | null | undefined =>
  store.sql.column<number | null>(
    `SELECT min(due) FROM delivery LEFT JOIN subscription ON kind = 'push' AND subscription.id = CAST(receiver AS INTEGER)
     WHERE due IS NOT NULL AND CASE kind WHEN 'verify' THEN ? AND ${isFirstRequest("delivery")}
       WHEN 'push' THEN iif(${SLOW}, ?, ?) AND subscription.id NOT IN (SELECT value FROM json_each(?)) END`,
    [
      Number(requests.size < MAX_VERIFIED),
      Number(pushes.size < MAX_SLOW),
      Number(pushes.size < MAX_PUSHES),
      JSON.stringify([...pushes]),
    ],
  )[0];

/**
 * Asks subscribers to confirm the requests that were made in their name (section 5.3).
 *
 * @returns what is under way
 */
export function verifySubscribers(sender: Sender, now: number): Promise<void>[] {
  const { store, busy } = sender;
  return takeRequests(store.sql, MAX_VERIFIED - busy.requests.size, now).map(async ({ id, request }) => {
    busy.requests.add(id);
    try {
      settleRequest(store.sql, id, await verify(sender, request), Date.now());
    } finally {
      busy.requests.delete(id);
    }
  });
}

async function verify(sender: Sender, request: SubscribeRequest): Promise<boolean> {
  const { mode, callback, topic, base, lease, verifyToken } = request;
  const { sql } = sender.store;
  const challenge = crypto.randomUUID();
  const answer = await askSubscriber(sender, callback, {
    "hub.mode": mode,
    "hub.topic": topic,
    "hub.challenge": challenge,
    ...(mode === "subscribe" && { "hub.lease_seconds": String(lease) }),
    ...(verifyToken !== undefined && { "hub.verify_token": verifyToken }),
  });
  const agrees = answer.text?.trim() === challenge;
  logRequest("verify", callback, { mode, topic, agrees, error: answer.error });
  if (!agrees) return false;
  const now = Date.now();
  if (mode === "unsubscribe") {
    const known = findSubscription(sql, callback, topic);
    if (known) removeSubscription(sql, known.id);
    return true;
  }
  // Before the feed is read: what is committed meanwhile is looked at again.
  const seq = newestEvents(sql)(request.sources);
  // The subscriber has agreed: if the feed cannot be read now, its first change is pushed anyway.
  const rendered = await sender.feeds.render({ base, topic }, now, MAX_BYTES).catch(() => undefined);
  const known = { seq, digest: rendered?.digest ?? "", latency: answer.ms };
  const refusal = saveSubscription(sql, request, known, now);
  if (!refusal) return true;
  // Others have agreed meanwhile, and the hub is full (section 5.2).
  const reason = { "hub.mode": "denied", "hub.topic": topic, "hub.reason": refusal.detail };
  const { error } = await askSubscriber(sender, callback, reason);
  logRequest("denied", callback, { topic, reason: refusal.detail, error });
  return true;
}

/** Sends a GET to a callback, whose own query stays as it is. */
function askSubscriber({ settings }: Sender, callback: string, parameters: Record<string, string>): Promise<Answer> {
  const url = `${callback}${callback.includes("?") ? "&" : "?"}${new URLSearchParams(parameters)}`;
  const headers = { "user-agent": settings.userAgent, accept: "*/*" };
  return send({ method: "GET", url, headers, timeout: VERIFY_TIMEOUT, read: MAX_ANSWER });
}

/**
 * Notes a delivery for every subscription whose feed has changed, and begins to send what is due.
 *
 * @returns what is under way
 */
export async function pushFeeds(sender: Sender, now: number): Promise<Promise<void>[]> {
  const { sql } = sender.store;
  removeExpired(sql, now);
  const rendered = renderOnce(sender.feeds, now);
  await planPushes(sql, rendered, now);
  return startPushes(sender, rendered, now);
}

async function planPushes(sql: Sql, rendered: RenderOnce, now: number): Promise<void> {
  for (const { id, base, topic, digest, newest } of outdatedSubscriptions(sql, now)) {
    const feed = await rendered({ base, topic });
    if (feed === "later") continue;
    sql.transaction(() => {
      sql.run("UPDATE subscription SET seq = ? WHERE id = ?", [newest, id]);
      if (!feed || (feed !== "failed" && feed.digest === digest)) return;
      sql.run(
        `INSERT INTO delivery (kind, receiver, seq, created, due)
         VALUES ('push', ?, ?, ?, ?)`,
        [String(id), newest, now, now],
      );
    });
  }
}

async function startPushes(sender: Sender, rendered: RenderOnce, now: number): Promise<Promise<void>[]> {
  const { store, busy } = sender;
  const { sql } = store;
  // What is still under way from earlier runs is slow.
  let slowLeft = MAX_SLOW - busy.pushes.size;
  const rows = sql.rows<Waiting & { receiver: string; slow: number; base: string; topic: string | null }>(
    `SELECT delivery.id, receiver, created, attempts, ${SLOW} AS slow, base, topic FROM delivery
     LEFT JOIN subscription ON subscription.id = CAST(receiver AS INTEGER)
     WHERE kind = 'push' AND due <= ? AND CAST(receiver AS INTEGER) NOT IN (SELECT value FROM json_each(?))
     ORDER BY failing_since IS NOT NULL, latency, delivery.id LIMIT +?`,
    [now, JSON.stringify([...busy.pushes]), MAX_PUSHES - busy.pushes.size],
  );
  const sent: Promise<void>[] = [];
  for (const row of rows) {
    if (row.slow && slowLeft-- <= 0) continue;
    // Who has left meanwhile gets nothing.
    const feed = row.topic === null ? undefined : await rendered({ base: row.base, topic: row.topic });
    if (feed === "later") continue;
    // As it is now: it may have ended meanwhile, or have another secret.
    const [subscription] = sql.rows<Subscription>("SELECT * FROM subscription WHERE id = ?", [Number(row.receiver)]);
    // A feed that cannot be rendered is tried again like a receiver that does not answer: others have their turn.
    if (feed === "failed") recordAttempt(sql, row, { error: "the feed cannot be rendered", ms: 0 }, now);
    else if (subscription && feed) {
      busy.pushes.add(subscription.id);
      sent.push(push(sender, row, subscription, feed).finally(() => busy.pushes.delete(subscription.id)));
    } else sql.run("DELETE FROM delivery WHERE id = ?", [row.id]);
  }
  return sent;
}

async function push(sender: Sender, row: Waiting, subscription: Subscription, feed: RenderedTopic): Promise<void> {
  const { callback, secret, failing_since } = subscription;
  const headers = {
    "content-type": feed.contentType,
    link: feed.link,
    "user-agent": sender.settings.userAgent,
    ...(secret !== null && { "x-hub-signature": await hubSignature(secret, feed.body) }),
  };
  const timeout = failing_since === null ? TIMEOUT : TIMEOUT_AFTER_FAILURE;
  const answer = await send({ method: "POST", url: callback, headers, body: feed.body, timeout });
  count("deliveries", { kind: "push", result: resultOf(answer) });
  logRequest("push", callback, { topic: subscription.topic, ...answer });
  settlePush(sender.store.sql, row, subscription, feed.digest, answer);
}

function settlePush(sql: Sql, row: Waiting, subscription: Subscription, digest: string, answer: Answer): void {
  const { id, callback, topic } = subscription;
  const now = Date.now();
  sql.transaction(() => {
    // It may have ended meanwhile, and another one may have its number.
    if (findSubscription(sql, callback, topic)?.id !== id) return;
    if (isGivenUp(row, answer, now)) return removeSubscription(sql, id);
    recordAttempt(sql, row, answer, now);
    if (answer.error === undefined) {
      sql.run(
        "UPDATE subscription SET digest = ?, latency = max(?, latency / 2), succeeded = ?, failing_since = NULL WHERE id = ?",
        [digest, answer.ms, now, id],
      );
    } else {
      sql.run(
        `UPDATE subscription SET latency = ?, failing_since = coalesce(failing_since, ?)
         WHERE id = ?`,
        [answer.ms, now, id],
      );
    }
  });
}

function recordAttempt(sql: Sql, row: Waiting, answer: Answer, now: number): void {
  const { status = null, error = null, ms } = answer;
  const attempts = row.attempts + 1;
  const due = error === null || isGivenUp(row, answer, now) ? null : nextAttempt(attempts, answer, now);
  sql.run(
    `UPDATE delivery SET attempts = ?, at = ?, status = ?, error = ?, ms = ?, due = ?
     WHERE id = ?`,
    [attempts, now, status, error, ms, due, row.id],
  );
}

type RenderOnce = (topic: Topic) => Promise<RenderedTopic | undefined | "failed" | "later">;

/**
 * The feeds of one run, each rendered once; no more than a run has CPU for.
 *
 * @returns gives the feed of a topic: undefined if it does not exist any more, "later" if this run has rendered enough
 */
function renderOnce(feeds: Feeds, now: number): RenderOnce {
  const known = new Map<string, RenderedTopic | undefined | "failed">();
  return async ({ base, topic }) => {
    if (known.has(topic)) return known.get(topic);
    if (known.size >= MAX_RENDERED) return "later";
    let feed: RenderedTopic | undefined | "failed" = "failed";
    try {
      feed = await feeds.render({ base, topic }, now, MAX_BYTES);
    } catch (error) {
      // A feed that cannot be rendered does not stop the others.
      logError("push", error, { topic });
    }
    known.set(topic, feed);
    return feed;
  };
}

/** The host of a callback. Its path is often a secret of the subscriber. */
const logRequest = (event: string, callback: string, fields: Record<string, unknown>): void =>
  log(event, { host: new URL(callback).host, ...fields });
