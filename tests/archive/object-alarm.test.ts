import { reset, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Bindings } from "../../src/archive/bridge.ts";
import type { Notifier } from "../../src/archive/notifier.ts";
import { ArchiveObject, type AttachNotifier } from "../../src/archive/object.ts";
import { HOUR, listing, NOW, page } from "./fixtures.ts";

/** What the one alarm of the archive's object is set to, and what it does when it rings. */

const { ARCHIVE } = env as Bindings;
const SECOND = 1000;
let refuses: boolean;
let alarms: number[];

beforeEach(() => {
  vi.useFakeTimers({ now: NOW, toFake: ["Date"] });
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  refuses = false;
  alarms = [];
});
afterEach(async () => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  await reset();
});

/** Works with an object whose KV refuses writes when it is told to; `begin` makes another one of the same storage. */
function inObject(work: (begin: (attach?: AttachNotifier) => ArchiveObject, puts: string[]) => Promise<void>) {
  return runInDurableObject(ARCHIVE.get(ARCHIVE.idFromName("alarm")), async (_, state) => {
    const puts: string[] = [];
    const put = async (key: string) => {
      if (refuses) throw new Error("KV PUT failed: 429 Too Many Requests");
      puts.push(key);
    };
    vi.spyOn(state.storage, "setAlarm").mockImplementation(async (at) => void alarms.push(Number(at) - NOW));
    await work((attach) => new ArchiveObject(state, { SNAPSHOTS: { put } as never }, attach), puts);
  });
}

const commit = (object: ArchiveObject, hours: number, publish: boolean | "for-reader" = true) => {
  vi.setSystemTime(NOW + hours * HOUR);
  const commits = [listing(page(Date.now(), 3))];
  return object.invoke("commit", JSON.stringify([commits, Date.now(), publish]));
};

test("a write that KV refuses is tried again after 2, 4, 8 seconds, at most 10 minutes, until it takes it", () =>
  inObject(async (begin, puts) => {
    const object = begin();
    refuses = true;
    await commit(object, 0);
    const pauses: number[] = [];
    for (let i = 0; i < 12; i++) {
      const due = alarms.at(-1) ?? Number.NaN;
      pauses.push((due - (Date.now() - NOW)) / SECOND);
      vi.setSystemTime(NOW + due);
      await object.alarm();
    }
    expect(pauses).toEqual([2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600, 600]);
    expect([puts, alarms.length]).toEqual([[], 13]);
    refuses = false;
    vi.setSystemTime(NOW + (alarms.at(-1) ?? 0));
    await object.alarm();
    expect([puts, alarms.length]).toEqual([["latest:kcna-en", "status"], 13]);
    // The next refusal begins with a short pause again.
    refuses = true;
    await commit(object, 10);
    expect(alarms.at(-1)).toBe(10 * HOUR + 2 * SECOND);
  }));

test("the status of all that a burst of readers' looks has left is written five seconds after them", () =>
  inObject(async (begin, puts) => {
    const object = begin();
    const latest = () => puts.filter((key) => key !== "status").length;
    for (let second = 0; second < 8; second++) {
      await commit(object, second / 3600, "for-reader");
      await vi.waitFor(() => expect(latest()).toBe(second + 1));
    }
    await vi.waitFor(() => expect(alarms).toHaveLength(1));
    expect(Math.floor((alarms[0] ?? 0) / SECOND)).toBe(12);
    expect(puts.filter((key) => key === "status")).toHaveLength(1);
    vi.setSystemTime(NOW + (alarms[0] ?? 0));
    await object.alarm();
    expect(puts.slice(9)).toEqual(["status"]);
  }));

test("an object that begins makes up for what the one before could not write, at its first alarm", () =>
  inObject(async (begin, puts) => {
    refuses = true;
    await commit(begin(), 0);
    refuses = false;
    const other = begin();
    await other.alarm();
    expect(puts).toEqual(["latest:kcna-en", "status"]);
    // It has nothing to write then, nor has one that finds nothing left.
    await other.alarm();
    await begin().alarm();
    expect(puts).toHaveLength(2);
    // In the middle of a tick, whose last commit writes them.
    const third = begin();
    await commit(third, 10, false);
    await third.alarm();
    expect(puts).toHaveLength(2);
  }));

test("the alarm is set to what comes first, snapshots or deliveries, and not again for what comes later", () =>
  inObject(async (begin, puts) => {
    let next: number | undefined = NOW + 60 * SECOND;
    let schedule = (_: number): void => undefined;
    const runs: number[] = [];
    const notifier: Notifier = {
      committed: () => undefined,
      restored: () => undefined,
      run: async () => void runs.push(Date.now() - NOW),
      next: () => next,
      handle: async () => undefined,
      stop: async () => undefined,
    };
    const object = begin((_service, _env, later) => {
      schedule = later;
      return notifier;
    });
    await vi.waitFor(() => expect(alarms).toEqual([60 * SECOND]));
    schedule(NOW + 70 * SECOND);
    refuses = true;
    await commit(object, 0);
    expect(alarms).toEqual([60 * SECOND, 2 * SECOND]);
    next = NOW + 30 * SECOND;
    schedule(NOW + SECOND);
    refuses = false;
    vi.setSystemTime(NOW + SECOND);
    await object.alarm();
    expect([runs, puts, alarms.slice(2)]).toEqual([[SECOND], [], [SECOND, 2 * SECOND]]);
    vi.setSystemTime(NOW + 2 * SECOND);
    await object.alarm();
    expect([runs.length, puts.length, alarms.slice(4)]).toEqual([2, 2, [30 * SECOND]]);
    next = undefined;
    vi.setSystemTime(NOW + 30 * SECOND);
    await object.alarm();
    expect([runs.length, alarms.length]).toEqual([3, 5]);
    schedule(NOW + 90 * SECOND);
    expect(alarms.at(-1)).toBe(90 * SECOND);
  }));

test("an error while snapshots are written stops no delivery, and they are tried again after 10 minutes", () =>
  inObject(async (begin) => {
    const logged = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const run = vi.fn(async () => undefined);
    const object = begin((service) => {
      vi.spyOn(service, "publish").mockRejectedValueOnce(new Error("no memory"));
      vi.spyOn(service, "isBehind").mockReturnValueOnce(true);
      return {
        committed: () => undefined,
        restored: () => undefined,
        run,
        next: () => undefined,
        handle: async () => undefined,
        stop: async () => undefined,
      };
    });
    await object.alarm();
    expect(run).toHaveBeenCalledTimes(1);
    expect(logged).toHaveBeenCalledWith(expect.stringContaining("no memory"));
    expect(alarms).toEqual([600 * SECOND]);
  }));

test("an error of the deliveries is logged, and they are tried again after a minute, like those on Node", () =>
  inObject(async (begin) => {
    const logged = vi.spyOn(console, "error").mockImplementation(() => undefined);
    for (const failing of ["run", "next"]) {
      const fail = (name: string) => () => {
        if (name === failing && alarms.length === 0) throw new Error(`${name} fails`);
        return undefined;
      };
      alarms = [];
      const object = begin(() => ({
        committed: () => undefined,
        restored: () => undefined,
        run: async () => fail("run")(),
        next: vi.fn(fail("next")).mockReturnValueOnce(undefined),
        handle: async () => undefined,
        stop: async () => undefined,
      }));
      await object.alarm();
      expect(logged).toHaveBeenLastCalledWith(expect.stringContaining(`${failing} fails`));
      expect(alarms).toEqual([60 * SECOND]);
    }
  }));
