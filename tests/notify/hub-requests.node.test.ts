import { beforeEach, expect, test, vi } from "vitest";
import { HOUR, page, shownAt } from "../archive/fixtures.ts";
import { agreeing, clockAt, ORIGIN, type PushedBridge, pushedBridge, receivers, subscribe } from "./receivers.ts";

/** What the hub sends: to whom, how often, and what is in it. */

const START = Date.parse("2026-11-20T09:00:00Z");
const TOPIC = `${ORIGIN}/feeds/kcna-en.rss`;

let bridge: PushedBridge;

clockAt(START);
beforeEach(async () => {
  bridge = pushedBridge();
  await bridge.commit(page(START - HOUR, 12));
});

const ask = (callback: string, form: Record<string, string> = {}) =>
  subscribe(bridge, { "hub.callback": callback, "hub.topic": TOPIC, ...form });
const publish = (title: string) => bridge.commit([shownAt(Date.now() - 1000, title), ...page(START - HOUR, 12)]);
const subscriptions = () => bridge.sql.rows("SELECT 1 FROM subscription").length;
const run = () => bridge.service().notifier?.run();

test("a request to confirm has what WebSub lists (section 5.3) and no more; each says who sends it", async () => {
  const received = receivers({ "reader.example": agreeing });
  const names = () => [...(received.at(-1)?.url.searchParams.keys() ?? [])];
  await ask("https://reader.example/?id=7");
  await bridge.run();
  expect(names()).toEqual(["id", "hub.mode", "hub.topic", "hub.challenge", "hub.lease_seconds"]);
  await publish("News");
  await bridge.run();
  await ask("https://reader.example/?id=7", { "hub.mode": "unsubscribe" });
  await bridge.run();
  expect(names()).toEqual(["id", "hub.mode", "hub.topic", "hub.challenge"]);
  expect(received.map(({ method }) => method)).toEqual(["GET", "POST", "GET"]);
  for (const { headers } of received) expect(headers.get("user-agent")).toMatch(/kcna-feed-bridge/);
});

test("what callbacks refused while the clock was ahead does not count when it is right", async () => {
  receivers({ "reader.example": () => new Response("no") });
  vi.setSystemTime(START + 365 * 24 * HOUR);
  for (let i = 0; i < 10; i++) await ask(`https://reader.example/${i}`);
  await bridge.run();
  expect((await ask("https://reader.example/")).status).toBe(429);
  vi.setSystemTime(START + HOUR);
  expect((await ask("https://reader.example/")).status).toBe(202);
});

test("white space around a challenge is no disagreement", async () => {
  receivers({ "reader.example": ({ url }) => new Response(` ${url.searchParams.get("hub.challenge")}\r\n`) });
  await ask("https://reader.example/");
  await bridge.run();
  expect(subscriptions()).toBe(1);
});

test("of two requests for one subscription the last counts, whichever is answered first", async () => {
  receivers({
    "reader.example": async ({ url }) => {
      const isFirst = url.searchParams.get("hub.verify_token") === "first";
      for (let turns = 0; isFirst && turns < 20; turns++) await new Promise((turn) => setImmediate(turn));
      return new Response(url.searchParams.get("hub.challenge"));
    },
  });
  for (const secret of ["first", "second"])
    await ask("https://reader.example/", { "hub.secret": secret, "hub.verify_token": secret });
  await bridge.run();
  expect(bridge.sql.column("SELECT secret FROM subscription")).toEqual(["second"]);
  await ask("https://reader.example/", { "hub.mode": "unsubscribe", "hub.verify_token": "first" });
  await ask("https://reader.example/");
  await bridge.run();
  expect(subscriptions()).toBe(1);
});

test("a subscriber that waits for an answer to its request holds up no other, and asks for no run", async () => {
  let answer = () => {};
  receivers({
    "slow.example": ({ url }) =>
      new Promise((done) => {
        answer = () => done(new Response(url.searchParams.get("hub.challenge")));
      }),
    "reader.example": agreeing,
  });
  for (const host of ["slow", "slow", "reader"]) await ask(`https://${host}.example/`);
  const first = run();
  await expect.poll(subscriptions).toBe(1);
  expect(bridge.service().notifier?.next()).toBe(START + 60_000);
  answer();
  await first;
  expect(subscriptions()).toBe(2);
});

test("a feed whose address has more than 2,000 characters names no hub, and is no topic; one of 2,000 is", async () => {
  receivers({ "reader.example": agreeing });
  const outcome = async (length: number) => {
    const path = `${TOPIC}?filter=&q=${encodeURIComponent("가".repeat(190))}`;
    const topic = path.replace("filter=", `filter=${"b".repeat(length - path.length)}`);
    const feed = await (await bridge.ask(topic.slice(ORIGIN.length))).text();
    return [feed.includes('rel="hub"'), (await ask("https://reader.example/", { "hub.topic": topic })).status];
  };
  expect([await outcome(2000), await outcome(2001)]).toEqual([
    [true, 202],
    [false, 400],
  ]);
});

