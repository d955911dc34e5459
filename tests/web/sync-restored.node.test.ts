import { expect, test, vi } from "vitest";
import { HOUR, NOW, page } from "../archive/fixtures.ts";
import { clockAt, type PushedBridge, pushedBridge, TOKEN } from "../notify/receivers.ts";

/** A client of an archive that was restored, or that is another one. */

clockAt(NOW);

const bearer = { authorization: `Bearer ${TOKEN}` };

async function poll(bridge: PushedBridge, after = "0", etag = '"none"') {
  const response = await bridge.ask(`/sync/all?after=${after}`, { headers: { "if-none-match": etag } });
  const lines = (await response.text()).trim().split("\n");
  const { cursor = "" } = response.status === 200 ? JSON.parse(lines.at(-1) ?? "") : {};
  return { status: response.status, etag: response.headers.get("etag") ?? "", cursor };
}

async function bridgeOf(articles: number): Promise<PushedBridge> {
  const bridge = pushedBridge();
  await bridge.commit(page(Date.now(), articles));
  return bridge;
}

test("its cursor is 410 also if the request has the tag of the last answer", async () => {
  const first = await bridgeOf(5);
  const { cursor } = await poll(first);
  const { etag } = await poll(first, cursor);
  expect((await poll(first, cursor, etag)).status).toBe(304);
  vi.setSystemTime(NOW + HOUR);
  // Of as many events, of fewer, and of more.
  for (const articles of [5, 3, 8])
    expect([articles, (await poll(await bridgeOf(articles), cursor, etag)).status]).toEqual([articles, 410]);
});

test("nothing has changed where the whole journal was restored", async () => {
  const first = await bridgeOf(5);
  const { cursor } = await poll(first);
  const { etag } = await poll(first, cursor);
  const second = pushedBridge();
  const body = await (await first.ask("/export", { headers: bearer })).text();
  const headers = { ...bearer, "content-type": "application/x-ndjson" };
  expect((await second.ask("/import", { method: "POST", headers, body })).status).toBe(200);
  expect((await poll(second, cursor, etag)).status).toBe(304);
});
