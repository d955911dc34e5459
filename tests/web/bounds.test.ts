import { beforeEach, describe, expect, test, vi } from "vitest";
import { type Bindings, bridgeOf } from "../../src/archive/bridge.ts";
import { refresh } from "../../src/refresh/refresh.ts";
import { listing, page } from "../archive/fixtures.ts";
import { forgetFeeds } from "../forget.ts";
import type { Shown } from "../replica/markup.ts";
import {
  allItems,
  articleAt,
  ask,
  bindings,
  type CountedKv,
  countedKv,
  type JsonFeed,
  type Listings,
  newIsolate,
  resetAfterEach,
  serve,
} from "../simulation.ts";

/** However much is asked for, an answer has a bound, and its next links lead to the rest. */

const HOUR = 3600_000;
const NOW = Date.parse("2026-06-10T03:00:00Z");
const MB = 1024 * 1024;

let counted: CountedKv;
let env: Bindings;
let website: Listings;

beforeEach(() => {
  counted = countedKv();
  env = bindings(counted.kv, { BODIES_PER_TICK: "0" });
  website = new Map([["156", []]]);
  serve(website);
  vi.useFakeTimers({ now: NOW, toFake: ["Date"] });
});
resetAfterEach();

const every = (count: number) => Array.from({ length: count }, (_, i) => articleAt(NOW - i * HOUR, 5000 - i));

async function look(shown: Shown[], now: number, articlePages = 0): Promise<void> {
  vi.setSystemTime(now);
  website.set("156", shown);
  await refresh(bridgeOf(env), bridgeOf(env).sources.slice(0, 1), now, { articlePages });
}

/** The documents behind an address and its next links. */
async function documents(path: string): Promise<{ bytes: number; items: JsonFeed["items"] }[]> {
  const all: { bytes: number; items: JsonFeed["items"] }[] = [];
  for (let next: string | undefined = path; next; ) {
    const text = await (await ask(env, next)).text();
    const feed = JSON.parse(text) as JsonFeed;
    all.push({ bytes: new TextEncoder().encode(text).length, items: feed.items });
    next = feed.next_url?.replace("https://bridge.example", "");
  }
  return all;
}

describe("full texts", () => {
  test("a hundred a document at most, however many are asked for", async () => {
    const all = every(130);
    for (let end = all.length; end > 0; end -= 12) await look(all.slice(Math.max(0, end - 12), end + 4), NOW, 20);
    for (let i = 0; i < 4; i++) await look(all.slice(0, 16), NOW + i * 60_000, 20);
    for (const path of ["/feeds/kcna-en.json?content=full&limit=500", "/feeds/kcna-en/2026-06.json?content=full"]) {
      const texts = (await documents(path)).map(
        ({ items }) => items.filter(({ content_html }) => content_html?.includes("second paragraph")).length,
      );
      expect(Math.max(...texts)).toBeLessThanOrEqual(100);
      const items = await allItems(env, path);
      const wanted = path.includes("limit") ? all : all.filter(({ printed }) => printed.startsWith("June"));
      expect(items.map(({ title }) => title)).toEqual(wanted.map(({ title }) => title));
    }
    expect(
      (await allItems(env, "/feeds/kcna-en.json?content=full&limit=500")).filter((i) => i.content_html).length,
    ).toBe(130);
  });

  test("one text a document where each is nearly a megabyte, the most that is kept", async () => {
    const long = "로동신문 ".repeat(37_000);
    const all = every(4).map((article) => ({ ...article, body: [long, long] }));
    for (let i = 0; i < 3; i++) await look(all, NOW + i * 60_000, 20);
    const found = await documents("/feeds/kcna-en.json?content=full");
    expect(found.flatMap(({ items }) => items.filter(({ content_html }) => content_html))).toHaveLength(4);
    expect(found).toHaveLength(4);
    for (const { bytes } of found) expect(bytes).toBeLessThan(2 * MB);
  });
});

