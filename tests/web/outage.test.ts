import { beforeEach, describe, expect, test, vi } from "vitest";
import { type Bindings, bridgeOf } from "../../src/archive/bridge.ts";
import { refresh, tick } from "../../src/refresh/refresh.ts";
import { forgetSnapshots } from "../forget.ts";
import { page as file } from "../pages.ts";
import {
  articleAt,
  ask,
  bindings,
  type CountedKv,
  countedKv,
  feedOf,
  type Listings,
  newIsolate,
  resetAfterEach,
  serve,
  TOKEN,
} from "../simulation.ts";

/** The archive's object cannot be reached, or KV does not answer, or is behind. */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const NOW = Date.parse("2026-06-10T03:00:00Z");
const UNREACHABLE = "kcna-feed-bridge; fwd=stale; detail=archive-unreachable";

let counted: CountedKv;
let env: Bindings;
let website: Listings;
let asked: string[];

const every = (count: number, newest = NOW, step = HOUR) =>
  Array.from({ length: count }, (_, i) => articleAt(newest - i * step, Math.floor((newest - i * step) / 1000)));
const source = () => bridgeOf(env).sources.slice(0, 1);
const cacheStatus = async (path = "/feeds/kcna-en.rss") => (await ask(env, path)).headers.get("cache-status");
const health = async () => (await ask(env, "/health")).json() as Promise<{ status: string; archive: string }>;

beforeEach(async () => {
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  vi.useFakeTimers({ now: NOW, toFake: ["Date"] });
  counted = countedKv();
  env = bindings(counted.kv, { BODIES_PER_TICK: "0" });
  website = new Map([
    ["156", every(16)],
    ["189661", every(10, NOW - MINUTE)],
    ["190036", every(10, NOW - 2 * MINUTE)],
  ]);
  asked = serve(website);
  await tick(bridgeOf(env), NOW);
  newIsolate(env);
  counted.calls.length = 0;
});
resetAfterEach();

const PLAIN = ["/feeds/kcna-en.rss", "/feeds/kcna-en.atom", "/feeds/all.json", "/feeds/kcna-en+rodong-ko.atom?limit=5"];
const NEEDS_ARCHIVE = [
  "/feeds/kcna-en.rss?q=article",
  "/feeds/kcna-en.rss?since=7d",
  "/feeds/kcna-en.json?content=full",
  "/feeds/kcna-en.json?sort=oldest",
  "/feeds/kcna-en.json?before=2026-06-10T03:00:00Z_1781060400-1",
  "/feeds/all/2026-06.atom",
  "/feeds/kcna-en/changes.rss",
];

