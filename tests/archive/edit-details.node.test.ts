import { expect, test, vi } from "vitest";
import { saveEdits } from "../../src/archive/edit-details.ts";
import { localBridge } from "../../src/archive/local.ts";
import { nodeSql } from "../../src/platform/node.ts";
import { settingsOf } from "../../src/settings.ts";
import { HOUR, listing, NOW, page, shownAt } from "./fixtures.ts";

/** What feeds show of edits is kept when they come; of those that come without it, some at each commit. */

const [article = shownAt(NOW)] = page(NOW, 1);
const edit = (title: string) => listing([{ ...article, title }], { unbroken: false });

/** An archive with so many edits, every second of punctuation alone or all of a text alone, of which nothing is kept. */
function oldArchive(edits: number, text?: string) {
  const { archive, service } = localBridge(settingsOf({}), nodeSql(":memory:"));
  archive.commit([listing([article])], NOW);
  const { sql } = archive.store;
  const { at } = archive.store.head();
  let [{ n, seq: previous } = { n: 0, seq: 0 }] = sql.rows<{ n: number; seq: number }>("SELECT n, seq FROM article");
  for (let i = 0; i < edits; i++) {
    const title = text ? "Title" : `Title ${Math.floor(i / 2)}${i % 2 === 1 ? "." : ""}`;
    previous = archive.store.append({
      at,
      event: "edited",
      source: "kcna-en",
      n,
      title,
      ...(text && { html: `${text}${i}` }),
      excerpt: article.excerpt,
      previous,
    });
  }
  const saved = () => sql.column<number>("SELECT count(*) FROM edit WHERE details IS NOT NULL")[0];
  const find = async (query: string) => archive.find({ sources: ["kcna-en"], view: "changes", query, now: NOW });
  return { archive, service, sql, saved, find };
}

test("an edit is kept with its commit, and shown without its texts", async () => {
  const { service, sql, saved, find } = oldArchive(0);
  await service.commit([edit("Article 1")], NOW + HOUR, false);
  expect(saved()).toBe(1);
  const before = await find("");
  expect(Object.values(before.changes ?? {})[0]?.edit).toMatchObject({
    html: "<p><strong>Article <del>[-1780272000-]</del> <ins>{+1+}</ins></strong></p>",
    summary: "Before: Article 1780272000 After: Article 1",
    data: { fields: ["title"], substantial: true },
  });
  const rows = vi.spyOn(sql, "rows");
  expect(await find("edits=substantial")).toEqual(before);
  expect(rows.mock.calls.filter(([statement]) => statement.includes("html"))).toEqual([]);
});

test("edits without it are shown the same, and followed up, the oldest first; those of a backup too", async () => {
  const { archive, service, saved, find } = oldArchive(50);
  const queries = ["limit=500", "edits=substantial&limit=500", "edits=substantial&sort=oldest&limit=7"];
  const shown = () => Promise.all(queries.map(find));
  const before = await shown();
  expect(before.map(({ articles }) => articles.length)).toEqual([50, 25, 7]);
  const kept: unknown[] = [saved()];
  for (let i = 0; i < 4; i++) {
    await service.commit([], NOW, false);
    kept.push(saved());
    expect(await shown()).toEqual(before);
  }
  expect(kept).toEqual([0, 20, 40, 50, 50]);

  const other = localBridge(settingsOf({}), nodeSql(":memory:"));
  await other.service.commit([], NOW, false);
  const { lines } = archive.export(0);
  expect(await other.service.import(lines, NOW)).toMatchObject({ seq: archive.store.head().seq });
  for (let i = 0; i < 3; i++) await other.service.commit([], NOW, false);
  expect(other.archive.store.sql.column("SELECT count(*) FROM edit")).toEqual([50]);
});

