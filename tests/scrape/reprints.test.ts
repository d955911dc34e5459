import { expect, test } from "vitest";
import { MIN_SIMILARITY, minHashOf, similarityOf } from "../../src/scrape/min-hash.ts";
import { isReprint } from "../../src/scrape/reprints.ts";
import { growthOf, LINEAR } from "../growth.ts";
import { HAND_WRITTEN } from "./reprints/hand-written.ts";
import { labelledPairs, type Pair } from "./reprints/pairs.ts";

/** As the archive decides: the signatures find the candidates, the texts decide. */
function decide({ a, b }: Pick<Pair, "a" | "b">): boolean {
  const [first, second] = [minHashOf(a), minHashOf(b)];
  if (first === undefined || second === undefined) return false;
  return similarityOf(first, second) >= MIN_SIMILARITY && isReprint(a, b);
}

function measure(pairs: readonly Pair[]) {
  const wrong = pairs.filter((pair) => decide(pair) !== pair.isReprint);
  const reprints = pairs.filter(({ isReprint }) => isReprint).length;
  const missed = wrong.filter(({ isReprint }) => isReprint).length;
  const taken = reprints - missed + (wrong.length - missed);
  return { wrong, reprints, precision: (reprints - missed) / taken, recall: (reprints - missed) / reprints };
}

test("labelled pairs: precision at least 0.99, recall at least 0.9, in English and in Korean", () => {
  const all = [...HAND_WRITTEN, ...labelledPairs(20261126)];
  for (const language of ["en", "ko"] as const) {
    const pairs = all.filter((pair) => pair.language === language);
    const { wrong, reprints, precision, recall } = measure(pairs);
    console.log(
      `reprints, ${language}: ${pairs.length} pairs, ${reprints} of them reprints; precision ${precision.toFixed(3)}, recall ${recall.toFixed(3)}`,
    );
    for (const { kind, isReprint } of wrong) console.log(`  ${isReprint ? "missed" : "wrong"}: ${kind}`);
    expect(pairs.length).toBeGreaterThan(100);
    expect(precision).toBeGreaterThanOrEqual(0.99);
    expect(recall).toBeGreaterThanOrEqual(0.9);
  }
});

test("it is the same whichever text comes first, and every text is a reprint of itself", () => {
  for (const { a, b } of [...HAND_WRITTEN, ...labelledPairs(7)]) {
    expect(isReprint(a, b)).toBe(isReprint(b, a));
    expect(isReprint(a, a)).toBe(true);
    expect(minHashOf(a)).toBe(minHashOf(a));
  }
});

test("a text that says too little has no signature: it is told from no other", () => {
  for (const text of [
    "",
    "Visits",
    "Pyongyang, January 30 (KCNA) -- A delegation arrived here on Friday. -0-",
    "방문 (끝)",
  ]) {
    expect(minHashOf(text)).toBeUndefined();
    expect(isReprint(text, "")).toBe(false);
  }
  expect(minHashOf(HAND_WRITTEN[0]?.a ?? "")).toMatch(/^[\w-]{128}$/);
});

/** Words of which no other text has three in a row. */
const numbered = (from: number, count: number) =>
  Array.from({ length: count }, (_, i) => [...String(from + i)].map((digit) => "abcdefghij"[Number(digit)]).join(""));
const about = (...names: string[]) =>
  names.flatMap((name, i) => [...numbered(1000 * (i + 1), 90), name, ...numbered(1000 * (i + 1) + 500, 90)]).join(" ");

test.each([
  ["with one letter more", "Hamhungs", true],
  ["with one letter less", "Hamhun", true],
  ["with another letter", "Hamhang", true],
  ["with another first letter", "Kamhung", true],
  ["with two letters that changed places", "Hamhnug", true],
  ["with a letter that moved further", "Hmhunga", false],
  ["with one letter less and another one more", "Hmhungs", false],
  ["with another letter, and one that moved", "Hamukng", false],
  ["with one that moved, and another letter", "Hamkhng", false],
  ["another name", "Nampho", false],
])("a text with a name %s, %s: a reprint is %s", (_, name, expected) => {
  for (const [a, b] of [
    ["Hamhung", name],
    [name, "Hamhung"],
  ] as const)
    expect(isReprint(about(a), about(b))).toBe(expected);
});

test("a short name with another letter is another name; a name of six letters may be a slip", () => {
  expect([isReprint(about("Sinpo"), about("Sinpa")), isReprint(about("Wonsan"), about("Wonsen"))]).toEqual([
    false,
    true,
  ]);
});

test("each of the words that are like a name may be its slip", () => {
  expect(isReprint(about("Hamhung", "Hamhung"), about("Hamkhng", "Hamhang"))).toBe(true);
});

test("a text that says again and again what is a part of another is no reprint of it", () => {
  const [block, others] = [numbered(1000, 120), numbered(5000, 60)];
  expect(isReprint([...block, ...block.slice(0, 60)].join(" "), [...block, ...others].join(" "))).toBe(false);
  expect(
    isReprint(
      [...block.slice(0, 90), ...others.slice(0, 10)].join(" "),
      [...block.slice(0, 90), ...block.slice(0, 90)].join(" "),
    ),
  ).toBe(false);
  expect(isReprint(block.join(" "), "가나다라마바사".repeat(30))).toBe(false);
});

test("signatures estimate the share of runs of words that two texts have in common", () => {
  const signature = (words: readonly string[]) => minHashOf(words.join(" ")) as string;
  for (const share of [0, 0.25, 0.5, 0.75, 1]) {
    // Of 400 runs of three words, both have `share`.
    const common = Math.round((2 * 400 * share) / (1 + share));
    const [a, b] = [2000, 4000].map((from) => signature([...numbered(1000, common), ...numbered(from, 400 - common)]));
    const estimate = similarityOf(a as string, b as string);
    expect([share, Math.abs(estimate - share) < 0.15]).toEqual([share, true]);
    if (share === 0 || share === 1) expect(estimate).toBe(share);
  }
  const unlike = Array.from({ length: 20 }, (_, i) => signature(numbered(1000 * (i + 1), 60)));
  const chance = unlike.slice(1).map((other) => similarityOf(unlike[0] as string, other));
  expect(Math.max(...chance)).toBeLessThan(0.03);
  expect(chance.reduce((sum, share) => sum + share, 0)).toBeLessThan(0.05);
  expect([minHashOf(numbered(1000, 30).join(" ")), minHashOf(numbered(1000, 29).join(" "))]).toEqual([
    expect.any(String),
    undefined,
  ]);
});

test("whatever a stranger writes, its cost grows with its length alone", async () => {
  const compare = (text: string) => {
    minHashOf(text);
    isReprint(text, `${text}!`);
  };
  for (const part of [
    "(",
    "【",
    "- ",
    "0",
    "1,",
    "1 ",
    "가",
    "하였다",
    "the respected comrade ",
    "kcna.kp (",
    "a\u0300",
  ]) {
    expect(await growthOf((size) => compare(part.repeat(size / part.length)), 50_000), part).toBeLessThan(LINEAR);
  }
});
