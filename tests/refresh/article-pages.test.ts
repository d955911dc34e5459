import { parseRssFeed } from "feedsmith";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { type Bindings, bridgeOf } from "../../src/archive/bridge.ts";
import { readArticlePages } from "../../src/refresh/article-pages.ts";
import { refresh, tick } from "../../src/refresh/refresh.ts";
import type { Source } from "../../src/sites/site.ts";
import { articlePage, type Shown } from "../replica/markup.ts";
import {
  articleAt,
  ask,
  bindings,
  type CountedKv,
  countedKv,
  feedOf,
  type Listings,
  page,
  resetAfterEach,
  serve,
} from "../simulation.ts";

const HOUR = 3600_000;
const DAY = 24 * HOUR;
const NOW = Date.parse("2026-06-01T00:00:00Z");

let counted: CountedKv;
let env: Bindings;
let website: Listings;
let pages: Map<string, Shown | (() => Response)>;
let asked: string[];

const listed = (newest: number, count: number) =>
  Array.from({ length: count }, (_, i) => articleAt(newest - i * HOUR, (newest - i * HOUR) / 60_000));
const pagesAsked = () => asked.filter((path) => path.startsWith("/newstream/1"));
const kcna = () => bridgeOf(env).sources.slice(0, 1);

beforeEach(() => {
  counted = countedKv();
  env = bindings(counted.kv, { BODIES_PER_TICK: "3" });
  website = new Map([["156", listed(NOW, 16)]]);
  pages = new Map();
  asked = serve(website, (url) => {
    const key = /^\/newstream\/(\d+-\d+)\//.exec(url.pathname)?.[1];
    if (!key) return undefined;
    const own = pages.get(key);
    if (typeof own === "function") return own();
    const shown = own ?? (website.get("156") as Shown[]).find((article) => article.key === key);
    return shown ? page(articlePage("KCNA.kp (En)", shown, [])) : page("", 404);
  });
});
resetAfterEach();

