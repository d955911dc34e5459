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

test("50,000 clients are counted at a time: of more, the first is forgotten, whoever asks most", async () => {
  const limiter = rateLimiter(1);
  const ask = async (key: string) => (await limiter.limit({ key })).success;
  await ask("first");
  for (let i = 1; i < 50_000; i++) await ask(`stranger ${i}`);
  expect([await ask("first"), await ask("stranger 1")]).toEqual([false, false]);
  await ask("one more");
  expect([await ask("stranger 1"), await ask("first"), await ask("stranger 1")]).toEqual([false, true, true]);
});
