import { expect, test } from "vitest";
import { isFinished } from "../../src/archive/months.ts";

test("a month is finished three days after its Korean end, since the website collects some articles late", () => {
  const may = { month: "2026-05" };
  const at = (instant: string) => isFinished(may, Date.parse(instant));
  // Korea is nine hours ahead of UTC.
  expect([at("2026-06-03T14:59:59Z"), at("2026-06-03T15:00:00Z")]).toEqual([false, true]);
  expect([at("2026-05-31T15:00:00Z"), isFinished("newest", Date.parse("2026-06-30T00:00:00Z"))]).toEqual([
    false,
    false,
  ]);
});
