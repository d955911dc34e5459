import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { exported, HOUR, listing, page } from "../archive/fixtures.ts";
import { type PushedBridge, pushedBridge, TOKEN } from "../notify/receivers.ts";

const START = Date.parse("2026-06-01T00:00:00Z");
beforeEach(() => {
  vi.useFakeTimers({ now: START, toFake: ["Date"] });
  vi.spyOn(console, "error").mockImplementation(() => undefined);
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const restore = async (bridge: PushedBridge, lines: readonly object[]) => {
  const body = lines.map((line) => JSON.stringify(line)).join("\n");
  const headers = { authorization: `Bearer ${TOKEN}` };
  return (await bridge.ask("/import", { method: "POST", headers, body })).status;
};

/** The lines of a backup of 30 articles. */
async function backup() {
  const old = pushedBridge();
  await old.commit(page(START - HOUR, 30));
  return exported(old.service().archive);
}

/** @param began milliseconds: a tick takes a while from there to its commit */
const look = (bridge: PushedBridge, began = Date.now()) =>
  bridge.service().commit([listing(page(began - 1000, 3), { unbroken: false })], began, true);

test("what is read while a backup is restored does not come between its parts, which would end the restore", async () => {
  const lines = await backup();
  const bridge = pushedBridge();
  expect(await restore(bridge, lines.slice(0, 10))).toBe(200);
  await expect(look(bridge)).rejects.toThrow("a backup is being restored");
  // Cloudflare ends an object that nobody calls for some seconds.
  bridge.restart();
  await expect(look(bridge)).rejects.toThrow("a backup is being restored");
  // A restore that broke off is repeated from the beginning.
  vi.setSystemTime(START + 5 * 60_000);
  for (const [from, to] of [
    [0, 20],
    [20, 99],
  ])
    expect(await restore(bridge, lines.slice(from, to))).toBe(200);
  expect(await look(bridge)).toMatchObject([{ added: 3 }]);
});

test("nor does what a tick has read that began before the last part came", async () => {
  const lines = await backup();
  const bridge = pushedBridge();
  expect(await restore(bridge, lines.slice(0, 10))).toBe(200);
  vi.setSystemTime(START + 9 * 60_000);
  expect(await restore(bridge, lines.slice(10, 20))).toBe(200);
  await expect(look(bridge, START)).rejects.toThrow("a backup is being restored");
  expect(await restore(bridge, lines.slice(20))).toBe(200);
  expect(await look(bridge, START)).toMatchObject([{ added: 3 }]);
});

test("if the rest of a backup does not come within ten minutes, the bridge reads again", async () => {
  const lines = await backup();
  const bridge = pushedBridge();
  await restore(bridge, lines.slice(0, 10));
  vi.setSystemTime(START + 10 * 60_000);
  expect(await look(bridge)).toMatchObject([{ added: 3 }]);
});

test("a restore of nothing holds up nothing, nor does one that broke off while the clock was ahead", async () => {
  const lines = await backup();
  const bridge = pushedBridge();
  await restore(bridge, []);
  expect(await look(bridge)).toMatchObject([{ added: 3 }]);
  const ahead = pushedBridge();
  vi.setSystemTime(START + 24 * HOUR);
  await restore(ahead, lines.slice(0, 10));
  vi.setSystemTime(START);
  expect(await look(ahead)).toMatchObject([{ added: 3 }]);
});

test("an absence that a first backup knew is no half of a deletion after the rest: the page may have been there since", async () => {
  const old = pushedBridge();
  const articles = page(START - HOUR, 3);
  await old.commit(articles);
  const [{ key = "" } = {}] = articles;
  const commit = async (bridge: PushedBridge, one: object) =>
    (await bridge.service().commit([{ source: "kcna-en", ...one }], Date.now(), true))[0];
  const isAbsent = { absentPages: [{ site: "kcnawatch", key }] };
  await commit(old, isAbsent);
  const first = exported(old.service().archive);
  vi.setSystemTime(START + HOUR);
  const there = { ...{ source: "kcna-en", site: "kcnawatch", timeZone: "Asia/Pyongyang" }, article: articles[0] };
  expect(await commit(old, { pages: [{ ...there, body: "<p>Its text.</p>" }] })).toMatchObject({ enriched: 1 });
  const bridge = pushedBridge();
  for (const lines of [first, old.service().archive.export(3).lines]) expect(await restore(bridge, lines)).toBe(200);
  vi.setSystemTime(START + 7 * HOUR);
  expect(await commit(bridge, isAbsent)).toMatchObject({ gone: 0 });
  vi.setSystemTime(START + 13 * HOUR);
  expect(await commit(bridge, isAbsent)).toMatchObject({ gone: 1 });
});

test("a backup that comes again when all of it was restored holds up nothing", async () => {
  const lines = await backup();
  const bridge = pushedBridge();
  expect(await restore(bridge, lines)).toBe(200);
  expect(await look(bridge)).toMatchObject([{ added: 3 }]);
  vi.setSystemTime(START + HOUR);
  expect(await restore(bridge, lines.slice(0, 10))).toBe(200);
  expect(await look(bridge)).toMatchObject([{ added: 1 }]);
  expect(await restore(bridge, lines)).toBe(422);
});
