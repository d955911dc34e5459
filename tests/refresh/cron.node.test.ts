import { afterEach, expect, test, vi } from "vitest";
import { localBridge } from "../../src/archive/local.ts";
import { nodeSql } from "../../src/platform/node.ts";
import { every } from "../../src/platform/node-timer.ts";
import { startCron } from "../../src/refresh/cron.ts";
import { settingsOf } from "../../src/settings.ts";

const MINUTE = 60_000;

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
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
  const stop = startCron(bridge, every);
  await vi.advanceTimersByTimeAsync(62 * MINUTE);
  const times = (host: string) => asked.filter((other) => other === host).length;
  expect([times("www.kcna.kp"), times("kcnawatch.org") >= 4]).toEqual([1, true]);
  const stopped = stop();
  for (const answer of waiting) answer();
  await vi.advanceTimersByTimeAsync(MINUTE);
  await stopped;
});
