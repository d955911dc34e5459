import { beforeEach, expect, test, vi } from "vitest";
import { HOUR, page, shownAt } from "../archive/fixtures.ts";
import {
  agreeing,
  clockAt,
  ORIGIN,
  type PushedBridge,
  pushedBridge,
  type Receiver,
  receivers,
  subscribe,
} from "./receivers.ts";

/** Receivers that answer slowly: a Worker has six connections at a time, and others need them. */

const START = Date.parse("2026-11-20T09:00:00Z");
const TOPIC = `${ORIGIN}/feeds/kcna-en.rss`;

let bridge: PushedBridge;
/** Ends the requests that are open, in the order in which they came. */
let open: (() => void)[];

clockAt(START);
beforeEach(async () => {
  // What a run waits for slow receivers passes at once.
  vi.useFakeTimers({ now: START, toFake: ["Date", "setTimeout", "clearTimeout"] }).setTimerTickMode("nextTimerAsync");
  open = [];
  bridge = pushedBridge();
  await bridge.commit(page(START - HOUR, 12));
});

const slow =
  (isSlow: (method: string) => boolean, receiver: Receiver = agreeing): Receiver =>
  async (request, init) => {
    if (isSlow(request.method)) await new Promise<void>((end) => open.push(end));
    return receiver(request, init);
  };
const ask = (host: string, more: Record<string, string> = {}) =>
  subscribe(bridge, { "hub.callback": `https://${host}/`, "hub.topic": TOPIC, ...more });
const pass = (ms: number) => vi.setSystemTime(Date.now() + ms);
const publish = (title: string) => bridge.commit([shownAt(Date.now() - 1000, title), ...page(START - HOUR, 12)]);
const hosts = (name: string, count: number) => Array.from({ length: count }, (_, i) => `${name}-${i}.example`);
const waiting = () => bridge.sql.column<number>("SELECT count(*) FROM delivery WHERE due IS NOT NULL")[0] ?? 0;
/** Lets what is open end, and what follows from it happen. */
async function answer(): Promise<void> {
  const rest = waiting() - open.length;
  for (const end of open.splice(0)) end();
  await expect.poll(waiting).toBe(rest);
}

test("a process that ends waits for what is under way and begins nothing more, so that nobody gets a message twice", async () => {
  const hook = { url: "https://hook.example/", feed: "kcna-en", as: "text" };
  const WEBHOOKS = JSON.stringify([hook]);
  bridge.restart({ WEBHOOKS });
  const received = receivers({
    "hook.example": slow(() => true),
    "reader.example": slow((method) => method === "POST"),
  });
  await ask("reader.example");
  await bridge.run();
  await bridge.commit([shownAt(START - 1, "Second"), shownAt(START - 2000, "First"), ...page(START - HOUR, 12)]);
  await bridge.service().notifier?.run();
  const what = () =>
    received.filter(({ method }) => method === "POST").map(({ url, body }) => [url.host, body.slice(0, 5)]);
  const sent = what();
  expect(sent.map(([host]) => host).sort()).toEqual(["hook.example", "reader.example"]);
  let isStopped = false;
  const stopped = bridge
    .service()
    .notifier?.stop()
    .then(() => {
      isStopped = true;
    });
  for (let turns = 0; turns < 20; turns++) await new Promise((turn) => setImmediate(turn));
  expect(isStopped).toBe(false);
  for (const end of open.splice(0)) end();
  await stopped;
  expect([what(), open]).toEqual([sent, []]);
  bridge.restart({ WEBHOOKS });
  await bridge.service().notifier?.run();
  expect(what().slice(2)).toEqual([["hook.example", "Secon"]]);
});

