import { reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, test, vi } from "vitest";
import { withoutStretch } from "../../src/archive/gaps.ts";
import { forget } from "../../src/archive/memory.ts";
import { commit, open, replace, take } from "../../src/archive/opened.ts";
import { countOf, NEWEST, readAll, readLatest, writeHealth } from "../../src/archive/store.ts";
import type { Article } from "../../src/article.ts";
import { koreanDay } from "../../src/scrape/dates.ts";
import type { Bindings } from "../../src/settings.ts";
import { kcnawatch } from "../../src/sites/kcnawatch.ts";
import type { Source } from "../../src/sites/site.ts";
import { listingPage } from "../replica/markup.ts";
import { allItems, articleAt, bindings, countedKv, feedOf } from "../simulation.ts";

afterEach(async () => {
  vi.unstubAllGlobals();
  await reset();
});

const source: Source = {
  id: "kcna-en",
  name: "KCNA.kp (En)",
  language: "en",
  site: kcnawatch,
  place: { article: 156 },
};
const NOW = Date.parse("2026-06-01T00:00:00Z");
const HOUR = 3600_000;

/** `count` articles as a page shows them, newest first, `step` apart, the newest at `newest`. */
function listed(newest: number, count: number, step = HOUR) {
  const shown = Array.from({ length: count }, (_, i) => articleAt(newest - i * step, (newest - i * step) / 60_000));
  const listing = kcnawatch.readListing(
    listingPage("KCNA.kp (En)", shown),
    source,
    "https://kcnawatch.org/article/156/",
  );
  if ("failure" in listing) throw new Error(listing.failure.detail);
  return listing.articles;
}

async function store(kv: KVNamespace, page: ReturnType<typeof listed>, now = NOW) {
  const opened = await open(kv, "kcna-en", page);
  const counts = take(opened, page, now);
  return { ...counts, latest: await commit(kv, opened, now) };
}

describe("what is written", () => {
  test("the same page again writes nothing", async () => {
    const counted = countedKv();
    const page = listed(NOW, 16);
    expect(await store(counted.kv, page)).toMatchObject({ added: 16, edited: 0 });
    const before = counted.writes;
    expect(await store(counted.kv, page, NOW + HOUR)).toMatchObject({ added: 0, edited: 0 });
    expect(counted.writes).toBe(before);
  });

  test("every article is in its month before it leaves the newest 200", async () => {
    const { kv } = countedKv();
    for (let i = 0; i < 60; i++) await store(kv, listed(NOW + i * 10 * HOUR, 16), NOW + i * 10 * HOUR);
    const { latest } = await readLatest(kv, ["kcna-en"]);
    const newest = latest.get("kcna-en");
    expect(newest?.articles).toHaveLength(NEWEST);
    const total = 16 + 59 * 10;
    expect(newest && countOf(newest)).toBe(total);
    await writeHealth(kv, { sources: {} });
    vi.stubGlobal("fetch", async () => new Response("", { status: 500 }));
    const items = await allItems(bindings(kv), "/feeds/kcna-en.json?limit=100");
    expect(items).toHaveLength(total);
    expect(new Set(items.map(({ id }) => id)).size).toBe(total);
    const dates = items.map(({ date_published }) => date_published);
    expect(dates).toEqual(dates.toSorted().reverse());
  });

  test("a late page with articles beyond the newest 200 changes no date and repeats nothing", async () => {
    const { kv } = countedKv();
    const first = listed(NOW, 16);
    await store(kv, first);
    for (let i = 1; i < 40; i++) await store(kv, listed(NOW + i * 10 * HOUR, 16), NOW + i * 10 * HOUR);
    const again = await store(kv, first, NOW + 1000 * HOUR);
    expect(again).toMatchObject({ added: 0, edited: 0 });
  });

  test("the default feed of 50,000 articles costs what that of 200 costs", async () => {
    const counted = countedKv();
    vi.stubGlobal("fetch", async () => new Response("", { status: 500 }));
    const env = bindings(counted.kv);
    const cost = async () => {
      const record = { tried: "", failures: 0, kept: 1, gaps: [], arrivals: {}, nextDue: "2999-01-01T00:00:00Z" };
      await writeHealth(counted.kv, { sources: { "kcna-en": record } });
      forget(counted.kv);
      const before = { ...counted };
      await feedOf(env, "/feeds/kcna-en.json");
      return { reads: counted.reads - before.reads, characters: counted.size - before.size };
    };
    await store(counted.kv, listed(NOW, 200, HOUR / 2));
    const few = await cost();
    for (let i = 0; i < 100; i++) await store(counted.kv, listed(NOW - (i + 1) * 21 * 24 * HOUR, 500, HOUR / 2));
    const { latest } = await readLatest(counted.kv, ["kcna-en"]);
    const kept = latest.get("kcna-en");
    expect(kept && countOf(kept)).toBeGreaterThan(49_000);
    const many = await cost();
    console.log(
      `default feed with 200 kept: ${JSON.stringify(few)}; with ${kept && countOf(kept)}: ${JSON.stringify(many)}`,
    );
    expect(many.reads).toBe(few.reads);
    expect(many.characters / few.characters).toBeLessThan(1.1);
  });
});

