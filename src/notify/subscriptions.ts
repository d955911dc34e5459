import type { Sql } from "../platform/sql.ts";
import { DAY } from "../time.ts";
import type { Topic } from "./feeds.ts";

/** The tables of the hub: who has subscribed to what, and who is to be asked whether it wants to. */

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
}

export interface Subscription {
  id: number;
  callback: string;
  topic: string;
  base: string;
  sources: string;
  secret: string | null;
  /** Milliseconds. */
  expires: number;
  seq: number;
  digest: string | null;
  /** Milliseconds that its last answer took. */
  latency: number;
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

/** A request that is under way. */
interface PendingRequest {
  id: number;
  request: SubscribeRequest;
}

/** Why a request cannot be taken; undefined if it can. */
export interface Refusal {
  status: 429 | 503;
  detail: string;
  /** Seconds. */
  retryAfter: number;
}

/** What is counted as one host: who has one has all its ports, and its name with a dot at the end. */
const hostOf = (callback: string): string => new URL(callback).hostname.replace(/\.+$/, "");

export class Subscriptions {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** Keeps a request until the subscriber has answered. */
  request(request: SubscribeRequest, now: number): Refusal | undefined {
    const host = hostOf(request.callback);
    // A subscriber has agreed before. It can renew, whatever strangers ask for in the name of its host.
    const isKnown = this.find(request.callback, request.topic) !== undefined;
    const tooMany = isKnown ? undefined : this.#isRefusing(host, now);
    if (tooMany) return tooMany;
    const pending = this.#sql.rows<{ receiver: string }>(
      "SELECT receiver FROM delivery WHERE kind = 'verify' AND due IS NOT NULL",
    );
    if (
      pending.length >= MAX_PENDING ||
      pending.filter(({ receiver }) => receiver === host).length >= MAX_PENDING_PER_HOST
    ) {
      return { status: 429, detail: "too many requests wait for their verification", retryAfter: 30 };
    }
    const refusal = request.mode === "subscribe" ? this.#isFull(request, now) : undefined;
    if (refusal) return refusal;
    this.#sql.run(
      "INSERT INTO delivery (kind, receiver, seq, created, due, data) VALUES ('verify', ?, 0, ?, ?, ?)",
      ...[host, now, now, JSON.stringify(request)],
    );
    return undefined;
  }

  /** Whether too many addresses did not agree in the last day, at this host or in total. */
  #isRefusing(host: string, now: number): Refusal | undefined {
    const [count] = this.#sql.rows<{ total: number; host: number | null }>(
      "SELECT count(*) AS total, sum(receiver = ?) AS host FROM delivery WHERE kind = 'verify' AND due IS NULL AND at > ?",
      ...[host, now - DAY],
    );
    const retryAfter = 3600;
    if ((count?.host ?? 0) >= MAX_REFUSED_PER_HOST)
      return {
        status: 429,
        detail: `${host} has not agreed to ${MAX_REFUSED_PER_HOST} requests of this day`,
        retryAfter,
      };
    if ((count?.total ?? 0) < MAX_REFUSED) return undefined;
    const isKnown = this.#sql.rows("SELECT 1 FROM subscription WHERE host = ? LIMIT 1", host).length > 0;
    const detail = "too many addresses have not agreed to requests of this day";
    return isKnown ? undefined : { status: 503, detail, retryAfter };
  }

  #isFull({ callback, topic }: SubscribeRequest, now: number): Refusal | undefined {
    if (this.find(callback, topic)) return undefined;
    const host = hostOf(callback);
    const [count] = this.#sql.rows<{ total: number; host: number | null }>(
      "SELECT count(*) AS total, sum(host = ?) AS host FROM subscription WHERE expires > ?",
      ...[host, now],
    );
    const retryAfter = 3600;
    if ((count?.total ?? 0) >= MAX_SUBSCRIPTIONS) {
      return {
        status: 503,
        detail: `this hub has ${MAX_SUBSCRIPTIONS} subscriptions, which is all it takes`,
        retryAfter,
      };
    }
    if ((count?.host ?? 0) >= MAX_PER_HOST) {
      return { status: 429, detail: `${host} has ${MAX_PER_HOST} subscriptions, which is all it gets`, retryAfter };
    }
    return undefined;
  }

  /**
   * Requests whose subscriber is to be asked now. Each stays until `settle`: if the process ends meanwhile, it is made
   * again, but not for ever, since its subscriber may be what ends the process.
   */
  takeRequests(most: number, now: number): PendingRequest[] {
    const rows = this.#sql.rows<{ id: number; data: string }>(
      `UPDATE delivery SET attempts = attempts + 1, at = ?, due = iif(attempts + 1 < ?, ?, NULL)
       WHERE id IN (SELECT id FROM delivery WHERE kind = 'verify' AND due <= ? ORDER BY id LIMIT ?) RETURNING id, data`,
      ...[now, MAX_ATTEMPTS, now + LOST_AFTER, now, most],
    );
    return rows.sort((a, b) => a.id - b.id).map(({ id, data }) => ({ id, request: JSON.parse(data) }));
  }

  /** The subscriber has answered, or not in time; one that did not agree is counted for a day. */
  settle(id: number, agrees: boolean, now: number): void {
    if (agrees) this.#sql.run("DELETE FROM delivery WHERE id = ?", id);
    else this.#sql.run("UPDATE delivery SET due = NULL, at = ?, data = NULL WHERE id = ?", now, id);
  }

  /**
   * Keeps a subscription whose subscriber has agreed; one that exists is renewed.
   *
   * @returns undefined if there are too many by now
   */
  confirm(request: SubscribeRequest, seq: number, digest: string, latency: number, now: number): Refusal | undefined {
    const refusal = this.#isFull(request, now);
    if (refusal) return refusal;
    const { callback, topic, base, sources, secret = null, lease } = request;
    this.#sql.run(
      `INSERT INTO subscription (callback, host, topic, base, sources, secret, expires, seq, digest, latency)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (callback, topic) DO UPDATE SET base = excluded.base, secret = excluded.secret,
         expires = excluded.expires, latency = excluded.latency`,
      ...[callback, hostOf(callback), topic, base, sources.join(" "), secret, now + lease * 1000, seq, digest],
      latency,
    );
    return undefined;
  }

  find(callback: string, topic: string): Subscription | undefined {
    const where = "SELECT * FROM subscription WHERE callback = ? AND topic = ?";
    return this.#sql.rows<Subscription>(where, callback, topic)[0];
  }

  byId(id: number): Subscription | undefined {
    return this.#sql.rows<Subscription>("SELECT * FROM subscription WHERE id = ?", id)[0];
  }

  /** Whether anybody has subscribed. */
  areAny(): boolean {
    return this.#sql.rows("SELECT 1 FROM subscription LIMIT 1").length > 0;
  }

  /** Ends subscriptions whose lease is over. */
  removeExpired(now: number): void {
    for (const { id } of this.#sql.rows<{ id: number }>("SELECT id FROM subscription WHERE expires <= ?", now))
      this.remove(id);
  }

  /** Ends subscriptions, and requests for them, to callbacks that are not allowed. */
  removeUnless(isAllowed: (callback: string) => boolean): void {
    const subscriptions = this.#sql.rows<{ id: number; callback: string }>("SELECT id, callback FROM subscription");
    for (const { id, callback } of subscriptions) if (!isAllowed(callback)) this.remove(id);
    const requests = this.#sql.rows<{ id: number; callback: string }>(
      "SELECT id, data ->> 'callback' AS callback FROM delivery WHERE kind = 'verify' AND due IS NOT NULL",
    );
    for (const { id, callback } of requests) if (!isAllowed(callback)) this.settle(id, true, 0);
  }

  remove(id: number): void {
    this.#sql.run("DELETE FROM delivery WHERE kind = 'push' AND receiver = ? AND due IS NOT NULL", String(id));
    this.#sql.run("DELETE FROM subscription WHERE id = ?", id);
  }

  /** Subscriptions whose sources have an event that nobody has looked at, and that wait for no delivery. */
  outdated(now: number): (Subscription & { newest: number })[] {
    if (!this.areAny()) return [];
    const newest = new Map(
      this.#sql.rows<{ id: string; seq: number }>("SELECT id, seq FROM source").map(({ id, seq }) => [id, seq]),
    );
    return this.#sql
      .rows<Subscription>(
        `SELECT * FROM subscription WHERE expires > ? AND NOT EXISTS (
           SELECT 1 FROM delivery WHERE kind = 'push' AND due IS NOT NULL AND receiver = CAST(subscription.id AS TEXT))`,
        now,
      )
      .map((one) => ({ ...one, newest: newestOf(one.sources.split(" "), newest) }))
      .filter(({ seq, newest }) => seq !== newest);
  }

  /** The last event of any of these sources. */
  newestOf(sources: readonly string[]): number {
    const rows = this.#sql.rows<{ id: string; seq: number }>("SELECT id, seq FROM source");
    return newestOf(sources, new Map(rows.map(({ id, seq }) => [id, seq])));
  }
}

const newestOf = (sources: readonly string[], newest: ReadonlyMap<string, number>): number =>
  Math.max(0, ...sources.map((id) => newest.get(id) ?? 0));
