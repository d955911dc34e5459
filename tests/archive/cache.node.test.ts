import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import {
  cacheWrites,
  isUnchanged,
  readArchive,
  readCached,
  readHealth,
  readStatuses,
} from "../../src/archive/cache.ts";
import { ArchiveUnavailable, localArchive } from "../../src/archive/client.ts";
import { ArchiveService } from "../../src/archive/service.ts";
import { latestKey, STATUS_KEY, type Status } from "../../src/archive/snapshot.ts";
import type { SourceCommit } from "../../src/archive/source-commit.ts";
import { nodeSql } from "../../src/platform/node.ts";
import { HOUR, listing, NOW, page } from "./fixtures.ts";

/** What an isolate remembers of the snapshots, on a KV namespace and an archive that may fail or be late. */

type Isolate = ReturnType<typeof newIsolate>;

let kv: Map<string, unknown>;
/** What KV says in place of what was written. */
let stale: Map<string, unknown>;
let isDeaf: boolean;
let isUnreachable: boolean;
let calls: string[];
let reads: number;
let service: ArchiveService;
let here: Isolate;

/** Memory goes with the object that reads KV: two of them are two isolates. */
function newIsolate() {
  const snapshots = {
    async get(keys: readonly string[]) {
      reads++;
      if (isDeaf) throw new Error("KV does not answer");
      const read = (key: string) => structuredClone(stale.has(key) ? stale.get(key) : kv.get(key));
      return new Map(keys.filter((key) => kv.has(key)).map((key) => [key, read(key)]));
    },
    async put(key: string, value: unknown) {
      kv.set(key, JSON.parse(JSON.stringify(value)));
    },
  };
  const invoke: ArchiveService["invoke"] = async (method, values) => {
    calls.push(method);
    if (isUnreachable) throw new Error("Exceeded allowed duration in Durable Objects free tier.");
    return structuredClone(await service.invoke(method, values));
  };
  const sources = [{ id: "kcna-en" }, { id: "rodong-ko" }];
  return { snapshots, archive: localArchive({ invoke } as ArchiveService), sources };
}

beforeEach(() => {
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  [kv, stale, isDeaf, isUnreachable, calls, reads] = [new Map(), new Map(), false, false, [], 0];
  here = newIsolate();
  service = new ArchiveService(nodeSql(":memory:"), here.snapshots);
});
afterEach(() => {
  vi.restoreAllMocks();
});

/** A refresh by an isolate: what it commits, it also remembers. */
async function refresh(isolate: Isolate, one: SourceCommit, now: number, publish = true): Promise<void> {
  cacheWrites(isolate, await service.commit([one], now, publish), now);
}

const kcna = (now: number, count = 16) => listing(page(now, count));
const rodong = (now: number, count = 10) => listing(page(now, count), { source: "rodong-ko", site: "rodong" });

/** What a reader gets, how often KV and the archive were asked before it, and what was asked behind it. */
async function read(isolate: Isolate, now: number, sources = ["kcna-en"]) {
  const behind: Promise<unknown>[] = [];
  [calls, reads] = [[], 0];
  const cached = await readCached(isolate, sources, now, (work) => behind.push(work));
  await Promise.all(behind);
  // What runs behind the answer is begun last.
  const before = calls.slice(0, calls.length - behind.length);
  const counts = sources.map((source) => cached.latest.get(source)?.articles.length);
  return { cached, counts, before, behind: calls.slice(before.length), reads };
}

