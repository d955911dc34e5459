import { reset } from "cloudflare:test";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { refresh, tick } from "../../src/refresh/refresh.ts";
import { type Bindings, settingsOf } from "../../src/settings.ts";
import {
  articleAt,
  ask,
  bindings,
  type CountedKv,
  countedKv,
  type JsonFeed,
  serve,
  type Website,
} from "../simulation.ts";

const HOUR = 3600_000;
const articles = (newest: number, count: number) =>
  Array.from({ length: count }, (_, i) => articleAt(newest - i * HOUR, Math.floor((newest - i * HOUR) / 60_000)));

let counted: CountedKv;
let env: Bindings;
let website: Website;
let now: number;

beforeEach(async () => {
  counted = countedKv();
  env = bindings(counted.kv, { BODIES_PER_TICK: "0" });
  now = Math.floor(Date.now() / HOUR) * HOUR - HOUR;
  website = new Map([
    ["156", articles(now, 16)],
    ["189661", articles(now - 60_000, 10)],
    ["190036", articles(now - 120_000, 10)],
  ]);
  serve(website);
  await tick(settingsOf(env), Date.now());
});
afterEach(async () => {
  vi.unstubAllGlobals();
  await reset();
});

const FEEDS = [
  "/feeds/kcna-en.rss",
  "/feeds/kcna-en.atom",
  "/feeds/kcna-en.json",
  "/feeds/all.atom",
  "/feeds/kcna-en/changes.rss",
];
const tagOf = async (path: string) => (await ask(env, path)).headers.get("etag") ?? "";
const status = async (path: string, headers: HeadersInit, method = "GET") =>
  (await ask(env, path, { headers, method })).status;