describe("the archive cannot be reached", () => {
  test("plain feeds and their pages are what they were, from KV, and say so once the archive was tried", async () => {
    const bodies = async () => Promise.all(PLAIN.map(async (path) => (await ask(env, path)).text()));
    const before = await bodies();
    counted.unreachable = true;
    newIsolate(env);
    // Nothing needs the archive, so nothing is known of it.
    expect(await cacheStatus()).toMatch(/; hit; ttl=/);
    expect((await ask(env, "/feeds/kcna-en.rss?q=article")).status).toBe(503);
    for (const path of PLAIN) expect([path, await cacheStatus(path)]).toEqual([path, UNREACHABLE]);
    expect(await bodies()).toEqual(before);
    for (const path of ["/", "/feeds/kcna-en", "/feeds/all", "/feeds.opml"])
      expect([path, (await ask(env, path, { headers: { accept: "text/html" } })).status]).toEqual([path, 200]);
    const tag = (await ask(env, "/feeds/kcna-en.rss")).headers.get("etag") ?? "";
    const unchanged = await ask(env, "/feeds/kcna-en.rss", { headers: { "if-none-match": tag } });
    expect([unchanged.status, unchanged.headers.get("cache-status")]).toEqual([304, UNREACHABLE]);
  });

  test("they say so as well where the cron is overdue, and the website is not asked for what could not be kept", async () => {
    counted.unreachable = true;
    vi.setSystemTime(NOW + HOUR);
    asked.length = 0;
    expect((await ask(env, "/feeds/kcna-en.rss")).status).toBe(200);
    for (let i = 0; i < 3; i++) expect(await cacheStatus()).toBe(UNREACHABLE);
    expect(asked).toEqual([]);
  });

  test.each(NEEDS_ARCHIVE)("%s is 503 with Retry-After, and a page in a browser", async (path) => {
    counted.unreachable = true;
    const problem = await ask(env, path);
    expect([problem.status, problem.headers.get("content-type")]).toEqual([503, "application/problem+json"]);
    expect(Number(problem.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(problem.headers.get("cache-control")).toBe("no-store");
    expect(await problem.json()).toMatchObject({ status: 503, detail: expect.stringContaining("archive") });
    const page = await ask(env, path.replace(/\.(?:rss|atom|json)/, ""), { headers: { accept: "text/html" } });
    expect([page.status, page.headers.get("content-type")]).toEqual([503, "text/html; charset=utf-8"]);
    expect(Number(page.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(await page.text()).toContain("<h1>Service Unavailable</h1>");
    counted.unreachable = false;
    expect((await ask(env, path)).status).toBe(200);
  });

  test("the operator's requests are 503 with Retry-After: what is not kept is not acknowledged", async () => {
    counted.unreachable = true;
    const authorization = `Bearer ${TOKEN}`;
    const init = { method: "POST", headers: { authorization, "content-type": "text/html" }, body: file("source-156") };
    const paths = ["/refresh/kcna-en", "/ingest/kcna-en?url=https://kcnawatch.org/article/156/"];
    for (const path of paths) {
      const { status, headers } = await ask(env, path, init);
      expect([path, status, headers.get("content-type")]).toEqual([path, 503, "application/problem+json"]);
      expect(Number(headers.get("retry-after"))).toBeGreaterThan(0);
    }
    await expect(tick(bridgeOf(env), NOW + 15 * MINUTE)).rejects.toThrow("the archive cannot be reached");
    counted.unreachable = false;
    for (const path of paths) expect([path, (await ask(env, path, init)).status]).toEqual([path, 200]);
  });

  test("health answers and says it, as data and as a page", async () => {
    expect(await health()).toMatchObject({ status: "ok", archive: "ok" });
    counted.unreachable = true;
    newIsolate(env);
    const response = await ask(env, "/health");
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      status: "degraded",
      archive: "unreachable",
      sources: [{ id: "kcna-en", articles: 16 }, {}, {}, {}],
    });
    const page = await (await ask(env, "/health", { headers: { accept: "text/html" } })).text();
    expect(page).toContain("The archive cannot be reached at present.");
    expect(page).not.toContain("Some sources cannot be read");
  });

  test("nothing remembers the failure once it answers again", async () => {
    counted.unreachable = true;
    for (const path of NEEDS_ARCHIVE) expect((await ask(env, path)).status).toBe(503);
    expect(await cacheStatus()).toBe(UNREACHABLE);
    expect(await health()).toMatchObject({ archive: "unreachable" });
    counted.unreachable = false;
    for (const path of NEEDS_ARCHIVE) expect([path, (await ask(env, path)).status]).toEqual([path, 200]);
    expect(await health()).toMatchObject({ status: "ok", archive: "ok" });
    expect(await cacheStatus()).toMatch(/; hit; ttl=/);
  });

  test("nor where plain feeds alone are asked for: the archive is tried again behind them", async () => {
    counted.unreachable = true;
    await ask(env, "/feeds/kcna-en.rss?q=article");
    for (let i = 0; i < 3; i++) expect(await cacheStatus()).toBe(UNREACHABLE);
    counted.unreachable = false;
    await cacheStatus();
    expect(await cacheStatus()).toMatch(/; hit; ttl=/);
    const before = counted.calls.length;
    for (let i = 0; i < 3; i++) await cacheStatus();
    expect(counted.calls).toHaveLength(before);
  });

  test("a bridge of which KV holds nothing says 503, not that nothing is kept", async () => {
    counted.unreachable = true;
    for (const key of ["latest:kcna-en", "status"]) counted.stale.set(key, null);
    const response = await ask(env, "/feeds/kcna-en.rss");
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ detail: "the archive cannot be read at present" });
    counted.stale.delete("status");
    newIsolate(env);
    expect(await (await ask(env, "/feeds/kcna-en.rss")).json()).toMatchObject({
      detail: "the archive cannot be read at present",
    });
    counted.unreachable = false;
    expect((await feedOf(env, "/feeds/kcna-en.json")).items).toHaveLength(16);
  });
});

describe("KV does not answer", () => {
  test("plain feeds are served from the archive itself, the same bytes, and kept current", async () => {
    const before = await Promise.all(PLAIN.map(async (path) => (await ask(env, path)).text()));
    counted.deaf = true;
    newIsolate(env);
    for (const [i, path] of PLAIN.entries()) {
      const response = await ask(env, path);
      expect([path, response.status, await response.text()]).toEqual([path, 200, before[i]]);
    }
    expect(await health()).toMatchObject({ status: "ok", archive: "ok" });
    expect((await ask(env, "/")).status).toBe(200);
    // Another isolate commits; what this one remembers is not all that it has.
    const other = bindings(counted.kv, { BODIES_PER_TICK: "0" });
    website.set("156", [articleAt(NOW + HOUR, 1, "Something new"), ...every(15)]);
    vi.setSystemTime(NOW + HOUR);
    await refresh(bridgeOf(other), source(), NOW + HOUR);
    expect((await feedOf(env, "/feeds/kcna-en.json")).items[0]?.title).toBe("Something new");
  });

  test("they cost a call or two in ten seconds, however often they are asked for", async () => {
    counted.deaf = true;
    for (let i = 0; i < 20; i++) await ask(env, "/feeds/kcna-en.rss");
    expect(counted.calls).toEqual(["status", "latest"]);
  });
});