test("one that cannot be computed stops no other, and a fault leaves the rest for the next commit", async () => {
  const log = vi.spyOn(console, "error").mockImplementation(() => {});
  const { archive, service, sql, saved, find } = oldArchive(20);
  const { rows, run } = sql;
  sql.run = (statement, values) => {
    if (statement.includes("INTO edit")) throw new Error("disk full");
    return run(statement, values);
  };
  const [result] = await service.commit([listing([shownAt(NOW + HOUR)])], NOW + HOUR, false);
  expect([result?.added, saved()]).toEqual([1, 0]);
  expect(saveEdits(archive.store)).toBe(true);
  expect(log.mock.calls.join()).toContain("disk full");
  sql.run = run;
  sql.rows = (statement, values) => {
    if (statement.includes("before_title") && values?.[0] === 11) throw new Error("broken");
    return rows(statement, values);
  };
  await service.commit([], NOW, false);
  expect([saved(), sql.column("SELECT seq FROM edit WHERE details IS NULL")]).toEqual([19, [11]]);
  expect(log.mock.calls.join()).toContain("broken");
  const { articles, changes = {} } = await find("");
  expect([articles.length, changes.c000000000011?.edit]).toEqual([
    20,
    { html: "", summary: "The text was edited.", data: expect.objectContaining({ fields: [] }) },
  ]);
  log.mockRestore();
});

test("a commit computes texts of 100 KB, a page of 1 MB, and both go on; what is kept of a text is no title", async () => {
  const { archive, sql, saved, find } = oldArchive(4, `<p>${"word ".repeat(150_000)}`);
  const { articles, next, budgetExhausted } = await find("edits=substantial");
  expect([articles.length, next?.key, budgetExhausted]).toEqual([1, articles[0]?.key, true]);
  const kept = [0, 1, 2, 3].map(() => [saveEdits(archive.store), saved()]);
  expect(kept).toEqual([2, 3, 4, 4].map((edits, i) => [i < 3, edits]));
  const short = oldArchive(9, `<p>${"word ".repeat(4_000)}`);
  expect([0, 1].map(() => [saveEdits(short.archive.store), short.saved()])).toEqual([
    [true, 4],
    [true, 7],
  ]);
  const [details = ""] = sql.column<string>("SELECT details FROM edit ORDER BY seq DESC");
  expect(JSON.parse(details)).toMatchObject({
    html: expect.stringMatching(/^<p>… word .*<\/p>$/),
    data: { fields: ["text"] },
  });
});

test("a link alone is markup; where no earlier words are known, the text was edited", async () => {
  const { archive, find } = oldArchive(0);
  const { at, seq } = archive.store.head();
  const [{ n } = { n: 0 }] = archive.store.sql.rows<{ n: number }>("SELECT n FROM article");
  const kept = { at, event: "edited", source: "kcna-en", n, title: article.title, excerpt: article.excerpt } as const;
  const html = (path: string) => `<p>See <a href="https://x.example/${path}">there</a></p>`;
  const previous = archive.store.append({ ...kept, html: html("a"), previous: seq });
  archive.store.append({ ...kept, html: html("b"), previous });
  const { changes = {} } = await find("sort=oldest");
  expect(Object.values(changes).map(({ edit }) => edit?.summary)).toEqual([
    "The text was edited.",
    "Only markup was edited.",
  ]);
});

test("if nothing can be read for it after a commit, the commit is answered as what it is, and the next one follows it up", async () => {
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  const { service, sql, saved } = oldArchive(0);
  await service.commit([listing([article])], NOW + HOUR, false);
  const { column } = sql;
  const failing = vi.spyOn(sql, "column").mockImplementation((statement, values) => {
    if (/FROM edit\)|FROM reindex/.test(statement)) throw new Error("storage operation failed");
    return column(statement, values);
  });
  const [result] = await service.commit([edit("Article 1")], NOW + 2 * HOUR, false);
  failing.mockRestore();
  expect([result?.edited, saved()]).toEqual([1, 0]);
  await service.commit([listing([{ ...article, title: "Article 1" }])], NOW + 3 * HOUR, false);
  expect(saved()).toBe(1);
});
