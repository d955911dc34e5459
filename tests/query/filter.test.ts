import { describe, expect, test } from "vitest";
import type { Article } from "../../src/article.ts";
import { expiredAt, filterArticles, matchesQuery, mergeSources } from "../../src/query/filter.ts";
import { parseQuery } from "../../src/query/query.ts";

const NOW = Date.parse("2026-01-31T00:00:00Z");
const MINUTE = 60_000;

async function queryOf(text: string) {
  const parsed = await parseQuery(new URLSearchParams(text), NOW);
  if ("error" in parsed) throw new Error(parsed.error.detail);
  return parsed.query;
}

const at = (minutesAgo: number) => `${new Date(NOW - minutesAgo * MINUTE).toISOString().slice(0, 19)}Z`;

function article(minutesAgo: number, more: Partial<Article> = {}): Article {
  const published = at(minutesAgo);
  return {
    site: "kcnawatch",
    key: `${minutesAgo}-1`,
    id: `${minutesAgo}`,
    source: "kcna-en",
    language: "en",
    title: "Rice",
    excerpt: "",
    url: "https://x/",
    day: "2026-01-30",
    published,
    updated: published,
    firstSeen: published,
    ...more,
  };
}

const articlesEvery = (minutes: number, count: number) => Array.from({ length: count }, (_, i) => article(i * minutes));

describe("without a limit, a page holds 50 articles or those of three days, but at most 200", () => {
  test.each([
    ["a day apart: 50", 24 * 60, 50],
    ["an hour apart: three days, the article of exactly three days ago included", 60, 73],
    ["a minute apart: 200", 1, 200],
  ])("%s", async (_, minutes, count) => {
    const all = articlesEvery(minutes, 300);
    const page = filterArticles(all, await queryOf(""));
    expect(page.articles).toEqual(all.slice(0, count));
    expect(page.next).toEqual(all[count - 1]);
  });

  test("the three days begin at the first article of the page, also if it came in an earlier batch", async () => {
    const all = articlesEvery(60, 300);
    const page = filterArticles(all.slice(60), await queryOf(""), undefined, all.slice(0, 60));
    expect(page.articles).toHaveLength(13);
    const offset = articlesEvery(60, 400).slice(100);
    expect(filterArticles(offset, await queryOf("")).articles).toEqual(offset.slice(0, 73));
  });

  test("with a limit, exactly as many", async () => {
    expect(filterArticles(articlesEvery(60, 300), await queryOf("limit=50")).articles).toHaveLength(50);
  });
});

describe("the last hidden change", () => {
  const hidden = async (articles: Article[], query: string) =>
    filterArticles(articles, await queryOf(query)).lastHiddenChange;

  test("is the change of the first article behind the page", async () => {
    expect(await hidden([article(1), article(2, { updated: at(0) })], "limit=1")).toBe(at(0));
    expect(await hidden([article(1), article(2)], "limit=2")).toBe("");
  });

  test("is the edit that may have removed an article", async () => {
    const edited = article(5, { title: "Weather", updated: at(3) });
    expect(await hidden([edited], "q=rice")).toBe(at(3));
    expect(await hidden([article(5, { title: "Weather" })], "q=rice")).toBe("");
    expect(await hidden([{ ...edited, language: "ko" }], "q=rice&lang=en")).toBe("");
    expect(await hidden([article(5, { hiddenSince: at(2) })], "")).toBe(at(2));
  });

  test.each([
    // A first text adds words: only a filter that words can fail is concerned.
    ["q=rice", ""],
    ["q=-weather", at(3)],
    ["q=rice+-weather", at(3)],
    ["filter=rice", at(3)],
    ["filterout=Weather", at(3)],
    ["q=rice&content=full", at(3)],
  ])("is the first text that may have removed an article: %s", async (query, expected) => {
    expect(await hidden([article(5, { title: "Weather", enrichedAt: at(3) })], query)).toBe(expected);
  });

  test("is the time at which the newest article became too old", async () => {
    const articles = [article(10), article(70), article(90)];
    expect(await hidden(articles, "since=1h")).toBe(at(10));
    expect(await hidden(articles, "since=1h&q=weather")).toBe("");
    expect(await hidden(articles, `since=${at(60)}`)).toBe("");
    expect(expiredAt(articles, await queryOf("since=1h&q=weather&content=full"))).toBe(at(10));
    expect(expiredAt(articles, await queryOf("since=1h&lang=ko&content=full"))).toBe("");
    expect(expiredAt([article(70, { hiddenSince: at(5) })], await queryOf("since=1h&content=full"))).toBe("");
    expect(expiredAt(articles.toReversed(), await queryOf("since=1h"))).toBe(at(10));
  });
});

test("a language range matches its subtags, and no other language that begins alike (RFC 4647, section 3.3.1)", async () => {
  const languages = ["zh", "zh-Hant", "ZH-hans", "zha", "en"].map((language, i) => article(i, { language }));
  const found = filterArticles(languages, await queryOf("lang=zh")).articles.map(({ language }) => language);
  expect(found).toEqual(["zh", "zh-Hant", "ZH-hans"]);
  expect(filterArticles(languages, await queryOf("lang=zh-hant")).articles).toHaveLength(1);
});

