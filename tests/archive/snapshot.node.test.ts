import { setImmediate } from "node:timers/promises";
import { describe, expect, test, vi } from "vitest";
import { Archive } from "../../src/archive/archive.ts";
import { readCached } from "../../src/archive/cache.ts";
import { localArchive } from "../../src/archive/client.ts";
import { ArchiveService } from "../../src/archive/service.ts";
import { type Latest, latestKey, type Status } from "../../src/archive/snapshot.ts";
import type { Waiting } from "../../src/archive/snapshot-writer.ts";
import type { SourceCommit } from "../../src/archive/source-commit.ts";
import { nodeSql } from "../../src/platform/node.ts";
import { SECOND } from "../../src/time.ts";
import { HOUR, listing, NOW, page, shownAt } from "./fixtures.ts";

/** KV in memory, which may refuse writes. */
function memory(refuses: (key: string) => boolean = () => false) {
  const values = new Map<string, unknown>();
  const puts: string[] = [];
  return {
    values,
    puts,
    get: async (keys: readonly string[]) =>
      new Map(keys.flatMap((key) => (values.has(key) ? [[key, values.get(key)] as const] : []))),
    put: async (key: string, value: unknown) => {
      if (refuses(key)) throw new Error("KV PUT failed: 429 Too Many Requests");
      puts.push(key);
      values.set(key, JSON.parse(JSON.stringify(value)));
    },
  };
}

const latestOf = (snapshots: ReturnType<typeof memory>, source = "kcna-en") =>
  snapshots.values.get(latestKey(source)) as Latest | undefined;

