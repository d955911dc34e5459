import { beforeEach, expect, test } from "vitest";
import { Archive } from "../../src/archive/archive.ts";
import type { FindQuery } from "../../src/archive/search.ts";
import type { ScrapedArticle } from "../../src/article.ts";
import { nodeSql } from "../../src/platform/node.ts";
import { HOUR, listing, NOW, page, shownAt } from "./fixtures.ts";

/** What a query finds in the archive, and when its result last changed. */

const SOURCES = ["kcna-en"];
const DAY = 24 * HOUR;
const at = (hours: number) => `${new Date(NOW + hours * HOUR).toISOString().slice(0, 19)}Z`;
let archive: Archive;
beforeEach(() => {
  archive = new Archive(nodeSql(":memory:"));
});
const list = (articles: ScrapedArticle[], hours = 0, source = "kcna-en") =>
  archive.commit([listing(articles, { source, unbroken: false })], NOW + hours * HOUR);
const read = (article: ScrapedArticle, body: string, hours = 0) => {
  const origin = { source: "kcna-en", site: "kcnawatch", timeZone: "Asia/Pyongyang" };
  return archive.commit([{ source: "kcna-en", pages: [{ ...origin, article, body }] }], NOW + hours * HOUR);
};
const find = (query = "", more: Partial<FindQuery> = {}) =>
  archive.find({ sources: SOURCES, view: "newest", query, now: NOW, ...more });
const keys = async (...values: Parameters<typeof find>) => (await find(...values)).articles.map(({ key }) => key);

test("a caller's limit goes before the query's; a month without any is whole", async () => {
  const articles = page(NOW - DAY, 300);
  list(articles);
  expect(await keys("limit=9", { limit: 2 })).toEqual(articles.slice(0, 2).map(({ key }) => key));
  const may = { view: { month: "2026-05" } };
  expect(await keys("", may)).toHaveLength(300);
  // A feed has the articles of three days.
  expect(await keys("")).toHaveLength(73);
  expect(await keys("limit=250", may)).toHaveLength(250);
  expect(await keys("", { view: { month: "2026-06" } })).toEqual([]);
  await expect(find("limit=many")).rejects.toThrow(RangeError);
});

test("a month of 2,100 articles is whole, also in a search of one word, though a query examines 2,000", async () => {
  const end = Date.parse("2026-04-30T00:00:00Z");
  const articles = Array.from({ length: 2100 }, (_, i) => shownAt(end - i * 15 * 60_000));
  for (let i = 0; i < 2100; i += 700) list(articles.slice(i, i + 700));
  const april = { view: { month: "2026-04" } };
  const shown = async (query: string) => {
    const { articles, next } = await find(query, april);
    return [articles.length, next !== undefined];
  };
  expect(await shown("")).toEqual([2100, false]);
  expect(await shown("q=article")).toEqual([2100, false]);
  // Each title is compared, which costs more.
  expect((await find("filter=Article", april)).articles.length).toBeLessThan(1250);
});

test("the first day that an article can have is in lists, searches and its month: in Korea it begins in 1899", async () => {
  const first = shownAt(Date.parse("1899-12-31T15:00:00Z"));
  list([first]);
  for (const query of ["", "q=article", "sort=oldest"])
    expect([query, await keys(query)]).toEqual([query, [first.key]]);
  expect(await keys("", { view: { month: "1900-01" } })).toEqual([first.key]);
  const later = shownAt(NOW);
  list([later]);
  const { next } = await find("sort=oldest&limit=1");
  expect(await keys(`sort=oldest&before=${next?.published}_${next?.key}`)).toEqual([later.key]);
});

test("a month begins and ends at midnight in Korea", async () => {
  const midnight = Date.parse("2026-05-31T15:00:00Z");
  const [before, first] = [shownAt(midnight - 1000), shownAt(midnight)];
  list([first, before]);
  expect(await keys("", { view: { month: "2026-05" } })).toEqual([before.key]);
  expect(await keys("", { view: { month: "2026-06" } })).toEqual([first.key]);
});

