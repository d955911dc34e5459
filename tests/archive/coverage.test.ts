import { expect, test } from "vitest";
import { cover } from "../../src/archive/coverage.ts";

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