describe("an isolate", () => {
  test("asks KV once in ten seconds for all that a reader wants, and never the archive; a clock put back asks again", async () => {
    await refresh(newIsolate(), kcna(NOW), NOW);
    await refresh(newIsolate(), rodong(NOW), NOW);
    const both = ["kcna-en", "rodong-ko"];
    const first = await read(here, NOW, both);
    expect(first).toMatchObject({ counts: [16, 10], reads: 1, before: [], behind: [] });
    expect(first.cached.unavailable).toBe(false);
    expect(await read(here, NOW + 9999, both)).toMatchObject({ reads: 0, before: [], behind: [] });
    const again = await read(here, NOW + 10_000, both);
    expect(again).toMatchObject({ reads: 1, before: [], behind: [] });
    // The same object: what was made of it need not be made again.
    expect(again.cached.latest.get("kcna-en")).toBe(first.cached.latest.get("kcna-en"));
    expect(await read(here, NOW + 9000, both)).toMatchObject({ reads: 1 });
    expect(await read(here, NOW + 90_000, both)).toMatchObject({ reads: 1, before: [], behind: [] });
    expect(await read(here, NOW + 9000, [...both, "voice"])).toMatchObject({ reads: 1, counts: [16, 10, undefined] });
  });

  test("believes KV again when a clock that was ahead is right", async () => {
    const ahead = NOW + 365 * 24 * HOUR;
    await refresh(newIsolate(), kcna(NOW), ahead);
    await read(here, ahead);
    await refresh(newIsolate(), kcna(NOW), NOW);
    const { status } = (await read(here, NOW)).cached;
    const now = "2026-06-01T00:00:00Z";
    expect([status.at, status.sources["kcna-en"]?.lastAttempt]).toEqual([now, now]);
  });

  test("asks KV for a source that it never asked for alone: the status of all has as many as there are sources", async () => {
    await refresh(newIsolate(), kcna(NOW), NOW);
    await refresh(newIsolate(), rodong(NOW), NOW);
    const get = vi.spyOn(here.snapshots, "get");
    const keysOf = async (now: number, ...sources: string[]) => {
      get.mockClear();
      await read(here, now, sources);
      return get.mock.calls;
    };
    const [kcnaKey, rodongKey, voiceKey] = ["kcna-en", "rodong-ko", "voice"].map(latestKey);
    expect(await keysOf(NOW, "kcna-en")).toEqual([[[STATUS_KEY, kcnaKey]]]);
    expect(await keysOf(NOW + 1000, "kcna-en", "rodong-ko")).toEqual([[[rodongKey]]]);
    expect((await read(here, NOW + 1000, ["rodong-ko"])).counts).toEqual([10]);
    // A write does not put off the next reading of all.
    await refresh(here, kcna(NOW + HOUR), NOW + 9000);
    expect(await keysOf(NOW + 10_000, "voice")).toEqual([[[STATUS_KEY, voiceKey]]]);
    expect(await keysOf(NOW + 11_000, "voice", "rodong-ko")).toEqual([[[STATUS_KEY, voiceKey, rodongKey]]]);
  });

  test("tells a reader what it knows at that moment of the sources that are asked for: later news do not change it", async () => {
    await refresh(newIsolate(), kcna(NOW), NOW);
    await refresh(newIsolate(), rodong(NOW), NOW);
    const { status } = (await read(here, NOW)).cached;
    const { status: health } = await readHealth(here, NOW);
    const before = structuredClone([status, health]);
    expect([Object.keys(status.sources), Object.keys(health.sources)]).toEqual([["kcna-en"], ["kcna-en", "rodong-ko"]]);
    await refresh(here, kcna(NOW + HOUR), NOW + 1000);
    await refresh(newIsolate(), rodong(NOW + HOUR), NOW + 2000);
    await read(here, NOW + 12_000, ["kcna-en", "rodong-ko"]);
    await readStatuses(here, ["rodong-ko"], NOW + 12_000);
    expect([status, health]).toEqual(before);
  });

  test("says of each thing that it learns that what was made before is out of date", async () => {
    await refresh(newIsolate(), kcna(NOW), NOW);
    const { cached } = await read(here, NOW);
    expect(isUnchanged(cached, here)).toBe(true);
    const changes: [what: string, change: () => Promise<unknown>][] = [
      ["KV was read", () => read(here, NOW + 10_000)],
      ["it has written", () => refresh(here, kcna(NOW + HOUR), NOW + 11_000, false)],
      ["it read the archive", () => read(here, NOW + 12_000)],
      ["it asked how sources are", () => readStatuses(here, ["kcna-en"], NOW + 13_000)],
      ["it asked for health", () => readHealth(here, NOW + 40_000)],
    ];
    let before = (await read(here, NOW)).cached;
    for (const [what, change] of changes) {
      await change();
      expect(isUnchanged(before, here), what).toBe(false);
      before = (await read(here, NOW + 13_000)).cached;
    }
    isUnreachable = true;
    await here.archive.usage(NOW).catch(() => undefined);
    expect(isUnchanged(before, here)).toBe(false);
  });

  test("has what it wrote itself at once: from the commit if that has it, else from the archive, before the answer", async () => {
    await read(here, NOW);
    await refresh(here, kcna(NOW), NOW);
    expect(await read(here, NOW)).toMatchObject({ counts: [16], reads: 0, before: [] });
    await refresh(here, kcna(NOW + HOUR, 17), NOW + 1000, false);
    expect(await read(here, NOW + 2000)).toMatchObject({ counts: [17], before: ["latest"], behind: [] });
    // KV still holds what was before. A feed does not go back to it.
    expect(await read(here, NOW + 13_000)).toMatchObject({ counts: [17], reads: 1, before: [], behind: [] });
    kv.clear();
    expect(await read(here, NOW + 24_000)).toMatchObject({ counts: [17], reads: 1, before: [] });
  });

  test("serves a snapshot that is older than the status, and renews that one alone after the answer", async () => {
    await refresh(here, kcna(NOW), NOW);
    await refresh(newIsolate(), rodong(NOW), NOW);
    const late = structuredClone(kv.get(latestKey("kcna-en")));
    await refresh(newIsolate(), kcna(NOW + HOUR, 17), NOW + HOUR);
    stale.set(latestKey("kcna-en"), late);
    const both = ["rodong-ko", "kcna-en"];
    expect(await read(here, NOW + HOUR, both)).toMatchObject({ counts: [10, 16], before: [], behind: ["latest"] });
    expect(await read(here, NOW + HOUR, both)).toMatchObject({ counts: [10, 17], reads: 0, before: [], behind: [] });
  });

  test("serves what it knew before it wrote, if the archive that has it cannot be reached", async () => {
    await read(here, NOW);
    await refresh(here, kcna(NOW), NOW);
    await refresh(here, kcna(NOW + HOUR, 17), NOW + 1000, false);
    isUnreachable = true;
    expect(await read(here, NOW + 2000)).toMatchObject({ counts: [16], cached: { unavailable: true } });
  });

  test("can be told to read the archive itself, and has that from then on", async () => {
    await service.commit([kcna(NOW)], NOW, false);
    expect((await readArchive(here, ["kcna-en"], NOW)).latest.get("kcna-en")?.articles).toHaveLength(16);
    expect(await read(here, NOW)).toMatchObject({ counts: [16], before: [], behind: [] });
  });

  test("reads from the archive, before the answer, a snapshot that was never written", async () => {
    await refresh(newIsolate(), kcna(NOW), NOW);
    kv.delete(latestKey("kcna-en"));
    expect(await read(here, NOW)).toMatchObject({ counts: [16], before: ["latest"], behind: [] });
    expect(await read(newIsolate(), NOW, ["voice"])).toMatchObject({ counts: [undefined], before: [], behind: [] });
  });

  test("compares with the archive, which may have been restored, what was newer than KV for a minute", async () => {
    await refresh(here, kcna(NOW), NOW);
    stale = structuredClone(kv);
    const restored = service;
    service = new ArchiveService(nodeSql(":memory:"), here.snapshots);
    await service.commit([kcna(NOW)], NOW, false);
    const archive = service;
    service = restored;
    await refresh(here, kcna(NOW + HOUR, 17), NOW + 1000);
    service = archive;
    expect(await read(here, NOW + 20_000)).toMatchObject({ counts: [17], reads: 1, behind: [] });
    expect(await read(here, NOW + 60_999)).toMatchObject({ counts: [17], behind: [] });
    expect(await read(here, NOW + 61_000)).toMatchObject({ counts: [17], before: [], behind: ["latest"] });
    expect(await read(here, NOW + 61_001)).toMatchObject({ counts: [16] });
  });
});

