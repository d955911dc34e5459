import { expect, test } from "vitest";
import { Archive } from "../../src/archive/archive.ts";
import { lookupOf } from "../../src/archive/search-index.ts";
import { nodeSql } from "../../src/platform/node.ts";
import { parseSearchTerms } from "../../src/query/search-terms.ts";
import { listing, NOW, page } from "./fixtures.ts";

/** What strangers can ask for costs the archive little, whatever they combine: in statements, and in what these return. */

const sql = nodeSql(":memory:");
const costs = { statements: [] as string[], characters: 0 };
const counted =
  <Values extends unknown[], Row>(read: (statement: string, ...values: Values) => Row[], at = 0) =>
  (statement: string, ...values: Values): Row[] => {
    const rows = read(statement, ...values);
    costs.statements.push([statement, ...values][at] as string);
    costs.characters += JSON.stringify(rows).length;
    return rows;
  };
const archive = new Archive({
  ...sql,
  rows: counted(sql.rows) as typeof sql.rows,
  column: counted(sql.column) as typeof sql.column,
  select: counted(sql.select.bind(sql) as never, 1) as never,
  run: sql.run.bind(sql),
  transaction: sql.transaction.bind(sql),
});
const SOURCES = Array.from({ length: 20 }, (_, i) => `source-${i}`);
for (const [i, source] of SOURCES.entries())
  archive.commit([listing(page(NOW - i * 60_000, 300), { source, unbroken: false })], NOW);
// A source that nobody asks for, with articles of its own and one of another's.
const others = [...page(NOW - 30 * 60_000, 300), ...page(NOW, 1)];
archive.commit([listing(others, { source: "other", unbroken: false })], NOW);

/** What a call costs. */
async function costOf(call: () => unknown) {
  Object.assign(costs, { statements: [], characters: 0 });
  await call();
  return { ...costs };
}
const find = (query: string, sources = SOURCES) => archive.find({ sources, view: "newest", query, now: NOW });

test("an article says itself which sources list it: a search does not ask each source's listing for each article", async () => {
  for (const call of [
    () => find("q=article"),
    () => archive.counts({ sources: SOURCES, query: "q=article", now: NOW }),
  ]) {
    const { statements } = await costOf(call);
    expect(statements.filter((statement) => /EXISTS[^;]*\blisting\b/.test(statement))).toEqual([]);
  }
});

test("an article in another language is not read", async () => {
  const { articles } = await find("limit=500");
  expect(articles).toHaveLength(500);
  for (const query of ["lang=ja", "lang=ja&q=article"])
    expect([query, (await costOf(() => find(query))).characters < 300_000]).toEqual([query, true]);
});

test("a page of many sources costs no more than one of a single source", async () => {
  const one = await costOf(() => find("limit=250", SOURCES.slice(0, 1)));
  let keys: string[] = [];
  const all = await costOf(async () => {
    keys = (await find("limit=250")).articles.map(({ key }) => key);
  });
  expect(all.characters).toBeLessThan(1.3 * one.characters);
  const listed = SOURCES.flatMap((_, i) => page(NOW - i * 60_000, 300));
  const newest = listed.toSorted((a, b) => (b.collectedAt ?? 0) - (a.collectedAt ?? 0));
  expect(keys).toEqual(newest.slice(0, 250).map(({ key }) => key));
});

test("a query is looked up by 200 words of the dictionary at most, however many prefixes it has", () => {
  const expand = (prefix: string, most: number) => Array.from({ length: Math.min(60, most) }, (_, i) => prefix + i);
  const terms = parseSearchTerms(Array.from({ length: 10 }, (_, i) => `word${i}`).join(" "));
  const { expression, exact } = lookupOf(terms, { expand, hasUnfolded: false });
  expect([expression?.match(/"/g)?.length, exact]).toEqual([2 * 180, false]);
  // Three of the ten words fill it; the matcher looks for the others.
  expect(lookupOf(terms.slice(0, 3), { expand, hasUnfolded: false }).exact).toBe(true);
});

test("a page of events reads no more columns of an article than it shows", async () => {
  const { statements } = await costOf(() =>
    archive.events({ sources: SOURCES, after: { seq: 0, digest: "" }, limit: 100, query: "", now: NOW }),
  );
  expect(statements.filter((statement) => statement.includes("article.*"))).toEqual([]);
});
