import { reset } from "cloudflare:test";
import { env as real } from "cloudflare:workers";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { refresh } from "../../src/refresh/refresh.ts";
import { type Bindings, settingsOf } from "../../src/settings.ts";
import { clientOf } from "../../src/web/limit.ts";
import { runs } from "../runs.ts";
import { articleAt, ask, bindings, type CountedKv, countedKv, serve } from "../simulation.ts";

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
      Array.from({ length: 16 }, (_, i) => articleAt(now - (i * 60 + n) * 60_000, n * 100 + i)),
    ]),
  );
  asked = serve(website);
  env = bindings(counted.kv, { BODIES_PER_TICK: "0" });
  await refresh(settingsOf(env), settingsOf(env).sources, now);
});
afterEach(async () => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  await reset();
});

const html = { accept: "text/html" };
const OPEN = ["/", "/health", "/feeds.opml", "/rss.xml", "/feeds/kcna-en", "/feeds/kcna-en.rss", "/feeds/all.json"];

describe("ACCESS_KEY", () => {
  let closed: Bindings;
  beforeEach(() => {
    closed = bindings(counted.kv, { BODIES_PER_TICK: "0", ACCESS_KEY: KEY });
  });

  test.each(OPEN)("%s asks for the key, in the address or as a bearer", async (path) => {
    for (const refused of [
      await ask(closed, path),
      await ask(closed, `${path}?key=wrong`),
      await ask(closed, `${path}?key=`),
      await ask(closed, path, { headers: { authorization: "Bearer wrong" } }),
      await ask(closed, path, { headers: { authorization: `Basic ${btoa(`x:${KEY}`)}` } }),
      await ask(closed, path, { method: "HEAD" }),
    ]) {
      expect(refused.status).toBe(401);
      expect(refused.headers.get("www-authenticate")).toMatch(/^Bearer /);
      expect(refused.headers.get("cache-control")).toBe("no-store");
    }
    for (const opened of [
      await ask(closed, `${path}?key=${encodeURIComponent(KEY)}`),
      await ask(closed, path, { headers: { authorization: `Bearer ${KEY}` } }),
    ]) {
      expect([200, 301]).toContain(opened.status);
      expect(opened.headers.get("cache-control")).toMatch(/^(?:private|no-store)/);
    }
  });

  test("feeds never hold the key; pages hand it on in all of their own links", async () => {
    const key = encodeURIComponent(KEY);
    for (const path of ["/feeds/kcna-en.rss", "/feeds/all.atom", "/feeds/kcna-en.json", "/feeds/kcna-en/2026-01.rss"]) {
      const feed = await ask(closed, `${path}?limit=3&key=${key}`);
      const told = `${JSON.stringify([...feed.headers])} ${decodeURIComponent(await feed.text())}`;
      expect(told).not.toContain("a-key-of");
    }
    const plain = await (await ask(closed, `/feeds/kcna-en.rss?key=${key}`)).text();
    expect(plain).toBe(await (await ask(env, "/feeds/kcna-en.rss")).text());
    for (const path of ["/", "/health", "/feeds/kcna-en"]) {
      const page = await (await ask(closed, `${path}?key=${key}`, { headers: html })).text();
      const links = [...page.matchAll(/href="(https:\/\/bridge\.example[^"]*)"/g)].map(([, link]) => link as string);
      expect(links.length).toBeGreaterThan(3);
      for (const link of links) {
        const { searchParams } = new URL(link.replaceAll("&amp;", "&"));
        expect(searchParams.get("key"), link).toBe(KEY);
      }
    }
    const opml = await (await ask(closed, `/feeds.opml?key=${key}`)).text();
    expect(opml.match(/xmlUrl="[^"]*key=a-key-of/g)).toHaveLength(4);
  });

  test("the key is not told to the log, nor by an error", async () => {
    const lines: string[] = [];
    for (const method of ["log", "error", "warn"] as const)
      vi.spyOn(console, method).mockImplementation((...line) => void lines.push(line.join(" ")));
    const broken = bindings({ get: () => Promise.reject(new Error("gone")) } as never, { ACCESS_KEY: KEY });
    const answers = [
      await ask(broken, `/feeds/kcna-en.rss?key=${encodeURIComponent(KEY)}`),
      await ask(closed, `/feeds/kcna-en.rss?limit=0&key=${encodeURIComponent(KEY)}`),
      await ask(closed, `/feeds/kcna-en.rss?nonsense=1&key=${encodeURIComponent(KEY)}`),
      await ask(closed, `/refresh/kcna-en?key=${encodeURIComponent(KEY)}`, { method: "POST" }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([500, 400, 400, 401]);
    for (const answer of answers) lines.push(await answer.text());
    expect(lines.length).toBeGreaterThan(4);
    expect(lines.join("\n")).not.toContain("a-key-of");
  });

  test("the operator's routes ask for their own token, not for this key", async () => {
    const bearer = (token: string) => ({ method: "POST", headers: { authorization: `Bearer ${token}` } });
    expect((await ask(closed, "/refresh/kcna-en", bearer(KEY))).status).toBe(401);
    expect((await ask(closed, "/refresh/kcna-en", bearer("secret"))).status).toBe(200);
    expect((await ask(closed, "/feeds/kcna-en.rss", { headers: { authorization: "Bearer secret" } })).status).toBe(401);
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
  beforeEach(() => {
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
    expect((await ask(limited, "/feeds/kcna-en.rss", from("192.0.2.4", poll))).status).toBe(304);
  });

  test("a client of IPv6 is its network", () => {
    const client = (address: string) => clientOf(new Request("https://x/", from(address)));
    expect(client("2001:db8:1:2:3:4:5:6")).toBe(client("2001:0db8:0001:0002:ffff::1"));
    expect(client("2001:db8::1")).toBe(client("2001:db8:0:0:9::1"));
    expect(client("2001:db8:1::1")).not.toBe(client("2001:db8:2::1"));
    expect(client("::1")).toBe("0:0:0:0::/64");
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
        const problem = (await refused.json()) as { parameter: string; detail: string; takes: string };
        expect(problem.parameter).toBe(name);
        expect(problem.detail).toMatch(/too large.* instructions; 600 at most/);
        expect(problem.takes).toContain("600 instructions");
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
  const empty = bindings({ ...counted.kv, get: async (k: unknown) => (Array.isArray(k) ? new Map() : null) } as never);
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
