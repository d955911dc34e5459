import { beforeEach, expect, test, vi } from "vitest";
import { type Bindings, bridgeOf } from "../../src/archive/bridge.ts";
import type { SourceContext } from "../../src/refresh/fetch.ts";
import { closeGap } from "../../src/refresh/gap-pages.ts";
import { tick } from "../../src/refresh/refresh.ts";
import type { Source } from "../../src/sites/site.ts";
import { journal } from "../archive/object.ts";
import { fragment, type Shown } from "../replica/markup.ts";
import { FRAGMENT } from "../replica/website.ts";
import {
  allItems,
  articleAt,
  ask,
  bindings,
  countedKv,
  type Listings,
  newIsolate,
  page,
  resetAfterEach,
  serve,
  TOKEN,
} from "../simulation.ts";

/** A gap is read on at later ticks until it is closed, and health says it until then. */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const NOW = Date.parse("2026-06-01T00:00:00Z");
/** After a time in which the bridge saw nothing. */
const LATER = NOW + 70 * HOUR;
const RODONG = "189661";

let env: Bindings;
let website: Listings;
/** Where fragments of the listing begin that cannot be read now. */
let failing: Set<number>;
let asked: string[];

const articles = (newest: number, count: number) =>
  Array.from({ length: count }, (_, i) => articleAt(newest - i * HOUR, (newest - i * HOUR) / MINUTE));
const fragmentsAsked = () => asked.flatMap((path) => /from=(\d+)/.exec(path)?.[1] ?? []).map(Number);
const gaps = async () => {
  newIsolate(env);
  const { sources } = (await (await ask(env, "/health")).json()) as {
    sources: { id: string; gaps: { after: string; before: string }[]; state: string }[];
  };
  const report = sources.find(({ id }) => id === "rodong-ko");
  expect(report?.state).toBe("ok");
  return report?.gaps;
};
const run = (now: number) => {
  vi.mocked(Date.now).mockReturnValue(now);
  asked.length = 0;
  return tick(bridgeOf(env), now);
};
const kept = async () => (await allItems(env, "/feeds/rodong-ko.json?limit=500")).length;

beforeEach(async () => {
  env = bindings(countedKv().kv, { BODIES_PER_TICK: "0" });
  vi.spyOn(Date, "now").mockReturnValue(NOW);
  failing = new Set();
  website = new Map([[RODONG, articles(NOW, 30)]]);
  asked = serve(website, (url) => (failing.has(Number(url.searchParams.get("from"))) ? page("", 502) : undefined));
  await run(NOW);
  website.set(RODONG, articles(LATER, 100));
});
resetAfterEach();

test("an older page that fails leaves a gap; the next tick reads on from there and closes it", async () => {
  failing.add(20);
  await run(LATER);
  expect(fragmentsAsked()).toEqual([0, 10, 20]);
  const gap = { after: "2026-06-01T00:00:00Z", before: "2026-06-03T03:00:00Z" };
  expect(await gaps()).toEqual([gap]);
  expect(await kept()).toBe(10 + 20);
  failing.clear();
  await run(LATER + 15 * MINUTE);
  // The listing's first page, then five pages from where the gap begins.
  expect(fragmentsAsked()).toEqual([0, 20, 30, 40, 50, 60]);
  expect(await gaps()).toEqual([{ ...gap, before: "2026-06-01T01:00:00Z" }]);
  await run(LATER + 30 * MINUTE);
  expect(fragmentsAsked()).toEqual([0, 70]);
  expect(await gaps()).toEqual([]);
  expect(await kept()).toBe(80);
  const events = (await journal()).filter(({ source, event }) => source === "rodong-ko" && event !== "added");
  expect(events.map(({ event }) => event)).toEqual(["gap", "gap", ...Array(6).fill("filled")]);
  await run(LATER + 45 * MINUTE);
  expect(fragmentsAsked()).toEqual([0]);
});

test("a page that goes on failing is asked for less and less often, and the gap stays in health", async () => {
  failing.add(20);
  await run(LATER);
  const tries: number[] = [];
  for (let minutes = 15; minutes <= 24 * 60; minutes += 15) {
    await run(LATER + minutes * MINUTE);
    if (fragmentsAsked().includes(20)) tries.push(minutes);
  }
  expect(tries).toEqual([15, 30, 60, 120, 240, 480, 840, 1200]);
  expect(await gaps()).toHaveLength(1);
  // It is readable again: the next try closes all of it, five pages at a tick.
  failing.clear();
  await run(LATER + 1560 * MINUTE);
  expect(await gaps()).toEqual([{ after: "2026-06-01T00:00:00Z", before: "2026-06-01T01:00:00Z" }]);
  await run(LATER + 1575 * MINUTE);
  expect(await gaps()).toEqual([]);
  expect(await kept()).toBe(80);
});

