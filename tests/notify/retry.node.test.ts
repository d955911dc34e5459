import { afterEach, describe, expect, test, vi } from "vitest";
import { isGivenUp, nextAttempt } from "../../src/notify/retry.ts";
import { tokenBucket } from "../../src/notify/token-bucket.ts";

/** When something is sent again, and how often anything is. */

const [SECOND, MINUTE, HOUR] = [1000, 60_000, 3_600_000];

afterEach(() => void vi.restoreAllMocks());

const failed = { error: "status 500", ms: 1 };

describe("a delivery that failed", () => {
  test("is tried again after 5 seconds, half a minute, 2, 10, 30 minutes, 1, 2, 4 hours, then every 8", () => {
    vi.spyOn(Math, "random").mockReturnValue(0);
    const pauses = Array.from({ length: 11 }, (_, i) => nextAttempt(i + 1, failed, 7) - 7);
    const hours = [1, 2, 4, 8, 8, 8].map((hours) => hours * HOUR);
    expect(pauses).toEqual([5 * SECOND, 30 * SECOND, 2 * MINUTE, 10 * MINUTE, 30 * MINUTE, ...hours]);
  });

  test("waits up to a fifth longer, so that not all come back at once", () => {
    vi.spyOn(Math, "random").mockReturnValue(0.5);
    expect(nextAttempt(5, failed, 0)).toBe(33 * MINUTE);
  });

  test("waits as long as its receiver asks, an hour at most, and never shorter than its pause", () => {
    vi.spyOn(Math, "random").mockReturnValue(0);
    const asked = (retryAfter: number) => nextAttempt(3, { ...failed, retryAfter }, 0);
    expect([60, 600, 86_400].map(asked)).toEqual([2 * MINUTE, 10 * MINUTE, HOUR]);
  });

  test("is given up when it has failed for more than three days; one that was taken then is not", () => {
    const givenUp = (hours: number, answer = failed as { ms: number; error?: string; status?: number }, attempts = 9) =>
      isGivenUp({ created: 5, attempts }, answer, 5 + hours * HOUR);
    expect([givenUp(72), givenUp(72.1)]).toEqual([false, true]);
    expect([givenUp(100, failed, 8), givenUp(100, failed, 9)]).toEqual([false, true]);
    expect(givenUp(100, { ms: 1, status: 200 })).toBe(false);
    expect(givenUp(0, { ms: 1, status: 410, error: "status 410" })).toBe(true);
  });
});

test("a token bucket is full at first, gains a token an interval, never more than its size, and says how long to wait", () => {
  const take = tokenBucket(3, 1000);
  expect([take(0), take(0), take(0), take(0)]).toEqual([0, 0, 0, 1000]);
  expect(take(400)).toBe(600);
  expect([take(2000), take(2000), take(2000)]).toEqual([0, 0, 1000]);
  // A clock that is put back gives nothing, and goes on from there.
  expect([take(0), take(600), take(1000)]).toEqual([1000, 400, 0]);
  expect([...Array(4)].map(() => take(1_000_000))).toEqual([0, 0, 0, 1000]);
});