describe("texts come behind the cron", () => {
  test("newest first, a few a tick, until all are there; then nothing more is asked", async () => {
    const counts: number[] = [];
    for (let i = 0; i < 8; i++) {
      asked.length = 0;
      await refresh(bridgeOf(env), kcna(), NOW + i * 15 * 60_000, { articlePages: 3 });
      counts.push(pagesAsked().length);
      if (i === 0) expect(pagesAsked().map((path) => path.split("/")[2])).toEqual(listed(NOW, 3).map(({ key }) => key));
    }
    expect(counts).toEqual([3, 3, 3, 3, 3, 1, 0, 0]);
  });

  test("content=full gives the text in all three formats, in one request to the archive; a plain feed needs none", async () => {
    await refresh(bridgeOf(env), kcna(), NOW, { articlePages: 3 });
    const { items } = await feedOf(env, "/feeds/kcna-en.json?content=full");
    expect(items[0]?.content_html).toBe(
      "<p>Article 29671200, first paragraph of the text that the article page shows.</p>\n<p>And a second paragraph.</p>".replace(
        "29671200",
        String(NOW / 60_000),
      ),
    );
    expect(items.filter(({ content_html }) => content_html)).toHaveLength(3);
    expect(items[5]?.content_text).toContain("told in an excerpt");
    const rss = parseRssFeed(await (await ask(env, "/feeds/kcna-en.rss?content=full")).text());
    // In RSS the text ends with a link to the article's page.
    const link = /<p><a href="[^"]*">Versions and citation<\/a><\/p>$/;
    expect(rss.items?.[0]?.content?.encoded?.replace(link, "")).toBe(items[0]?.content_html);
    expect(rss.items?.[0]?.description).toContain("told in an excerpt");
    const asked = () => [counted.reads, counted.calls.length];
    const [reads = 0, calls = 0] = asked();
    await feedOf(env, "/feeds/kcna-en.json?limit=15");
    expect(asked()).toEqual([reads, calls]);
    await feedOf(env, "/feeds/kcna-en.json?content=full&limit=14");
    expect(asked()).toEqual([reads, calls + 1]);
  });

  test("q searches the text; title: searches titles alone", async () => {
    await refresh(bridgeOf(env), kcna(), NOW, { articlePages: 3 });
    expect((await feedOf(env, '/feeds/kcna-en.json?q="second+paragraph"')).items).toHaveLength(3);
    expect((await feedOf(env, "/feeds/kcna-en.json?q=title:second")).items).toHaveLength(0);
    expect((await feedOf(env, '/feeds/kcna-en.json?q="second+paragraph"&content=full')).items).toHaveLength(3);
    expect((await feedOf(env, "/feeds/kcna-en.json?filter=second&mode=fulltext")).items).toHaveLength(3);
  });

  test("a body that came changes the tag of the full feed", async () => {
    await refresh(bridgeOf(env), kcna(), NOW);
    const tag = async (path: string) => (await ask(env, path)).headers.get("etag");
    const before = await tag("/feeds/kcna-en.rss?content=full");
    await refresh(bridgeOf(env), kcna(), NOW + HOUR, { articlePages: 3 });
    expect(await tag("/feeds/kcna-en.rss?content=full")).not.toBe(before);
  });

  test("an edited text is noticed a day later, keeps the article's date, and is told as an edit", async () => {
    const [first] = listed(NOW, 1) as [Shown];
    website.set("156", [first, ...listed(NOW - HOUR, 15)]);
    for (let i = 0; i < 6; i++) await refresh(bridgeOf(env), kcna(), NOW + i * 60_000, { articlePages: 3 });
    const before = await feedOf(env, "/feeds/kcna-en.json?limit=1&content=full");
    pages.set(first.key, { ...first, body: ["The text says something else now.", "And a second paragraph."] });
    await refresh(bridgeOf(env), kcna(), NOW + DAY + 60_000, { articlePages: 20 });
    const after = await feedOf(env, "/feeds/kcna-en.json?limit=1&content=full");
    expect(after.items[0]?.content_html).toContain("something else");
    expect(after.items[0]).toMatchObject({ id: before.items[0]?.id, date_published: before.items[0]?.date_published });
    expect(after.items[0]?.date_modified).toBe("2026-06-02T00:01:00Z");
    const changes = await feedOf(env, "/feeds/kcna-en/changes.json");
    expect(changes.items).toHaveLength(1);
    expect(changes.items[0]?.content_html).toMatch(/<ins>.*else.*<\/ins>/);
    // What it said before is kept in full.
    expect(changes.items[0]?.content_html).toMatch(/<del>.*first paragraph of.*<\/del>/);
  });

  test("every article of a day is looked at again, though few pages are read in a tick", async () => {
    for (let i = 0; i < 4 * 48; i++) await refresh(bridgeOf(env), kcna(), NOW + i * 30 * 60_000, { articlePages: 3 });
    const counts = new Map<string, number>();
    for (const path of pagesAsked()) counts.set(path, (counts.get(path) ?? 0) + 1);
    expect(counts.size).toBe(16);
    // At once, and each 16 hours for three days.
    for (const count of counts.values()) expect(count).toBe(6);
  });

  test("a text that comes later is news to a reader that goes by dates", async () => {
    vi.useFakeTimers({ now: NOW, toFake: ["Date"] });
    await refresh(bridgeOf(env), kcna(), NOW);
    const path = "/feeds/kcna-en.rss?content=full";
    const since = (await ask(env, path)).headers.get("last-modified") ?? "";
    vi.setSystemTime(NOW + HOUR);
    await refresh(bridgeOf(env), kcna(), NOW + HOUR, { articlePages: 3 });
    const later = await ask(env, path, { headers: { "if-modified-since": since } });
    vi.useRealTimers();
    expect(later.status).toBe(200);
  });

  test("an article that is gone does not keep the others' texts away", async () => {
    const gone = listed(NOW, 3);
    for (const { key } of gone) pages.set(key, () => page("", 404));
    for (let i = 0; i < 2; i++) await refresh(bridgeOf(env), kcna(), NOW + i * 15 * 60_000, { articlePages: 3 });
    const { items } = await feedOf(env, "/feeds/kcna-en.json?content=full");
    expect(items.map(({ content_html }) => Boolean(content_html)).slice(0, 6)).toEqual([
      ...gone.map(() => false),
      ...gone.map(() => true),
    ]);
  });

  test("links and pictures are the website's, whatever mirror was fetched", async () => {
    const mirror = "http://127.0.0.1:9";
    const own = bridgeOf({ ...env, KCNAWATCH_ORIGIN: mirror });
    const [first] = listed(NOW, 1) as [Shown];
    const html = articlePage("KCNA.kp (En)", first, []).replace(
      "</p>",
      `<a href="/about/">a</a> <a href="${mirror}/b/">b</a></p>`,
    );
    pages.set(first.key, () =>
      page(
        html.replace(
          /(<p>Article[^<]*)/,
          `$1 <a href="/about/">a</a> <a href="${mirror}/b/">b</a> <a href="//127.0.0.1:9/c/">c</a>`,
        ),
      ),
    );
    for (let i = 0; i < 2; i++) await refresh(own, kcna(), NOW + i * 60_000, { articlePages: 3 });
    const { items } = await feedOf(env, "/feeds/kcna-en.json?content=full&limit=1");
    expect(items[0]?.content_html).toContain('href="https://kcnawatch.org/about/"');
    expect(items[0]?.content_html).toContain('href="https://kcnawatch.org/b/"');
    expect(items[0]?.content_html).toContain('href="https://kcnawatch.org/c/"');
    expect(JSON.stringify(items)).not.toContain("127.0.0.1");
  });

  test("a sign-up form, another page or no body at all leaves the item its excerpt, and is not asked for at once again", async () => {
    const [a, b, c] = listed(NOW, 3) as [Shown, Shown, Shown];
    pages.set(a.key, () => page('<html><body><div class="nk-paywall-free-member-form"></div></body></html>'));
    pages.set(b.key, () =>
      page(
        '<html><body><a href="/newstream/1700000000-1/x/">x</a><a href="/newstream/1700000000-2/x/">x</a></body></html>',
      ),
    );
    pages.set(c.key, { ...c, body: [""] });
    await refresh(bridgeOf(env), kcna(), NOW, { articlePages: 3 });
    const { items } = await feedOf(env, "/feeds/kcna-en.json?content=full");
    expect(items.every(({ content_html, content_text }) => !content_html && content_text)).toBe(true);
    asked.length = 0;
    await refresh(bridgeOf(env), kcna(), NOW + 15 * 60_000, { articlePages: 3 });
    for (const { key } of [a, b, c]) expect(pagesAsked().join()).not.toContain(key);
  });

  test("a page that redirects to another article is no answer: it is tried again later, not at each tick", async () => {
    const [moved, other] = listed(NOW, 2) as [Shown, Shown];
    const target = `/newstream/${other.key}/${other.slug}/`;
    pages.set(moved.key, () => new Response(null, { status: 302, headers: { location: target } }));
    await refresh(bridgeOf(env), kcna(), NOW, { articlePages: 1 });
    expect(pagesAsked()).toEqual([`/newstream/${moved.key}/${moved.slug}/`, target]);
    asked.length = 0;
    await refresh(bridgeOf(env), kcna(), NOW + 15 * 60_000, { articlePages: 1 });
    expect(pagesAsked()).toEqual([target]);
    const { items } = await feedOf(env, "/feeds/kcna-en.json?content=full&limit=2");
    expect(items.map(({ content_html }) => content_html?.includes(other.title) ?? false)).toEqual([false, true]);
  });

  test("a redirect to a page that is missing does not say that the article is gone; its own missing page does", async () => {
    const [moved, missing] = listed(NOW, 2) as [Shown, Shown];
    pages.set(moved.key, () => new Response(null, { status: 302, headers: { location: "/newstream/missing/" } }));
    pages.set(missing.key, () => page("", 404));
    for (const hours of [0, 7, 14]) await refresh(bridgeOf(env), kcna(), NOW + hours * HOUR, { articlePages: 20 });
    expect(asked).toContain("/newstream/missing/");
    const { items } = await feedOf(env, "/feeds/kcna-en/changes.json");
    expect(items.map(({ title }) => title)).toEqual([expect.stringContaining(missing.title)]);
  });

  test.each([
    ["all pages are missing", 16, 20],
    ["most pages that the listing shows are missing", 2, 3],
  ])(
    "where %s, that is a fault of the website: they are tried again after an hour, not at each tick",
    async (_, count, most) => {
      const missing = listed(NOW, count).map(({ key }) => key);
      for (const key of missing) pages.set(key, () => page("", 404));
      const missed = async (minutes: number) => {
        asked.length = 0;
        await refresh(bridgeOf(env), kcna(), NOW + minutes * 60_000, { articlePages: most });
        return pagesAsked().filter((path) => missing.includes(path.split("/")[2] ?? "")).length;
      };
      expect([await missed(0), await missed(15), (await missed(61)) > 0]).toEqual([count, 0, true]);
    },
  );

  test("no more absences count than pages are present: the others are looked at again at the next tick", async () => {
    await refresh(bridgeOf(env), kcna(), NOW, { articlePages: 20 });
    const gone = listed(NOW, 7).slice(5);
    website.set(
      "156",
      listed(NOW, 16).filter(({ key }) => !gone.some((one) => one.key === key)),
    );
    const missed = async (minutes: number, most: number) => {
      asked.length = 0;
      await refresh(bridgeOf(env), kcna(), NOW + minutes * 60_000, { articlePages: most });
      return pagesAsked().filter((path) => gone.some(({ key }) => path.includes(key))).length;
    };
    // Two are missing and one is there; then the second is compared with another.
    expect([await missed(120, 3), await missed(135, 3), await missed(150, 3)]).toEqual([2, 1, 0]);
  });

  test("where one page is read a tick, a missing one does not keep the next from its turn", async () => {
    for (const { key } of listed(NOW, 1)) pages.set(key, () => page("", 404));
    for (let i = 0; i < 3; i++) await refresh(bridgeOf(env), kcna(), NOW + i * 15 * 60_000, { articlePages: 1 });
    expect(pagesAsked().map((path) => path.split("/")[2])).toEqual(listed(NOW, 3).map(({ key }) => key));
  });

  test("a page for which no request is left has its turn at the next tick", async () => {
    await refresh(bridgeOf(env), kcna(), NOW);
    const [source] = kcna() as [Source];
    const own = { source, site: source.site, origin: source.site.origin, userAgent: "", timeout: 1000, now: NOW };
    for (const left of [1, 2])
      await readArticlePages(bridgeOf(env), source.site, new Map([[source.id, { ...own, budget: { left } }]]), 3, NOW);
    expect(pagesAsked().map((path) => path.split("/")[2])).toEqual(listed(NOW, 3).map(({ key }) => key));
  });

  test("a tick reads no more pages than it may, also if some are read only to compare them with a missing one", async () => {
    await refresh(bridgeOf(env), kcna(), NOW);
    const bridge = bridgeOf(env);
    const due = await bridge.archive.duePages("kcnawatch", ["kcna-en"], 16, NOW);
    pages.set(due[0]?.key ?? "", () => page("", 404));
    const archive = { ...bridge.archive, duePages: async () => due.slice(0, 3), listedPages: async () => due.slice(3) };
    const [source] = kcna() as [Source];
    const own = { source, site: source.site, origin: source.site.origin, userAgent: "", timeout: 1000, now: NOW };
    const contexts = new Map([[source.id, { ...own, budget: { left: 9 } }]]);
    await readArticlePages({ ...bridge, archive }, source.site, contexts, 3, NOW);
    expect(pagesAsked().map((path) => path.split("/")[2])).toEqual([0, 3, 1].map((i) => due[i]?.key));
  });

  test("a page without a text is tried again after an hour, six hours and a day, then like every page", async () => {
    const [empty] = listed(NOW, 1) as [Shown];
    pages.set(empty.key, { ...empty, body: [""] });
    const hours: number[] = [];
    for (let hour = 0; hour < 60; hour++) {
      asked.length = 0;
      await refresh(bridgeOf(env), kcna(), NOW + hour * HOUR, { articlePages: 20 });
      if (pagesAsked().some((path) => path.includes(empty.key))) hours.push(hour);
    }
    expect(hours).toEqual([0, 1, 7, 31, 47]);
  });

  test.each([
    [429, 1],
    [403, 2],
    [500, 2],
    ["bot check", 2],
  ])("a website that refuses (%s) is asked no further in that tick", async (how, requests) => {
    const check = "<html><title>Just a moment...</title></html>";
    const refusal = () => (typeof how === "number" ? page("", how) : page(check));
    for (const { key } of listed(NOW, 16)) pages.set(key, refusal);
    await refresh(bridgeOf(env), kcna(), NOW, { articlePages: 5 });
    expect(pagesAsked()).toHaveLength(requests);
  });

  test.each([
    ["is a PDF", () => new Response("%PDF", { headers: { "content-type": "application/pdf" } })],
    [
      "leads to another website",
      () => new Response(null, { status: 302, headers: { location: "https://video.example/1" } }),
    ],
    ["is too large", () => page("<p>x</p>".repeat(300_000))],
    ["is closed (401)", () => page("", 401)],
    ["has an error (500)", () => page("", 500)],
  ])("a page that %s does not keep the others from being read", async (_, broken) => {
    const [first] = listed(NOW, 1) as [Shown];
    pages.set(first.key, broken);
    await refresh(bridgeOf(env), kcna(), NOW, { articlePages: 3 });
    expect(pagesAsked()).toHaveLength(3);
    const { items } = await feedOf(env, "/feeds/kcna-en.json?content=full");
    expect(items.filter(({ content_html }) => content_html)).toHaveLength(2);
  });

  test("an unforeseen error on one page does not keep the others from being read", async () => {
    vi.spyOn(console, "error").mockImplementation(() => {});
    const newstream = bridgeOf(env).sources.filter(({ id }) => id === "newstream");
    website.set("newstream", website.get("156") as Shown[]);
    const { site } = newstream[0] as (typeof newstream)[number];
    vi.spyOn(site, "outletOf" as "parseArticle").mockImplementationOnce(() => {
      throw new TypeError("nobody foresaw it");
    });
    await refresh(bridgeOf(env), newstream, NOW, { articlePages: 3 });
    expect(pagesAsked()).toHaveLength(3);
    const { items } = await feedOf(env, "/feeds/newstream.json?content=full");
    expect(items.filter(({ content_html }) => content_html)).toHaveLength(2);
  });

  test("the list below an article is merged", async () => {
    const [first] = listed(NOW, 1) as [Shown];
    pages.set(first.key, () => page(articlePage("KCNA.kp (En)", first, listed(NOW, 20))));
    await refresh(bridgeOf(env), kcna(), NOW, { articlePages: 1 });
    expect((await feedOf(env, "/feeds/kcna-en.json")).items).toHaveLength(20);
  });

  test("an article that two sources show has one page and one body", async () => {
    await tick(bridgeOf(env), NOW);
    const keys = pagesAsked();
    await tick(bridgeOf(env), NOW + 15 * 60_000);
    expect(new Set(pagesAsked()).size).toBe(pagesAsked().length);
    expect(pagesAsked().length).toBe(keys.length + 3);
    expect(
      (await feedOf(env, "/feeds/newstream.json?content=full")).items.filter(({ content_html }) => content_html),
    ).toHaveLength(6);
  });
});

test("a feed of full texts is cut at a megabyte, with a next link for the rest", async () => {
  const paragraph = "로동신문 ".repeat(5_000);
  website.set(
    "156",
    listed(NOW, 30).map((article) => ({ ...article, body: [paragraph, paragraph, article.title] })),
  );
  for (let i = 0; i < 3; i++) await refresh(bridgeOf(env), kcna(), NOW + i, { articlePages: 20 });
  const response = await ask(env, "/feeds/kcna-en.atom?content=full&limit=30");
  const bytes = new TextEncoder().encode(await response.text()).length;
  expect(bytes).toBeLessThan(1.1 * 1024 * 1024);
  expect(bytes).toBeGreaterThan(0.4 * 1024 * 1024);
  expect(response.headers.get("link")).toContain('rel="next"');
});
