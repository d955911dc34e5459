import { reset } from "cloudflare:test";
import fc from "fast-check";
import { afterAll, expect, test, vi } from "vitest";
import { bridgeOf } from "../../src/archive/bridge.ts";
import type { Article } from "../../src/article.ts";
import { filterArticles } from "../../src/query/filter.ts";
import { canonicalQuery, PARAMETERS, parseParameters } from "../../src/query/parameters.ts";
import { parseQuery } from "../../src/query/query.ts";
import { refresh } from "../../src/refresh/refresh.ts";
import { runs } from "../runs.ts";
import { articleAt, ask, bindings, countedKv, serve } from "../simulation.ts";

afterAll(async () => {
  vi.unstubAllGlobals();
  await reset();
});

/** Query strings that are nearly right, and some that are nowhere near. */
const name = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom(...Object.keys(PARAMETERS)) },
  { weight: 1, arbitrary: fc.string() },
);
const value = fc.oneof(
  fc.string({ maxLength: 30 }),
  fc.string({
    unit: fc.constantFrom('"', "|", "-", "a", "김", " ", "(", ")", "*", "+", "\\", "title:", "’", "[", "^", "{9}"),
    maxLength: 30,
  }),
  fc.integer({ min: -10, max: 600 }).map(String),
  fc.constantFrom(
    "2026-01-30",
    "7d",
    "24h",
    "full",
    "oldest",
    "en,ko",
    "true",
    "fulltext",
    "2026-01-30T00:00:00Z",
    "9999-12-31T23:59:59Z",
    "0000-01-01T00:00:00Z",
    "2026-01-01T00:00:00Z_1-1",
    "2026-01-01T99:00:00Z_x",
    "(a+)+$",
  ),
);
const query = fc.array(fc.tuple(name, value), { maxLength: 4 }).map((pairs) => new URLSearchParams(pairs).toString());

const articles: Article[] = Array.from({ length: 200 }, (_, i) => {
  const published = new Date(Date.parse("2026-01-30T00:00:00Z") - i * 3600_000).toISOString().replace(".000", "");
  return {
    site: "kcnawatch",
    key: `${i}-1`,
    id: `${i}`,
    source: "s",
    language: "en",
    title: `Kim a ${i}`,
    excerpt: "김정은 a a a ".repeat(9),
    url: "https://x/",
    day: published.slice(0, 10),
    published,
    updated: published,
    firstSeen: published,
  };
});

test("thousands of random query strings are parsed or refused, never anything else", async () => {
  let [good, bad] = [0, 0];
  await fc.assert(
    fc.asyncProperty(query, async (query) => {
      const parsed = await parseQuery(new URLSearchParams(query), Date.now());
      if ("error" in parsed) {
        expect(parsed.error.detail.length).toBeGreaterThan(10);
        bad++;
        return;
      }
      good++;
      if (good % 10 === 0) filterArticles(articles, parsed.query);
    }),
    { numRuns: runs(12_000, 30_000) },
  );
  console.log(`random query strings: ${good} parsed, ${bad} refused`);
  expect(good).toBeGreaterThan(2000);
  expect(bad).toBeGreaterThan(2000);
}, 240_000);

test("the canonical form of a query is its own canonical form", () => {
  fc.assert(
    fc.property(query, (query) => {
      const parsed = parseParameters(new URLSearchParams(query));
      if ("error" in parsed) return;
      const canonical = canonicalQuery(parsed.values);
      const again = parseParameters(canonical);
      expect("error" in again ? again : canonicalQuery(again.values).toString()).toBe(canonical.toString());
    }),
    { numRuns: runs(800, 2000) },
  );
});

test("through the whole Worker: 200 and 400, nothing else", async () => {
  const env = bindings(countedKv().kv, { BODIES_PER_TICK: "0" });
  // More than the newest 200, so that queries reach the months.
  for (let oldest = 300; oldest > 0; oldest -= 15) {
    const at = (i: number) => articleAt(Date.now() - i * 6 * 3600_000, i);
    serve(new Map([["156", Array.from({ length: 16 }, (_, i) => at(oldest - 15 + i))]]));
    await refresh(bridgeOf(env), bridgeOf(env).sources.slice(0, 1), Date.now());
  }
  const statuses = new Map<number, number>();
  await fc.assert(
    fc.asyncProperty(query, fc.constantFrom("rss", "atom", "json"), async (query, format) => {
      const { status } = await ask(env, `/feeds/kcna-en.${format}?${query}`);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      expect([200, 400]).toContain(status);
    }),
    { numRuns: runs(400, 1000) },
  );
  expect([...statuses.keys()].sort()).toEqual([200, 400]);
});
