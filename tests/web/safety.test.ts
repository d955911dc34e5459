import { reset } from "cloudflare:test";
import { env as real } from "cloudflare:workers";
import fc from "fast-check";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { type Bindings, bridgeOf } from "../../src/archive/bridge.ts";
import { refresh } from "../../src/refresh/refresh.ts";
import type { Problem } from "../../src/web/http/problem.ts";
import { clientOf } from "../../src/web/rate-limit.ts";
import { forgetSnapshots } from "../forget.ts";
import { runs } from "../runs.ts";
import {
  allItems,
  articleAt,
  ask,
  bindings,
  type CountedKv,
  countedKv,
  resetAfterEach,
  serve,
  TOKEN,
} from "../simulation.ts";

let counted: CountedKv;
let env: Bindings;
let asked: string[];
const KEY = "a-key-of-the-operator's";

beforeEach(async () => {
  counted = countedKv();
  const now = Date.now();
  const website = new Map(
    ["156", "189661", "190036"].map((number, n) => [
      number,
      // The last one is of a month that is over.
      Array.from({ length: 16 }, (_, i) => articleAt(now - ((i < 15 ? i : 1700) * 60 + n) * 60_000, n * 100 + i)),
    ]),
  );
  asked = serve(website);
  env = bindings(counted.kv, { BODIES_PER_TICK: "0" });
  await refresh(bridgeOf(env), bridgeOf(env).sources, now);
});
resetAfterEach();

const html = { accept: "text/html" };
const OPEN = ["/", "/health", "/feeds.opml", "/rss.xml", "/feeds/kcna-en", "/feeds/kcna-en.rss", "/feeds/all.json"];

