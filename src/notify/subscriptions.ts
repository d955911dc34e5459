import type { Sql } from "../platform/sql.ts";
import { hostOf } from "../public-host.ts";
import { DAY } from "../time.ts";
import type { Topic } from "./feeds.ts";

/** The tables of the hub: subscriptions, and requests that subscribers have not yet confirmed. */

/** A request of a subscriber (WebSub, section 5.1), checked. */
export interface SubscribeRequest extends Topic {
  mode: "subscribe" | "unsubscribe";
  callback: string;
  /** Ids of the topic's sources. */
  sources: readonly string[];
  /** Seconds. */
  lease: number;
  secret?: string;
  /** `hub.verify_token` of PubSubHubbub 0.3: it is given back. */
  verifyToken?: string;
  /** Why the topic is none now: only a subscription that there is can be ended. */
  topicError?: string;
}

export interface Subscription {
  id: number;
  callback: string;
  topic: string;
  base: string;
  sources: string;
  secret: string | null;
  seq: number;
  digest: string | null;
  /** Milliseconds. */
  failing_since: number | null;
}

/** Subscriptions: each costs rows and requests whenever its feed changes, and a stranger chooses how many there are. */
const MAX_SUBSCRIPTIONS = 200;
const MAX_PER_HOST = 50;
/** Subscribers that wait to be asked. */
const MAX_PENDING = 50;
const MAX_PENDING_PER_HOST = 20;
/**
 * Requests in a day to addresses that did not agree: a stranger names them, and their owners do not know of it. When all
 * are used up, only hosts that have agreed before are asked.
 */
const MAX_REFUSED = 300;
const MAX_REFUSED_PER_HOST = 10;
/** Milliseconds until a request is made again whose answer was lost, because the process ended; and how often it is made. */
const LOST_AFTER = 60_000;
const MAX_ATTEMPTS = 3;

/** Why a request cannot be taken. 400: its topic is none. */
export type Refusal =
  | { status: 400; detail: string }
  | {
      status: 429 | 503;
      detail: string;
      /** Seconds. */
      retryAfter: number;
    };

/** Keeps a request until the subscriber has answered. */
export function saveRequest(sql: Sql, request: SubscribeRequest, now: number): Refusal | undefined {
  const host = hostOf(request.callback);
  // A subscriber has agreed before. It can renew, whatever strangers ask for in the name of its host.
  const isKnown = findSubscription(sql, request.callback, request.topic) !== undefined;
  if (request.topicError !== undefined && !isKnown) return { status: 400, detail: request.topicError };
  const tooMany = isKnown ? undefined : checkRefusals(sql, host, now);
  if (tooMany) return tooMany;
  const pending = sql.rows<{ receiver: string }>(
    "SELECT receiver FROM delivery WHERE kind = 'verify' AND due IS NOT NULL",
  );
  const ofHost = pending.filter(({ receiver }) => receiver === host);
  if (pending.length >= MAX_PENDING || ofHost.length >= MAX_PENDING_PER_HOST)
    return { status: 429, detail: "too many requests wait for their verification", retryAfter: 30 };
  const refusal = request.mode === "subscribe" ? checkCapacity(sql, request, now) : undefined;
  if (refusal) return refusal;
  sql.run(
    `INSERT INTO delivery (kind, receiver, seq, created, due, data)
     VALUES ('verify', ?, 0, ?, ?, ?)`,
    [host, now, now, JSON.stringify(request)],
  );
  return undefined;
}

/** Whether too many addresses did not agree in the last day, at this host or in total. */
function checkRefusals(sql: Sql, host: string, now: number): Refusal | undefined {
  const [count] = sql.rows<{ total: number; host: number | null }>(
    `SELECT count(*) AS total, sum(receiver = ?) AS host FROM delivery
     WHERE kind = 'verify' AND due IS NULL AND at > ? AND at <= ?`,
    [host, now - DAY, now],
  );
  if ((count?.host ?? 0) >= MAX_REFUSED_PER_HOST)
    return full(429, `${host} has not agreed to ${MAX_REFUSED_PER_HOST} requests of this day`);
  if ((count?.total ?? 0) < MAX_REFUSED) return undefined;
  const isKnown = sql.rows("SELECT 1 FROM subscription WHERE host = ? LIMIT 1", [host]).length > 0;
  return isKnown ? undefined : full(503, "too many addresses have not agreed to requests of this day");
}