test("strangers who do not answer hold three connections, and the others are asked afterwards", async () => {
  const strangers = hosts("stranger", 8);
  const received = receivers(Object.fromEntries(strangers.map((host) => [host, slow(() => true)])));
  for (const host of strangers) await ask(host);
  await bridge.run();
  expect(received).toHaveLength(3);
  expect(bridge.service().notifier?.next()).toBeGreaterThan(Date.now());
  await bridge.service().notifier?.run();
  expect(received).toHaveLength(3);
  await answer();
  await bridge.run();
  expect(received).toHaveLength(6);
  await answer();
  await bridge.run();
  await answer();
  expect(bridge.sql.rows("SELECT * FROM subscription")).toHaveLength(8);
});

test("subscribers known to be slow get their pushes two at a time, and keep no quick one waiting", async () => {
  const strangers = hosts("stranger", 6);
  const received = receivers({
    ...Object.fromEntries(strangers.map((host) => [host, slow((method) => method === "POST")])),
    "quick.example": agreeing,
  });
  for (const host of [...strangers, "quick.example"]) await ask(host);
  await bridge.run();
  const pushesTo = (name: string) =>
    received.filter(({ method, url }) => method === "POST" && url.host.startsWith(name)).length;
  await publish("First");
  await bridge.run();
  expect([pushesTo("stranger"), pushesTo("quick")]).toEqual([6, 1]);
  pass(5000);
  await answer();
  await publish("Second");
  await bridge.run();
  await publish("Third");
  await bridge.run();
  expect([pushesTo("stranger"), pushesTo("quick")]).toEqual([8, 3]);
  for (let i = 0; i < 3; i++) {
    // Who answers quickly once is slow for a while, and nobody is forgotten.
    await answer();
    await bridge.run();
  }
  expect(pushesTo("stranger")).toBeGreaterThanOrEqual(12);
});

test("subscribers that all hang hold 18 connections, and the others get their push when these have answered", async () => {
  const readers = hosts("reader", 20);
  const received = receivers(Object.fromEntries(readers.map((host) => [host, slow((method) => method === "POST")])));
  for (const host of readers) await ask(host);
  await bridge.run();
  // The quick ones come first.
  bridge.sql.run("UPDATE subscription SET latency = 5000 WHERE id <= 3");
  await publish("News");
  const pushes = () => received.filter(({ method }) => method === "POST").length;
  for (let run = 0; run < 2; run++) {
    await bridge.service().notifier?.run();
    expect(pushes()).toBe(18);
  }
  await answer();
  await bridge.run();
  expect(pushes()).toBe(20);
  await answer();
});

test("a subscriber that was slow once is quick again after some quick answers, not after the first", async () => {
  receivers({ "reader.example": slow((method) => method === "POST") });
  await ask("reader.example");
  await bridge.run();
  let before = 0;
  for (const ms of [8000, 10, 10, 10]) {
    await publish(`News at ${Date.now()}`);
    const run = bridge.run();
    await vi.waitFor(() => expect(open).toHaveLength(1));
    pass(ms);
    await answer();
    await run;
    const [latency = 0] = bridge.sql.column<number>("SELECT latency FROM subscription");
    expect(latency).toBeGreaterThanOrEqual(Math.floor(before / 2));
    before = latency;
  }
  expect(before).toBeLessThan(2000);
});

test("a subscriber that leaves while it is sent to ends no subscription but its own", async () => {
  receivers({
    "leaving.example": slow(
      (method) => method === "POST",
      (request, init) => (request.method === "GET" ? agreeing(request, init) : new Response(null, { status: 410 })),
    ),
    "reader.example": agreeing,
  });
  await ask("leaving.example");
  await bridge.run();
  await publish("News");
  await bridge.run();
  await ask("leaving.example", { "hub.mode": "unsubscribe" });
  await bridge.run();
  await ask("reader.example");
  await bridge.run();
  expect(bridge.sql.rows("SELECT id, host FROM subscription")).toEqual([{ id: 1, host: "reader.example" }]);
  open[0]?.();
  await new Promise((end) => setTimeout(end, 20));
  expect(bridge.sql.rows("SELECT id, host FROM subscription")).toEqual([{ id: 1, host: "reader.example" }]);
});
