import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { alarm } from "../../src/platform/node-alarm.ts";

const START = Date.parse("2026-11-26T10:00:00Z");
const SECOND = 1000;
const DAY = 86_400 * SECOND;

let rings: number[];
/** What the next rings return: when to ring next, or that they fail. */
let next: (number | Error | undefined)[];

beforeEach(() => {
  vi.useFakeTimers({ now: START });
  rings = [];
  next = [];
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const pass = (seconds: number) => vi.advanceTimersByTimeAsync(seconds * SECOND);
const at = (seconds: number) => START + seconds * SECOND;
/** An alarm each of whose rings takes so many seconds. */
const ringing = (takes = 0) =>
  alarm(async () => {
    rings.push(Math.floor((Date.now() - START) / SECOND));
    if (takes > 0) await new Promise((done) => setTimeout(done, takes * SECOND));
    const result = next.shift();
    if (result instanceof Error) throw result;
    return result;
  });

test("rings once, at the earliest instant that was asked for, and then when its ring has said", async () => {
  const one = ringing();
  next = [at(30)];
  one.set(at(20));
  one.set(at(10));
  one.set(at(15));
  await pass(29);
  expect(rings).toEqual([10]);
  await pass(100);
  expect(rings).toEqual([10, 30]);
  // What is past is due now.
  one.set(at(5));
  await pass(0);
  expect(rings).toEqual([10, 30, 129]);
});

test("what is asked for while it rings is not lost, and no ring overlaps another", async () => {
  const one = ringing(10);
  one.set(at(1));
  await pass(2);
  one.set(at(3));
  await pass(30);
  expect(rings).toEqual([1, 11]);
});

test("a ring that fails is logged and repeated after a minute, or when it is asked for before", async () => {
  const log = vi.spyOn(console, "error").mockImplementation(() => undefined);
  const one = ringing();
  next = [new Error("no memory")];
  one.set(at(1));
  await pass(2);
  expect(log).toHaveBeenCalledWith(expect.stringContaining("no memory"));
  one.set(at(3));
  await pass(2);
  expect(rings).toEqual([1, 3]);
  next = [new Error("no memory")];
  one.set(at(5));
  await pass(60);
  expect(rings).toEqual([1, 3, 5]);
  await pass(60);
  expect(rings).toEqual([1, 3, 5, 65]);
});

test("an instant that is further away than setTimeout can wait is waited for without a loop", async () => {
  const timers = vi.spyOn(globalThis, "setTimeout");
  const one = ringing();
  one.set(START + 40 * DAY);
  await pass(10);
  expect(timers).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(39 * DAY);
  expect([rings, timers.mock.calls.length]).toEqual([[], 2]);
  await vi.advanceTimersByTimeAsync(DAY);
  expect(rings).toEqual([(40 * DAY) / SECOND]);
});

test("a clock that is put back while it waits does not hold it up", async () => {
  const one = ringing();
  one.set(at(5));
  vi.setSystemTime(START - DAY);
  await pass(5);
  expect(rings).toHaveLength(1);
});

test("stopped, it waits for the ring under way and rings no more", async () => {
  const one = ringing(10);
  next = [at(20)];
  one.set(at(1));
  await pass(2);
  let isStopped = false;
  const stopped = one.stop().then(() => {
    isStopped = true;
  });
  await pass(8);
  expect(isStopped).toBe(false);
  await pass(2);
  await stopped;
  one.set(at(15));
  await pass(60);
  expect(rings).toEqual([1]);
});