test("a lease is cut to its bounds, whatever number it is", async () => {
  receivers({ "reader.example": agreeing });
  const lease = async (seconds: string) => {
    await ask("https://reader.example/", { "hub.lease_seconds": seconds });
    await bridge.run();
    return bridge.sql.column<number>("SELECT (expires - ?) / 86400000 FROM subscription", [START])[0];
  };
  expect(await lease("1")).toBe(1);
  expect(await lease("0")).toBe(10);
  // PHP's largest number.
  expect(await lease("9223372036854775807")).toBe(30);
});

test("who failed for hours and renews gets at once what it has not taken", async () => {
  vi.spyOn(Math, "random").mockReturnValue(0);
  let status = 500;
  const received = receivers({
    "reader.example": (request, init) =>
      request.method === "GET" ? agreeing(request, init) : new Response(null, { status }),
  });
  await ask("https://reader.example/");
  await bridge.run();
  await publish("News");
  // The last attempt is after 20 hours, the next 8 hours later.
  for (let hours = 0; hours < 22; hours++) {
    await bridge.run();
    vi.setSystemTime(Date.now() + HOUR);
  }
  status = 204;
  received.length = 0;
  await ask("https://reader.example/");
  await bridge.run();
  expect(received.map(({ method }) => method)).toEqual(["GET", "POST"]);
});

test("who agrees when the hub is full is told so", async () => {
  const received = receivers({ "reader.example": agreeing });
  await ask("https://reader.example/?id=7");
  const insert = `WITH RECURSIVE i (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM i WHERE i < 200)
    INSERT INTO subscription (callback, host, topic, base, sources, expires, seq, latency)
    SELECT 'https://other.example/' || i, 'other.example', ?, ?, id, ?, seq, 1 FROM i, source WHERE id = 'kcna-en'`;
  bridge.sql.run(insert, [TOPIC, ORIGIN, START + 24 * HOUR]);
  await bridge.run();
  const [, denied, ...more] = received.map(({ method, url }) => [method, Object.fromEntries(url.searchParams)]);
  const reason = "this hub has 200 subscriptions, which is all it takes";
  expect(denied).toEqual(["GET", { id: "7", "hub.mode": "denied", "hub.topic": TOPIC, "hub.reason": reason }]);
  expect(more).toEqual([]);
});

test.each<Record<string, string>>([{ PUBLIC_URL: "https://new.example" }, { FOLLOW: "rodong-ko" }])(
  "a subscription can be ended, and no other begun, when the bridge has no such feed any more: %j",
  async (settings) => {
    const received = receivers({ "reader.example": agreeing });
    await ask("https://reader.example/");
    await bridge.run();
    bridge.restart(settings);
    expect((await ask("https://reader.example/")).status).toBe(400);
    const end = { "hub.mode": "unsubscribe" };
    const refused = await ask("https://stranger.example/", end);
    expect([await refused.json(), refused.headers.get("retry-after")]).toEqual([
      expect.objectContaining({ status: 400, parameter: "hub.topic" }),
      null,
    ]);
    expect((await ask("https://reader.example/", end)).status).toBe(202);
    await bridge.run();
    expect(subscriptions()).toBe(0);
    expect(received.map(({ url }) => url.searchParams.get("hub.mode"))).toEqual(["subscribe", "unsubscribe"]);
  },
);

test("who ends a subscription that there is not holds up nobody", async () => {
  const received = receivers({ "reader.example": agreeing, "stranger.example": agreeing });
  await ask("https://reader.example/");
  await bridge.run();
  await publish("News");
  await ask("https://stranger.example/", { "hub.mode": "unsubscribe" });
  await run();
  expect(received.map(({ method, url }) => `${method} ${url.host}`)).toEqual([
    ...["GET reader.example", "GET stranger.example", "POST reader.example"],
  ]);
  expect(bridge.service().notifier?.next()).toBeUndefined();
});

test("who agrees while its feed cannot be rendered is subscribed, and gets the first change", async () => {
  const received = receivers({ "reader.example": agreeing });
  vi.spyOn(console, "error").mockImplementation(() => {});
  const find = vi.spyOn(bridge.service().archive, "find").mockRejectedValue(new Error("too much"));
  await ask("https://reader.example/", { "hub.topic": `${TOPIC}?q=news` });
  await run();
  expect(subscriptions()).toBe(1);
  find.mockRestore();
  await publish("News");
  await bridge.run();
  expect(received.map(({ method }) => method)).toEqual(["GET", "POST"]);
});

test("a run renders eight feeds, the next run the others; a feed that has not changed is not sent", async () => {
  const received = receivers({ "reader.example": agreeing });
  for (let i = 0; i < 9; i++) await ask(`https://reader.example/${i}`, { "hub.topic": `${TOPIC}?q=missing${i}` });
  await bridge.run();
  expect(subscriptions()).toBe(9);
  await publish("News");
  const find = vi.spyOn(bridge.service().archive, "find");
  const rendered: number[] = [];
  for (let runs = 0; runs < 3; runs++) {
    await run();
    rendered.push(find.mock.calls.length);
  }
  expect(rendered).toEqual([8, 9, 9]);
  expect(received.filter(({ method }) => method === "POST")).toEqual([]);
});