describe("ACCESS_KEY", () => {
  let closed: Bindings;
  beforeEach(() => {
    closed = bindings(counted.kv, { BODIES_PER_TICK: "0", ACCESS_KEY: KEY });
  });

  const basic = (user: string, password: string) => ({
    authorization: `Basic ${btoa(String.fromCharCode(...new TextEncoder().encode(`${user}:${password}`)))}`,
  });

  test.each(OPEN)("%s asks for the key, in the address, as a bearer or as a password", async (path) => {
    for (const refused of [
      await ask(closed, path),
      await ask(closed, `${path}?key=wrong`),
      await ask(closed, `${path}?key=`),
      await ask(closed, path, { headers: { authorization: "Bearer wrong" } }),
      await ask(closed, path, { headers: basic("x", "wrong") }),
      await ask(closed, path, { headers: basic(KEY, "") }),
      await ask(closed, path, { headers: { authorization: `Basic ${btoa(KEY)}` } }),
      await ask(closed, path, { headers: { authorization: `Basic ${KEY}` } }),
      await ask(closed, path, { headers: { authorization: "Basic" } }),
      await ask(closed, path, { method: "HEAD" }),
    ]) {
      expect(refused.status).toBe(401);
      expect(refused.headers.get("www-authenticate")).toBe(
        'Basic realm="kcna-feed-bridge", charset="UTF-8", Bearer realm="kcna-feed-bridge"',
      );
      expect(refused.headers.get("cache-control")).toBe("no-store");
    }
    for (const opened of [
      await ask(closed, `${path}?key=${encodeURIComponent(KEY)}`),
      await ask(closed, path, { headers: { authorization: `Bearer ${KEY}` } }),
      await ask(closed, path, { headers: basic("anybody", KEY) }),
      await ask(closed, path, { headers: basic("", KEY) }),
    ]) {
      expect([200, 301]).toContain(opened.status);
      expect(opened.headers.get("cache-control")).toMatch(/^(?:private|no-store)/);
    }
  });

  test("a key that is missing and one that is wrong are told apart", async () => {
    const detail = async (query: string) => ((await (await ask(closed, `/health${query}`)).json()) as Problem).detail;
    expect(await detail("")).toMatch(/^a key is needed: /);
    expect(await detail("?key=wrong")).toMatch(/^the key is wrong: /);
  });

  test("a preflight passes, since browsers send it without a key", async () => {
    expect((await ask(closed, "/feeds/kcna-en.json", { method: "OPTIONS" })).status).toBe(204);
  });

  test("a key of any letters and with a colon is a password", async () => {
    const key = "열쇠: a long one, with a colon";
    const other = bindings(counted.kv, { BODIES_PER_TICK: "0", ACCESS_KEY: key });
    expect((await ask(other, "/feeds/kcna-en.rss", { headers: basic("읽는이", key) })).status).toBe(200);
    expect((await ask(other, "/feeds/kcna-en.rss", { headers: basic("읽는이", `${key}.`) })).status).toBe(401);
  });

  test("a browser is asked by the page's form, not by a window of its own", async () => {
    for (const path of ["/", "/health", "/feeds/kcna-en"]) {
      const page = await ask(closed, path, { headers: html });
      expect([page.status, page.headers.get("www-authenticate")]).toEqual([401, 'Bearer realm="kcna-feed-bridge"']);
    }
  });

  /** A public bridge that is no hub, as a private one never is. */
  const open = () => bindings(counted.kv, { BODIES_PER_TICK: "0", HUB: "off" });
  const FEEDS = ["/feeds/kcna-en.rss", "/feeds/all.atom", "/feeds/kcna-en.json", "/feeds/all/changes.json"];

  test("a feed holds the key for nobody who came by header, and says the same as a public bridge's", async () => {
    for (const path of [...FEEDS, "/feeds/kcna-en/2026-01.rss"]) {
      for (const headers of [basic("x", KEY), { authorization: `Bearer ${KEY}` }]) {
        const feed = await ask(closed, `${path}?limit=3`, { headers });
        const text = await feed.text();
        expect(`${JSON.stringify([...feed.headers])} ${decodeURIComponent(text)}`).not.toContain("a-key-of");
        expect(text).toBe(await (await ask(open(), `${path}?limit=3`)).text());
      }
    }
  });

  test("a feed that was asked for with the key in its address has it in its own addresses, and nowhere else", async () => {
    const key = encodeURIComponent(KEY);
    for (const path of FEEDS) {
      const feed = await ask(closed, `${path}?limit=3&key=${key}`);
      const text = await feed.text();
      const everybodys = await ask(open(), `${path}?limit=3`);
      // Without the keys it is what everybody gets.
      const keyless = (text: string) => text.replace(/(?:&|&amp;|&#x26;|\?)key=a-key-of-the-operator%27s/g, "");
      expect(keyless(text)).toBe(await everybodys.text());
      expect(keyless(feed.headers.get("link") ?? "")).toBe(everybodys.headers.get("link"));
      expect(feed.headers.get("etag")).toBe(everybodys.headers.get("etag"));
      for (const [, url = "", rel = ""] of (feed.headers.get("link") ?? "").matchAll(/<([^>]+)>; rel="([^"]+)"/g))
        expect([rel, new URL(url).searchParams.get("key")]).toEqual([rel, rel === "alternate" ? null : KEY]);
      // Entries get about.
      expect(text.slice(text.search(/<item>|<entry>|"items"/))).not.toContain("a-key-of");
    }
  });

  test("next links work for whoever came with the key, whatever way", async () => {
    const all = await allItems(env, "/feeds/all.json?limit=10");
    expect(all.length).toBeGreaterThan(30);
    for (const [query, headers] of [
      [`&key=${encodeURIComponent(KEY)}`, {}],
      ["", basic("reader", KEY)],
      ["", { authorization: `Bearer ${KEY}` }],
    ] as const) {
      const ids: string[] = [];
      let path: string | undefined = `/feeds/all.json?limit=10${query}`;
      while (path) {
        const response: Response = await ask(closed, path, { headers });
        expect([path, response.status]).toEqual([path, 200]);
        const feed = (await response.json()) as { items: { id: string }[]; next_url?: string };
        ids.push(...feed.items.map(({ id }) => id));
        path = feed.next_url?.replace("https://bridge.example", "");
      }
      expect(ids).toEqual(all.map(({ id }) => id));
      const atom = await (await ask(closed, `/feeds/all.atom?${query}`, { headers })).text();
      const [, month = ""] = /<link rel="prev-archive"[^>]*href="https:\/\/bridge.example([^"]*)"/.exec(atom) ?? [];
      expect((await ask(closed, month.replaceAll("&#x26;", "&"), { headers })).status).toBe(200);
    }
  });

  test("no answer of a private bridge may be kept by caches that many share", async () => {
    const paths = [...OPEN, ...FEEDS, "/feeds/kcna-en/changes", "/nothing", "/feeds/kcna-en.rss?limit=0", "/refresh/x"];
    const tag = (await ask(closed, FEEDS[0] as string, { headers: basic("", KEY) })).headers.get("etag") ?? "";
    for (const path of paths) {
      for (const method of ["GET", "HEAD", "OPTIONS", "POST", "DELETE"]) {
        for (const headers of [
          {},
          html,
          basic("", KEY),
          { ...basic("", KEY), ...html },
          { ...basic("", KEY), "if-none-match": tag },
        ]) {
          const answer = await ask(closed, path, { method, headers });
          const control = answer.headers.get("cache-control");
          expect([method, path, answer.status, control]).toEqual([
            method,
            path,
            answer.status,
            expect.stringMatching(/^(?:private\b|no-store$)/),
          ]);
          expect(control).not.toContain("public");
        }
      }
    }
  });

  test("pages hand the key on in all of their own links", async () => {
    const key = encodeURIComponent(KEY);
    for (const path of ["/", "/health", "/feeds/kcna-en"]) {
      const page = await (await ask(closed, `${path}?key=${key}`, { headers: html })).text();
      // Addresses that are shared, and icons, which everybody may have, are without it (site-files.node.test.ts).
      const followed = page.replace(/<link rel="(?:icon|apple-touch-icon|canonical)"[^>]*>/g, (tag) => {
        expect(tag).not.toContain("key=");
        return "";
      });
      const links = [...followed.matchAll(/href="(https:\/\/bridge\.example[^"]*)"/g)].map(
        ([, link]) => link as string,
      );
      expect(links.length).toBeGreaterThan(3);
      for (const link of links) {
        const { searchParams } = new URL(link.replaceAll("&amp;", "&"));
        expect(searchParams.get("key"), link).toBe(KEY);
      }
    }
    const opml = await (await ask(closed, `/feeds.opml?key=${key}`)).text();
    expect(opml.match(/xmlUrl="[^"]*key=a-key-of/g)).toHaveLength(4);
  });

  test("no tag is made of the key", async () => {
    const other = bindings(counted.kv, { BODIES_PER_TICK: "0", ACCESS_KEY: "another-key-than-that" });
    for (const path of [...OPEN, "/feeds/kcna-en/changes.atom", "/feeds/kcna-en/2026-01"]) {
      for (const headers of [{}, html]) {
        const [a, b] = await Promise.all(
          [closed, other].map((bridge) =>
            ask(bridge, `${path}?key=${encodeURIComponent(String(bridge.ACCESS_KEY))}`, { headers }),
          ),
        );
        expect([path, b?.headers.get("etag")]).toEqual([path, a?.headers.get("etag")]);
      }
    }
  });

  test("the key is not told to the log, nor by an error", async () => {
    const lines: string[] = [];
    for (const method of ["log", "error", "warn"] as const)
      vi.spyOn(console, method).mockImplementation((...line) => void lines.push(line.join(" ")));
    const gone = Object.assign(countedKv(), { deaf: true, unreachable: true });
    const broken = bindings(gone.kv, { ACCESS_KEY: KEY });
    const answers = [
      await ask(broken, `/feeds/kcna-en.rss?key=${encodeURIComponent(KEY)}`),
      await ask(closed, `/feeds/kcna-en.rss?limit=0&key=${encodeURIComponent(KEY)}`),
      await ask(closed, `/feeds/kcna-en.rss?nonsense=1&key=${encodeURIComponent(KEY)}`),
      await ask(closed, `/refresh/kcna-en?key=${encodeURIComponent(KEY)}`, { method: "POST" }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([503, 400, 400, 401]);
    for (const answer of answers) lines.push(await answer.text());
    expect(lines.length).toBeGreaterThan(4);
    expect(lines.join("\n")).not.toContain("a-key-of");
  });

  test("the operator's routes ask for their own token, not for this key", async () => {
    const bearer = (token: string) => ({ method: "POST", headers: { authorization: `Bearer ${token}` } });
    expect((await ask(closed, "/refresh/kcna-en", bearer(KEY))).status).toBe(401);
    expect((await ask(closed, "/refresh/kcna-en", bearer(TOKEN))).status).toBe(200);
    expect((await ask(closed, "/feeds/kcna-en.rss", { headers: { authorization: `Bearer ${TOKEN}` } })).status).toBe(
      401,
    );
  });

  test("every address asks for the key, also one that is not there: a new route is closed from the start", async () => {
    for (const path of ["/nothing", "/feeds/nobody.rss", "/feeds/kcna-en/2020-01.rss", "/articles/kcnawatch/1-1"]) {
      for (const method of ["GET", "HEAD", "DELETE"])
        expect([path, method, (await ask(closed, path, { method })).status]).toEqual([path, method, 401]);
      expect((await ask(closed, path, { headers: basic("", KEY) })).status).toBe(404);
    }
  });

  test("a browser gets a form for the key", async () => {
    const page = await ask(closed, "/", { headers: html });
    expect(page.status).toBe(401);
    expect(await page.text()).toMatch(/<input type="password" name="key"/);
  });
});

