import { journalDigest } from "../archive/backup.ts";
import { readEvents } from "../archive/events.ts";
import type { Store } from "../archive/store.ts";
import type { SyncEvent } from "../feeds/ndjson.ts";
import { logError } from "../log.ts";
import { count } from "../platform/counters.ts";
import { instant } from "../time.ts";
import type { Webhook } from "../webhook-settings.ts";
import type { Sender } from "./feeds.ts";
import { isGivenUp, nextAttempt, type Waiting } from "./retry.ts";
import { type Answer, resultOf, send } from "./send.ts";
import { webhookHeaders } from "./signatures.ts";
import { webhookMessage } from "./webhook-message.ts";

/**
 * Webhooks: a message an event, in the order of the journal. The table has the place in the journal up to which events
 * were sent, so no committed event is lost. The next message waits until the receiver has accepted the one before.
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

/** Gives new webhooks their place, the newest event, and forgets those that are no longer set. */
export function registerWebhooks({ store, settings }: Sender): void {
  const { sql } = store;
  const known = new Set(sql.rows<{ id: string }>("SELECT id FROM webhook").map(({ id }) => id));
  const head = store.head().seq;
  for (const { id } of settings.webhooks) {
    if (known.delete(id)) continue;
    sql.run("INSERT INTO webhook (id, seq, digest) VALUES (?, ?, ?)", [id, head, journalDigest(store, head)]);
  }
  for (const id of known) {
    sql.run("DELETE FROM delivery WHERE kind = 'webhook' AND receiver = ?", [id]);
    sql.run("DELETE FROM webhook_outage WHERE webhook = ?", [id]);
    sql.run("DELETE FROM webhook WHERE id = ?", [id]);
  }
}

/** Moves the webhooks to the newest event that were sent everything up to event `before`. */
export function skipEvents({ store }: Sender, before: number): void {
  const { seq } = store.head();
  if (seq === before) return;
  const values = [seq, journalDigest(store, seq), before];
  store.sql.run("UPDATE webhook SET seq = ?, digest = ? WHERE seq = ?", values);
}

function positionOf({ sql }: Store, id: string): Position {
  const [position] = sql.rows<Position>("SELECT seq, digest, off FROM webhook WHERE id = ?", [id]);
  return position ?? { seq: 0, digest: "", off: null };
}

const waitingOf = ({ sql }: Store, id: string): (Waiting & { due: number }) | undefined =>
  sql.rows<Waiting & { due: number }>(
    "SELECT id, created, due, attempts FROM delivery WHERE kind = 'webhook' AND receiver = ? AND due IS NOT NULL",
    [id],
  )[0];

/** The webhooks that have events before them, and are neither sent to nor wait for another attempt. */
export function dueWebhooks({ store, settings: { webhooks }, busy }: Sender, now: number): Webhook[] {
  if (webhooks.length === 0) return [];
  const head = store.head().seq;
  return webhooks.filter(({ id }) => {
    const { off, seq } = positionOf(store, id);
    return off === null && seq !== head && !busy.webhooks.has(id) && (waitingOf(store, id)?.due ?? 0) <= now;
  });
}

/** When a message that has failed is due again, milliseconds; not of webhooks that are off or sent to now. */
export const nextMessage = ({ store: { sql }, busy }: Sender): number | null | undefined =>
  sql.column<number | null>(
    `SELECT min(due) FROM delivery JOIN webhook ON webhook.id = receiver
     WHERE kind = 'webhook' AND due IS NOT NULL AND off IS NULL AND receiver NOT IN (SELECT value FROM json_each(?))`,
    [JSON.stringify([...busy.webhooks])],
  )[0];

/**
 * @param most requests for all webhooks, at least one for each
 * @returns what is under way; a webhook that cannot be worked on does not stop the others
 */