describe("the status of the sources", () => {
  const lastAttempt = async (isolate: Isolate, now: number, source = "kcna-en") =>
    (await read(isolate, now, ["kcna-en", source])).cached.status.sources[source]?.lastAttempt;

  test("one that KV held before takes back no newer one, until nothing was read for a minute", async () => {
    await refresh(here, kcna(NOW), NOW);
    await read(here, NOW);
    const before = structuredClone(kv.get(STATUS_KEY));
    await refresh(here, kcna(NOW), NOW + 5000);
    stale.set(STATUS_KEY, before);
    expect(await lastAttempt(here, NOW + 16_000)).toBe("2026-06-01T00:00:05Z");
    expect(await lastAttempt(here, NOW + 75_999)).toBe("2026-06-01T00:00:05Z");
    expect(await lastAttempt(here, NOW + 135_999)).toBe("2026-06-01T00:00:00Z");
  });

  test("of two statuses, each source has the later attempt and the larger number, the rest is of the newer", async () => {
    const elsewhere = newIsolate();
    await refresh(elsewhere, rodong(NOW), NOW);
    await read(here, NOW);
    await refresh(here, kcna(NOW), NOW);
    await refresh(elsewhere, listing([], { source: "voice" }), NOW + 1000);
    await refresh(elsewhere, rodong(NOW), NOW + 1000);
    await refresh(here, kcna(NOW + HOUR), NOW + 3000, false);
    const all = ["kcna-en", "rodong-ko", "voice"];
    const known = (await read(here, NOW + 4000, all)).cached.status;
    const more = { deliveries: { subscriptions: 1, webhooks: {} }, changes: { edited: 7, gone: 1 } };
    stale.set(STATUS_KEY, { ...(kv.get(STATUS_KEY) as Status), ...more, at: "2026-06-01T00:00:02Z" });
    const { status } = (await read(here, NOW + 14_000, all)).cached;
    expect(status.sources["kcna-en"]).toEqual(known.sources["kcna-en"]);
    expect(status.sources["rodong-ko"]).toMatchObject({ lastAttempt: "2026-06-01T00:00:01Z", seq: 10 });
    expect(status.sources.voice).toMatchObject({ lastAttempt: "2026-06-01T00:00:01Z", seq: 0 });
    expect(status).toMatchObject({ ...more, at: "2026-06-01T00:00:02Z", seq: service.archive.store.head().seq });
    stale.set(STATUS_KEY, { ...(kv.get(STATUS_KEY) as Status), seq: 1, at: "2026-06-01T00:00:01Z" });
    expect((await read(here, NOW + 24_000)).cached.status).toMatchObject({ ...more, at: status.at, seq: status.seq });
  });

  test("what a commit says of one source does not pass for the status of all", async () => {
    await refresh(newIsolate(), rodong(NOW), NOW);
    await refresh(here, kcna(NOW), NOW + 1000);
    expect(await lastAttempt(here, NOW + 1000, "rodong-ko")).toBe("2026-06-01T00:00:00Z");
    const another = newIsolate();
    await readStatuses(another, ["kcna-en"], NOW + 2000);
    expect(await lastAttempt(another, NOW + 2000, "rodong-ko")).toBe("2026-06-01T00:00:00Z");
    expect(await readStatuses(another, ["kcna-en"], NOW + 3000)).toMatchObject({ "kcna-en": { failures: 0 } });
    expect(await read(another, NOW + 3000, [])).toMatchObject({ reads: 0 });
    expect(await lastAttempt(another, NOW + 3000, "rodong-ko")).toBe("2026-06-01T00:00:00Z");
  });

  test("an article's page, which has no outcome of its source, moves its number and nothing else", async () => {
    await refresh(here, kcna(NOW), NOW);
    const { status } = (await read(here, NOW)).cached;
    const [article] = page(NOW, 1);
    const one = { source: "kcna-en", site: "kcnawatch", timeZone: "Asia/Pyongyang", article: article as never };
    await refresh(here, { source: "kcna-en", pages: [{ ...one, body: "<p>Text.</p>" }] }, NOW + 1000, false);
    const { sources: after, seq, headAt } = (await read(here, NOW + 1000)).cached.status;
    expect(after).toEqual({ "kcna-en": { ...status.sources["kcna-en"], seq: 18 } });
    // Of the newest event only the number is known, until KV tells more.
    expect([seq, headAt, status.headAt]).toEqual([18, undefined, "2026-06-01T00:00:00Z"]);
    // Nor is it the status of a source of which the isolate knew nothing.
    const another = newIsolate();
    await refresh(another, { source: "kcna-en", pages: [{ ...one, body: "<p>Another.</p>" }] }, NOW + 2000, false);
    expect(await lastAttempt(another, NOW + 2000)).toBe("2026-06-01T00:00:00Z");
  });
});

