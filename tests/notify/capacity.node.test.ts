import { beforeEach, expect, test, vi } from "vitest";
import { saveRequest, saveSubscription, takeRequests } from "../../src/notify/subscriptions.ts";
import { HOUR, page, shownAt } from "../archive/fixtures.ts";
import { agreeing, clockAt, ORIGIN, type PushedBridge, pushedBridge, receivers, subscribe } from "./receivers.ts";

/** What the hub takes when it is full, and what it drops when something ends. */

const START = Date.parse("2026-11-20T09:00:00Z");
const DAY = 24 * HOUR;
const TOPIC = `${ORIGIN}/feeds/kcna-en.rss`;
const FULL = { status: 503, detail: "this hub has 200 subscriptions, which is all it takes", retryAfter: 3600 };
const PLACE = { seq: 1, digest: "", latency: 1 };

let bridge: PushedBridge;

clockAt(START);
beforeEach(async () => {
  bridge = pushedBridge();
  await bridge.commit(page(START - HOUR, 12));
});

const pass = (ms: number) => vi.setSystemTime(Date.now() + ms);
const requestOf = (host: string, path = "") => ({
  ...{ mode: "subscribe" as const, callback: `https://${host}/${path}`, topic: TOPIC, base: ORIGIN },
  ...{ sources: ["kcna-en"], lease: DAY / 1000 },
});
const save = (host: string, path?: string, now = START) =>
  saveSubscription(bridge.sql, requestOf(host, path), PLACE, now);
const count = () => bridge.sql.rows("SELECT 1 FROM subscription").length;
const ask = (callback: string, form: Record<string, string> = {}) =>
  subscribe(bridge, { "hub.callback": callback, "hub.topic": TOPIC, ...form });
const publish = (title: string) => bridge.commit([shownAt(Date.now() - 1000, title), ...page(START - HOUR, 12)]);

test("a hub with 200 subscriptions takes no other, not even one that was asked before it was full; they can renew", () => {
  for (let i = 0; i < 199; i++) expect(save(`reader-${i}.example`)).toBeUndefined();
  expect(saveRequest(bridge.sql, requestOf("last.example"), START)).toBeUndefined();
  expect(save("reader-199.example")).toBeUndefined();
  expect(saveRequest(bridge.sql, requestOf("other.example"), START)).toEqual(FULL);
  expect(save("last.example")).toEqual(FULL);
  expect(count()).toBe(200);
  expect(saveRequest(bridge.sql, requestOf("reader-7.example"), START)).toBeUndefined();
  expect(save("reader-7.example", "", START + HOUR)).toBeUndefined();
  // Those whose lease is over count no more; the renewed one lasts an hour longer.
  expect(save("other.example", "", START + DAY)).toBeUndefined();
  for (let i = 1; i < 199; i++) expect(save(`new-${i}.example`, "", START + DAY)).toBeUndefined();
  expect(save("last.example", "", START + DAY)).toEqual(FULL);
});

test("a host with 50 subscriptions gets no other, and can renew each", () => {
  for (let i = 0; i < 50; i++) expect(save("reader.example", String(i))).toBeUndefined();
  expect(save("reader.example", "50")).toMatchObject({ status: 429, retryAfter: 3600 });
  expect(save("reader.example", "49")).toBeUndefined();
  expect(saveRequest(bridge.sql, requestOf("reader.example", "0"), START)).toBeUndefined();
});

test("a request whose answer does not come is made again after a minute, three times in all", () => {
  saveRequest(bridge.sql, requestOf("silent.example"), START);
  const taken = (seconds: number) => takeRequests(bridge.sql, 3, START + seconds * 1000).length;
  expect([0, 59, 60, 119, 120, 1e6].map(taken)).toEqual([1, 0, 1, 0, 1, 0]);
});

test("a delivery that waits for its next attempt ends with its lease", async () => {
  const received = receivers({
    "reader.example": (request, init) =>
      request.method === "GET" ? agreeing(request, init) : new Response(null, { status: 500 }),
  });
  await ask("https://reader.example/", { "hub.lease_seconds": "86400" });
  await bridge.run();
  pass(DAY - 1000);
  await publish("News");
  await bridge.run();
  expect(received.map(({ method }) => method)).toEqual(["GET", "POST"]);
  pass(2000);
  await bridge.service().notifier?.run();
  pass(HOUR);
  await bridge.run();
  expect(received).toHaveLength(2);
  for (const table of ["subscription", "delivery"]) expect(bridge.sql.rows(`SELECT * FROM ${table}`)).toEqual([]);
});

test("a request to an address that is not allowed any more is not sent", async () => {
  receivers({ "192.168.1.5:8080": agreeing });
  bridge.restart({ PRIVATE_SUBSCRIBERS: "192.168.1.5:8080" });
  expect((await ask("http://192.168.1.5:8080/")).status).toBe(202);
  bridge.restart();
  await bridge.run();
  for (const table of ["subscription", "delivery"]) expect(bridge.sql.rows(`SELECT * FROM ${table}`)).toEqual([]);
});

test("a challenge that comes back in two pieces is an agreement", async () => {
  receivers({
    "reader.example": ({ url }) => {
      const challenge = new TextEncoder().encode(url.searchParams.get("hub.challenge") ?? "");
      const pieces = [challenge.slice(0, 9), challenge.slice(9)];
      return new Response(
        new ReadableStream({
          pull(controller) {
            const piece = pieces.shift();
            if (piece) controller.enqueue(piece);
            else controller.close();
          },
        }),
      );
    },
  });
  await ask("https://reader.example/");
  await bridge.run();
  expect(count()).toBe(1);
});

test("what an ended process has left to send is sent whole, also if it is more feeds than one run renders", async () => {
  const received = receivers({ "reader.example": agreeing });
  const topics = Array.from({ length: 10 }, (_, i) => `${TOPIC}?limit=${i + 1}`);
  for (const [i, topic] of topics.entries()) {
    saveSubscription(bridge.sql, { ...requestOf("reader.example"), topic }, { ...PLACE, seq: 12 }, START);
    bridge.sql.run("INSERT INTO delivery (kind, receiver, seq, created, due) VALUES ('push', ?, 12, 1, 1)", [
      `${i + 1}`,
    ]);
  }
  await bridge.run();
  expect(received.map(({ body }) => body.match(/<item>/g)?.length)).toEqual(topics.map((_, i) => i + 1));
});
