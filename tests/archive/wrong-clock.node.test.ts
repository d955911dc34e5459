import { describe, expect, test } from "vitest";
import { Archive } from "../../src/archive/archive.ts";
import type { SourceCommit } from "../../src/archive/source-commit.ts";
import { nodeSql } from "../../src/platform/node.ts";
import { dayOf } from "../../src/time.ts";
import { articlesIn, HOUR, listing, NOW, page, shownAt } from "./fixtures.ts";

/** What becomes of a website's articles while the machine's clock is wrong, and after it is right again. */

const DAY = 24 * HOUR;
const site = "kcnawatch";
const commit = (archive: Archive, one: Partial<SourceCommit>, now: number) =>
  archive.commit([{ source: "kcna-en", ...one }], now)[0];
const textOf = (article: ReturnType<typeof shownAt>, body: string) => ({
  pages: [{ source: "kcna-en", site, timeZone: "Asia/Pyongyang", article, body }],
});

function listed(now: number) {
  const archive = new Archive(nodeSql(":memory:"));
  commit(archive, listing(page(NOW - DAY, 16)), now);
  return archive;
}

describe("a clock that is behind the archive", () => {
  test("changes nothing of when pages are read", () => {
    const archive = listed(NOW);
    const looks = () => archive.store.sql.rows("SELECT page_due, page_seen FROM article");
    for (const article of page(NOW - DAY, 16)) commit(archive, textOf(article, "<p>Its text.</p>"), NOW);
    const before = looks();
    commit(archive, listing(page(NOW - DAY, 16)), 0);
    expect(looks()).toEqual(before);
  });

  test.each([
    ["a day", NOW - DAY],
    ["since 1970", 0],
  ])("gives no article a day of its own: %s", (_, clock) => {
    const archive = listed(NOW);
    const article = shownAt(NOW - HOUR);
    commit(archive, listing([article, ...page(NOW - DAY, 15)]), clock);
    const kept = articlesIn(archive).find(({ key }) => key === article.key);
    expect(kept).toMatchObject({ day: article.day, published: new Date(NOW - HOUR).toISOString().replace(".000", "") });
    expect(kept).not.toHaveProperty("dayAhead");
  });
});

describe("when a clock that was a year ahead is right again", () => {
  const AHEAD = NOW + 365 * DAY;
  const due = (archive: Archive, now: number) => archive.duePages(site, ["kcna-en"], 99, now).map(({ key }) => key);

  test("texts of new articles are read and kept", () => {
    const archive = listed(AHEAD);
    const article = shownAt(NOW);
    commit(archive, listing([article, ...page(NOW - DAY, 15)]), NOW);
    expect(due(archive, NOW)).toContain(article.key);
    commit(archive, textOf(article, "<p>Its text.</p>"), NOW);
    expect(archive.article(site, article.key, "all")?.versions.map(({ html }) => html)).toEqual([
      "",
      "<p>Its text.</p>",
    ]);
  });

  test("a misprinted day in the future counts as today, and no article is dated later than now", () => {
    const archive = listed(AHEAD);
    const misprint = { ...shownAt(NOW), day: "2026-12-30" };
    commit(archive, listing([misprint, ...page(NOW - DAY, 15)]), NOW);
    const kept = articlesIn(archive).find(({ key }) => key === misprint.key);
    expect(kept).toMatchObject({ day: dayOf(NOW, "Asia/Pyongyang"), dayAhead: true });
    expect(Date.parse(kept?.published ?? "")).toBeLessThanOrEqual(NOW);
  });

  test("edits are seen, in the listing and on an article's page, also of articles that were added before", () => {
    const archive = listed(AHEAD);
    const [first, second, ...rest] = page(NOW - DAY, 16);
    if (!first || !second) throw new Error();
    const retitled = { ...first, title: "Another title" };
    expect(commit(archive, listing([retitled, second, ...rest]), NOW)).toMatchObject({ edited: 1 });
    commit(archive, textOf(second, "<p>Its text.</p>"), NOW);
    expect(commit(archive, textOf(second, "<p>Its new text.</p>"), NOW + HOUR)).toMatchObject({ edited: 1 });
  });

  test("pages are read again as before, so that a deletion is seen", () => {
    const archive = listed(AHEAD);
    const articles = page(NOW - DAY, 16);
    for (const article of articles) commit(archive, textOf(article, "<p>Its text.</p>"), AHEAD);
    commit(archive, listing(articles), NOW);
    expect([due(archive, NOW), due(archive, NOW + DAY)].map(({ length }) => length)).toEqual([0, 16]);
    const absent = (now: number) =>
      commit(archive, { absentPages: [{ site, key: articles[3]?.key ?? "" }], outcome: { ok: true } }, now);
    expect([absent(NOW + DAY)?.gone, absent(NOW + DAY + 6 * HOUR)?.gone]).toEqual([0, 1]);
  });

  test("articles that only seemed old are followed again, also one that is gone", () => {
    const archive = listed(NOW);
    const [first, ...others] = page(NOW - DAY, 16);
    const absent = (now: number) =>
      commit(archive, { absentPages: [{ site, key: first?.key ?? "" }], outcome: { ok: true } }, now)?.gone;
    const read = (now: number) => others.map((article) => commit(archive, textOf(article, "<p>Its text.</p>"), now));
    read(NOW);
    expect([absent(NOW), absent(NOW + 6 * HOUR)]).toEqual([0, 1]);
    read(AHEAD);
    absent(AHEAD);
    expect(due(archive, AHEAD + 40 * DAY)).toEqual([]);
    commit(archive, listing(others), NOW + 8 * HOUR);
    expect(due(archive, NOW + 8 * HOUR)).toHaveLength(16);
    absent(NOW + 8 * HOUR);
    expect(due(archive, NOW + 26 * HOUR)).toContain(first?.key);
  });
});
