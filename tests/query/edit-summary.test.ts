import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isUnrelated, summarizeEdit } from "../../src/query/edit-summary.ts";
import { growthOf, LINEAR } from "../growth.ts";
import { runs } from "../runs.ts";

const of = (before: string, after: string) => summarizeEdit([{ before, after }]);

describe("substantial or trivial", () => {
  test.each([
    ["spaces", "Kim Jong Un , general secretary", "Kim Jong Un, general secretary"],
    ["quotation marks", 'The "Day of the Sun"', "The “Day of the Sun”"],
    ["a full stop", "The work was done", "The work was done."],
    ["letter case", "KCNA STATEMENT ISSUED", "KCNA Statement Issued"],
    ["separators of thousands", "5000 tons", "5,000 tons"],
    ["full-width letters", "ＫＣＮＡ reports", "KCNA reports"],
    ["Korean spaces", "김정은 동지께서, 지도하시였다", "김정은 동지께서 지도하시였다."],
  ])("%s: trivial", (_, before, after) => {
    expect(of(before, after)).toMatchObject({ substantial: false, words_changed: 0, numbers_changed: false });
  });

  test.each([
    ["a word", "The work was done", "The work was not done"],
    ["the order of words", "A praised B", "B praised A"],
    ["a number", "It grew by 15 percent", "It grew by 1.5 percent"],
    ["a sign", "It was -5 degrees", "It was 5 degrees"],
    ["a Korean word", "제3차 회의가 진행되였다", "제4차 회의가 진행되였다"],
    ["one Chinese character", "会议在平壤召开", "会议在开城召开"],
    ["a text that is gone", "The work was done", ""],
  ])("%s: substantial", (_, before, after) => {
    expect(of(before, after).substantial).toBe(true);
  });
});

test("the share of changed words is that of the words that came or went, in all fields together", () => {
  expect(of("one two three four", "one two three five").words_changed).toBe(0.25);
  expect(of("one two", "three four").words_changed).toBe(1);
  expect(of("", "").words_changed).toBe(0);
  expect(
    summarizeEdit([
      { before: "a b", after: "a c" },
      { before: "d e", after: "d e" },
    ]).words_changed,
  ).toBe(0.25);
});

test("a number or a name that came or went is told, and another word is neither", () => {
  expect(of("They built 500 houses", "They built 400 houses")).toMatchObject({
    numbers_changed: true,
    names_changed: false,
  });
  expect(of("guided by Kim Jong Un himself", "guided by Choe Ryong Hae himself")).toMatchObject({
    numbers_changed: false,
    names_changed: true,
  });
  expect(of("Work was done there", "Labour was done there").names_changed).toBe(false);
  expect(of("최룡해동지가 참가하였다", "조용원동지가 참가하였다").names_changed).toBe(true);
  expect(of("회의가 진행되였다", "모임이 진행되였다").names_changed).toBe(false);
});

test("a name that came, went or took the place of another, with what is around it", () => {
  const named = (before: string, after: string) => [of(before, after).names_changed, of(after, before).names_changed];
  expect(named("guided by Kim Jong Un in the town", "guided by officials in the town")).toEqual([true, true]);
  expect(named("guided by Kim Un in the town", "guided by Kim Il in the town")).toEqual([true, true]);
  expect(named("Work by Kim went on", "by went on")).toEqual([true, true]);
  expect(named("met Kim Un here and the the", "met Kim here and the")).toEqual([true, true]);
  expect(named("", "최룡해동지가 왔다")).toEqual([true, true]);
  expect(named("김덕훈동지가 왔다", "박덕훈동지가 왔다")).toEqual([true, true]);
  const [before, after] = ["金德训总理到达平壤", "朴德训总理到达平壤"];
  expect(
    summarizeEdit([
      { before: "the premier arrives", after: "the premier is here" },
      { before, after },
    ]).names_changed,
  ).toBe(true);
});

test("only the first 20,000 words of a text are compared", () => {
  const words = (count: number) => Array.from({ length: count }, (_, i) => `w${i}`).join(" ");
  expect(of(`${words(20_000)} one`, `${words(20_000)} two`)).toMatchObject({ substantial: false, words_changed: 0 });
  expect(of(`${words(19_999)} one`, `${words(19_999)} two`)).toMatchObject({ substantial: true });
  expect(of("a b", `a ${words(20_000)} Zed`).words_changed).toBe(1);
  expect(of(`a ${words(20_000)} Zed`, "a b").words_changed).toBe(1);
});

