import { expect, test } from "vitest";
import type { EventPage } from "../../src/archive/events.ts";
import { localBridge } from "../../src/archive/local.ts";
import { nodeSql } from "../../src/platform/node.ts";
import { settingsOf } from "../../src/settings.ts";
import { createApp } from "../../src/web/app.ts";

test("a request that waits reads no more events at once than another: it gets the cursor behind those it read", async () => {
  const { bridge } = localBridge(settingsOf({}), nodeSql(":memory:"));
  let reads = 0;
  const events = async (): Promise<EventPage> => {
    const seq = 2000 * ++reads;
    return { events: [], cursor: { seq, digest: "a" }, more: seq < 10_000, head: { seq: 10_000, at: "" } };
  };
  const waitForEvent = async () => 10_000;
  const app = createApp(() => ({ ...bridge, archive: { ...bridge.archive, events, waitForEvent } }));
  const response = await app.fetch(
    new Request("https://bridge.example/sync/kcna-en?q=nonsense&wait=20", {
      headers: { "accept-encoding": "identity" },
    }),
  );
  expect(JSON.parse(await response.text())).toMatchObject({ cursor: "2000.a", more: true });
  expect(reads).toBe(1);
});

/** A request that waits, of an archive without news. */
async function waiting(waitForEvent: () => Promise<number | undefined>) {
  const { bridge } = localBridge(settingsOf({}), nodeSql(":memory:"));
  let reads = 0;
  const events = async (): Promise<EventPage> => {
    reads++;
    return { events: [], cursor: { seq: 7, digest: "a" }, more: false, head: { seq: 7, at: "" } };
  };
  const app = createApp(() => ({ ...bridge, archive: { ...bridge.archive, events, waitForEvent } }));
  const response = await app.fetch(new Request("https://bridge.example/sync/kcna-en?wait=1"));
  return { response, reads };
}

test("a request for which there is no room to wait is told to come back, and does not ask again and again", async () => {
  const { response, reads } = await waiting(async () => undefined);
  expect([response.status, response.headers.get("retry-after"), reads]).toEqual([503, "25", 1]);
});

test("a request that has waited in vain reads nothing again", async () => {
  const { response, reads } = await waiting(async () => 7);
  expect([response.status, reads]).toEqual([200, 1]);
});
