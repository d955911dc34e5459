import { reset } from "cloudflare:test";
import { beforeEach, expect, inject, test, vi } from "vitest";
import { type Bindings, type Bridge, bridgeOf } from "../../src/archive/bridge.ts";
import { ArchiveUnavailable } from "../../src/archive/client.ts";
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
  resetAfterEach,
  serve,
  TOKEN,
} from "../simulation.ts";

/** Ticks that end early, ticks that overlap, and pushes beside them: what was kept, or acknowledged, stays. */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const NOW = Date.parse("2026-06-01T00:00:00Z");
const RODONG = "189661";

let env: Bindings;
let website: Listings;

/** One an hour, newest first. */
const articles = (newest: number, count: number, step = HOUR) =>
  Array.from({ length: count }, (_, i) => articleAt(newest - i * step, (newest - i * step) / MINUTE));
const idOf = ({ key }: Shown) => `tag:kcnawatch.org,2026:newstream/${key}`;
const rodong = () => bridgeOf(env).sources.find(({ id }) => id === "rodong-ko") as Source;
const items = (source: string) => allItems(env, `/feeds/${source}.json?limit=100&content=full`);

/** The events' numbers have no hole, and every source lists an article once. */
async function expectSoundJournal(articles: number): Promise<void> {
  const events = await journal();
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, i) => i + 1));
  expect(events.filter(({ event }) => event === "added")).toHaveLength(articles);
}

beforeEach(() => {
  env = bindings(countedKv().kv, { BODIES_PER_TICK: "2" });
  website = new Map();
  vi.spyOn(Date, "now").mockReturnValue(NOW);
  vi.spyOn(console, "error").mockImplementation(() => {});
});
resetAfterEach();

const push = (from: number, listed: readonly Shown[]): Promise<Response> => {
  const address = rodong().site.origin + rodong().site.listingPath(rodong(), from / FRAGMENT);
  return ask(env, `/ingest/rodong-ko?url=${encodeURIComponent(address)}`, {
    method: "POST",
    headers: { authorization: `Bearer ${TOKEN}`, "content-type": "text/html" },
    body: fragment([...listed]),
  });
};
const newOf = async (response: Response) => {
  expect(response.status).toBe(200);
  return ((await response.json()) as { new: number }).new;
};

/** The bridge, whose archive is lost to it from a call of `commit` on, before or after that call is kept. */
function stoppingAt(bridge: Bridge, calls: number, kept: boolean): Bridge {
  let made = 0;
  const { archive } = bridge;
  const lost = () => new ArchiveUnavailable("the tick has ended");
  return {
    ...bridge,
    archive: {
      ...archive,
      async commit(...values) {
        made++;
        if (made > calls + 1 || (made > calls && !kept)) throw lost();
        const results = await archive.commit(...values);
        if (made > calls) throw lost();
        return results;
      },
      async duePages(...values) {
        if (made > calls) throw lost();
        return archive.duePages(...values);
      },
    },
  };
}

test.each([
  ["before a commit", false],
  ["after a commit of which it was not told", true],
])(
  "a tick that ends %s goes on at the next, and comes to what a tick without an end comes to",
  async (_, kept) => {
    const after = async (stopAt: number) => {
      await reset();
      newIsolate(env);
      serve(website);
      const run = async (hours: number, of: (bridge: Bridge) => Bridge = (bridge) => bridge) => {
        const now = NOW + hours * HOUR;
        const newest = NOW + Math.floor(hours) * HOUR;
        vi.mocked(Date.now).mockReturnValue(now);
        website.set("156", articles(newest - 10 * MINUTE, 100)).set(RODONG, articles(newest, 100));
        return tick(of(bridgeOf(env)), now).then(
          () => true,
          () => false,
        );
      };
      await run(0);
      await run(10);
      const whole = await run(50, (bridge) => stoppingAt(bridge, stopAt, kept));
      for (let i = 1; i <= 6; i++) await run(50 + i / 4, (bridge) => ({ ...bridge, bodiesPerTick: 20 }));
      const found = (await Promise.all(["kcna-en", "newstream", "rodong-ko"].map(items))).flat();
      const gaps = (await bridgeOf(env).archive.status(NOW)).sources["rodong-ko"]?.stats?.gaps;
      const events = await journal();
      expect(events.map(({ seq }) => seq)).toEqual(events.map((_, i) => i + 1));
      const told = found.map(({ id, date_published, title, content_html }) => [
        id,
        date_published,
        title,
        content_html,
      ]);
      return { whole, gaps, told };
    };
    const twin = await after(Number.POSITIVE_INFINITY);
    expect(twin).toMatchObject({ whole: true, gaps: [] });
    expect(twin.told.length).toBeGreaterThan(100);
    expect(new Set(twin.told.map(([id]) => id)).size).toBeLessThanOrEqual(twin.told.length);
    // Every fourth call in `npm test`, those before a commit and those after one by turns; each in `npm run fuzz`.
    const [first, step] = inject("fuzz") === 1 ? [kept ? 2 : 0, 4] : [0, 1];
    let stopAt = first;
    for (; stopAt < 30; stopAt += step) {
      const { whole, gaps, told } = await after(stopAt);
      if (whole) break;
      expect(gaps).toEqual([]);
      expect(told).toEqual(twin.told);
    }
    // Three sources, their older pages, two article pages and what is written at the end.
    expect(stopAt).toBeGreaterThan(5);
    expect(stopAt).toBeLessThan(30);
  },
  300_000,
);

