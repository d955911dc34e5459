import { inflateSync } from "node:zlib";
import { load } from "cheerio";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { settingsOf } from "../../src/settings.ts";
import { HOUR, page } from "../archive/fixtures.ts";
import { growthOf, LINEAR } from "../growth.ts";
import { ORIGIN, type PushedBridge, pushedBridge, receivers } from "../notify/receivers.ts";

/** What browsers, crawlers and feed readers look for beside feeds and pages. */

const KEY = "a-key-of-sixteen-characters";
const FILES = ["/robots.txt", "/icon.svg", "/icon.png", "/opensearch.xml", "/manifest.webmanifest"];
let bridge: PushedBridge;
let closed: PushedBridge;

beforeAll(async () => {
  receivers({});
  bridge = pushedBridge();
  closed = pushedBridge({ ACCESS_KEY: KEY });
  for (const { id } of settingsOf({}).sources) {
    await bridge.commit(page(Date.now() - HOUR, 3), { source: id });
    await closed.commit(page(Date.now() - HOUR, 3), { source: id });
  }
});
afterAll(() => {
  vi.unstubAllGlobals();
});

const textAt = async (path: string, from = bridge) =>
  (await from.ask(path, { headers: { accept: "text/html" } })).text();

test("the PNG is a square of 144 pixels: transparent corners, red, and a white dot", async () => {
  const bytes = Buffer.from(await (await bridge.ask("/icon.png")).arrayBuffer());
  expect(bytes.subarray(1, 4).toString()).toBe("PNG");
  expect([bytes.readUInt32BE(16), bytes.readUInt32BE(20)]).toEqual([144, 144]);
  const start = bytes.indexOf("IDAT");
  const rows = inflateSync(bytes.subarray(start + 4, start + 4 + bytes.readUInt32BE(start - 4)));
  const at = (x: number, y: number) => [...rows.subarray(y * 577 + 1 + x * 4, y * 577 + 5 + x * 4)];
  expect(at(0, 0)[3]).toBe(0);
  expect(at(100, 10)).toEqual([0xa3, 0x16, 0x1d, 255]);
  expect(at(42, 102)).toEqual([255, 255, 255, 255]);
});

test("crawlers may read lists, but no query and nothing that works", async () => {
  const lines = (await textAt("/robots.txt")).split("\n");
  expect(lines).toEqual(
    expect.arrayContaining(["User-agent: *", "Disallow: /*?", "Disallow: /sync/", "Disallow: /export"]),
  );
  expect(lines).not.toContain("Disallow: /");
});

test("a browser searches all sources with what opensearch.xml says", async () => {
  const $ = load(await textAt("/opensearch.xml"), { xml: true });
  const template = $("Url[type='text/html']").attr("template") ?? "";
  const found = await bridge.ask(template.replace("{searchTerms}", "article").slice(ORIGIN.length), {
    headers: { accept: "text/html" },
  });
  expect(found.status).toBe(200);
  expect(await (await bridge.ask($("Image").text().slice(ORIGIN.length))).arrayBuffer()).toBeTruthy();
});

test("the manifest's addresses are there, relative to its own", async () => {
  const manifest = (await (await bridge.ask("/manifest.webmanifest")).json()) as {
    start_url: string;
    icons: { src: string }[];
  };
  for (const address of [manifest.start_url, ...manifest.icons.map(({ src }) => src)]) {
    const { pathname } = new URL(address, `${ORIGIN}/manifest.webmanifest`);
    expect([pathname, (await bridge.ask(pathname)).status]).toEqual([pathname, 200]);
  }
});