test("search terms match the full text always, regular expressions only where the feed shows it", async () => {
  const bodyText = () => "about satellites";
  const found = async (query: string) => filterArticles([article(1)], await queryOf(query), bodyText).articles.length;
  expect(await found("q=satellites")).toBe(1);
  expect(await found("filter=satellites")).toBe(0);
  expect(await found("filter=satellites&content=full")).toBe(1);
  expect(await found("filter=^about satellites$&content=full")).toBe(1);
});

test("articles of several sources are in date order, newest first, and those of one source stay as they are", () => {
  const [a, b, c] = [article(1), article(2), article(3)];
  expect(mergeSources([[a, c], [b]], ["a", "b"])).toEqual([a, b, c]);
  expect(mergeSources([[c, a]], ["a", "b"])).toEqual([c, a]);
});

test("of the copies of one article the one that was listed first is shown, also if only one snapshot knows of the join", () => {
  const copyOf = (key: number, listed: Record<string, number>) => ({
    ...{ site: "kcnawatch", key: article(key).key, source: "s", url: "https://x.example/", firstSeen: "" },
    listed,
  });
  const [a, b] = [article(1), article(2)];
  const joinedAt = "2026-02-01T00:00:00Z";
  const ofA = { ...a, site: "kcnawatch", listed: { a: 5 }, joinedAt, copies: [copyOf(2, { b: 3 })] };
  const ofB = { ...b, site: "kcnawatch", listed: { b: 3 }, joinedAt, copies: [copyOf(1, { a: 5 })] };
  for (const lists of [
    [[ofA], [ofB]],
    [[a], [ofB]],
    [[ofA], [b]],
  ]) {
    const merged = mergeSources(lists, ["a", "b"]);
    expect(merged.filter(({ hiddenSince }) => !hiddenSince).map(({ key }) => key)).toEqual([b.key]);
    expect(merged.find(({ key }) => key === a.key)?.hiddenSince).toBe(joinedAt);
  }
  // Of an article that several of the sources list, the first listing counts.
  const ofBoth = { ...ofA, listed: { a: 2, c: 9 } };
  const shown = mergeSources([[ofBoth], [b]], ["a", "b", "c"]).filter(({ hiddenSince }) => !hiddenSince);
  expect(shown.map(({ key }) => key)).toEqual([a.key]);
  // A copy that none of the sources lists hides nothing.
  expect(mergeSources([[ofA], []], ["a", "c"]).filter(({ hiddenSince }) => hiddenSince)).toEqual([]);
});

test("an article of exactly the instant in `since` is in the feed, and has not expired", async () => {
  const query = { ...(await queryOf("since=1h")), since: at(60) };
  const page = filterArticles([article(59), article(60), article(61)], query);
  expect(page.articles.map(({ id }) => id)).toEqual(["59", "60"]);
  expect(expiredAt([article(60)], query)).toBe("");
  expect(expiredAt([article(60), article(61), article(62)], query)).toBe(at(1));
  expect(expiredAt([article(61, { hiddenSince: at(5) }), article(62)], query)).toBe(at(2));
});

test("words are searched in the full text always, regular expressions only if the feed shows it", async () => {
  const found = async (query: string) => matchesQuery(article(1, { excerpt: "Corn" }), await queryOf(query), "Barley");
  expect(await found("q=barley")).toBe(true);
  expect(await found("filter=Barley")).toBe(false);
  expect(await found("filter=Corn")).toBe(true);
  expect(await found("filter=Barley&content=full")).toBe(true);
  expect(await found("filter=Corn&content=full")).toBe(true);
  expect(matchesQuery(article(1, { hiddenSince: at(0) }), await queryOf(""), "")).toBe(false);
});

test("of two snapshots of one article, that which knows of a join gives the copies, and the join's time", () => {
  const joined = article(1, { joinedAt: at(0), copies: [], enrichedAt: at(1) });
  const before = article(1, { enrichedAt: at(1) });
  for (const lists of [
    [[before], [joined]],
    [[joined], [before]],
  ])
    expect(mergeSources(lists, ["a", "b"])).toEqual([{ ...joined, enrichedAt: at(0) }]);
  // A feed of both sources showed it since the earlier of two joins.
  const again = { ...joined, joinedAt: at(-1), title: "Corn" };
  expect(mergeSources([[again], [joined]], ["a", "b"])[0]).toMatchObject({ title: "Corn", joinedAt: at(-1) });
  expect(mergeSources([[joined], [again]], ["a", "b"])[0]).toMatchObject({ title: "Corn", joinedAt: at(-1) });
});

test("two copies that the sources list at the same event are both shown: neither was first", () => {
  const copy = (key: string, other: string, listed: number) => {
    const copies = [{ site: "kcnawatch", key: other, listed: { "kcna-en": 7 } }] as never;
    return article(Number(key), { key, copies, listed: { "kcna-en": listed }, joinedAt: at(0) });
  };
  const hidden = (listed: number) =>
    mergeSources([[copy("1", "2", listed)], [article(2, { key: "2" })]], ["kcna-en"]).flatMap(({ key, hiddenSince }) =>
      hiddenSince ? key : [],
    );
  expect([hidden(6), hidden(7), hidden(8)]).toEqual([["2"], [], ["1"]]);
});