describe("RATE_LIMITER", () => {
  const from = (address: string, more: Record<string, string> = {}) => ({
    headers: { "cf-connecting-ip": address, ...more },
  });
  let limited: Bindings;
  beforeEach(async () => {
    // The limiter counts by the minute of the clock: no test goes from one to the next.
    const left = 60_000 - (Date.now() % 60_000);
    if (left < 10_000) await new Promise((passed) => setTimeout(passed, left));
    limited = bindings(counted.kv, {
      BODIES_PER_TICK: "0",
      RATE_LIMITER: (real as Bindings).RATE_LIMITER as RateLimit,
    });
  });

  test("a client that asks too often is told so and when to come back; others are not", async () => {
    const statuses = new Map<number, number>();
    let refused: Response | undefined;
    for (let i = 0; i < 30; i++) {
      const response = await ask(limited, "/feeds/kcna-en.rss", from("192.0.2.1"));
      statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
      if (response.status === 429) refused = response;
    }
    expect([...statuses]).toEqual([
      [200, 20],
      [429, 10],
    ]);
    expect(refused?.headers.get("retry-after")).toBe("60");
    expect(refused?.headers.get("cache-control")).toBe("no-store");
    expect(await refused?.json()).toMatchObject({ status: 429, detail: expect.stringContaining("60 seconds") });
    expect((await ask(limited, "/feeds/kcna-en.rss", from("192.0.2.2"))).status).toBe(200);
    expect((await ask(env, "/feeds/kcna-en.rss", from("192.0.2.1"))).status).toBe(200);
  });

  test("health and 304s do not count and are not refused", async () => {
    const tag = (await ask(limited, "/feeds/kcna-en.rss", from("192.0.2.3"))).headers.get("etag") as string;
    for (let i = 0; i < 40; i++) {
      expect((await ask(limited, "/feeds/kcna-en.rss", from("192.0.2.3", { "if-none-match": tag }))).status).toBe(304);
      expect((await ask(limited, "/health", from("192.0.2.3"))).status).toBe(200);
    }
    expect((await ask(limited, "/feeds/kcna-en.rss", from("192.0.2.3"))).status).toBe(200);
    for (let i = 0; i < 40; i++) await ask(limited, "/feeds/kcna-en.rss", from("192.0.2.3"));
    expect((await ask(limited, "/feeds/kcna-en.rss", from("192.0.2.3", { "if-none-match": tag }))).status).toBe(304);
    expect((await ask(limited, "/feeds/kcna-en.rss", from("192.0.2.3", { "if-none-match": '"x"' }))).status).toBe(429);
  });

  test("what is true of any question, `*` or a date, does not make the dearest ones free", async () => {
    const statuses: number[] = [];
    for (let i = 0; i < 40; i++) {
      const condition: Record<string, string> =
        i % 2 ? { "if-none-match": "*" } : { "if-modified-since": new Date().toUTCString() };
      const path = `/feeds/all.rss?since=2000-01-01&q=word${i}`;
      statuses.push((await ask(limited, path, from("192.0.2.4", condition))).status);
    }
    expect(statuses.filter((status) => status === 429)).toHaveLength(20);
    const poll = { "if-modified-since": new Date().toUTCString() };
    const status = async () => (await ask(limited, "/feeds/kcna-en.rss", from("192.0.2.4", poll))).status;
    expect(await status()).toBe(429);
    // What somebody has just been answered is remembered, and costs nothing to compare.
    await ask(limited, "/feeds/kcna-en.rss", from("192.0.2.44"));
    expect(await status()).toBe(304);
  });

  test("a poll counts unless what it names is remembered of exactly this address", async () => {
    const feed = "/feeds/kcna-en.rss?limit=7";
    const tag = (await ask(limited, feed, from("192.0.2.5"))).headers.get("etag") as string;
    const poll = async (path: string, condition: string, method = "GET") =>
      (await ask(limited, path, { method, ...from("192.0.2.5", { "if-none-match": condition }) })).status;
    for (let i = 0; i < 19; i++) expect(await poll(feed, `"x${i}"`)).toBe(200);
    expect(await poll(feed, '"x"')).toBe(429);
    expect(await poll(feed, tag)).toBe(304);
    expect(await poll(feed, tag, "HEAD")).toBe(304);
    expect(await poll("/feeds/kcna-en.rss?limit=8", tag)).toBe(429);
    // What the archive now says may be other: finding out counts.
    await refresh(bridgeOf(limited), bridgeOf(limited).sources.slice(0, 1), Date.now());
    expect(await poll(feed, tag)).toBe(304);
    serve(
      new Map([
        [
          "156",
          [
            articleAt(Date.now(), 77),
            ...Array.from({ length: 8 }, (_, i) => articleAt(Date.now() - i * 60_000, i + 80)),
          ],
        ],
      ]),
    );
    await refresh(bridgeOf(limited), bridgeOf(limited).sources.slice(0, 1), Date.now());
    expect(await poll(feed, tag)).toBe(429);
  });

  test("a refused request reads nothing, and what it asked for is not carried out", async () => {
    for (let i = 0; i < 20; i++) await ask(limited, "/nothing", from("192.0.2.6"));
    const feeds = ["/feeds/kcna-en.rss?content=full&limit=500", "/feeds/all/2026-01.atom", "/feeds/all/changes.json"];
    forgetSnapshots(limited);
    const [reads, calls] = [counted.reads, counted.calls.length];
    asked.length = 0;
    const conditions: Record<string, string>[] = [
      {},
      { "if-none-match": '"x"' },
      { "if-none-match": 'W/"x", "y"' },
      { "if-none-match": "*" },
      { "if-modified-since": new Date().toUTCString() },
    ];
    for (const condition of conditions) {
      for (const path of [...feeds, "/", "/feeds/kcna-en", "/feeds.opml", "/rss.xml", "/feeds/kcna-en.rss"])
        for (const method of ["GET", "HEAD"])
          expect((await ask(limited, path, { method, ...from("192.0.2.6", condition) })).status).toBe(429);
      const headers = { ...from("192.0.2.6", condition).headers, authorization: `Bearer ${TOKEN}` };
      const response = await ask(limited, "/refresh/kcna-en", { method: "POST", headers });
      expect([response.status, response.headers.get("retry-after")]).toEqual([429, "60"]);
    }
    expect([counted.reads, counted.calls.length, asked]).toEqual([reads, calls, []]);
  });

  test("preflights neither count nor are refused", async () => {
    const paths = [...OPEN, "/refresh/kcna-en"];
    const preflight = async (path: string) =>
      (await ask(limited, path, { method: "OPTIONS", ...from("192.0.2.7") })).status;
    for (let i = 0; i < 5; i++) for (const path of paths) expect(await preflight(path)).toBe(204);
    for (let i = 0; i < 20; i++) expect((await ask(limited, "/feeds.opml", from("192.0.2.7"))).status).toBe(200);
    expect((await ask(limited, "/feeds.opml", from("192.0.2.7"))).status).toBe(429);
    for (const path of paths) expect(await preflight(path)).toBe(204);
  });

  test("a wrong key or token counts on every route, and who has guessed too often learns nothing more", async () => {
    const closed = { ...limited, ACCESS_KEY: KEY };
    const key = encodeURIComponent(KEY);
    const keyed = (path: string) => `${path}?key=${key}`;
    const tags = new Map<string, string>();
    for (const path of OPEN)
      tags.set(path, (await ask(closed, keyed(path), from("192.0.2.8"))).headers.get("etag") ?? '"x"');
    for (const path of OPEN) {
      const client = from(`198.51.100.${OPEN.indexOf(path)}`).headers;
      const wrong = { ...client, "if-none-match": '"x"' };
      const statuses: number[] = [];
      for (let i = 0; i < 20; i++) statuses.push((await ask(closed, `${path}?key=${i}`, { headers: wrong })).status);
      expect(new Set(statuses)).toEqual(new Set([401]));
      const date = { "if-modified-since": new Date().toUTCString() };
      for (const more of [{}, { "if-none-match": tags.get(path) as string }, { "if-none-match": "*" }, date]) {
        const headers = { ...client, ...(more as Record<string, string>) };
        expect([path, (await ask(closed, keyed(path), { headers })).status]).toEqual([path, 429]);
        const authorization = `Bearer ${KEY}`;
        expect([path, (await ask(closed, path, { headers: { ...headers, authorization } })).status]).toEqual([
          path,
          429,
        ]);
      }
    }
    const token = (text: string) => ({
      method: "POST",
      headers: { ...from("192.0.2.9").headers, authorization: `Bearer ${text}`, "if-none-match": '"x"' },
    });
    for (let i = 0; i < 20; i++) expect((await ask(limited, "/refresh/kcna-en", token(`wrong${i}`))).status).toBe(401);
    expect((await ask(limited, "/refresh/kcna-en", token(TOKEN))).status).toBe(429);
  });

  test("a client of IPv6 is its network", () => {
    const client = (address: string) => clientOf(new Request("https://x/", from(address)));
    expect(client("2001:db8:1:2:3:4:5:6")).toBe(client("2001:0db8:0001:0002:ffff::1"));
    expect(client("2001:db8::1")).toBe(client("2001:db8:0:0:9::1"));
    expect(client("2001:db8:1::1")).not.toBe(client("2001:db8:2::1"));
    expect(client("::1")).toBe("0:0:0:0::/64");
    expect(client("2001:db8::1:2:3:4:5")).toBe("2001:db8:0:1::/64");
    expect(client("192.0.2.1")).toBe("192.0.2.1");
  });
});

