import { expect, test } from "vitest";
import { parseQuery, withCursor } from "../../src/query/query.ts";

const NOW = Date.parse("2026-01-31T00:00:00Z");

async function queryOf(text: string) {
  const parsed = await parseQuery(new URLSearchParams(text), NOW);
  if ("error" in parsed) throw new Error(parsed.error.detail);
  return parsed.query;
}

test.each([
  ["since=2026-01-30", "2026-01-29T15:00:00Z", undefined],
  ["since=7d", "2026-01-24T00:00:00Z", 7 * 86_400_000],
  ["filter_time=3600", "2026-01-30T23:00:00Z", 3_600_000],
  ["since=7d&filter_time=3600", "2026-01-30T23:00:00Z", 3_600_000],
  ["since=1h&filter_time=7200", "2026-01-30T23:00:00Z", 3_600_000],
  // A fixed time that is later than the age applies, and later than the fixed time the age does.
  ["since=2026-01-30T23:30:00Z&filter_time=3600", "2026-01-30T23:30:00Z", undefined],
  ["since=2026-01-30T22:30:00Z&filter_time=3600", "2026-01-30T23:00:00Z", 3_600_000],
  // Both are the same instant now; a second later the age is later.
  ["since=2026-01-30T23:00:00Z&filter_time=3600", "2026-01-30T23:00:00Z", 3_600_000],
])("%s: the later of since and filter_time applies", async (text, since, sinceAge) => {
  const query = await queryOf(text);
  expect([query.since, query.sinceAge]).toEqual([since, sinceAge]);
});

test("only ages make a result depend on the time", async () => {
  for (const text of ["since=7d", "until=7d", "filter_time=60"])
    expect((await queryOf(text)).timeDependent, text).toBe(true);
  for (const text of ["", "since=2026-01-30", "until=2026-01-30T00:00:00Z", "q=a&limit=5"])
    expect((await queryOf(text)).timeDependent, text).toBe(false);
});

test("a query has what was asked for, and else the defaults", async () => {
  expect(await queryOf("")).toMatchObject({
    ...{ fullText: false, once: false, edits: "all" },
    limit: 50,
    hasLimit: false,
  });
  for (const [text, expected] of [
    ["mode=fulltext", { fullText: true }],
    ["content=full", { fullText: true }],
    ["content=excerpt", { fullText: false }],
    ["once=true", { once: true }],
    ["edits=substantial", { edits: "substantial" }],
    ["brief=200", { brief: 200 }],
    ["limit=50", { limit: 50, hasLimit: true }],
    ["until=2d", { until: "2026-01-29T00:00:00Z", untilAge: 2 * 86_400_000 }],
  ] as const)
    expect(await queryOf(text), text).toMatchObject(expected);
  expect(await queryOf("until=2026-01-30")).not.toHaveProperty("untilAge");
  expect(await queryOf("q=a")).not.toHaveProperty("brief");
  expect(await queryOf("q=a")).not.toHaveProperty("until");
});

test("a cursor replaces another, and omits the parameters in without", async () => {
  const query = await queryOf("q=b&limit=5&before=2026-01-30T01:40:40Z_1-1");
  const next = { published: "2026-01-29T00:00:00Z", key: "2-2" };
  expect(decodeURIComponent(withCursor(query, next))).toBe("before=2026-01-29T00:00:00Z_2-2&limit=5&q=b");
  expect(withCursor(query, undefined)).toBe("limit=5&q=b");
  expect(withCursor(query, undefined, ["limit"])).toBe("q=b");
});
