import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { FAULTS, type Fault } from "../replica/faults.ts";
import { RUNTIMES } from "../replica/node.ts";
import { type Replica, startReplica } from "../replica/replica.ts";
import { type RunningBridge, TOKEN } from "../replica/worker.ts";

/** The website's ways to fail, with the bridge as users run it, on each runtime. */

const REASONS: Record<Fault, string | undefined> = {
  "500": "http-500",
  "503": "http-503",
  "429": "http-429",
  "403": "http-403",
  challenge: "blocked",
  "sign-up": "sign-up",
  elsewhere: "redirect",
  loop: "redirect",
  "empty-list": "layout-changed",
  zero: "empty",
  truncated: "truncated",
  "cut-off": "network",
  binary: "not-html",
  huge: "too-large",
  hang: "timeout",
  reset: "network",
  // Any charset is read.
  "euc-kr": undefined,
};

describe.each(RUNTIMES)("on $runtime", ({ start, tick }) => {
  let replica: Replica;
  let worker: RunningBridge;
  const further = FAULTS.map((fault, i) => ({
    id: `cold-${fault}`,
    name: `Cold ${fault}`,
    language: "en",
    article: 1000 + i,
  }));

  beforeAll(async () => {
    replica = await startReplica();
    for (const { article } of further) replica.listings.set(String(article), replica.listings.get("156") ?? []);
    worker = await start({
      KCNAWATCH_ORIGIN: replica.origin,
      ADMIN_TOKEN: TOKEN,
      SOURCES: JSON.stringify(further),
    });
  });

  afterAll(async () => {
    await worker?.stop();
    await replica?.close();
  });

  interface Feed {
    items: { id: string; date_published: string; title: string }[];
  }

  const get = (path: string) => fetch(worker.origin + path, { headers: { "accept-encoding": "identity" } });

  async function refresh(source: string): Promise<{ ok: boolean; reason?: string; added: number }> {
    const response = await fetch(`${worker.origin}/refresh/${source}`, {
      method: "POST",
      headers: { authorization: `Bearer ${TOKEN}` },
    });
    return (await response.json()) as never;
  }

  async function healthOf(id: string) {
    const { sources } = (await (await get("/health")).json()) as {
      sources: {
        id: string;
        state: string;
        last_failure: { reason: string; detail: string };
        failures_in_a_row: number;
      }[];
    };
    return sources.find((source) => source.id === id);
  }

  test("the first request fetches once, however many come at once", async () => {
    const before = replica.requests.length;
    const responses = await Promise.all(Array.from({ length: 20 }, () => get("/feeds/kcna-en.json")));
    expect(responses.map(({ status }) => status)).toEqual(Array(20).fill(200));
    expect(replica.requests.slice(before).map(({ path }) => path)).toEqual(["/article/156/"]);
    const feed = (await (responses[0] as Response).json()) as Feed;
    expect(feed.items).toHaveLength(16);
  });

  describe("with articles kept, the feed goes on", () => {
    test.each(FAULTS)("%s", async (fault) => {
      const good = (await (await get("/feeds/kcna-en.json")).json()) as Feed;
      replica.faults.set("/article/156/", fault);
      const outcome = await refresh("kcna-en");
      const response = await get("/feeds/kcna-en.json");
      replica.faults.clear();
      expect(response.status).toBe(200);
      expect(await response.json()).toEqual(good);
      const reason = REASONS[fault];
      if (reason === undefined) {
        expect(outcome).toMatchObject({ ok: true, added: 0 });
        return;
      }
      expect(outcome).toMatchObject({ ok: false, reason });
      expect(response.headers.get("cache-status")).toBe(`kcna-feed-bridge; fwd=stale; detail=${reason}`);
      const health = await healthOf("kcna-en");
      expect(health).toMatchObject({ state: "failing", last_failure: { reason } });
      expect(health?.last_failure.detail.length).toBeGreaterThan(10);

      expect(await refresh("kcna-en")).toMatchObject({ ok: true, added: 0 });
      expect((await healthOf("kcna-en"))?.state).not.toBe("failing");
      expect((await get("/feeds/kcna-en.json")).headers.get("cache-status")).toMatch(
        /^kcna-feed-bridge; hit; ttl=\d+$/,
      );
    });
  });

  describe("with nothing kept, the answer is 503 until the first good one", () => {
    test.each(FAULTS.filter((fault) => REASONS[fault]))("%s", async (fault) => {
      const source = further.find(({ id }) => id === `cold-${fault}`);
      replica.faults.set(`/article/${source?.article}/`, fault);
      const responses = await Promise.all([get(`/feeds/${source?.id}.rss`), get(`/feeds/${source?.id}.atom`)]);
      for (const response of responses) {
        expect(response.status).toBe(503);
        expect(response.headers.get("content-type")).toBe("application/problem+json");
        expect(response.headers.get("cache-control")).toBe("no-store");
        expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
        expect(((await response.json()) as { detail: string }).detail).toContain(REASONS[fault]);
      }
      // A website that fails is left alone until it is due again.
      const before = replica.requests.length;
      expect((await get(`/feeds/${source?.id}.rss`)).status).toBe(503);
      expect(replica.requests.length).toBe(before);
      if (fault === "503") expect(Number(responses[0]?.headers.get("retry-after"))).toBeGreaterThan(60);

      replica.faults.clear();
      expect(await refresh(source?.id ?? "")).toMatchObject({ ok: true, added: 16 });
      const healed = await get(`/feeds/${source?.id}.json`);
      expect(((await healed.json()) as Feed).items).toHaveLength(16);
    });
  });

  test("the cron refreshes every source, though one is broken", async () => {
    replica.faults.set("/article/156/", "reset");
    const before = replica.requests.length;
    expect((await tick(worker.origin)).status).toBe(200);
    replica.faults.clear();
    const paths = new Set(replica.requests.slice(before).map(({ path }) => path));
    expect(paths).toContain("/newstream/");
    expect(paths).toContain("/article/156/");
    expect(((await (await get("/feeds/rodong-ko.json")).json()) as Feed).items.length).toBeGreaterThanOrEqual(10);
    expect(await healthOf("rodong-ko")).toMatchObject({ failures_in_a_row: 0 });
  });

  test("the website sees who asks, one request at a time, and no other address is asked", () => {
    for (const { headers } of replica.requests) expect(headers["user-agent"]).toContain("kcna-feed-bridge");
  });
});
