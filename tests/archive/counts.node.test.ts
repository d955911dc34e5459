import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Archive } from "../../src/archive/archive.ts";
import { type Counts, countByMonth } from "../../src/archive/counts.ts";
import { nodeSql } from "../../src/platform/node.ts";
import type { Sql } from "../../src/platform/sql.ts";
import { instant } from "../../src/time.ts";
import { runs } from "../runs.ts";
import { HOUR, listing, NOW, page, shownAt } from "./fixtures.ts";

/** Counts by month against what the feeds of the months list. */

const DAY = 24 * HOUR;

/** All counts that a query leads to, by month, following `next`; and how many answers that took. */
async function countsOf(archive: Archive, sources: readonly string[], query: string, now = NOW) {
  const months = new Map<string, { matches: number; articles: number }>();
  const parameters = new URLSearchParams(query);
  let answers = 0;
  for (let next: string | undefined = ""; next !== undefined; answers++) {
    if (next) parameters.set("until", next);
    const counts: Counts = await countByMonth(archive.store, { sources, query: parameters.toString(), now });
    for (const { month, matches, articles } of counts.months) {
      const sum = months.get(month) ?? { matches: 0, articles: 0 };
      months.set(month, { matches: sum.matches + matches, articles: sum.articles + articles });
    }
    expect(counts.next === undefined || next === "" || counts.next < next).toBe(true);
    next = counts.next;
  }
  return { months, answers };
}

/** How many articles the feed of a month lists, all its pages together. */
async function listedIn(archive: Archive, sources: readonly string[], month: string, query: string): Promise<number> {
  const parameters = new URLSearchParams(query);
  let count = 0;
  for (;;) {
    const found = await archive.find({ sources, view: { month }, query: parameters.toString(), now: NOW });
    count += found.articles.length;
    if (!found.next) return count;
    parameters.set("before", `${found.next.published}_${found.next.key}`);
  }
}

const WORDS = ["kim", "missile", "missiles", "미사일", "미사", "사일", "북한", "the", "José"];
const QUERIES = [
  "",
  "kim",
  "missile",
  "미사일",
  "미사",
  '"kim missile"',
  "kim | 북한",
  "-kim",
  "kim -missile",
  "the",
  "k",
  "title:북한",
];
const article = fc.record({
  hoursAgo: fc.integer({ min: 0, max: 24 * 150 }),
  words: fc.array(fc.constantFrom(...WORDS), { minLength: 1, maxLength: 5 }),
  language: fc.constantFrom("en", "ko", "zh-Hant"),
  source: fc.constantFrom("kcna-en", "newstream", "kp-kcna-en"),
  copied: fc.boolean(),
  body: fc.option(fc.array(fc.constantFrom(...WORDS), { maxLength: 6 })),
});
const world = fc.uniqueArray(article, { minLength: 1, maxLength: 25, selector: ({ hoursAgo }) => hoursAgo });

function archiveOf(articles: readonly (typeof world extends fc.Arbitrary<infer T> ? T : never)[number][]): Archive {
  const archive = new Archive(nodeSql(":memory:"));
  const siteOf = (source: string) => (source === "kp-kcna-en" ? "kcna" : "kcnawatch");
  for (const { hoursAgo, words, language, source, copied, body } of articles) {
    const shown = { ...shownAt(NOW - hoursAgo * HOUR, words.join(" "), "What it says."), language };
    const site = siteOf(source);
    archive.commit([listing([shown], { source, site, unbroken: false })], NOW);
    // The article's page names the outlet's own article, or the other source of its website lists it too.
    const copyOf = { site: "kcna", key: `${shown.key}-own` };
    if (copied && site === "kcnawatch") {
      const own = { ...shown, key: copyOf.key, id: `${shown.id}-own`, title: `${shown.title} own` };
      archive.commit([listing([own], { source: "kp-kcna-en", site: "kcna", unbroken: false })], NOW);
    } else if (copied) archive.commit([listing([shown], { source: "kp-kcna-ko", site, unbroken: false })], NOW);
    const pageOf = {
      source,
      site,
      timeZone: "Asia/Pyongyang",
      article: shown,
      ...(copied && site === "kcnawatch" && { copyOf }),
    };
    archive.commit([{ source, pages: [{ ...pageOf, ...(body && { body: `<p>${body.join(" ")}</p>` }) }] }], NOW);
  }
  return archive;
}

