import { beforeEach, expect, inject, test, vi } from "vitest";
import { bridgeOf } from "../../src/archive/bridge.ts";
import { tick } from "../../src/refresh/refresh.ts";
import { newestPath } from "../../src/sites/addresses.ts";
import { countRows, kvWrites } from "../archive/object.ts";
import { listingPage, type Shown } from "../replica/markup.ts";
import { PAGE } from "../replica/website.ts";
import { allItems, articleAt, bindings, countedKv, type Listings, page, resetAfterEach, serve } from "../simulation.ts";

/** Whole days of the cron; of the one with texts, a sixth in `npm test`, with a sixth of what a day may cost. */

const START = Date.parse("2026-03-10T00:00:00Z");
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const PART = inject("fuzz") === 1 ? 1 / 6 : 1;
const END = START + PART * DAY;

beforeEach(() => {
  vi.spyOn(Date, "now").mockReturnValue(START);
});
resetAfterEach();

/** Sources beyond the four that are built in. */
const further = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ id: `s${i}`, name: `Source ${i}`, language: "en", article: 2000 + i }));

/** Numbers below 1, always the same ones (Park and Miller). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
}

/**
 * A text of 300 words, few of them frequent and most rare (Zipf's law): 1,600 texts have some 25,000 words, as many as
 * as much of Reuters' news has (Heaps' law, 44 · 480,000^0.49).
 */
function textOf(seed: number): string[] {
  const next = random(seed + 1);
  const word = () => `w${Math.floor(30_000 ** next()).toString(36)}`;
  return Array.from({ length: 6 }, () => Array.from({ length: 50 }, word).join(" "));
}

/** Articles spread over the day and the one before, each source with minutes of its own; oldest first. */
function timeline(source: number, aDay: number): Shown[] {
  const step = DAY / aDay;
  return Array.from({ length: 2 * aDay }, (_, i) => {
    const number = source * 1000 + i;
    const at = START - DAY + i * step + source * 7 * MINUTE + 1000;
    return { ...articleAt(at, number), body: textOf(number) };
  });
}

const intakeOf = ({ key }: Shown) => Number.parseInt(key, 10) * 1000;

/** @param aDay articles of each source a day */
function simulate(sources: number, aDay: number) {
  const numbers = ["156", "189661", "190036", ...further(sources).map(({ article }) => String(article))];
  const timelines = new Map(numbers.map((number, i) => [number, timeline(i, aDay)]));
  const everything = [...timelines.values()].flat().sort((a, b) => intakeOf(b) - intakeOf(a));
  const website: Listings = new Map();
  let now = START;
  const show = (at: number) => {
    now = at;
    for (const [number, articles] of timelines) {
      website.set(number, articles.filter((article) => intakeOf(article) <= now).reverse());
    }
  };
  const asked = serve(website, (url) => {
    if (url.pathname !== "/newstream/") return undefined;
    const newest = everything.filter((article) => intakeOf(article) <= now).slice(0, PAGE);
    return page(listingPage("All sources", newest));
  });
  return { website, timelines, show, asked };
}

test(`${24 * PART} hours, 40 sources, 40 new articles a day each with texts: under half of the free plan`, async () => {
  const counted = countedKv();
  const env = bindings(counted.kv, { SOURCES: JSON.stringify(further(36)), BODIES_PER_TICK: "20" });
  const bridge = bridgeOf(env);
  expect(bridge.sources).toHaveLength(40);
  const { timelines, show, asked } = simulate(36, 40);
  const stop = await countRows();
  let most = 0;
  for (let now = START; now < END; now += 15 * MINUTE) {
    show(now);
    vi.mocked(Date.now).mockReturnValue(now);
    const before = asked.length;
    await tick(bridge, now);
    most = Math.max(most, asked.length - before);
  }
  const { read, counted: rows, ofSearchIndex, largest } = await stop();
  const [{ writes } = { writes: 0 }] = await kvWrites();
  const requests = counted.calls.length;
  console.log(
    `${24 * PART} simulated hours, 40 sources, 40 new articles a day each, every text: ${writes} KV writes, ${requests} object requests, ${rows} rows written ` +
      `(and ${ofSearchIndex} within the search index), ${read} read, ${asked.length} outgoing requests, ${most} at most in a tick\n  ${largest}`,
  );
  expect(writes).toBeGreaterThan(0);
  // A day's allowance begins with 60.
  expect(writes).toBeLessThan(60 + 440 * PART);
  expect(requests).toBeLessThan(50_000 * PART);
  expect(rows).toBeGreaterThan(1600 * 4 * PART);
  // As Cloudflare counts them: by statement. What the search index writes within its own tables is printed beside.
  // The first tick finds 16 articles of each source.
  expect(rows).toBeLessThan(6000 + 44_000 * PART);
  expect(read).toBeGreaterThan(0);
  expect(read).toBeLessThan(2_500_000 * PART);
  expect(most).toBeLessThanOrEqual(50);
  for (const [number, id] of [
    ["156", "kcna-en"],
    ["189661", "rodong-ko"],
    ["190036", "kcna-ko"],
    ["2003", "s3"],
    ["2035", "s35"],
  ] as const) {
    const items = await allItems(env, `/feeds/${id}.json?limit=100&content=full`);
    const listed = (timelines.get(number) ?? []).filter((article) => intakeOf(article) < END - 45 * MINUTE);
    // The first page shows 16 of the day before; from then on everything.
    const since = listed.filter((article) => intakeOf(article) > START);
    const ids = items.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { key } of since) expect(ids).toContain(`tag:kcnawatch.org,2026:newstream/${key}`);
    expect(ids.length).toBeGreaterThanOrEqual(since.length + 10);
    // The newest have theirs still to come; a part of a day of 20 texts a tick does not make up for the day before either.
    const part = PART === 1 ? 0.9 : 0.6;
    expect(items.filter(({ content_html }) => content_html).length).toBeGreaterThan(part * since.length);
  }
}, 300_000);

test("100 sources in one Worker: none starves, and no tick makes more outgoing requests than allowed", async () => {
  const counted = countedKv();
  const env = bindings(counted.kv, { SOURCES: JSON.stringify(further(96)), BODIES_PER_TICK: "0" });
  const bridge = bridgeOf(env);
  const { website, show, asked } = simulate(96, 4);
  // Two are broken all along, and must hold up nobody.
  const seen = new Map<string, number[]>();
  let most = 0;
  for (let i = 0; i < 24; i++) {
    const now = START + i * 15 * MINUTE;
    show(now);
    website.set("2007", 500);
    website.set("2050", 403);
    const before = asked.length;
    await tick(bridge, now);
    most = Math.max(most, asked.length - before);
    for (const path of new Set(asked.slice(before))) seen.set(path, [...(seen.get(path) ?? []), i]);
  }
  expect(most).toBeLessThanOrEqual(50);
  for (const source of bridge.sources) {
    const ticks = seen.get(newestPath(source)) ?? [];
    if (source.location.article === 2007 || source.location.article === 2050) {
      expect(ticks.length).toBeGreaterThan(1);
      continue;
    }
    const waits = ticks.map((tick, i) => tick - (ticks[i - 1] ?? -1));
    expect(Math.max(...waits, 24 - (ticks.at(-1) ?? -1))).toBeLessThanOrEqual(4);
  }
});
