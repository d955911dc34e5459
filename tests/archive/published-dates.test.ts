import { describe, expect, test } from "vitest";
import { publishedDates } from "../../src/archive/published-dates.ts";
import type { Article, ScrapedArticle } from "../../src/article.ts";
import { dayStart, instant, MINUTE } from "../../src/time.ts";

const DAY = "2026-01-30";
const at = (time: string) => `${time.includes("T") ? "" : `${DAY}T`}${time}Z`;

interface Page {
  /** Newest first: a key, and the time at which the website took the article in. */
  shown: [key: string, collected?: string][];
  kept?: [key: string, published: string, day?: string][];
  taken?: string[];
  window?: { after: string; before: string };
  isOpen?: boolean;
  now?: string;
}

/** The published dates of the new articles of a page of one day, newest first: only the time if they are on that day. */
function dates({ shown, kept = [], taken = [], window, isOpen, now = "12:00:00" }: Page): Record<string, string> {
  const articles = shown.map(([key, collected]) => ({
    key,
    day: DAY,
    ...(collected && { collectedAt: Date.parse(at(collected)) }),
  })) as ScrapedArticle[];
  const archived = kept.map(([key, published, day = DAY]) => ({ key, day, published: at(published) })) as Article[];
  const keys = new Set(kept.map(([key]) => key));
  const found = publishedDates(
    archived,
    articles,
    articles.filter(({ key }) => !keys.has(key)),
    { timeZone: "UTC", now: Date.parse(at(now)), taken: taken.map(at), isOpen, ...(window && { window }) },
  );
  return Object.fromEntries([...found].map(([key, date]) => [key, date.replace(`${DAY}T`, "").replace("Z", "")]));
}

describe("articles without a time of their own", () => {
  test("stand a minute apart above and below a kept one of the page", () => {
    const kept: Page["kept"] = [["k", "10:00:00"]];
    expect(dates({ shown: [["d"], ["c"], ["k"], ["b"], ["a"]], kept })).toEqual({
      ...{ a: "00:00:00", b: "00:01:00" },
      ...{ c: "10:01:00", d: "10:02:00" },
    });
  });

  test("share what room there is below a kept one, in whole seconds", () => {
    const shown: Page["shown"] = [["k"], ["c"], ["b"], ["a"]];
    const below = (published: string) => dates({ shown, kept: [["k", published]] });
    expect(below("00:00:09")).toEqual({ a: "00:00:00", b: "00:00:03", c: "00:00:06" });
    expect(below("00:00:03")).toEqual({ a: "00:00:00", b: "00:00:01", c: "00:00:02" });
  });

  test("leave half of the day to articles that are missing below the page, and again", () => {
    const upper = dates({ shown: [["d"], ["c"]], isOpen: true });
    expect(upper).toEqual({ c: "06:01:00", d: "06:02:00" });
    const window = { after: "2026-01-02T00:00:00Z", before: at("06:01:00") };
    const lower = dates({ shown: [["b"], ["a"]], window, isOpen: true });
    expect(lower).toEqual({ a: "03:01:29", b: "03:02:29" });
    expect(
      dates({ shown: [["d"], ["c"]], window: { after: at("05:00:00"), before: at("07:00:00") }, isOpen: true }),
    ).toEqual({
      ...{ c: "05:01:00", d: "05:02:00" },
    });
  });

  test("share what is left of the day so far", () => {
    const shown: Page["shown"] = [["c"], ["b"], ["a"]];
    expect(dates({ shown, now: "00:00:08" })).toEqual({ a: "00:00:00", b: "00:00:03", c: "00:00:06" });
    expect(dates({ shown, now: "00:00:02.900" })).toEqual({ a: "00:00:00", b: "00:00:01", c: "00:00:02" });
  });

  test("stand above the kept ones of the day if the page shows none of these", () => {
    const kept: Page["kept"] = [
      ["j", "08:00:00"],
      ["k", "09:00:00"],
      ["i", "07:00:00"],
      // The website corrected the day of these two; what they are dated says nothing of their place.
      ["other-day", "11:00:00", "2026-01-29"],
      ["other-date", "2026-01-30T11:30:00", "2026-01-28"],
      ["later", "2026-01-31T10:00:00"],
      ["earlier", "2026-01-29T10:00:00"],
    ];
    const shown: Page["shown"] = [["b"], ["a"]];
    expect(dates({ shown, kept, now: "2026-01-31T12:00:00" })).toEqual({ a: "09:01:00", b: "09:02:00" });
    expect(dates({ shown: [...shown, ["i"]], kept })).toEqual({ a: "07:01:00", b: "07:02:00" });
    expect(dates({ shown: [["i"], ...shown], kept })).toEqual({ a: "00:00:00", b: "00:01:00" });
  });

  test("stay on their day, whatever date a kept one among them has", () => {
    const page = { shown: [["b"], ["k"], ["a"]] as Page["shown"], now: "2026-01-31T12:00:00" };
    expect(dates({ ...page, kept: [["k", "2026-01-31T10:00:00"]] })).toEqual({ a: "00:00:00", b: "00:01:00" });
    expect(dates({ ...page, kept: [["k", "2026-01-28T10:00:00"]] })).toEqual({ a: "00:00:00", b: "00:01:00" });
  });
});

