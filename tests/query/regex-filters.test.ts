import fc from "fast-check";
import { RE2JS } from "re2js";
import { expect, test } from "vitest";
import type { Article } from "../../src/article.ts";
import { parseQuery } from "../../src/query/query.ts";
import { compileRegexFilters } from "../../src/query/regex-filters.ts";
import { MAX_INSTRUCTIONS, programSize } from "../../src/query/regex-size.ts";
import { scan } from "../../src/query/scan.ts";
import { runs } from "../runs.ts";

const NOW = Date.parse("2026-02-01T00:00:00Z");

/** Patterns of everything that RE2 knows, nested, most of them right. */
const pattern = fc.letrec<Record<"atom" | "part" | "branch" | "any", string>>((tie) => ({
  atom: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(..."ae김.^$", "\\b", "\\d", "\\pL", "\\P{Greek}", "\\x41", "\\x{41}", "\\Qa*b\\E", "\\.", "{", "é"),
    fc.constantFrom(
      "[abc]",
      "[^a-m]",
      "[]x]",
      "[[:alpha:]_]",
      "[\\pL\\d]",
      "[가-힣]",
      "(?i)",
      "(?P<n>a)",
      "[\\]b]",
      "-",
    ),
    tie("any").map((inner) => `(${inner})`),
    tie("any").map((inner) => `(?:${inner})`),
    tie("any").map((inner) => `(?i:${inner})`),
  ),
  part: fc
    .tuple(tie("atom"), fc.constantFrom("", "", "*", "+", "?", "*?", "{0}", "{3}", "{2,}", "{0,}", "{1,4}?", "{0,9}"))
    .map((pair) => pair.join("")),
  branch: fc.array(tie("part"), { maxLength: 4 }).map((parts) => parts.join("")),
  any: fc.array(tie("branch"), { minLength: 1, maxLength: 3 }).map((branches) => branches.join("|")),
})).any;

test("no pattern compiles to more than its size says", () => {
  let valid = 0;
  fc.assert(
    fc.property(pattern, fc.boolean(), (text, ignoresCase) => {
      const size = programSize(text, ignoresCase);
      if (size > 20_000) return;
      let compiled: number;
      try {
        compiled = RE2JS.compile(text, ignoresCase ? RE2JS.CASE_INSENSITIVE : 0).programSize();
      } catch {
        return;
      }
      valid++;
      expect(size).toBeGreaterThanOrEqual(compiled);
    }),
    { numRuns: runs(800, 2000) },
  );
  expect(valid).toBeGreaterThan(200);
});

test.each([
  "missile|nuclear|satellite launch",
  "(?i)kim jong un.*(visit|guidance)",
  "(?:.?.?.?.?){99}[0-9]{9}",
  "\\x{41}{3}[[:alpha:]]{2,5}[]x]{3}",
  "((a|){9}b{0,9}){9}",
])("%s counts as what it compiles to", (text) => {
  const compiled = RE2JS.compile(text).programSize();
  expect(programSize(text, false) - compiled).toBeLessThanOrEqual(1);
});

test("a pattern finds what it says, whether its automaton is given up or not", async () => {
  // Of this one RE2's automaton never has seen enough: what is to come depends on each of the last 40 characters.
  const filter = "[ae ].{40}x[0-9]{2}";
  const texts = fc.string({ unit: fc.constantFrom(..."abcde x12"), minLength: 200, maxLength: 400 });
  const regexFilters = await compileRegexFilters({ filter });
  if (!regexFilters || "error" in regexFilters) throw new Error("not taken");
  let [found, spent] = [0, 0];
  fc.assert(
    fc.property(texts, (text) => {
      const before = regexFilters.steps;
      const passes = regexFilters.matches("", text);
      spent = regexFilters.steps - before;
      if (passes) found++;
      expect(passes).toBe(new RegExp(filter).test(text));
    }),
    { numRuns: 300 },
  );
  expect(found).toBeGreaterThan(30);
  // It was: the last text cost an instruction a character.
  expect(spent).toBeGreaterThan(200 * 40);
});

test("all expressions of a query together have at most 600 instructions", async () => {
  expect(await compileRegexFilters({ filter: "a{298}", filterout: "b{298}" })).toHaveProperty("matches");
  expect(await compileRegexFilters({ filter: "a{298}", filterout: "b{299}" })).toHaveProperty("error");
});

/** What it costs to match each of the texts, one after the other, in steps. */
async function costsOf(filter: string, texts: readonly string[]): Promise<number[]> {
  const filters = await compileRegexFilters({ filter });
  if (!filters || "error" in filters) throw new Error("not taken");
  return texts.map((text) => {
    const before = filters.steps;
    filters.matches("", text);
    return filters.steps - before;
  });
}

test("each state of an automaton is paid for once; then a character costs one step", async () => {
  const [first = 0, ...others] = await costsOf("a.{60}[0-9]", Array(5).fill("a".repeat(2000)));
  // 61 states of 2 to 62 instructions.
  expect(first).toBeGreaterThan(2000 + 61 * 200);
  expect(first).toBeLessThan(2000 + 61 * 400);
  expect(others).toEqual([2000, 2000, 2000, 2000]);
});