describe("what KV holds that is not what was written", () => {
  test("is left out: articles and statuses that are none, and snapshots of another making", async () => {
    await refresh(newIsolate(), kcna(NOW), NOW);
    const latest = kv.get(latestKey("kcna-en")) as { articles: unknown[] };
    stale.set(latestKey("kcna-en"), { ...latest, articles: [null, { key: "1" }, ...latest.articles.slice(0, 3)] });
    expect((await read(newIsolate(), NOW)).counts).toEqual([3]);
    const { sources, ...status } = kv.get(STATUS_KEY) as Status;
    const own = sources["kcna-en"];
    const odd = { a: null, b: { ...own, lastAttempt: 1 }, c: { ...own, seq: "1" }, d: { ...own, failures: null } };
    for (const [deliveries, changes, headAt] of [
      [{ subscriptions: "many", webhooks: {} }, { edited: 1 }, status.headAt],
      [{ subscriptions: 1 }, { gone: 1 }, 7],
    ]) {
      const all = { ...odd, e: { ...own, nextDue: "soon" }, "kcna-en": own };
      stale.set(STATUS_KEY, { ...status, sources: all, deliveries, changes, headAt });
      const { seq, at } = status;
      const { cached } = await read(newIsolate(), NOW);
      const known = typeof headAt === "string" && { headAt };
      expect(cached.status).toEqual({ seq, at, ...known, sources: { "kcna-en": own } });
    }
    for (const value of [null, 7, { articles: "none" }]) {
      stale = new Map([latestKey("kcna-en"), STATUS_KEY].map((key) => [key, value]));
      const { cached } = await read(newIsolate(), NOW);
      expect([cached.latest.size, cached.status]).toMatchObject([0, { seq: 0, at: "", sources: {} }]);
    }
  });
});

