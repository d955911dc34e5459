import { describe, expect, test } from "vitest";
import { commitTitle, doubtOf, placeBehind, readPageTitle, readTitle } from "../../src/archive/printed-titles.ts";
import type { ArticleRow } from "../../src/archive/rows.ts";

const NOW = Date.parse("2026-06-01T00:00:00Z");
const HOUR = 3600_000;
const row = (more: Partial<ArticleRow> = {}): ArticleRow =>
  ({
    title: "New",
    earlier_titles: '["First","Second"]',
    page_title: null,
    page_seen: null,
    page_doubt: null,
    ...more,
  }) as never;

describe("a title that a place shows", () => {
  const [edit, none] = [
    { isEdit: true, place: undefined },
    { isEdit: false, place: undefined },
  ];
  test("is no edit if it is the current one, whatever the place showed before", () => {
    for (const place of [
      undefined,
      { title: "First" },
      { title: "First", behind: true },
      { title: "X", own: true },
    ] as const)
      expect(readTitle(place, "New", row())).toEqual(none);
  });

  test("is an edit if the place showed the current one, or another", () => {
    expect(readTitle(undefined, "Other", row())).toEqual(edit);
    expect(readTitle({ title: "Cut …" }, "Other", row())).toEqual(edit);
    expect(readTitle({ title: "NK: New", own: true }, "NK: Other", row())).toEqual(edit);
    expect(readTitle({ title: "First", behind: true }, "Other", row())).toEqual(edit);
    // It was not behind: that it shows an earlier one is the website's word.
    expect(readTitle({ title: "Cut …" }, "First", row())).toEqual(edit);
  });

  test("is none if the place goes on showing what it showed", () => {
    for (const place of [
      { title: "First", behind: true },
      { title: "NK: New", own: true },
    ] as const)
      expect(readTitle(place, place.title, row())).toEqual({ isEdit: false, place });
  });

  test("is none if the place shows it with other spaces, as after an upgrade of the bridge", () => {
    const place = { title: "Economy New", own: true } as const;
    expect(readTitle({ ...place, title: "EconomyNew" }, place.title, row())).toEqual({ isEdit: false, place });
    expect(
      readPageTitle(row({ page_title: '{"title":"EconomyNew","own":true}', page_seen: "x" }), place.title),
    ).toEqual({
      isEdit: false,
      place,
    });
  });

  test("is none while a place that is behind shows the earlier ones, one after the other", () => {
    const place = { title: "First", excerpt: "E", behind: true } as const;
    expect(readTitle(place, "Second", row())).toEqual({ isEdit: false, place: { ...place, title: "Second" } });
    expect(readTitle(place, "Second", row({ earlier_titles: null }))).toEqual(edit);
    const own = { title: "NK: First", own: true, behind: true } as const;
    expect(readTitle(own, "NK: New", row())).toEqual({ isEdit: false, place: { title: "NK: New", own: true } });
    // The page printed it before: no form of the listing's own, but a title that the listing is late with.
    expect(readTitle({ ...own, onPage: "NK: New" }, "NK: New", row())).toEqual(edit);
  });

  test("on the article's own page is no edit at the first look, and remembered if it is in a form of its own", () => {
    expect(readPageTitle(row(), "NK: New")).toEqual({ isEdit: false, place: { title: "NK: New", own: true } });
    expect(readPageTitle(row(), "New")).toEqual(none);
    const seen = row({ page_seen: "2026-05-31T00:00:00Z" });
    expect(readPageTitle(seen, "Other")).toEqual(edit);
    expect(readPageTitle({ ...seen, page_title: '{"title":"NK: New","own":true}' }, "NK: New")).toEqual({
      isEdit: false,
      place: { title: "NK: New", own: true },
    });
    expect(readPageTitle({ ...seen, page_title: '{"title":"X"}' }, "")).toEqual({
      isEdit: false,
      place: { title: "X" },
    });
    expect([commitTitle(row(), "NK: New"), commitTitle(row(), "New")]).toEqual([
      '{"title":"NK: New","own":true}',
      null,
    ]);
  });

  test("was edited elsewhere: the place is behind with what it showed, in the form of the one that changed", () => {
    const own = { title: "NK: Old", own: true } as const;
    expect(placeBehind(own, { title: "Old" }, "New", undefined)).toEqual({ ...own, behind: true });
    const before = { title: "Old", excerpt: "E" };
    expect(placeBehind(undefined, before, "New", undefined)).toEqual({ ...before, behind: true });
    expect(placeBehind(undefined, before, "New", { title: "X" })).toEqual({ ...before, behind: true });
    const after = { ...before, behind: true, own: true, onPage: "X" };
    expect(placeBehind(undefined, before, "New", { title: "X", own: true })).toEqual(after);
    // It is behind with its excerpt alone.
    expect(placeBehind(own, before, "Old", undefined)).toEqual({ ...own, excerpt: "E" });
    expect(placeBehind(undefined, before, "Old", undefined)).toEqual(before);
  });
});

