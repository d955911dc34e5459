import { reset } from "cloudflare:test";
import { afterEach, expect, test, vi } from "vitest";
import { countRows, kvWrites } from "../archive/object.ts";
import { outletBridge } from "./outlet-setup.ts";

afterEach(async () => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  await reset();
});

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const MORNING = Date.parse("2026-10-06T07:00:00+09:00");

test("a day of all built-in sources is within Cloudflare's free plan, and no tick makes more than 50 requests", async () => {
  const outlets = outletBridge();
  // The day before is there already, as it is on every day but the first.
  await outlets.tickAt(MORNING);
  const stop = await countRows();
  const [{ writes: earlier } = { writes: 0 }] = await kvWrites();
  const calls = outlets.counted.calls.length;
  let most = 0;
  for (let time = MORNING + 15 * MINUTE; time <= MORNING + DAY; time += 15 * MINUTE) {
    const before = outlets.asked.length;
    const outcomes = await outlets.tickAt(time);
    most = Math.max(most, outlets.asked.length - before);
    expect(outcomes.filter(({ ok }) => !ok)).toEqual([]);
  }
  const { counted: rows } = await stop();
  const writes = (await kvWrites()).reduce((sum, day) => sum + day.writes, 0) - earlier;
  const requests = outlets.counted.calls.length - calls;
  console.log(
    `a simulated day, all ${outlets.bridge.sources.length} built-in sources: ${outlets.asked.length} outgoing requests, ` +
      `${most} at most in a tick, ${writes} KV writes, ${requests} object requests, ${rows} rows written`,
  );
  expect(most).toBeLessThanOrEqual(50);
  expect(writes).toBeLessThan(1000);
  expect(requests).toBeLessThan(100_000);
  expect(rows).toBeGreaterThan(100);
  expect(rows).toBeLessThan(100_000);
}, 300_000);
