import { reset } from "cloudflare:test";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { forget } from "../../src/archive/memory.ts";
import type { Latest } from "../../src/archive/store.ts";
import { refresh, tick } from "../../src/refresh/refresh.ts";
import { type Bindings, settingsOf } from "../../src/settings.ts";
import { kcnawatch } from "../../src/sites/kcnawatch.ts";
import { forgetRendered } from "../../src/web/feed.ts";
import { articlePage, type Shown } from "../replica/markup.ts";
import {
  allItems,
  articleAt,
  ask,
  bindings,
  type CountedKv,
  countedKv,
  feedOf,
  page,
  serve,
  type Website,
} from "../simulation.ts";

/** One thing wrong does not stop the rest: a page, a card, a source, a record, a document. */

const HOUR = 3600_000;
const NOW = Date.parse("2026-06-01T00:00:00Z");

let counted: CountedKv;
let env: Bindings;
let website: Website;
let errors: Record<string, unknown>[];

const listed = (newest: number, count: number) =>
  Array.from({ length: count }, (_, i) => articleAt(newest - i * HOUR, (newest - i * HOUR) / 60_000));
const only = (id: string) => settingsOf(env).sources.filter((source) => source.id === id);
const stored = async <T>(key: string) => (await counted.kv.get(key, "json")) as T;

interface Report {
  id: string;
  state: string;
  articles: number;
  unreadable_articles: { key: string; detail: string }[];
}
const health = async () => {
  const response = await ask(env, "/health");
  expect([200, 503]).toContain(response.status);
  return ((await response.json()) as { sources: Report[] }).sources;
};

beforeEach(() => {
  counted = countedKv();
  env = bindings(counted.kv, { BODIES_PER_TICK: "3" });
  website = new Map([["156", listed(NOW, 16)]]);
  errors = [];
  vi.spyOn(console, "error").mockImplementation((line: string) => void errors.push(JSON.parse(line)));
  vi.spyOn(Date, "now").mockReturnValue(NOW + 60_000);
});
afterEach(async () => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  await reset();
});

