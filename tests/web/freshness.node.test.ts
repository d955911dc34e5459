import { expect, test } from "vitest";
import type { LatestArticles } from "../../src/refresh/on-demand.ts";
import type { Source } from "../../src/sites/site.ts";
import { cacheStatus, secondsToDue } from "../../src/web/freshness.ts";

/** What Cache-Status says of what is kept, and for how long it is kept elsewhere. */

const NOW = Date.parse("2026-06-01T00:00:00Z");
const due = (seconds: number) => new Date(NOW + seconds * 1000).toISOString();
const sourcesOf = (count: number) => Array.from({ length: count }, (_, i) => ({ id: `s${i}` }) as Source);
type Failing = { failures: number; lastFailure?: { reason: string } };
const latestOf = (states: Failing[], more: Partial<LatestArticles> = {}) =>
  ({ status: { sources: Object.fromEntries(states.map((state, i) => [`s${i}`, state])) }, ...more }) as LatestArticles;
const failing = { failures: 2, lastFailure: { reason: "timeout" } };
const well = { failures: 0, lastFailure: { reason: "timeout" } };

test("what is kept is a hit, also where a failure is over; it says if a refresh is under way", () => {
  expect(cacheStatus(sourcesOf(2), latestOf([well]), 60)).toBe("kcna-feed-bridge; hit; ttl=60");
  expect(cacheStatus(sourcesOf(1), latestOf([well], { refreshing: true }), -5)).toBe(
    "kcna-feed-bridge; hit; ttl=-5; detail=refreshing",
  );
});

test("it is stale with the reason of one source, or the names of up to ten with theirs", () => {
  expect(cacheStatus(sourcesOf(1), latestOf([failing]), 60)).toBe("kcna-feed-bridge; fwd=stale; detail=timeout");
  expect(cacheStatus(sourcesOf(2), latestOf([well, failing]), 60)).toBe(
    'kcna-feed-bridge; fwd=stale; detail="s1 timeout"',
  );
  const ten = sourcesOf(10).map(({ id }) => `${id} timeout`);
  expect(cacheStatus(sourcesOf(12), latestOf(Array(12).fill(failing)), 60)).toBe(
    `kcna-feed-bridge; fwd=stale; detail="${ten.join(", ")}"`,
  );
  expect(cacheStatus(sourcesOf(1), latestOf([failing], { unavailable: true }), 60)).toBe(
    "kcna-feed-bridge; fwd=stale; detail=archive-unreachable",
  );
});

test("the first source that is due counts, in whole seconds that are not too few; one never looked at is due now", () => {
  const seconds = (...dues: (string | undefined)[]) => {
    const states = dues.map((nextDue, i) => [`s${i}`, nextDue === undefined ? undefined : { nextDue }]);
    const status = { sources: Object.fromEntries(states) } as Parameters<typeof secondsToDue>[1];
    return secondsToDue(sourcesOf(dues.length), status, NOW);
  };
  expect(seconds(due(900), due(90.5), due(300))).toBe(91);
  expect(seconds(due(-30), due(90))).toBe(-30);
  expect(seconds(due(900), undefined)).toBe(0);
  expect(seconds(undefined, undefined)).toBeUndefined();
});