describe("validators", () => {
  test.each(FEEDS)("%s has a weak tag, a date, and the same bytes twice", async (path) => {
    const [a, b] = [await ask(env, path), await ask(env, path)];
    expect(a.headers.get("etag")).toMatch(/^W\/"[a-z0-9]+"$/);
    expect(Date.parse(a.headers.get("last-modified") ?? "")).toBeLessThanOrEqual(Date.now());
    expect(await a.text()).toBe(await b.text());
    expect([...a.headers].filter(([name]) => name !== "cache-status" && name !== "cache-control")).toEqual(
      [...b.headers].filter(([name]) => name !== "cache-status" && name !== "cache-control"),
    );
  });

  test("If-None-Match: the tag, weak or strong, in a list, `*`, or as a proxy has marked it", async () => {
    const tag = await tagOf("/feeds/kcna-en.rss");
    const strong = tag.slice(2);
    const gzip = `${strong.slice(0, -1)}-gzip"`;
    for (const field of [tag, strong, `"x", ${tag}`, `W/"x",${strong} , "y"`, "*", gzip, `W/${gzip}`]) {
      expect(await status("/feeds/kcna-en.rss", { "if-none-match": field })).toBe(304);
    }
    for (const field of ['"x"', 'W/"x", "y"', "x", "", `W/"${strong}`]) {
      expect(await status("/feeds/kcna-en.rss", { "if-none-match": field })).toBe(200);
    }
  });

  test("If-None-Match goes before If-Modified-Since", async () => {
    const later = new Date(Date.now() + HOUR).toUTCString();
    expect(await status("/feeds/kcna-en.rss", { "if-none-match": '"x"', "if-modified-since": later })).toBe(200);
    const tag = await tagOf("/feeds/kcna-en.rss");
    expect(
      await status("/feeds/kcna-en.rss", { "if-none-match": tag, "if-modified-since": new Date(0).toUTCString() }),
    ).toBe(304);
  });

  test("If-Modified-Since: the same date, a later one, all three forms; nonsense is ignored", async () => {
    const date = (await ask(env, "/feeds/kcna-en.rss")).headers.get("last-modified") ?? "";
    const later = new Date(Date.parse(date) + 1000);
    const [, day, month, year, time] = /(\d\d) (\w{3}) \d\d(\d\d) ([\d:]+)/.exec(date) ?? [];
    const asctime = `${date.slice(0, 3)} ${month} ${String(Number(day)).padStart(2)} ${time} 20${year}`;
    for (const field of [date, later.toUTCString(), `Sunday, ${day}-${month}-${year} ${time} GMT`, asctime]) {
      expect([field, await status("/feeds/kcna-en.rss", { "if-modified-since": field })]).toEqual([field, 304]);
    }
    for (const field of [
      new Date(Date.parse(date) - 1000).toUTCString(),
      "yesterday",
      "",
      "2999-01-01",
      later.toISOString(),
    ]) {
      expect([field, await status("/feeds/kcna-en.rss", { "if-modified-since": field })]).toEqual([field, 200]);
    }
  });

  test("formats and questions have tags of their own", async () => {
    const tags = await Promise.all([...FEEDS, "/feeds/kcna-en.rss?limit=5", "/feeds/kcna-en.rss?q=article"].map(tagOf));
    expect(new Set(tags).size).toBe(tags.length);
    expect(await tagOf("/feeds/kcna-en.rss?sort=newest&q=")).toBe(await tagOf("/feeds/kcna-en.rss"));
  });

  test("a new article changes the tag; one that the question does not pick does not", async () => {
    const [before, filtered] = [await tagOf("/feeds/kcna-en.rss"), await tagOf("/feeds/kcna-en.rss?q=title:nothing")];
    const [newest = articleAt(0, 0)] = articles(now + HOUR, 1);
    website.set("156", [{ ...newest, title: "Something new" }, ...articles(now, 16)]);
    await refresh(settingsOf(env), settingsOf(env).sources.slice(0, 1), Date.now());
    expect(await tagOf("/feeds/kcna-en.rss")).not.toBe(before);
    expect(await tagOf("/feeds/kcna-en.rss?q=title:nothing")).toBe(filtered);
    expect(await (await ask(env, "/feeds/kcna-en.rss")).text()).toContain("Something new");
  });

  test("the passing of time changes neither tag nor bytes", async () => {
    const before = await ask(env, "/feeds/kcna-en.atom");
    vi.useFakeTimers({ now: Date.now() + 3 * HOUR, toFake: ["Date"] });
    vi.stubGlobal("fetch", async () => new Response("", { status: 500 }));
    const after = await ask(env, "/feeds/kcna-en.atom");
    vi.useRealTimers();
    expect(after.headers.get("etag")).toBe(before.headers.get("etag"));
    expect(await after.text()).toBe(await before.text());
  });

  test("an age moves: what falls out of it changes the tag, and no date says otherwise", async () => {
    const at = "/feeds/kcna-en.json?since=4h";
    const first = await ask(env, at);
    vi.useFakeTimers({ now: Date.now() + 2 * HOUR, toFake: ["Date"] });
    vi.stubGlobal("fetch", async () => new Response("", { status: 500 }));
    const second = await ask(env, at, { headers: { "if-modified-since": first.headers.get("last-modified") ?? "" } });
    vi.useRealTimers();
    expect(second.status).toBe(200);
    const [a, b] = [(await first.json()) as JsonFeed, (await second.json()) as JsonFeed];
    expect(b.items.length).toBe(a.items.length - 2);
    expect(second.headers.get("etag")).not.toBe(first.headers.get("etag"));
  });

  test("a 304 has the headers of the 200 and no body, and costs one KV read at most", async () => {
    const { forget } = await import("../../src/archive/memory.ts");
    const full = await ask(env, "/feeds/kcna-en.rss");
    forget(counted.kv);
    const before = counted.reads;
    const response = await ask(env, "/feeds/kcna-en.rss", {
      headers: { "if-none-match": full.headers.get("etag") ?? "" },
    });
    expect(response.status).toBe(304);
    expect(counted.reads - before).toBe(1);
    expect(await response.text()).toBe("");
    for (const name of ["etag", "last-modified", "vary", "cache-control", "access-control-allow-origin"]) {
      expect([name, response.headers.get(name)]).toEqual([name, full.headers.get(name)]);
    }
  });
});

describe("methods", () => {
  test.each([...FEEDS, "/", "/health", "/feeds.opml"])("HEAD %s answers as GET without the body", async (path) => {
    const [get, head] = [await ask(env, path), await ask(env, path, { method: "HEAD" })];
    expect(head.status).toBe(get.status);
    expect(await head.text()).toBe("");
    for (const name of ["content-type", "etag", "last-modified", "vary"])
      expect(head.headers.get(name)).toBe(get.headers.get(name));
  });

  test("any other method is 405 with Allow; OPTIONS says what is allowed, to other pages' scripts too", async () => {
    for (const method of ["POST", "PUT", "DELETE", "PATCH"]) {
      const response = await ask(env, "/feeds/kcna-en.rss", { method });
      expect([response.status, response.headers.get("allow")]).toEqual([405, "GET, HEAD, OPTIONS"]);
      expect(response.headers.get("content-type")).toBe("application/problem+json");
    }
    expect((await ask(env, "/refresh/kcna-en")).headers.get("allow")).toBe("POST, OPTIONS");
    const preflight = await ask(env, "/feeds/kcna-en.rss", { method: "OPTIONS" });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get("access-control-allow-origin")).toBe("*");
    expect(preflight.headers.get("access-control-allow-methods")).toContain("GET");
    expect(preflight.headers.get("access-control-allow-headers")).toContain("If-None-Match");
  });

  test("every answer may be read by any page, and is never sniffed", async () => {
    for (const path of [...FEEDS, "/", "/nothing", "/feeds/kcna-en.rss?x=1", "/health"]) {
      const { headers } = await ask(env, path);
      expect(headers.get("access-control-allow-origin")).toBe("*");
      expect(headers.get("access-control-expose-headers")).toContain("ETag");
      expect(headers.get("x-content-type-options")).toBe("nosniff");
    }
  });
});