describe("a page with nothing of the article in it is in doubt", () => {
  const article = row({ title: "Harvest Ends in Hwanghae", day: "2026-05-30" });
  const other = {
    title: "Ministers Meet at Kaesong",
    day: "2026-05-30",
    body: "<p>They met there about other things.</p>",
  };
  const TEXT = "<p>Farmers of the province have gathered this year's rice.</p>";
  const at = (now: number) => new Date(now).toISOString().replace(".000", "");
  const doubt = (
    more: Partial<typeof other> = {},
    known: Partial<ArticleRow> = {},
    html = TEXT,
    { areDoubted = false, have = false } = {},
  ) =>
    doubtOf({ ...article, ...known }, html, { ...other, ...more }, NOW, {
      areDoubted: () => areDoubted,
      havePage: () => have,
    });
  const remembered = (hoursAgo: number, title = other.title) => ({
    page_doubt: JSON.stringify({ title, at: at(NOW - hoursAgo * HOUR) }),
  });

  test("not if it has the title, an earlier one, the page's own, or the text", () => {
    expect(doubt()).toBe(JSON.stringify({ title: other.title, at: at(NOW) }));
    expect(doubt({ title: "Harvest Ends in Hwanghae Province" })).toBeUndefined();
    expect(doubt({}, { earlier_titles: JSON.stringify(["Ministers Meet"]) })).toBeUndefined();
    expect(doubt({}, { page_title: JSON.stringify({ title: "Ministers Meet" }) })).toBeUndefined();
    expect(doubt({ body: TEXT })).toBeUndefined();
    expect(doubt({ body: TEXT }, {}, "")).toBeDefined();
    expect(doubt({ body: undefined as never })).toBeDefined();
    expect([doubt({ title: "" }), doubt({}, { title: "Untitled" })]).toEqual([undefined, undefined]);
  });

  test("until it shows the same a day later, and no other page does", () => {
    expect(doubt({}, remembered(24))).toBeUndefined();
    expect(doubt({}, remembered(23))).toBe(remembered(23).page_doubt);
    expect(doubt({}, remembered(24), TEXT, { areDoubted: true })).toBe(remembered(24).page_doubt);
    expect(doubt({}, remembered(24, "Another"))).toBe(JSON.stringify({ title: other.title, at: at(NOW) }));
  });

  test("for good if it is of another day; a page without a day is of any", () => {
    expect(doubt({ day: "2026-05-29" }, remembered(99))).toBe(remembered(99).page_doubt);
    expect(doubt({ day: "" }, remembered(24))).toBeUndefined();
    // Of the same formula as a text of another day, it is related only if it is the same.
    const alike = { title: other.title, body: TEXT.replace("rice", "maize") };
    expect(doubt(alike)).toBeUndefined();
    expect(doubt({ ...alike, day: "2026-05-29" })).toBeDefined();
    expect(doubt({ ...alike, body: TEXT, day: "2026-05-29" })).toBeUndefined();
  });

  test("for good if another article has it, however alike the two are; not if only the title is another's", () => {
    const alike = { title: "Harvest Ends in Hamgyong", body: TEXT.replace("rice", "maize") };
    expect(doubt(alike)).toBeUndefined();
    const doubted = JSON.stringify({ title: alike.title, at: at(NOW - 99 * HOUR) });
    expect(doubt(alike, { page_doubt: doubted }, TEXT, { have: true })).toBe(doubted);
    expect(doubt({ ...alike, body: TEXT }, {}, TEXT, { have: true })).toBeUndefined();
    expect(doubt(alike, { title: "Untitled" }, TEXT, { have: true })).toBeUndefined();
    for (const title of [article.title, ""])
      expect(doubt({ ...alike, title }, {}, TEXT, { have: true })).toBeUndefined();
  });
});
