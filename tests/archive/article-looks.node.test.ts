import { describe, expect, test, vi } from "vitest";
import { Archive } from "../../src/archive/archive.ts";
import type { SourceCommit } from "../../src/archive/source-commit.ts";
import type { ScrapedArticle } from "../../src/article.ts";
import { nodeSql } from "../../src/platform/node.ts";
import { exported, HOUR, listing, NOW, page, shownAt } from "./fixtures.ts";

/** Which article pages are read next, and what becomes of an article by what its page was. */

const MINUTE = 60_000;
const DAY = 24 * HOUR;
const site = "kcnawatch";
const empty = () => new Archive(nodeSql(":memory:"));
const commit = (archive: Archive, one: Partial<SourceCommit>, now: number) =>
  archive.commit([{ source: "kcna-en", ...one }], now)[0];
const TEXT = "<p>Text.</p>";

const read = (archive: Archive, articles: readonly ScrapedArticle[], now: number, body: string | undefined = TEXT) =>
  commit(
    archive,
    {
      pages: articles.map((article) => ({
        ...{ source: "kcna-en", site, timeZone: "Asia/Pyongyang", article },
        ...(body && { body }),
      })),
    },
    now,
  );
const fail = (archive: Archive, { key }: ScrapedArticle, now: number, more: object = {}) =>
  commit(archive, { failedPages: [{ site, key, ...more }], outcome: { ok: true } }, now);
const absent = (archive: Archive, { key }: ScrapedArticle, now: number) =>
  commit(archive, { absentPages: [{ site, key }] }, now);

const due = (archive: Archive, now: number, most = 99, sources = ["kcna-en"]) =>
  archive.duePages(site, sources, most, now).map(({ key }) => key);
/** The first quarter of an hour in which an article is due, in hours from an instant. */
function dueAfter(archive: Archive, { key }: ScrapedArticle, from: number): number | undefined {
  for (let i = 0; i <= 24 * 40 * 4; i++) if (due(archive, from + i * 15 * MINUTE).includes(key)) return i / 4;
  return undefined;
}

function listed(count = 1) {
  const archive = empty();
  const articles = page(NOW, count);
  commit(archive, listing(articles), NOW);
  return { archive, articles, article: articles[0] as ScrapedArticle };
}

describe("an article's page", () => {
  test("is read at once, with all that a reader of pages needs to know of it", () => {
    const { archive, article } = listed();
    const { key, url, title } = article;
    expect(archive.duePages(site, ["kcna-en"], 1, NOW)).toEqual([{ site, key, url, title, sources: ["kcna-en"] }]);
    expect(due(archive, NOW - MINUTE)).toEqual([]);
    expect(due(archive, NOW, 1, ["newstream"])).toEqual([]);
    expect(due(archive, NOW, 0)).toEqual([]);
  });

  test("without a text is read again like one that cannot be read, and with the text that is kept like any other", () => {
    const { archive, article } = listed();
    for (const hours of [1, 6, 24, 16]) {
      read(archive, [article], NOW, "");
      expect(dueAfter(archive, article, NOW)).toBe(hours);
    }
    read(archive, [article], NOW);
    expect(dueAfter(archive, article, NOW)).toBe(16);
    read(archive, [article], NOW, "");
    expect(dueAfter(archive, article, NOW)).toBe(16);
    // The retries begin anew.
    fail(archive, article, NOW);
    expect(dueAfter(archive, article, NOW)).toBe(1);
  });

  test("that cannot be read for an error of the bridge is read every day, and health names it with the error until it can", () => {
    const { archive, article } = listed();
    const unreadable = () => archive.status(NOW).sources["kcna-en"]?.unreadable;
    for (const hours of [1, 6, 24, 24, 24]) {
      fail(archive, article, NOW + 100 * DAY, { error: "TypeError: the parser fell over" });
      expect(dueAfter(archive, article, NOW + 100 * DAY)).toBe(hours);
    }
    expect(unreadable()).toEqual([{ key: article.key, detail: "TypeError: the parser fell over" }]);
    fail(archive, article, NOW, { problem: "no text was found" });
    expect(unreadable()).toEqual([{ key: article.key, detail: "no text was found" }]);
    read(archive, [article], NOW);
    expect(unreadable()).toBeUndefined();
  });

  test("is read as often as its date says, if a clock that was ahead has first seen it", () => {
    const archive = empty();
    const [article] = page(NOW, 1) as [ScrapedArticle];
    for (const days of [300, 4]) commit(archive, listing([article]), NOW + days * DAY);
    read(archive, [article], NOW + 4 * DAY);
    expect(dueAfter(archive, article, NOW + 4 * DAY)).toBeGreaterThan(24);
  });

  test("that nobody lists is no error, whatever became of it", () => {
    const { archive } = listed();
    const before = exported(archive);
    const unknown = shownAt(NOW - 500 * HOUR);
    vi.spyOn(console, "error").mockImplementation(() => undefined);
    const undated = { ...unknown, day: "2026-13-01" };
    for (const result of [absent(archive, unknown, NOW), fail(archive, unknown, NOW), read(archive, [undated], NOW)])
      expect(result).not.toHaveProperty("error");
    vi.restoreAllMocks();
    expect(exported(archive).filter((line) => "seq" in line && "event" in line)).toEqual(
      before.filter((line) => "seq" in line && "event" in line),
    );
  });
});

