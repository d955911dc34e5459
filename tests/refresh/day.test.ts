import { reset } from "cloudflare:test";
import { afterEach, expect, test, vi } from "vitest";
import { tick } from "../../src/refresh/refresh.ts";
import { settingsOf } from "../../src/settings.ts";
import type { Shown } from "../replica/markup.ts";
import { allItems, articleAt, bindings, countedKv, serve, type Website } from "../simulation.ts";

afterEach(async () => {
  vi.unstubAllGlobals();
  await reset();
});

const START = Date.parse("2026-03-10T00:00:00Z");
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** Sources beyond the four that are built in. */
const further = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ id: `s${i}`, name: `Source ${i}`, language: "en", article: 2000 + i }));

/** Articles spread over the day and the one before, each source with minutes of its own; oldest first. */
function timeline(source: number, aDay: number): Shown[] {
  const step = DAY / aDay;
  return Array.from({ length: 2 * aDay }, (_, i) =>
    articleAt(START - DAY + i * step + source * 7 * MINUTE + 1000, source * 1000 + i),
  );
}

function simulate(sources: number, aDay: number) {
  const numbers = ["156", "189661", "190036", ...further(sources).map(({ article }) => String(article))];
  const timelines = new Map(numbers.map((number, i) => [number, timeline(i, aDay)]));
  const website: Website = new Map();
  const show = (now: number) => {
    for (const [number, articles] of timelines) {
      website.set(number, articles.filter(({ key }) => Number.parseInt(key, 10) * 1000 <= now).reverse());
    }
  };
  return { website, timelines, show };
}

test.each([
  ["excerpts only", "0"],
  ["bodies kept", "3"],
])(
  "24 hours, 8 sources, 40 new articles a day each, %s: every article once, under 1,000 KV writes",
  async (what, bodies) => {
    const counted = countedKv();
    const env = bindings(counted.kv, { SOURCES: JSON.stringify(further(4)), BODIES_PER_TICK: bodies });
    const settings = settingsOf(env);
    const { website, timelines, show } = simulate(4, 40);
    const asked = serve(website);
    for (let now = START; now < START + DAY; now += 15 * MINUTE) {
      show(now);
      await tick(settings, now);
    }
    console.log(`a simulated day, ${what}: ${counted.writes} KV writes, ${asked.length} outgoing requests`);
    expect(counted.writes).toBeLessThan(1000);
    for (const [number, id] of [
      ["156", "kcna-en"],
      ["189661", "rodong-ko"],
      ["190036", "kcna-ko"],
      ["2003", "s3"],
    ] as const) {
      const items = await allItems(env, `/feeds/${id}.json?limit=500`);
      const listed = (timelines.get(number) ?? []).filter(
        ({ key }) => Number.parseInt(key, 10) * 1000 < START + DAY - 15 * MINUTE,
      );
      // The first page shows 16 of the day before; from then on everything.
      const since = listed.filter(({ key }) => Number.parseInt(key, 10) * 1000 > START);
      const ids = items.map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
      for (const { key } of since) expect(ids).toContain(`tag:kcnawatch.org,2026:newstream/${key}`);
      expect(ids.length).toBeGreaterThanOrEqual(since.length + 10);
    }
  },
);

test("100 sources in one Worker: none starves, and no tick makes more outgoing requests than allowed", async () => {
  const counted = countedKv();
  const env = bindings(counted.kv, { SOURCES: JSON.stringify(further(96)), BODIES_PER_TICK: "0" });
  const settings = settingsOf(env);
  const { website, show } = simulate(96, 4);
  const asked = serve(website);
  // Two are broken all along, and must hold up nobody.
  const seen = new Map<string, number[]>();
  let most = 0;
  for (let i = 0; i < 24; i++) {
    const now = START + i * 15 * MINUTE;
    show(now);
    website.set("2007", 500);
    website.set("2050", 403);
    const before = asked.length;
    await tick(settings, now);
    most = Math.max(most, asked.length - before);
    for (const path of new Set(asked.slice(before))) seen.set(path, [...(seen.get(path) ?? []), i]);
  }
  expect(most).toBeLessThanOrEqual(50);
  for (const source of settings.sources) {
    const ticks = seen.get(source.site.listing(source)) ?? [];
    if (source.place.article === 2007 || source.place.article === 2050) {
      expect(ticks.length).toBeGreaterThan(1);
      continue;
    }
    const waits = ticks.map((tick, i) => tick - (ticks[i - 1] ?? -1));
    expect(Math.max(...waits, 24 - (ticks.at(-1) ?? -1))).toBeLessThanOrEqual(4);
  }
});

test("a stop at any write loses no article, nor any date", async () => {
  const { website, timelines, show } = simulate(0, 40);
  serve(website);
  vi.spyOn(console, "error").mockImplementation(() => {});
  for (let stopAt = 0; stopAt < 12; stopAt++) {
    await reset();
    const counted = countedKv();
    const env = bindings(counted.kv, { BODIES_PER_TICK: "0" });
    const settings = settingsOf(env);
    const run = async (hours: number) => {
      const now = START + hours * 60 * MINUTE;
      show(now);
      await tick(settings, now).catch(() => {});
    };
    const dated = async () =>
      new Map((await allItems(env, "/feeds/kcna-en.json?limit=500")).map((item) => [item.id, item.date_published]));
    for (let hours = 0; hours <= 12; hours += 4) await run(hours);
    const before = await dated();
    counted.failAfter = counted.writes + stopAt;
    await run(16);
    counted.failAfter = Number.POSITIVE_INFINITY;
    // More has come since than a page shows: what is kept from before was kept, not seen again.
    for (let hours = 16.25; hours <= 32; hours += 3.75) await run(hours);
    const items = await allItems(env, "/feeds/kcna-en.json?limit=500");
    const ids = items.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const after = await dated();
    for (const [id, date] of before) expect(after.get(id), id).toBe(date);
    const listed = (timelines.get("156") ?? []).filter(({ key }) => {
      const at = Number.parseInt(key, 10) * 1000;
      return at > START && at <= START + 23 * 60 * MINUTE;
    });
    expect(listed.length).toBeGreaterThan(16);
    for (const { key } of listed) expect(ids).toContain(`tag:kcnawatch.org,2026:newstream/${key}`);
  }
});