function checkCapacity(sql: Sql, { callback, topic }: SubscribeRequest, now: number): Refusal | undefined {
  if (findSubscription(sql, callback, topic)) return undefined;
  const host = hostOf(callback);
  const [count] = sql.rows<{ total: number; host: number | null }>(
    "SELECT count(*) AS total, sum(host = ?) AS host FROM subscription WHERE expires > ?",
    [host, now],
  );
  if ((count?.total ?? 0) >= MAX_SUBSCRIPTIONS)
    return full(503, `this hub has ${MAX_SUBSCRIPTIONS} subscriptions, which is all it takes`);
  if ((count?.host ?? 0) >= MAX_PER_HOST)
    return full(429, `${host} has ${MAX_PER_HOST} subscriptions, which is all it gets`);
  return undefined;
}

const full = (status: 429 | 503, detail: string): Refusal => ({ status, detail, retryAfter: 3600 });

/**
 * SQL: whether no earlier request of the same callback for the same topic waits for its answer. The last one of a subscriber
 * counts, so they are made one after the other.
 *
 * @param request name of the request's row
 */
export const isFirstRequest = (request: string): string =>
  `NOT EXISTS (SELECT 1 FROM delivery AS earlier WHERE earlier.kind = 'verify' AND earlier.due IS NOT NULL
     AND earlier.id < ${request}.id AND earlier.receiver = ${request}.receiver
     AND earlier.data ->> 'callback' = ${request}.data ->> 'callback'
     AND earlier.data ->> 'topic' = ${request}.data ->> 'topic')`;

/**
 * Requests whose subscriber is to be asked now. Each stays until `settleRequest`: if the process ends meanwhile, it is
 * made again, `MAX_ATTEMPTS` times in all, since its subscriber may be what ends the process.
 */
export function takeRequests(sql: Sql, most: number, now: number): { id: number; request: SubscribeRequest }[] {
  const rows = sql.rows<{ id: number; data: string }>(
    `UPDATE delivery SET attempts = attempts + 1, at = ?, due = iif(attempts + 1 < ?, ?, NULL)
     WHERE id IN (SELECT id FROM delivery AS request WHERE kind = 'verify' AND due <= ? AND ${isFirstRequest("request")}
       ORDER BY id LIMIT +?) RETURNING id, data`,
    [now, MAX_ATTEMPTS, now + LOST_AFTER, now, most],
  );
  return rows.map(({ id, data }) => ({ id, request: JSON.parse(data) }));
}

/** The subscriber has answered, or not in time; one that did not agree is counted for a day. */
export function settleRequest(sql: Sql, id: number, agrees: boolean, now: number): void {
  if (agrees) sql.run("DELETE FROM delivery WHERE id = ?", [id]);
  else sql.run("UPDATE delivery SET due = NULL, at = ?, data = NULL WHERE id = ?", [now, id]);
}

/**
 * Keeps a subscription whose subscriber has agreed; one that exists is renewed.
 *
 * @param seq place in the journal that the subscriber knows
 * @param digest of the feed at that place
 * @param latency milliseconds that the subscriber took to answer
 */
