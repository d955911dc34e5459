import { expect, test } from "vitest";
import { addArticles } from "../../src/archive/add-articles.ts";
import { Archive } from "../../src/archive/archive.ts";
import type { SourceCommit } from "../../src/archive/source-commit.ts";
import { nodeSql } from "../../src/platform/node.ts";
import { HOUR, listing, NOW, page, shownAt } from "./fixtures.ts";

const ORIGIN = { source: "kcna-en", site: "kcnawatch", timeZone: "Asia/Pyongyang" };
const empty = () => new Archive(nodeSql(":memory:"));
const search = async (archive: Archive, q: string) => {
  const found = await archive.find({ sources: ["kcna-en"], view: "newest", query: `q=${q}`, now: NOW });
  return found.articles.map(({ title }) => title);
};

test("the rows of new articles are as they are stored", () => {
  const { store } = empty();
  const dates = {
    published: "2026-05-30T01:00:00Z",
    updated: "2026-05-30T01:00:00Z",
    firstSeen: "2026-06-01T00:00:00Z",
  };
  const more = { image: "https://kcnawatch.org/a.jpg", dayAhead: true, dayOnly: true, outlet: "kcna" } as const;
  const { collectedAt: _, ...first } = shownAt(NOW);
  const articles = [
    { ...first, ...dates, site: "kcnawatch", source: "kcna-en" },
    { ...first, ...dates, ...more, key: "2", published: "2026-05-30T02:00:00Z", site: "kcnawatch", source: "kcna-en" },
  ];
  const rows = store.transaction(() => addArticles(store, articles, "2026-06-01T00:00:00Z"));
  expect(rows).toHaveLength(2);
  expect(store.sql.rows("SELECT * FROM article ORDER BY n")).toEqual(rows);
  expect(rows.map(({ seq }) => seq)).toEqual([1, 2]);
});

test("a listing that takes several statements a table is stored and found as a whole", async () => {
  const archive = empty();
  const long = page(NOW, 900).map((article, i) => ({ ...article, excerpt: `word${i} ${"한국어 글자 ".repeat(150)}` }));
  expect(archive.commit([listing(long)], NOW)[0]).toMatchObject({ added: 900 });
  expect(await search(archive, "word899")).toEqual([long[899]?.title]);
  expect(archive.store.sql.rows("SELECT count(*) AS all_of_them FROM listing")).toEqual([{ all_of_them: 900 }]);
  expect(archive.store.sql.rows("SELECT sum(articles) AS counted FROM month")).toEqual([{ counted: 900 }]);
});

test("what a transaction would have indexed goes with it when it is rolled back", async () => {
  const archive = empty();
  const { store } = archive;
  const failing = () =>
    store.transaction(() => {
      store.index.add(1, "Unwritten words", "", "");
      throw new Error("rolled back");
    });
  expect(failing).toThrow("rolled back");
  archive.commit([listing([shownAt(NOW, "Written words")])], NOW);
  expect(store.sql.rows("SELECT rowid FROM search WHERE search MATCH 'unwritten'")).toEqual([]);
  expect(store.sql.rows("SELECT term FROM vocabulary WHERE term = 'unwritten'")).toEqual([]);
  expect(await search(archive, "written")).toEqual(["Written words"]);
});

test("a word of more than 64 letters is one word, whose end is none; a word that comes often is indexed as any other", async () => {
  const archive = empty();
  const long = `${"a".repeat(64)}tail`;
  const titles = [long, `${"often ".repeat(40)}said`, `${"more ".repeat(120)}often`];
  archive.commit([listing(titles.map((title, i) => shownAt(NOW - i * 60_000, title)))], NOW);
  expect(await search(archive, "tail")).toEqual([]);
  expect(await search(archive, long)).toHaveLength(1);
  expect(await search(archive, "often")).toHaveLength(2);
  expect(await search(archive, "title:said")).toHaveLength(1);
});

test.each<[string, SourceCommit[]]>([
  ["nothing", []],
  ["an edit", [listing([shownAt(NOW, "Another title"), ...page(NOW, 3).slice(1)])]],
  ["more articles", [listing(page(NOW + HOUR, 4))]],
  ["another source that lists them", [listing(page(NOW, 3), { source: "kcna-kr" })]],
  ["articles of another source", [listing(page(NOW - 9 * HOUR, 3), { source: "kcna-kr" })]],
  ["a text", [{ source: "kcna-en", pages: [{ ...ORIGIN, article: shownAt(NOW), body: "<p>The text.</p>" }] }]],
])("the snapshot of a source's first articles is what the tables hold, after %s", (_, commits) => {
  const archive = empty();
  // As on a page with an old article at its top.
  archive.commit([listing([shownAt(NOW - 5 * HOUR), ...page(NOW, 3)])], NOW);
  archive.commit(commits, NOW + HOUR);
  const first = archive.latest(["kcna-en"]);
  archive.store.firstListing = undefined;
  expect(JSON.stringify(first)).toBe(JSON.stringify(archive.latest(["kcna-en"])));
  expect(first).toHaveLength(1);
});
