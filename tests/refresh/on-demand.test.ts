import { env as cloudflare } from "cloudflare:workers";
import { expect, test, vi } from "vitest";
import { type Bindings, bridgeOf } from "../../src/archive/bridge.ts";
import { ArchiveUnavailable } from "../../src/archive/client.ts";
import worker from "../../src/index.ts";
import { refresh } from "../../src/refresh/refresh.ts";
import { listingPage } from "../replica/markup.ts";
import { ask, bindings, feedOf, newIsolate, page, serve } from "../simulation.ts";
import { articles, bridge, counted, HOUR, NOW, newBridgeBeforeEach, only, statusOf, website } from "./setup.ts";

newBridgeBeforeEach();

const kv = (cloudflare as Bindings).SNAPSHOTS;

test("stale articles are served at once and refreshed behind the answer", async () => {
  serve(website);
  await refresh(bridge, only("kcna-en"), Date.now() - HOUR);
  website.set("156", articles(NOW + HOUR, 17));
  const env = bindings(counted.kv);
  expect((await feedOf(env, "/feeds/kcna-en.json")).items).toHaveLength(16);
  expect((await feedOf(env, "/feeds/kcna-en.json")).items).toHaveLength(17);
});

test("a website that hangs does not hold up a reader of what is kept, and is asked again after 25 seconds, not before", async () => {
  vi.useFakeTimers({ now: NOW + HOUR, toFake: ["Date"] });
  serve(website);
  await refresh(bridge, only("kcna-en"), NOW);
  const hung: (() => void)[] = [];
  vi.stubGlobal("fetch", () => new Promise((_, fail) => hung.push(() => fail(new TypeError("fetch failed")))));
  const behind: Promise<unknown>[] = [];
  const context = {
    waitUntil: (work: Promise<unknown>) => behind.push(work),
    passThroughOnException() {},
    props: {},
  };
  const read = async () => {
    const request = new Request("https://bridge.example/feeds/kcna-en.rss");
    const response = await worker.fetch(request, bindings(counted.kv), context as never);
    expect(response.status).toBe(200);
    expect(response.headers.get("cache-status")).toContain("detail=refreshing");
  };
  await read();
  // On a busy machine the refresh begins later. It asks once.
  const waitFor = async (requests: number) => {
    while (hung.length < requests) await scheduler.wait(1);
    await scheduler.wait(50);
    expect(hung).toHaveLength(requests);
  };
  await waitFor(1);
  // The invocation that waits for it may have ended, and nobody is told.
  vi.setSystemTime(Date.now() + 24_900);
  await read();
  await waitFor(1);
  vi.setSystemTime(Date.now() + 200);
  await read();
  await waitFor(2);
  for (const fail of hung) fail();
  await Promise.all(behind);
  vi.useRealTimers();
});

test("where the archive cannot be written, readers are answered and the website is not asked by each of them", async () => {
  const asked = serve(website);
  const env = bindings(counted.kv, { BODIES_PER_TICK: "0" });
  counted.unreachable = true;
  for (let i = 0; i < 2; i++) {
    const response = await ask(env, "/feeds/kcna-en.rss");
    const { detail } = (await response.json()) as { detail: string };
    expect([response.status, detail]).toEqual([503, "the archive cannot be read at present"]);
  }
  expect(asked.length).toBeLessThanOrEqual(1);
  counted.unreachable = false;
  await refresh(bridge, only("kcna-en"), Date.now());
  counted.unreachable = true;
  asked.length = 0;
  vi.spyOn(Date, "now").mockReturnValue(Date.now() + HOUR);
  for (let i = 0; i < 3; i++) expect((await ask(env, "/feeds/kcna-en.rss")).status).toBe(200);
  expect(asked.length).toBeLessThanOrEqual(1);
});

test("where the archive can be read but not written, as when a day's rows are used up, the website is asked once a minute", async () => {
  const asked = serve(website);
  await refresh(bridge, only("kcna-en"), NOW);
  const env = bindings(counted.kv, { BODIES_PER_TICK: "0" });
  const own = bridgeOf(env);
  const { commit } = own.archive;
  own.archive.commit = () => Promise.reject(new ArchiveUnavailable("Exceeded allowed rows written"));
  const read = async (minutes: number) => {
    asked.length = 0;
    vi.spyOn(Date, "now").mockReturnValue(NOW + HOUR + minutes * 60_000);
    expect((await ask(env, "/feeds/kcna-en.rss")).status).toBe(200);
    return asked.length;
  };
  expect([await read(0), await read(0.3), await read(0.9)]).toEqual([1, 0, 0]);
  // As soon as a clock that was ahead is put back.
  expect(await read(-240)).toBe(1);
  own.archive.commit = commit;
  expect(await read(1)).toBe(1);
});

