import { expect, test } from "vitest";
import { nextLook, nextRetry, urgentLook } from "../../src/archive/page-schedule.ts";
import { HOUR } from "../../src/time.ts";

test("a page that could not be read is retried after 1, 6 and 24 hours, then no more", () => {
  const delays = [1, 2, 3, 4].map((failures) => nextRetry(failures, 0));
  expect(delays).toEqual([HOUR, 6 * HOUR, 24 * HOUR, undefined]);
});

test("a look is due 16 hours later for three days, less half a cron interval; then once a week for four weeks", () => {
  const next = (hours: number, spread = 0) => (nextLook(0, spread, hours * HOUR) ?? Number.NaN) / HOUR;
  expect([next(0), next(71)]).toEqual([15.875, 71 + 15.875]);
  const WEEK = 7 * 24;
  expect([next(72), next(72 + WEEK - 17), next(72 + WEEK - 16), next(72 + 3 * WEEK)]).toEqual(
    [1, 1, 2, 4].map((week) => 72 + week * WEEK),
  );
  expect([next(72 + 4 * WEEK - 17), next(72 + 4 * WEEK - 16)]).toEqual([72 + 4 * WEEK, Number.NaN]);
  // Articles of one moment are spread over four days.
  expect([next(72, 1), next(72, 96), next(72, 97), next(72, 98)]).toEqual(
    [1, 96, 0, 1].map((hours) => 72 + WEEK - hours),
  );
});

test("an urgent page is read at once, but not within an hour of the last look", () => {
  const seen = new Date(0).toISOString();
  expect([urgentLook(null, 5), urgentLook(seen, 5), urgentLook(seen, 2 * HOUR)]).toEqual([5, HOUR, 2 * HOUR]);
});
