import { load } from "cheerio";
import { expect, test } from "vitest";
import { HOUR, shownAt } from "../archive/fixtures.ts";
import { clockAt, ORIGIN, type PushedBridge, pushedBridge, receivers } from "../notify/receivers.ts";

/** Where the page of an article leads. */

const NOW = Date.parse("2026-02-02T00:00:00Z");
clockAt(NOW);

interface Item {
  id: string;
  title: string;
  _bridge: { page: string };
}

const itemsAt = async (bridge: PushedBridge, address: string): Promise<Item[]> => {
  const { pathname, search } = new URL(address);
  const response = await bridge.ask(`${pathname}.json${search}`);
  expect([address, response.status]).toEqual([address, 200]);
  return ((await response.json()) as { items: Item[] }).items;
};

const htmlOf = async (bridge: PushedBridge, { _bridge: { page } }: Item) =>
  (await bridge.ask(new URL(page).pathname, { headers: { accept: "text/html" } })).text();

/** The address behind a text of a link. */
const linkIn = (html: string, text: string): string => {
  const [, href = ""] = new RegExp(`<a href="([^"]*)">${text}</a>`).exec(html) ?? [];
  return href.replaceAll("&amp;", "&");
};

test("the search for an article's title finds the article, whatever is in the title", async () => {
  receivers({});
  const bridge = pushedBridge();
  const titles = [
    'He said "no | yes" -weather',
    "김정은동지께서 “현지지도”하시였다",
    "朝鮮„労働新聞‟が«報道»した",
    "title:missile -launch | test",
    `${"a".repeat(119)}😀 and more`,
    `${"中".repeat(119)}𠮷𠮷`,
    "word ".repeat(60).trim(),
    "…".repeat(130),
  ];
  await bridge.commit(titles.map((title, i) => shownAt(NOW - (i + 1) * HOUR, title)));
  const items = await itemsAt(bridge, `${ORIGIN}/feeds/kcna-en`);
  expect(items.map(({ title }) => title)).toEqual(titles);
  for (const item of items) {
    const found = await itemsAt(bridge, linkIn(await htmlOf(bridge, item), "Search for this title"));
    expect([item.title, found.map(({ id }) => id)]).toEqual([item.title, [item.id]]);
  }
});

test("an article of a website far from Korea is in the day and the month that its page leads to, and its time is Korean", async () => {
  receivers({});
  const site = { id: "far", name: "Far News", origin: "https://far.example", timeZone: "America/New_York" };
  const listing = { language: "en", listing: "/", article: "/a/(\\d+)", body: "article" };
  const bridge = pushedBridge({ SITES: JSON.stringify([{ ...site, ...listing }]) });
  // The evening of 31 January in New York.
  const article = { ...shownAt(Date.parse("2026-02-01T01:30:00Z"), "Far"), day: "2026-01-31" };
  await bridge.commit([article], { source: "far", site: "far", timeZone: site.timeZone });
  const [item] = await itemsAt(bridge, `${ORIGIN}/feeds/far`);
  const html = await htmlOf(bridge, item as Item);
  expect(html).toContain("1 February 2026, 10:30 in Korea");
  for (const text of ["Far News, 1 February 2026", "February 2026"])
    expect(await itemsAt(bridge, linkIn(html, text))).toEqual([item]);
  // So is its day in a list, in which the other articles' days are Korean.
  const list = await (await bridge.ask("/feeds/far", { headers: { accept: "text/html" } })).text();
  expect(list).toContain(">1 Feb</time>");
});

test("what is passed on of an article in a private bridge has no key: its JSON, its versions, its links, its citations", async () => {
  receivers({});
  const KEY = "a-key-of-sixteen-characters";
  const bridge = pushedBridge({ ACCESS_KEY: KEY });
  const article = shownAt(NOW - HOUR);
  await bridge.commit([article]);
  for (const below of [".json", "/v1.json", "/timemap"]) {
    const response = await bridge.ask(`/articles/kcnawatch/${article.key}${below}?key=${KEY}`);
    const text = await response.text();
    expect([below, response.status, text.includes(article.key)]).toEqual([below, 200, true]);
    expect(text + response.headers.get("link")).not.toContain(KEY);
  }
  const html = await (
    await bridge.ask(`/articles/kcnawatch/${article.key}?key=${KEY}`, { headers: { accept: "text/html" } })
  ).text();
  const citation = load(html)('[aria-labelledby="cite"]').text();
  expect([citation.includes(article.key), citation.includes(KEY)]).toEqual([true, false]);
});