describe("a page says", () => {
  const head = async (path: string, from = bridge) => load(await textAt(path, from));

  test.each([
    ["/", "/", false],
    ["/feeds/kcna-en", "/feeds/kcna-en", false],
    ["/feeds/kcna-en?Q=&utm_source=x&q=B+a", "/feeds/kcna-en?q=a+b", true],
    ["/feeds/kcna-en?limit=2&sort=oldest", "/feeds/kcna-en?limit=2&sort=oldest", true],
    ["/health", "/health", false],
    ["/health/kcna-en", "/health/kcna-en", false],
  ])("%s: its one address, for sharing too, and whether it is to be found", async (path, canonical, noindex) => {
    const $ = await head(path.replace("Q=&", ""));
    expect($("link[rel=canonical]").attr("href")).toBe(ORIGIN + canonical);
    expect($("meta[property='og:url']").attr("content")).toBe(ORIGIN + canonical);
    expect($("meta[property='og:title']").attr("content")).toBe($("title").text());
    expect($("meta[name=robots]").attr("content")).toBe(noindex ? "noindex" : undefined);
    expect($("meta[property='og:image']")).toHaveLength(0);
  });

  test("icons, manifest and search that its policy allows", async () => {
    const response = await bridge.ask("/", { headers: { accept: "text/html" } });
    expect(response.headers.get("content-security-policy")).toMatch(/img-src 'self'; manifest-src 'self'/);
    const $ = load(await response.text());
    for (const rel of ["icon", "apple-touch-icon", "manifest", "search"]) {
      const href = $(`link[rel=${rel}]`).attr("href") ?? "";
      expect([rel, (await bridge.ask(href.slice(ORIGIN.length))).status]).toEqual([rel, 200]);
    }
  });
});

describe("addresses that people try lead to what they mean", () => {
  test.each([
    ["/feed", "/feeds/kcna-en.rss"],
    ["/rss?q=kim", "/feeds/kcna-en.rss?q=kim"],
    ["/rss/", "/feeds/kcna-en.rss"],
    ["/atom", "/feeds/kcna-en.atom"],
    ["/feed/json", "/feeds/kcna-en.json"],
    ["/feeds", "/"],
    ["/feeds/", "/"],
    ["/feeds/kcna-en/", "/feeds/kcna-en"],
    ["/Feeds/KCNA-en.RSS", "/feeds/kcna-en.rss"],
    ["/feeds/KCNA-EN.rss", "/feeds/kcna-en.rss"],
    ["/HEALTH/", "/health"],
    ["/favicon.ico", "/icon.png"],
    ["/search?q=kim", "/feeds/all?q=kim"],
    ["/opml", "/feeds.opml"],
  ])("%s to %s", async (path, target) => {
    const response = await bridge.ask(path);
    expect([response.status, response.headers.get("location")]).toEqual([301, target]);
    expect((await bridge.ask(target)).status).toBe(200);
  });

  test.each(["/nothing", "//evil.example/", "/feeds/nobody.rss", "/feeds/NOBODY.rss", "/constructor"])(
    "%s leads nowhere",
    async (path) => {
      const response = await bridge.ask(path);
      expect([path, response.status, response.headers.get("location")]).toEqual([path, 404, null]);
    },
  );

  test("the key of an article keeps its case", async () => {
    expect((await bridge.ask("/articles/KCNAWATCH/X/")).headers.get("location")).toBe("/articles/KCNAWATCH/X");
  });

  test("an address with letters beyond ASCII stays encoded", async () => {
    const response = await bridge.ask("/articles/kcnawatch/%ED%95%9C%25%0D%0Ax/");
    expect([response.status, response.headers.get("location")]).toEqual([
      301,
      "/articles/kcnawatch/%ED%95%9C%25%0D%0Ax",
    ]);
  });

  test("the cost of a path of many slashes grows with its length alone", async () => {
    const ask = (slashes: number) => bridge.ask(`/feed${"/".repeat(slashes)}x`);
    expect((await ask(100_000)).status).toBe(404);
    expect(await growthOf(ask, 100_000)).toBeLessThan(LINEAR);
  });

  test("only reading is redirected: another method is 405, and OPTIONS says so; both have Allow", async () => {
    for (const path of ["/feed", "/favicon.ico", "/Feeds/KCNA-en.RSS", "/health/"]) {
      for (const [method, status] of [
        ["POST", 405],
        ["PUT", 405],
        ["OPTIONS", 204],
        ["HEAD", 301],
      ] as const) {
        const { headers, status: got } = await bridge.ask(path, { method });
        const allow = method === "HEAD" ? null : "GET, HEAD, OPTIONS";
        expect([path, method, got, headers.get("allow")]).toEqual([path, method, status, allow]);
      }
    }
  });

  test("every file takes GET and HEAD, and says so of any other method", async () => {
    for (const path of [...FILES, "/rss.xml", "/healthz"]) {
      for (const method of ["POST", "PUT", "DELETE", "PATCH"]) {
        const response = await bridge.ask(path, { method });
        expect([path, response.status, response.headers.get("allow")]).toEqual([path, 405, "GET, HEAD, OPTIONS"]);
      }
      const [got, head] = [await bridge.ask(path), await bridge.ask(path, { method: "HEAD" })];
      expect([path, head.status, await head.text()]).toEqual([path, got.status, ""]);
      expect(Object.fromEntries(head.headers)).toEqual(Object.fromEntries(got.headers));
    }
  });
});