describe("where KV does not answer", () => {
  test("the archive is read, sources and status; and if that is out of reach too, what is remembered is served", async () => {
    await refresh(newIsolate(), kcna(NOW), NOW);
    isDeaf = true;
    const first = await read(here, NOW);
    expect(console.error).toHaveBeenCalledWith(expect.stringContaining("KV does not answer"));
    expect(first).toMatchObject({ counts: [16], before: ["status", "latest"], cached: { unavailable: false } });
    expect(Object.keys(first.cached.status.sources)).toEqual(["kcna-en"]);
    isUnreachable = true;
    const second = await read(here, NOW + 10_000);
    expect(second).toMatchObject({ counts: [16], cached: { unavailable: true } });
    expect(second.cached.status).toEqual(first.cached.status);
    expect((await read(here, NOW + 20_000, ["voice", "kcna-en"])).counts).toEqual([undefined, 16]);
    await expect(read(here, NOW + 30_000, ["voice"])).rejects.toThrow(ArchiveUnavailable);
    expect((await read(here, NOW + 30_000, [])).cached.status).toEqual({ ...first.cached.status, sources: {} });
    await expect(read(newIsolate(), NOW)).rejects.toThrow(ArchiveUnavailable);
  });
});

describe("where the archive cannot be reached", () => {
  test("snapshots are served, and the answer after the first attempt says so; one behind it says that it is back", async () => {
    await refresh(newIsolate(), kcna(NOW), NOW);
    const late = structuredClone(kv);
    await refresh(newIsolate(), kcna(NOW + HOUR, 17), NOW + HOUR);
    stale.set(latestKey("kcna-en"), late.get(latestKey("kcna-en")));
    isUnreachable = true;
    expect(await read(here, NOW + HOUR)).toMatchObject({
      counts: [16],
      cached: { unavailable: false },
      behind: ["latest"],
    });
    expect(await read(here, NOW + HOUR)).toMatchObject({ cached: { unavailable: true }, behind: ["latest"] });
    stale.clear();
    isUnreachable = false;
    const back = await read(here, NOW + HOUR + 10_000);
    expect(back).toMatchObject({ counts: [17], cached: { unavailable: true }, before: [], behind: ["status"] });
    expect(await read(here, NOW + HOUR + 10_000)).toMatchObject({ cached: { unavailable: false }, behind: [] });
  });

  test("a source without any snapshot is an error, unless others of the feed have one", async () => {
    await refresh(newIsolate(), kcna(NOW), NOW);
    await refresh(newIsolate(), rodong(NOW), NOW);
    kv.delete(latestKey("rodong-ko"));
    isUnreachable = true;
    await expect(read(here, NOW, ["rodong-ko"])).rejects.toThrow(ArchiveUnavailable);
    const both = await read(here, NOW, ["kcna-en", "rodong-ko"]);
    expect(both).toMatchObject({ counts: [16, undefined], before: ["latest"], behind: [] });
  });

  test("health knows a source that was read for a reader alone, of which the status of all says nothing yet", async () => {
    await refresh(newIsolate(), kcna(NOW), NOW);
    await service.commit([rodong(NOW + HOUR)], NOW + HOUR, "for-reader");
    expect(Object.keys((kv.get(STATUS_KEY) as Status).sources)).toEqual(["kcna-en"]);
    isUnreachable = true;
    for (const isolate of [here, newIsolate()]) {
      const { sources } = (await readHealth(isolate, NOW + HOUR)).status;
      expect([sources["kcna-en"]?.lastSuccess, sources["rodong-ko"]?.lastSuccess]).toEqual([
        "2026-06-01T00:00:00Z",
        "2026-06-01T01:00:00Z",
      ]);
    }
  });

  test("health is of KV, and the archive is asked again at once; else it is the archive's own, for ten seconds", async () => {
    await refresh(newIsolate(), kcna(NOW), NOW);
    isUnreachable = true;
    const health = async (isolate: Isolate, now: number) => {
      calls = [];
      const { status, reachable } = await readHealth(isolate, now);
      return [Object.keys(status.sources), reachable, calls];
    };
    expect(await health(here, NOW)).toEqual([["kcna-en"], false, ["status"]]);
    isDeaf = true;
    expect(await health(here, NOW)).toEqual([["kcna-en"], false, ["status"]]);
    await expect(readHealth(newIsolate(), NOW)).rejects.toThrow(ArchiveUnavailable);
    isUnreachable = false;
    expect(await health(here, NOW)).toEqual([["kcna-en"], true, ["status"]]);
    isUnreachable = true;
    expect(await health(here, NOW + 9999)).toEqual([["kcna-en"], true, []]);
    expect(await health(here, NOW + 10_000)).toEqual([["kcna-en"], false, ["status"]]);
    isUnreachable = false;
    await health(here, NOW + 20_000);
    // What this isolate has written itself is asked for.
    await refresh(here, rodong(NOW), NOW + 21_000);
    expect(await health(here, NOW + 21_000)).toEqual([["kcna-en", "rodong-ko"], true, ["status"]]);
  });
});