test("a subscriber has ten seconds to take a feed, and three after a failure", async () => {
  let status = 500;
  receivers({
    "reader.example": (request, init) =>
      request.method === "GET" ? agreeing(request, init) : new Response(null, { status }),
  });
  await ask("https://reader.example/");
  await bridge.run();
  const timeouts = vi.spyOn(AbortSignal, "timeout");
  for (status of [500, 200, 200]) {
    await publish(`News ${Date.now()}`);
    await run();
    vi.setSystemTime(Date.now() + HOUR);
  }
  expect(timeouts.mock.calls.flat()).toEqual([10_000, 3_000, 10_000]);
});

test("a feed that cannot be rendered when it is to be sent is tried again later, not at once", async () => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  const received = receivers({ "reader.example": agreeing });
  await ask("https://reader.example/", { "hub.topic": `${TOPIC}?q=news` });
  await bridge.run();
  await publish("News");
  const find = vi.spyOn(bridge.service().archive, "find").mockRejectedValue(new Error("too much"));
  await run();
  const due = bridge.service().notifier?.next() ?? 0;
  expect(due).toBeGreaterThan(START + 1000);
  find.mockRestore();
  vi.setSystemTime(due);
  await bridge.run();
  expect(received.map(({ method }) => method)).toEqual(["GET", "POST"]);
});

test("a parameter that is given twice is refused, unless the hub reads none; so is one that is too long", async () => {
  receivers({ "reader.example": agreeing });
  const form = `hub.mode=subscribe&hub.callback=${encodeURIComponent("https://reader.example/")}&hub.topic=${TOPIC}`;
  const headers = { "content-type": "Application/X-WWW-Form-Urlencoded; charset=utf-8" };
  const answer = async (more: string) => {
    const response = await bridge.ask("/hub", { method: "POST", headers, body: form + more });
    return response.status === 202 ? 202 : ((await response.json()) as { detail: string }).detail;
  };
  expect(await answer("&hub.verify=sync&hub.verify=async&tag=a&tag=b")).toBe(202);
  expect(await answer("&hub.mode=unsubscribe")).toBe("hub.mode is given more than once");
  expect(await answer(`&hub.verify_token=${"x".repeat(500)}`)).toBe(202);
  expect(await answer(`&hub.verify_token=${"x".repeat(501)}`)).toBe("hub.verify_token takes 500 characters at most");
  expect(await answer(`&hub.secret=${"x".repeat(199)}`)).toBe(202);
  expect(await answer("&hub.lease_seconds=86400s")).toBe("hub.lease_seconds takes a whole number of seconds");
});

test("a hub that has written most of a day's rows rests until the next day: articles are stored, and pushed then", async () => {
  let rows = 0;
  Object.assign(bridge.sql, { rowsWritten: () => rows });
  const pushed = () => received.filter(({ method }) => method === "POST").length;
  const received = receivers({ "reader.example": agreeing });
  expect((await ask("https://reader.example/")).status).toBe(202);
  await bridge.run();
  rows = 80_000;
  await bridge.commit([shownAt(Date.now() - 1000, "First"), ...page(Date.now() - HOUR, 5)]);
  await bridge.run();
  expect(pushed()).toBe(1);
  await bridge.commit([shownAt(Date.now() - 500, "Second"), ...page(Date.now() - HOUR, 5)]);
  await bridge.run();
  expect(pushed()).toBe(1);
  const refused = await ask("https://reader.example/other");
  expect([refused.status, refused.headers.get("retry-after")]).toEqual([503, String(15 * 3600)]);
  const midnight = Date.parse("2026-11-21T00:00:00Z");
  expect(bridge.service().notifier?.next()).toBe(midnight);
  vi.setSystemTime(midnight);
  await bridge.run();
  expect(received.at(-1)?.body).toContain("Second");
  expect((await ask("https://reader.example/other")).status).toBe(202);
});

test("a form is looked through once, not once for each of the thousands of names that a stranger can put into it", async () => {
  receivers({});
  const form = Array.from({ length: 4000 }, (_, i) => i.toString(36)).join("&");
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  const looks = (["get", "getAll", "has", "keys", "entries"] as const).map((name) =>
    vi.spyOn(URLSearchParams.prototype, name),
  );
  expect((await bridge.ask("/hub", { method: "POST", headers, body: form })).status).toBe(400);
  expect(looks.flatMap(({ mock }) => mock.calls).length).toBeLessThan(20);
});

test("a subscriber that the operator has named may be on the machine where websites are fetched", async () => {
  receivers({});
  const fetched = "127.0.0.1:8000";
  bridge.restart({ PRIVATE_SUBSCRIBERS: "127.0.0.1:9000", KCNAWATCH_ORIGIN: `http://${fetched}` });
  expect((await ask("http://127.0.0.1:9000/")).status).toBe(202);
  expect((await ask(`http://${fetched}/`)).status).toBe(400);
});