describe("snapshots", () => {
  test("hold the newest 200 without texts, the months and the number at which they were taken", async () => {
    const snapshots = memory();
    const service = new ArchiveService(nodeSql(":memory:"), snapshots);
    const articles = page(NOW, 300);
    const pages = articles.slice(0, 2).map((article) => ({
      source: "kcna-en",
      site: "kcnawatch",
      timeZone: "Asia/Pyongyang",
      article,
      body: "<p>The text.</p>",
    }));
    await service.commit([{ ...listing(articles), pages }], NOW, true);
    const latest = latestOf(snapshots);
    expect(latest?.articles.map(({ key }) => key)).toEqual(articles.slice(0, 200).map(({ key }) => key));
    expect(JSON.stringify(latest)).not.toContain("The text.");
    expect(latest?.months).toEqual({ "2026-05": 290, "2026-06": 10 });
    expect(latest?.seq).toBe(service.archive.store.head().seq);
    expect((snapshots.values.get("status") as Status).sources["kcna-en"]).toMatchObject({
      failures: 0,
      seq: latest?.seq,
    });
  });

  test("a reader's look writes one value, which says to another isolate how the source is doing; without news that of all", async () => {
    const snapshots = memory();
    const sql = nodeSql(":memory:");
    const service = new ArchiveService(sql, snapshots);
    const [result] = await service.commit([listing(page(NOW, 16))], NOW, "for-reader");
    await setImmediate();
    expect(snapshots.puts).toEqual([latestKey("kcna-en")]);
    // Noted with the next write: a process that ends before leaves the snapshot to be written once more.
    expect([service.isBehind(), new ArchiveService(sql, snapshots).isBehind()]).toEqual([false, true]);
    const other = { snapshots, archive: localArchive({} as ArchiveService) };
    const { status } = await readCached(other, ["kcna-en"], NOW, () => expect.unreachable());
    expect(status.sources["kcna-en"]).toEqual({ ...result?.status, seq: result?.seq });
    await service.commit([listing(page(NOW, 16))], NOW + HOUR, "for-reader");
    await setImmediate();
    expect(snapshots.puts).toEqual([latestKey("kcna-en"), "status"]);
    expect(new ArchiveService(sql, snapshots).isBehind()).toBe(false);
    expect(sql.column("SELECT writes FROM usage")).toEqual([2]);
    // The later of the two counts: an older snapshot says nothing of a source that was looked at since.
    const later = await readCached(other, ["kcna-en"], NOW + HOUR, () => expect.unreachable());
    expect(later.status.sources["kcna-en"]?.lastAttempt).toBe(new Date(NOW + HOUR).toISOString().replace(".000", ""));
  });

  test("the reader who waits for a look has its articles before they are written; a write that fails is in the log", async () => {
    const log = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const snapshots = { ...memory(), put: () => new Promise<never>(() => {}) };
    const sql = nodeSql(":memory:");
    const [result] = await new ArchiveService(sql, snapshots).commit([listing(page(NOW, 16))], NOW, "for-reader");
    expect(result?.latest?.articles).toHaveLength(16);
    const service = new ArchiveService(sql, memory(), async () => {
      throw new Error("no alarm can be set");
    });
    await service.commit([listing(page(NOW + HOUR, 17))], NOW + HOUR, "for-reader");
    await setImmediate();
    expect(log.mock.calls).toEqual([[expect.stringMatching(/"event":"snapshot".*no alarm can be set/)]]);
    log.mockRestore();
  });

  test("the snapshot of one listing is taken once, for the result and for the copy", async () => {
    const sql = nodeSql(":memory:");
    const snapshots = memory();
    const service = new ArchiveService(sql, snapshots);
    await service.commit([listing(page(NOW, 16))], NOW, true);
    const select = vi.spyOn(sql, "select");
    const [result] = await service.commit([listing(page(NOW + HOUR, 16))], NOW + HOUR, true);
    expect(select.mock.calls.filter(([, rest]) => rest.includes("LIMIT 200"))).toHaveLength(1);
    const { status, ...latest } = snapshots.values.get(latestKey("kcna-en")) as Latest;
    expect(JSON.parse(JSON.stringify(result?.latest))).toEqual(latest);
  });

  test("readers' looks do not leave many written snapshots unnoted: a process that ends often would write all of them again", async () => {
    const snapshots = memory();
    const sql = nodeSql(":memory:");
    const look = async (source: string) => {
      const commit = listing(page(NOW, 1), { source, site: source });
      await new ArchiveService(sql, snapshots).commit([commit], NOW, "for-reader");
      await setImmediate();
    };
    for (let i = 0; i < 20; i++) await look(`source-${i}`);
    expect(snapshots.puts.filter((key) => key === "status").length).toBeGreaterThan(1);
    expect(snapshots.puts.length).toBeLessThan(60);
  });

  test("where no cron runs, the status of all follows readers' looks that bring news: what has changed is told by it", async () => {
    const snapshots = memory();
    const service = new ArchiveService(nodeSql(":memory:"), snapshots);
    const seqs: number[] = [];
    for (let i = 0; i < 12; i++) {
      await service.commit([listing(page(NOW + i * HOUR, 16))], NOW + i * HOUR, "for-reader");
      await setImmediate();
      seqs.push(service.archive.store.head().seq);
    }
    expect((snapshots.values.get("status") as Status).seq).toBeGreaterThanOrEqual(seqs.at(-4) ?? Number.NaN);
  });

  test("a burst of readers' looks writes the status of all once in five seconds: that of the last ones waits", async () => {
    const snapshots = memory();
    const sql = nodeSql(":memory:");
    const waits: Waiting[] = [];
    const service = new ArchiveService(sql, snapshots, async (waiting) => void waits.push(waiting));
    const sources = Array.from({ length: 30 }, (_, i) => `source-${i}`);
    for (const [i, source] of sources.entries()) {
      await service.commit([listing(page(NOW, 1), { source, site: source })], NOW + i * 100, "for-reader");
      await setImmediate();
    }
    expect(snapshots.puts.filter((key) => key === "status")).toHaveLength(1);
    expect(sources.filter((source) => !latestOf(snapshots, source))).toEqual([]);
    expect(waits.at(-1)).toBe("paused");
    await service.publish(NOW + 8000);
    expect(snapshots.puts).toHaveLength(32);
    expect((snapshots.values.get("status") as Status).seq).toBe(service.archive.store.head().seq);
    expect(new ArchiveService(sql, snapshots).isBehind()).toBe(false);
    expect(sql.column("SELECT writes FROM usage")).toEqual([32]);
  });

  test("a status that waits, such as that of an outage, still waits after the next reader's look", async () => {
    const snapshots = memory();
    const waits: Waiting[] = [];
    const service = new ArchiveService(nodeSql(":memory:"), snapshots, async (waiting) => void waits.push(waiting));
    const look = async (commit: SourceCommit, second: number) => {
      await service.commit([commit], NOW + second * SECOND, "for-reader");
      await setImmediate();
    };
    for (let i = 0; i < 4; i++) await look(listing(page(NOW, 1), { source: `source-${i}`, site: `source-${i}` }), 0);
    await look({ source: "kcna-en", outcome: { ok: false, reason: "timeout", detail: "no answer" } }, 1);
    await look(listing(page(NOW, 1), { source: "other", site: "other" }), 2);
    expect(waits.slice(3)).toEqual([undefined, "paused", "paused"]);
    await look(listing(page(NOW, 1), { source: "another", site: "another" }), 6);
    expect((snapshots.values.get("status") as Status).sources["kcna-en"]?.failures).toBe(1);
    expect(waits.at(-1)).toBeUndefined();
  });

  test("what did not change is not written; a look that brought nothing writes the status alone", async () => {
    const snapshots = memory();
    const service = new ArchiveService(nodeSql(":memory:"), snapshots);
    await service.commit([listing(page(NOW, 16))], NOW, true);
    await service.commit([listing(page(NOW, 16))], NOW + HOUR, true);
    expect(snapshots.puts).toEqual([latestKey("kcna-en"), "status", "status"]);
  });

  test("a write that KV refuses is made up for at the next one, and a commit never fails for it", async () => {
    let refuses = true;
    const waits: Waiting[] = [];
    const snapshots = memory(() => refuses);
    const service = new ArchiveService(nodeSql(":memory:"), snapshots, async (waiting) => {
      waits.push(waiting);
    });
    for (let i = 0; i < 3; i++) {
      const [result] = await service.commit([listing(page(NOW + i * 10 * HOUR, 16))], NOW + i * 10 * HOUR, true);
      expect(result?.error).toBeUndefined();
    }
    expect(waits).toEqual(["refused", "refused", "refused"]);
    refuses = false;
    await service.publish(NOW + 40 * HOUR);
    expect(waits.at(-1)).toBeUndefined();
    expect(latestOf(snapshots)?.seq).toBe(service.archive.store.head().seq);
    expect(latestOf(snapshots)?.articles).toHaveLength(36);
  });

  test("a day of 20 busy sources takes fewer than 500 writes, and no source's copy is left behind for long", async () => {
    const snapshots = memory();
    const service = new ArchiveService(nodeSql(":memory:"), snapshots);
    const day = Date.parse("2026-06-02T00:00:00Z");
    const sources = Array.from({ length: 20 }, (_, i) => `source-${i}`);
    let oldest = 0;
    for (let tick = 0; tick < 96; tick++) {
      const now = day + tick * 15 * 60_000;
      const commits = sources.map((source, i) => listing(page(now - i * 1000, 1), { source, site: `site-${i}` }));
      await service.commit(commits, now, true);
      if (tick < 24) continue;
      const ages = sources.map((source) => now - Date.parse(latestOf(snapshots, source)?.changedAt ?? ""));
      oldest = Math.max(oldest, ...ages);
    }
    expect(snapshots.puts.length).toBeLessThan(500);
    expect(snapshots.puts.filter((key) => key === "status")).toHaveLength(96);
    // All sources change at every tick: each copy is renewed in turn.
    expect(oldest).toBeLessThan(2.5 * HOUR);
  });
});
describe("the allowance of KV writes", () => {
  const START = Date.parse("2026-06-02T00:00:00Z");
  const many = (now: number, count = 70) =>
    Array.from({ length: count }, (_, i) => listing(page(now, 1), { source: `source-${i}`, site: `site-${i % 60}` }));

  test("is 60 at the start of a day and grows over it; what has to wait is the newest, and is written as soon as it may", async () => {
    const snapshots = memory();
    const waits: Waiting[] = [];
    const service = new ArchiveService(nodeSql(":memory:"), snapshots, async (waiting) => {
      waits.push(waiting);
    });
    await service.commit(many(START, 60), START, true);
    expect(waits).toEqual(["no-writes-left"]);
    expect(service.isBehind()).toBe(true);
    expect(snapshots.puts).toEqual([
      ...Array.from({ length: 59 }, (_, i) => latestKey(`source-${sorted(60)[i]}`)),
      "status",
    ]);
    // 390 writes more over the day: 15 minutes bring four.
    snapshots.puts.length = 0;
    await service.commit(many(START + 15 * 60_000, 60), START + 15 * 60_000, true);
    // The one that waits comes first, then those that were written first.
    expect(snapshots.puts).toEqual([...[59, 0, 1].map((i) => latestKey(`source-${sorted(60)[i]}`)), "status"]);
    await service.publish(START + 5 * HOUR);
    expect([waits.at(-1), service.isBehind()]).toEqual([undefined, false]);
    // The next day begins with an allowance of its own.
    snapshots.puts.length = 0;
    await service.commit(many(START + 24 * HOUR, 60), START + 24 * HOUR, true);
    expect(snapshots.puts).toHaveLength(60);
  });

  /** Numbers as text: the order in which sources that are as old as each other are written. */
  const sorted = (count: number) => Array.from({ length: count }, (_, i) => `${i}`).sort();

  test("is kept to by a burst of readers' looks, though what they write is not noted before its end", async () => {
    const snapshots = memory();
    const service = new ArchiveService(nodeSql(":memory:"), snapshots);
    for (const [i, commit] of many(START).entries()) {
      await service.commit([commit], START + i * 50, "for-reader");
      await setImmediate();
    }
    expect(snapshots.puts).toHaveLength(59);
  });

  test("one source that KV refuses holds up no other; the reason is told, in the log too", async () => {
    const log = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const waits: Waiting[] = [];
    const snapshots = memory((key) => key === latestKey("source-0"));
    const service = new ArchiveService(nodeSql(":memory:"), snapshots, async (waiting) => {
      waits.push(waiting);
    });
    await service.commit(many(START, 3), START, true);
    expect(snapshots.puts).toEqual([latestKey("source-1"), latestKey("source-2"), "status"]);
    expect(waits).toEqual(["refused"]);
    expect(log.mock.calls).toEqual([[expect.stringMatching(/"event":"snapshot","key":"latest:source-0".*429/)]]);
    await service.publish(START + 1000);
    expect(snapshots.puts).toHaveLength(4);
    const other = new ArchiveService(
      nodeSql(":memory:"),
      memory((key) => key === "status"),
      async (waiting) => {
        waits.push(waiting);
      },
    );
    await other.commit(many(START, 1), START, true);
    expect([waits.at(-1), other.isBehind()]).toEqual(["refused", false]);
    log.mockRestore();
  });

  test("and the rows written are counted by day, where the platform counts them", async () => {
    expect(new Archive(nodeSql(":memory:")).usage(START)).toEqual([]);
    const sql = nodeSql(":memory:");
    let rows = 0;
    const service = new ArchiveService({ ...sql, rowsWritten: () => rows }, memory());
    const used = (now: number) => service.archive.usage(now).map(({ resource, used }) => [resource, used]);
    expect(service.archive.usage(START)).toEqual([
      { resource: "kv_writes", used: 0, limit: 1000 },
      { resource: "rows_written", used: 0, limit: 100_000 },
    ]);
    rows = 100;
    await service.commit(many(START, 2), START, true);
    expect(used(START)).toEqual([
      ["kv_writes", 3],
      ["rows_written", 100],
    ]);
    rows = 150;
    await service.publish(START + HOUR);
    expect(used(START)).toEqual([
      ["kv_writes", 4],
      ["rows_written", 150],
    ]);
    rows = 175;
    await service.publish(START + 25 * HOUR);
    expect(used(START + 25 * HOUR)).toEqual([
      ["kv_writes", 1],
      ["rows_written", 25],
    ]);
    expect(used(START)).toEqual([
      ["kv_writes", 4],
      ["rows_written", 150],
    ]);
  });

  test("a write waits for the one before, so that no older snapshot replaces a newer one", async () => {
    const snapshots = memory();
    const order: unknown[] = [];
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const put = async (key: string, value: unknown) => {
      order.push(key === "status" ? key : (value as Latest).articles.length);
      if (order.length === 1) await held;
      await snapshots.put(key, value);
    };
    const service = new ArchiveService(nodeSql(":memory:"), { ...snapshots, put });
    const first = service.commit([listing(page(NOW, 1))], NOW, true);
    await vi.waitFor(() => expect(order).toHaveLength(1));
    const second = service.commit([listing(page(NOW + HOUR, 2))], NOW + HOUR, true);
    await setImmediate();
    expect(order).toEqual([1]);
    release();
    await Promise.all([first, second]);
    expect(order).toEqual([1, "status", 2, "status"]);
    expect(latestOf(snapshots)?.articles).toHaveLength(2);
  });
});

