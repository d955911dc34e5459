import { describe, expect, test } from "vitest";
import { type ArchivedArticle, isEditedTooOften, merge, nextUpdated } from "../../src/archive/merge.ts";
import { keep, koreanDay, NOW, SOURCE, shown } from "./merging.ts";

describe("published dates", () => {
  test("the time of intake where it falls on the printed Korean day", () => {
    const [article] = keep([], [shown("2026-01-29T15:00:01Z")]);
    expect(article).toMatchObject({
      day: "2026-01-30",
      published: "2026-01-29T15:00:01Z",
      updated: "2026-01-29T15:00:01Z",
    });
    expect(article?.dayOnly).toBeUndefined();
  });

  test("the first minute of 1970 is an instant like another: an article that has no time of its own says so", () => {
    const undated = shown("2016-01-01T00:00:00Z", { day: "1970-01-01", collectedAt: undefined });
    const { changed } = merge([], [undated], { ...SOURCE, timeZone: "UTC" }, NOW);
    expect(changed).toMatchObject([{ published: "1970-01-01T00:00:00Z", dayOnly: true }]);
  });

  test("a page that shows nothing of the day that is kept stands above it, without a time of its own", () => {
    const of = (n: number) => shown(`2016-01-01T00:00:0${n}Z`, { key: String(n), day: "2026-01-29", title: `T${n}` });
    const kept = keep(keep([], [of(3), of(2), of(1)]), [of(6), of(5), of(4)], NOW + 3600_000);
    expect(kept.map(({ title }) => title)).toEqual(["T6", "T5", "T4", "T3", "T2", "T1"]);
    expect(kept.every(({ published }) => koreanDay(published) === "2026-01-29")).toBe(true);
  });

  test("white space that a page prints otherwise is no edit", () => {
    const kept = keep([], [shown("2026-01-29T15:00:01Z", { excerpt: "Kim Jong Un, general secretary" })]);
    const again = shown("2026-01-29T15:00:01Z", { excerpt: "Kim Jong Un , general secretary" });
    expect(merge(kept, [again], SOURCE, NOW).changed).toEqual([]);
  });

  test("else the day's start and a minute more an article, so that the list's order stands", () => {
    const page = ["c", "b", "a"].map((title, i) =>
      shown("2016-01-12T00:00:00Z", { key: `${i}`, title, day: "2011-07-08" }),
    );
    const kept = keep([], page);
    expect(kept.map(({ title, published, dayOnly }) => [title, published, dayOnly])).toEqual([
      ["c", "2011-07-07T15:02:00Z", true],
      ["b", "2011-07-07T15:01:00Z", true],
      ["a", "2011-07-07T15:00:00Z", true],
    ]);
  });

  test("an article without a time of its own stands between its neighbours that have one", () => {
    const page = [
      shown("2026-01-30T03:00:00Z", { title: "c" }),
      shown("2020-01-01T00:00:00Z", { title: "b", day: "2026-01-30" }),
      shown("2026-01-30T02:59:58Z", { title: "a" }),
    ];
    expect(keep([], page).map(({ title, published }) => [title, published])).toEqual([
      ["c", "2026-01-30T03:00:00Z"],
      ["b", "2026-01-30T02:59:59Z"],
      ["a", "2026-01-30T02:59:58Z"],
    ]);
  });

  test("two of one second are a second apart, in the list's order", () => {
    const page = [
      shown("2026-01-30T03:00:00Z", { key: "7", title: "b" }),
      shown("2026-01-30T03:00:00Z", { key: "9", title: "a" }),
    ];
    expect(keep([], page).map(({ title, published }) => [title, published])).toEqual([
      ["b", "2026-01-30T03:00:01Z"],
      ["a", "2026-01-30T03:00:00Z"],
    ]);
  });

  test("never in the future: an intake ahead of the clock, a day that has not come", () => {
    const page = [shown("2026-02-03T00:00:00Z", { title: "b" }), shown("2026-01-30T12:00:30Z", { title: "a" })];
    const kept = keep([], page);
    expect(kept.map(({ title }) => title)).toEqual(["b", "a"]);
    for (const { published } of kept) expect(Date.parse(published)).toBeLessThanOrEqual(NOW);
  });

  test("16 articles printed today, half a minute after Korean midnight", () => {
    const midnight = Date.parse("2026-01-29T15:00:30Z");
    const page = Array.from({ length: 16 }, (_, i) =>
      shown("2020-01-01T00:00:00Z", { key: `${i}`, day: "2026-01-30" }),
    );
    const kept = keep([], page, midnight);
    expect(kept.map(({ key }) => key)).toEqual(page.map(({ key }) => key));
    expect(new Set(kept.map(({ published }) => published)).size).toBe(16);
    expect(
      kept.every(({ published }) => koreanDay(published) === "2026-01-30" && Date.parse(published) <= midnight),
    ).toBe(true);
  });
});