test("a reader of a source of which nothing is kept waits for the fetch that another reader has started", async () => {
  let fetches = 0;
  vi.stubGlobal("fetch", async () => {
    fetches++;
    await scheduler.wait(100);
    return page(listingPage("KCNA.kp (En)", articles(NOW, 16)));
  });
  const env = bindings(counted.kv, { BODIES_PER_TICK: "0" });
  const first = feedOf(env, "/feeds/kcna-en.json");
  await scheduler.wait(30);
  const second = await feedOf(env, "/feeds/kcna-en.json");
  expect(second.items).toHaveLength(16);
  expect((await first).items).toHaveLength(16);
  expect(fetches).toBe(1);
});

test("a first reader takes two calls of the archive: the commit brings the articles", async () => {
  serve(website);
  const env = bindings(counted.kv, { BODIES_PER_TICK: "0" });
  counted.calls.length = 0;
  const response = await ask(env, "/feeds/kcna-en.json");
  expect(((await response.json()) as { items: unknown[] }).items).toHaveLength(16);
  // Whoever has waited for the articles has the newest.
  expect(response.headers.get("cache-status")).not.toContain("refreshing");
  expect(counted.calls).toEqual(["statuses", "commit"]);
});

test("KV that is an hour behind has no website asked again: the archive says that the cron has looked", async () => {
  const asked = serve(website);
  const env = bindings(counted.kv, { BODIES_PER_TICK: "0" });
  await refresh(bridge, only("kcna-en"), NOW - HOUR);
  for (const key of ["status", "latest:kcna-en"]) counted.stale.set(key, await kv.get(key, "json"));
  await refresh(bridge, only("kcna-en"), NOW);
  vi.spyOn(Date, "now").mockReturnValue(NOW);
  newIsolate(env);
  asked.length = 0;
  expect((await feedOf(env, "/feeds/kcna-en.json")).items).toHaveLength(16);
  expect(asked).toEqual([]);
});

test("a refresh for readers starts no further source after ten seconds: Cloudflare would end it in the middle", async () => {
  vi.useFakeTimers({ now: NOW, toFake: ["Date"] });
  const asked = serve(website.set("189661", articles(NOW, 16)));
  const answer = fetch;
  vi.stubGlobal("fetch", (url: URL) => {
    vi.setSystemTime(Date.now() + 10_001);
    return answer(url);
  });
  const env = bindings(counted.kv, { BODIES_PER_TICK: "0" });
  expect((await feedOf(env, "/feeds/kcna-en+rodong-ko.json")).items).toHaveLength(16);
  expect(asked).toEqual(["/article/156/"]);
  await feedOf(env, "/feeds/kcna-en+rodong-ko.json");
  expect(asked).toHaveLength(2);
  vi.useRealTimers();
});

test("a reader who waits ten seconds for a website that may take 90 says nothing of it: only the cron's look is a failure", async () => {
  vi.spyOn(AbortSignal, "timeout").mockReturnValue(AbortSignal.abort());
  vi.stubGlobal("fetch", () => Promise.reject(new DOMException("", "TimeoutError")));
  const slow = bridgeOf(bindings(counted.kv, { FOLLOW: "kp-kcna-en", DEFAULT_SOURCE: "kp-kcna-en" }));
  const look = (deadline?: number) =>
    refresh(slow, slow.sources, NOW, { articlePages: 0, ...(deadline !== undefined && { deadline }) });
  expect(await look(10_000)).toMatchObject([{ ok: false, reason: "timeout" }]);
  expect(await slow.archive.statuses(["kp-kcna-en"])).toEqual({});
  await look();
  expect(await statusOf("kp-kcna-en")).toMatchObject({ failures: 1, lastFailure: { reason: "timeout" } });
});

test("a request that waited for a connection until the time for readers was over is not made, and nothing has failed", async () => {
  vi.useFakeTimers({ now: NOW, toFake: ["Date"] });
  const site = (id: string) => ({
    ...{ id, name: id, origin: `https://${id}.example.org`, timeZone: "UTC", language: "en" },
    ...{ article: "/news/([0-9]+)", body: "article", sources: [{ id, name: id, listing: "/" }] },
  });
  const sites = Array.from({ length: 8 }, (_, i) => site(`site-${i}`));
  const many = bridgeOf(bindings(counted.kv, { SITES: JSON.stringify(sites) }));
  let asked = 0;
  vi.stubGlobal("fetch", async () => {
    if (++asked === 6) vi.setSystemTime(NOW + 10_001);
    return page("", 500);
  });
  const sources = many.sources.filter(({ id }) => id.startsWith("site-"));
  const outcomes = await refresh(many, sources, NOW, { articlePages: 0, deadline: 10_000 });
  expect(outcomes.map(({ reason }) => reason)).toEqual([
    ...Array(6).fill("http-500"),
    ...Array(2).fill("no-request-left"),
  ]);
  expect(asked).toBe(6);
  vi.useRealTimers();
});
