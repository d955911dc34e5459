import { createExecutionContext, reset, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, test, vi } from "vitest";
import type { Bindings } from "../../src/archive/bridge.ts";
import worker from "../../src/index.ts";
import type { Shown } from "../replica/markup.ts";
import { articleAt, serve } from "../simulation.ts";

const NOW = Date.parse("2026-01-30T03:00:00Z");
const TOKEN = "a-token-for-monitors";
const HOUR = 3600_000;

async function get(path: string, variables: Record<string, string> = {}, headers: Record<string, string> = {}) {
  const context = createExecutionContext();
  // The same object for the same bindings: caches are kept by it.
  const bindings = (Object.keys(variables).length === 0 ? env : { ...env, ...variables }) as unknown as Bindings;
  const response = await worker.fetch(new Request(`https://bridge.example${path}`, { headers }), bindings, context);
  const text = new TextDecoder().decode(await response.arrayBuffer());
  await waitOnExecutionContext(context);
  return {
    status: response.status,
    type: response.headers.get("content-type"),
    cache: response.headers.get("cache-control"),
    text,
  };
}

/** The values of an OpenMetrics text by name and labels, after a check of its form. */
function samplesOf(text: string): Map<string, number> {
  const lines = text.trimEnd().split("\n");
  expect(lines.at(-1)).toBe("# EOF");
  const samples = new Map<string, number>();
  let family = "";
  for (const line of lines.slice(0, -1)) {
    const [, name] = /^# TYPE (\w+) (?:gauge|counter)$/.exec(line) ?? [];
    if (name) family = name;
    else if (!line.startsWith("# HELP ")) {
      const [, key = "", of = "", value] =
        /^((\w+?)(?:_total)?(?:\{(?:\w+="(?:[^"\\\n]|\\.)*",?)+\})?) (-?[\d.]+)$/.exec(line) ?? [];
      expect(of, line).toBe(family);
      expect(samples.has(key), line).toBe(false);
      samples.set(key, Number(value));
    }
  }
  return samples;
}

beforeEach(async () => {
  await reset();
  vi.useFakeTimers({ now: NOW, toFake: ["Date"] });
  serve(
    new Map<string, Shown[] | number>([
      ["156", Array.from({ length: 16 }, (_, i) => articleAt(NOW - (2 + i) * HOUR, i))],
      ["189661", 500],
    ]),
  );
});

describe("/metrics", () => {
  test("says how old the newest look and article are, what was fetched, asked for and used", async () => {
    const before = samplesOf((await get("/metrics")).text);
    await get("/feeds/kcna-en.rss");
    await get("/feeds/kcna-en.rss");
    await get("/feeds/rodong-ko.rss");
    await get("/nothing/at/all");
    vi.setSystemTime(NOW + 10 * 60_000);
    const { text, type, cache } = await get("/metrics");
    expect([type, cache]).toEqual(["application/openmetrics-text; version=1.0.0; charset=utf-8", "no-store"]);
    const after = samplesOf(text);
    const grown = (key: string) => (after.get(key) ?? 0) - (before.get(key) ?? 0);
    expect(grown('feed_bridge_requests_total{route="/feeds/:file",status="200"}')).toBe(2);
    expect(grown('feed_bridge_requests_total{route="/feeds/:file",status="503"}')).toBe(1);
    expect(grown('feed_bridge_requests_total{route="none",status="404"}')).toBe(1);
    expect(grown('feed_bridge_fetches_total{source="kcna-en",result="ok"}')).toBe(1);
    expect(grown('feed_bridge_fetches_total{source="rodong-ko",result="http-500"}')).toBe(1);
    expect(grown("feed_bridge_cache_hits_total")).toBe(1);
    expect(after.get("feed_bridge_archive_reachable")).toBe(1);
    expect(after.get("feed_bridge_journal_head")).toBeGreaterThanOrEqual(16);
    expect(after.get('feed_bridge_source_articles{source="kcna-en"}')).toBe(16);
    expect(after.get('feed_bridge_source_last_success_age_seconds{source="kcna-en"}')).toBe(600);
    expect(after.get('feed_bridge_source_newest_article_age_seconds{source="kcna-en"}')).toBe(2 * 3600 + 600);
    expect(after.get('feed_bridge_source_failures{source="rodong-ko"}')).toBe(1);
    expect(after.get('feed_bridge_quota_limit{resource="rows_written"}')).toBe(100_000);
    expect(after.get('feed_bridge_quota_used{resource="rows_written"}')).toBeGreaterThan(100);
    // The listing's snapshot, with its status, and the status of all sources after the failure.
    expect(after.get('feed_bridge_quota_used{resource="kv_writes"}')).toBe(2);
  });

  test("is open on an open bridge; METRICS_TOKEN, and else the access key of a private bridge, opens it", async () => {
    const statusOf = async (variables: Record<string, string>, token?: string) =>
      (await get("/metrics", variables, token ? { authorization: `Bearer ${token}` } : {})).status;
    const key = "a-key-for-the-readers";
    expect(await statusOf({})).toBe(200);
    expect(await statusOf({ METRICS_TOKEN: TOKEN })).toBe(401);
    expect(await statusOf({ METRICS_TOKEN: TOKEN }, "a-token-for-others--")).toBe(401);
    expect(await statusOf({ METRICS_TOKEN: TOKEN }, TOKEN)).toBe(200);
    expect(await statusOf({ ACCESS_KEY: key })).toBe(401);
    expect(await statusOf({ ACCESS_KEY: key }, key)).toBe(200);
    expect(await statusOf({ ACCESS_KEY: key, METRICS_TOKEN: TOKEN }, key)).toBe(401);
    expect(await statusOf({ ACCESS_KEY: key, METRICS_TOKEN: TOKEN }, TOKEN)).toBe(200);
  });

  test("what clients send never becomes a label", async () => {
    for (const path of ['/feeds/"}\n1', "/articles/x/y", "/a/b/c?d"]) await get(encodeURI(path));
    const { text } = await get("/metrics");
    samplesOf(text);
    expect(text).not.toMatch(/articles\/x|a\/b\/c/);
  });
});

test("/healthz says that the process is alive, also on a private bridge, and fetches nothing", async () => {
  const asked = serve(new Map());
  const alive = await get("/healthz", { ACCESS_KEY: "a-key-for-the-readers" });
  expect(alive).toMatchObject({ status: 200, text: "ok\n", cache: "no-store" });
  expect(asked).toEqual([]);
  vi.spyOn(console, "error").mockImplementation(() => {});
  expect((await get("/healthz", { ACESS_KEY: "misspelt-and-secret" })).status).toBe(500);
});
