import { expect, test } from "vitest";
import { Archive } from "../../src/archive/archive.ts";
import type { ScrapedArticle } from "../../src/article.ts";
import { nodeSql } from "../../src/platform/node.ts";
import { articlesIn, HOUR, listing, NOW, page, shownAt } from "./fixtures.ts";

/** What a page of a listing says of the articles between those that it shows. */

const at = (hours: number) => shownAt(NOW + hours * HOUR);
const empty = () => new Archive(nodeSql(":memory:"));
/** An article of an earlier day that the website collected at an hour. */
const imported = (hours: number, day = "2026-03-01"): ScrapedArticle => ({ ...at(hours), day });
const list = (archive: Archive, articles: readonly ScrapedArticle[], unbroken = true, source = "kcna-en") =>
  archive.commit([listing(articles, { unbroken, source })], NOW + 100 * HOUR)[0];

test("a first page that does not reach what is kept is not kept, if more pages are to be read first", () => {
  const archive = empty();
  const adjoins = (...articles: ScrapedArticle[]) => {
    const [result] = archive.commit([{ ...listing(articles), onlyIfAdjoining: true }], NOW + 100 * HOUR);
    if (!result?.notAdjoining) return true;
    expect(result).toMatchObject({ added: 0, edited: 0 });
    return false;
  };
  expect(adjoins(...page(NOW, 5))).toBe(true);
  expect(adjoins()).toBe(true);
  // A gap from hour 0 to hour 18, an article in it, one above all that is read without a hole, and one of another source.
  list(archive, page(NOW + 20 * HOUR, 3));
  list(archive, [at(25), at(10)], false);
  list(archive, [at(15)], false, "newstream");
  expect(adjoins(at(40), at(39))).toBe(false);
  expect(adjoins(at(40), at(10))).toBe(false);
  expect(adjoins(at(40), at(25))).toBe(false);
  expect(adjoins(at(40), at(15))).toBe(false);
  // A pinned card.
  expect(adjoins(at(40), at(-2), at(39), at(38))).toBe(false);
  expect(adjoins(at(40), imported(39.5), at(-2))).toBe(true);
  expect(adjoins(at(50), at(40))).toBe(true);
});

test("an imported article says nothing of what is between it and its neighbours, unless most of a listing are imported", () => {
  const completeSince = (...articles: ScrapedArticle[]) => list(empty(), articles)?.status?.stats?.completeSince;
  expect(completeSince(at(0), at(-1), imported(-2, "2026-05-31"))).toBe("2026-05-31T23:00:00Z");
  expect(completeSince(at(0), imported(-2), imported(-3))).toBe("2026-02-28T15:00:00Z");
});

test("one day's paper leaves no gap while it grows, wherever it prints what is new, nor to that of the day before", () => {
  const gaps = (...pages: number[][]) => {
    const archive = empty();
    const commits = pages.map((hours) => listing(hours.map(at), { listsOneDay: true }));
    return commits.map((one) => archive.commit([one], NOW + 100 * HOUR)[0]?.status?.stats?.gaps.length).at(-1);
  };
  expect(gaps([0], [0, 1, 2])).toBe(0);
  expect(gaps([0], [2, 1])).toBe(0);
  expect(gaps([0], [25])).toBe(0);
  expect(gaps([0], [49])).toBe(1);
});

test("the places of others' articles count: a part without an own article moves a gap on, and fills nothing", () => {
  const archive = empty();
  const read = (hours: number[], from: number, to: number) =>
    archive.commit([listing(hours.map(at), { from, to })], NOW + 100 * HOUR)[0]?.status?.stats?.gaps;
  const gap = { after: "2026-06-01T00:00:00Z", before: "2026-06-01T20:00:00Z" };
  expect(read([0], 0, 20)).toEqual([]);
  expect(read([22, 20], 0, 20)).toEqual([{ ...gap, depth: 20 }]);
  expect(read([], 20, 40)).toEqual([{ ...gap, depth: 40 }]);
  expect(read([10], 40, 60)).toEqual([{ ...gap, before: "2026-06-01T10:00:00Z", depth: 60 }]);
  // Below a part that was not read.
  expect(read([], 80, 100)).toEqual([{ ...gap, before: "2026-06-01T10:00:00Z", depth: 60 }]);
  expect(read([5, 0], 60, 80)).toEqual([]);
});

test("articles that a later look finds below a page are dated below it, though most of that page was known", () => {
  const archive = empty();
  const dayAlone = (hours: number): ScrapedArticle => {
    const { collectedAt: _, ...article } = at(hours);
    return article;
  };
  for (const hours of [[0], [51, 50], [51, 50, 27], [27, 26, 25]]) list(archive, hours.map(dayAlone));
  expect(articlesIn(archive).map(({ key }) => key)).toEqual([0, 25, 26, 27, 50, 51].map((hours) => at(hours).key));
});
