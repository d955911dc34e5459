import { expect, test } from "vitest";
import { Archive } from "../../src/archive/archive.ts";
import { readArticle, type WantedTexts } from "../../src/archive/article-record.ts";
import { nodeSql } from "../../src/platform/node.ts";
import { HOUR, listing, NOW, shownAt } from "./fixtures.ts";

test("of a long history only the texts are read that the caller wants", () => {
  const { store, ...archive } = filled();
  const read = (texts: WantedTexts) =>
    readArticle(store, "kcnawatch", archive.key, texts)?.versions.map(({ n, html }) => [n, html]);
  const none = [1, 2, 3, 4].map((n) => [n, undefined]);
  expect(read([])).toEqual(none);
  expect(read("all")).toEqual([
    [1, ""],
    [2, "<p>Text 1</p>"],
    [3, "<p>Text 2</p>"],
    [4, "<p>Text 3</p>"],
  ]);
  expect(read([0, -1])).toEqual([...none.slice(0, 2), [3, "<p>Text 2</p>"], [4, "<p>Text 3</p>"]]);
  expect(read([1, 3])).toEqual([[1, ""], none[1], [3, "<p>Text 2</p>"], none[3]]);
  expect(read([5, -9])).toEqual(none);
});

test("of a history of long texts, those are read together that fit in 500 KB, and the newest", () => {
  const { store, edit, key } = filled();
  const read = (texts: WantedTexts) =>
    readArticle(store, "kcnawatch", key, texts)?.versions.flatMap(({ n, html }) => (html === undefined ? [] : [n]));
  for (let i = 4; i < 8; i++) edit(i, " and so on".repeat(20_000));
  expect(read("all")).toEqual([6, 7, 8]);
  expect(read([1, 4, 5])).toEqual([1, 4, 5]);
  edit(8, " and so on".repeat(60_000));
  expect(read("all")).toEqual([7, 8, 9]);
  edit(9);
  expect(read("all")).toEqual([10]);
});

test("of an article with very many versions, each can be read, with those beside it: a citation is for good", () => {
  const { store, edit, ...archive } = filled();
  for (let i = 4; i < 1200; i++) edit(i);
  const record = (texts: WantedTexts) => readArticle(store, "kcnawatch", archive.key, texts);
  expect(record([1])?.versions.slice(0, 3)).toMatchObject([{ n: 1, html: "" }, { n: 2 }, { n: 201 }]);
  expect(record([])?.versions).toHaveLength(1001);
  expect(record([])?.versionCount).toBe(1200);
  const old = record([77, 3])?.versions.filter(({ n }) => n < 201);
  expect(old?.map(({ n, html }) => [n, html])).toEqual([
    ...[
      [1, undefined],
      [2, undefined],
      [3, "<p>Text 2</p>"],
      [4, undefined],
    ],
    ...[
      [76, undefined],
      [77, "<p>Text 76</p>"],
      [78, undefined],
    ],
  ]);
  const all = record("all")?.versions.filter(({ html }) => html !== undefined);
  expect(all?.map(({ n }) => n)).toEqual(Array.from({ length: 100 }, (_, i) => 1101 + i));
});

/** An archive with an article of four versions: listed, and three texts. */
function filled() {
  const archive = new Archive(nodeSql(":memory:"));
  const article = shownAt(NOW);
  archive.commit([listing([article])], NOW);
  const edit = (i: number, more = "") => {
    const page = {
      source: "kcna-en",
      site: "kcnawatch",
      timeZone: "Asia/Pyongyang",
      article,
      body: `<p>Text ${i}${more}</p>`,
    };
    archive.commit([{ source: "kcna-en", pages: [page] }], NOW + i * 30 * HOUR);
  };
  for (const i of [1, 2, 3]) edit(i);
  return { store: archive.store, key: article.key, edit };
}
