import { afterEach, expect, test, vi } from "vitest";
import { rateLimiter } from "../../src/platform/node-rate-limit.ts";

const MINUTE = 60_000;

afterEach(() => {
  vi.useRealTimers();
});

test("a client may ask so often in a minute; others are not counted with it", async () => {
  vi.useFakeTimers();
  const limiter = rateLimiter(2);
  const ask = async (key: string) => (await limiter.limit({ key })).success;
  expect([await ask("a"), await ask("a"), await ask("a"), await ask("b")]).toEqual([true, true, false, true]);
  await vi.advanceTimersByTimeAsync(MINUTE);
  expect(await ask("a")).toBe(true);
});
