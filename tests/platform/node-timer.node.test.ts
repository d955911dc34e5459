import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { every } from "../../src/platform/node-timer.ts";

const MINUTE = 60_000;
const START = Date.parse("2026-11-26T10:00:20Z");

beforeEach(() => {
  vi.useFakeTimers({ now: START });
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const wait = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));
const times = (runs: number[]) => runs.map((ms) => new Date(ms).toISOString().slice(11, 19));

test("runs at once and at every multiple of the interval, with the instant that was planned", async () => {
  const runs: number[] = [];
  const stop = every(MINUTE, async (at) => void runs.push(at));
  await vi.advanceTimersByTimeAsync(3 * MINUTE);
  await stop();
  await vi.advanceTimersByTimeAsync(3 * MINUTE);
  expect(times(runs)).toEqual(["10:00:20", "10:01:00", "10:02:00", "10:03:00"]);
});

test("a run that takes longer than the interval is never overlapped", async () => {
  let [open, most, runs] = [0, 0, 0];
  const stop = every(MINUTE, async () => {
    most = Math.max(most, ++open);
    runs++;
    await wait(2.5 * MINUTE);
    open--;
  });
  await vi.advanceTimersByTimeAsync(20 * MINUTE);
  expect([most, runs]).toEqual([1, 7]);
  const stopped = stop();
  await vi.advanceTimersByTimeAsync(3 * MINUTE);
  await stopped;
  expect(open).toBe(0);
});

test("a run that fails is in the log, and the next one runs", async () => {
  const log = vi.spyOn(console, "error").mockImplementation(() => {});
  let runs = 0;
  const stop = every(MINUTE, () => {
    runs++;
    throw new Error("the disk is full");
  });
  await vi.advanceTimersByTimeAsync(2 * MINUTE);
  await stop();
  expect(runs).toBe(3);
  expect(log.mock.calls[0]?.[0]).toContain("the disk is full");
});

test("a clock that is put back an hour delays the next run by no more than the interval", async () => {
  const runs: number[] = [];
  const stop = every(MINUTE, async (at) => void runs.push(at));
  await vi.advanceTimersByTimeAsync(MINUTE);
  vi.setSystemTime(Date.now() - 60 * MINUTE);
  await vi.advanceTimersByTimeAsync(2 * MINUTE);
  await stop();
  expect(times(runs)).toEqual(["10:00:20", "10:01:00", "10:02:00", "09:03:00"]);
});
