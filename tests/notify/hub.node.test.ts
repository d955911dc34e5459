import { createHmac } from "node:crypto";
import { parseFeed } from "feedsmith";
import { beforeEach, describe, expect, test, vi } from "vitest";
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

/** The hub, as subscribers see it: readers with their habits, and strangers with theirs. */

const START = Date.parse("2026-11-20T09:00:00Z");
const DAY = 24 * HOUR;
const TOPIC = `${ORIGIN}/feeds/kcna-en.rss`;

let bridge: PushedBridge;

clockAt(START);
beforeEach(async () => {
  bridge = pushedBridge();
  await bridge.commit(page(START - HOUR, 12));
});

const pass = (ms: number) => vi.setSystemTime(Date.now() + ms);
let count = 0;
/** A new article appears. */
const publish = (title = `News ${++count}`) =>
  bridge.commit([shownAt(Date.now() - 1000, title), ...page(START - HOUR, 12)]);
const isSigned = (body: string, secret: string) => `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;
const pushesOf = (received: ReturnType<typeof receivers>, host?: string) =>
  received.filter(({ method, url }) => method === "POST" && (!host || url.host === host));

async function subscribed(form: Record<string, string> = {}) {
  const response = await subscribe(bridge, {
    "hub.callback": "https://reader.example/push?id=7",
    "hub.topic": TOPIC,
    ...form,
  });
  if (response.status !== 202) throw new Error(`${response.status} ${await response.text()}`);
  await bridge.run();
}

describe("a feed names its hub and itself exactly once", () => {
  test.each(["/feeds/kcna-en.rss", "/feeds/kcna-en.atom", "/feeds/kcna-en.json?q=article", "/feeds/all/changes.rss"])(
    "%s",
    async (path) => {
      const response = await bridge.ask(path);
      const link = response.headers.get("link") ?? "";
      const body = await response.text();
      expect(link.match(/rel="hub"/g)).toHaveLength(1);
      expect(link.match(/rel="self"/g)).toHaveLength(1);
      expect(link).toContain(`<${ORIGIN}/hub>; rel="hub"`);
      if (path.includes(".json")) {
        expect(JSON.parse(body)).toMatchObject({
          hubs: [{ type: "WebSub", url: `${ORIGIN}/hub` }],
          feed_url: ORIGIN + path,
        });
      } else {
        const head = body.split(/<(?:item|entry)[ >]/)[0] ?? "";
        expect(head.match(/rel="hub"/g)).toHaveLength(1);
        expect(head.match(/rel="self"/g)).toHaveLength(1);
        expect(head).toContain(`rel="hub" href="${ORIGIN}/hub"`);
        expect(() => parseFeed(body)).not.toThrow();
      }
    },
  );

  test.each<Record<string, string>>([{ HUB: "off" }, { ACCESS_KEY: "a-key-that-is-long-enough" }])(
    "not with %j: there is no hub, no link and no row",
    async (variables) => {
      bridge = pushedBridge(variables);
      await bridge.commit(page(START - HOUR, 12));
      const headers = { authorization: "Bearer a-key-that-is-long-enough" };
      for (const format of ["rss", "atom", "json"]) {
        const response = await bridge.ask(`/feeds/kcna-en.${format}`, { headers });
        expect(response.status).toBe(200);
        expect(response.headers.get("link") + (await response.text())).not.toMatch(/hub/i);
      }
      const { status } = await bridge.ask("/hub", {
        method: "POST",
        headers: { ...headers, "content-type": "application/x-www-form-urlencoded" },
        body: `hub.mode=subscribe&hub.callback=https://reader.example/&hub.topic=${TOPIC}`,
      });
      expect(status).toBe(404);
      for (const table of ["subscription", "webhook", "delivery"])
        expect(bridge.sql.rows(`SELECT * FROM ${table}`)).toEqual([]);
      expect(bridge.scheduled).toEqual([]);
      expect(bridge.service().notifier).toBeUndefined();
    },
  );

  test("without a subscriber, a commit schedules nothing and writes no row", async () => {
    expect(bridge.scheduled).toEqual([]);
    expect(bridge.sql.rows("SELECT * FROM delivery")).toEqual([]);
  });
});