test("bounds and cursors hold in both directions, to the second, in lists and in searches", async () => {
  const articles = page(NOW, 5);
  list(articles);
  const wanted = (from: number, to: number) => articles.slice(from, to).map(({ key }) => key);
  for (const q of ["", "q=article&"]) {
    expect(await keys(`${q}since=${at(-2)}`)).toEqual(wanted(0, 3));
    expect(await keys(`${q}until=${at(-2)}`)).toEqual(wanted(2, 5));
    expect(await keys(`${q}since=${at(-3)}&until=${at(-1)}&sort=oldest`)).toEqual(wanted(1, 4).reverse());
    const cursor = `before=${at(-2)}_${articles[2]?.key}`;
    expect(await keys(`${q}${cursor}`)).toEqual(wanted(3, 5));
    expect(await keys(`${q}${cursor}&sort=oldest`)).toEqual(wanted(0, 2).reverse());
    expect(await keys(`${q}since=${at(1)}`)).toEqual([]);
  }
});

test("articles of one second, of several websites, are in one order, and pages lose none of them", async () => {
  const sources = ["b", "a", "c"];
  for (const site of sources) {
    const articles = page(NOW, 40).map((one) => ({
      ...one,
      key: `${site}${one.key}`,
      id: `tag:${site},2026:${one.key}`,
    }));
    archive.commit([listing(articles, { source: site, site, unbroken: false })], NOW);
  }
  for (const sort of ["newest", "oldest"]) {
    for (const q of ["", "&q=article"]) {
      for (const limit of [7, 120]) {
        const seen: string[] = [];
        for (let query = `limit=${limit}&sort=${sort}${q}`; ; ) {
          const { articles, next } = await find(query, { sources });
          seen.push(...articles.map(({ published, key }) => `${published} ${key}`));
          if (!next) break;
          query = `before=${next.published}_${next.key}&limit=${limit}&sort=${sort}${q}`;
        }
        expect([sort, q, limit, seen.length]).toEqual([sort, q, limit, 120]);
        expect(seen).toEqual(sort === "oldest" ? seen.toSorted() : seen.toSorted().reverse());
      }
    }
  }
});

test("a source with many articles at a time hides none of one with few", async () => {
  list(page(NOW, 100, HOUR / 60));
  list(page(NOW - 30_000, 100), 0, "voice");
  const sources = ["kcna-en", "voice"];
  for (const sort of ["newest", "oldest"]) expect(await keys(`limit=250&sort=${sort}`, { sources })).toHaveLength(200);
});

test("a search reads 5,000 articles of all sources, and its next link goes on from there", async () => {
  list([shownAt(NOW)], 0, "voice");
  const oldest = shownAt(NOW - 9000 * HOUR);
  list([oldest]);
  // Articles of "voice", a minute apart: commits of so many take long.
  const { sql } = archive.store;
  const number = `WITH RECURSIVE number (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM number WHERE i < 5100)`;
  const copied =
    "site, id, sources, language, title, excerpt, url, day, day_ahead, day_only, updated, first_seen, seq, versions";
  sql.run(`INSERT INTO article (n, key, ${copied}) ${number}
    SELECT n - i * 64 * 60, key || i, ${copied} FROM number CROSS JOIN (SELECT * FROM article ORDER BY n DESC LIMIT 1)`);
  sql.run(
    "INSERT INTO search (rowid, tokens) SELECT n, 'article' FROM article WHERE n NOT IN (SELECT rowid FROM search)",
  );
  for (const sort of ["newest", "oldest"]) {
    const query = `q=article&sort=${sort}`;
    const { articles, next, budgetExhausted } = await find(query, { sources: ["kcna-en"] });
    expect([sort, articles.length, budgetExhausted]).toEqual([sort, sort === "oldest" ? 1 : 0, true]);
    const rest = await find(`${query}&before=${next?.published}_${next?.key}`);
    expect([rest.articles.length + articles.length, rest.next]).toEqual([1, undefined]);
  }
});