describe("an address without a page", () => {
  test("is looked at again after six hours: absent once more, its article is gone; each is said once", async () => {
    const { archive, article } = listed();
    read(archive, [article], NOW);
    expect(absent(archive, article, NOW + HOUR)).toMatchObject({ gone: 0 });
    expect(absent(archive, article, NOW + 7 * HOUR - 1000)).toMatchObject({ gone: 0 });
    expect(dueAfter(archive, article, NOW + HOUR)).toBe(6);
    expect(absent(archive, article, NOW + 7 * HOUR)).toMatchObject({ gone: 1 });
    expect(archive.article(site, article.key, [])?.presence).toEqual([{ event: "gone", at: "2026-06-01T07:00:00Z" }]);
    // It is looked at as often as a new article: it may come back.
    expect(dueAfter(archive, article, NOW + 7 * HOUR)).toBe(16);
    expect(absent(archive, article, NOW + 8 * HOUR)).toMatchObject({ gone: 0 });
    expect(dueAfter(archive, article, NOW + 8 * HOUR)).toBe(16);
    expect(absent(archive, article, NOW + 15 * HOUR)).toMatchObject({ gone: 0 });
    const back = NOW + 90 * DAY;
    expect(read(archive, [article], back)).toMatchObject({ back: 1 });
    expect(archive.article(site, article.key, [])?.article).not.toHaveProperty("gone");
    expect(dueAfter(archive, article, back)).toBe(16);
    expect(read(archive, [article], back)).toMatchObject({ back: 0 });
    const found = await archive.find({ sources: ["kcna-en"], view: "changes", query: "", now: back });
    expect(Object.values(found.changes ?? {}).map(({ kind, since }) => [kind, since])).toEqual([
      ["back", "2026-06-01T07:00:00Z"],
      ["gone", "2026-06-01T01:00:00Z"],
    ]);
  });

  test("of an old article that is gone is looked at as often as that of a new one, since it went", () => {
    const { archive, article } = listed();
    read(archive, [article], NOW);
    const went = NOW + 20 * DAY;
    for (const hours of [0, 7, 24]) absent(archive, article, went + hours * HOUR);
    expect(dueAfter(archive, article, went + DAY)).toBe(16);
    absent(archive, article, went + 4 * DAY);
    expect(dueAfter(archive, article, went + 4 * DAY)).toBeGreaterThan(24);
  });

  test("that shows its article in between was not gone: two more absences are needed", () => {
    const { archive, article } = listed();
    absent(archive, article, NOW + HOUR);
    read(archive, [article], NOW + 7 * HOUR);
    expect(absent(archive, article, NOW + 8 * HOUR)).toMatchObject({ gone: 0 });
    // A page that could not be read is neither.
    fail(archive, article, NOW + 9 * HOUR);
    expect(absent(archive, article, NOW + 14 * HOUR)).toMatchObject({ gone: 1 });
  });
});

