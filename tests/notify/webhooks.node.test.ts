import { Webhook } from "standardwebhooks";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { settingsOf } from "../../src/settings.ts";
import { HOUR, page, shownAt } from "../archive/fixtures.ts";
import { ORIGIN, type PushedBridge, pushedBridge, type Received, receivers, TOKEN } from "./receivers.ts";

/** Webhooks, as their receivers see them. */

const START = Date.parse("2026-11-20T09:00:00Z");
const DAY = 24 * HOUR;
const SECRET = `whsec_${Buffer.from("a secret of at least 24 bytes, made up").toString("base64")}`;
const HOOK = { url: "https://hook.example/secret-path", secret: SECRET, feed: "kcna-en" };

let bridge: PushedBridge;
let status: number;
let received: Received[];

beforeEach(() => {
  vi.useFakeTimers({ now: START, toFake: ["Date"] });
  vi.spyOn(console, "log").mockImplementation(() => {});
  vi.spyOn(console, "error").mockImplementation(() => {});
  status = 204;
  const answer = () => new Response(null, { status });
  received = receivers({ "hook.example": answer, "second.example": () => new Response(null, { status: 200 }) });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const pass = (ms: number) => vi.setSystemTime(Date.now() + ms);
const old = page(START - HOUR, 12);
async function start(...hooks: object[]): Promise<void> {
  bridge = pushedBridge({ HUB: "off" });
  await bridge.commit(old);
  hooksNow = hooks;
  restart();
}
let hooksNow: object[] = [];
const restart = () => bridge.restart({ WEBHOOKS: JSON.stringify(hooksNow) });
const publish = (...titles: string[]) =>
  bridge.commit([...titles.map((title, i) => shownAt(Date.now() - 1000 * (i + 1), title)), ...old]);
const report = async () => {
  const response = await bridge.ask("/webhooks", { headers: { authorization: `Bearer ${TOKEN}` } });
  return {
    text: await response.clone().text(),
    webhooks: ((await response.json()) as { webhooks: Report[] }).webhooks,
  };
};
interface Report {
  state: string;
  behind: number;
  deliveries: { attempts: number; status: number | null; next_attempt: string | null }[];
}
const testCall = (n: number, token = TOKEN) =>
  bridge.ask(`/webhooks/${n}/test`, { method: "POST", headers: { authorization: `Bearer ${token}` } });
const titles = () => received.map(({ body }) => JSON.parse(body).data.article.title);

/** What the receiver's library makes of a message; it throws if the signature is wrong. */
const verified = ({ body, headers }: Received) => {
  vi.useRealTimers();
  const at = Number(headers.get("webhook-timestamp")) * 1000;
  vi.useFakeTimers({ now: at, toFake: ["Date"] });
  return new Webhook(SECRET).verify(body, Object.fromEntries(headers)) as {
    type: string;
    timestamp: string;
    data: unknown;
  };
};

describe("a message", () => {
  test("an event, in the order of the journal, signed as Standard Webhooks say", async () => {
    await start(HOOK);
    await publish("Second", "First");
    await bridge.run();
    expect(titles()).toEqual(["First", "Second"]);
    const [first] = received;
    if (!first) throw new Error("nothing arrived");
    const message = verified(first);
    expect(message).toMatchObject({ type: "article.added", timestamp: "2026-11-20T09:00:00Z" });
    const { items } = (await (await bridge.ask("/feeds/kcna-en.json")).json()) as { items: unknown[] };
    expect(message.data).toEqual({ seq: expect.any(Number), article: items[1] });
    expect(() => verified({ ...first, body: first.body.replace("First", "Other") })).toThrow();
    expect(new Set(received.map(({ headers }) => headers.get("webhook-id"))).size).toBe(2);
  });

  test("what was there before the webhook is not sent, nor what its feed does not have", async () => {
    await start({ ...HOOK, feed: "kcna-en?q=missile", events: ["added", "edited"] });
    await publish("Weather", "Missile");
    await bridge.run();
    await bridge.commit([shownAt(Date.now() - 1000, "Weather"), shownAt(Date.now() - 2000, "Missile, edited"), ...old]);
    await bridge.run();
    expect(received.map(verified).map(({ type }) => type)).toEqual(["article.added", "article.edited"]);
    expect((await report()).webhooks[0]?.behind).toBe(0);
  });

  test.each([
    ["text", (body: string) => body.startsWith("A <b> & @everyone\n\nWhat A <b>") && body.endsWith("/")],
    [
      "slack",
      (body: string) => /^<https:\/\/kcnawatch\.org\/\S+\|A &lt;b&gt; &amp; @everyone>\n/.test(JSON.parse(body).text),
    ],
    [
      "discord",
      (body: string) =>
        JSON.parse(body).embeds[0].title === "A <b> & @everyone" &&
        JSON.parse(body).embeds[0].footer.text === "KCNA.kp (En)" &&
        JSON.parse(body).allowed_mentions.parse.length === 0,
    ],
  ])("for people, as %s", async (as, isRight) => {
    await start({ url: HOOK.url, feed: "kcna-en", as });
    await publish("A <b> & @everyone");
    await bridge.run();
    const [message] = received;
    expect(message?.body).toSatisfy(isRight);
    expect(message?.headers.get("content-type")).toMatch(as === "text" ? /^text\/plain/ : /^application\/json/);
    if (as === "text") expect(message?.headers.get("click")).toMatch(/^https:\/\/kcnawatch\.org\//);
  });
});

describe("a receiver that fails", () => {
  test("gets the same message with the same id, and the next one only when it has taken it", async () => {
    await start(HOOK);
    status = 500;
    await publish("Second", "First");
    await bridge.run();
    expect(titles()).toEqual(["First"]);
    expect((await report()).webhooks[0]).toMatchObject({
      state: "failing",
      deliveries: [{ attempts: 1, status: 500 }],
    });
    pass(60_000);
    restart();
    await bridge.run();
    status = 200;
    pass(HOUR);
    await bridge.run();
    expect(titles()).toEqual(["First", "First", "First", "Second"]);
    expect(new Set(received.slice(0, 3).map(({ headers }) => headers.get("webhook-id"))).size).toBe(1);
    expect((await report()).webhooks[0]).toMatchObject({ state: "ok", behind: 0 });
  });

  test("is in the log at each attempt, with the reason and its host, but not its path, which may be a secret", async () => {
    await start(HOOK, { ...HOOK, url: "https://second.example/" });
    status = 500;
    await publish("News");
    await bridge.run();
    pass(60_000);
    const cause = Object.assign(new Error("certificate has expired"), { code: "CERT_HAS_EXPIRED" });
    receivers({
      "hook.example": () => {
        throw new TypeError("fetch failed", { cause });
      },
    });
    await bridge.run();
    const lines = vi.mocked(console.error).mock.calls.map(([line]) => String(line));
    expect(lines.join()).not.toContain("secret-path");
    const webhook = expect.stringMatching(/^\w+$/);
    const [seq] = bridge.sql.column<number>("SELECT max(seq) FROM journal");
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      { event: "webhook", webhook, host: "hook.example", seq, attempts: 1, error: "status 500" },
      {
        event: "webhook",
        webhook,
        host: "hook.example",
        seq,
        attempts: 2,
        error: "no connection: CERT_HAS_EXPIRED: certificate has expired",
      },
    ]);
  });

  test("does not keep others waiting", async () => {
    await start(HOOK, { ...HOOK, url: "https://second.example/" });
    status = 500;
    await publish("News");
    await bridge.run();
    expect(received.map(({ url }) => url.host).sort()).toEqual(["hook.example", "second.example"]);
  });

  test("is off after three days, which health says; a test call that it takes switches it on, and nothing is lost", async () => {
    await start(HOOK);
    status = 500;
    await publish("While it was down");
    for (let hours = 0; hours < 90; hours++) {
      await bridge.run();
      pass(HOUR);
    }
    expect(received.length).toBeGreaterThan(10);
    expect(received.length).toBeLessThan(30);
    const health = (await (await bridge.ask("/health")).json()) as { status: string; webhooks: unknown };
    expect(health).toMatchObject({ webhooks: [{ state: "off", since: expect.any(String) }] });
    expect((await report()).webhooks[0]?.state).toBe("off");
    const feedOf = async (sources: string) => (await bridge.ask(`/feeds/${sources}/status.json`)).text();
    const [item, ...others] = JSON.parse(await feedOf("kcna-en")).items;
    expect(item).toMatchObject({
      title: expect.stringMatching(/^Webhook 1 has been off since 2026-11-2\d/),
      _bridge: { webhook: 1, kind: "webhook", ended: null },
    });
    expect(others).toEqual([]);
    expect(JSON.parse(await feedOf("all")).items).toEqual([item]);
    expect(JSON.parse(await feedOf("rodong-ko")).items).toEqual([]);
    expect(await feedOf("all")).not.toContain("hook.example");
    // Its id is made from its address.
    const [id = ""] = bridge.sql.column<string>("SELECT id FROM webhook");
    expect(await feedOf("all")).not.toContain(id);
    expect(await (await bridge.ask("/feeds/all/status", { headers: { accept: "text/html" } })).text()).toContain(
      "Webhook 1 has been off since",
    );
    expect(bridge.service().notifier?.next()).toBeUndefined();
    const refused = (await (await testCall(1)).json()) as object;
    expect(refused).toMatchObject({ ok: false, status: 500 });
    expect((await report()).webhooks[0]?.state).toBe("off");
    status = 200;
    received.length = 0;
    const runs = bridge.scheduled.length;
    expect(await (await testCall(1)).json()).toMatchObject({ ok: true, status: 200 });
    // It does not wait for the next commit.
    expect(bridge.scheduled.slice(runs)).toEqual([Date.now()]);
    await bridge.run();
    expect(received.map(verified).map(({ type }) => type)).toEqual(["article.test", "article.added"]);
    expect((await report()).webhooks[0]?.state).toBe("ok");
    const [ended, ...more] = JSON.parse(await feedOf("kcna-en")).items;
    expect(ended).toMatchObject({ id: item.id, date_published: item.date_published, _bridge: { webhook: 1 } });
    expect(ended.title).toMatch(/^Webhook 1 was off for /);
    expect(ended._bridge.ended).toBe(ended.date_modified);
    expect(more).toEqual([]);
  });

  test("gets what waits for its next attempt after a test call that it takes", async () => {
    vi.spyOn(Math, "random").mockReturnValue(0);
    await start(HOOK);
    status = 500;
    await publish("News");
    // The last attempt is after 20 hours, the next 8 hours later.
    for (let hours = 0; hours < 22; hours++) {
      await bridge.run();
      pass(HOUR);
    }
    received.length = 0;
    expect(await (await testCall(1)).json()).toMatchObject({ ok: false });
    await bridge.run();
    status = 204;
    expect(await (await testCall(1)).json()).toMatchObject({ ok: true });
    await bridge.run();
    expect(received.map(({ body }) => JSON.parse(body).type)).toEqual([
      "article.test",
      "article.test",
      "article.added",
    ]);
  });

  test("of a bridge that was off for days gets the message when both are there: to have tried twice is not to give up", async () => {
    await start(HOOK);
    status = 500;
    await publish("News");
    await bridge.run();
    pass(4 * DAY);
    restart();
    await bridge.run();
    expect((await report()).webhooks[0]).toMatchObject({ state: "failing", deliveries: [{ attempts: 2 }] });
    status = 200;
    pass(HOUR);
    await bridge.run();
    expect((await report()).webhooks[0]).toMatchObject({ state: "ok", behind: 0 });
  });

  test.each([
    ["at the next run", false],
    ["after a restart", true],
  ])("while the clock is ahead is tried again when it is right, %s", async (_, isRestarted) => {
    await start(HOOK);
    pass(9 * HOUR);
    status = 500;
    await publish("News");
    await bridge.run();
    pass(-9 * HOUR);
    status = 200;
    if (isRestarted) restart();
    await (isRestarted ? bridge.run() : bridge.service().notifier?.run());
    expect(titles()).toEqual(["News", "News"]);
  });

  test("that is off with a message waiting asks for no run: that would come at once, for ever", async () => {
    await start(HOOK);
    status = 500;
    await publish("News");
    await bridge.run();
    expect(bridge.service().notifier?.next()).toBeGreaterThan(Date.now());
    bridge.sql.run("UPDATE webhook SET off = '2026-11-20T09:00:00Z'");
    pass(HOUR);
    expect(bridge.service().notifier?.next()).toBeUndefined();
  });

  test("410 ends it at once", async () => {
    await start(HOOK);
    status = 410;
    await publish("News");
    await bridge.run();
    pass(DAY);
    await publish("More news");
    await bridge.run();
    expect(received).toHaveLength(1);
  });

  test("asks for a pause and gets it", async () => {
    const got = receivers({
      "hook.example": () => new Response(null, { status: 429, headers: { "retry-after": "1800" } }),
    });
    await start(HOOK);
    await publish("News");
    await bridge.run();
    pass(1700_000);
    await bridge.run();
    expect(got).toHaveLength(1);
    pass(200_000);
    await bridge.run();
    expect(got).toHaveLength(2);
  });
});

test("a slow receiver holds up no other, and gets each message once and in order", async () => {
  let answer = () => {};
  const slow = new Promise<void>((end) => {
    answer = end;
  });
  const got = receivers({
    "hook.example": () => new Response(null, { status: 204 }),
    "slow.example": () => slow.then(() => new Response(null, { status: 204 })),
  });
  const sentTo = (host: string) =>
    got.filter(({ url }) => url.host === host).map(({ body }) => JSON.parse(body).data.article.title);
  await start(HOOK, { ...HOOK, url: "https://slow.example/" });
  await publish("First");
  await bridge.run();
  pass(HOUR);
  await publish("Second");
  await bridge.run();
  expect([sentTo("hook.example"), sentTo("slow.example")]).toEqual([["First", "Second"], ["First"]]);
  const before = bridge.scheduled.length;
  answer();
  // As soon as it has answered, there is a run for what it lacks.
  await expect.poll(() => bridge.scheduled.length).toBeGreaterThan(before);
  await bridge.run();
  expect([sentTo("hook.example"), sentTo("slow.example")]).toEqual([
    ["First", "Second"],
    ["First", "Second"],
  ]);
});

test("receivers that fail take nothing of what a run sends to the others", async () => {
  const failing = Array.from({ length: 9 }, (_, i) => ({ ...HOOK, url: `https://failing-${i}.example/` }));
  await start(HOOK, ...failing);
  await bridge.commit([shownAt(Date.now() - HOUR / 2, "The first, which nine receivers do not take"), ...old]);
  await bridge.run();
  received.length = 0;
  pass(1000);
  const news = Array.from({ length: 8 }, (_, i) => `News ${i}`);
  await publish(...news);
  expect(await bridge.run()).toBe(1);
  expect(received.filter(({ url }) => url.host === "hook.example")).toHaveLength(8);
});

test("is off at its first event if its regular expression is none, which the log says; the others go on", async () => {
  await start({ ...HOOK, feed: "kcna-en?filter=(" }, HOOK);
  await publish("News");
  await bridge.run();
  expect(titles()).toEqual(["News"]);
  expect((await report()).webhooks.map(({ state }) => state)).toEqual(["off", "ok"]);
  expect(console.error).toHaveBeenCalledWith(expect.stringContaining("is not a valid regular expression"));
});

test("gets nothing while nothing can be stored, and each message once when it can", async () => {
  await start(HOOK);
  await publish("One", "Two");
  // A statement that finds no row to write passes, as in SQLite.
  const full = vi.spyOn(bridge.sql, "run").mockImplementation((statement) => {
    if (!statement.startsWith("DELETE")) throw new Error("database or disk is full");
  });
  for (let minute = 0; minute < 3; minute++) {
    await bridge.service().notifier?.run();
    pass(61_000);
  }
  expect(received).toEqual([]);
  full.mockRestore();
  await bridge.run();
  expect(titles()).toEqual(["Two", "One"]);
});

test("loses nothing by a process that ends between commit and delivery", async () => {
  await start(HOOK);
  await publish("Before the crash");
  restart();
  await bridge.run();
  restart();
  await bridge.run();
  expect(titles()).toEqual(["Before the crash"]);
});

test("a webhook that is removed leaves no row; one that is added begins at the newest event", async () => {
  await start(HOOK);
  status = 410;
  await publish("For the first one");
  await bridge.run();
  bridge.restart({ WEBHOOKS: JSON.stringify([{ ...HOOK, url: "https://second.example/" }]) });
  await bridge.run();
  expect(received).toHaveLength(1);
  expect(bridge.sql.rows("SELECT * FROM webhook")).toHaveLength(1);
  bridge.restart({ WEBHOOKS: "[]" });
  for (const table of ["webhook", "delivery", "webhook_outage"])
    expect(bridge.sql.rows(`SELECT * FROM ${table}`)).toEqual([]);
});

test("the operator's routes need the token, and show no secret", async () => {
  await start(HOOK);
  await publish("News");
  await bridge.run();
  expect((await bridge.ask("/webhooks")).status).toBe(401);
  expect((await testCall(1, "a-wrong-token-it-is")).status).toBe(401);
  expect((await testCall(2)).status).toBe(404);
  const { text, webhooks } = await report();
  expect(webhooks[0]).toMatchObject({ host: "hook.example", feed: "kcna-en", events: ["added"], as: "standard" });
  expect(text).not.toMatch(/secret|whsec/);
});

test.each([
  ["{", /^WEBHOOKS: not JSON$/],
  ["{}", /^WEBHOOKS: must be a JSON array/],
  [[{ ...HOOK, url: "http://hook.example/" }], /^WEBHOOKS\[0\]\.url: must be an https address/],
  [[{ ...HOOK, url: "https://192.168.1.1/" }], /^WEBHOOKS\[0\]\.url: /],
  [[HOOK, { ...HOOK, secret: "whsec_dG9vc2hvcnQ=" }], /^WEBHOOKS\[1\]\.secret: must be "whsec_"/],
  [[{ url: HOOK.url, feed: "kcna-en" }], /^WEBHOOKS\[0\]\.secret: is missing/],
  [[{ ...HOOK, url: undefined }], /^WEBHOOKS\[0\]\.url: is missing; the entry must be an object with url and feed/],
  [[HOOK, { ...HOOK, feed: undefined }], /^WEBHOOKS\[1\]\.feed: is missing/],
  [["x"], /^WEBHOOKS\[0\]: must be an object with url/],
  [
    [{ ...HOOK, feed: "nothing" }],
    /^WEBHOOKS\[0\]\.feed: there is no source "nothing"; it must be sources and parameters/,
  ],
  [[{ ...HOOK, feed: "kcna-en?qq=x" }], /^WEBHOOKS\[0\]\.feed: there is no parameter "qq"/],
  [[{ ...HOOK, feed: "kcna-en?limit=5" }], /^WEBHOOKS\[0\]\.feed: limit does not choose articles/],
  [
    [{ ...HOOK, feed: "kcna-en?once=true" }],
    /^WEBHOOKS\[0\]\.feed: once cannot hold back a reprint: .* no effect here$/,
  ],
  [[{ ...HOOK, events: ["created"] }], /^WEBHOOKS\[0\]\.events\[0\]: must be a list, each entry one of added/],
  [[{ ...HOOK, as: "teams" }], /^WEBHOOKS\[0\]\.as: must be one of/],
  [[{ ...HOOK, colour: "red" }], /^WEBHOOKS\[0\]\.colour: there is no field/],
  [[HOOK, HOOK], /^WEBHOOKS\[1\]: is the same as WEBHOOKS\[0\]/],
  [Array(11).fill(HOOK), /^WEBHOOKS: has more than 10/],
])("WEBHOOKS %j is refused, without a secret in the message", (value, message) => {
  const WEBHOOKS = typeof value === "string" ? value : JSON.stringify(value);
  const error = () => settingsOf({ WEBHOOKS, PUBLIC_URL: ORIGIN });
  expect(error).toThrow(message);
  expect(error).not.toThrow(/secret-path|[a-z]c2VjcmV0/);
});

test("WEBHOOKS need PUBLIC_URL; PRIVATE_RECEIVERS opens one host at one port", () => {
  expect(() => settingsOf({ WEBHOOKS: JSON.stringify([HOOK]) })).toThrow("WEBHOOKS: need PUBLIC_URL");
  const own = (url: string, receivers = "192.168.1.5:8080") => {
    const webhooks = JSON.stringify([{ ...HOOK, url }]);
    return () => settingsOf({ PUBLIC_URL: ORIGIN, PRIVATE_RECEIVERS: receivers, WEBHOOKS: webhooks });
  };
  expect(own("http://192.168.1.5:8080/topic")).not.toThrow();
  expect(own("http://192.168.1.5/topic")).toThrow("WEBHOOKS[0].url");
  expect(own("http://192.168.1.6:8080/topic")).toThrow("WEBHOOKS[0].url");
  for (const host of ["[fd00::1]:8080", "[FD00:0:0::1]:8080", "fd00::1:8080"])
    expect(own("http://[fd00::1]:8080/topic", `ntfy.lan:80, ${host}`)).not.toThrow();
  expect(own("http://NTFY.lan/topic", "Ntfy.lan:80")).not.toThrow();
  expect(() => settingsOf({ PRIVATE_RECEIVERS: "ntfy.lan" })).toThrow(
    'PRIVATE_RECEIVERS: "ntfy.lan" is no host with a port',
  );
});
