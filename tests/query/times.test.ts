import { describe, expect, test } from "vitest";
import { canonicalBound, parseBound, sinceText, untilText } from "../../src/query/times.ts";

const NOW = Date.parse("2026-01-31T00:00:00.250Z");

function bound(text: string) {
  const parsed = parseBound(text);
  if (!parsed) throw new Error(`${text} is not a bound`);
  return parsed;
}

describe("since and until include exactly the articles between them", () => {
  test.each([
    // A day is Korean (UTC+9), from its first second to its last.
    ["2026-01-30", "2026-01-29T15:00:00Z", "2026-01-30T14:59:59Z"],
    ["2026-01-30T09:00:00+09:00", "2026-01-30T00:00:00Z", "2026-01-30T00:00:00Z"],
    // No article is published within a second: since rounds up, until rounds down.
    ["2026-01-30T01:40:40.001Z", "2026-01-30T01:40:41Z", "2026-01-30T01:40:40Z"],
    ["2026-01-30T01:40:40.999Z", "2026-01-30T01:40:41Z", "2026-01-30T01:40:40Z"],
    ["24h", "2026-01-30T00:00:01Z", "2026-01-30T00:00:00Z"],
    ["1w", "2026-01-24T00:00:01Z", "2026-01-24T00:00:00Z"],
  ])("%s", (text, since, until) => {
    expect(sinceText(bound(text), NOW)).toBe(since);
    expect(untilText(bound(text), NOW)).toBe(until);
  });
});

test("the canonical spelling of a bound is the same bound", () => {
  for (const text of ["2026-01-30", "2026-01-30T01:40:40.001Z", "2026-01-30T01:40Z", "24h", "36h", "2w"]) {
    const canonical = canonicalBound(bound(text));
    expect(bound(canonical)).toEqual(bound(text));
    expect(canonicalBound(bound(canonical))).toBe(canonical);
  }
});

test.each([
  "",
  "today",
  "2026-13-01",
  "2026-02-29",
  "1899-12-31",
  "1899-12-30T23:59:59Z",
  "0h",
  "3661d",
  "24h ",
  "2026-02-30T00:00:00Z",
  "2026-01-30T00:00:00",
  "9999-12-31T15:00:00Z",
  "x2026-01-30",
  "2026-01-30x",
  "x24h",
  "24hx",
  "x2026-01-30T01:40:40Z",
  "2026-01-30T01:40:40Zx",
  // `Date.parse` would take the second one.
  "2026-01-30T01:40:40Z (Korea)",
  "2026-01-30(2026-01-30T01:40:40Z",
])("%j is not a bound", (text) => expect(parseBound(text)).toBeUndefined());

test("1900 begins in 1899 where clocks are ahead of UTC: an article of that day has a cursor", () => {
  expect(parseBound("1899-12-31T15:00:00Z")).toEqual({ at: Date.parse("1899-12-31T15:00:00Z") });
});

test("the largest age, letters of either case and a plus sign that arrives as a space are bounds", () => {
  expect(parseBound("3660d")).toEqual({ age: 3660 * 24 * 3600_000 });
  expect(parseBound("24H")).toEqual(bound("24h"));
  expect(parseBound("2026-01-30t01:40:40z")).toEqual(bound("2026-01-30T01:40:40Z"));
  expect(parseBound("2026-01-30T10:40:40 09:00")).toEqual(bound("2026-01-30T01:40:40Z"));
});