test("a month's count is what its feed lists, and its total what the feed without words lists", {
  timeout: 120_000,
}, async () => {
  let counted = 0;
  let hidden = 0;
  const selection = fc.constantFrom(
    ["kcna-en"],
    ["newstream", "kcna-en"],
    ["kp-kcna-en", "kcna-en"],
    ["kcna-en", "newstream", "kp-kcna-en", "kp-kcna-ko"],
  );
  const more = fc.constantFrom(
    "",
    "",
    "lang=en",
    "lang=zh,ko",
    "once=true",
    "since=2026-03-10",
    "until=2026-04-20&since=2026-02-03",
    "filter_title=k.m",
    "filter=missile",
  );
  const asked = fc.record({ sources: selection, q: fc.constantFrom(...QUERIES), more });
  await fc.assert(
    fc.asyncProperty(world, fc.array(asked, { minLength: 8, maxLength: 8 }), async (articles, queries) => {
      const archive = archiveOf(articles);
      for (const { sources, q, more } of queries) {
        const words = q && `q=${encodeURIComponent(q)}`;
        const query = [words, more].filter(Boolean).join("&");
        const { months } = await countsOf(archive, sources, query);
        for (const [month, { matches, articles }] of months) {
          const whole = more.startsWith("filter") ? "" : more;
          const expected = {
            matches: await listedIn(archive, sources, month, query),
            articles: await listedIn(archive, sources, month, whole),
          };
          expect({ query, sources, month, matches, articles }).toEqual({ query, sources, month, ...expected });
          counted += matches;
        }
        hidden += archive.store.sql.rows("SELECT 1 FROM article WHERE copies IS NOT NULL").length;
      }
    }),
    { numRuns: runs(15, 30) },
  );
  // Without any match or copy it would hold as well.
  expect(counted).toBeGreaterThan(100);
  expect(hidden).toBeGreaterThan(0);
});

describe("the months of an answer", () => {
  const count = (archive: Archive, query = "", now = NOW, sources = ["kcna-en"]) =>
    countByMonth(archive.store, { sources, query, now });

  test("go without a hole from the first that is kept to the current one", async () => {
    const archive = new Archive(nodeSql(":memory:"));
    archive.commit([listing([shownAt(NOW - 100 * DAY, "Missile")], { unbroken: false })], NOW);
    const { months, next } = await count(archive, "q=missile", NOW + 40 * DAY);
    expect(months.map(({ month, matches, articles }) => [month, matches, articles])).toEqual([
      ["2026-02", 1, 1],
      ["2026-03", 0, 0],
      ["2026-04", 0, 0],
      ["2026-05", 0, 0],
      ["2026-06", 0, 0],
      ["2026-07", 0, 0],
    ]);
    expect(next).toBeUndefined();
  });

  test("are 240 at most, and `next` goes on before them", async () => {
    const archive = new Archive(nodeSql(":memory:"));
    archive.commit([listing([shownAt(NOW), shownAt(Date.parse("1990-06-15T00:00:00Z"))], { unbroken: false })], NOW);
    const { months, next } = await count(archive);
    expect([months.length, months[0]?.month, next]).toEqual([240, "2006-07", "2006-06-30T14:59:59Z"]);
    expect((await countsOf(archive, ["kcna-en"], "")).months.size).toBe(433);
  });

  test("none, if nothing is kept of the sources or the bounds leave nothing", async () => {
    const archive = new Archive(nodeSql(":memory:"));
    expect(await count(archive)).toEqual({ months: [], completeSince: null });
    archive.commit([listing(page(NOW, 3))], NOW);
    expect((await count(archive, "until=2020-01-01")).months).toEqual([]);
    expect((await count(archive, "since=2030-01-01")).months).toEqual([]);
    expect((await count(archive, "", NOW, ["rodong-ko"])).months).toEqual([]);
  });

  test("a month that a bound cuts is partial; counted in two parts, it adds up", async () => {
    const archive = new Archive(nodeSql(":memory:"));
    archive.commit([listing(page(NOW, 60, DAY))], NOW);
    const whole = await count(archive, "since=2026-05-01&until=2026-05-31");
    expect(whole.months).toMatchObject([{ month: "2026-05", articles: 31 }]);
    expect(whole.months[0]?.partial).toBeUndefined();
    const parts = await Promise.all([
      count(archive, "since=2026-05-01&until=2026-05-10"),
      count(archive, "since=2026-05-11&until=2026-05-31"),
    ]);
    expect(parts.map(({ months: [month] }) => [month?.articles, month?.partial])).toEqual([
      [10, true],
      [21, true],
    ]);
  });

  test("include the one in which the query begins, though it is not counted whole", async () => {
    const archive = new Archive(nodeSql(":memory:"));
    archive.commit([listing(page(NOW, 60, DAY))], NOW);
    for (const query of ["since=2026-05-11", "q=article&since=2026-05-11", "filter=Article&since=2026-05-11"]) {
      const { months, next } = await count(archive, query);
      expect(months.map(({ month, matches, articles, partial }) => [month, matches, articles, partial])).toEqual([
        ["2026-05", 21, 21, true],
        ["2026-06", 1, 1, undefined],
      ]);
      expect(next).toBeUndefined();
    }
  });

  test("say which are complete: not those before the first listing, nor those that a gap touches", async () => {
    const archive = new Archive(nodeSql(":memory:"));
    archive.commit([listing([shownAt(NOW - 200 * DAY)], { unbroken: false })], NOW);
    expect((await count(archive)).completeSince).toBeNull();
    // The first listing is of 14 January to 13 March. Those of 1 May and later share no article with it.
    archive.commit([listing(page(NOW - 80 * DAY, 59, DAY))], NOW);
    archive.commit([listing(page(NOW, 32, DAY))], NOW);
    const { months, completeSince } = await count(archive);
    expect(completeSince).toBe(instant(NOW - 31 * DAY));
    expect(months.flatMap(({ month, complete }) => (complete ? [month] : []))).toEqual(["2026-02", "2026-06"]);
    expect((await count(archive, "", NOW, ["kcna-en", "rodong-ko"])).months.some(({ complete }) => complete)).toBe(
      false,
    );
  });
});

