import { expect, test } from "vitest";
import {
  gapPause,
  INTERVAL,
  isDue,
  isDueThisMinute,
  isMissed,
  isOverdue,
  longestDueFirst,
  nextDue,
  PUSH_INTERVAL,
} from "../../src/archive/schedule.ts";
import type { SourceStatus } from "../../src/archive/source-status.ts";
import wranglerToml from "../../wrangler.toml?raw";

const NOW = Date.parse("2026-06-01T00:00:00Z");
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

test("the cron's interval is the one in wrangler.toml", () => {
  expect(wranglerToml).toContain(`crons = ["*/${INTERVAL / MINUTE} * * * *"]`);
});

test("after a success in 15 minutes; after failures in 1, 2, 4 … minutes, 6 hours at most, or as the website asks", () => {
  expect(nextDue(NOW, 0) - NOW).toBe(15 * MINUTE);
  expect([1, 2, 3, 4, 9, 10, 1000].map((n) => (nextDue(NOW, n) - NOW) / MINUTE)).toEqual([1, 2, 4, 8, 256, 360, 360]);
  expect(nextDue(NOW, 1, 3600) - NOW).toBe(HOUR);
});

test("a reader's request does the cron's work only when the cron is behind, or nothing is kept", () => {
  const status = { lastAttempt: "", failures: 0, nextDue: "2026-06-01T00:00:00Z" };
  expect(isOverdue(status, true, NOW + 4 * MINUTE)).toBe(false);
  expect(isOverdue(status, true, NOW + 5 * MINUTE)).toBe(true);
  expect(isOverdue(status, false, NOW)).toBe(true);
  expect(isOverdue(undefined, false, NOW)).toBe(true);
});

test("only failing and pushed sources wait for their date", () => {
  const status = (more: Partial<SourceStatus>): SourceStatus => ({
    lastAttempt: "2026-06-01T00:00:00Z",
    failures: 0,
    nextDue: new Date(NOW + PUSH_INTERVAL).toISOString(),
    ...more,
  });
  expect(isDue(undefined, NOW)).toBe(true);
  expect(isDue(status({}), NOW)).toBe(true);
  for (const more of [{ failures: 1 }, { pushed: true as const }]) {
    expect(isDue(status(more), NOW + PUSH_INTERVAL - 1)).toBe(false);
    expect(isDue(status(more), NOW + PUSH_INTERVAL)).toBe(true);
  }
});

test("after a clock that was ahead is put back, nobody waits for what it noted", () => {
  const status = (ahead: number): SourceStatus => ({
    lastAttempt: new Date(NOW + ahead).toISOString(),
    failures: 1,
    nextDue: new Date(NOW + ahead + HOUR).toISOString(),
  });
  // Runs overlap.
  for (const due of [isDue(status(HOUR), NOW), isOverdue(status(HOUR), true, NOW)]) expect(due).toBe(false);
  for (const due of [isDue(status(24 * HOUR), NOW), isOverdue(status(24 * HOUR), true, NOW)]) expect(due).toBe(true);
});

test("sources that were never tried come first, then by the last attempt", () => {
  const tried = (lastAttempt: string): SourceStatus => ({ lastAttempt, failures: 0, nextDue: lastAttempt });
  const [early, late] = [tried("2026-06-01T00:00:00Z"), tried("2026-06-01T00:15:00Z")];
  expect(
    [late, undefined, early].sort((a, b) => longestDueFirst(a ?? undefined, b ?? undefined)).filter(Boolean),
  ).toEqual([early, late]);
  expect(longestDueFirst(undefined, early)).toBeLessThan(0);
  expect(longestDueFirst(early, undefined)).toBeGreaterThan(0);
});

test("a cron of each minute fetches a healthy source once in each quarter of an hour by the clock", () => {
  const at = (minutes: number) => Date.parse("2026-06-01T10:00:00Z") + minutes * 60_000;
  const isDue = (last: number, now: number, more: object = {}) => {
    const iso = (minutes: number) => new Date(at(minutes)).toISOString();
    const status = { failures: 0, lastAttempt: iso(last), nextDue: iso(last + 15), ...more };
    return isDueThisMinute(status as never, at(now));
  };
  expect(isDueThisMinute(undefined, at(0))).toBe(true);
  expect([isDue(1, 2), isDue(1, 14), isDue(1, 15), isDue(14, 15), isDue(0, 0)]).toEqual([
    false,
    false,
    true,
    true,
    false,
  ]);
  // The clock was put back: in the first minute of a quarter.
  expect([isDue(40, 15), isDue(40, 15.9), isDue(40, 16), isDue(40, 29)]).toEqual([true, true, false, false]);
  const failing = (reason: string, nextDue: number) => ({
    ...{ failures: 3, lastFailure: { reason }, nextDue: new Date(at(nextDue)).toISOString() },
  });
  expect([isDue(1, 9, failing("http-500", 9)), isDue(1, 8, failing("http-500", 9))]).toEqual([true, false]);
  expect([isDue(1, 15, failing("http-500", 60)), isDue(1, 15, failing("network", 60))]).toEqual([false, true]);
  expect([isDue(1, 14, failing("network", 60)), isDue(1, 15, { ...failing("x", 60), lastFailure: undefined })]).toEqual(
    [false, false],
  );
  // A source that failed before the clock was put back would wait until the clock is there again.
  expect([isDue(40, 15, failing("http-500", 60)), isDue(40, 16, failing("http-500", 60))]).toEqual([true, false]);
  const pushed = { pushed: true, nextDue: new Date(at(45)).toISOString() };
  expect([isDue(0, 15, pushed), isDue(0, 45, pushed)]).toEqual([false, true]);
  expect([isDue(40, 15, pushed), isDue(60, 15, pushed)]).toEqual([false, true]);
});

test("the cron has missed a source one run after all sources could have been looked at", () => {
  const isLate = (sources: number, minutes: number) =>
    isMissed({ nextDue: new Date(0).toISOString() } as never, sources, minutes * 60_000);
  expect([isLate(1, 29), isLate(1, 30), isLate(40, 30), isLate(41, 44), isLate(41, 45)]).toEqual([
    ...[false, true, true, false, true],
  ]);
});

test("a gap is read at once, then after 15, 30, 60 … minutes, 6 hours at most", () => {
  expect([0, 1, 2, 3, 5, 6, 1000].map((tries) => gapPause(tries) / 60_000)).toEqual([0, 15, 30, 60, 240, 360, 360]);
});

test("two sources with one last attempt are in no order", () => {
  const status = (lastAttempt: string) => ({ lastAttempt }) as never;
  expect(longestDueFirst(status("a"), status("a"))).toBe(0);
  expect([longestDueFirst(status("a"), status("b")), longestDueFirst(status("b"), status("a"))]).toEqual([-1, 1]);
  expect([longestDueFirst(undefined, status("a")), longestDueFirst(status("a"), undefined)]).toEqual([-1, 1]);
  expect(longestDueFirst(undefined, undefined)).toBe(0);
});
