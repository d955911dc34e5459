import { describe, expect, test } from "vitest";
import { Archive } from "../../src/archive/archive.ts";
import { dueFrom } from "../../src/archive/article-looks.ts";
import { ArchiveService } from "../../src/archive/service.ts";
import { type Latest, latestKey, type Status, type Waiting } from "../../src/archive/snapshot.ts";
import { nodeSql } from "../../src/platform/node.ts";
import { HOUR, listing, NOW, page } from "./fixtures.ts";

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

  test("a day of 40 busy sources takes fewer than 500 writes, and no source's copy is left behind for long", async () => {
    const snapshots = memory();
    const service = new ArchiveService(nodeSql(":memory:"), snapshots);
    const day = Date.parse("2026-06-02T00:00:00Z");
    const sources = Array.from({ length: 40 }, (_, i) => `source-${i}`);
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
    expect(oldest).toBeLessThan(5 * HOUR);
  });
});

describe("the tables", () => {
  test("an archive of a later schema is refused, and one that is there is opened as it is", () => {
    const sql = nodeSql(":memory:");
    const archive = new Archive(sql);
    archive.commit([listing(page(NOW, 3))], NOW);
    expect([...new Archive(sql).articles()]).toEqual([...archive.articles()]);
    sql.run("INSERT INTO schema (version) VALUES (99)");
    expect(() => new Archive(sql)).toThrow(/it is older/);
  });

  /** What reads every feed must read along an index, however many articles are kept. */
  test.each([
    [
      "the newest of a source",
      "SELECT article.* FROM listing CROSS JOIN article ON article.n = listing.n WHERE listing.source = 'a' ORDER BY listing.n DESC LIMIT 200",
    ],
    ["a batch of a source", "SELECT n FROM listing WHERE source = 'a' AND n BETWEEN 1 AND 2 ORDER BY n DESC LIMIT 64"],
    [
      "articles by key",
      "SELECT article.* FROM json_each('[]') AS wanted JOIN article ON article.key = wanted.value AND article.site = 1",
    ],
    ...(["urgent", "first", "again"] as const).map((kind): [string, string] => [
      `pages that are due, ${kind}`,
      `SELECT article.n ${dueFrom(kind)}`.replace("?", "'x'").replace("?", "'[]'"),
    ]),
    [
      "pages that an error keeps from being read",
      "SELECT key FROM article WHERE page_error IS NOT NULL ORDER BY n DESC LIMIT 500",
    ],
    ["deletions of an article", "SELECT seq FROM journal WHERE n = 1 AND event IN ('gone', 'back') ORDER BY seq"],
    [
      "outages and gaps",
      "SELECT * FROM journal WHERE event IN ('outage', 'recovered', 'gap', 'filled') AND seq < 5 ORDER BY seq DESC LIMIT 9",
    ],
    [
      "edits",
      "SELECT seq FROM journal WHERE event IN ('edited', 'gone', 'back') AND seq < 5 ORDER BY seq DESC LIMIT 200",
    ],
    [
      "found articles",
      "SELECT rowid FROM search WHERE search MATCH '\"a\"' AND rowid BETWEEN 1 AND 2 ORDER BY rowid DESC LIMIT 64",
    ],
    ["words with a prefix", "SELECT term FROM vocabulary WHERE term >= 'a' AND term < 'a~' LIMIT 401"],
  ])("%s: no table is read from end to end, and nothing is sorted", (_, statement) => {
    const { store } = new Archive(nodeSql(":memory:"));
    const plan = store.sql.rows<{ detail: string }>(`EXPLAIN QUERY PLAN ${statement}`).map(({ detail }) => detail);
    for (const step of plan)
      expect(step).not.toMatch(
        /SCAN (?:article|listing|journal|word)(?! USING (?:COVERING )?INDEX article_(?:due|first|urgent|error))|TEMP B-TREE/,
      );
  });
});