describe("caching and encoding", () => {
  test("kept until the next due refresh, 60 to 900 seconds, and longer where the bridge is gone", async () => {
    const control = (await ask(env, "/feeds/kcna-en.rss")).headers.get("cache-control") ?? "";
    const age = Number(/^public, max-age=(\d+), stale-while-revalidate=\d+, stale-if-error=\d+$/.exec(control)?.[1]);
    expect(age).toBeGreaterThan(800);
    expect(age).toBeLessThanOrEqual(900);
    vi.useFakeTimers({ now: Date.now() + 14.5 * 60_000, toFake: ["Date"] });
    const late = (await ask(env, "/feeds/kcna-en.rss")).headers.get("cache-control");
    vi.useRealTimers();
    expect(late).toMatch(/^public, max-age=60,/);
  });

  test("a feed that lacks a source not looked at yet is not kept for long", async () => {
    await refresh(settingsOf(env), settingsOf(env).sources.slice(0, 1), Date.now());
    const more = { SOURCES: '[{"id":"new","name":"New","language":"en","article":7}]' };
    const wider = bindings(counted.kv, { BODIES_PER_TICK: "0", ...more });
    expect((await ask(wider, "/feeds/kcna-en+new.rss")).headers.get("cache-control")).toMatch(/max-age=60,/);
    expect((await ask(wider, "/feeds/kcna-en.rss")).headers.get("cache-control")).not.toMatch(/max-age=60,/);
  });

  test("Cache-Status says fresh, stale and why", async () => {
    expect((await ask(env, "/feeds/kcna-en.rss")).headers.get("cache-status")).toMatch(
      /^kcna-feed-bridge; hit; ttl=\d+$/,
    );
    website.set("156", 503);
    await refresh(settingsOf(env), settingsOf(env).sources.slice(0, 1), Date.now());
    expect((await ask(env, "/feeds/kcna-en.rss")).headers.get("cache-status")).toBe(
      "kcna-feed-bridge; fwd=stale; detail=http-503",
    );
    expect((await ask(env, "/feeds/all.rss")).headers.get("cache-status")).toBe(
      'kcna-feed-bridge; fwd=stale; detail="kcna-en http-503"',
    );
  });

  test("gzip where it is asked for and nowhere else", async () => {
    for (const path of FEEDS) {
      const plain = await ask(env, path);
      expect(plain.headers.get("content-encoding")).toBeNull();
      for (const accepted of ["gzip", "br, gzip;q=0.5", "*", "GZIP"]) {
        const zipped = await ask(env, path, { headers: { "accept-encoding": accepted } });
        expect(zipped.headers.get("content-encoding")).toBe("gzip");
        expect(zipped.headers.get("vary")).toBe("Accept-Encoding");
      }
      for (const refused of ["identity", "gzip;q=0", "br", "*;q=0", "gzip;q=0, *"]) {
        expect(
          (await ask(env, path, { headers: { "accept-encoding": refused } })).headers.get("content-encoding"),
        ).toBeNull();
      }
    }
    const zipped = await ask(env, FEEDS[0] as string, { headers: { "accept-encoding": "gzip" } });
    const text = await new Response(zipped.body?.pipeThrough(new DecompressionStream("gzip"))).text();
    expect(text).toBe(await (await ask(env, FEEDS[0] as string)).text());
  });

  test("Link names this feed, its page and its neighbours", async () => {
    const link = (await ask(env, "/feeds/kcna-en.atom?limit=5&q=article")).headers.get("link") ?? "";
    expect(link).toContain(
      '<https://bridge.example/feeds/kcna-en.atom?limit=5&q=article>; rel="self"; type="application/atom+xml"',
    );
    expect(link).toContain(
      '<https://bridge.example/feeds/kcna-en?limit=5&q=article>; rel="alternate"; type="text/html"',
    );
    expect(link).toMatch(/<https:\/\/bridge.example\/feeds\/kcna-en.atom\?before=[^>]+&limit=5&q=article>; rel="next"/);
  });
});

