import { expect, test, vi } from "vitest";
import type { Archive } from "../../src/archive/archive.ts";
import { localBridge } from "../../src/archive/local.ts";
import { isReindexing } from "../../src/archive/reindex.ts";
import { nodeSql } from "../../src/platform/node.ts";
import { settingsOf } from "../../src/settings.ts";
import { HOUR, listing, NOW, shownAt } from "./fixtures.ts";

/** An archive whose search index is of a version that did not fold. */

async function foundBy(archive: Archive, q: string): Promise<number> {
  const query = new URLSearchParams({ q, limit: "500" }).toString();
  return (await archive.find({ sources: ["kcna-en"], view: "newest", query, now: NOW })).articles.length;
}

/** The tokens of `José 로동당` as the version before wrote them, and the state after its migration. */
function oldArchive(count: number) {
  const sql = nodeSql(":memory:");
  const { archive, service } = localBridge(settingsOf({}), sql);
  const articles = Array.from({ length: count }, (_, i) => shownAt(NOW - i * HOUR, "José 로동당", ""));
  archive.commit([listing(articles, { unbroken: false })], NOW);
  expect(isReindexing(archive.store)).toBe(false);
  const korean = "_b85c _b85c_b3d9 _b3d9 _b3d9_b2f9 _b2f9";
  const old = `jos_00e9 ${korean} _tjos_00e9 ${korean
    .split(" ")
    .map((token) => `_t${token}`)
    .join(" ")}`;
  sql.run("INSERT OR REPLACE INTO search (rowid, tokens) SELECT n, ? FROM article", [old]);
  sql.run("INSERT INTO dictionary (words) VALUES ('jos_00e9')");
  sql.run("INSERT INTO reindex SELECT n + 1 FROM (SELECT max(n) AS n FROM article)");
  return { archive, service };
}

test("it is found by its words as before, and commit by commit by all spellings", async () => {
  const { archive, service } = oldArchive(120);
  expect(await foundBy(archive, "josé")).toBe(120);
  expect(await foundBy(archive, "로동당")).toBe(120);
  expect(await foundBy(archive, "jose")).toBe(0);
  const found: number[] = [];
  while (isReindexing(archive.store)) {
    await service.commit([], NOW, false);
    found.push(await foundBy(archive, "jose"));
    expect(await foundBy(archive, "josé")).toBe(120);
    expect(found.length).toBeLessThan(10);
  }
  expect(found).toEqual([50, 100, 120]);
  for (const q of ["노동당", "로동당", "title:노동", "JOSE", "josé 노동당"])
    expect([q, await foundBy(archive, q)]).toEqual([q, 120]);
  expect(await foundBy(archive, "-jose 노동당")).toBe(0);
});

test("a fault while indexing leaves the rest for the next commit, and the commit stands", async () => {
  const log = vi.spyOn(console, "error").mockImplementation(() => {});
  const { archive, service } = oldArchive(10);
  const { store } = archive;
  const { textOf } = store;
  store.textOf = () => {
    throw new Error("broken");
  };
  const [result] = await service.commit([listing([shownAt(NOW + HOUR)])], NOW + HOUR, false);
  expect([result?.added, isReindexing(store)]).toEqual([1, true]);
  expect(log.mock.calls.join()).toContain("reindex");
  log.mockRestore();
  store.textOf = textOf;
  await service.commit([], NOW, false);
  expect([isReindexing(store), await foundBy(archive, "jose")]).toEqual([false, 10]);
});

test("one article that cannot be indexed stops no other", async () => {
  const log = vi.spyOn(console, "error").mockImplementation(() => {});
  const { archive, service } = oldArchive(120);
  const { store } = archive;
  const { textOf } = store;
  const broken = store.sql.rows<{ n: number }>("SELECT n FROM article ORDER BY n DESC LIMIT 1 OFFSET 60")[0]?.n;
  store.textOf = (row) => {
    if (row.n === broken) throw new Error("broken");
    return textOf.call(store, row);
  };
  for (let i = 0; i < 4; i++) await service.commit([], NOW, false);
  expect(log.mock.calls).toHaveLength(1);
  log.mockRestore();
  expect([isReindexing(store), await foundBy(archive, "jose")]).toEqual([false, 119]);
});