describe("what snapshots tell", () => {
  test("a commit of one listing returns the snapshot that it wrote: the reader who waits for it need not ask again", async () => {
    const service = new ArchiveService(nodeSql(":memory:"), memory());
    const commit = async (sources: string[], count: number, publish: boolean) => {
      const listings = sources.map((source) => listing(page(NOW, count), { source }));
      return (await service.commit(listings, NOW, publish)).map(({ latest }) => latest?.articles.length);
    };
    expect(await commit(["a"], 1, true)).toEqual([1]);
    expect(await commit(["a"], 2, false)).toEqual([undefined]);
    expect(await commit(["a", "b"], 3, true)).toEqual([undefined, undefined]);
    const [article] = page(NOW, 1);
    const pages = [
      { source: "a", site: "kcnawatch", timeZone: "Asia/Pyongyang", article: article as never, body: "<p>Text.</p>" },
    ];
    expect((await service.commit([{ source: "a", pages }], NOW, true))[0]).not.toHaveProperty("latest");
  });

  test("an edit that changes two sources writes the articles of each, though only one was looked at", async () => {
    const snapshots = memory();
    const service = new ArchiveService(nodeSql(":memory:"), snapshots);
    await service.commit([listing(page(NOW, 3), { source: "a" }), listing(page(NOW, 1), { source: "b" })], NOW, true);
    const edited = shownAt(NOW, "Another title");
    await service.commit([listing([edited], { source: "b", isLook: true })], NOW + HOUR, true);
    const written = ["a", "b"].map((source) => latestOf(snapshots, source)?.articles.map(({ title }) => title));
    expect(written).toEqual([
      [
        edited.title,
        ...page(NOW, 3)
          .slice(1)
          .map(({ title }) => title),
      ],
      [edited.title],
    ]);
  });

  test("a month that was over when it got its first article is a late one; a source without articles has no snapshot", () => {
    const archive = new Archive(nodeSql(":memory:"));
    archive.commit([listing(page(NOW, 2)), { source: "voice", outcome: { ok: true } }], NOW + HOUR);
    const [[source, latest], ...others] = archive.latest(["kcna-en", "voice"]) as [[string, Latest]];
    expect([source, others]).toEqual(["kcna-en", []]);
    expect(latest).toMatchObject({ changedAt: "2026-06-01T01:00:00Z", months: { "2026-06": 2 } });
    expect(latest).not.toHaveProperty("late");
    archive.commit([listing(page(NOW - 48 * HOUR, 2), { unbroken: false })], NOW + 2 * HOUR);
    const [[, later]] = archive.latest(["kcna-en"]) as [[string, Latest]];
    expect(later).toMatchObject({
      months: { "2026-05": 2, "2026-06": 2 },
      late: { "2026-05": "2026-06-01T02:00:00Z" },
    });
  });

  test("how many articles were edited in a day, and how many are gone since, each once", () => {
    const archive = new Archive(nodeSql(":memory:"));
    const articles = page(NOW, 4);
    const edit = (i: number, n: number, now: number) => {
      const shown = articles.map((article, j) =>
        i === j ? { ...article, title: `${article.title}, edit ${n}` } : article,
      );
      archive.commit([listing(shown.slice(i, i + 1), { unbroken: false })], now);
    };
    const absent = (i: number, now: number) =>
      archive.commit([{ source: "kcna-en", absentPages: [{ site: "kcnawatch", key: articles[i]?.key ?? "" }] }], now);
    archive.commit([listing(articles)], NOW);
    edit(0, 1, NOW + HOUR);
    absent(3, NOW + HOUR);
    expect(archive.status(NOW + HOUR).changes).toEqual({ edited: 1, gone: 0 });
    for (const n of [2, 3]) edit(1, n, NOW + 10 * HOUR);
    absent(3, NOW + 10 * HOUR);
    for (const hours of [3, 10]) absent(2, NOW + hours * HOUR);
    expect(archive.status(NOW + 10 * HOUR).changes).toEqual({ edited: 2, gone: 2 });
    const origin = { source: "kcna-en", site: "kcnawatch", timeZone: "Asia/Pyongyang" };
    archive.commit([{ source: "kcna-en", pages: [{ ...origin, article: articles[2] as never }] }], NOW + 11 * HOUR);
    expect(archive.status(NOW + 25 * HOUR).changes).toEqual({ edited: 2, gone: 1 });
    expect(archive.status(NOW + 25 * HOUR + 1000).changes).toEqual({ edited: 1, gone: 1 });
    expect(archive.status(NOW + 40 * HOUR).changes).toEqual({ edited: 0, gone: 0 });
    expect(archive.status(NOW + 40 * HOUR)).toMatchObject({
      at: "2026-06-02T16:00:00Z",
      seq: archive.store.head().seq,
    });
  });

  test("the articles that the bridge itself cannot read, under each source that lists them, twenty of the latest", () => {
    const archive = new Archive(nodeSql(":memory:"));
    const articles = page(NOW, 25);
    archive.commit([listing(articles), listing(articles.slice(0, 1), { source: "newstream" })], NOW);
    const failedPages = articles.map(({ key }, i) => ({ site: "kcnawatch", key, error: `error ${i}` }));
    archive.commit([{ source: "kcna-en", failedPages: failedPages.slice(5) }], NOW);
    archive.commit([{ source: "kcna-en", failedPages: failedPages.slice(0, 5) }], NOW + HOUR);
    const { sources } = archive.status(NOW + HOUR);
    expect(sources.newstream?.unreadable).toEqual([{ key: articles[0]?.key, detail: "error 0" }]);
    const details = sources["kcna-en"]?.unreadable?.map(({ detail }) => detail);
    expect(details).toHaveLength(20);
    expect(details?.slice(0, 5).sort()).toEqual([0, 1, 2, 3, 4].map((i) => `error ${i}`));
    // A source that was never looked at has no status, whatever it lists.
    const { outcome: _, ...unlooked } = listing(articles.slice(0, 1), { source: "voice" });
    archive.commit([unlooked], NOW + HOUR);
    expect(archive.statuses(["voice", "nobody"])).toEqual({});
    expect(Object.keys(archive.status(NOW + HOUR).sources)).toEqual(["kcna-en", "newstream"]);
  });
});
