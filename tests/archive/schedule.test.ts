import { expect, test } from "vitest";
import { INTERVAL, isDue, isOverdue, longestDueFirst, nextDue, PUSH_INTERVAL } from "../../src/archive/schedule.ts";
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

test("sources that were never tried come first, then by the last attempt", () => {
  const tried = (lastAttempt: string): SourceStatus => ({ lastAttempt, failures: 0, nextDue: lastAttempt });
  const [early, late] = [tried("2026-06-01T00:00:00Z"), tried("2026-06-01T00:15:00Z")];
  expect(
    [late, undefined, early].sort((a, b) => longestDueFirst(a ?? undefined, b ?? undefined)).filter(Boolean),
  ).toEqual([early, late]);
  expect(longestDueFirst(undefined, early)).toBeLessThan(0);
  expect(longestDueFirst(early, undefined)).toBeGreaterThan(0);
});