test("the date of a search moves when an edit may have taken an article out of it, of these sources alone", async () => {
  const [a, b] = page(NOW, 2) as [ScrapedArticle, ScrapedArticle];
  const hidden = async (query: string, more: Partial<FindQuery> = {}) => (await find(query, more)).lastHiddenChange;
  list([a, b]);
  list([shownAt(NOW - 9 * HOUR)], 0, "voice");
  expect(await hidden("q=nothing")).toBe("");
  list([{ ...a, title: "Second title" }], 1);
  expect(await hidden("q=nothing")).toBe(at(1));
  expect(await hidden("q=nothing", { sources: ["voice"] })).toBe("");
  expect(await hidden(`q=nothing&until=${at(-1)}`)).toBe("");
  // A text can take an article out of what must not have a word.
  read(b, "<p>Text.</p>", 2);
  expect(await hidden("q=nothing")).toBe(at(1));
  expect(await hidden("q=-article")).toBe(at(2));
  expect(await hidden("q=-article", { sources: ["nobody"] })).toBe("");
  expect(await hidden("q=article -text")).toBe(at(2));
  expect(await hidden("q=article -text", { sources: ["voice"] })).toBe(at(0));
  // The date of a list that is no search is that of its articles.
  expect(await hidden("")).toBe("");
});

test("after 200 edits of other sources, the date of a search is no earlier than the first of them", async () => {
  const others = page(NOW - 9 * HOUR, 200);
  list(others, 0, "voice");
  const edit = (from: number, to: number, hours: number) =>
    list(
      others.slice(from, to).map((one) => ({ ...one, title: `${one.title}, edited` })),
      hours,
      "voice",
    );
  const hidden = async () => (await find("q=nothing")).lastHiddenChange;
  edit(0, 100, 1);
  edit(100, 199, 1.5);
  expect(await hidden()).toBe("");
  edit(199, 200, 2);
  expect(await hidden()).toBe(at(1));
});

test("the date of a feed of an age moves when its oldest article leaves it", async () => {
  list([...page(NOW, 2, 20 * HOUR), ...page(NOW - 30 * DAY, 70)]);
  const hidden = async (now: number) => (await find("since=1d", { now })).lastHiddenChange;
  expect(await hidden(NOW)).toBe(at(24 - 30 * 24));
  expect(await hidden(NOW + 5 * HOUR)).toBe(at(4));
  expect(await hidden(NOW + 30 * HOUR)).toBe(at(24));
});

test("a search says where a text has its words, unless the title or the excerpt has", async () => {
  const [a, b, c] = page(NOW, 3) as [ScrapedArticle, ScrapedArticle, ScrapedArticle];
  list([{ ...a, title: "Of rice" }, { ...b, excerpt: "About rice." }, c]);
  for (const one of [{ ...a, title: "Of rice" }, b, c]) read(one, "<p>Here rice is grown.</p>");
  const { articles, snippets } = await find("q=rice", { snippets: true });
  expect(articles).toHaveLength(3);
  expect(Object.keys(snippets ?? {})).toEqual([c.id]);
  expect(JSON.stringify(snippets?.[c.id])).toContain("rice");
  expect((await find("q=rice")).snippets).toBeUndefined();
});

test("of long texts, 200 KB are looked through for the words", async () => {
  const articles = page(NOW, 4);
  list(articles);
  for (const one of articles) read(one, `<p>Here rice is grown. ${"And more. ".repeat(8000)}</p>`);
  const { snippets } = await find("q=rice", { snippets: true });
  expect(Object.keys(snippets ?? {}).toSorted()).toEqual([articles[0]?.id, articles[1]?.id].toSorted());
});

test("a text that is too long to be looked through keeps no other from it", async () => {
  const [a, b] = page(NOW, 2) as [ScrapedArticle, ScrapedArticle];
  list([a, b]);
  read(a, `<p>Here rice is grown. ${"And more. ".repeat(60_000)}</p>`);
  read(b, "<p>Here rice is grown.</p>");
  expect(Object.keys((await find("q=rice", { snippets: true })).snippets ?? {})).toEqual([b.id]);
});

test("full texts come with the articles that have one, and with no others", async () => {
  const [a, b] = page(NOW, 2) as [ScrapedArticle, ScrapedArticle];
  list([a, b]);
  read(a, "<p>Text.</p>");
  expect((await find("content=full")).bodies).toEqual({ [a.id]: "<p>Text.</p>" });
  expect((await find("")).bodies).toEqual({});
  expect(await keys("content=full&filter=Text")).toEqual([a.key]);
});
