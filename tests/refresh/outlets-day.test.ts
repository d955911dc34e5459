import { reset } from "cloudflare:test";
import { afterEach, expect, inject, test, vi } from "vitest";
import { countRows, kvWrites } from "../archive/object.ts";
import { outletBridge } from "./outlet-setup.ts";

afterEach(async () => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  await reset();
});

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** Of a day, and of what it may cost. */
const PART = inject("fuzz") === 1 ? 1 / 2 : 1;
const MORNING = Date.parse("2026-10-06T07:00:00+09:00");

test(`${24 * PART} hours of all built-in sources are within Cloudflare's free plan, and no tick makes more than 50 requests`, async () => {
  const outlets = outletBridge();
  // The day before is there already, as it is on every day but the first.
  await outlets.tickAt(MORNING);
  const stop = await countRows();
  const [{ writes: earlier } = { writes: 0 }] = await kvWrites();
  const calls = outlets.counted.calls.length;
  let most = 0;
  for (let time = MORNING + 15 * MINUTE; time <= MORNING + PART * DAY; time += 15 * MINUTE) {
    const before = outlets.asked.length;
    const outcomes = await outlets.tickAt(time);
    most = Math.max(most, outlets.asked.length - before);
    expect(outcomes.filter(({ ok }) => !ok)).toEqual([]);
  }
  const { counted: rows } = await stop();
  const writes = (await kvWrites()).reduce((sum, day) => sum + day.writes, 0) - earlier;
  const requests = outlets.counted.calls.length - calls;
  console.log(
    `${24 * PART} simulated hours, all ${outlets.bridge.sources.length} built-in sources: ${outlets.asked.length} outgoing requests, ` +
      `${most} at most in a tick, ${writes} KV writes, ${requests} object requests, ${rows} rows written`,
  );
  expect(most).toBeLessThanOrEqual(50);
  expect(writes).toBeLessThan(1000 * PART);
  expect(requests).toBeLessThan(100_000 * PART);
  expect(rows).toBeGreaterThan(100);
  expect(rows).toBeLessThan(100_000 * PART);
}, 300_000);