/** What the archive hands out, in rows, while it works. */
function countingSql(): { sql: Sql; rows: () => number } {
  const sql = nodeSql(":memory:");
  let rows = 0;
  const counted = (read: (statement: string, ...values: never[]) => unknown[]) =>
    ((statement: string, ...values: never[]) => {
      const found = read(statement, ...values);
      rows += found.length;
      return found;
    }) as never;
  const counting: Sql = {
    ...sql,
    rows: counted(sql.rows),
    column: counted(sql.column),
    run: sql.run.bind(sql),
    transaction: sql.transaction.bind(sql),
  };
  return { sql: counting, rows: () => rows };
}

describe("what one answer costs is bounded, and its `next` goes on to the first month", { timeout: 120_000 }, () => {
  const { sql, rows } = countingSql();
  const archive = new Archive(sql);
  for (let i = 0; i < 130; i++) {
    const articles = page(NOW - i * 100 * HOUR, 100).map((one) => ({ ...one, title: `미사일 missile ${one.key}` }));
    archive.commit([listing(articles, { unbroken: false })], NOW);
  }

  test.each([
    ["of a word that the index decides", ["kcna-en"], "q=missile", 2],
    ["of a word for which texts are read", ["kcna-en"], `q=${encodeURIComponent("미사일")}`, 3],
    ["of a regular expression", ["kcna-en"], "filter=m.ssile", 3],
    ["of several sources", ["kcna-en", "newstream"], "", 2],
  ])("%s", async (_, sources, query, fewest) => {
    const before = rows();
    const first = await countByMonth(archive.store, { sources, query, now: NOW });
    expect(first.next).toBeDefined();
    expect(first.months.some(({ partial }) => partial)).toBe(false);
    expect(rows() - before).toBeLessThan(40_000);
    const { months, answers } = await countsOf(archive, sources, query);
    expect(answers).toBeGreaterThanOrEqual(fewest);
    const all = [...months.values()];
    expect(all.reduce((sum, { matches }) => sum + matches, 0)).toBe(13_000);
    expect(all.reduce((sum, { articles }) => sum + articles, 0)).toBe(13_000);
  });
});
