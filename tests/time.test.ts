import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DAY, dayEnd, dayOf, dayStart, dayWithoutYear, isDay, isTimeZone, monthEnd } from "../src/time.ts";
import { runs } from "./runs.ts";

const HOUR = 3600_000;
const iso = (ms: number) => new Date(ms).toISOString();

describe("days of a time zone", () => {
  test.each([
    ["Asia/Pyongyang", "2026-01-30", "2026-01-29T15:00:00.000Z", 24],
    // Days of 2015 to 2018 begin at UTC+9, too: what was served of them never moves.
    ["Asia/Pyongyang", "2016-01-30", "2016-01-29T15:00:00.000Z", 24],
    ["Asia/Tokyo", "2026-01-30", "2026-01-29T15:00:00.000Z", 24],
    ["Asia/Kolkata", "2026-01-30", "2026-01-29T18:30:00.000Z", 24],
    ["Europe/Berlin", "2026-03-29", "2026-03-28T23:00:00.000Z", 23],
    ["Europe/Berlin", "2026-10-25", "2026-10-24T22:00:00.000Z", 25],
    ["America/Sao_Paulo", "2026-01-30", "2026-01-30T03:00:00.000Z", 24],
    // The clocks went from 0:00 to 1:00, and on the other day from 24:00 to 23:00.
    ["America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00.000Z", 23],
    ["America/Sao_Paulo", "2018-02-17", "2018-02-17T02:00:00.000Z", 25],
    ["America/Sao_Paulo", "2018-02-18", "2018-02-18T03:00:00.000Z", 24],
    ["Pacific/Kiritimati", "2026-01-30", "2026-01-29T10:00:00.000Z", 24],
    ["Pacific/Pago_Pago", "2026-01-30", "2026-01-30T11:00:00.000Z", 24],
  ])("%s, %s begins at %s and has %i hours", (zone, day, start, hours) => {
    expect(iso(dayStart(day, zone))).toBe(start);
    expect(dayEnd(day, zone) - dayStart(day, zone)).toBe(hours * HOUR);
    expect(dayOf(dayStart(day, zone), zone)).toBe(day);
    expect(dayOf(dayEnd(day, zone) - 1, zone)).toBe(day);
    expect(dayOf(dayEnd(day, zone), zone)).not.toBe(day);
    expect(dayOf(dayStart(day, zone) - 1, zone)).not.toBe(day);
  });

  test("any instant is within the day that it is of", () => {
    const zone = fc.constantFrom("Asia/Pyongyang", "Europe/Berlin", "America/Sao_Paulo", "Australia/Lord_Howe");
    const ms = fc.integer({ min: Date.UTC(1990), max: Date.UTC(2040) });
    fc.assert(
      fc.property(ms, zone, (ms, zone) => {
        const day = dayOf(ms, zone);
        expect(dayStart(day, zone)).toBeLessThanOrEqual(ms);
        expect(dayEnd(day, zone)).toBeGreaterThan(ms);
        expect(dayEnd(day, zone) - dayStart(day, zone)).toBeLessThanOrEqual(25 * HOUR);
      }),
      { numRuns: runs(500) },
    );
  });

  test("the last month that has four digits ends", () => {
    expect(iso(monthEnd("2026-01"))).toBe("2026-01-31T15:00:00.000Z");
    expect(monthEnd("9999-12") - dayStart("9999-12-31", "Asia/Pyongyang")).toBe(DAY);
  });

  test("a text that is no day has no start and no end, and a name that is no zone is none", () => {
    expect(dayStart("2026-99-99", "Europe/Berlin")).toBeNaN();
    expect(dayEnd("", "Asia/Pyongyang")).toBeNaN();
    for (const day of [
      "2026-02-30",
      "2025-02-29",
      "2026-13-01",
      "2026-00-10",
      "2026-1-30",
      "2026-01-30T00:00",
      "1899-12-31",
      "",
      20260130,
    ])
      expect([day, isDay(day)]).toEqual([day, false]);
    expect(["2024-02-29", "1900-01-01", "9999-12-31"].every(isDay)).toBe(true);
    expect(["Europe/Berlin", "Asia/Pyongyang", "UTC"].every(isTimeZone)).toBe(true);
    expect(["Europe/Atlantis", "", "Korea time"].some(isTimeZone)).toBe(false);
  });
});

test.each([
  [1, 30, "2026-02-02", "2026-01-30"],
  [12, 31, "2026-01-01", "2025-12-31"],
  [1, 1, "2025-12-31", "2026-01-01"],
  [1, 2, "2025-12-31", "2025-01-02"],
  [2, 29, "2026-03-01", "2024-02-29"],
  [2, 30, "2026-03-01", undefined],
  [13, 1, "2026-03-01", undefined],
])("month %i, day %i without a year, read on %s, is %s", (month, day, today, expected) => {
  expect(dayWithoutYear(month, day, today)).toBe(expected);
});