describe("edits", () => {
  const before = keep([], [shown("2026-01-30T03:00:00Z")]);
  const LATER = NOW + 60_000;

  test("a changed title keeps id and published, moves updated and leaves the earlier one behind", () => {
    const [after] = keep(before, [shown("2026-01-30T03:00:00Z", { title: "Other" })], LATER);
    expect(after).toEqual({
      ...before[0],
      title: "Other",
      updated: "2026-01-30T12:01:00Z",
      earlierTitles: ["Title"],
      edits: [{ at: "2026-01-30T12:01:00Z", fields: ["title"] }],
    });
  });

  test("a changed excerpt likewise; a longer or shorter cut, or none at all, is no edit", () => {
    const [edited] = keep(before, [shown("2026-01-30T03:00:00Z", { excerpt: "Said otherwise" })], LATER);
    expect(edited).toMatchObject({ excerpt: "Said otherwise", updated: "2026-01-30T12:01:00Z" });
    expect(edited?.earlierTitles).toBeUndefined();
    for (const excerpt of ["Exc", ""]) {
      expect(merge(before, [shown("2026-01-30T03:00:00Z", { excerpt })], SOURCE, LATER).changed).toEqual([]);
    }
    const [longer] = keep(before, [shown("2026-01-30T03:00:00Z", { excerpt: "Excerpt and more" })], LATER);
    expect(longer).toEqual({ ...before[0], excerpt: "Excerpt and more", enrichedAt: "2026-01-30T12:01:00Z" });
  });

  test("a page that alternates between two texts does not grow an article without end", () => {
    let kept = before;
    for (let i = 1; i < 60; i++) {
      kept = keep(kept, [shown("2026-01-30T03:00:00Z", { title: `Title ${i % 2}` })], NOW + i * 60_000);
    }
    expect(kept[0]?.edits).toHaveLength(4);
    // A day later an edit is one again; after the eighth in a week, a week later.
    for (let i = 60; i < 120; i++) {
      kept = keep(kept, [shown("2026-01-30T03:00:00Z", { title: `Title ${i % 2}` })], NOW + 86_400_000 + i * 60_000);
    }
    expect(kept[0]?.edits).toHaveLength(8);
    expect(keep(kept, [shown("2026-01-30T03:00:00Z", { title: "Last" })], NOW + 3 * 86_400_000)).toEqual(kept);
    expect(keep(kept, [shown("2026-01-30T03:00:00Z", { title: "Last" })], NOW + 10 * 86_400_000)[0]?.title).toBe(
      "Last",
    );
  });
});

describe("a misprinted day that lies ahead", () => {
  const INTAKE = "2026-01-30T03:00:00Z";
  const HOUR = 3600_000;
  const page = (day: string) => [
    shown("2026-01-30T04:00:00Z", { key: "2" }),
    shown(INTAKE, { day }),
    shown("2026-01-30T02:00:00Z", { key: "0" }),
  ];
  const middle = (kept: ArchivedArticle[]) => kept.find(({ key }) => key.endsWith("-1")) as ArchivedArticle;

  test("is taken for today, so that the article stands where the listing has it", () => {
    const kept = keep([], page("2027-01-30"));
    expect(kept.map(({ key }) => key)).toEqual(page("").map(({ key }) => key));
    expect(middle(kept)).toMatchObject({ day: "2026-01-30", published: INTAKE });
    expect(merge(kept, page("2027-01-30"), SOURCE, NOW + HOUR).changed).toEqual([]);
    expect(merge(kept, page("2028-01-01"), SOURCE, NOW + 48 * HOUR).changed).toEqual([]);
  });

  test("is corrected when the website corrects it; id and published stay, and it is no edit", () => {
    const before = keep([], page("2027-01-30"));
    const kept = keep(before, page("2026-01-29"), NOW + HOUR);
    const { day: _, dayAhead, ...rest } = middle(before);
    expect(dayAhead).toBe(true);
    expect(middle(kept)).toEqual({ ...rest, day: "2026-01-29", enrichedAt: "2026-01-30T13:00:00Z" });
    // It was corrected: what another page prints later, an older or a wrong one, is not believed.
    for (const day of ["2027-01-30", "2026-01-28"]) {
      expect(merge(kept, page(day), SOURCE, NOW + 2 * HOUR).changed).toEqual([]);
    }
  });

  test("a day that comes is the article's at last", () => {
    const kept = keep(keep([], page("2026-01-31")), page("2026-01-31"), NOW + 24 * HOUR);
    expect(middle(kept)).toMatchObject({ day: "2026-01-31", published: INTAKE });
    expect(middle(kept).dayAhead).toBeUndefined();
    expect(merge(kept, page("2026-01-31"), SOURCE, NOW + 25 * HOUR).changed).toEqual([]);
    // Another listing prints the day after that: the two took turns.
    expect(merge(kept, page("2026-02-01"), SOURCE, NOW + 48 * HOUR).changed).toEqual([]);
    const corrected = keep(kept, page("2026-01-30"), NOW + 48 * HOUR);
    expect(middle(corrected).day).toBe("2026-01-30");
  });

  test("the article stays in the month in which it was published", () => {
    const kept = keep(keep([], page("2027-01-30")), page("2025-12-31"), NOW + HOUR);
    expect(middle(kept)).toMatchObject({ day: "2025-12-31", published: INTAKE });
    // Months are told by the published date.
    for (const { published } of kept) expect(koreanDay(published)).toMatch(/^2026-01/);
  });

  test("one that was kept as it was printed is corrected too; a day that was not ahead never changes", () => {
    const [before] = keep([], [shown(INTAKE)]) as [ArchivedArticle];
    const [ahead] = keep([{ ...before, day: "2027-01-30" }], [shown(INTAKE)], NOW + HOUR);
    expect(ahead).toEqual({ ...before, enrichedAt: "2026-01-30T13:00:00Z" });
    expect(merge([before], [shown(INTAKE, { day: "2026-01-28" })], SOURCE, NOW + HOUR).changed).toEqual([]);
  });
});

