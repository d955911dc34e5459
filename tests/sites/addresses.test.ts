import { expect, test } from "vitest";
import {
  articleAt,
  articleKey,
  firstArticleLink,
  isAnswer,
  keyOfHref,
  listingRegion,
} from "../../src/sites/addresses.ts";
import { readArticlePage } from "../../src/sites/reader.ts";
import type { Site, Source } from "../../src/sites/site.ts";
import { readSourceSettings } from "../../src/source-settings.ts";

/** What the addresses of a website mean, whatever the website. */

const site = {
  ...{ id: "example", name: "Example", origin: "https://news.example", aliases: ["m.news.example:8080"] },
  ...{ idPrefix: "tag:news.example,2026:", timeZone: "UTC", articlePath: /\/a\/(\w+)/, sources: [] },
  listingPath: () => "/",
} as unknown as Site;
const keyOf = (path: string) => articleKey(site, new URL(path, site.origin));

test("a key is at the beginning of a path, and has 300 characters at most: a date before a slug of 200", () => {
  expect([keyOf("/a/1"), keyOf("/a/1/title?x"), keyOf("/tags/a/1"), keyOf("/b/1")]).toEqual([
    ...["1", "1"],
    ...[undefined, undefined],
  ]);
  expect([keyOf(`/a/${"1".repeat(300)}`)?.length, keyOf(`/a/${"1".repeat(301)}`)]).toEqual([300, undefined]);
});

test("a link to another website, or to another port, is no article's, though its path is that of one", () => {
  const keyOfLink = keyOfHref(site, new URL("https://mirror.example/list"));
  for (const host of ["", "https://news.example", "http://news.example", "//m.news.example:8080", "//mirror.example"])
    expect([host, keyOfLink(`${host}/a/1`)]).toEqual([host, "1"]);
  for (const host of ["https://other.example", "https://news.example:444", "//m.news.example", "//news.example.evil"])
    expect([host, keyOfLink(`${host}/a/1`)]).toEqual([host, undefined]);
  expect(articleAt([site], "https://news.example/a/1")).toEqual({ site, key: "1" });
  expect(articleAt([site], "https://other.example/a/1")).toBeUndefined();
});

test("the articles of a page are looked for among its first 2,000 links, and their end among its last 2,000", () => {
  const links = (count: number) => "<a href=/tags/x>x</a>\n".repeat(count);
  const article = "<a href=/a/1>One</a>";
  expect(firstArticleLink(site, links(1999) + article)).toBe(links(1999).length + article.indexOf("href"));
  expect(firstArticleLink(site, links(2000) + article)).toBe(-1);
  // As far as they are not found, the whole page counts: an unknown end leaves nothing of the articles out.
  const isCut = (before: number, after: number) => {
    const html = links(before) + article + links(after);
    const region = listingRegion(site, html);
    return [html.startsWith(region), html.endsWith(region)].map((isWhole) => !isWhole);
  };
  expect([isCut(1999, 1999), isCut(1999, 2000), isCut(2000, 0)]).toEqual([
    [true, true],
    [true, false],
    [false, false],
  ]);
});

test("an article's answer is its own page under any slug, and never another article's", () => {
  expect(isAnswer(site, "/a/1/old", "/a/1/new")).toBe(true);
  expect([isAnswer(site, "/a/1", "/a/2"), isAnswer(site, "/a/1", "/")]).toEqual([false, false]);
});

test("of a website in SITES, the pattern is that of a path's beginning, and a page without a title is no article", async () => {
  const described = {
    ...{ id: "own", name: "Own", origin: "https://own.example", timeZone: "UTC", language: "en" },
    ...{ article: "/a/(\\d+)", body: "article", sources: [{ id: "own-en", name: "Own", listing: "/" }] },
  };
  const source = readSourceSettings({ SITES: [described] }).sources.find(({ id }) => id === "own-en") as Source;
  await source.site.load?.();
  const own = (path: string) => articleKey(source.site, new URL(path, source.site.origin));
  expect([own("/a/1"), own("/tags/a/1")]).toEqual(["1", undefined]);
  const html = "<html><body><article><p>A text of an article that has no title.</p></article></body></html>";
  expect(readArticlePage({ html, source, address: "https://own.example/a/1" })).toMatchObject({
    failure: { reason: "layout-changed", detail: "the page has no title" },
  });
});
