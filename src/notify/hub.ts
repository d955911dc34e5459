import { count } from "../platform/counters.ts";
import type { Sql } from "../platform/sql.ts";
import type { Feeds, RenderedTopic, Topic } from "./feeds.ts";
import { nextAttempt, RETRY_PERIOD } from "./retry.ts";
import { type Answer, isOver, resultOf, send } from "./send.ts";
import { hubSignature } from "./signatures.ts";
import type { SubscribeRequest, Subscription, Subscriptions } from "./subscriptions.ts";

/**
 * The hub (WebSub, https://www.w3.org/TR/websub/), for the bridge's own feeds only. It asks a subscriber once whether it
 * wants the subscription, and then sends it the whole feed whenever that has changed.
 */

/** Milliseconds a subscriber gets to answer; one that fails gets less, so that others do not wait for it. */
const TIMEOUT = 10_000;
const TIMEOUT_AFTER_FAILURE = 3_000;
/** Milliseconds to answer the challenge: an address that nobody knows yet must not hold up pushes. */
const VERIFY_TIMEOUT = 4_000;
/** Bytes of a feed: FreshRSS reads 3 MiB. */
const MAX_BYTES = 3_000_000;
/** Feeds rendered in one run: a stranger chooses which there are, and a run has little CPU. */
const MAX_RENDERED = 8;
/** Bytes of the answer to a challenge. */
const MAX_ANSWER = 1024;

interface PushRow {
  id: number;
  receiver: string;
  created: number;
  attempts: number;
}

export class Hub {
  readonly #sql: Sql;
  readonly #subscriptions: Subscriptions;
  readonly #feeds: Feeds;
  readonly #userAgent: string;

  constructor(sql: Sql, subscriptions: Subscriptions, feeds: Feeds, userAgent: string) {
    this.#sql = sql;
    this.#subscriptions = subscriptions;
    this.#feeds = feeds;
    this.#userAgent = userAgent;
  }

  /** Asks subscribers whether they want what was asked for in their name (section 5.3). */
  async verify(most: number, now: number): Promise<void> {
    const requests = this.#subscriptions.takeRequests(most, now);
    await Promise.all(
      requests.map(async ({ id, request }) => {
        const agrees = await this.#verify(request);
        this.#subscriptions.settle(id, agrees, Date.now());
      }),
    );
  }

  /** Whether the subscriber has agreed. */
  async #verify(request: SubscribeRequest): Promise<boolean> {
    const { mode, callback, topic, base, lease, verifyToken } = request;
    const challenge = crypto.randomUUID();
    const parameters = new URLSearchParams({
      "hub.mode": mode,
      "hub.topic": topic,
      "hub.challenge": challenge,
      ...(mode === "subscribe" && { "hub.lease_seconds": String(lease) }),
      ...(verifyToken !== undefined && { "hub.verify_token": verifyToken }),
    });
    // The callback's own query stays as it is.
    const url = `${callback}${callback.includes("?") ? "&" : "?"}${parameters}`;
    const headers = { "user-agent": this.#userAgent, accept: "*/*" };
    const answer = await send({ method: "GET", url, headers, timeout: VERIFY_TIMEOUT, read: MAX_ANSWER });
    const agrees = answer.error === undefined && answer.text?.trim() === challenge;
    log("verify", callback, { mode, topic, agrees, ...(answer.error && { error: answer.error }) });
    if (!agrees) return false;
    const now = Date.now();
    if (mode === "unsubscribe") {
      const known = this.#subscriptions.find(callback, topic);
      if (known) this.#subscriptions.remove(known.id);
      return true;
    }
    // Before the feed is read: what is committed meanwhile is looked at again.
    const seq = this.#subscriptions.newestOf(request.sources);
    // The subscriber has agreed: if the feed cannot be read now, its first change is pushed anyway.
    const rendered = await this.#feeds.render({ base, topic }, now, MAX_BYTES).catch(() => undefined);
    const refusal = this.#subscriptions.confirm(request, seq, rendered?.digest ?? "", answer.ms, now);
    if (refusal) log("verify", callback, { topic, error: refusal.detail });
    return true;
  }