describe("edits", () => {
  test.each([
    ["Korean", "조선중앙통신 "],
    ["what is escaped", "<&> "],
    ["words of one letter", "a "],
  ])("a document of them has two megabytes at most: %s", async (_, word) => {
    const all = every(12);
    const said = (i: number, round: number) =>
      `${i} ${round} ${word}${`${word}${round} `.repeat(8000 / (word.length + 3))}`;
    const rounds = 16;
    for (let round = 0; round < rounds; round++)
      await look(
        all.map((article, i) => ({ ...article, excerpt: said(i, round) })),
        // Days apart: what changes more often than anybody edits is noise.
        NOW + round * 72 * HOUR,
      );
    for (const format of ["rss", "atom", "json"])
      expect(
        (await (await ask(env, `/feeds/kcna-en/changes.${format}?limit=500`)).arrayBuffer()).byteLength,
      ).toBeLessThan(2 * MB);
    const found = await documents("/feeds/kcna-en/changes.json?limit=500");
    const ids = found.flatMap(({ items }) => items.map(({ id }) => id));
    expect(new Set(ids).size).toBe(12 * (rounds - 1));
    expect(ids).toHaveLength(12 * (rounds - 1));
    const page = await (await ask(env, "/feeds/kcna-en/changes?limit=500")).arrayBuffer();
    expect(page.byteLength).toBeLessThan(2 * MB);
  });

  test("of a long text the edits are shown and what stands beside them", async () => {
    const words = Array.from({ length: 3000 }, (_, i) => `word${i}`);
    const [article] = every(1) as [Shown];
    await look([{ ...article, body: [words.join(" ")] }, ...every(5).slice(1)], NOW, 5);
    words[100] = "first";
    words[2900] = "last";
    await look([{ ...article, body: [words.join(" ")] }, ...every(5).slice(1)], NOW + 25 * HOUR, 20);
    const [item] = (await documents("/feeds/kcna-en/changes.json"))[0]?.items ?? [];
    const html = item?.content_html ?? "";
    expect(html.length).toBeLessThan(20_000);
    expect(html).toContain("word99 <del>[-word100-]</del> <ins>{+first+}</ins> word101");
    expect(html).toContain("word2899 <del>[-word2900-]</del> <ins>{+last+}</ins> word2901");
    expect(html).not.toContain("word50 ");
  });
});

describe("an archive that cannot be reached", () => {
  const full = "/feeds/kcna-en.json?content=full";
  const month = "/feeds/kcna-en/2026-06.json?limit=500";
  const changes = "/feeds/kcna-en/changes.json";

  /** Asks as an isolate that has rendered nothing. */
  const anew = (path: string) => {
    forgetFeeds(env);
    return ask(env, path);
  };

  test.each([full, month, changes])("%s is whole or not there: nothing incomplete gets its tag", async (path) => {
    vi.spyOn(console, "error").mockImplementation(() => undefined);
    const all = every(30);
    for (const from of [14, 0]) await look(all.slice(from, from + 16), NOW, 20);
    const edited = { ...all[0], body: ["Another first paragraph.", "And a second paragraph."] } as Shown;
    await look([edited, ...all.slice(1, 16)], NOW + 25 * HOUR, 20);
    const whole = await anew(path);
    const text = await whole.text();
    expect(text).toContain(path === changes ? "{+Another" : path === full ? "4999, first paragraph" : "Article 4971");
    counted.unreachable = true;
    const { status, headers } = await anew(path);
    expect([status, headers.get("etag"), headers.get("cache-control")]).toEqual([503, null, "no-store"]);
    counted.unreachable = false;
    const again = await anew(path);
    expect([again.headers.get("etag"), await again.text()]).toEqual([whole.headers.get("etag"), text]);
    vi.restoreAllMocks();
  });

  test("where the snapshot is behind, texts, months and edits are those of the archive", async () => {
    const all = every(30);
    await look(all.slice(14, 30), NOW, 20);
    const latest = await env.SNAPSHOTS.get(["latest:kcna-en", "status"], "json");
    await look(all.slice(0, 16), NOW, 20);
    const edited = { ...all[0], body: ["Another first paragraph.", "And a second paragraph."] } as Shown;
    await look([edited, ...all.slice(1, 16)], NOW + 25 * HOUR, 20);
    const paths = [full, month, changes];
    const whole = await Promise.all(paths.map(async (path) => (await anew(path)).text()));
    // Another isolate reads what was written before.
    for (const [key, value] of latest) counted.stale.set(key, value);
    newIsolate(env);
    for (const [i, path] of paths.entries()) {
      const response = await anew(path);
      expect([path, response.status, await response.text()]).toEqual([path, 200, whole[i]]);
    }
  });
});

describe("a page", () => {
  test("has a hundred articles at most, and a link to the rest", async () => {
    await bridgeOf(env).archive.commit([listing(page(NOW, 120))], NOW, true);
    const html = await (await ask(env, "/feeds/kcna-en?limit=500")).text();
    expect(html.match(/<article>/g)).toHaveLength(100);
    expect(html).toMatch(/href="[^"]*limit=500[^"]*before=|href="[^"]*before=[^"]*limit=500/);
  });

  test("of many sources does not name all of them for each", async () => {
    const ids = Array.from({ length: 200 }, (_, i) => `source-${i}`);
    const own = ids.map((id, i) => ({ id, name: id, language: "en", article: 1000 + i }));
    env = bindings(counted.kv, { SOURCES: JSON.stringify(own) });
    await bridgeOf(env).archive.commit([listing(page(NOW, 3), { source: "source-0" })], NOW, true);
    const html = await (await ask(env, `/feeds/${ids.join("+")}`)).text();
    expect(html).toContain("200 sources");
    expect(html.length).toBeLessThan(150_000);
    expect(await (await ask(env, `/feeds/${ids.slice(0, 3).join("+")}`)).text()).toContain("Remove: source-2");
  });
});
