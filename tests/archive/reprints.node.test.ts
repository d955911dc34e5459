import { expect, test, vi } from "vitest";
import { Archive } from "../../src/archive/archive.ts";
import type { View } from "../../src/archive/search.ts";
import type { ScrapedArticle } from "../../src/article.ts";
import { nodeSql } from "../../src/platform/node.ts";
import { labelledPairs } from "../scrape/reprints/pairs.ts";
import { exported, HOUR, NOW, shownAt } from "./fixtures.ts";

/** Reprints as `once=true` shows them: the first of the outlets that had the text, with the names of the others. */

const empty = () => new Archive(nodeSql(":memory:"));
const pairs = labelledPairs(5);
const REPRINT = pairs.find(({ kind, language }) => kind === "reprint: slip" && language === "en");
const [TEXT, REPRINTED] = [REPRINT?.a ?? "", REPRINT?.b ?? ""];
const OTHER = pairs.find(({ kind }) => kind === "same form, other words")?.b ?? "";

/** Reads an article of an outlet: its source has the outlet's name. */
function read(
  archive: Archive,
  outlet: string,
  article: ScrapedArticle,
  text: string,
  now: number,
  site = "kcnawatch",
) {
  const page = { source: outlet, site, timeZone: "Asia/Pyongyang", outlet: outlet.replace(/^own-/, ""), article };
  const [result] = archive.commit([{ source: outlet, pages: [{ ...page, body: `<p>${text}</p>` }] }], now);
  if (result?.error) throw new Error(result.error);
}

const OUTLETS = ["kcna", "rodong", "minju", "own-kcna"];
const ask = (archive: Archive, query: string, sources = OUTLETS, view: View = "newest") =>
  archive.find({ sources, view, query, now: NOW });

const idsOf = async (archive: Archive, query: string, sources?: string[], view?: View) =>
  (await ask(archive, query, sources, view)).articles.map(({ id }) => id);

test("two outlets with one text are one article with once=true: the first one, which names the other", async () => {
  const archive = empty();
  const [first, second] = [shownAt(NOW), shownAt(NOW + 20 * HOUR, "Another Headline")];
  read(archive, "kcna", first, TEXT, NOW);
  read(archive, "rodong", second, REPRINTED, NOW + 20 * HOUR);
  expect(await idsOf(archive, "")).toEqual([second.id, first.id]);
  const { articles, lastHiddenChange } = await ask(archive, "once=true");
  expect(articles).toHaveLength(1);
  expect(articles[0]).toMatchObject({
    id: first.id,
    reprints: [{ key: second.key, source: "rodong", url: second.url }],
  });
  expect(articles[0]?.enrichedAt).toBe("2026-06-01T20:00:00Z");
  expect(lastHiddenChange).toBe("2026-06-01T20:00:00Z");
  expect(await idsOf(archive, "once=true", ["rodong"])).toEqual([second.id]);
  expect((await ask(archive, "", ["kcna"])).articles[0]).not.toHaveProperty("reprints");
  // The first is the one that the feed's sources had first, whatever its printed date.
  read(archive, "minju", shownAt(NOW - HOUR, "Late"), TEXT, NOW + 30 * HOUR);
  expect(await idsOf(archive, "once=true")).toEqual([first.id]);
  expect(await idsOf(archive, "once=true", ["rodong", "minju"])).toEqual([second.id]);
});

test("not another event in the same form, another language, the same outlet, or a text of another week", async () => {
  for (const [outlet, text, article] of [
    ["rodong", OTHER, shownAt(NOW + HOUR)],
    ["rodong", REPRINTED, { ...shownAt(NOW + HOUR), language: "es" }],
    ["kcna", REPRINTED, shownAt(NOW + HOUR)],
    ["rodong", REPRINTED, shownAt(NOW + 73 * HOUR)],
    ["rodong", "The same short note.", shownAt(NOW + HOUR)],
  ] as const) {
    const archive = empty();
    read(archive, "kcna", shownAt(NOW), text.startsWith("The same") ? text : TEXT, NOW);
    read(archive, outlet, article, text, NOW + 80 * HOUR);
    expect(await idsOf(archive, "once=true"), `${outlet} ${article.language}`).toHaveLength(2);
  }
});

