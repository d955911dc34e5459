import { expect, test } from "vitest";
import { pageOf } from "../../src/sites/reader.ts";
import type { Page, Site } from "../../src/sites/site.ts";
import { suggestSite } from "../../src/sites/suggest.ts";

/** What `npm run probe` suggests as the `article` of an entry of SITES, for addresses as websites have them. */

const NOW = Date.parse("2026-11-28T03:00:00Z");
const letter = (i: number) => "abcdefghij"[i];
const section = (i: number) => ["politics", "economy"][i % 2];

async function suggestedFor(pathOf: (i: number) => string): Promise<string | undefined> {
  const cards = Array.from({ length: 10 }, (_, i) => {
    const link = `<h3><a href="${pathOf(i).replaceAll("&", "&amp;")}">The bridge number ${i} is open</a></h3>`;
    return `<div>${link}<span>2026-11-${10 + i}</span><p>It has ${i} lanes.</p></div>`;
  });
  const html = `<html><body><a href="/about-us">About</a><a href="/page/2">2</a>${cards.join("")}</body></html>`;
  const site = { timeZone: "UTC", origin: "https://site.example" } as Site;
  return (await suggestSite(pageOf(html, site, new URL("https://site.example/news"), NOW) as Page, NOW))?.article;
}

test.each<[address: (i: number) => string, pattern: string]>([
  [(i) => `/node/${i + 5}`, "/node/([0-9]+)"],
  [(i) => `/news/${900 + i}/en`, "/news/([0-9]+)"],
  [(i) => `/view.php?lang=en&id=${77 + i}&cat=3`, "/view\\.php\\?lang=en&id=([0-9]+)"],
  [(i) => `/2026/11/28/the-bridge-${letter(i)}/`, "/[0-9]+/[0-9]+/[0-9]+/([^/?]+)"],
  // A number after a line or letters.
  [(i) => `/en/article_${2000 + i}.html`, "/en/article_([0-9]+)"],
  [(i) => `/article${2000 + i}.html`, "/article([0-9]+)"],
  [(i) => `/view/AKR20261128${1000 + i}`, "/view/AKR([0-9]+)"],
  // Neither a number nor a title of three words.
  [(i) => `/news/bridge_${letter(i)}`, "/news/([^/?]+)"],
  [(i) => `/a/9f8e7d${letter(i % 6)}${i}`, "/a/([^/?]+)"],
  // Each day has one article, and yet it is no key.
  [(i) => `/2026/11/${10 + i}/bridge-${letter(i)}`, "/[0-9]+/[0-9]+/[0-9]+/([^/?]+)"],
  // Sections.
  [(i) => `/${section(i)}/${500 + i}`, "/[^/?]+/([0-9]+)"],
  [(i) => `/${section(i)}/the-long-bridge-${letter(i)}`, "/[^/?]+/([^/?]+)"],
])("%s", async (pathOf, pattern) => {
  expect(await suggestedFor(pathOf)).toBe(pattern);
});

test("links without a date beside them are no articles, whatever their addresses", async () => {
  const html = `<html><body>${[1, 2, 3, 4].map((i) => `<p><a href="/page/${i}">${i}</a></p>`).join("")}</body></html>`;
  const site = { timeZone: "UTC", origin: "https://site.example" } as Site;
  const page = pageOf(html, site, new URL("https://site.example/"), NOW) as Page;
  expect(await suggestSite(page, NOW)).toBeUndefined();
});
