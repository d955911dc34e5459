import { reset } from "cloudflare:test";
import fc from "fast-check";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { type Bindings, bridgeOf } from "../../src/archive/bridge.ts";
import worker from "../../src/index.ts";
import { refresh, tick } from "../../src/refresh/refresh.ts";
import { forgetFeeds, forgetSnapshots } from "../forget.ts";
import { page as file } from "../pages.ts";
import { runs } from "../runs.ts";
import {
  articleAt,
  ask,
  bindings,
  type CountedKv,
  countedKv,
  type JsonFeed,
  type Listings,
  resetAfterEach,
  serve,
  TOKEN,
} from "../simulation.ts";

const HOUR = 3600_000;
const articles = (newest: number, count: number) =>
  Array.from({ length: count }, (_, i) => articleAt(newest - i * HOUR, Math.floor((newest - i * HOUR) / 60_000)));

let counted: CountedKv;
let env: Bindings;
let website: Listings;
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
  await tick(bridgeOf(env), Date.now());
});
resetAfterEach();

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
    await refresh(bridgeOf(env), bridgeOf(env).sources.slice(0, 1), Date.now());
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
    const full = await ask(env, "/feeds/kcna-en.rss");
    forgetSnapshots(env);
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
  test.each([...FEEDS, "/", "/health", "/feeds.opml", "/icon.png", "/robots.txt"])(
    "HEAD %s answers as GET without the body",
    async (path) => {
      const [get, head] = [await ask(env, path), await ask(env, path, { method: "HEAD" })];
      expect(head.status).toBe(get.status);
      expect(await head.text()).toBe("");
      for (const name of ["content-type", "etag", "last-modified", "vary"])
        expect(head.headers.get(name)).toBe(get.headers.get(name));
    },
  );

  test("HEAD of a feed or its page looks through no texts and renders nothing", async () => {
    await refresh(bridgeOf(env), bridgeOf(env).sources.slice(0, 1), Date.now(), { articlePages: 3 });
    for (const html of [file("article"), file("article").replace("verbal message", "message")]) {
      const url = encodeURIComponent("https://kcnawatch.org/newstream/1616457600-12345/respected-comrade/");
      const headers = { authorization: `Bearer ${TOKEN}`, "content-type": "text/html" };
      expect((await ask(env, `/ingest/kcna-en?url=${url}`, { method: "POST", headers, body: html })).status).toBe(200);
    }
    const encode = vi.spyOn(TextEncoder.prototype, "encode");
    const rendered = () => encode.mock.calls.some(([text]) => text?.includes("https://jsonfeed.org/"));
    const paths = ["/feeds/all/changes.json", "/feeds/kcna-en.json", "/feeds/kcna-en"].flatMap((path) => [
      path,
      `${path}?content=full`,
      `${path}?content=full&q=paragraph`,
      `${path}?content=full&filter=paragraph&limit=500`,
    ]);
    const forgetCalls = () => {
      forgetFeeds(env);
      counted.calls.length = 0;
      encode.mockClear();
    };
    for (const path of paths) {
      // The tags of full texts and of edits are made from what they say: one call finds them, nothing is looked through.
      const calls = /changes\.json(?!.*paragraph)|kcna-en\.json\?content=full$/.test(path) ? ["find"] : [];
      for (const accept of ["identity", "gzip"]) {
        forgetCalls();
        const head = await ask(env, path, { method: "HEAD", headers: { "accept-encoding": accept } });
        expect([path, head.status, await head.text(), counted.calls]).toEqual([path, 200, "", calls]);
        expect([path, rendered()]).toEqual([path, false]);
        const get = await ask(env, path, { headers: { "accept-encoding": accept } });
        // What is only known once a text is read is left out (RFC 9110, section 9.3.2), never said otherwise.
        for (const name of ["content-type", "content-encoding", "vary"])
          expect([path, name, head.headers.get(name)]).toEqual([path, name, get.headers.get(name)]);
        for (const name of ["etag", "last-modified", "link"])
          expect([path, get.headers.get(name), null]).toContain(head.headers.get(name));
        if (/\.json(?!.*paragraph)/.test(path))
          expect([path, head.headers.get("etag")]).toEqual([path, get.headers.get("etag")]);
      }
    }
    for (const path of paths.filter((path) => /changes\.json(?!.*paragraph)|kcna-en\.json.*full/.test(path))) {
      forgetCalls();
      await ask(env, path);
      expect([path, counted.calls, rendered()]).toEqual([path, ["find"], true]);
    }
    vi.restoreAllMocks();
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
    for (const name of ["Cache-Control", "Pragma", "Authorization", "If-Modified-Since"])
      expect(preflight.headers.get("access-control-allow-headers")).toContain(name);
    const { headers } = await ask(env, "/feeds/kcna-en.rss");
    for (const name of ["ETag", "Last-Modified", "Link", "Cache-Status", "Memento-Datetime"])
      expect(headers.get("access-control-expose-headers")).toContain(name);
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
    await refresh(bridgeOf(env), bridgeOf(env).sources.slice(0, 1), Date.now());
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
    await refresh(bridgeOf(env), bridgeOf(env).sources.slice(0, 1), Date.now());
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

  test("the list of sources has a date as well, that of the bridge's version, and gzip", async () => {
    const version = { id: "1", tag: "", timestamp: "2026-11-20T10:20:30.456Z" };
    const dated = bindings(counted.kv, { VERSION: version });
    const plain = await ask(dated, "/feeds.opml");
    expect(plain.headers.get("last-modified")).toBe("Fri, 20 Nov 2026 10:20:30 GMT");
    expect(plain.headers.get("vary")).toBe("Accept-Encoding");
    const zipped = await ask(dated, "/feeds.opml", { headers: { "accept-encoding": "gzip" } });
    expect([zipped.headers.get("content-encoding"), zipped.headers.get("vary")]).toEqual(["gzip", "Accept-Encoding"]);
    const text = await new Response(zipped.body?.pipeThrough(new DecompressionStream("gzip"))).text();
    expect(text).toBe(await plain.text());
    const since = async (date: string) =>
      (await ask(dated, "/feeds.opml", { headers: { "if-modified-since": date } })).status;
    expect(await since("Fri, 20 Nov 2026 10:20:30 GMT")).toBe(304);
    expect(await since("Fri, 20 Nov 2026 10:20:29 GMT")).toBe(200);
    // Without a version to go by: since when this isolate has known its variables.
    const first = (await ask(env, "/feeds.opml")).headers.get("last-modified");
    vi.useFakeTimers({ now: Date.now() + HOUR, toFake: ["Date"] });
    expect((await ask(env, "/feeds.opml")).headers.get("last-modified")).toBe(first);
    vi.useRealTimers();
  });

  test("Vary names what an answer varies by, and nothing else", async () => {
    const html = { accept: "text/html" };
    const vary = async (path: string, headers = {}) => (await ask(env, path, { headers })).headers.get("vary");
    for (const path of [...FEEDS, "/feeds.opml", "/"])
      for (const headers of [{}, html]) expect([path, await vary(path, headers)]).toEqual([path, "Accept-Encoding"]);
    // Data, a feed or a page, as it is asked for.
    for (const path of [
      "/feeds/kcna-en",
      "/feeds/kcna-en/changes",
      "/health",
      "/nothing",
      "/feeds/nobody",
      "/feeds/kcna-en?limit=0",
    ])
      for (const headers of [{}, html])
        expect([path, await vary(path, headers)]).toEqual([path, "Accept, Accept-Encoding"]);
    for (const path of ["/feeds/kcna-en.rss?limit=0", "/feeds/nobody.json"])
      for (const headers of [{}, html]) expect([path, await vary(path, headers)]).toEqual([path, null]);
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

  test("Link stays under 4 KB however long the question is; the document has every link", async () => {
    // A month that is over, so that there are links to the archive.
    const old = now - 70 * 24 * HOUR;
    website.set("156", [...articles(now, 15), ...articles(old, 1)]);
    await tick(bridgeOf(env), Date.now());
    const month = new Date(old + 9 * HOUR).toISOString().slice(0, 7);
    const words = fc.string({ unit: fc.constantFrom(...'김정은aé <>,;"'), minLength: 5, maxLength: 140, size: "max" });
    const names = fc.uniqueArray(fc.constantFrom("q", "filterout", "filterout_title", "filterout_description"), {
      maxLength: 4,
      size: "max",
    });
    let cut = 0;
    await fc.assert(
      fc.asyncProperty(
        names,
        fc.array(words, { minLength: 5, maxLength: 5 }),
        fc.constantFrom("kcna-en", "all", `kcna-en/${month}`, "kcna-en/changes"),
        async (names, texts, path) => {
          const query = new URLSearchParams({ limit: "1" });
          for (const [i, name] of names.entries())
            query.set(name, name === "q" ? `-"${texts[i]?.replace(/"/g, "")}"` : `${texts[i]}`);
          const response = await ask(env, `/feeds/${path}.atom?${query}`);
          if (response.status !== 200) return;
          const link = response.headers.get("link") ?? "";
          expect(link.length).toBeLessThan(4096);
          const inHeader = [...link.matchAll(/<([^>]*)>; rel="([a-z-]+)"(?:; type="[a-z/+]+")?(?:, |$)/g)];
          expect(inHeader.map(([all]) => all).join("")).toBe(link);
          const document = (await response.text()).split("<entry")[0]?.replace(/&(?:amp|#x26);/g, "&") ?? "";
          const links = new Map(
            [...document.matchAll(/<link\b[^>]*>/g)].map(([tag]) => [
              /rel="([^"]*)"/.exec(tag)?.[1],
              /href="([^"]*)"/.exec(tag)?.[1],
            ]),
          );
          for (const [, href, rel] of inHeader) expect(links.get(rel)).toBe(href);
          // What is missing would not have fitted; the feed's own address goes first.
          for (const [rel, href = ""] of links)
            if (!inHeader.some(([, , shown]) => shown === rel)) expect(link.length + href.length).toBeGreaterThan(3900);
          if (inHeader[0]?.[2] !== "self") expect(links.get("self")?.length).toBeGreaterThan(3900);
          if (inHeader.length < links.size) cut++;
        },
      ),
      { numRuns: runs(200) },
    );
    expect(cut).toBeGreaterThan(20);
    // Where not even the feed's own address fits there is no header.
    const long = (i: number) =>
      ["filterout", "filterout_title", "filterout_description"].slice(0, i).map((name) => [name, "김".repeat(190)]);
    const header = async (i: number) =>
      (await ask(env, `/feeds/kcna-en.atom?${new URLSearchParams(long(i))}`)).headers.get("link");
    expect(await header(2)).toMatch(/^<[^>]*>; rel="self"; type="application\/atom\+xml"$/);
    expect(await header(3)).toBeNull();
  });
});