describe("what is not there", () => {
  test.each([
    ["/feeds/kcna-eng.rss", "did you mean kcna-en?"],
    ["/feeds/nothing+kcna-en.rss", 'no source "nothing"'],
    ["/feeds/kcna-en.xml", ".rss, .atom, .json"],
    ["/feeds/kcna-en/2026-13.rss", "not a month"],
    ["/feeds/kcna-en/today.rss", "nothing at"],
    ["/feed", "nothing at"],
    ["/feeds/%E0%A4%A.rss", "no source"],
  ])("%s is 404 and says: %s", async (path, words) => {
    const response = await ask(env, path);
    expect(response.status).toBe(404);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(((await response.json()) as { detail: string }).detail).toContain(words);
  });

  test("where nothing is kept yet, feed and page both say so", async () => {
    serve(new Map([["156", 503]]));
    const empty = bindings({ get: async (key: unknown) => (Array.isArray(key) ? new Map() : null), put() {} } as never);
    for (const path of ["/feeds/kcna-en.rss", "/feeds/kcna-en"]) {
      const response = await ask(empty, path, { headers: { accept: "text/html" } });
      expect([response.status, response.headers.get("cache-control")]).toEqual([503, "no-store"]);
      expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
    }
  });

  test("the habitual names lead to the default source's feeds, query and all", async () => {
    for (const [path, to] of [
      ["/rss.xml", "rss"],
      ["/atom.xml", "atom"],
      ["/feed.json", "json"],
    ] as const) {
      const response = await ask(env, `${path}?q=a`);
      expect([response.status, response.headers.get("location")]).toEqual([301, `/feeds/kcna-en.${to}?q=a`]);
    }
  });
});

describe("settings that are wrong", () => {
  test.each<[Partial<Bindings>, string]>([
    [{ DEFAULT_SOURCE: "x" }, "DEFAULT_SOURCE"],
    [{ KCNAWATCH_ORIGIN: "kcnawatch.org" }, "KCNAWATCH_ORIGIN"],
    [{ KCNAWATCH_ORIGIN: "https://kcnawatch.org/a" }, "KCNAWATCH_ORIGIN"],
    [{ PUBLIC_URL: "ftp://x" }, "PUBLIC_URL"],
    [{ USER_AGENT: "a\nb" }, "USER_AGENT"],
    [{ BODIES_PER_TICK: "-1" }, "BODIES_PER_TICK"],
    [{ BODIES_PER_TICK: "99" }, "BODIES_PER_TICK"],
    [{ SOURCES: "{" }, "SOURCES: not JSON"],
    [{ SOURCES: "{}" }, "SOURCES: must be"],
    [{ SOURCES: '[{"id":"a b"}]' }, "SOURCES[0].id"],
    [{ SOURCES: '[{"id":"all","name":"x","language":"en","article":1}]' }, "SOURCES[0].id"],
    [{ SOURCES: '[{"id":"a","language":"en","article":1}]' }, "SOURCES[0].name"],
    [{ SOURCES: '[{"id":"a","name":"A","language":"english!","article":1}]' }, "SOURCES[0].language"],
    [{ SOURCES: '[{"id":"a","name":"A","language":"en"}]' }, "SOURCES[0]: one of"],
    [{ SOURCES: '[{"id":"a","name":"A","language":"en","article":"1"}]' }, "article must be"],
    [{ SOURCES: '[{"id":"a","name":"A","language":"en","artcle":1}]' }, "no field artcle"],
    [
      { SOURCES: '[{"id":"kcna-en","name":"A","language":"en","article":1}]' },
      'already a source with the id "kcna-en"',
    ],
  ])("%j is an error that names %s", async (wrong, name) => {
    const response = await ask(bindings(counted.kv, wrong), "/feeds/kcna-en.rss");
    expect(response.status).toBe(500);
    expect(((await response.json()) as { detail: string }).detail).toContain(name);
  });

  test("PUBLIC_URL is where links lead", async () => {
    const response = await ask(
      bindings(counted.kv, { PUBLIC_URL: "https://feeds.example.org/" }),
      "/feeds/kcna-en.json",
    );
    expect(((await response.json()) as { feed_url: string }).feed_url).toBe(
      "https://feeds.example.org/feeds/kcna-en.json",
    );
  });
});