test("an outlet has one article of a text: what it prints again is another, though a reprint of the first is kept", async () => {
  const archive = empty();
  const [first, reprint, again] = [0, 1, 2].map((hours) => shownAt(NOW + hours * HOUR, `Headline ${hours}`));
  for (const [outlet, article] of [
    ["kcna", first],
    ["rodong", reprint],
    ["kcna", again],
  ] as const)
    read(archive, outlet, article as ScrapedArticle, TEXT, NOW + 3 * HOUR);
  expect(await idsOf(archive, "once=true")).toEqual([again?.id, first?.id]);
});

test("copies on other websites go with their reprints, in any order", async () => {
  const outletKey = "f".repeat(32);
  const own = { ...shownAt(NOW), key: outletKey, id: `tag:kcna.kp,2026:${outletKey}` };
  const steps = [
    (archive: Archive, now: number) => read(archive, "kcna", shownAt(NOW), TEXT, now),
    (archive: Archive, now: number) => read(archive, "own-kcna", own, TEXT, now, "kcna"),
    (archive: Archive, now: number) => read(archive, "rodong", shownAt(NOW + HOUR, "Headline"), REPRINTED, now),
  ];
  for (const order of [
    [0, 1, 2],
    [0, 2, 1],
    [2, 0, 1],
    [2, 1, 0],
  ]) {
    const archive = empty();
    for (const [i, step] of order.entries()) steps[step]?.(archive, NOW + (2 + i) * HOUR);
    const { articles } = await ask(archive, "once=true");
    expect(articles, order.join()).toHaveLength(1);
    // Each of the others once, and a copy is no reprint.
    const [item] = articles;
    const isRodong = item?.source === "rodong";
    expect([item?.copies?.length ?? 0, item?.reprints?.length]).toEqual(isRodong ? [0, 1] : [1, 1]);
  }
});

test("months, searches and pages have each text once, and lose none", async () => {
  const archive = empty();
  const reprints = pairs.filter(({ isReprint, kind }) => isReprint && !kind.includes("cut"));
  for (const [i, { language, a, b }] of reprints.entries()) {
    const [first, second] = [shownAt(NOW - i * 40 * HOUR), shownAt(NOW - i * 40 * HOUR + 7 * HOUR)];
    read(archive, "kcna", { ...first, language }, a, NOW + i);
    read(archive, "rodong", { ...second, language }, b, NOW + i);
  }
  const all = await idsOf(archive, "limit=500");
  const once = await idsOf(archive, "once=true&limit=500");
  expect(all).toHaveLength(2 * reprints.length);
  expect(once.length).toBeLessThan(1.1 * reprints.length);
  for (const query of ["once=true&limit=7", "once=true&limit=5&q=pyongyang+%7C+평양"]) {
    const paged: string[] = [];
    let page = await ask(archive, query);
    for (; ; page = await ask(archive, `${query}&before=${page.next.published}_${page.next.key}`)) {
      paged.push(...page.articles.map(({ id }) => id));
      if (!page.next) break;
    }
    expect(new Set(paged).size).toBe(paged.length);
    const whole = await idsOf(archive, query.replace(/limit=\d/, "limit=500"));
    expect(paged).toEqual(whole);
    if (!query.includes("q=")) expect(paged).toEqual(once);
  }
  const months: string[] = [];
  for (const month of ["2026-06", "2026-05", "2026-04", "2026-03"]) {
    months.push(...(await idsOf(archive, "once=true", OUTLETS, { month })));
  }
  expect(months).toEqual(once.filter((id) => months.includes(id)));
  expect(months.length).toBeGreaterThan(40);

  // The journal replayed has the same reprints.
  const restored = empty();
  restored.import(exported(archive));
  expect(await ask(restored, "once=true&limit=500")).toEqual(await ask(archive, "once=true&limit=500"));
});

test("a flood of articles with one text costs no more than a few comparisons each; 24 are one", () => {
  const archive = empty();
  for (let i = 0; i < 300; i++) read(archive, `outlet${i}`, shownAt(NOW - i * 1000), TEXT, NOW);
  const [textOf, byNumbers] = [vi.spyOn(archive.store, "textOf"), vi.spyOn(archive.store, "byNumbers")];
  read(archive, "kcna", shownAt(NOW + 1000), TEXT, NOW);
  expect(textOf.mock.calls.length).toBeLessThan(10);
  expect(Math.max(...byNumbers.mock.calls.map(([numbers]) => numbers.length))).toBe(24);
  const sizes = archive.store.sql.column<number>("SELECT count(*) FROM reprint GROUP BY first ORDER BY 1");
  expect(sizes.at(-1)).toBe(24);
});