describe("what is not there", () => {
  test.each([
    ["/feeds/kcna-eng.rss", "did you mean kcna-en?"],
    ["/feeds/nothing+kcna-en.rss", 'no source "nothing"'],
    ["/feeds/KCNA-EM.rss", "did you mean kcna-en?"],
    ["/feeds/all+kcna-en.rss", '"all" is every source already'],
    ["/feeds/kcna-en+all.rss", '"all" is every source already'],
    ["/feeds/kcna-en+.rss", "a source is missing"],
    ["/feeds/%20.rss", "a source is missing"],
    ["/feeds/kcna-en.xml", ".rss, .atom, .json"],
    ["/feeds/kcna-en/2026-13.rss", "not a month"],
    ["/feeds/kcna-en/today.rss", "nothing at"],
    ["/feeding", "nothing at"],
    ["/feeds/%E0%A4%A.rss", "no source"],
  ])("%s is 404 and says: %s", async (path, words) => {
    const response = await ask(env, path);
    expect(response.status).toBe(404);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(((await response.json()) as { detail: string }).detail).toContain(words);
  });

  test.each([
    ["/feeds/kcna-eng", "There is no source &quot;kcna-eng&quot;; did you mean kcna-en?</p>"],
    ["/feeds/all+kcna-en", "it stands alone, without &quot;+&quot;.</p>"],
    ["/nothing", ".rss, .atom and .json.</p>"],
  ])("the page for %s says it as a sentence: %s", async (path, words) => {
    expect(await (await ask(env, path, { headers: { accept: "text/html" } })).text()).toContain(words);
  });

  test("an address that is none (a Host or a path that no URL can hold) is 400, whatever is asked for", async () => {
    for (const url of [
      "http://[::1/feeds/kcna-en.rss",
      "http://127.0.0.1:8787%F0/",
      "http://bridge.example:99999/health",
    ])
      for (const accept of ["*/*", "text/html"])
        for (const method of ["GET", "HEAD", "POST"]) {
          const request = new Request("https://bridge.example/", { method, headers: { accept } });
          // A Request checks what it is made from; a server hands on what came in.
          Object.defineProperty(request, "url", { value: url });
          const response = await worker.fetch(request, env, {
            waitUntil() {},
            passThroughOnException() {},
            props: {},
          } as never);
          expect([url, accept, method, response.status]).toEqual([url, accept, method, 400]);
          expect(response.headers.get("content-type")).toBe("application/problem+json");
        }
  });

  test("where nothing is kept yet, feed and page both say so", async () => {
    await reset();
    serve(new Map([["156", 503]]));
    const empty = bindings(countedKv().kv);
    for (const path of ["/feeds/kcna-en.rss", "/feeds/kcna-en"]) {
      const response = await ask(empty, path, { headers: { accept: "text/html" } });
      expect([response.status, response.headers.get("cache-control")]).toEqual([503, "no-store"]);
      expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
    }
  });

  test("an error is about:blank, titled by its status alone; what it is about is in its detail (RFC 9457, 4.2.1)", async () => {
    vi.spyOn(console, "error").mockImplementation(() => undefined);
    serve(new Map());
    const post = (body: string, type = "text/html", token = TOKEN) => ({
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": type },
      body,
    });
    const ingest = "/ingest/kcna-en?url=https://kcnawatch.org/article/156/";
    const always = { limit: async () => ({ success: false }) } as unknown as RateLimit;
    const broken = { limit: () => Promise.reject(new Error("broken")) } as unknown as RateLimit;
    const cases: [Bindings, string, RequestInit, number, string, string][] = [
      [env, "/feeds/kcna-en.rss?limit=0", {}, 400, "Bad Request", "limit takes"],
      [env, ingest, post("", "text/html", "wrong"), 401, "Unauthorized", "token is wrong"],
      [bindings(counted.kv, { ACCESS_KEY: "x".repeat(16) }), "/", {}, 401, "Unauthorized", "private"],
      [env, "/nothing", {}, 404, "Not Found", "nothing at /nothing"],
      [env, "/", { method: "PUT" }, 405, "Method Not Allowed", "not PUT"],
      [env, ingest, post("x".repeat(2 ** 21 + 1)), 413, "Content Too Large", "2 MiB"],
      [env, ingest, post("{}", "application/json"), 415, "Unsupported Media Type", "text/html"],
      [env, ingest, post("words"), 422, "Unprocessable Content", "not HTML"],
      [bindings(counted.kv, { RATE_LIMITER: always }), "/", {}, 429, "Too Many Requests", "too many requests"],
      [bindings(counted.kv, { PUBLIC_URL: "x" }), "/", {}, 500, "Internal Server Error", "not set up right"],
      [bindings(counted.kv, { RATE_LIMITER: broken }), "/", {}, 500, "Internal Server Error", "internal error"],
    ];
    for (const [bridge, path, init, status, title, words] of cases) {
      const response = await ask(bridge, path, init);
      expect(response.headers.get("content-type")).toBe("application/problem+json");
      expect([path, await response.json()]).toEqual([
        path,
        expect.objectContaining({ type: "about:blank", status, title, detail: expect.stringContaining(words) }),
      ]);
      expect(response.status).toBe(status);
      const page = await ask(bridge, path, { ...init, headers: { ...init.headers, accept: "text/html" } });
      if (page.headers.get("content-type")?.startsWith("text/html"))
        expect(await page.text()).toContain(`<h1>${title}</h1>`);
    }
    counted.deaf = true;
    counted.unreachable = true;
    forgetSnapshots(env);
    const down = await ask(env, "/feeds/kcna-en.rss");
    expect(await down.json()).toMatchObject({ type: "about:blank", status: 503, title: "Service Unavailable" });
    vi.restoreAllMocks();
  });

  test("the page of a wrong search keeps what was typed, and the other filters", async () => {
    const headers = { accept: "text/html" };
    const page = await (await ask(env, "/feeds/kcna-en?q=%22joint+%3Cb%3E&lang=en&before=x", { headers })).text();
    expect(page).toContain('<p class="lead">The parameter q has a quote (&quot;) that is not closed.</p>');
    const [form] = /<search><form method="get" action="[^"]*\/feeds\/kcna-en">.*?<\/form>/.exec(page) ?? [];
    expect(form).toContain('value="&quot;joint &lt;b&gt;"');
    expect(form).toContain('<input type="hidden" name="lang" value="en"/>');
    expect(form).not.toContain("before");
  });

  test("health that is down says when to come back", async () => {
    serve(new Map());
    const empty = bindings(countedKv().kv, { BODIES_PER_TICK: "0" });
    await reset();
    await tick(bridgeOf(empty), Date.now());
    for (const accept of ["*/*", "text/html"]) {
      const { status, headers } = await ask(empty, "/health", { headers: { accept } });
      expect([status, headers.get("cache-control")]).toEqual([503, "no-store"]);
      expect(Number(headers.get("retry-after"))).toBeGreaterThan(0);
      expect(Number(headers.get("retry-after"))).toBeLessThanOrEqual(60);
    }
  });

  test("where neither KV nor the archive can be read and nothing is remembered, every route says 503 and when to come back", async () => {
    const lines: string[] = [];
    vi.spyOn(console, "error").mockImplementation((line) => void lines.push(String(line)));
    const deaf = countedKv();
    deaf.deaf = true;
    deaf.unreachable = true;
    const refusing = bindings(deaf.kv, { BODIES_PER_TICK: "0" });
    const paths = ["/", "/health", ...FEEDS, "/feeds/kcna-en", "/feeds/all/2026-01.atom", "/feeds/kcna-en/changes"];
    const authorization = `Bearer ${TOKEN}`;
    const answers: [string, Response][] = [
      ["refresh", await ask(refusing, "/refresh/kcna-en", { method: "POST", headers: { authorization } })],
      [
        "ingest",
        await ask(refusing, "/ingest/kcna-en?url=https://kcnawatch.org/article/156/", {
          method: "POST",
          headers: { authorization, "content-type": "text/html" },
          body: file("source-156"),
        }),
      ],
    ];
    for (const path of paths)
      for (const accept of ["*/*", "text/html"])
        answers.push([path, await ask(refusing, path, { headers: { accept } })]);
    for (const [path, { status, headers }] of answers) {
      expect([path, status, headers.get("cache-control")]).toEqual([path, 503, "no-store"]);
      expect([path, Number(headers.get("retry-after"))]).toEqual([path, 60]);
    }
    expect(lines.join("\n")).toContain("KV does not answer");
    vi.restoreAllMocks();
  });

  test("where neither KV nor the archive can be read, what is remembered is served, health too; what needs more is 503", async () => {
    vi.spyOn(console, "error").mockImplementation(() => undefined);
    for (const path of ["/feeds/all.rss", "/health"]) expect((await ask(env, path)).status).toBe(200);
    counted.deaf = true;
    counted.unreachable = true;
    vi.useFakeTimers({ now: Date.now() + 60_000, toFake: ["Date"] });
    for (const path of ["/feeds/kcna-en.rss", "/feeds/kcna-en", "/health", "/"])
      expect([path, (await ask(env, path)).status]).toEqual([path, 200]);
    const { status, headers } = await ask(env, `/feeds/all/${new Date(now).toISOString().slice(0, 7)}.rss`);
    expect([status, headers.get("retry-after")]).toEqual([503, "60"]);
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  test("health costs a call of the archive in ten seconds, however often it is asked for", async () => {
    const before = counted.reads;
    counted.calls.length = 0;
    for (let i = 0; i < 20; i++) await ask(env, "/health");
    expect([counted.reads - before, counted.calls]).toEqual([0, ["status"]]);
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
      {
        SOURCES:
          '[{"id":"a","name":"A","language":"en","article":1},{"id":"a","name":"B","language":"en","article":2}]',
      },
      'the id "a" occurs twice',
    ],
    [{ PUBLIC_URL: "https://user:password@bridge.example" }, "PUBLIC_URL"],
    [{ ADMIN_TOKEN: "fifteen-letters" }, "ADMIN_TOKEN: must have at least 16"],
    [{ ACCESS_KEY: "password" }, "ACCESS_KEY: must have at least 16"],
  ])("%j is an error; the log names %s, and no answer does", async (wrong, name) => {
    const lines: string[] = [];
    vi.spyOn(console, "error").mockImplementation((line) => void lines.push(String(line)));
    const broken = bindings(counted.kv, wrong);
    const usual = await (await ask(env, "/nothing", { headers: { accept: "text/html" } })).text();
    for (const init of [{}, { headers: { accept: "text/html" } }]) {
      for (const path of ["/", "/health", "/feeds/kcna-en.rss", "/feeds/kcna-en", "/feeds.opml"]) {
        const response = await ask(broken, path, init);
        expect([path, response.status, response.headers.get("cache-control")]).toEqual([path, 500, "no-store"]);
        const answer = await response.text();
        expect(answer).toContain("not set up right");
        for (const [variable, value] of Object.entries(wrong)) {
          expect(answer).not.toContain(variable);
          if (typeof value === "string" && !usual.includes(value)) expect(answer).not.toContain(value);
        }
      }
    }
    await expect(worker.scheduled({ scheduledTime: now, cron: "", noRetry() {} }, broken)).rejects.toThrow(name);
    vi.restoreAllMocks();
    expect(lines).toHaveLength(11);
    for (const line of lines)
      expect(JSON.parse(line)).toEqual({ event: "settings", error: expect.stringContaining(name) });
  });

  test("a source of SOURCES whose id has become built in stays what the operator made it, and the log says so once", async () => {
    const warned = vi.spyOn(console, "error").mockImplementation(() => {});
    const own = bindings(counted.kv, {
      SOURCES: '[{"id":"rodong-ko","name":"My Rodong","language":"ko","loadMore":7}]',
    });
    const { sources } = bridgeOf(own);
    const { sources: builtIn } = bridgeOf(bindings(counted.kv));
    expect(sources.map(({ id }) => id)).toEqual(builtIn.map(({ id }) => id));
    expect(sources[2]).toMatchObject({ name: "My Rodong", location: { loadMore: 7 } });
    // What the website calls the built-in source is not this one's name: its own pages may be pushed.
    expect(sources[2]?.site.ownsPublisher?.(sources[2], "Naenara (Kr)", [])).toBe(true);
    for (const path of ["/feeds.opml", "/health", "/feeds/rodong-ko.rss"]) {
      expect((await ask(own, path)).status, path).not.toBe(500);
    }
    expect(warned.mock.calls.map(([line]) => JSON.parse(line))).toEqual([
      expect.objectContaining({ event: "settings", source: "rodong-ko" }),
    ]);
    warned.mockRestore();
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