describe("a subscriber", () => {
  test("is asked once, with what it sent, and gets each change once, as the feed that a poll gets", async () => {
    const received = receivers({ "reader.example": agreeing });
    await subscribed({ "hub.secret": "s3cret", "hub.verify_token": "token-7", "hub.lease_seconds": "99999999" });
    expect(received).toHaveLength(1);
    expect(Object.fromEntries(received[0]?.url.searchParams ?? [])).toMatchObject({
      id: "7",
      "hub.mode": "subscribe",
      "hub.topic": TOPIC,
      "hub.verify_token": "token-7",
      "hub.lease_seconds": String((30 * DAY) / 1000),
      "hub.challenge": expect.stringMatching(/^.{20,}$/),
    });
    await publish();
    await bridge.run();
    const [push, ...others] = pushesOf(received);
    expect(others).toEqual([]);
    if (!push) throw new Error("nothing arrived");
    expect(push.url.href).toBe("https://reader.example/push?id=7");
    expect(push.headers.get("x-hub-signature")).toBe(isSigned(push.body, "s3cret"));
    const polled = await bridge.ask("/feeds/kcna-en.rss");
    expect(push.body).toBe(await polled.text());
    expect(push.headers.get("content-type")).toBe(polled.headers.get("content-type"));
    expect(push.headers.get("link")).toBe(
      `<${TOPIC}>; rel="self"; type="application/rss+xml", <${ORIGIN}/hub>; rel="hub"`,
    );
    // Nothing new, nothing sent.
    await bridge.commit(page(START - HOUR, 12));
    await bridge.run();
    expect(pushesOf(received)).toHaveLength(1);
  });

  test("of any question gets only what changes it", async () => {
    const received = receivers({ "reader.example": agreeing });
    const topic = `${ORIGIN}/feeds/all.json?q=missile`;
    await subscribed({ "hub.topic": topic });
    await publish("Weather in Pyongyang");
    await bridge.run();
    expect(pushesOf(received)).toEqual([]);
    await publish("Missile test");
    await bridge.run();
    expect(pushesOf(received).map(({ body }) => JSON.parse(body).items.length)).toEqual([1]);
    expect(pushesOf(received)[0]?.body).toBe(await (await bridge.ask("/feeds/all.json?q=missile")).text());
  });

  test("that answers while its own request is open is no deadlock: the answer does not wait for it", async () => {
    const held: (() => void)[] = [];
    receivers({
      "reader.example": async (request, init) => {
        await new Promise<void>((done) => held.push(done));
        return agreeing(request, init);
      },
    });
    const response = await subscribe(bridge, { "hub.callback": "https://reader.example/", "hub.topic": TOPIC });
    expect(response.status).toBe(202);
    const run = bridge.run();
    await vi.waitFor(() => expect(held).toHaveLength(1));
    held[0]?.();
    await run;
    expect(bridge.sql.rows("SELECT topic FROM subscription")).toEqual([{ topic: TOPIC }]);
  });

  test("has a lease of 10 days, and renews it; then it gets nothing more", async () => {
    const received = receivers({ "reader.example": agreeing });
    await subscribed();
    pass(9 * DAY);
    await subscribed({ "hub.secret": "another" });
    pass(9 * DAY);
    await publish();
    await bridge.run();
    expect(pushesOf(received)).toHaveLength(1);
    expect(pushesOf(received)[0]?.headers.get("x-hub-signature")).toBe(
      isSigned(pushesOf(received)[0]?.body ?? "", "another"),
    );
    pass(2 * DAY);
    await publish();
    await bridge.run();
    expect(pushesOf(received)).toHaveLength(1);
  });

  test("ends its subscription, but only by itself; and by 410", async () => {
    let challenge: string | undefined = "wrong";
    let status = 200;
    const received = receivers({
      "reader.example": ({ method, url }) =>
        method === "GET"
          ? new Response(challenge ?? url.searchParams.get("hub.challenge"))
          : new Response(null, { status }),
    });
    challenge = undefined;
    await subscribed();
    challenge = "wrong";
    await subscribed({ "hub.mode": "unsubscribe" });
    await subscribed({ "hub.secret": "of a stranger" });
    await publish();
    await bridge.run();
    expect(pushesOf(received).map(({ headers }) => headers.get("x-hub-signature"))).toEqual([null]);
    challenge = undefined;
    await subscribed({ "hub.mode": "unsubscribe" });
    await publish();
    await bridge.run();
    expect(pushesOf(received)).toHaveLength(1);
    await subscribed();
    status = 410;
    await publish();
    await bridge.run();
    status = 200;
    await publish();
    await bridge.run();
    expect(pushesOf(received)).toHaveLength(2);
  });

  test("that fails is tried again with the newest feed; after three days its subscription ends", async () => {
    let status = 500;
    const received = receivers({
      "reader.example": (request, init) =>
        request.method === "GET" ? agreeing(request, init) : new Response(null, { status }),
    });
    await subscribed();
    await publish("First");
    await bridge.run();
    await publish("Second");
    status = 200;
    pass(HOUR);
    expect(await bridge.run()).toBeGreaterThan(0);
    expect(pushesOf(received)).toHaveLength(2);
    expect(pushesOf(received)[1]?.body).toContain("Second");
    status = 500;
    await publish("Third");
    for (let hours = 0; hours < 100; hours++) {
      await bridge.run();
      pass(HOUR);
    }
    expect(pushesOf(received).length).toBeLessThan(40);
    expect(bridge.sql.rows("SELECT * FROM subscription")).toEqual([]);
    expect(bridge.service().notifier?.next()).toBeUndefined();
  });

  test("is asked again if the process ends before its answer, but not for ever", async () => {
    let answers = false;
    const received = receivers({
      // A process that ends while it waits never sees an answer.
      "reader.example": (request, init) => (answers ? agreeing(request, init) : new Promise<Response>(() => {})),
    });
    await subscribe(bridge, { "hub.callback": "https://reader.example/push", "hub.topic": TOPIC });
    const crash = async () => {
      void bridge.service().notifier?.run();
      await Promise.resolve();
      bridge.restart();
      pass(2 * 60_000);
    };
    await crash();
    expect(received).toHaveLength(1);
    answers = true;
    await bridge.run();
    expect(received).toHaveLength(2);
    expect(bridge.sql.rows("SELECT * FROM subscription")).toHaveLength(1);
    expect(bridge.sql.rows("SELECT * FROM delivery")).toEqual([]);

    answers = false;
    await subscribe(bridge, { "hub.callback": "https://reader.example/other", "hub.topic": TOPIC });
    for (let i = 0; i < 6; i++) await crash();
    expect(received).toHaveLength(5);
  });

  test("loses nothing by a process that ends between commit and delivery, nor gets it twice afterwards", async () => {
    const received = receivers({ "reader.example": agreeing });
    await subscribed();
    await publish("Before the crash");
    bridge.restart();
    expect(await bridge.run()).toBeGreaterThan(0);
    bridge.restart();
    await bridge.run();
    expect(pushesOf(received)).toHaveLength(1);
    expect(pushesOf(received)[0]?.body).toContain("Before the crash");
  });

  test("gets less than 3 MB, as a feed that still parses", async () => {
    const received = receivers({ "reader.example": agreeing });
    await subscribed({ "hub.topic": `${ORIGIN}/feeds/kcna-en.rss?content=full` });
    const body = `<p>${"A long text of the article. ".repeat(4000)}</p>`;
    const articles = page(Date.now() - 1000, 40, 60_000);
    await bridge.commit(articles);
    const pages = articles.map((article) => ({
      source: "kcna-en",
      site: "kcnawatch",
      timeZone: "Asia/Pyongyang",
      article,
      body,
    }));
    await bridge.service().commit([{ source: "kcna-en", pages }], Date.now(), true);
    await bridge.run();
    const [push] = pushesOf(received);
    expect(push?.body.length).toBeLessThan(3_000_000);
    expect(push?.body.length).toBeGreaterThan(200_000);
    const feed = parseFeed(push?.body ?? "");
    expect(feed.format).toBe("rss");
  });
});