test.each(["1970-01-01", "1969-12-31", "1912-04-15"])("articles of %s stand a minute apart on that day", (day) => {
  const shown = ["b", "a"].map((key) => ({ key, day })) as ScrapedArticle[];
  const now = Date.parse(at("12:00:00"));
  for (const zone of ["UTC", "Asia/Pyongyang"]) {
    const found = publishedDates([], shown, shown, { timeZone: zone, now });
    const start = dayStart(day, zone);
    expect(Object.fromEntries(found)).toEqual({ b: instant(start + MINUTE), a: instant(start) });
  }
});

describe("an older part of the listing", () => {
  const shown: Page["shown"] = [["b"], ["a"]];
  const between = (after: string, before: string, more: Partial<Page> = {}) =>
    dates({ shown, window: { after: after && at(after), before: at(before) }, ...more });

  test("falls between the ends of its gap", () => {
    expect(between("05:00:00", "06:00:00")).toEqual({ a: "05:01:00", b: "05:02:00" });
    expect(between("05:00:00", "05:00:09")).toEqual({ a: "05:00:03", b: "05:00:06" });
    expect(between("00:00:00", "06:00:00")).toEqual({ a: "00:01:00", b: "00:02:00" });
    expect(between("2026-01-29T20:00:00", "06:00:00")).toEqual({ a: "00:00:00", b: "00:01:00" });
    expect(between("", "00:00:06")).toEqual({ a: "00:00:00", b: "00:00:03" });
    // Nothing of the day is below the gap's upper end.
    expect(between("05:00:00", "00:00:00")).toEqual({ a: "05:01:00", b: "05:02:00" });
  });

  test("is not placed above what is kept of the day", () => {
    expect(between("", "06:00:00", { kept: [["k", "08:00:00"]] })).toEqual({ a: "00:00:00", b: "00:01:00" });
  });

  test("does not take a time of intake that is above the gap", () => {
    const late: Page["shown"] = [["b", "07:00:00"], ["a"]];
    expect(between("05:00:00", "06:00:00", { shown: late })).toEqual({ a: "05:01:00", b: "05:02:00" });
  });

  test("with more articles than seconds goes below the gap", () => {
    const taken = ["05:00:00", "05:00:02"];
    expect(between("05:00:00", "05:00:02", { taken })).toEqual({ a: "05:00:01", b: "04:59:59" });
  });
});

describe("no date is given twice", () => {
  test("the next second that is free, of those of other articles too", () => {
    const shown: Page["shown"] = [["a", "10:00:00"]];
    expect(dates({ shown, taken: ["10:00:00", "10:00:01"] })).toEqual({ a: "10:00:02" });
    expect(dates({ shown, kept: [["k", "10:00:00"]] })).toEqual({ a: "10:00:01" });
  });

  test("at the end of the day, or of what has passed of it, one before", () => {
    const [now, taken] = ["2026-01-31T12:00:00", ["23:59:59"]];
    expect(dates({ shown: [["a", "23:59:59"]], taken, now })).toEqual({ a: "23:59:58" });
    expect(dates({ shown: [["a", "12:00:00"]], taken: ["12:00:00"], now: "12:00:00.500" })).toEqual({ a: "11:59:59" });
  });

  test("on a day that is full, the last free one before it", () => {
    const shown: Page["shown"] = [["a", "00:00:00"]];
    expect(dates({ shown, taken: ["00:00:00"], now: "00:00:00" })).toEqual({ a: "2026-01-29T23:59:59" });
    expect(dates({ shown, taken: ["00:00:00", "00:00:01"], now: "00:00:01" })).toEqual({ a: "2026-01-29T23:59:59" });
  });
});