describe("an article page", () => {
  const texts = async () =>
    (await feedOf(env, "/feeds/kcna-en.json?content=full")).items.filter(({ content_html }) => content_html).length;

  test("a malformed link on one leaves it its text, and the others theirs", async () => {
    const [first] = listed(NOW, 1) as [Shown];
    serve(website, (url) => {
      if (!url.pathname.includes(first.key)) return undefined;
      return page(articlePage("KCNA.kp (En)", first, []).replace(/http:\/\/www\.kcna\.kp[^"]*/, "http://["));
    });
    await refresh(settingsOf(env), only("kcna-en"), NOW, { stories: 3 });
    expect(await texts()).toBe(3);
  });

  test("one that cannot be read for a fault of the bridge's is put off, logged and told in health; the others are read", async () => {
    const [first] = listed(NOW, 1) as [Shown];
    const real = kcnawatch.readStory;
    vi.spyOn(kcnawatch, "readStory").mockImplementation((html, source, url) => {
      if (url.includes(first.key)) throw new TypeError("no such thing");
      return real(html, source, url);
    });
    const asked = serve(website);
    await refresh(settingsOf(env), only("kcna-en"), NOW, { stories: 3 });
    expect(await texts()).toBe(2);
    expect(errors).toEqual([
      { event: "article", source: "kcna-en", key: first.key, error: "TypeError: no such thing" },
    ]);
    expect((await health())[0]?.unreadable_articles).toEqual([{ key: first.key, detail: "TypeError: no such thing" }]);
    const html = await (await ask(env, "/health", { headers: { accept: "text/html" } })).text();
    expect(html).toContain(first.key);
    // Not at once again; but never given up, since the fault may be mended any day. Then health forgets it.
    asked.length = 0;
    for (let i = 1; i < 4; i++)
      await refresh(settingsOf(env), only("kcna-en"), NOW + i * 15 * 60_000 - 1, { stories: 3 });
    expect(asked.join()).not.toContain(first.key);
    for (let i = 1; i < 8; i++) await refresh(settingsOf(env), only("kcna-en"), NOW + i * 25 * HOUR, { stories: 20 });
    vi.mocked(kcnawatch.readStory).mockRestore();
    forget(counted.kv);
    await refresh(settingsOf(env), only("kcna-en"), NOW + 9 * 25 * HOUR, { stories: 20 });
    expect((await health())[0]?.unreadable_articles).toEqual([]);
    expect(await texts()).toBe(16);
  });
});

describe("a listing", () => {
  test("an article without a day that there can be is left out, the others are taken in", async () => {
    const odd = { ...articleAt(NOW, 7), key: "999999999999-1", printed: "no date" };
    website.set("156", [...listed(NOW, 5), odd, ...listed(NOW - 5 * HOUR, 10)]);
    serve(website);
    const [outcome] = await refresh(settingsOf(env), only("kcna-en"), NOW);
    expect(outcome).toMatchObject({ ok: true });
    const days = outcome?.latest?.articles.map(({ day }) => day) ?? [];
    expect(days.length).toBeGreaterThanOrEqual(15);
    for (const day of days) expect(day).toMatch(/^2026-/);
    // The reader leaves it out: neither its date nor its key says a day.
    expect(errors).toEqual([]);
  });

  test("a card that cannot be read for a fault of the bridge's is left out and logged, the others are taken in", async () => {
    const odd = { ...articleAt(NOW, 7), key: "1700000000-1", printed: "no date" };
    website.set("156", [...listed(NOW, 5), odd, ...listed(NOW - 5 * HOUR, 10)]);
    serve(website);
    const real = Date.prototype.toISOString;
    vi.spyOn(Date.prototype, "toISOString").mockImplementation(function (this: Date) {
      if (Math.abs(this.getTime() - 1_700_000_000_000) < 24 * HOUR) throw new TypeError("no such thing");
      return real.call(this);
    });
    expect(await refresh(settingsOf(env), only("kcna-en"), NOW)).toMatchObject([{ ok: true, added: 15 }]);
    expect(errors).toMatchObject([{ event: "card", source: "kcna-en", key: odd.key }]);
  });

  test("an older page that cannot be read leaves a gap, and the newer ones are taken in", async () => {
    website.set("189661", listed(NOW, 30));
    serve(website);
    await refresh(settingsOf(env), only("rodong-ko"), NOW);
    website.set("189661", listed(NOW + 35 * HOUR, 65));
    const real = kcnawatch.readListing;
    vi.spyOn(kcnawatch, "readListing").mockImplementation((html, source, url) => {
      if (url.includes("from=20")) throw new TypeError("no such thing");
      return real(html, source, url);
    });
    const [outcome] = await refresh(settingsOf(env), only("rodong-ko"), NOW + 35 * HOUR);
    expect(outcome).toMatchObject({ ok: true, added: 20 });
    expect(outcome?.health.gaps).toHaveLength(1);
  });
});

describe("a record or a document", () => {
  test("a health record that is none is left out, and its source is looked at again", async () => {
    serve(website);
    await tick(settingsOf(env), NOW);
    const { sources } = await stored<{ sources: Record<string, unknown> }>("health");
    for (const broken of [null, 7, {}, { ...(sources["kcna-en"] as object), gaps: null, nextDue: "soon" }]) {
      await counted.kv.put("health", JSON.stringify({ sources: { ...sources, "kcna-en": broken } }));
      forget(counted.kv);
      const reports = await health();
      expect(reports[0]).toMatchObject({ id: "kcna-en", state: "waiting" });
      expect(reports[1]).toMatchObject({ id: "newstream", state: "ok", articles: 16 });
      for (const path of ["/", "/feeds/all.rss", "/feeds/kcna-en"]) expect((await ask(env, path)).status).toBe(200);
      const outcomes = await tick(settingsOf(env), NOW + HOUR);
      expect(outcomes.map(({ source, ok }) => [source, ok])).toContainEqual(["kcna-en", true]);
      expect((await health())[0]).toMatchObject({ articles: 16 });
    }
  });

  test("a health document that is no JSON is begun anew", async () => {
    serve(website);
    await tick(settingsOf(env), NOW);
    await counted.kv.put("health", '{"sources":');
    forget(counted.kv);
    for (const path of ["/", "/health", "/feeds/all.rss"]) expect((await ask(env, path)).status, path).toBe(200);
    forget(counted.kv);
    await tick(settingsOf(env), NOW + HOUR);
    expect((await health())[0]).toMatchObject({ articles: 16 });
  });

  test("one source's document that is no JSON: the other sources are served and refreshed, and it is not written over", async () => {
    website.set("189661", listed(NOW, 10));
    serve(website);
    await tick(settingsOf(env), NOW);
    await counted.kv.put("latest:newstream", '{"version":');
    forget(counted.kv);
    expect((await feedOf(env, "/feeds/all.json?limit=500")).items).toHaveLength(16);
    const outcomes = await tick(settingsOf(env), NOW + HOUR);
    const failing = Object.fromEntries(outcomes.map(({ source, reason }) => [source, reason]));
    expect(failing).toMatchObject({ "kcna-en": undefined, newstream: "fault", "rodong-ko": undefined });
    expect((await health()).map(({ state }) => state)).toEqual(["ok", "failing", "ok", "failing"]);
    expect(await counted.kv.get("latest:newstream", "text")).toBe('{"version":');
  });

  test("one text, or one month, that is no JSON does not take the others with it", async () => {
    for (let i = 0; i < 30; i++) {
      website.set("156", listed(NOW + i * 20 * HOUR, 16));
      serve(website);
      await refresh(settingsOf(env), only("kcna-en"), NOW + i * 20 * HOUR, { stories: 1 });
    }
    const { items } = await feedOf(env, "/feeds/kcna-en.json?content=full");
    const [first, ...others] = items.filter(({ content_html }) => content_html);
    await counted.kv.put(`body:${first?.id.split("/").at(-1)}`, "<p>");
    forgetRendered();
    const after = await feedOf(env, "/feeds/kcna-en.json?content=full");
    expect(after.items.filter(({ content_html }) => content_html)).toHaveLength(others.length);
    const all = await allItems(env, "/feeds/kcna-en.json?limit=500&until=2026-12-31");
    expect(all.length).toBeGreaterThan(400);
    await counted.kv.put("month:kcna-en:2026-05", "[");
    forgetRendered();
    const rest = await allItems(env, "/feeds/kcna-en.json?limit=500&until=2026-12-31");
    expect(rest.length).toBeGreaterThan(400);
    expect(rest.length).toBeLessThan(all.length);
  });

  test("an article that is none is left out of every feed, and of the merge", async () => {
    serve(website);
    await refresh(settingsOf(env), only("kcna-en"), NOW);
    const latest = await stored<Latest>("latest:kcna-en");
    const broken = [null, { key: "1-1" }, { ...latest.articles[0], key: "1-2", id: "x", published: "2026" }];
    await counted.kv.put("latest:kcna-en", JSON.stringify({ ...latest, articles: [...broken, ...latest.articles] }));
    forget(counted.kv);
    for (const format of ["rss", "atom", "json"]) {
      expect((await ask(env, `/feeds/kcna-en.${format}`)).status).toBe(200);
    }
    expect((await feedOf(env, "/feeds/kcna-en.json")).items).toHaveLength(16);
    website.set("156", listed(NOW + HOUR, 17));
    expect(await refresh(settingsOf(env), only("kcna-en"), NOW + HOUR)).toMatchObject([{ ok: true, added: 1 }]);
  });
});