describe("a request that is wrong is refused with a reason, and nothing is sent", () => {
  const wrong: [Record<string, string>, number, RegExp][] = [
    [{ "hub.mode": "publish" }, 400, /hub\.mode takes subscribe or unsubscribe/],
    [{ "hub.topic": "https://elsewhere.example/feed" }, 400, /hub\.topic takes the address of a feed of this bridge/],
    [{ "hub.topic": `${ORIGIN}/feeds/nothing.rss` }, 400, /there is no source/],
    [
      { "hub.topic": `${TOPIC}?content=excerpt` },
      400,
      /the feed's self link: https:\/\/bridge\.example\/feeds\/kcna-en\.rss$/,
    ],
    [{ "hub.topic": `${TOPIC}?nonsense=1` }, 400, /there is no parameter/],
    [{ "hub.topic": `${ORIGIN}/feeds/kcna-en` }, 400, /feeds come as/],
    [{ "hub.topic": `${ORIGIN}/feeds/kcna-en/status.atom` }, 400, /a status feed must be polled/],
    [{ "hub.topic": `${TOPIC}?before=2026-01-30T00:00:00Z_x` }, 400, /not a further page/],
    [{ "hub.topic": `${ORIGIN}/feeds/%E0%A4%A.rss` }, 400, /source/],
    [{ "hub.lease_seconds": "-1" }, 400, /hub\.lease_seconds takes/],
    [{ "hub.secret": "x".repeat(200) }, 400, /hub\.secret takes 199 bytes/],
    ...[
      "http://reader.example/",
      "https://127.0.0.1/",
      "https://2130706433/",
      "https://0x7f.1/",
      "https://[::1]/",
      "https://[2606:4700::1111]/",
      "https://1.1.1.1/",
      "https://localhost/",
      "https://printer.local/",
      "https://router/",
      "https://user:password@reader.example/",
      "https://reader.example/#fragment",
      "https://reader.example/#",
      "https://reader.example/ ",
      "ftp://reader.example/",
      "javascript:alert(1)",
      "",
      `https://reader.example/${"x".repeat(2000)}`,
    ].map((callback): [Record<string, string>, number, RegExp] => [
      { "hub.callback": callback },
      400,
      /hub\.callback takes/,
    ]),
  ];
  test.each(wrong)("%j", async (form, status, detail) => {
    const received = receivers({});
    const response = await subscribe(bridge, {
      "hub.callback": "https://reader.example/",
      "hub.topic": TOPIC,
      ...form,
    });
    expect(response.status).toBe(status);
    expect(((await response.json()) as { detail: string }).detail).toMatch(detail);
    await bridge.run();
    expect(received).toEqual([]);
    expect(bridge.sql.rows("SELECT * FROM delivery")).toEqual([]);
  });

  test("a body that is too large or of another type", async () => {
    const post = (body: string, type: string) =>
      bridge.ask("/hub", { method: "POST", headers: { "content-type": type }, body });
    expect((await post("x".repeat(17_000), "application/x-www-form-urlencoded")).status).toBe(413);
    expect((await post("{}", "application/json")).status).toBe(415);
  });

  test("a body that breaks off is the sender's error: it makes no line of the log, and counts as no error of the bridge", async () => {
    const log = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    const body = new ReadableStream({ start: (stream) => stream.error(new Error("aborted")) });
    const response = await bridge.ask("/hub", { method: "POST", headers, body, duplex: "half" } as RequestInit);
    expect([response.status, ((await response.json()) as { detail: string }).detail]).toEqual([
      400,
      "the body of the request broke off",
    ]);
    expect(log).not.toHaveBeenCalled();
  });
});

