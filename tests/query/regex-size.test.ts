import { describe, expect, test } from "vitest";
import { programSize } from "../../src/query/regex-size.ts";

/** Two instructions for start and end, and those of the parts. */
const parts = (regex: string, ignoresCase = false) => programSize(regex, ignoresCase) - 2;

describe("instructions of a regular expression", () => {
  test.each([
    // Characters, and an empty one.
    ...([
      ["", 1],
      ["a", 1],
      ["ab", 2],
      ["\\.\\d", 2],
      ["\\x41", 1],
      ["\\x{1F600}a", 2],
      ["\\Qabc\\E", 5],
      ["\\Qab", 2],
      ["\\Qa*", 2],
      ["\\Q(?i)", 4],
      ["a b\tc", 5],
      ["\\ a", 2],
      ["\\Qa b", 3],
    ] as const),
    // Alternatives, and groups: two more if they capture.
    ...([
      ["a|b", 3],
      ["ab|c|", 6],
      ["(a)", 3],
      ["(?:a)", 1],
      ["(?P<n>a)", 3],
      ["(?P<name_2>a)", 3],
      ["(?<n>a)", 3],
      ["(?i)a", 1],
      ["(?s-i:ab)", 2],
    ] as const),
    ...([
      ["(a|b)c", 6],
      ["(a", 4],
      ["((a", 7],
      ["a)", 1],
      ["(?i:(a)b)", 4],
    ] as const),
    // Repetitions of the last part.
    ...([
      ["a*", 3],
      ["a*?", 3],
      ["a+", 2],
      ["a+?", 2],
      ["a?", 2],
      ["ab?", 3],
      ["(a)+b", 5],
    ] as const),
    ...([
      ["a{3}", 3],
      ["ab{3}", 4],
      ["a{2,}", 4],
      ["a{1,4}", 7],
      ["(?:ab){3}c", 7],
      ["(?:ab){1,2}", 5],
      ["a{3}?", 3],
    ] as const),
    ...([
      ["a{0}", 1],
      ["a{0,}", 3],
      ["a{0,0}", 1],
      ["(?:ab){2,}", 6],
    ] as const),
    // Classes: one more for each 16 characters, eight more for one of Unicode.
    ...([
      ["[abc]", 1],
      ["[abcdefghijklm]", 1],
      ["[abcdefghijklmn]", 2],
      [`[${"a".repeat(30)}]`, 3],
    ] as const),
    ...([
      ["[]a]b", 2],
      ["[^]a]b", 2],
      ["[\\]a]b", 2],
      ["[\\ a]b", 2],
      ["[[:alpha:]]b", 2],
      ["[a-z]", 1],
    ] as const),
    ...([
      ["\\pL", 9],
      ["\\PLa", 10],
      ["\\p{Latin}", 9],
      ["[\\pL\\PN]", 17],
    ] as const),
  ])("%s: %i", (regex, size) => expect(parts(regex)).toBe(size));

  test.each([
    ["[а-я]", 61],
    ["[а-яё-џ]", 121],
    ["[а-]", 1],
    ["[ая]", 1],
    ["[\\x41-\\x5a]", 61],
    ["[a-z]", 1],
    ["а-я", 3],
  ])("%s without regard to case: %i", (regex, size) => {
    expect(parts(regex, true)).toBe(size);
    expect(parts(`(?i)${regex}`)).toBe(size);
    expect(parts(`(?si)${regex}`)).toBe(size);
    expect(parts(`(?s)${regex}`)).toBeLessThan(4);
  });
});