describe("the order of pages", () => {
  /** Articles with a new title, without a text, and with one; of each as many, all of them due. */
  function waiting(count: number) {
    const { archive, articles } = listed(3 * count);
    const [edited, first, again] = [0, 1, 2].map((i) => articles.slice(i * count, (i + 1) * count));
    read(archive, [...(edited ?? []), ...(again ?? [])], NOW);
    const now = NOW + 20 * HOUR;
    const shown = edited?.map((article) => ({ ...article, title: `${article.title}, edited` })) ?? [];
    commit(archive, listing(shown, { unbroken: false }), now);
    const kinds = new Map([edited, first, again].flatMap((list, i) => list?.map(({ key }) => [key, i]) ?? []));
    const kindOf = (key: string) => ["urgent", "first", "again"][kinds.get(key) ?? 9];
    return { archive, now, first: first ?? [], kinds: (most: number, at = now) => due(archive, at, most).map(kindOf) };
  }

  test("a third are urgent, one in eight has a text already, most are without one; what is left comes last", () => {
    const { kinds, now } = waiting(8);
    const of = (list: (string | undefined)[], kind: string) => list.filter((one) => one === kind).length;
    const sixteen = kinds(16);
    expect([of(sixteen, "urgent"), of(sixteen, "first"), of(sixteen, "again")]).toEqual([6, 8, 2]);
    const eight = kinds(8);
    expect([of(eight, "urgent"), of(eight, "first"), of(eight, "again")]).toEqual([3, 4, 1]);
    const ticksOfThree = Array.from({ length: 8 }, (_, i) => kinds(3, now + i * 15 * MINUTE)).flat();
    expect(of(ticksOfThree, "again")).toBe(3);
    expect(new Set(kinds(3))).toEqual(new Set(["urgent", "first"]));
    // One page a tick: each kind has its turn within eight ticks.
    const ticks = Array.from({ length: 8 }, (_, i) => kinds(1, now + i * 15 * MINUTE)[0]);
    expect([of(ticks, "again"), of(ticks, "urgent")]).toEqual([1, 7]);
    expect(kinds(99)).toHaveLength(24);
  });

  test("the newest without a text come first", () => {
    const { archive, first, now } = waiting(3);
    const keys = due(archive, now).filter((key) => first.some((article) => article.key === key));
    expect(keys).toEqual(first.map(({ key }) => key));
  });

  test("the sources take turns, another first at each tick; one with many pages holds up no other", () => {
    const archive = empty();
    const sources = ["kcna-en", "rodong-ko", "voice"];
    for (const [i, source] of sources.entries()) {
      const articles = page(NOW - i * 100 * HOUR, source === "kcna-en" ? 6 : 2);
      archive.commit([listing(articles, { source })], NOW);
    }
    const sourcesAt = (now: number) => archive.duePages(site, sources, 99, now).map(({ sources }) => sources[0]);
    const [first, second, third] = [0, 1, 2].map((i) => sourcesAt(NOW + i * 15 * MINUTE));
    expect(first?.slice(0, 3).sort()).toEqual(sources);
    expect(first?.slice(3, 6)).toEqual(first?.slice(0, 3));
    expect(first?.slice(6)).toEqual(Array(4).fill("kcna-en"));
    expect(new Set([first?.[0], second?.[0], third?.[0]]).size).toBe(3);
    expect(archive.duePages(site, ["voice"], 99, NOW)).toHaveLength(2);
  });

  test("a page with a new title is read at once, but not within an hour of the last look", () => {
    const { archive, article } = listed();
    read(archive, [article], NOW);
    const edit = (n: number, at: number) =>
      commit(archive, listing([{ ...article, title: `${article.title}, edited ${n}` }], { unbroken: false }), at);
    edit(1, NOW + 30 * MINUTE);
    expect(dueAfter(archive, article, NOW + 30 * MINUTE)).toBe(0.5);
    read(archive, [article], NOW + HOUR);
    edit(2, NOW + 3 * HOUR);
    expect(dueAfter(archive, article, NOW + 3 * HOUR)).toBe(0);
  });
});

test("pages that must exist are those of the listings now, newest first, of the website, and not absent or gone", () => {
  const archive = empty();
  const articles = page(NOW, 5);
  const [a, b, c, d, e] = articles as [ScrapedArticle, ScrapedArticle, ScrapedArticle, ScrapedArticle, ScrapedArticle];
  commit(archive, listing(articles, { isLook: true }), NOW);
  archive.commit([listing([e, shownAt(NOW - 90 * HOUR)], { source: "newstream", isLook: true })], NOW);
  const keys = (most: number, sources = ["kcna-en", "newstream"], of = site) =>
    archive.listedPages(of, sources, most).map(({ key }) => key);
  expect(keys(9)).toEqual([...articles, shownAt(NOW - 90 * HOUR)].map(({ key }) => key));
  expect(keys(2, ["newstream", "kcna-en"])).toEqual([a.key, b.key]);
  expect(keys(9, ["newstream"])).toHaveLength(2);
  expect(keys(9, ["kcna-en"], "kcna")).toEqual([]);
  absent(archive, a, NOW + HOUR);
  for (const hours of [1, 8]) absent(archive, b, NOW + hours * HOUR);
  expect(keys(9, ["kcna-en"])).toEqual([c.key, d.key, e.key]);
  commit(archive, listing([c, d], { isLook: true }), NOW + 9 * HOUR);
  expect(keys(9, ["kcna-en"])).toEqual([c.key, d.key]);
});