describe("strangers", () => {
  const stall: Receiver = (_, { signal }) =>
    new Promise((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason)));
  const endless: Receiver = () =>
    new Response(new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(65_536).fill(120)) }));
  const hostile: Record<string, Receiver> = {
    "slow.example": stall,
    "redirecting.example": () => new Response(null, { status: 302, headers: { location: "https://victim.example/" } }),
    "endless.example": endless,
    "wrong.example": () => new Response("another challenge"),
    "partial.example": ({ url }) => new Response(url.searchParams.get("hub.challenge")?.slice(1)),
    "echoing.example": ({ url }) => new Response(url.href),
    "failing.example": ({ url }) => new Response(url.searchParams.get("hub.challenge"), { status: 500 }),
    "gone.example": () => new Response(null, { status: 410 }),
    "empty.example": () => new Response(""),
  };

  test("who do not agree get one GET and nothing else, whatever happens, and only their hosts are remembered", async () => {
    const { timeout } = AbortSignal;
    vi.spyOn(AbortSignal, "timeout").mockImplementation((ms) => timeout.call(AbortSignal, ms / 50));
    const received = receivers(hostile);
    const hosts = [...Object.keys(hostile), "nobody.example"];
    for (const host of hosts) {
      const { status } = await subscribe(bridge, { "hub.callback": `https://${host}/cb`, "hub.topic": TOPIC });
      expect(status).toBe(202);
    }
    await bridge.run();
    await publish();
    bridge.restart();
    pass(HOUR);
    await bridge.run();
    expect(received.map(({ method, url }) => `${method} ${url.host}`).sort()).toEqual(
      hosts.map((host) => `GET ${host}`).sort(),
    );
    expect(bridge.sql.rows("SELECT * FROM subscription")).toEqual([]);
    expect(bridge.sql.rows("SELECT * FROM delivery WHERE data IS NOT NULL")).toEqual([]);
  });

  test("who agree and then misbehave do not keep five readers waiting", { timeout: 60_000 }, async () => {
    vi.useRealTimers();
    bridge = pushedBridge();
    await bridge.commit(page(Date.now() - HOUR, 12));
    let flaps = 0;
    const later =
      (bad: Receiver): Receiver =>
      (request, init) =>
        request.method === "GET" ? agreeing(request, init) : bad(request, init);
    const bad: Record<string, Receiver> = Object.fromEntries(
      Object.entries({
        ...hostile,
        "flapping.example": () => new Response(null, { status: flaps++ % 2 ? 200 : 503 }),
      }).map(([host, receiver]) => [host, later(receiver)]),
    );
    const good = Object.fromEntries([1, 2, 3, 4, 5].map((n) => [`reader-${n}.example`, agreeing]));
    const arrived = new Map<string, number>();
    const timed = Object.fromEntries(
      Object.entries(good).map(([host, receiver]) => [
        host,
        ((request, init) => {
          if (request.method === "POST") arrived.set(host, Date.now());
          return receiver(request, init);
        }) as Receiver,
      ]),
    );
    const received = receivers({ ...bad, ...timed });
    for (const host of [...Object.keys(bad), ...Object.keys(good)])
      await subscribe(bridge, { "hub.callback": `https://${host}/cb`, "hub.topic": TOPIC, "hub.secret": "s" });
    await bridge.run();
    expect(bridge.sql.rows("SELECT * FROM subscription")).toHaveLength(15);
    await bridge.commit([shownAt(Date.now() - 1000, "Quick news"), ...page(Date.now() - HOUR, 12)]);
    const committed = Date.now();
    await bridge.service().notifier?.run();
    for (const host of Object.keys(good)) {
      const pushes = pushesOf(received, host);
      expect(pushes).toHaveLength(1);
      expect((arrived.get(host) ?? Number.POSITIVE_INFINITY) - committed).toBeLessThan(5000);
      expect(pushes[0]?.headers.get("x-hub-signature")).toBe(isSigned(pushes[0]?.body ?? "", "s"));
      expect(pushes[0]?.body).toContain("Quick news");
    }
    expect(received.filter(({ url }) => url.host === "victim.example")).toEqual([]);
  });

  test("who ask too often are told when to come back, and cost no row", async () => {
    receivers({});
    const ask = (i: number) =>
      subscribe(bridge, { "hub.callback": `https://host-${i}.example/`, "hub.topic": TOPIC }).then(
        ({ status }) => status,
      );
    const statuses: number[] = [];
    for (let i = 0; i < 150; i++) statuses.push(await ask(i));
    expect(statuses.filter((status) => status === 202)).toHaveLength(50);
    expect(statuses.slice(50).every((status) => status === 429)).toBe(true);
    expect(bridge.sql.rows("SELECT * FROM delivery")).toHaveLength(50);
    await bridge.run();
    const response = await subscribe(bridge, { "hub.callback": "https://host.example/", "hub.topic": TOPIC });
    expect(response.status).toBe(429);
    expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(Number(response.headers.get("retry-after"))).toBeLessThanOrEqual(10);
  });

  test("who own one host get no more by naming its ports, or by a dot at its end", async () => {
    receivers({});
    const callbackOf = (i: number) => `https://reader.example${i % 2 ? "." : ""}:${5000 + i}/`;
    for (let i = 0; i < 25; i++) await subscribe(bridge, { "hub.callback": callbackOf(i), "hub.topic": TOPIC });
    expect(bridge.sql.rows("SELECT * FROM delivery")).toHaveLength(20);
  });

  test("whose feeds cannot be rendered keep nobody waiting", async () => {
    vi.spyOn(console, "error").mockImplementation(() => {});
    const received = receivers({ "stranger.example": agreeing, "reader.example": agreeing });
    for (let i = 0; i < 10; i++)
      await subscribe(bridge, { "hub.callback": `https://stranger.example/${i}`, "hub.topic": `${TOPIC}?q=bad${i}` });
    await bridge.run();
    await subscribed();
    expect(bridge.sql.rows("SELECT * FROM subscription")).toHaveLength(11);
    const { archive } = bridge.service();
    const find = archive.find.bind(archive);
    vi.spyOn(archive, "find").mockImplementation(async (query) => {
      if (query.query.includes("bad")) throw new Error("too much");
      return find(query);
    });
    await publish();
    for (let runs = 0; runs < 4; runs++) {
      await bridge.service().notifier?.run();
      pass(61_000);
    }
    expect(pushesOf(received, "reader.example")).toHaveLength(1);
  });

  test("whose feeds cannot be rendered when they are asked do not stop others that are asked, nor a push", async () => {
    vi.spyOn(console, "error").mockImplementation(() => {});
    const received = receivers({ "stranger.example": agreeing, "reader.example": agreeing });
    await subscribed();
    const { archive } = bridge.service();
    const find = archive.find.bind(archive);
    vi.spyOn(archive, "find").mockImplementation(async (query) => {
      if (query.query.includes("bad")) throw new Error("too much");
      return find(query);
    });
    await publish();
    await subscribe(bridge, { "hub.callback": "https://stranger.example/", "hub.topic": `${TOPIC}?q=bad` });
    await bridge.service().notifier?.run();
    expect(pushesOf(received, "reader.example")).toHaveLength(1);
  });

  test("who name a website that is read, or the address where it is fetched, get nothing sent there", async () => {
    bridge = pushedBridge({ KCNAWATCH_ORIGIN: "https://fetcher.example:8443" });
    const received = receivers({});
    for (const host of [
      "fetcher.example:8443",
      "fetcher.example",
      "kcnawatch.org",
      "kcnawatch.org.",
      "kcnawatch.org:444",
    ]) {
      const response = await subscribe(bridge, { "hub.callback": `https://${host}/`, "hub.topic": TOPIC });
      expect([host, response.status, ((await response.json()) as { parameter: string }).parameter]).toEqual([
        host,
        400,
        "hub.callback",
      ]);
    }
    await bridge.run();
    expect(received).toEqual([]);
  });

  test("who name a receiver of the operator's webhooks get nothing sent there, nor what they were sent before", async () => {
    const own = { PRIVATE_RECEIVERS: "192.168.1.5:8080, hooks.example:443" };
    bridge = pushedBridge(own);
    await bridge.commit(page(START - HOUR, 12));
    const received = receivers({ "hooks.example": agreeing, "192.168.1.5:8080": agreeing });
    const ask = async (callback: string) =>
      (await subscribe(bridge, { "hub.callback": callback, "hub.topic": TOPIC })).status;
    expect(await ask("http://192.168.1.5:8080/")).toBe(400);
    expect(await ask("https://hooks.example/")).toBe(400);
    expect(await ask("https://hooks.example./")).toBe(400);
    // Another port is another receiver, and a public one.
    expect(await ask("https://hooks.example:8443/")).toBe(202);
    bridge.restart({ PRIVATE_RECEIVERS: "", PRIVATE_SUBSCRIBERS: "192.168.1.5:8080" });
    expect(await ask("http://192.168.1.5:8080/")).toBe(202);
    expect(await ask("https://hooks.example/")).toBe(202);
    await bridge.run();
    expect(bridge.sql.rows("SELECT callback FROM subscription")).toHaveLength(2);
    bridge.restart();
    received.length = 0;
    await publish();
    await bridge.run();
    expect(bridge.sql.rows("SELECT callback FROM subscription")).toEqual([]);
    expect(received).toEqual([]);
  });

  test("who name addresses that do not agree have 10 of one host asked a day, and 300 of all", async () => {
    const received = receivers({ "reader.example": agreeing });
    const ask = (callback: string) => subscribe(bridge, { "hub.callback": callback, "hub.topic": TOPIC });
    await ask("https://reader.example/");
    await bridge.run();
    const refused: number[] = [];
    for (let i = 0; i < 600; i++) {
      const { status } = await ask(`https://${i < 100 ? "victim" : `victim-${i}`}.example/${i}`);
      if (status !== 202) refused.push(status);
      await bridge.run();
      pass(61_000);
    }
    const asked = received.filter(({ url }) => url.host.startsWith("victim"));
    expect(asked.filter(({ url }) => url.host === "victim.example")).toHaveLength(10);
    expect(asked).toHaveLength(300);
    expect(new Set(refused)).toEqual(new Set([429, 503]));
    // A host that has agreed is not shut out by them.
    expect((await ask("https://reader.example/other")).status).toBe(202);
    pass(DAY);
    await bridge.run();
    expect((await ask("https://victim.example/")).status).toBe(202);
  });

  test("who name addresses at a reader's host do not keep it from renewing", async () => {
    receivers({
      "reader.example": (request, init) =>
        request.url.pathname === "/" ? agreeing(request, init) : new Response(null, { status: 404 }),
    });
    const ask = (callback: string) => subscribe(bridge, { "hub.callback": callback, "hub.topic": TOPIC });
    await ask("https://reader.example/");
    await bridge.run();
    for (let i = 0; i < 11; i++) {
      await ask(`https://reader.example/${i}`);
      await bridge.run();
    }
    expect((await ask("https://reader.example/new")).status).toBe(429);
    expect((await ask("https://reader.example/")).status).toBe(202);
  });

  test("who own one host get 50 subscriptions", async () => {
    receivers({ "reader.example": agreeing });
    let accepted = 0;
    for (let i = 0; i < 60; i++) {
      pass(60_000);
      const response = await subscribe(bridge, { "hub.callback": `https://reader.example/${i}`, "hub.topic": TOPIC });
      if (response.status === 202) accepted++;
      await bridge.run();
    }
    expect(accepted).toBe(50);
    expect(bridge.sql.rows("SELECT * FROM subscription")).toHaveLength(50);
  });
});