test("an automaton that always needs more transitions is given up after half a million steps, also if it needs little memory", async () => {
  // It remembers which of the last 9 characters were of the class: 512 states, each with another 60 transitions.
  const syllables = Array.from({ length: 30 }, (_, i) => String.fromCharCode(0xac00 + 28 * i));
  const filter = `[${syllables.join("")}].{9}[0-9]`;
  let random = 1;
  const syllable = () => {
    random = (random * 48_271) % 0x7fffffff;
    return String.fromCharCode((syllables[random % 30] as string).charCodeAt(0) + (Math.floor(random / 30) % 2));
  };
  const texts = Array.from({ length: 16 }, () => Array.from({ length: 2000 }, syllable).join(""));
  const costs = await costsOf(filter, texts);
  const afterwards = 2000 * RE2JS.compile(filter).programSize();
  expect(costs.at(-1)).toBe(afterwards);
  const growth = costs.filter((cost) => cost !== afterwards).reduce((sum, cost) => sum + cost, 0);
  expect(growth).toBeGreaterThan(500_000);
  expect(growth).toBeLessThan(550_000);
});

test("texts are not searched further than the largest pattern may take", async () => {
  const large = await compileRegexFilters({ filter: "x{500}|end$" });
  if (!large || "error" in large) throw new Error("not taken");
  expect(large.matches("", `${"a".repeat(1500)} end`)).toBe(true);
  expect(large.matches("", `${"a".repeat(300_000)} end`)).toBe(false);
  expect(large.matches(`${"a".repeat(300_000)} end`, "")).toBe(false);
  const small = await compileRegexFilters({ filter: "end$" });
  if (!small || "error" in small) throw new Error("not taken");
  expect(small.matches("", `${"a".repeat(150_000)} end`)).toBe(true);
});

/** Articles a minute apart, newest first, none like another. */
const articles = Array.from({ length: 600 }, (_, i): Article => {
  const published = `${new Date(NOW - i * 60_000).toISOString().slice(0, 19)}Z`;
  const words = Array.from({ length: 20 }, (_, n) => ((i * 7919 + n * 104_729 + 1) ** 2 % 1_000_003).toString(36));
  return {
    site: "kcnawatch",
    key: `${i}-1`,
    id: `${i}`,
    source: "s",
    language: "en",
    title: i % 3 === 0 ? "Rice 2026" : "Weather",
    excerpt: words.join(" "),
    url: "https://x/",
    day: published.slice(0, 10),
    published,
    updated: published,
    firstSeen: published,
  };
});

test("expensive expressions examine fewer articles; the next links lead to every match, once and in order", async () => {
  for (const [filter, steps] of [
    ["Rice", undefined],
    ["Rice", 3000],
    ["Rice|[ae1-5].{90}[ae1-5].{90}[0-9]{9}", 500_000],
    ["Rice|[ae1-5 ].{0,250}[0-9]{9}", undefined],
  ] as const) {
    for (const sort of ["newest", "oldest"]) {
      const parsed = await parseQuery(new URLSearchParams({ filter_description: filter, limit: "500", sort }), NOW);
      const both = await parseQuery(new URLSearchParams({ filter, limit: "500", sort }), NOW);
      if ("error" in parsed || "error" in both) throw new Error("not taken");
      let { query } = both;
      const ordered = sort === "oldest" ? articles.toReversed() : articles;
      const found: string[] = [];
      let asked = 0;
      for (; asked < 700; asked++) {
        // As for a month, which has no limit of articles.
        const budget = { articles: Number.POSITIVE_INFINITY, ...(steps && { steps }) };
        const page = scan([ordered.slice(0, 200), ordered.slice(200)], query, budget);
        found.push(...page.articles.map(({ id }) => id));
        if (!page.next) break;
        query = { ...query, cursor: page.next };
      }
      expect(found).toEqual(ordered.filter(({ title }) => title === "Rice 2026").map(({ id }) => id));
      expect(asked > 1).toBe(steps !== undefined || filter.length > 10);
    }
  }
});

test("the regular expressions of a query take no more steps than its budget, except for the last article", async () => {
  const parameters = ["filter", "filter_title", "filter_description", "filterout", "filterout_title"] as const;
  let good = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(pattern, { minLength: 1, maxLength: 2 }),
      fc.constantFrom("", "{9}", "{99}"),
      async (all, times) => {
        const searchParams = new URLSearchParams(
          all.map((text, i) => [parameters[i] as string, `(?:${text}|[ae ].?)${times}[0-9]{9}`]),
        );
        const parsed = await parseQuery(searchParams, NOW);
        if ("error" in parsed) return;
        good++;
        const { query } = parsed;
        scan([articles.slice(0, 50)], query, { articles: 5000, steps: 100_000 });
        // An article has some 130 characters, and what a step of the automaton's growth costs is bounded as well.
        const most = 100_000 + 2 * 130 * (100 + 3 * MAX_INSTRUCTIONS);
        expect(query.regexFilters?.steps).toBeLessThan(most);
      },
    ),
    { numRuns: runs(500) },
  );
  expect(good).toBeGreaterThan(30);
});
