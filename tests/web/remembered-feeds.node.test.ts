import { expect, test } from "vitest";
import { localBridge } from "../../src/archive/local.ts";
import { nodeSql } from "../../src/platform/node.ts";
import { settingsOf } from "../../src/settings.ts";
import { createApp } from "../../src/web/app.ts";
import { feedCacheOf } from "../../src/web/feed-cache.ts";
import { listing, page } from "../archive/fixtures.ts";

test("a feed that depends on the time is not remembered: no request would get it, and others would be dropped for it", async () => {
  const { bridge, service } = localBridge(settingsOf({}), nodeSql(":memory:"));
  await service.commit([listing(page(Date.now(), 3))], Date.now(), false);
  const app = createApp(() => bridge);
  const remembered = async (query: string) => {
    await app.fetch(new Request(`https://bridge.example/feeds/kcna-en.rss${query}`));
    return feedCacheOf(bridge).withBytes.size;
  };
  expect([await remembered(""), await remembered("?since=2d"), await remembered("?limit=2")]).toEqual([1, 1, 2]);
});