test("unrelated texts have hardly a word in common", () => {
  expect(isUnrelated("Kim Jong Un Visits a Farm", "Weather Tomorrow: Rain")).toBe(true);
  expect(isUnrelated("Kim Jong Un Visits a Farm", "Kim Jong Un Inspects a Farm")).toBe(false);
  expect(isUnrelated("제3차 회의 진행", "제4차 회의 진행")).toBe(false);
  expect(isUnrelated("", "anything")).toBe(false);
});

test("any two texts: a share from 0 to 1, nothing changed for the same, and the same for both directions", () => {
  const text = fc.string({
    unit: fc.constantFrom("a", "B", "9", "1", " ", ".", ",", "-", "미", "中", "é", "'", "\ud83d\ude00"),
    maxLength: 60,
  });
  fc.assert(
    fc.property(text, text, (a, b) => {
      const [there, back] = [of(a, b), of(b, a)];
      expect(there.words_changed).toBe(back.words_changed);
      expect([there.numbers_changed, there.substantial]).toEqual([back.numbers_changed, back.substantial]);
      expect(there.words_changed).toBeGreaterThanOrEqual(0);
      expect(there.words_changed).toBeLessThanOrEqual(1);
      if (there.words_changed > 0) expect(there.substantial).toBe(true);
      expect(of(a, a)).toEqual({ words_changed: 0, numbers_changed: false, names_changed: false, substantial: false });
    }),
    { numRuns: runs(2000) },
  );
});

test("what both texts begin and end with counts as unchanged, in one field and in several", () => {
  const words = fc.array(fc.constantFrom("Kim", "kim", "farm", "5", "1,234", "56", "미", "don't", ","), {
    maxLength: 5,
  });
  const counted = (texts: readonly string[][]) =>
    texts.flat().flatMap((word) => (word === "," ? [] : [word.toLowerCase().replace(",", "")]));
  const surplus = (some: readonly string[], others: readonly string[]) =>
    [...new Set(some)].reduce((sum, word) => {
      const [own, other] = [some, others].map((list) => list.filter((each) => each === word).length) as [
        number,
        number,
      ];
      return sum + Math.max(0, own - other);
    }, 0);
  fc.assert(
    fc.property(fc.array(fc.tuple(words, words, words, words), { minLength: 1, maxLength: 3 }), (fields) => {
      const texts = fields.map(([start, a, b, end]) => ({
        before: [...start, ...a, ...end],
        after: [...start, ...b, ...end],
      }));
      const summary = summarizeEdit(
        texts.map(({ before, after }) => ({ before: before.join(" "), after: after.join(" ") })),
      );
      const [before, after] = [counted(texts.map(({ before }) => before)), counted(texts.map(({ after }) => after))];
      const [changed, total] = [surplus(before, after) + surplus(after, before), before.length + after.length];
      expect(summary.words_changed).toBe(total === 0 ? 0 : Math.round((100 * changed) / total) / 100);
      expect(summary.substantial).toBe(before.join(" ") !== after.join(" "));
      const numbers = (list: readonly string[]) => list.filter((word) => /\d/.test(word)).join(" ");
      expect(summary.numbers_changed).toBe(numbers(before) !== numbers(after));
    }),
    { numRuns: runs(2000) },
  );
});

test("long texts are summarized in time that grows with their length", async () => {
  const long = (word: string, words: number) => Array.from({ length: words }, (_, i) => `${word}${i % 977}`).join(" ");
  expect(await growthOf((words) => of(long("Word", words), long("Other", words)), 40_000)).toBeLessThan(LINEAR);
});

test("texts are unrelated with less than a fifth of the shorter one's words in common", () => {
  expect(isUnrelated("one two three four five", "one six seven eight nine ten")).toBe(false);
  expect(isUnrelated("one two three four five six", "one seven eight nine ten eleven twelve")).toBe(true);
  expect(isUnrelated("one six seven eight nine ten", "one two three four five")).toBe(false);
  expect([isUnrelated("", "one"), isUnrelated("one", ""), isUnrelated("", "")]).toEqual([false, false, false]);
});

test("words of equal texts around an edit count once on each side, wherever the edit is", () => {
  const words = "one two three four five six seven eight nine ten";
  for (const at of words.split(" ")) expect(of(words, words.replace(at, "other")).words_changed).toBe(0.1);
  expect(of(words, `${words} ${words}`).words_changed).toBe(0.33);
  expect(of(`${words} ${words}`, words).words_changed).toBe(0.33);
});