describe("what a page says of its articles", () => {
  const AT = "2026-01-30T03:00:00Z";

  test("without a day of the calendar is left out, and named; the others are kept", () => {
    const result = merge([], [shown(AT, { day: "2026-13-01" }), shown(AT, { key: "2" })], SOURCE, NOW);
    expect(result.undated).toEqual([shown(AT).key]);
    expect(result.changed.map(({ key }) => key)).toEqual([shown(AT, { key: "2" }).key]);
  });

  test("twice is what it says first, of a new article and of a kept one", () => {
    const twice = [shown(AT, { title: "First" }), shown(AT, { title: "Second" })];
    expect(merge([], twice, SOURCE, NOW)).toMatchObject({ added: 1, changed: [{ title: "First" }] });
    expect(merge(keep([], [shown(AT)]), twice, SOURCE, NOW).changed.map(({ title }) => title)).toEqual(["First"]);
  });

  test("adds a picture that was missing, and replaces none", () => {
    const [before] = keep([], [shown(AT)]);
    expect(before).not.toHaveProperty("image");
    const [pictured] = keep([before as ArchivedArticle], [shown(AT, { image: "/1.jpg" })], NOW + 1000);
    expect(pictured).toMatchObject({ image: "/1.jpg", updated: before?.updated, enrichedAt: "2026-01-30T12:00:01Z" });
    expect(merge([pictured as ArchivedArticle], [shown(AT, { image: "/2.jpg" })], SOURCE, NOW + 2000).changed).toEqual(
      [],
    );
    expect(keep([], [shown(AT, { image: "/1.jpg" })])[0]?.image).toBe("/1.jpg");
  });

  test("an edit moves `updated` by a second at least, also with a clock that was put back", () => {
    expect(nextUpdated("2026-01-30T12:00:00Z", NOW)).toBe("2026-01-30T12:00:01Z");
    expect(nextUpdated("2026-01-30T11:59:59Z", NOW)).toBe("2026-01-30T12:00:00Z");
    expect(nextUpdated("2026-02-01T00:00:00Z", NOW)).toBe("2026-02-01T00:00:01Z");
  });

  test("has twelve edits of a field in 30 days at most, eight in 7, four in one", () => {
    const DAY = 86_400_000;
    const limited = (count: number, ago: number) => {
      const edits = Array.from({ length: count }, () => ({
        at: new Date(NOW - ago).toISOString(),
        fields: ["title" as const],
      }));
      const article = { ...(keep([], [shown(AT)])[0] as ArchivedArticle), edits };
      return [isEditedTooOften(article, "title", NOW), isEditedTooOften(article, "excerpt", NOW)];
    };
    for (const [count, within] of [
      [4, DAY],
      [8, 7 * DAY],
      [12, 30 * DAY],
    ] as const) {
      expect(limited(count, within - 1)).toEqual([true, false]);
      expect(limited(count, within)).toEqual([false, false]);
      expect(limited(count - 1, within - 1)).toEqual([false, false]);
    }
  });
});

