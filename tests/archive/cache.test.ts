import { expect, test, vi } from "vitest";
import { readCached } from "../../src/archive/cache.ts";
import { refresh } from "../../src/refresh/refresh.ts";
import {
  articles,
  articlesOf,
  bridge,
  counted,
  HOUR,
  MINUTE,
  NOW,
  newBridgeBeforeEach,
  only,
  website,
} from "../refresh/setup.ts";
import { ask, bindings, serve } from "../simulation.ts";

newBridgeBeforeEach();

test("one source's status does not take back another's", async () => {
  serve(
    new Map([
      ["156", articles(NOW, 16)],
      ["189661", articles(NOW, 10)],
    ]),
  );
  await refresh(bridge, only("kcna-en"), NOW);
  counted.stale.set("status", null);
  await refresh(bridge, only("rodong-ko"), NOW + 5000);
  counted.stale.clear();
  expect(await articlesOf("kcna-en")).toBe(16);
  expect(await articlesOf("rodong-ko")).toBe(10);
});

test("where KV does not answer, what is remembered is served", async () => {
  serve(website);
  const env = bindings(counted.kv, { BODIES_PER_TICK: "0" });
  await refresh(bridge, only("kcna-en"), Date.now());
  expect((await ask(env, "/feeds/kcna-en.rss")).status).toBe(200);
  counted.deaf = true;
  vi.spyOn(Date, "now").mockReturnValue(Date.now() + MINUTE);
  expect((await ask(env, "/feeds/kcna-en.rss")).status).toBe(200);
});

test("a snapshot that has not changed is the same object: what is made of it need not be made again", async () => {
  serve(website);
  await refresh(bridge, only("kcna-en"), NOW);
  const read = async (now: number) => (await readCached(bridge, ["kcna-en"], now, () => {})).latest.get("kcna-en");
  const first = await read(NOW);
  expect(first?.articles).toHaveLength(16);
  const reads = counted.reads;
  expect(await read(NOW + 11_000)).toBe(first);
  // It was read again, to see whether it has changed.
  expect(counted.reads).toBe(reads + 1);
});

test("a status that KV held before does not take back a newer one, until nothing was read for a minute", async () => {
  serve(website);
  await refresh(bridge, only("kcna-en"), NOW);
  counted.stale = new Map(await counted.kv.get(["status"], "json"));
  await refresh(bridge, only("kcna-en"), NOW + 5000);
  const read = async (now: number) =>
    (await readCached(bridge, ["kcna-en"], now, () => {})).status.sources["kcna-en"]?.lastAttempt;
  expect(await read(NOW + 16_000)).toBe("2026-06-01T00:00:05Z");
  expect(await read(NOW + 77_000)).toBe("2026-06-01T00:00:00Z");
});

test("what was newer than its snapshot for a minute is compared with the archive, which may have been restored", async () => {
  serve(website);
  await refresh(bridge, only("kcna-en"), NOW);
  const before = await bridge.archive.latest(["kcna-en"]);
  const stale = await counted.kv.get(["latest:kcna-en"], "json");
  website.set("156", articles(NOW + HOUR, 17));
  await refresh(bridge, only("kcna-en"), NOW + 1000);
  const restored: typeof bridge = { ...bridge, archive: { ...bridge.archive, latest: async () => before } };
  const read = async (now: number, stores = restored) => {
    const behind: Promise<unknown>[] = [];
    const { latest } = await readCached(stores, ["kcna-en"], now, (work) => behind.push(work));
    await Promise.all(behind);
    return latest.get("kcna-en")?.articles.length;
  };
  expect(await read(NOW + 2000, bridge)).toBe(17);
  counted.stale = new Map(stale);
  expect(await read(NOW + 20_000)).toBe(17);
  // It is renewed after the response.
  expect(await read(NOW + 63_000)).toBe(17);
  expect(await read(NOW + 64_000)).toBe(16);
});