test("eight pushes side by side: 80 are acknowledged and 80 are kept", async () => {
  const all = articles(NOW, 80);
  const pages = Array.from({ length: 8 }, (_, i) => i * FRAGMENT);
  const answers = await Promise.all(pages.map((from) => push(from, all.slice(from, from + FRAGMENT))));
  const added = await Promise.all(answers.map(newOf));
  expect(added).toEqual(Array(8).fill(10));
  const kept = await items("rodong-ko");
  expect(kept.map(({ id }) => id)).toEqual(all.map(idOf));
  await expectSoundJournal(80);
  // And again: nothing is new.
  const again = await Promise.all(pages.map((from) => push(from, all.slice(from, from + FRAGMENT))));
  expect(await Promise.all(again.map(newOf))).toEqual(Array(8).fill(0));
  await expectSoundJournal(80);
});

test("two ticks that overlap and pushes beside them keep all that they acknowledge, each article once", async () => {
  const listed = articles(NOW, 400);
  website.set(RODONG, listed).set("156", articles(NOW - 10 * MINUTE, 16));
  // The website answers slowly and not in order, so that fetches and commits of all of them come between each other's.
  let asked = 0;
  serve(website);
  const answer = globalThis.fetch;
  vi.stubGlobal("fetch", async (url: URL) => {
    await scheduler.wait((asked++ * 7) % 13);
    return answer(url);
  });
  // Fetches of one isolate wait for each other by the clock.
  vi.mocked(Date.now).mockRestore();
  vi.useFakeTimers({ now: NOW, toFake: ["Date"] });
  try {
    for (let round = 0; round < 5; round++) {
      const now = NOW + round * 15 * MINUTE;
      vi.setSystemTime(now);
      // Far below what the ticks look at, so that they read on towards it.
      const from = 200 + round * 3 * FRAGMENT;
      const below = listed.slice(from, from + 8);
      website.set(RODONG, [articleAt(now, 900 + round), ...listed]).set("156", articles(now - 10 * MINUTE, 16));
      const before = (await journal()).filter(({ event }) => event === "added").length;
      const pushes = [below.slice(0, 4), below.slice(4), below.slice(2, 6)];
      const [first, second, ...answers] = await Promise.all([
        tick(bridgeOf(env), now),
        tick(bridgeOf(env), now + 1),
        ...pushes.map((some) => push(from, some)),
      ]);
      const acknowledged = [...first, ...second].reduce((sum, { added }) => sum + added, 0);
      const pushed = (await Promise.all(answers.map(newOf))).reduce((sum, added) => sum + added, 0);
      expect(pushed).toBeGreaterThan(0);
      expect((await journal()).filter(({ event }) => event === "added").length - before).toBe(acknowledged + pushed);
      newIsolate(env);
      const ids = (await items("rodong-ko")).map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
      for (const shown of below) expect(ids).toContain(idOf(shown));
      expect(ids).toContain(idOf(articleAt(now, 900 + round)));
    }
  } finally {
    vi.useRealTimers();
  }
  const kept = (await Promise.all(["kcna-en", "newstream", "rodong-ko"].map(items))).flat();
  await expectSoundJournal(kept.length);
});
