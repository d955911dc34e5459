import { reset } from "cloudflare:test";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Bindings, bridgeOf } from "../../src/archive/bridge.ts";
import { refresh, tick } from "../../src/refresh/refresh.ts";
import { articleAt, ask, bindings, countedKv, type Listings, serve, TOKEN } from "../simulation.ts";

/** Feeds that are asked for again within a second are answered from memory as a whole: the same as without. */

const NOW = Date.parse("2026-06-10T03:00:00Z");
const HOUR = 3600_000;
const FEED = "/feeds/kcna-en.rss";
const KEY = "a-key-that-is-long-enough";

let website: Listings;
let kv: KVNamespace;

beforeEach(async () => {
  vi.useFakeTimers({ now: NOW, toFake: ["Date"] });
  kv = countedKv().kv;
  website = new Map([["156", Array.from({ length: 12 }, (_, i) => articleAt(NOW - i * HOUR, i + 1))]]);
  serve(website);
});
afterEach(async () => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  await reset();
});

const start = async (more: Partial<Bindings> = {}) => {
  const env = bindings(kv, { BODIES_PER_TICK: "0", ...more });
  await tick(bridgeOf(env), NOW);
  return env;
};
const contentOf = async (response: Response) => ({
  status: response.status,
  headers: Object.fromEntries(response.headers),
  body: await response.arrayBuffer(),
});
const requestsOf = async (env: Bindings, status: number) => {
  const text = await (await ask(env, "/metrics")).text();
  return Number(new RegExp(`requests_total\\{route="/feeds/:file",status="${status}"\\} (\\d+)`).exec(text)?.[1] ?? 0);
};

test.each<[string, Record<string, string>, string]>([
  ["plain", {}, "200"],
  ["gzip", { "accept-encoding": "gzip" }, "200"],
  ["unchanged", { "if-none-match": "*" }, "304"],
])("%s: the same bytes and headers, counted as any other", async (_, headers, status) => {
  const env = await start();
  await ask(env, FEED, { headers });
  // It reads the status of the archive, after which nothing is remembered.
  const before = await requestsOf(env, Number(status));
  const slow = await contentOf(await ask(env, FEED, { headers }));
  const fast = await contentOf(await ask(env, FEED, { headers }));
  expect(fast).toEqual(slow);
  expect(String(fast.status)).toBe(status);
  expect(await requestsOf(env, Number(status))).toBe(before + 2);
  vi.setSystemTime(NOW + 7000);
  const later = await contentOf(await ask(env, FEED, { headers }));
  expect(later.headers["cache-status"]).not.toBe(fast.headers["cache-status"]);
  expect({ ...later.headers, "cache-status": "", "cache-control": "" }).toEqual({
    ...fast.headers,
    "cache-status": "",
    "cache-control": "",
  });
});

test("what changes within the second is in the next answer", async () => {
  const env = await start();
  for (let i = 0; i < 3; i++) expect(await (await ask(env, FEED)).text()).not.toContain("Just now");
  (website.get("156") as object[]).unshift({ ...articleAt(NOW - 1000, 99), title: "Just now" });
  const sources = bridgeOf(env).sources.filter(({ id }) => id === "kcna-en");
  await refresh(bridgeOf(env), sources, NOW);
  expect(await (await ask(env, FEED)).text()).toContain("Just now");
});

test("a private bridge answers nobody without the key, and its key counts for nobody else", async () => {
  const env = await start({ ACCESS_KEY: KEY });
  const headers = { authorization: `Bearer ${KEY}` };
  for (let i = 0; i < 3; i++) expect((await ask(env, FEED, { headers })).status).toBe(200);
  expect((await ask(env, FEED)).status).toBe(401);
  expect((await ask(env, FEED, { headers: { authorization: `Bearer ${TOKEN}` } })).status).toBe(401);
});

test("the rate limit counts whole feeds, and 304 not", async () => {
  let calls = 0;
  const RATE_LIMITER = { limit: async () => ({ success: ++calls <= 3 }) } as RateLimit;
  const env = await start({ RATE_LIMITER });
  const statuses: number[] = [];
  for (let i = 0; i < 5; i++) statuses.push((await ask(env, FEED)).status);
  expect(statuses).toEqual([200, 200, 200, 429, 429]);
  expect((await ask(env, FEED, { headers: { "if-none-match": "*" } })).status).toBe(304);
});

test("addresses of different hosts and queries, and other methods, are apart", async () => {
  const env = await start();
  for (let i = 0; i < 3; i++) {
    const whole = await (await ask(env, FEED)).text();
    expect(await (await ask(env, `${FEED}?limit=2`)).text()).not.toBe(whole);
    expect(await (await ask(env, FEED, { method: "HEAD" })).text()).toBe("");
    expect((await ask(env, FEED, { method: "POST" })).status).toBe(405);
  }
});