describe("gaps", () => {
  test("a page that shares nothing with what is kept leaves a gap; a page across it closes it", async () => {
    const { kv } = countedKv();
    await store(kv, listed(NOW, 16));
    const { latest } = await store(kv, listed(NOW + 100 * HOUR, 16, HOUR), NOW + 100 * HOUR);
    expect(latest?.gaps).toEqual([{ after: "2026-06-01T00:00:00Z", before: "2026-06-04T13:00:00Z" }]);
    expect(latest?.completeSince).toBe("2026-05-31T09:00:00Z");
    const half = await store(
      kv,
      listed(NOW + 90 * HOUR, 40, HOUR).concat(listed(NOW + 50 * HOUR, 1, HOUR)),
      NOW + 101 * HOUR,
    );
    expect(half.latest?.gaps).toEqual([{ after: "2026-06-01T00:00:00Z", before: "2026-06-03T02:00:00Z" }]);
    const all = await store(kv, listed(NOW + 60 * HOUR, 70, HOUR), NOW + 102 * HOUR);
    expect(all.latest?.gaps).toEqual([]);
  });

  test("a stretch within a gap splits it", () => {
    const gaps = [{ after: "2026-01-01", before: "2026-01-09" }];
    expect(withoutStretch(gaps, { oldest: "2026-01-03", newest: "2026-01-05" })).toEqual([
      { after: "2026-01-01", before: "2026-01-03" },
      { after: "2026-01-05", before: "2026-01-09" },
    ]);
    expect(withoutStretch(gaps, { oldest: "2026-01-01", newest: "2026-01-09" })).toEqual([]);
    expect(withoutStretch(gaps, { oldest: "2026-01-10", newest: "2026-01-11" })).toEqual(gaps);
  });
});

test("texts that are together too large for one operation of KV are read in several", async () => {
  const kv = (env as Bindings).ARCHIVE;
  const keys = Array.from({ length: 30 }, (_, i) => `body:${i}-1`);
  for (const key of keys) await kv.put(key, JSON.stringify({ html: "x".repeat(1024 * 1024) }));
  const values = await readAll<{ html: string }>(kv, keys);
  expect([...values.keys()]).toEqual(keys);
  expect(values.get("body:29-1")?.html).toHaveLength(1024 * 1024);
});

describe("writers that overlap", () => {
  const shownAt = (from: number, count: number) =>
    Array.from({ length: count }, (_, i) => {
      const at = NOW - (from + i) * HOUR;
      const { key, title, excerpt } = articleAt(at, from + i);
      return { key, id: key, url: `https://x/${key}`, title, excerpt, day: koreanDay(at), language: "en", intake: at };
    });
  const kept = async (kv: KVNamespace) => {
    const { latest } = await readLatest(kv, ["kcna-en"]);
    const months = Object.keys(latest.get("kcna-en")?.months ?? {});
    const documents = await readAll<Article[]>(
      kv,
      months.map((month) => `month:kcna-en:${month}`),
    );
    return { latest: latest.get("kcna-en"), filed: [...documents.values()].flat() };
  };

  test("what another has filed meanwhile is not taken out of its month by a writer that has read the older one", async () => {
    const counted = countedKv();
    const write = async (from: number, count: number) => {
      const opened = await open(counted.kv, "kcna-en", shownAt(from, count));
      take(opened, shownAt(from, count), NOW);
      await commit(counted.kv, opened, NOW);
    };
    await write(60, 12);
    const month = `month:kcna-en:2026-05`;
    const older = await counted.kv.get(month, "json");
    await write(40, 20);
    // The second writer sees the new `latest`, and the month as it was.
    counted.stale.set(month, older);
    await write(20, 20);
    counted.stale.clear();
    const { filed } = await kept(counted.kv);
    expect(new Set(filed.map(({ key }) => key))).toEqual(new Set(shownAt(20, 52).map(({ key }) => key)));
  });

  test("a writer that sees an article for the first time again leaves it its date, its text and its edits", async () => {
    const counted = countedKv();
    const shown = shownAt(0, 12);
    const first = await open(counted.kv, "kcna-en", shown);
    take(first, shown, NOW);
    replace(
      first,
      first.kept.map((article) => ({ ...article, body: 99, revisions: [{ at: article.published, title: "Before" }] })),
    );
    await commit(counted.kv, first, NOW);
    counted.stale.set("latest:kcna-en", null);
    const second = await open(counted.kv, "kcna-en", shown);
    take(second, shown, NOW + HOUR);
    await commit(counted.kv, second, NOW + HOUR);
    counted.stale.clear();
    const { latest } = await kept(counted.kv);
    for (const article of latest?.articles ?? []) {
      expect(article).toMatchObject({ body: 99, revisions: [{ title: "Before" }], firstSeen: "2026-06-01T00:00:00Z" });
    }
    expect(latest?.articles).toHaveLength(12);
  });
});
