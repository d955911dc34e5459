import { expect, test } from "vitest";
import { initialSyllable, initialVariants } from "../../src/query/korean.ts";
import { matchesTerms, parseSearchTerms, searchText } from "../../src/query/search-terms.ts";

/** How North and South Korea write the same word. */

const found = (q: string, text: string) => matchesTerms(parseSearchTerms(q), searchText("", text));

test.each([
  [["리명박", "이명박", "니명박"]],
  [["로동자", "노동자"]],
  [["락원군", "낙원군"]],
  [["량강도", "양강도", "냥강도"]],
  [["녀자", "여자", "려자"]],
  [["륙지", "육지"]],
  [["년도", "연도"]],
])("each of %j finds the others at the start of a word", (spellings) => {
  for (const q of spellings)
    for (const text of spellings) expect([q, text, found(q, `${text}`)]).toEqual([q, text, true]);
});

test.each([
  ["아동절", "나동절"],
  ["의사당", "늬사당"],
  ["사람", "나람"],
  ["기계", "니계"],
  ["노동자", "요동자"],
  ["이명박", "신리명박"],
])("%s does not find %s", (q, text) => {
  expect([found(q, q), found(q, text), found(text, q)]).toEqual([true, false, false]);
});

test("ㄹ and ㄴ are one sound before most vowels, and silent before those with a y: of all syllables without a final", () => {
  const syllable = (initial: number, vowel: number) =>
    String.fromCharCode(0x1100 + initial, 0x1161 + vowel).normalize();
  const [n, r, silent] = [2, 5, 11];
  for (let vowel = 0; vowel < 21; vowel++) {
    const isY = "ㅑㅒㅕㅖㅛㅠㅣ".includes(String.fromCharCode(0x314f + vowel));
    for (let initial = 0; initial < 19; initial++) {
      const same = [n, r, ...(isY ? [silent] : [])];
      const others = same.includes(initial) ? same.filter((other) => other !== initial) : [];
      const written = same.includes(initial) ? (isY ? silent : n) : initial;
      const own = syllable(initial, vowel);
      expect([own, initialVariants(own)]).toEqual([own, others.map((other) => syllable(other, vowel))]);
      expect([own, initialSyllable(own)]).toEqual([own, syllable(written, vowel)]);
    }
  }
  expect(initialVariants("력")).toEqual(["녁", "역"]);
});

test("what is no Korean syllable has one spelling", () => {
  for (const character of ["a", "漢", "カ", "ㄹ", "\uabff", "\ud7a4", "가", "힣", "\ud83d"])
    expect([character, initialVariants(character), initialSyllable(character)]).toEqual([character, [], character]);
});
