import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { localBridge } from "../../src/archive/local.ts";
import { nodeSql } from "../../src/platform/node.ts";
import { every } from "../../src/platform/node-timer.ts";
import { startCron } from "../../src/refresh/cron.ts";
import { settingsOf } from "../../src/settings.ts";
import { KCNA_WATCH_SOURCES } from "../followed.ts";
import { listingPage, type Shown } from "../replica/markup.ts";
import { printedDay } from "../replica/website.ts";

/** The cron on Node, over hours of a clock of the test's own. */

const MINUTE = 60_000;
const START = Date.parse("2026-11-26T09:05:30Z");

const shown = (at: number, i: number): Shown => ({
  key: `${Math.floor(at / 1000)}-${i}`,
  slug: `a-${i}`,
  title: `Title ${i}`,
  excerpt: `Pyongyang (KCNA) -- What title ${i} says, in an excerpt`,
  printed: printedDay(at),
});

let requests: number[];
let isOffline: boolean;
let isTicking = false;
let stop: () => Promise<void>;

beforeEach(() => {
  vi.useFakeTimers({ now: START, toFake: ["setTimeout", "clearTimeout", "Date"] });
  vi.spyOn(console, "log").mockImplementation(() => {});
  requests = [];
  isOffline = false;
  vi.stubGlobal("fetch", async () => {
    if (isOffline) throw new TypeError("fetch failed", { cause: { code: "ENETUNREACH" } });
    requests.push(Date.now());
    const articles = Array.from({ length: 16 }, (_, i) => shown(START - i * 10 * MINUTE, i));
    return new Response(listingPage("KCNA", articles), { headers: { "content-type": "text/html" } });
  });
});
afterEach(async () => {
  await stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

function start() {
  const settings = settingsOf({ BODIES_PER_TICK: "0", FOLLOW: KCNA_WATCH_SOURCES });
  const [kcna] = settings.sources;
  if (!kcna) throw new Error("no source");
  const { bridge, archive } = localBridge({ ...settings, sources: [kcna] }, nodeSql(":memory:"));
  stop = startCron(bridge, (interval, work) =>
    every(interval, (now) => {
      isTicking = true;
      return work(now).finally(() => {
        isTicking = false;
      });
    }),
  );
  return { articles: async () => (await bridge.archive.latest([kcna.id]))[0]?.[1].articles.length ?? 0, archive };
}

/** Lets time pass; pages are read with real turns of the event loop. */
async function advance(minutes: number): Promise<void> {
  for (let second = 0; second < minutes * 60; second += 10) {
    await vi.advanceTimersByTimeAsync(10_000);
    // Digests are made on other threads.
    while (isTicking) await Promise.all([new Promise((done) => setImmediate(done)), vi.advanceTimersByTimeAsync(0)]);
  }
}

const times = (ms: readonly number[]) => ms.map((at) => new Date(at).toISOString().slice(11, 16));

describe("the cron on Node", () => {
  test("reads a source at once, then once in each quarter of an hour", async () => {
    start();
    await advance(40);
    expect(times(requests)).toEqual(["09:05", "09:15", "09:30", "09:45"]);
  });

  test.each([
    [3, 6],
    [7 * 60, 15],
  ])(
    "without a network for %i minutes, it fills at most %i minutes after the network is back",
    async (offline, most) => {
      isOffline = true;
      const { articles } = start();
      await advance(offline);
      expect(await articles()).toBe(0);
      isOffline = false;
      await advance(most);
      expect(await articles()).toBe(16);
    },
  );

  test("a clock that is put back an hour stops nothing", async () => {
    start();
    await advance(12);
    vi.setSystemTime(Date.now() - 60 * MINUTE);
    await advance(30);
    expect(times(requests)).toEqual(["09:05", "09:15", "08:30", "08:45"]);
  });

  test("a website that does not answer for an hour keeps no other from being read each quarter of an hour", async () => {
    vi.useFakeTimers({ now: Date.parse("2026-06-01T00:01:00Z") });
    for (const method of ["log", "error"] as const) vi.spyOn(console, method).mockImplementation(() => {});
    const asked: string[] = [];
    const waiting: (() => void)[] = [];
    vi.stubGlobal("fetch", (address: URL | string) => {
      const { host } = new URL(address);
      asked.push(host);
      const response = new Response("", { status: 503 });
      return host === "kcnawatch.org"
        ? Promise.resolve(new Response("<p>0</p>"))
        : new Promise((answer) => waiting.push(() => answer(response)));
    });
    const { bridge } = localBridge(settingsOf({ FOLLOW: "kcna-en, kp-kcna-en" }), nodeSql(":memory:"));
    stop = startCron(bridge, every);
    await vi.advanceTimersByTimeAsync(62 * MINUTE);
    const times = (host: string) => asked.filter((other) => other === host).length;
    expect([times("www.kcna.kp"), times("kcnawatch.org") >= 4]).toEqual([1, true]);
    const stopped = stop();
    for (const answer of waiting) answer();
    await vi.advanceTimersByTimeAsync(MINUTE);
    await stopped;
  });
});
