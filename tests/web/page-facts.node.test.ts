import { load } from "cheerio";
import { expect, test } from "vitest";
import { HOUR, NOW, shownAt } from "../archive/fixtures.ts";
import { clockAt, pushedBridge } from "../notify/receivers.ts";

/** What pages say of the article, of the feed and of the bridge that they are of. */

clockAt(NOW);

const KEY = "a-key-that-is-long-enough";

async function bridgeWith(variables: Record<string, string> = {}) {
  const bridge = pushedBridge(variables);
  const articles = [shownAt(NOW - HOUR, "News"), { ...shownAt(NOW - 2 * HOUR, "소식"), language: "ko" }];
  await bridge.commit(articles, { source: "newstream" });
  await bridge.commit(articles.slice(0, 1));
  const page = async (path: string) => {
    const headers = { accept: "text/html", authorization: `Bearer ${KEY}` };
    return load(await (await bridge.ask(path, { headers })).text());
  };
  return { bridge, page, article: `/articles/kcnawatch/${articles[0]?.key}` };
}

test("an article's page is that of none of its versions, and names all sources that list it", async () => {
  const { bridge, page, article } = await bridgeWith();
  expect((await page(article))("title").text()).not.toContain("(version");
  expect((await page(`${article}/v1`))("title").text()).toContain("(version 1)");
  const { sources } = (await (await bridge.ask(`${article}.json`)).json()) as { sources: { id: string }[] };
  expect(sources.map(({ id }) => id).sort()).toEqual(["kcna-en", "newstream"]);
});

test("a feed's page says that the bridge is private if it is, and chooses among the languages of a source that mixes them", async () => {
  for (const isPrivate of [false, true]) {
    const $ = await (await bridgeWith(isPrivate ? { ACCESS_KEY: KEY } : {})).page("/feeds/newstream");
    expect($("main").text().includes("This bridge is private")).toBe(isPrivate);
    expect($('a[href*="lang=ko"]').text()).toBe("Korean");
  }
});
