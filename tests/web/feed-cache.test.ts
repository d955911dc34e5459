import { expect, test } from "vitest";
import type { Bridge } from "../../src/archive/bridge.ts";
import { feedCacheOf, type RenderedFeed, rememberBytes } from "../../src/web/feed-cache.ts";

const MB = 1024 * 1024;
const feedOf = () => ({ etag: '"1"' }) as RenderedFeed;
const sizeOf = (feeds: readonly RenderedFeed[]) =>
  feeds.reduce((sum, { bytes, gzipped }) => sum + (bytes?.length ?? 0) + (gzipped?.length ?? 0), 0);

test("all remembered feeds together have a limit in bytes: those of the oldest are dropped", () => {
  const bridge = {} as Bridge;
  const feeds = Array.from({ length: 200 }, feedOf);
  for (const feed of feeds)
    rememberBytes(bridge, feed, { bytes: new Uint8Array(MB / 2), gzipped: new Uint8Array(MB / 8) });
  expect(sizeOf(feeds)).toBeGreaterThan(6 * MB);
  expect(sizeOf(feeds)).toBeLessThanOrEqual(8 * MB);
  expect(feeds.map(({ bytes }) => bytes !== undefined)).toEqual(feeds.map((_, i) => i >= 188));
  expect(feeds.every(({ bytes, gzipped }) => Boolean(bytes) === Boolean(gzipped))).toBe(true);
});

test("small feeds are not kept without end either", () => {
  const bridge = {} as Bridge;
  for (let i = 0; i < 5000; i++) rememberBytes(bridge, feedOf(), { bytes: new Uint8Array(10) });
  expect(feedCacheOf(bridge).withBytes.size).toBeLessThan(4100);
});