  /**
   * Notes a delivery for every subscription whose feed has changed, and sends what is due.
   *
   * @param most requests
   */
  async push(most: number, now: number): Promise<void> {
    this.#subscriptions.removeExpired(now);
    const rendered = new RenderedTopics(this.#feeds, now);
    await this.#plan(rendered, now);
    await this.#send(rendered, most, now);
  }

  async #plan(rendered: RenderedTopics, now: number): Promise<void> {
    for (const { id, base, topic, digest, newest } of this.#subscriptions.outdated(now)) {
      const feed = await rendered.get({ base, topic });
      if (feed === "later") continue;
      this.#sql.transaction(() => {
        this.#sql.run("UPDATE subscription SET seq = ? WHERE id = ?", newest, id);
        if (!feed || (feed !== "failed" && feed.digest === digest)) return;
        const values = [String(id), newest, now, now];
        this.#sql.run(
          "INSERT INTO delivery (kind, receiver, seq, created, due) VALUES ('push', ?, ?, ?, ?)",
          ...values,
        );
      });
    }
  }

  async #send(rendered: RenderedTopics, most: number, now: number): Promise<void> {
    // The quick ones first: a Worker has six connections at a time.
    const rows = this.#sql.rows<PushRow>(
      `SELECT delivery.id, receiver, created, attempts FROM delivery
       JOIN subscription ON subscription.id = CAST(receiver AS INTEGER)
       WHERE kind = 'push' AND due <= ? ORDER BY failing_since IS NOT NULL, latency, delivery.id LIMIT ?`,
      ...[now, most],
    );
    const sent: Promise<void>[] = [];
    for (const row of rows) {
      const subscription = this.#subscriptions.byId(Number(row.receiver));
      const feed = subscription && (await rendered.get(subscription));
      if (!subscription || feed === "later") continue;
      if (feed === "failed") this.#postpone(row, now);
      else if (feed) sent.push(this.#deliver(row, subscription, feed));
      else this.#sql.run("DELETE FROM delivery WHERE id = ?", row.id);
    }
    await Promise.all(sent);
  }

  /** A feed that cannot be rendered is tried again like a receiver that does not answer: meanwhile others have their turn. */
  #postpone({ id, created, attempts }: PushRow, now: number): void {
    const isGivenUp = now - created > RETRY_PERIOD;
    const due = isGivenUp ? null : nextAttempt(attempts + 1, { ms: 0 }, now);
    const error = "the feed cannot be rendered";
    this.#sql.run(
      "UPDATE delivery SET attempts = ?, at = ?, error = ?, due = ? WHERE id = ?",
      ...[attempts + 1, now, error, due, id],
    );
  }

  async #deliver(row: PushRow, subscription: Subscription, feed: RenderedTopic): Promise<void> {
    const { callback, secret, failing_since } = subscription;
    const headers = {
      "content-type": feed.contentType,
      link: feed.link,
      "user-agent": this.#userAgent,
      ...(secret !== null && { "x-hub-signature": await hubSignature(secret, feed.body) }),
    };
    const timeout = failing_since === null ? TIMEOUT : TIMEOUT_AFTER_FAILURE;
    const answer = await send({ method: "POST", url: callback, headers, body: feed.body, timeout });
    count("deliveries", { kind: "push", result: resultOf(answer) });
    log("push", callback, { topic: subscription.topic, ...answer });
    this.#settle(row, subscription, feed, answer, Date.now());
  }

  #settle(row: PushRow, subscription: Subscription, feed: RenderedTopic, answer: Answer, now: number): void {
    const { id } = subscription;
    const { error, status = null, ms } = answer;
    const isGivenUp = error !== undefined && now - row.created > RETRY_PERIOD;
    this.#sql.transaction(() => {
      if (isOver(answer) || isGivenUp) return this.#subscriptions.remove(id);
      const attempts = row.attempts + 1;
      this.#sql.run(
        "UPDATE delivery SET attempts = ?, at = ?, status = ?, error = ?, ms = ?, due = ? WHERE id = ?",
        ...[attempts, now, status, error ?? null, ms, error === undefined ? null : nextAttempt(attempts, answer, now)],
        row.id,
      );
      if (error === undefined) {
        this.#sql.run(
          "UPDATE subscription SET digest = ?, latency = ?, succeeded = ?, failing_since = NULL WHERE id = ?",
          ...[feed.digest, ms, now, id],
        );
      } else {
        this.#sql.run(
          "UPDATE subscription SET latency = ?, failing_since = coalesce(failing_since, ?) WHERE id = ?",
          ...[ms, now, id],
        );
      }
    });
  }
}

/** The feeds of one run, each rendered once; no more than a run has CPU for. */
class RenderedTopics {
  readonly #known = new Map<string, RenderedTopic | undefined | "failed">();
  readonly #feeds: Feeds;
  readonly #now: number;

  constructor(feeds: Feeds, now: number) {
    this.#feeds = feeds;
    this.#now = now;
  }

  /** Undefined if the feed does not exist any more; "later" if this run has rendered enough. */
  async get({ base, topic }: Topic): Promise<RenderedTopic | undefined | "failed" | "later"> {
    if (this.#known.has(topic)) return this.#known.get(topic);
    if (this.#known.size >= MAX_RENDERED) return "later";
    let feed: RenderedTopic | undefined | "failed" = "failed";
    try {
      feed = await this.#feeds.render({ base, topic }, this.#now, MAX_BYTES);
    } catch (error) {
      // A feed that cannot be rendered does not stop the others.
      console.error(JSON.stringify({ event: "push", topic, error: String(error).slice(0, 200) }));
    }
    this.#known.set(topic, feed);
    return feed;
  }
}

/** Of a callback only the host: its path is often a secret of the subscriber's. */
function log(event: string, callback: string, fields: Record<string, unknown>): void {
  console.log(JSON.stringify({ event, host: new URL(callback).host, ...fields }));
}