describe("a private bridge", () => {
  test("gives icon and robots.txt to everybody, and they tell nothing; the rest needs the key", async () => {
    const statuses = await Promise.all(FILES.map(async (path) => [path, (await closed.ask(path)).status]));
    expect(statuses).toEqual([
      ["/robots.txt", 200],
      ["/icon.svg", 200],
      ["/icon.png", 200],
      ["/opensearch.xml", 401],
      ["/manifest.webmanifest", 401],
    ]);
    expect(await textAt("/robots.txt", closed)).toBe("User-agent: *\nDisallow: /\n");
    expect(await textAt("/icon.svg", closed)).toBe(await textAt("/icon.svg"));
    expect((await closed.ask("/feed")).status).toBe(401);
  });

  test("has its key in no file, in no tag for others, and in no icon of a feed", async () => {
    for (const path of FILES)
      expect([path, (await textAt(`${path}?key=${KEY}`, closed)).includes(KEY)]).toEqual([path, false]);
    for (const path of ["/", "/feeds/kcna-en", "/health"]) {
      const $ = load(await textAt(`${path}?key=${KEY}`, closed));
      const told = $("head link:not([rel=alternate]):not([rel=service-desc]), head meta").toArray();
      expect(told.map((element) => $.html(element)).filter((tag) => tag.includes(KEY))).toEqual([]);
      expect($("link[rel=manifest], link[rel=search]")).toHaveLength(0);
    }
    const { icon } = (await (await closed.ask(`/feeds/kcna-en.json?key=${KEY}`)).json()) as { icon: string };
    expect(icon).toBe(`${ORIGIN}/icon.png`);
    expect((await closed.ask(`/rss?key=${KEY}`)).headers.get("location")).toBe(`/feeds/kcna-en.rss?key=${KEY}`);
  });
});

describe("the list of all sources, /feeds.opml", () => {
  test("with a format and filters, each address in it is a feed or a page that has them", async () => {
    const opml = await textAt("/feeds.opml?format=ATOM&q=article&limit=2");
    const outlines = load(opml, { xml: true })("outline[xmlUrl]").toArray();
    expect(outlines).toHaveLength(settingsOf({}).sources.length);
    for (const { attribs } of outlines) {
      const [feed, page] = [new URL(attribs.xmlUrl ?? ""), new URL(attribs.htmlUrl ?? "")];
      expect([feed.search, page.search]).toEqual(["?limit=2&q=article", "?limit=2&q=article"]);
      const entries = load(await textAt(feed.pathname + feed.search), { xml: true })("feed > entry");
      expect([feed.href, entries.length]).toEqual([feed.href, 2]);
      expect((await bridge.ask(page.pathname + page.search)).status).toBe(200);
    }
  });

  test.each(["format=xml", "q=%22a", "limit=0", "filter=(", "filter_title=["])(
    "with %s, it is the error that its feeds would be",
    async (query) => {
      const response = await bridge.ask(`/feeds.opml?${query}`);
      expect([response.status, await response.json()]).toMatchObject([400, { parameter: query.split("=")[0] }]);
    },
  );
});
