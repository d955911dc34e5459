import fc from "fast-check";
import { expect, test } from "vitest";
import { Archive } from "../../src/archive/archive.ts";
import type { ArchiveClient } from "../../src/archive/client.ts";
import type { View } from "../../src/archive/search.ts";
import { select } from "../../src/archive/select.ts";
import { nodeSql } from "../../src/platform/node.ts";
import { parseQuery } from "../../src/query/query.ts";
import { runs } from "../runs.ts";
import { HOUR, listing, NOW, page } from "./fixtures.ts";

const DAY = 24 * HOUR;
const SOURCES = ["kcna-en", "newstream"];

/** An archive in which two sources list articles; some articles are in both. */
async function archiveOf(counts: readonly number[], step: number) {
  const archive = new Archive(nodeSql(":memory:"));
  const [first = 0, second = 0] = counts;
  // The second source reaches further back, and lists every fourth article of the first.
  const own = page(NOW - step / 2, Math.ceil(second / 2), 4 * step);
  const common = page(NOW, Math.floor(second / 2), 4 * step);
  const listings = [
    page(NOW, first, step),
    [...own, ...common].sort((a, b) => (b.collectedAt ?? 0) - (a.collectedAt ?? 0)),
  ];
  SOURCES.forEach((source, i) => {
    const articles = listings[i] ?? [];
    if (articles.length > 0) archive.commit([listing(articles, { source })], NOW);
  });
  let finds = 0;
  const client = {
    find: (query: Parameters<ArchiveClient["find"]>[0]) => {
      finds++;
      return archive.find(query);
    },
  } as unknown as ArchiveClient;
  const latest = new Map(archive.latest(SOURCES));
  const run = async (parameters: string, view: View = "newest", sources = SOURCES, now = NOW) => {
    const parsed = await parseQuery(new URLSearchParams(parameters), now);
    if ("error" in parsed) throw new Error(parsed.error.detail);
    finds = 0;
    const result = await select(client, { sources, latest, view, query: parsed.query, now });
    return { result, usedArchive: finds > 0 };
  };
  return { archive, latest, run };
}

test("a plain feed from snapshots is the same as from the archive, for any number of articles, sources and limit", async () => {
  let fromSnapshots = 0;
  let fromArchive = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.tuple(fc.constantFrom(0, 60, 200, 201, 330, 330), fc.constantFrom(1, 60, 200, 260, 330)),
      fc.constantFrom(HOUR / 10, HOUR, 10 * HOUR),
      fc.constantFrom("", "limit=1", "limit=50", "limit=150", "limit=200", "limit=230", "limit=260", "limit=500"),
      fc.constantFrom(...SOURCES.map((source) => [source]), SOURCES, SOURCES, SOURCES.toReversed()),
      async (counts, step, parameters, sources) => {
        const { archive, run } = await archiveOf(counts, step);
        const { result, usedArchive } = await run(parameters, "newest", sources);
        const found = await archive.find({ sources, view: "newest", query: parameters, now: NOW });
        expect(result.articles).toEqual(found.articles);
        expect(result.next?.key).toBe(found.next?.key);
        if (usedArchive) fromArchive++;
        else fromSnapshots++;
      },
    ),
    { numRuns: runs(20, 40) },
  );
  expect(fromSnapshots).toBeGreaterThan(0);
  expect(fromArchive).toBeGreaterThan(0);
});

test("the archive is not needed for a plain feed that the snapshots fill; it is for everything else", async () => {
  const { run } = await archiveOf([330, 0], HOUR / 10);
  for (const parameters of ["", "limit=50", "limit=200"])
    expect((await run(parameters)).usedArchive, parameters).toBe(false);
  for (const parameters of [
    "limit=201",
    "q=article",
    "filter=Article",
    "since=2026-05-30",
    "until=2026-05-30",
    "before=2026-05-30T00:00:00Z_1-1",
    "content=full",
    "sort=oldest",
  ])
    expect((await run(parameters)).usedArchive, parameters).toBe(true);
  expect((await run("", "changes")).usedArchive).toBe(true);
  expect((await run("", { month: "2026-05" })).usedArchive).toBe(true);
});

test("a month is archived three days after its end in Korea, and not before", async () => {
  const { run } = await archiveOf([40, 0], DAY);
  const mayEnds = Date.parse("2026-06-01T00:00:00+09:00");
  const archivedAt = async (now: number) => (await run("", "newest", SOURCES, now)).result.archived;
  expect(await archivedAt(mayEnds + 3 * DAY - 1)).toEqual(["2026-04"]);
  expect(await archivedAt(mayEnds + 3 * DAY)).toEqual(["2026-04", "2026-05"]);
});
