import { expect, test } from "vitest";
import { isQuiet, type SourceStatus, statusAfter } from "../../src/archive/source-status.ts";
import { refresh } from "../../src/refresh/refresh.ts";
import {
  articles,
  articlesOf,
  bridge,
  HOUR,
  NOW,
  newBridgeBeforeEach,
  only,
  statusOf,
  website,
} from "../refresh/setup.ts";
import { serve } from "../simulation.ts";

newBridgeBeforeEach();

test("silent for more than twice its longest silence: quiet, which is no failure", async () => {
  serve(website);
  await refresh(bridge, only("kcna-en"), NOW);
  const status = await statusOf("kcna-en");
  expect(isQuiet(status, NOW + 47 * HOUR)).toBe(false);
  expect(isQuiet(status, NOW + 49 * HOUR)).toBe(true);
});

test("the usual number of articles follows a listing down by a twentieth a look, and up at once", () => {
  const look = (before: SourceStatus | undefined, shown: number, at: number) =>
    statusAfter(before, { ok: true, shown }, at).status;
  let status = look(undefined, 40, NOW);
  expect(status.typicalCount).toBe(40);
  status = look(status, 20, NOW + HOUR);
  expect(status.typicalCount).toBe(38);
  status = look(status, 20, NOW + 2 * HOUR);
  expect(status.typicalCount).toBe(36);
  status = look(status, 60, NOW + 3 * HOUR);
  expect(status.typicalCount).toBe(60);
});

test("failures for three hours are an outage, said once; the next success is its end", () => {
  const failed = { ok: false, reason: "http-500", detail: "an error" } as const;
  const events: [hours: number, event: string | undefined][] = [];
  let status: SourceStatus | undefined;
  for (const hours of [0, 1, 2.9, 3, 4]) {
    const after = statusAfter(status, failed, NOW + hours * HOUR);
    status = after.status;
    events.push([hours, after.event?.event]);
  }
  expect(events).toEqual([
    [0, undefined],
    [1, undefined],
    [2.9, undefined],
    [3, "outage"],
    [4, undefined],
  ]);
  expect(statusAfter(status, { ok: true }, NOW + 5 * HOUR).event).toMatchObject({
    event: "recovered",
    data: { since: "2026-06-01T00:00:00Z" },
  });
});

test("articles are counted by printed day over the last 95 days", async () => {
  const day = 24 * HOUR;
  website.set("189661", [articles(NOW, 3), articles(NOW - 95 * day, 2), articles(NOW - 96 * day, 4)].flat());
  serve(website);
  await refresh(bridge, only("rodong-ko"), NOW);
  expect((await statusOf("rodong-ko")).stats?.articlesPerDay).toEqual({
    "2026-02-26": 2,
    "2026-06-01": 3,
  });
  expect(await articlesOf("rodong-ko")).toBe(9);
});