describe("patterns that would stop the bridge", () => {
  const LARGE = [
    "(?:.?.?.?.?.?){1000}[0-9]{9}",
    `(?:${".?".repeat(60)}){1000}[0-9]{9}`,
    "((((.{0,30}){0,30}){0,30})[0-9]{9}){0,30}",
    "^\\pL{900}",
  ];

  test.each(LARGE)("%s is refused before anything is read or compiled", async (pattern) => {
    for (const path of [
      "/feeds/kcna-en.rss",
      "/feeds/all.json",
      "/feeds/kcna-en/2026-01.atom",
      "/feeds/all/changes.rss",
    ]) {
      for (const name of ["filter", "filterout_description"]) {
        counted.reads = 0;
        const refused = await ask(env, `${path}?${new URLSearchParams({ limit: "500", [name]: pattern })}`);
        expect(refused.status).toBe(400);
        expect(refused.headers.get("content-type")).toBe("application/problem+json");
        const problem = (await refused.json()) as { parameter: string; detail: string; accepts: string };
        expect(problem.parameter).toBe(name);
        expect(problem.detail).toMatch(/too large.* instructions; 600 at most/);
        expect(problem.accepts).toContain("600 instructions");
        expect(counted.reads).toBe(0);
      }
    }
  });
});

test("no request of a reader makes the bridge fetch anything but the sources' own pages", async () => {
  asked.length = 0;
  const paths = [
    "/feeds/kcna-en.rss?q=https://elsewhere.example/",
    "/feeds/https:%2F%2Felsewhere.example%2F.rss",
    "/feeds/all.json?before=2026-01-01T00:00:00Z_1-1",
    "//elsewhere.example/feeds/kcna-en.rss",
    "/ingest/kcna-en?url=https://elsewhere.example/",
    "/?source=https://elsewhere.example/",
    "/feeds/kcna-en.rss?url=https://elsewhere.example/",
  ];
  for (const path of paths) for (const method of ["GET", "HEAD", "POST"]) await ask(env, path, { method });
  expect(asked).toEqual([]);
  // With nothing kept and due: only what the sources are listed at.
  await reset();
  const empty = bindings(countedKv().kv);
  for (const path of paths) await ask(empty, path);
  expect(asked.length).toBeGreaterThan(0);
  for (const path of asked) expect(path).toMatch(/^\/(?:article\/156\/|newstream\/|wp-admin\/admin-ajax\.php\?|\?s=)/);
});

