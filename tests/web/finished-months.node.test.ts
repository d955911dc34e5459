import { expect, test, vi } from "vitest";
import { HOUR, page } from "../archive/fixtures.ts";
import { clockAt, type PushedBridge, pushedBridge, receivers } from "../notify/receivers.ts";

/** How long caches may keep a month. */

const DAY = 24 * HOUR;
const NOW = Date.parse("2026-06-15T00:00:00Z");

clockAt(NOW);

const FOR_A_WEEK = "public, max-age=604800, immutable";
const cacheControl = async (bridge: PushedBridge, path: string) =>
  (await bridge.ask(`/feeds/kcna-en/${path}`)).headers.get("cache-control");

test("a finished month is kept for a week, but not the current one, nor what an age, a text or a later article changes", async () => {
  receivers({});
  const bridge = pushedBridge();
  await bridge.commit(page(NOW, 100, DAY));
  for (const path of ["2026-05.rss", "2026-05.rss?q=article", "2026-04.json?limit=3"])
    expect([path, await cacheControl(bridge, path)]).toEqual([path, FOR_A_WEEK]);
  for (const path of [
    "2026-06.rss",
    ...["since=3650d", "content=full", "q=nothingatall"].map((q) => `2026-05.json?${q}`),
  ])
    expect([path, await cacheControl(bridge, path)]).toEqual([path, expect.not.stringContaining("immutable")]);
  expect(await (await bridge.ask("/feeds/kcna-en/2026-05.json?limit=3")).json()).toMatchObject({
    items: { length: 3 },
  });
  const { headers } = await bridge.ask("/feeds/kcna-en/2026-05.rss?q=article");
  expect(headers.get("link")).toContain('/feeds/kcna-en/2026-04.rss?q=article>; rel="prev-archive"');
});

test("nor is a finished month while articles of it are known to be missing", async () => {
  receivers({});
  const bridge = pushedBridge();
  await bridge.commit(page(NOW - 60 * DAY, 40, DAY));
  await bridge.commit(page(NOW, 40, DAY));
  const months = () => Promise.all(["03", "04", "05"].map((month) => cacheControl(bridge, `2026-${month}.rss`)));
  const isNot = expect.not.stringContaining("immutable");
  expect(await months()).toEqual([FOR_A_WEEK, isNot, isNot]);
  await bridge.commit(page(NOW - 35 * DAY, 30, DAY));
  // What was committed at the same instant counts, too, after the ten seconds for which the status is remembered.
  vi.setSystemTime(NOW + 10_000);
  expect(await months()).toEqual([FOR_A_WEEK, FOR_A_WEEK, FOR_A_WEEK]);
});