export function runWebhooks(sender: Sender, most: number, now: number): Promise<void>[] {
  const { store, busy } = sender;
  return dueWebhooks(sender, now).map(async (webhook, _, { length }) => {
    busy.webhooks.add(webhook.id);
    try {
      await runWebhook(sender, webhook, Math.min(Math.max(1, Math.floor(most / length)), MAX_MESSAGES), now);
    } catch (error) {
      logError("webhook", error, { webhook: webhook.id });
      // Its query is not one: that does not pass.
      if (!(error instanceof RangeError)) throw error;
      store.sql.transaction(() => switchOff(store, webhook, now));
    } finally {
      busy.webhooks.delete(webhook.id);
    }
  });
}

async function runWebhook(sender: Sender, webhook: Webhook, most: number, now: number): Promise<void> {
  const { store, feeds } = sender;
  const { id, sources, query, events } = webhook;
  const position = positionOf(store, id);
  const page = await readEvents(store, { sources, after: position, limit: 100, query, now, newsOnly: true });
  if ("foreign" in page) {
    const { seq } = store.head();
    logError("webhook", "the archive is another: begins at its end", { webhook: id });
    removeWaiting(store, id, Number.MAX_SAFE_INTEGER);
    return savePosition(store, id, seq, journalDigest(store, seq));
  }
  let left = most;
  for (const { seq, event: name, at, article, html, isNew } of page.events) {
    // An article that matches only since it has its text is new to this webhook, whatever the journal calls it.
    const event = [name, isNew ? "added" : name].find((one) => (events as readonly string[]).includes(one));
    if (event === undefined) continue;
    // What cannot be noted is not sent: while nothing can be written, the receiver would get it again every minute.
    if (left === most) savePosition(store, id, position.seq, position.digest);
    if (left-- === 0 || sender.isStopping) return;
    removeWaiting(store, id, seq);
    const entry = await feeds.entry(article, query, html);
    const digest = journalDigest(store, seq);
    const answer = await sendMessage(sender, webhook, `msg_${id}_${seq}_${digest}`, { seq, event, at, entry });
    count("deliveries", { kind: "webhook", result: resultOf(answer) });
    if (!settleMessage(store, webhook, { seq, digest }, answer)) return;
  }
  removeWaiting(store, id, page.cursor.seq + 1);
  if (page.cursor.seq !== positionOf(store, id).seq) savePosition(store, id, page.cursor.seq, page.cursor.digest);
}

/**
 * Removes a message that waits, if its event is before `seq`: it is sent no more, since its article has left the search.
 * Otherwise it would stay due.
 */
function removeWaiting({ sql }: Store, id: string, seq: number): void {
  sql.run("DELETE FROM delivery WHERE kind = 'webhook' AND receiver = ? AND due IS NOT NULL AND seq < ?", [id, seq]);
}

async function sendMessage({ settings }: Sender, webhook: Webhook, id: string, event: SyncEvent): Promise<Answer> {
  const { body, headers } = webhookMessage(webhook.as, event);
  const signed = await webhookHeaders(webhook.secret, id, body, Date.now());
  const all = { ...headers, ...signed, "user-agent": settings.userAgent };
  return send({ method: "POST", url: webhook.url, headers: all, body, timeout: TIMEOUT });
}

