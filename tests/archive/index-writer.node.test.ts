import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test, vi } from "vitest";
import { Archive } from "../../src/archive/archive.ts";
import { IndexWriter } from "../../src/archive/index-writer.ts";
import { nodeSql } from "../../src/platform/node.ts";

/** An empty archive's index, with what it was asked. */
function emptyIndex() {
  const sql = nodeSql(":memory:");
  new Archive(sql);
  const writer = new IndexWriter(sql);
  const run = vi.spyOn(sql, "run");
  const column = vi.spyOn(sql, "column");
  /** Indexes a new article, and returns the words that were looked up in the dictionary. */
  const index = (n: number, title: string): string[] => {
    column.mockClear();
    writer.add(n, title, "", "", true);
    writer.write();
    return column.mock.calls.flatMap(([, json]) => JSON.parse(String(json)) as string[]);
  };
  const found = (word: string) => sql.column("SELECT rowid FROM search WHERE search MATCH ?", [word]);
  /** The last statement that wrote articles, and the articles. */
  const written = () => {
    const [text, json] = run.mock.calls.findLast(([text]) => text.includes("INTO search")) ?? [];
    return [text?.split(" INTO")[0], ...(JSON.parse(String(json)) as [n: number][]).map(([n]) => n)];
  };
  return { writer, index, found, written };
}

test("an article that is indexed again is found by its new words alone, also beside new articles", () => {
  const { writer, index, found, written } = emptyIndex();
  index(1, "alpha");
  expect(written()).toEqual(["INSERT", 1]);
  writer.add(1, "beta", "", "");
  index(2, "gamma");
  expect(["alpha", "beta", "gamma"].map(found)).toEqual([[], [1], [2]]);
  // To look for earlier tokens of new articles takes time.
  index(3, "delta");
  expect([written(), found("delta")]).toEqual([["INSERT", 3], [3]]);
});

test("words that the dictionary has are not looked up again, the last 10,000", () => {
  const { index } = emptyIndex();
  const asked = ["alpha beta", "beta gamma", "alpha beta gamma"].map((title, i) => index(i + 1, title));
  expect(asked).toEqual([["alpha", "beta"], ["gamma"], []]);
  const many = Array.from({ length: 10_000 }, (_, i) => `w${i}`);
  expect(index(4, many.join(" "))).toHaveLength(10_000);
  expect(index(5, "alpha w0 w9999")).toEqual(["w9999"]);
  // Then they are forgotten, all at once.
  expect(index(6, "alpha")).toEqual(["alpha"]);
});

test("remembered words keep no texts in memory", () => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  setFlagsFromString("--no-expose-gc");
  const sql = nodeSql(":memory:");
  new Archive(sql);
  const writer = new IndexWriter(sql);
  const add = (n: number, text: string) => {
    writer.add(n, "Title", "Excerpt", text);
    writer.write();
  };
  const memory = () => {
    collect();
    return process.memoryUsage().heapUsed;
  };
  const before = memory();
  // 8 MB, and no words but one each, so that it is fast.
  for (let n = 1; n <= 16; n++) add(n, `${"- ".repeat(250_000)}incomprehensibly${n}`);
  expect(memory() - before).toBeLessThan(4_000_000);
  // Until here the writer is in use.
  add(17, "Text");
});
