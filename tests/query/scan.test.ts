import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Article } from "../../src/article.ts";
import { parseQuery, type Query } from "../../src/query/query.ts";
import { scan } from "../../src/query/scan.ts";
import { runs } from "../runs.ts";

const NOW = Date.parse("2026-02-01T00:00:00Z");

/** Articles a minute apart, newest first; every third is about rice. */
const articles = Array.from({ length: 600 }, (_, i): Article => {
  const published = `${new Date(NOW - i * 60_000).toISOString().slice(0, 19)}Z`;
  return {
    site: "kcnawatch",
    key: `${i}-1`,
    id: `${i}`,
    source: "s",
    language: "en",
    title: i % 3 === 0 ? "Rice" : "Weather",
    excerpt: "",
    url: "https://x/",
    day: published.slice(0, 10),
    published,
    updated: published,
    firstSeen: published,
  };
});

async function queryOf(query: string): Promise<Query> {
  const parsed = await parseQuery(new URLSearchParams(query), NOW);
  if ("error" in parsed) throw new Error(parsed.error.detail);
  return parsed.query;
}

/** The articles cut into runs of these lengths, over and over. */
function cut(list: readonly Article[], lengths: readonly number[]): Article[][] {
  const parts: Article[][] = [];
  for (let at = 0, i = 0; at < list.length; i++) {
    const length = lengths[i % lengths.length] as number;
    parts.push(list.slice(at, at + length));
    at += length;
  }
  return parts;
}

test("however small the budget, the next links lead to every match, once and in order", async () => {
  const lengths = fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 5 });
  const budgets = fc.record({ articles: fc.integer({ min: 1, max: 400 }), texts: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(
      lengths,
      budgets,
      fc.constantFrom("limit=1", "limit=7", "limit=50&q=rice", "q=zzzz", "sort=oldest&limit=20&q=rice"),
      async (lengths, { articles: most, texts }, text) => {
        let query = await queryOf(text);
        const ordered = query.sort === "oldest" ? articles.toReversed() : articles;
        const found: string[] = [];
        for (let asked = 0; asked < 2000; asked++) {
          const page = scan(cut(ordered, lengths), query, {
            articles: most,
            ...(texts && { texts: () => () => "" }),
          });
          expect(page.articles.length).toBeLessThanOrEqual(query.limit);
          found.push(...page.articles.map(({ id }) => id));
          if (!page.next) break;
          query = { ...query, cursor: page.next };
        }
        const wanted = text.includes("zzzz")
          ? []
          : ordered.filter(({ title }) => !text.includes("rice") || title === "Rice");
        expect(found).toEqual(wanted.map(({ id }) => id));
      },
    ),
    { numRuns: runs(40) },
  );
});

describe("the budget", () => {
  test("an article whose full text is read counts 16 times, an excerpt that is searched twice; the batch that exceeds the budget is finished", async () => {
    const query = await queryOf("q=rice&limit=500");
    let read = 0;
    const texts = (batch: readonly Article[]) => {
      read += batch.length;
      return () => "";
    };
    const withTexts = articles.map((article) => ({ ...article, body: 1 }));
    const page = scan([withTexts], query, { articles: 16 * 250, texts });
    expect(read).toBe(300);
    expect(page.articles).toHaveLength(100);
    expect(page).toMatchObject({ next: withTexts[299], budgetExhausted: true });
    expect(scan([articles.slice(0, 300), articles.slice(300)], query, { articles: 600, texts }).next).toEqual(
      articles[299],
    );
    const filtered = await queryOf("filter=rice&limit=500");
    expect(scan([articles.slice(0, 300), articles.slice(300)], filtered, { articles: 600 }).next).toEqual(
      articles[299],
    );
    expect(scan([articles], query, { articles: 600 }).next).toBeUndefined();
  });

  test("a long text counts by its length: at most 1 MB is read at once, and a longer text alone", async () => {
    const query = await queryOf("q=rice&limit=500");
    const read: number[] = [];
    const texts = (batch: readonly Article[]) => {
      read.push(batch.length);
      return () => "";
    };
    const whole = scan([articles.map((article) => ({ ...article, body: 1 }))], query, { articles: 9600, texts });
    expect([read.splice(0), whole.articles.length]).toEqual([[100, 100, 100, 100, 100, 100], 200]);
    const long = (body: number) => articles.slice(0, 30).map((article) => ({ ...article, body }));
    expect(scan([long(96_000)], query, { articles: 3200, texts })).toMatchObject({ next: { id: "19" } });
    expect(read.splice(0)).toEqual([10, 10]);
    expect(scan([long(2_000_000)], query, { articles: 5000, texts })).toMatchObject({ next: { id: "1" } });
    expect(read.splice(0)).toEqual([1, 1]);
    expect(scan([long(9600)], query, { articles: 5000, texts }).next).toBeUndefined();
    expect(read).toEqual([30]);
  });
});

describe("where the next page goes on", () => {
  const [zero, one, two] = [articles[0], articles[1], articles[2]] as [Article, Article, Article];

  test("after the last article that was examined, also if that is of no language that was asked for", async () => {
    const query = await queryOf("lang=en&q=nothing");
    const page = scan([[zero, { ...one, language: "ko" }], [two]], query, { articles: 1 });
    expect(page).toMatchObject({ next: { id: "1" }, budgetExhausted: true });
    expect(scan([[{ ...zero, language: "ko" }], [one], [two]], query, { articles: 1 }).next).toBe(one);
  });

  test("never before the cursor, however little may be examined", async () => {
    const query = { ...(await queryOf("filter=nothing")), cursor: one };
    expect(scan([[zero], [one], [two], articles.slice(3)], query, { articles: 1, steps: 0 }).next).toBe(two);
  });

  test("an article that uses up the budget exactly is the last one", async () => {
    const query = await queryOf("q=nothing");
    expect(scan([[zero], [one], [two]], query, { articles: 2 }).next).toBe(one);
    expect(scan([[zero], [one]], query, { articles: 2 }).next).toBeUndefined();
  });
});

test("the last hidden change is the latest of all batches", async () => {
  const at = (i: number) => (articles[i] as Article).published;
  const edited = articles.map((article, i) => (i === 100 || i === 400 ? { ...article, updated: at(i - 1) } : article));
  const query = await queryOf("q=rice&limit=500");
  expect(scan(cut(edited, [50]), query, { articles: 5000 }).lastHiddenChange).toBe(at(99));
  expect(scan(cut(edited, [50]).slice(4), query, { articles: 5000 }).lastHiddenChange).toBe(at(399));
});