test("a hub whose deliveries all failed for a day says so, and feeds do not name it until one succeeds", async () => {
  let status = 500;
  receivers({
    "reader.example": (request, init) =>
      request.method === "GET" ? agreeing(request, init) : new Response(null, { status }),
  });
  const health = async () => ((await (await bridge.ask("/health")).json()) as { hub: unknown }).hub;
  const links = async () => (await bridge.ask("/feeds/kcna-en.rss")).headers.get("link");
  expect(await health()).toEqual({
    advertised: true,
    subscriptions: 0,
    deliveries: 0,
    success: null,
    last_success: null,
  });
  await subscribed();
  await publish();
  await bridge.run();
  pass(60_000);
  expect(await health()).toMatchObject({ advertised: true, subscriptions: 1, success: 0 });
  pass(DAY);
  await bridge.run();
  pass(60_000);
  expect(await health()).toMatchObject({ advertised: false, success: 0, last_success: null });
  expect(await links()).not.toContain("hub");
  const metrics = await (await bridge.ask("/metrics")).text();
  expect(metrics).toContain("feed_bridge_hub_subscriptions 1");
  expect(metrics).toContain("feed_bridge_hub_deliveries_succeeded 0");
  status = 200;
  pass(DAY);
  await bridge.run();
  pass(60_000);
  expect(await health()).toMatchObject({ advertised: true, success: 1, last_success: expect.any(String) });
  expect(await links()).toContain('rel="hub"');
});

test("a hub that is switched off forgets its subscribers, and sends nothing", async () => {
  const received = receivers({
    "reader.example": (request, init) =>
      request.method === "GET" ? agreeing(request, init) : new Response(null, { status: 500 }),
  });
  await subscribed();
  await publish();
  await bridge.run();
  expect(bridge.sql.rows("SELECT * FROM delivery WHERE due IS NOT NULL")).toHaveLength(1);
  received.length = 0;
  bridge.restart({ HUB: "off" });
  await publish();
  await bridge.run();
  expect(received).toEqual([]);
  for (const table of ["subscription", "delivery"]) expect(bridge.sql.rows(`SELECT * FROM ${table}`)).toEqual([]);
});