/** Stores the result of an attempt. Returns whether the next message may be sent. */
function settleMessage(store: Store, webhook: Webhook, place: Omit<Position, "off">, answer: Answer): boolean {
  const now = Date.now();
  const { status = null, error = null, ms } = answer;
  const { id = null, created = now, attempts = 0 } = waitingOf(store, webhook.id) ?? {};
  const isOff = isGivenUp({ created, attempts }, answer, now);
  const due = error === null || isOff ? null : nextAttempt(attempts + 1, answer, now);
  if (error !== null) logError("webhook", error, { ...nameOf(webhook), seq: place.seq, attempts: attempts + 1 });
  store.sql.transaction(() => {
    store.sql.run(
      `INSERT OR REPLACE INTO delivery (id, kind, receiver, seq, created, due, attempts, at, status, error, ms)
       VALUES (?, 'webhook', ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      [id, webhook.id, place.seq, created, due, attempts + 1, now, status, error, ms],
    );
    if (error === null) savePosition(store, webhook.id, place.seq, place.digest);
    if (isOff) switchOff(store, webhook, now);
  });
  return error === null;
}

function savePosition({ sql }: Store, id: string, seq: number, digest: string): void {
  sql.run("UPDATE webhook SET seq = ?, digest = ? WHERE id = ?", [seq, digest, id]);
}

/** Within a transaction. */
function switchOff({ sql }: Store, webhook: Webhook, now: number): void {
  const { id } = webhook;
  sql.run("UPDATE webhook SET off = ? WHERE id = ?", [instant(now), id]);
  sql.run("INSERT OR IGNORE INTO webhook_outage (webhook, off) VALUES (?, ?)", [id, instant(now)]);
  const error = "the webhook is switched off; POST /webhooks/{n}/test switches it on";
  logError("webhook", error, nameOf(webhook));
}

/** For the log. The path of the address may be a secret. */
const nameOf = ({ id, url }: Webhook) => ({ webhook: id, host: new URL(url).host });

/** For the operator; without secrets, and without the path of the address, which may be one. */
export function webhookReport({ store, settings }: Sender) {
  const head = store.head().seq;
  return settings.webhooks.map(({ id, url, feed, as, events }, i) => {
    const { seq, off } = positionOf(store, id);
    const rows = store.sql.rows<DeliveryRow>(
      `SELECT seq AS event, at, attempts, status, error, ms, due AS next_attempt FROM delivery
       WHERE kind = 'webhook' AND receiver = ? ORDER BY id DESC LIMIT +?`,
      [id, MAX_REPORTED],
    );
    // Off: three days of failures, or the receiver answered 410.
    const state = off !== null ? "off" : rows.some(({ next_attempt }) => next_attempt !== null) ? "failing" : "ok";
    const { host } = new URL(url);
    const deliveries = rows.map((row) => {
      return { ...row, at: instantOf(row.at), next_attempt: instantOf(row.next_attempt) };
    });
    // `behind`: events of the journal after its place. Some of them may not match its feed.
    return { n: i + 1, host, feed, as, events, state, off_since: off, behind: head - seq, deliveries };
  });
}

/**
 * Sends a message of the type `article.test`. If the receiver accepts it, a webhook that is off is switched on, and a
 * message that waits for its next attempt is due. Undefined: no such webhook.
 */
export async function sendTest(sender: Sender, n: number, now: number): Promise<Answer | undefined> {
  const webhook = sender.settings.webhooks[n - 1];
  if (!webhook) return undefined;
  const id = `msg_${webhook.id}_test_${crypto.randomUUID()}`;
  const event = { seq: 0, event: "test", at: instant(now), entry: testEntry(now) };
  const answer = await sendMessage(sender, webhook, id, event);
  if (answer.error === undefined) switchOn(sender.store, webhook, Date.now());
  return answer;
}

function switchOn({ sql }: Store, { id }: Webhook, now: number): void {
  sql.transaction(() => {
    sql.run("UPDATE webhook SET off = NULL WHERE id = ? AND off IS NOT NULL", [id]);
    sql.run("UPDATE delivery SET due = ?1 WHERE kind = 'webhook' AND receiver = ?2 AND due > ?1", [now, id]);
    sql.run("UPDATE webhook_outage SET ended = ? WHERE webhook = ? AND ended IS NULL", [instant(now), id]);
  });
}

interface DeliveryRow {
  /** Number of the event in the journal. */
  event: number;
  /** Milliseconds, of the last attempt and of the next. */
  at: number | null;
  next_attempt: number | null;
  attempts: number;
  status: number | null;
  error: string | null;
  ms: number | null;
}

const instantOf = (ms: number | null): string | null => (ms === null ? null : instant(ms));

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
