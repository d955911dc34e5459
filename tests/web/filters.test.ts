import { describe, expect, test } from "vitest";
import { parseQuery } from "../../src/query/query.ts";
import { filtersOf, queryText, typedWords } from "../../src/web/filters.ts";

/** The filters of a query in words. */

const NOW = Date.parse("2026-06-10T03:00:00Z");

async function queryOf(text: string) {
  const parsed = await parseQuery(new URLSearchParams(text), NOW);
  if ("error" in parsed) throw new Error(parsed.error.detail);
  return parsed.query;
}

describe("a filter in words", () => {
  test.each([
    ["q=kim+missile", ["kim", "missile"]],
    ['q="joint+exercise"+-weather', ['"joint exercise"', "without weather"]],
    ["q=title:missile+|+rocket", ["rocket | title:missile"]],
    ["since=7d&until=24h", ["of the last 7 days", "older than 24 hours"]],
    ["since=1h&until=1h", ["of the last hour", "older than 1 hour"]],
    ["since=1d&until=2d", ["of the last 24 hours", "older than 2 days"]],
    ["filter_time=1", ["of the last second"]],
    ["filter_time=3601", ["of the last 3601 seconds"]],
    ["since=2026-01-30&until=2026-01-31T09:00:00Z", ["since 30 January 2026", "until 31 Jan 2026, 18:00 in Korea"]],
    ["lang=ko,zh-hant", ["in Korean or Traditional Chinese"]],
    // A tag that looks like one and is none.
    ["lang=en-abcdef-ab", ["in en-abcdef-ab"]],
    ["once=true&content=full&sort=oldest", ["without reprints", "with full texts", "oldest first"]],
    ["filter_title=^A&filter_case_sensitive=false", ["title matching /^A/", "ignoring case"]],
    ["before=2026-06-10T03:00:00Z_1", []],
  ])("%s", async (text, labels) => {
    expect(filtersOf(await queryOf(text)).map(({ label }) => label)).toEqual(labels);
  });

  test("each is removed by itself, and the list begins again at its first page", async () => {
    const query = await queryOf(
      'q=kim+"joint+exercise"+-weather&since=7d&lang=ko&filter=a&limit=5&before=2026-06-10T03:00:00Z_1',
    );
    const filters = filtersOf(query);
    expect(filters.length).toBe(7);
    for (const { label, without } of filters) {
      const rest = await queryOf(without);
      expect(rest.cursor).toBeUndefined();
      const others = filters.map((filter) => filter.label).filter((other) => other !== label);
      expect(new Set(filtersOf(rest).map((filter) => filter.label))).toEqual(new Set(others));
    }
  });
});

test("words are shown in the order in which they were typed, and titles of feeds have one order", async () => {
  const query = await queryOf('q=Kim+Jong+Un+-"field+guidance"');
  expect(typedWords(query.terms)).toBe('kim jong un -"field guidance"');
  expect(queryText(query)).toBe(queryText(await queryOf('q=-"field+guidance"+un+jong+kim')));
});

test("a title says which articles match, and not how they are shown", async () => {
  const query = await queryOf("q=kim+missile&lang=ko&since=7d&limit=5&sort=oldest&content=full");
  expect(queryText(query)).toBe("kim missile, of the last 7 days, in Korean");
  expect(queryText(await queryOf("limit=5"))).toBe("");
});