test("every answer has the headers that keep browsers from guessing, framing and telling", async () => {
  const paths = [...OPEN, "/nothing", "/feeds/nobody.rss", "/feeds/kcna-en.rss?limit=x", "/refresh/kcna-en"];
  for (const path of paths) {
    for (const init of [{}, { headers: html }, { method: "OPTIONS" }, { method: "DELETE" }, { method: "HEAD" }]) {
      const { headers } = await ask(env, path, init);
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("referrer-policy")).toBe("no-referrer");
      expect(headers.get("content-security-policy")).toMatch(/^default-src 'none';.*frame-ancestors 'none'$/);
    }
  }
});

test("nothing that is asked adds a header or a line to the log", async () => {
  const lines: string[] = [];
  for (const method of ["log", "error"] as const)
    vi.spyOn(console, method).mockImplementation((line) => void lines.push(String(line)));
  const plain = new Set([...(await ask(env, "/feeds/kcna-en.rss")).headers.keys(), "location", "allow", "retry-after"]);
  const hostile = fc.string({
    unit: fc.constantFrom("\r", "\n", "\r\nx-evil: 1", '"', "<", ">", ";", ",", "\u0000", "é", "a", "%0d%0a", "\u2028"),
    maxLength: 12,
  });
  await fc.assert(
    fc.asyncProperty(hostile, fc.constantFrom("q", "since", "lang", "limit", "nonsense"), async (text, name) => {
      const value = encodeURIComponent(text);
      for (const path of [`/feeds/kcna-en.rss?${name}=${value}`, `/feeds/${value}.rss`, `/rss.xml?${name}=${value}`]) {
        const { headers } = await ask(env, path);
        for (const [header, said] of headers) {
          if (!plain.has(header)) expect(["access-control-allow-methods"]).toContain(header);
          expect(/[\r\n]/.test(said)).toBe(false);
        }
        expect(headers.has("x-evil")).toBe(false);
      }
    }),
    { numRuns: runs(300) },
  );
  for (const line of lines) expect(line).not.toMatch(/[\r\n]/);
});
