import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Coverage, completeSince, cover, type Gap, knownGaps, longestRun } from "../../src/archive/coverage.ts";
import { gapAround } from "../../src/archive/listing-coverage.ts";
import type { ScrapedArticle } from "../../src/article.ts";
import { runs } from "../runs.ts";

const day = (of: number) => `2026-06-0${of}T00:00:00Z`;
const gap = { after: day(1), before: day(5), depth: 100 };
const coverage = { newest: day(9), gaps: [gap] };

test("a part of the listing from the middle of a gap leaves the time above it open, even if one of its dates is above", () => {
  const { coverage: below } = cover(coverage, { dates: [day(3), day(6)], from: 150, to: 160 });
  expect(below.gaps).toEqual([
    { after: day(1), before: day(3), depth: 160 },
    { ...gap, after: day(3) },
  ]);
  // The same dates where the part follows the article above the gap.
  const { coverage: next } = cover(coverage, { dates: [day(3), day(6)], from: 95, to: 105 });
  expect(next.gaps).toEqual([{ after: day(1), before: day(3), depth: 105 }]);
});

test("a part that reaches below the article above the gap, and has none within it, says where to read on", () => {
  const read = (from: number, to: number) => cover(coverage, { dates: [day(5), day(6)], from, to });
  expect(read(95, 105)).toMatchObject({ coverage: { gaps: [{ ...gap, depth: 105 }] }, opened: [], filled: [] });
  expect(read(20, 30)).toMatchObject({ coverage: { gaps: [gap] }, opened: [], filled: [] });
});

/** The instant of an article, one a day; a time between two articles is half a number. */
const date = (n: number) => new Date(Date.UTC(2026, 0, 1) + n * 86_400_000).toISOString().slice(0, 19).concat("Z");
const isIn = (gaps: readonly Gap[], n: number) => gaps.some(({ after, before }) => after < date(n) && date(n) < before);

test("parts without a place, in any order, leave gaps exactly where no part has shown what lies between", () => {
  const part = fc.tuple(fc.nat(30), fc.nat(8)).map(([from, length]) => [from, from + length] as const);
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 8 }), (parts) => {
      const between = Array.from({ length: 42 }, (_, i) => i - 1.5);
      const covered = new Set<number>();
      let coverage: Coverage | undefined;
      for (const [from, to] of parts) {
        const dates = Array.from({ length: to - from + 1 }, (_, i) => date(from + i));
        const before = coverage;
        const result = cover(before, { dates });
        coverage = result.coverage;
        const newlyCovered = between.filter((n) => n > from && n < to && !covered.has(n));
        for (const n of newlyCovered) covered.add(n);
        const { gaps, newest } = coverage;
        for (const n of between.filter((at) => date(at) < newest))
          expect([n, isIn(gaps, n)]).toEqual([n, !covered.has(n)]);
        expect(gaps).toEqual(gaps.toSorted((a, b) => (a.after < b.after ? -1 : 1)));
        if (!before) continue;
        // The journal says what opened and what was filled, and no more.
        const isAbove = date(from) > before.newest;
        expect(result.opened).toEqual(isAbove ? [{ after: before.newest, before: date(from) }] : []);
        const filled = newlyCovered.filter((n) => date(n) < before.newest);
        expect(between.filter((n) => isIn(result.filled, n))).toEqual(filled);
      }
      expect(coverage?.newest).toBe(date(Math.max(...parts.map(([, to]) => to))));
      expect(completeSince(coverage)).toBe(coverage?.gaps.at(-1)?.before);
      expect(knownGaps(coverage)).toEqual(coverage?.gaps.slice(1));
    }),
    {
      numRuns: runs(300),
      examples: [
        [
          [
            [0, 2],
            [2, 4],
            [6, 8],
            [4, 6],
          ],
        ] as never,
      ],
    },
  );
});

test("the place of a part says that it follows the article above a gap, though it shares none with the part above", () => {
  const first = cover(undefined, { dates: [date(20)], from: 0, to: 10 }).coverage;
  const next = (from: number, to: number) => cover(first, { dates: [date(12), date(14)], from, to });
  expect(next(10, 20)).toEqual({
    coverage: { newest: date(20), gaps: [{ after: "", before: date(12), depth: 20 }] },
    opened: [],
    filled: [{ after: date(12), before: date(20) }],
  });
  // One article further down, something may be between the two.
  expect(next(11, 21).coverage.gaps).toHaveLength(2);
  expect(next(11, 21).filled).toEqual([{ after: date(12), before: date(14) }]);
  // A part from the top says nothing of what is below an earlier one, unless it reaches it.
  expect(next(0, 20).coverage.gaps).toHaveLength(2);
  expect(next(5, 10).coverage.gaps).toHaveLength(2);
});

test("an article alone that was never read has no gap", () => {
  expect([knownGaps(undefined), completeSince(undefined)]).toEqual([[], undefined]);
});

describe("the part of a page that is in date order", () => {
  const run = (...days: number[]) => longestRun(days.map(date));
  const dates = (...days: number[]) => days.map(date);

  test("is the longest, oldest first", () => {
    const page = fc.array(fc.nat(25), { maxLength: 12 });
    fc.assert(
      fc.property(page, (days) => {
        const lengths: number[] = [];
        for (const [i, day] of days.entries())
          lengths.push(1 + Math.max(0, ...lengths.filter((_, j) => j < i && (days[j] as number) > day)));
        const found = run(...days);
        expect(found).toHaveLength(Math.max(0, ...lengths));
        expect(found).toEqual([...new Set(found)].sort());
        let at = -1;
        for (const day of found.toReversed()) at = days.findIndex((one, i) => i > at && date(one) === day);
        expect(found.length === 0 || at >= 0).toBe(true);
      }),
      { numRuns: runs(300) },
    );
    expect(run(9, 8, 2, 7, 6)).toEqual(dates(6, 7, 8, 9));
  });

  test("ends before articles that are older by more than 30 days and more than the page is long", () => {
    expect(run(100, 99, 98, 40)).toEqual(dates(98, 99, 100));
    expect(run(100, 99, 98, 68)).toEqual(dates(68, 98, 99, 100));
    expect(run(100, 99, 98, 67)).toEqual(dates(98, 99, 100));
    expect(run(200, 150, 98, 40)).toEqual(dates(40, 98, 150, 200));
    expect(run(100, 99, 98, 70, 20)).toEqual(dates(70, 98, 99, 100));
    expect(run(100, 99, 98, 60, 20)).toEqual(dates(20, 60, 98, 99, 100));
    expect(run(100, 40)).toEqual(dates(40, 100));
  });
});

test("an older part of the listing belongs to the gap around its days, the newest if there are several", () => {
  const gaps = [
    { after: "", before: date(10) },
    { after: date(12), before: date(20) },
    { after: date(30), before: date(40) },
  ];
  const around = (...days: number[]) => {
    const articles = days.map((n) => ({ day: date(n).slice(0, 10) })) as ScrapedArticle[];
    return gaps.indexOf(gapAround({ newest: date(50), gaps }, { articles, timeZone: "UTC" }) as never);
  };
  expect([around(35), around(40, 30), around(31, 36, 33)]).toEqual([2, 2, 2]);
  expect([around(20, 12), around(15), around(10), around(1, 3)]).toEqual([1, 1, 0, 0]);
  expect([around(25), around(41), around(29, 35), around(11), around(19, 31)]).toEqual([-1, -1, -1, -1, -1]);
});