test("a gap for which no request is left was not tried: it does not wait longer for that", async () => {
  failing.add(20);
  await run(LATER);
  const { archive, sources } = bridgeOf(env);
  const source = sources.find(({ id }) => id === "rodong-ko") as Source;
  const context = { source, now: LATER, budget: { left: 0 } } as SourceContext;
  const status = (await archive.status(LATER)).sources["rodong-ko"];
  expect(status?.stats?.gaps).toHaveLength(1);
  expect(await closeGap(() => expect.unreachable(), context, status)).toBeUndefined();
});

test("an older page without articles is the listing's end: nothing below it is asked for", async () => {
  asked = serve(website, (url) => (Number(url.searchParams.get("from")) >= 20 ? page("") : undefined));
  await run(LATER);
  expect(fragmentsAsked()).toEqual([0, 10, 20]);
});

test("older pages that show nothing new are asked for less and less often too", async () => {
  failing.add(20);
  await run(LATER);
  const listed = website.get(RODONG) as Shown[];
  asked = serve(website, (url) =>
    Number(url.searchParams.get("from")) >= 20 ? page(fragment(listed.slice(10, 15))) : undefined,
  );
  const tries: number[] = [];
  for (let minutes = 15; minutes <= 4 * 60; minutes += 15) {
    await run(LATER + minutes * MINUTE);
    if (fragmentsAsked().length > 1) tries.push(minutes);
  }
  expect(tries).toEqual([15, 30, 45, 75, 135]);
  expect(await gaps()).toHaveLength(1);
});

test("an error of the archive in an older page stops neither the listing nor the other sources", async () => {
  failing.add(20);
  await run(LATER);
  failing.clear();
  const bridge = bridgeOf(env);
  const none = { added: 0, edited: 0, enriched: 0, gone: 0, back: 0, seq: 0 };
  const commit: typeof bridge.archive.commit = async (commits, now, publish) =>
    commits[0]?.source === "rodong-ko" && commits[0].listings && publish === false
      ? [{ source: "rodong-ko", ...none, error: "no memory" }]
      : bridge.archive.commit(commits, now, publish);
  website.set(RODONG, articles(LATER + 15 * MINUTE, 101)).set("156", articles(LATER, 16));
  const outcomes = await tick({ ...bridge, archive: { ...bridge.archive, commit } }, LATER + 15 * MINUTE);
  expect(outcomes).toHaveLength(bridge.sources.length);
  expect(outcomes).toContainEqual(expect.objectContaining({ source: "kcna-en", ok: true, added: 16 }));
  expect(await gaps()).toHaveLength(1);
  await run(LATER + 30 * MINUTE);
  await run(LATER + 45 * MINUTE);
  expect(await gaps()).toEqual([]);
});

test("what closes a gap is in the tick's report; while the listing itself cannot be read, its older pages are left alone", async () => {
  failing.add(20);
  await run(LATER);
  const listed = website.get(RODONG) as Shown[];
  website.set(RODONG, 503);
  await run(LATER + 15 * MINUTE);
  expect(asked.filter((path) => path.includes("from="))).toHaveLength(1);
  failing.clear();
  website.set(RODONG, listed);
  expect(await run(LATER + 30 * MINUTE)).toContainEqual(
    expect.objectContaining({ source: "rodong-ko", ok: true, added: 50 }),
  );
});

test("new articles above push the listing down: nothing between is left out", async () => {
  failing.add(20);
  await run(LATER);
  failing.clear();
  for (let i = 1; i <= 4; i++) {
    const newest = LATER + i * 3 * HOUR;
    website.set(RODONG, articles(newest, 100));
    await run(newest);
  }
  expect(await gaps()).toEqual([]);
  expect(await kept()).toBe(10 + 70 + 12);
});

test("fragments that are pushed in close the gap", async () => {
  failing = new Set([20, 30, 40, 50, 60, 70]);
  await run(LATER);
  expect(await gaps()).toHaveLength(1);
  const listed = website.get(RODONG) as Shown[];
  const source = bridgeOf(env).sources.find(({ id }) => id === "rodong-ko") as Source;
  const push = async (from: number): Promise<number> => {
    const address = source.site.origin + source.site.listingPath(source, from / FRAGMENT);
    const response = await ask(env, `/ingest/rodong-ko?url=${encodeURIComponent(address)}`, {
      method: "POST",
      headers: { authorization: `Bearer ${TOKEN}`, "content-type": "text/html" },
      body: fragment(listed.slice(from, from + FRAGMENT)),
    });
    return ((await response.json()) as { new: number }).new;
  };
  let added = 0;
  for (const from of [20, 50, 70, 60]) added += await push(from);
  // The listing may have moved on between a fragment and one above it that came later: what is between is not known.
  expect(await gaps()).toEqual([
    { after: "2026-06-01T00:00:00Z", before: "2026-06-01T01:00:00Z" },
    { after: "2026-06-01T20:00:00Z", before: "2026-06-02T17:00:00Z" },
  ]);
  // In the listing's order each follows the one above it, and nothing is between.
  for (const from of [30, 40, 50, 60, 70]) added += await push(from);
  expect(added).toBe(50);
  expect(await gaps()).toEqual([]);
  expect(await kept()).toBe(80);
});
