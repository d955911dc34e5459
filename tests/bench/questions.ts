import { parseQuery } from "../../src/query/query.ts";
import { scan } from "../../src/query/scan.ts";
import { random } from "../random.ts";
import { keptArticles } from "./stores.ts";

/**
 * Whether a question can be made that costs much more than an ordinary one. Random questions, most of them wrong, are
 * timed; the slowest of the good and of the refused ones are timed again, so that no pause of the machine counts.
 */
const QUESTIONS = 100_000;
const AGAIN = 50;

const NAMES = "q since until limit content sort lang before filter filter_title filterout_description brief".split(" ");
const PATTERNS = NAMES.filter((name) => name.startsWith("filter"));
const PIECES = [
  ...[
    '"',
    "|",
    "-",
    "a",
    "김",
    " ",
    "(",
    ")",
    "*",
    "+",
    "\\",
    "title:",
    "’",
    "[",
    "^",
    "{9}",
    ".*",
    "(a+)+$",
    "\\w{99}",
  ],
  ...["kim", "field", "guidance", "2026-01-30", "7d", "1", "500", "full", "oldest", "en", "x".repeat(256)],
];

const ATOMS = [".", "[a-z]", "[ae ]", "\\pL", "\\w", "\\b", "e", "x", "[^0-9]", "[A-Z가-힣]", "(?i:kim)"];
const REPEATED = ["?", "*", "+", "{9}", "{0,20}", "{3,}", "{60}", "{250}", "{1000}", ""];

export async function slowestQuestions(): Promise<string> {
  const next = random(1);
  // No two texts alike: RE2 remembers what it has seen.
  const articles = keptArticles(200).map((article) => {
    const words = article.excerpt.split(" ").map((word) => ({ word, place: next() }));
    return {
      ...article,
      excerpt: words
        .sort((a, b) => a.place - b.place)
        .map(({ word }) => word)
        .join(" "),
    };
  });
  const one = (list: readonly string[]) => list[Math.floor(next() * list.length)] as string;
  const many = (most: number, make: () => string) => Array.from({ length: 1 + Math.floor(next() * most) }, make);
  const times: { query: string; good: boolean; ms: number }[] = [];
  const time = async (query: string) => {
    const began = performance.now();
    const parsed = await parseQuery(new URLSearchParams(query), Date.now());
    if ("query" in parsed) scan([articles], parsed.query, { articles: 5000 });
    return { query, good: "query" in parsed, ms: performance.now() - began };
  };
  // Repetitions in each other, optional runs and classes, which compile to more than they look like, and a tail that
  // is not found: the whole text is searched.
  const pattern = (depth: number): string => {
    const part = () => (depth > 0 && next() < 0.4 ? `(?:${pattern(depth - 1)})` : one(ATOMS)) + one(REPEATED);
    return many(3, () => many(4, part).join("")).join("|");
  };
  for (let i = 0; i < QUESTIONS; i++) {
    const isPattern = i % 4 === 0;
    const names = many(3, () => one(isPattern ? PATTERNS : NAMES));
    const value = () => (isPattern ? `(?:${pattern(2)})[0-9]{9}` : many(6, () => one(PIECES)).join(""));
    const pairs = [...new Set(names)].map((name) => [name, value()]);
    times.push(await time(new URLSearchParams(pairs).toString()));
  }
  const slowest = async (good: boolean) => {
    const candidates = times.filter((each) => each.good === good).sort((a, b) => b.ms - a.ms);
    let worst = { query: "", ms: 0 };
    for (const { query } of candidates.slice(0, AGAIN)) {
      const again = await Promise.all([time(query), time(query), time(query)]);
      const ms = Math.min(...again.map(({ ms }) => ms));
      if (ms > worst.ms) worst = { query, ms };
    }
    return { ...worst, count: candidates.length };
  };
  const [good, bad] = [await slowest(true), await slowest(false)];
  const said = ({ ms, query }: { ms: number; query: string }) =>
    `${ms.toFixed(1)} ms (${decodeURIComponent(query).slice(0, 80)})`;
  return `${good.count} good, the slowest ${said(good)}; ${bad.count} refused, the slowest ${said(bad)}`;
}