export function saveSubscription(
  sql: Sql,
  request: SubscribeRequest,
  { seq, digest, latency }: { seq: number; digest: string; latency: number },
  now: number,
): Refusal | undefined {
  const refusal = checkCapacity(sql, request, now);
  if (refusal) return refusal;
  const { callback, topic, base, sources, secret = null, lease } = request;
  sql.run(
    `INSERT INTO subscription (callback, host, topic, base, sources, secret, expires, seq, digest, latency)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (callback, topic) DO UPDATE SET base = excluded.base, secret = excluded.secret,
       expires = excluded.expires, latency = max(excluded.latency, latency / 2)`,
    [callback, hostOf(callback), topic, base, sources.join(" "), secret, now + lease * 1000, seq, digest, latency],
  );
  // It has answered: what it did not take before waits no longer.
  const id = String(findSubscription(sql, callback, topic)?.id);
  sql.run("UPDATE delivery SET due = ?1 WHERE kind = 'push' AND receiver = ?2 AND due > ?1", [now, id]);
  return undefined;
}

/** The subscription of a callback to a topic, letter by letter, even if it has expired. */
export function findSubscription(sql: Sql, callback: string, topic: string): Subscription | undefined {
  const where = "SELECT * FROM subscription WHERE callback = ? AND topic = ?";
  return sql.rows<Subscription>(where, [callback, topic])[0];
}

/** @param now milliseconds */
export function removeExpired(sql: Sql, now: number): void {
  for (const { id } of sql.rows<{ id: number }>("SELECT id FROM subscription WHERE expires <= ?", [now]))
    removeSubscription(sql, id);
}

/** Notes which sources the topics have now: which those of `/feeds/all.rss` are is a setting. */
export function updateSources(sql: Sql, sourcesOf: (topic: Topic) => readonly string[] | undefined): void {
  const rows = sql.rows<Pick<Subscription, "id" | "base" | "topic" | "sources">>(
    "SELECT id, base, topic, sources FROM subscription",
  );
  for (const { id, base, topic, sources } of rows) {
    // A feed that does not exist any more may come back.
    const ids = sourcesOf({ base, topic })?.join(" ") ?? sources;
    if (ids !== sources) sql.run("UPDATE subscription SET sources = ? WHERE id = ?", [ids, id]);
  }
}

/** Ends subscriptions, and requests for them, to callbacks that are not allowed. */
export function removeUnless(sql: Sql, isAllowed: (callback: string) => boolean): void {
  const subscriptions = sql.rows<{ id: number; callback: string }>("SELECT id, callback FROM subscription");
  for (const { id, callback } of subscriptions) if (!isAllowed(callback)) removeSubscription(sql, id);
  const requests = sql.rows<{ id: number; callback: string }>(
    "SELECT id, data ->> 'callback' AS callback FROM delivery WHERE kind = 'verify' AND due IS NOT NULL",
  );
  for (const { id, callback } of requests) if (!isAllowed(callback)) settleRequest(sql, id, true, 0);
}

/** Ends a subscription, with what waits to be sent to it. */
export function removeSubscription(sql: Sql, id: number): void {
  sql.run("DELETE FROM delivery WHERE kind = 'push' AND receiver = ? AND due IS NOT NULL", [String(id)]);
  sql.run("DELETE FROM subscription WHERE id = ?", [id]);
}

/** Subscriptions whose sources have an event that nobody has looked at, and that wait for no delivery. */
export function outdatedSubscriptions(sql: Sql, now: number): (Subscription & { newest: number })[] {
  const all = sql.rows<Subscription>(
    `SELECT * FROM subscription WHERE expires > ? AND NOT EXISTS (
       SELECT 1 FROM delivery WHERE kind = 'push' AND due IS NOT NULL AND receiver = CAST(subscription.id AS TEXT))`,
    [now],
  );
  if (all.length === 0) return [];
  const newestOf = newestEvents(sql);
  return all
    .map((one) => ({ ...one, newest: newestOf(one.sources.split(" ")) }))
    .filter(({ seq, newest }) => seq !== newest);
}

/** Tells the number of the last event of any of some sources. */
export function newestEvents(sql: Sql): (sources: readonly string[]) => number {
  const newest = new Map(
    sql.rows<{ id: string; seq: number }>("SELECT id, seq FROM source").map((row) => [row.id, row.seq]),
  );
  return (sources) => Math.max(0, ...sources.map((id) => newest.get(id) ?? 0));
}