describe("what was cleaned or cut", () => {
  const at = "2026-01-30T03:00:00Z";
  test("and is corrected by the website is an edit as any other", () => {
    const before = keep([], [shown(at, { title: `Long ${"title ".repeat(80)}`, excerpt: "word ".repeat(100) })]);
    const [after] = keep(before, [shown(at, { title: "Title", excerpt: "Pyongyang (KCNA) -- It is" })], NOW + 60_000);
    expect(after).toMatchObject({ title: "Title", excerpt: "Pyongyang (KCNA) -- It is" });
    expect(after?.edits).toEqual([{ at: after?.updated, fields: ["title", "excerpt"] }]);
  });

  test("a letter and its marks in one character or apart are no edit; an older version kept them apart", () => {
    const composed = { title: "조선로동당 José", excerpt: "김정은 café" };
    const apart = { title: composed.title.normalize("NFD"), excerpt: composed.excerpt.normalize("NFD") };
    const kept = keep([], [shown(at, composed)]);
    expect(merge(kept, [shown(at, apart)], SOURCE, NOW).changed).toEqual([]);
    const older = keep([], [shown(at, apart)]);
    const [after] = keep(older, [shown(at, composed)], NOW + 60_000);
    expect(after).toMatchObject({ title: composed.title, updated: older[0]?.updated });
  });

  test("invisible characters that are no longer read go without an edit", () => {
    const before = keep([], [shown(at, { title: "A mis\u200bsile \u202etest", excerpt: "Of a mis\u200bsile" })]);
    const clean = shown(at, { title: "A missile test", excerpt: "Of a missile" });
    const after = keep(before, [clean], NOW + 60_000);
    expect(after).toEqual([
      { ...before[0], title: "A missile test", excerpt: "Of a missile", enrichedAt: "2026-01-30T12:01:00Z" },
    ]);
    expect(merge(after, [clean], SOURCE, NOW + 120_000).changed).toEqual([]);
  });
});

test("a day is one of the website's zone, when its clocks are changed, too", () => {
  // In 2018 the clocks of São Paulo went from 0:00 to 1:00 on November 4, and from 24:00 to 23:00 on February 17.
  const zone = { source: "jornal", site: "jornal", timeZone: "America/Sao_Paulo" };
  const dayThere = new Intl.DateTimeFormat("sv", { timeZone: zone.timeZone });
  for (const [day, start, end] of [
    ["2018-11-04", "2018-11-04T03:00:00Z", "2018-11-05T01:59:59Z"],
    ["2018-02-17", "2018-02-17T02:00:00Z", "2018-02-18T02:59:59Z"],
  ] as const) {
    const card = (key: string, intake: string) => shown(intake, { key, day, title: key });
    const old = (key: string) => card(key, "2010-01-01T00:00:00Z");
    const { changed } = merge([], [card("late", end), old("b"), old("a"), card("early", start)], zone, Date.parse(end));
    const dates = new Map(changed.map(({ title, published }) => [title, published]));
    expect([dates.get("early"), dates.get("late")]).toEqual([start, end]);
    expect([...dates.values()].map((date) => dayThere.format(new Date(date)))).toEqual(Array(4).fill(day));
    // Before the day begins there, it lies ahead: the article is of today.
    const [ahead] = merge([], [card("late", end)], zone, Date.parse(start) - 1000).changed;
    expect(ahead).toMatchObject({ dayAhead: true, day: dayThere.format(Date.parse(start) - 1000) });
  }
});

describe("what comes later", () => {
  const firstSight = () => keep([], [shown("2026-01-29T15:00:01Z")]);

  test("a picture is added once, which is no edit; another picture later changes nothing", () => {
    const image = "https://kcnawatch.org/1.jpg";
    const [article] = keep(firstSight(), [shown("2026-01-29T15:00:01Z", { image })], NOW + 60_000);
    expect(article).toMatchObject({ image, updated: "2026-01-29T15:00:01Z", enrichedAt: "2026-01-30T12:01:00Z" });
    const other = shown("2026-01-29T15:00:01Z", { image: "https://kcnawatch.org/2.jpg" });
    expect(merge([article as ArchivedArticle], [other], SOURCE, NOW + 120_000).changed).toEqual([]);
  });

  test("an edited title brings its new address; an address alone is no edit", () => {
    const url = "https://kcnawatch.org/newstream/1769698801-1/another-title/";
    expect(merge(firstSight(), [shown("2026-01-29T15:00:01Z", { url })], SOURCE, NOW + 60_000).changed).toEqual([]);
    const [article] = keep(
      firstSight(),
      [shown("2026-01-29T15:00:01Z", { url, title: "Another title" })],
      NOW + 60_000,
    );
    expect(article).toMatchObject({ title: "Another title", url, earlierTitles: ["Title"] });
  });
});
