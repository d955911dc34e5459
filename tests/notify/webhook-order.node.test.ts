import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { HOUR, page, shownAt } from "../archive/fixtures.ts";
import { type PushedBridge, pushedBridge, type Received, receivers } from "./receivers.ts";

/** What a webhook got stays got, whatever happens to the messages behind it. */

const START = Date.parse("2026-11-20T09:00:00Z");
const SECRET = `whsec_${Buffer.from("a secret of at least 24 bytes, made up").toString("base64")}`;
const HOOK = { url: "https://hook.example/", secret: SECRET, feed: "kcna-en" };

let bridge: PushedBridge;
let answers: number[];
let received: Received[];

beforeEach(async () => {
  vi.useFakeTimers({ now: START, toFake: ["Date"] });
  vi.spyOn(console, "log").mockImplementation(() => {});
  vi.spyOn(console, "error").mockImplementation(() => {});
  answers = [];
  received = receivers({ "hook.example": () => new Response(null, { status: answers.shift() ?? 204 }) });
  bridge = pushedBridge({ HUB: "off" });
  await bridge.commit(page(START - HOUR, 12));
  bridge.restart({ WEBHOOKS: JSON.stringify([HOOK]) });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const titles = () => received.map(({ body }) => JSON.parse(body).data.article.title);
const publish = (count: number) =>
  bridge.commit([
    ...Array.from({ length: count }, (_, i) => shownAt(Date.now() - 1000 * (i + 1), `News ${count - i}`)),
    ...page(START - HOUR, 12),
  ]);

test("a message that was taken is not sent again because the one behind it failed", async () => {
  answers = [204, 500];
  await publish(3);
  await bridge.run();
  vi.setSystemTime(START + HOUR);
  bridge.restart({ WEBHOOKS: JSON.stringify([HOOK]) });
  await bridge.run();
  expect(titles()).toEqual(["News 1", "News 2", "News 2", "News 3"]);
});

test("its report says what waits and when, beside what was taken; pauses get longer with each attempt", async () => {
  vi.spyOn(Math, "random").mockReturnValue(0);
  answers = [204, 500, 500];
  await publish(2);
  await bridge.run();
  const at = (ms: number) => new Date(Date.now() + ms).toISOString().replace(".000", "");
  const report = async () => (await bridge.service().notifier?.handle({ report: "webhooks" })) as object[];
  const taken = { attempts: 1, status: 204, error: null, next_attempt: null, at: at(0) };
  const waiting = { attempts: 1, status: 500, error: "status 500", next_attempt: at(5000) };
  expect(await report()).toMatchObject([{ n: 1, state: "failing", behind: 1, deliveries: [waiting, taken] }]);
  vi.setSystemTime(Date.now() + 5000);
  await bridge.run();
  const again = { attempts: 2, next_attempt: at(30_000) };
  expect(await report()).toMatchObject([{ state: "failing", deliveries: [again, {}] }]);
});

test("it gets the events that it is set to get, and its place moves on past the others", async () => {
  bridge.restart({ WEBHOOKS: JSON.stringify([{ ...HOOK, events: ["edited"] }]) });
  await bridge.run();
  await publish(2);
  await bridge.run();
  const [first] = page(START - HOUR, 1);
  await bridge.commit([
    { ...(first as ReturnType<typeof shownAt>), title: "Another headline" },
    ...page(START - 2 * HOUR, 11),
  ]);
  await bridge.run();
  expect(received.map(({ body }) => JSON.parse(body).type)).toEqual(["article.edited"]);
  expect(await bridge.service().notifier?.handle({ report: "webhooks" })).toMatchObject([{ behind: 0 }]);
});

test("a place in another archive is none: the webhook goes on at the end of this one, and the log says so", async () => {
  answers = [500];
  await publish(1);
  await bridge.run();
  bridge.sql.run("UPDATE webhook SET seq = 3, digest = 'another'");
  vi.setSystemTime(START + HOUR);
  // It comes to an end, though a message waits: that is of the other archive, too.
  await bridge.run();
  expect(bridge.service().notifier?.next()).toBeUndefined();
  expect(received).toHaveLength(1);
  received.length = 0;
  expect(console.error).toHaveBeenCalledWith(expect.stringContaining("the archive is another"));
  await bridge.commit([shownAt(Date.now() - 100, "Later news"), ...page(START - HOUR, 12)]);
  await bridge.run();
  expect(titles()).toEqual(["Later news"]);
});

test("one run sends ten messages at most, and the next one goes on behind them", async () => {
  await publish(25);
  const counts: number[] = [];
  for (let i = 0; i < 4; i++) {
    await bridge.service().notifier?.run();
    counts.push(received.length);
  }
  expect(counts).toEqual([10, 20, 25, 25]);
  expect(titles()).toEqual(Array.from({ length: 25 }, (_, i) => `News ${i + 1}`));
});

test("after an error of the bridge it rests for a minute, and then goes on where it was", async () => {
  await publish(1);
  vi.spyOn(crypto.subtle, "sign").mockRejectedValueOnce(new Error("no memory"));
  await bridge.service().notifier?.run();
  expect(bridge.service().notifier?.next()).toBe(START + 60_000);
  expect(titles()).toEqual([]);
  vi.setSystemTime(START + 60_000);
  await bridge.run();
  expect(titles()).toEqual(["News 1"]);
});

test("an error while the clock was ahead gives no longer rest than a minute, when it is right", async () => {
  await publish(1);
  vi.setSystemTime(START + 24 * HOUR);
  vi.spyOn(crypto.subtle, "sign").mockRejectedValueOnce(new Error("no memory"));
  await bridge.service().notifier?.run();
  vi.setSystemTime(START);
  await bridge.run();
  expect(titles()).toEqual(["News 1"]);
});

test("while an answer is awaited, the next run is in a minute, in case that the process ends", async () => {
  let answer: (() => void) | undefined;
  receivers({
    "hook.example": () => new Promise((done) => (answer = () => done(new Response(null, { status: 204 })))),
  });
  await publish(1);
  const run = bridge.service().notifier?.run();
  while (!answer) await new Promise((turn) => setImmediate(turn));
  expect(bridge.service().notifier?.next()).toBe(START + 60_000);
  answer();
  await run;
  expect(bridge.service().notifier?.next()).toBeUndefined();
});

test("what was sent is remembered for a week", async () => {
  await publish(1);
  await bridge.run();
  const sent = () => bridge.sql.column<number>("SELECT seq FROM delivery");
  const [first] = sent();
  vi.setSystemTime(START + 7 * 24 * HOUR);
  await bridge.service().notifier?.run();
  expect(sent()).toEqual([first]);
  vi.setSystemTime(START + 7 * 24 * HOUR + 1000);
  await bridge.service().notifier?.run();
  expect(sent()).toEqual([]);
});