describe("a snapshot is behind the archive", () => {
  /** Commits in another isolate; this one reads what KV held before, but for the status. */
  async function fallBehind(at: number): Promise<void> {
    counted.stale.set("latest:kcna-en", (await env.SNAPSHOTS.get(["latest:kcna-en"], "json")).get("latest:kcna-en"));
    website.set("156", [articleAt(at, 1, "Something new"), ...every(15)]);
    vi.setSystemTime(at);
    const other = bindings(counted.kv, { BODIES_PER_TICK: "0" });
    await refresh(bridgeOf(other), bridgeOf(other).sources.slice(0, 1), at);
    newIsolate(env);
    counted.calls.length = 0;
  }
  const newest = async () => (await feedOf(env, "/feeds/kcna-en.json")).items[0]?.title;

  test("it is served, and renewed behind the answer", async () => {
    const before = await newest();
    await fallBehind(NOW + 15 * MINUTE);
    expect(await newest()).toBe(before);
    expect(counted.calls).toEqual(["latest"]);
    expect(await newest()).toBe("Something new");
    expect(counted.calls).toEqual(["latest"]);
  });

  test("a feed does not go back to it, however long KV holds it", async () => {
    await fallBehind(NOW + 15 * MINUTE);
    await newest();
    for (let minute = 16; minute < 30; minute++) {
      vi.setSystemTime(NOW + minute * MINUTE);
      expect([minute, await newest()]).toEqual([minute, "Something new"]);
    }
    // The archive is asked once a minute whether it still has the last word.
    expect(counted.calls.length).toBeLessThanOrEqual(15);
    expect(new Set(counted.calls)).toEqual(new Set(["latest"]));
    counted.unreachable = true;
    vi.setSystemTime(NOW + 31 * MINUTE);
    for (let i = 0; i < 3; i++) expect(await newest()).toBe("Something new");
  });

  test("it is served where the archive cannot be reached, and says so from the second answer on", async () => {
    const before = await newest();
    await fallBehind(NOW + 15 * MINUTE);
    counted.unreachable = true;
    expect(await newest()).toBe(before);
    expect([await newest(), await cacheStatus()]).toEqual([before, UNREACHABLE]);
    counted.unreachable = false;
    await newest();
    expect([await newest(), await cacheStatus()]).toEqual(["Something new", expect.stringContaining("; hit; ttl=")]);
  });

  test("one that was never written is read from the archive before the answer", async () => {
    counted.stale.set("latest:kcna-en", null);
    expect((await feedOf(env, "/feeds/kcna-en.json")).items).toHaveLength(16);
    expect(counted.calls).toEqual(["latest"]);
    newIsolate(env);
    expect((await feedOf(env, "/feeds/all.json")).items).toHaveLength(36);
  });

  test("a status that KV holds for hours does not have each reader ask the website", async () => {
    counted.stale.set("status", (await env.SNAPSHOTS.get(["status"], "json")).get("status"));
    counted.stale.set("latest:kcna-en", (await env.SNAPSHOTS.get(["latest:kcna-en"], "json")).get("latest:kcna-en"));
    const cron = bindings(counted.kv, { BODIES_PER_TICK: "0" });
    for (let quarter = 1; quarter <= 8; quarter++) {
      vi.setSystemTime(NOW + quarter * 15 * MINUTE);
      await tick(bridgeOf(cron), Date.now());
    }
    asked.length = 0;
    for (let isolate = 0; isolate < 10; isolate++) {
      newIsolate(env);
      expect((await ask(env, "/feeds/kcna-en.rss")).status).toBe(200);
    }
    expect(asked).toEqual([]);
  });
});

describe("what a plain feed costs", () => {
  test("one KV operation, none while the isolate remembers, and no call of the archive", async () => {
    for (const path of PLAIN) {
      newIsolate(env);
      counted.reads = 0;
      for (let i = 0; i < 5; i++) await ask(env, path);
      expect([path, counted.reads, counted.calls]).toEqual([path, 1, []]);
      vi.setSystemTime(Date.now() + 11_000);
      forgetSnapshots(env);
      await ask(env, path);
      expect([path, counted.reads, counted.calls]).toEqual([path, 2, []]);
    }
  });

  test("also where the newest that KV holds fill the whole feed, and the rest is behind next", async () => {
    const all = every(260, NOW, 10 * MINUTE);
    for (let end = all.length; end > 0; end -= 12) {
      website.set("156", all.slice(Math.max(0, end - 12), end + 4));
      await refresh(bridgeOf(env), source(), NOW);
    }
    for (const path of ["/feeds/kcna-en.json", "/feeds/kcna-en.json?limit=200"]) {
      newIsolate(env);
      counted.reads = 0;
      counted.calls.length = 0;
      const { items, next_url } = await feedOf(env, path);
      expect([items.length, counted.reads, counted.calls]).toEqual([200, 1, []]);
      const rest = await feedOf(env, (next_url ?? "").replace("https://bridge.example", ""));
      expect(new Set([...items, ...rest.items].map(({ id }) => id)).size).toBe(items.length + rest.items.length);
    }
  });
});
