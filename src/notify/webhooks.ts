import { journalDigest } from "../archive/backup.ts";
import { readEvents } from "../archive/events.ts";
import type { Store } from "../archive/store.ts";
import { count } from "../platform/counters.ts";
import { instant } from "../time.ts";
import type { Webhook } from "../webhook-settings.ts";
import type { Feeds } from "./feeds.ts";
import { nextAttempt, RETRY_PERIOD } from "./retry.ts";
import { type Answer, isOver, resultOf, send } from "./send.ts";
import { webhookHeaders } from "./signatures.ts";
import { webhookMessage } from "./webhook-message.ts";

/**
 * Webhooks: a message an event, in the order of the journal. What was sent is a place in the journal, so that nothing is
 * lost that was committed; the next message waits until the one before was taken.
 */

/** Milliseconds a receiver gets to answer. */
const TIMEOUT = 10_000;
/** Messages to one webhook in one run. */
const MAX_MESSAGES = 10;
/** Deliveries that a report has. */
const MAX_REPORTED = 20;

interface Position {
  seq: number;
  digest: string;
  off: string | null;
}

interface Waiting {
  id: number;
  created: number;
  due: number;
  attempts: number;
}

/** For the operator; without secrets, and without the path of the address, which may be one. */
export interface WebhookReport {
  n: number;
  host: string;
  feed: string;
  as: string;
  events: readonly string[];
  /** `off`: three days of failures, or the receiver answered 410. */
  state: "ok" | "failing" | "off";
  off_since: string | null;
  /** Events of the journal that it has not been told of yet; some of them may not be for it. */
  behind: number;
  deliveries: {
    event: number;
    at: string | null;
    attempts: number;
    status: number | null;
    error: string | null;
    ms: number | null;
    next_attempt: string | null;
  }[];
}

export class Webhooks {
  readonly #store: Store;
  readonly #webhooks: readonly Webhook[];
  readonly #feeds: Feeds;
  readonly #userAgent: string;

  constructor(store: Store, webhooks: readonly Webhook[], feeds: Feeds, userAgent: string) {
    this.#store = store;
    this.#webhooks = webhooks;
    this.#feeds = feeds;
    this.#userAgent = userAgent;
    this.#adopt();
  }

  /** Gives new webhooks their place, the newest event, and forgets those that are no longer set. */
  #adopt(): void {
    const { sql } = this.#store;
    const known = new Set(sql.rows<{ id: string }>("SELECT id FROM webhook").map(({ id }) => id));
    const head = this.#store.head().seq;
    for (const { id } of this.#webhooks) {
      if (known.delete(id)) continue;
      sql.run("INSERT INTO webhook (id, seq, digest) VALUES (?, ?, ?)", id, head, journalDigest(this.#store, head));
    }
    for (const id of known) {
      sql.run("DELETE FROM delivery WHERE kind = 'webhook' AND receiver = ?", id);
      sql.run("DELETE FROM webhook_outage WHERE webhook = ?", id);
      sql.run("DELETE FROM webhook WHERE id = ?", id);
    }
  }

  #position(id: string): Position {
    const [position] = this.#store.sql.rows<Position>("SELECT seq, digest, off FROM webhook WHERE id = ?", id);
    return position ?? { seq: 0, digest: "", off: null };
  }

