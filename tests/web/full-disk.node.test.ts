import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { HOUR, page } from "../archive/fixtures.ts";
import { pushedBridge, receivers, TOKEN } from "../notify/receivers.ts";

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

const push = (bridge: ReturnType<typeof pushedBridge>) =>
  bridge.ask("/ingest/kcna-en?url=https://kcnawatch.org/article/156/", {
    method: "POST",
    headers: { authorization: `Bearer ${TOKEN}`, "content-type": "text/html" },
    body: readFileSync(join(import.meta.dirname, "../pages/source-156.html")),
  });

test("a push into a damaged file is 503 with Retry-After, like all that needs the archive, and is no bug", async () => {
  const log = vi.spyOn(console, "error").mockImplementation(() => undefined);
  const bridge = pushedBridge();
  await bridge.commit(page(Date.now() - HOUR, 3));
  vi.spyOn(bridge.sql, "run").mockImplementation(() => {
    throw new Error("database disk image is malformed");
  });
  const refused = await push(bridge);
  expect([refused.status, refused.headers.get("retry-after")]).toEqual([503, "60"]);
  expect(log.mock.calls.join()).toContain("malformed");
});

test("what a full disk does not take is 503 with Retry-After, and is taken later; feeds go on", async () => {
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  receivers({});
  vi.useFakeTimers({ now: Date.now(), toFake: ["Date"] });
  const bridge = pushedBridge();
  await bridge.commit(page(Date.now() - HOUR, 3));
  const limitPages = (most: number) => bridge.sql.rows(`PRAGMA max_page_count = ${most}`);
  limitPages(1);
  const refused = await push(bridge);
  expect([refused.status, refused.headers.get("retry-after")]).toEqual([503, "60"]);
  expect(await refused.json()).toMatchObject({ detail: "the archive can store nothing at present" });
  expect((await bridge.ask("/feeds/kcna-en.rss")).status).toBe(200);
  const health = async () => (await (await bridge.ask("/health")).json()) as { status: string; archive: string };
  expect(await health()).toMatchObject({ status: "degraded", archive: "read-only" });
  const html = (await bridge.ask("/health", { headers: { accept: "text/html" } })).text();
  expect(await html).toContain("The archive can store nothing at present");
  expect(await (await bridge.ask("/metrics")).text()).toContain("\nfeed_bridge_archive_writable 0\n");
  limitPages(100_000);
  expect(await (await push(bridge)).json()).toMatchObject({ new: 16 });
  // What a process remembers of it for ten seconds.
  vi.setSystemTime(Date.now() + 11_000);
  expect(await health()).toMatchObject({ archive: "ok" });
  // An error of the bridge itself says nothing of the disk.
  vi.spyOn(bridge.sql, "transaction").mockImplementationOnce(() => {
    throw new Error("no such column: nothing");
  });
  expect((await push(bridge)).status).toBe(500);
  vi.setSystemTime(Date.now() + 11_000);
  expect(await health()).toMatchObject({ archive: "ok" });
});

test("what cannot be stored since another process holds the file, or it may not be written, is 503 too, and no fault of the page or the backup", async () => {
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  const bridge = pushedBridge();
  await bridge.commit(page(Date.now() - HOUR, 3));
  vi.spyOn(bridge.sql, "transaction").mockImplementationOnce(() => {
    throw new Error("database is locked");
  });
  const refused = await push(bridge);
  expect([refused.status, refused.headers.get("retry-after")]).toEqual([503, "60"]);
  expect(await refused.json()).toMatchObject({ detail: "the archive can store nothing at present" });
  const headers = { authorization: `Bearer ${TOKEN}` };
  const lines = await (await bridge.ask("/export", { headers })).text();
  const empty = pushedBridge();
  vi.spyOn(empty.sql, "run").mockImplementationOnce(() => {
    throw new Error("attempt to write a readonly database");
  });
  const restore = () => empty.ask("/import", { method: "POST", headers, body: lines });
  expect((await restore()).status).toBe(503);
  expect((await restore()).status).toBe(200);
});
