import { describe, expect, test } from "vitest";
import { isReprint } from "../../src/scrape/reprints.ts";

/** A word of small letters for each number, unlike that of any other. */
const word = (n: number) =>
  `word${[...n.toString(26).padStart(3, "0")].map((digit) => String.fromCharCode(97 + Number.parseInt(digit, 26)).repeat(3)).join("")}`;
const words = (count: number, from = 0) => Array.from({ length: count }, (_, i) => word(from + i));
/** The same words with some others in their places, every ten words. */
const changed = (list: readonly string[], ...others: string[]) =>
  others.reduce((text, other, i) => text.with(10 * (i + 1), other), [...list]);
const compare = (a: readonly string[], b: readonly string[]) => {
  const result = isReprint(a.join(" "), b.join(" "));
  expect(isReprint(b.join(" "), a.join(" "))).toBe(result);
  return result;
};

describe("two texts in words are reprints", () => {
  test("with one other word in each 150", () => {
    const text = words(300);
    expect(compare(text, changed(text, "apple", "melon"))).toBe(true);
    expect(compare(text, changed(text, "apple", "melon", "grape"))).toBe(false);
    expect(compare(text.slice(1), changed(text.slice(1), "apple", "melon"))).toBe(false);
    expect(compare(text.slice(151), changed(text.slice(151), "apple"))).toBe(false);
  });

  test("a name or a number counts three times, an article or preposition not at all", () => {
    const text = words(450);
    for (const other of ["Chongjin", "seventeen", "2026"]) {
      expect(compare(changed(text, "Hamhung"), changed(text, other)), other).toBe(true);
      expect(compare(changed(text, "Hamhung").slice(1), changed(text, other).slice(1)), other).toBe(false);
    }
    expect(compare(text.slice(350), changed(text.slice(350), ...Array(9).fill("the")))).toBe(true);
  });

  test("if only one of them has parts of its own, up to nine twentieths of the longer one", () => {
    const text = words(300);
    expect(compare(text, text.slice(0, 165))).toBe(true);
    expect(compare(text, text.slice(0, 164))).toBe(false);
    expect(compare(text, [])).toBe(false);
    expect(compare([], [])).toBe(false);
  });

  test("with four fifths of the shorter one in common", () => {
    const text = words(100);
    const ending = (other: string, count: number) => [...text, ...Array(count).fill(other)];
    expect(compare(ending("the", 25), ending("of", 25))).toBe(true);
    expect(compare(ending("the", 26), ending("of", 26))).toBe(false);
  });

  test("a word with one letter changed, more, less, or two in each other's place is the same word", () => {
    const text = words(100);
    const spelt = (a: string, b: string) => compare(changed(text, a), changed(text, b));
    for (const slip of ["constrution", "construcction", "construztion", "construcsion", "ocnstruction", "constructino"])
      expect(spelt("construction", slip), slip).toBe(true);
    for (const other of ["construcing", "destruction", "instruction", "constructional", "construoctian"])
      expect(spelt("construction", other), other).toBe(false);
    // From six letters on, up to thirty.
    expect([spelt("planet", "planat"), spelt("plant", "plent")]).toEqual([true, false]);
    expect([spelt("planets", "planet"), spelt("planet", "plane")]).toEqual([true, false]);
    expect(spelt("x".repeat(29).concat("y"), "x".repeat(29).concat("z"))).toBe(true);
    expect(spelt("x".repeat(30).concat("y"), "x".repeat(30).concat("z"))).toBe(false);
    expect(spelt("Chongjin", "Chongzin")).toBe(true);
    // Several words with the same letters but one.
    expect(compare(changed(text, "planet", "planat"), changed(text, "planut", "planot"))).toBe(true);
  });
});

describe("two texts in characters are reprints", () => {
  const character = (i: number) => String.fromCodePoint(0x4e00 + i);
  const text = Array.from({ length: 500 }, (_, i) => character(i));
  const others = (at: number[], list = text) =>
    at.reduce((changed, place, i) => changed.with(place, character(2000 + i)), [...list]);
  const same = (a: string[], b: string[]) => isReprint(a.join(""), b.join(""));

  test("with one other character in each 250", () => {
    expect(same(text, others([100, 200]))).toBe(true);
    expect(same(text, others([100, 200, 300]))).toBe(false);
    expect(same(text.slice(1), others([100, 200], text.slice(1)))).toBe(false);
    expect(same(others([100]), others([200]))).toBe(true);
  });

  test("where two others are side by side, they are another word", () => {
    const long = Array.from({ length: 1500 }, (_, i) => character(i));
    const shifted = (list: string[]) => list.slice(1);
    expect(same(long, others([100, 101], long))).toBe(true);
    expect(same(shifted(long), shifted(others([100, 101], long)))).toBe(false);
    // Additional characters of only one text are a cut, side by side, and else a slip.
    expect(same(text, text.toSpliced(100, 0, "龍", "龜", "龠"))).toBe(true);
    expect(same(text, text.toSpliced(400, 0, "龍").toSpliced(300, 0, "龜").toSpliced(100, 0, "龠"))).toBe(false);
  });

  test("but never a text in words and one in characters", () => {
    expect(isReprint(words(40).join(" "), `${words(40).join(" ")} ${"한".repeat(700)}`)).toBe(false);
  });
});