  #waiting(id: string): Waiting | undefined {
    return this.#store.sql.rows<Waiting>(
      "SELECT id, created, due, attempts FROM delivery WHERE kind = 'webhook' AND receiver = ? AND due IS NOT NULL",
      id,
    )[0];
  }

  /** Whether a webhook has events before it and waits for no other attempt. */
  areBehind(): boolean {
    if (this.#webhooks.length === 0) return false;
    const { seq } = this.#store.head();
    return this.#webhooks.some(({ id }) => {
      const position = this.#position(id);
      return position.off === null && position.seq !== seq && !this.#waiting(id);
    });
  }

  get length(): number {
    return this.#webhooks.length;
  }

  /**
   * @param most requests for each webhook
   * @returns whether all of them could be worked on
   */
  async run(most: number, now: number): Promise<boolean> {
    let failed = false;
    await Promise.all(
      this.#webhooks.map(async (webhook) => {
        try {
          await this.#run(webhook, Math.min(most, MAX_MESSAGES), now);
        } catch (error) {
          // A webhook that cannot be worked on does not stop the others.
          console.error(JSON.stringify({ event: "webhook", webhook: webhook.id, error: String(error).slice(0, 200) }));
          // Its query is not one: that does not pass.
          if (error instanceof RangeError) this.#store.sql.transaction(() => this.#switchOff(webhook, now));
          else failed = true;
        }
      }),
    );
    return !failed;
  }

  async #run(webhook: Webhook, most: number, now: number): Promise<void> {
    const position = this.#position(webhook.id);
    const waiting = this.#waiting(webhook.id);
    if (position.off !== null || (waiting && waiting.due > now)) return;
    const { sources, query, events } = webhook;
    const page = await readEvents(this.#store, { sources, after: position, limit: 100, query, now });
    if ("foreign" in page) {
      const { seq } = this.#store.head();
      console.error(
        JSON.stringify({ event: "webhook", webhook: webhook.id, error: "the archive is another: begins at its end" }),
      );
      return this.#moveTo(webhook, seq, journalDigest(this.#store, seq));
    }
    let left = most;
    for (const { seq, event, at, article, html } of page.events) {
      if (!(events as readonly string[]).includes(event)) continue;
      if (left-- === 0) return;
      const entry = await this.#feeds.entry(article, query, html);
      const digest = journalDigest(this.#store, seq);
      const answer = await this.#send(webhook, `msg_${webhook.id}_${seq}_${digest}`, { seq, event, at, entry });
      count("deliveries", { kind: "webhook", result: resultOf(answer) });
      if (!this.#settle(webhook, { seq, digest, at }, answer, Date.now())) return;
    }
    if (page.cursor.seq !== this.#position(webhook.id).seq) this.#moveTo(webhook, page.cursor.seq, page.cursor.digest);
  }

  async #send(webhook: Webhook, id: string, event: Parameters<typeof webhookMessage>[1]): Promise<Answer> {
    const { body, headers } = webhookMessage(webhook.as, event);
    const signed = await webhookHeaders(webhook.secret, id, body, Date.now());
    const all = { ...headers, ...signed, "user-agent": this.#userAgent };
    return send({ method: "POST", url: webhook.url, headers: all, body, timeout: TIMEOUT });
  }

  /** Notes what a message came to; whether the next one may be sent. */
  #settle(webhook: Webhook, event: { seq: number; digest: string; at: string }, answer: Answer, now: number): boolean {
    const { sql } = this.#store;
    const { status = null, error, ms } = answer;
    const waiting = this.#waiting(webhook.id);
    const attempts = (waiting?.attempts ?? 0) + 1;
    const since = waiting?.created ?? now;
    const isOff = isOver(answer) || (error !== undefined && now - since > RETRY_PERIOD);
    const due = error === undefined || isOff ? null : nextAttempt(attempts, answer, now);
    sql.transaction(() => {
      if (waiting) {
        sql.run(
          "UPDATE delivery SET seq = ?, attempts = ?, due = ?, at = ?, status = ?, error = ?, ms = ? WHERE id = ?",
          ...[event.seq, attempts, due, now, status, error ?? null, ms, waiting.id],
        );
      } else {
        sql.run(
          `INSERT INTO delivery (kind, receiver, seq, created, due, attempts, at, status, error, ms)
           VALUES ('webhook', ?, ?, ?, ?, 1, ?, ?, ?, ?)`,
          ...[webhook.id, event.seq, now, due, now, status, error ?? null, ms],
        );
      }
      if (error === undefined) this.#moveTo(webhook, event.seq, event.digest);
      if (isOff) this.#switchOff(webhook, now);
    });
    return error === undefined;
  }

  #moveTo({ id }: Webhook, seq: number, digest: string): void {
    this.#store.sql.run("UPDATE webhook SET seq = ?, digest = ? WHERE id = ?", seq, digest, id);
  }

  /** Within a transaction. */
  #switchOff({ id, url }: Webhook, now: number): void {
    const { sql } = this.#store;
    sql.run("UPDATE webhook SET off = ? WHERE id = ?", instant(now), id);
    sql.run("INSERT OR IGNORE INTO webhook_outage (webhook, off) VALUES (?, ?)", id, instant(now));
    const error = "the webhook is switched off; POST /webhooks/{n}/test switches it on";
    console.error(JSON.stringify({ event: "webhook", webhook: id, host: new URL(url).host, error }));
  }

  report(): WebhookReport[] {
    const { sql } = this.#store;
    const head = this.#store.head().seq;
    return this.#webhooks.map(({ id, url, feed, as, events }, i) => {
      const { seq, off } = this.#position(id);
      const rows = sql.rows<Row>(
        "SELECT * FROM delivery WHERE kind = 'webhook' AND receiver = ? ORDER BY id DESC LIMIT ?",
        ...[id, MAX_REPORTED],
      );
      const state = off !== null ? "off" : rows.some(({ due }) => due !== null) ? "failing" : "ok";
      const { host } = new URL(url);
      const deliveries = rows.map(deliveryOf);
      return { n: i + 1, host, feed, as, events, state, off_since: off, behind: head - seq, deliveries };
    });
  }

  /** Sends a message of the type `article.test`; a webhook that is off goes on if it is taken. Undefined: no such webhook. */
  async test(n: number, now: number): Promise<Answer | undefined> {
    const webhook = this.#webhooks[n - 1];
    if (!webhook) return undefined;
    const id = `msg_${webhook.id}_test_${crypto.randomUUID()}`;
    const answer = await this.#send(webhook, id, { seq: 0, event: "test", at: instant(now), entry: testEntry(now) });
    if (answer.error === undefined) this.#switchOn(webhook, Date.now());
    return answer;
  }

  #switchOn({ id }: Webhook, now: number): void {
    const { sql } = this.#store;
    sql.transaction(() => {
      sql.run("UPDATE webhook SET off = NULL WHERE id = ? AND off IS NOT NULL", id);
      sql.run("UPDATE webhook_outage SET ended = ? WHERE webhook = ? AND ended IS NULL", instant(now), id);
    });
  }
}

interface Row extends Waiting {
  seq: number;
  at: number | null;
  status: number | null;
  error: string | null;
  ms: number | null;
}

const instantOf = (ms: number | null): string | null => (ms === null ? null : instant(ms));

const deliveryOf = ({ seq, at, attempts, status, error, ms, due }: Row): WebhookReport["deliveries"][number] => ({
  event: seq,
  at: instantOf(at),
  attempts,
  status,
  error,
  ms,
  next_attempt: instantOf(due),
});

const testEntry = (now: number) => ({
  id: "tag:example.org,2026:test",
  url: "https://example.org/",
  title: "The webhook works",
  summary: "This is a test message of the feed bridge.",
  published: instant(now),
  updated: instant(now),
  language: "en",
  source: { id: "test", name: "Feed bridge", feed: "https://example.org/", page: "https://example.org/" },
});
