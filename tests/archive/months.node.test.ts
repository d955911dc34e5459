import { expect, test } from "vitest";
import { isFinished, monthsForPeople, neighboursOf } from "../../src/archive/months.ts";

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

const MONTHS = ["2026-01", "2026-03", "2026-05"];

test("a month leads to its neighbours that have articles, the newest articles to the newest month, changes to none", () => {
  expect(neighboursOf({ month: "2026-03" }, MONTHS)).toEqual({ before: "2026-01", after: "2026-05" });
  expect(neighboursOf({ month: "2026-04" }, MONTHS)).toEqual({ before: "2026-03", after: "2026-05" });
  expect(neighboursOf({ month: "2026-05" }, MONTHS)).toEqual({ before: "2026-03" });
  expect(neighboursOf({ month: "2026-01" }, MONTHS)).toEqual({ after: "2026-03" });
  expect(neighboursOf("newest", MONTHS)).toEqual({ before: "2026-05" });
  expect([neighboursOf("newest", []), neighboursOf("changes", MONTHS)]).toEqual([{}, {}]);
});

test("people are led to every month, but from the newest articles not to the current one", () => {
  const latest = new Map([
    ["a", { months: { "2026-05": 1, "2026-01": 2 } } as never],
    ["b", { months: { "2026-06": 1, "2026-05": 3 } } as never],
  ]);
  const now = Date.parse("2026-06-30T14:59:59Z");
  expect(monthsForPeople("newest", latest, now)).toEqual(["2026-01", "2026-05"]);
  expect(monthsForPeople("newest", latest, now + 1000)).toEqual(["2026-01", "2026-05", "2026-06"]);
  expect(monthsForPeople({ month: "2026-05" }, latest, now)).toEqual(["2026-01", "2026-05", "2026-06"]);
});
