import { beforeEach, expect, test, vi } from "vitest";
import { type Bindings, bridgeOf } from "../../src/archive/bridge.ts";
import { refresh } from "../../src/refresh/refresh.ts";
import { feedCacheOf } from "../../src/web/feed-cache.ts";
import { listing, page } from "../archive/fixtures.ts";
import { articleAt, ask, bindings, countedKv, feedOf, resetAfterEach, serve } from "../simulation.ts";

/** What is remembered of a feed that was served, and what is not; many entries, and none. */

const HOUR = 3600_000;
const NOW = Date.parse("2026-06-10T03:00:00Z");

let env: Bindings;

async function start(paragraph: string): Promise<void> {
  env = bindings(countedKv().kv);
  const listed = Array.from({ length: 16 }, (_, i) => articleAt(NOW - 2 * i * HOUR, 100 + i));
  serve(new Map([["156", listed.map((article) => ({ ...article, body: [paragraph, article.title] }))]]));
  await refresh(bridgeOf(env), bridgeOf(env).sources.slice(0, 1), NOW, { articlePages: 20 });
}

beforeEach(() => {
  vi.useFakeTimers({ now: NOW, toFake: ["Date"] });
});
resetAfterEach();

/** The remembered bytes of the feed at a path that was served. */
function rememberedOf(path: string) {
  const answered = feedCacheOf(bridgeOf(env)).responses.get(`https://bridge.example${path}`, "");
  if (!answered) throw new Error(`${path} was not served`);
  const { bytes, gzipped } = answered.feed;
  return [bytes?.length, gzipped !== undefined];
}

test("the bytes of a feed are remembered, but not those of a large one: a process has little memory", async () => {
  await start("로동신문 ".repeat(5000));
  const [small, large] = ["/feeds/kcna-en.json?limit=1", "/feeds/kcna-en.json?content=full"];
  const headers = { "accept-encoding": "gzip" };
  for (const path of [small, large]) await ask(env, path, { headers });
  const plain = await (await ask(env, small)).arrayBuffer();
  expect(rememberedOf(small)).toEqual([plain.byteLength, true]);
  expect((await (await ask(env, large)).arrayBuffer()).byteLength).toBeGreaterThan(512 * 1024);
  expect(rememberedOf(large)).toEqual([undefined, false]);
});

test("a feed that depends on the time is made anew, though nothing has changed", async () => {
  await start("A paragraph.");
  const path = "/feeds/kcna-en.json?since=24h";
  const count = async () => (await feedOf(env, path)).items.length;
  // The last of these was published 24 hours ago to the second.
  expect(await count()).toBe(13);
  const tag = (await ask(env, path)).headers.get("etag") ?? "";
  vi.setSystemTime(NOW + 5 * 60_000);
  expect((await ask(env, path, { headers: { "if-none-match": tag } })).status).toBe(200);
  expect(await count()).toBe(12);
});

test("a feed of more entries than are encoded at once has each of them once, in order, in every format", async () => {
  env = bindings(countedKv().kv);
  const listed = page(NOW, 201, 60_000);
  await bridgeOf(env).archive.commit([listing(listed)], NOW, true);
  for (const format of ["rss", "atom", "json"]) {
    const text = await (await ask(env, `/feeds/kcna-en/2026-06.${format}`)).text();
    const titles = [...text.matchAll(/<title[^>]*>(Article \d+)|"title":"(Article \d+)"/g)].map(
      ([, xml, json]) => xml ?? json,
    );
    expect(titles).toEqual(listed.map(({ title }) => title));
  }
});

test("an Atom feed names an author if it has no entry that does (RFC 4287, section 4.1.1)", async () => {
  await start("A paragraph.");
  const authors = async (path: string) => (await (await ask(env, path)).text()).split("<author>").length - 1;
  expect(await authors("/feeds/kcna-en.atom?q=nothingatall")).toBe(1);
  expect(await authors("/feeds/kcna-en/changes.atom")).toBe(1);
  expect(await authors("/feeds/kcna-en.atom?limit=3")).toBe(3);
});
