import fc from "fast-check";
import { expect, test } from "vitest";
import { fold, foldWithPlaces, isSpaced, isUnspacedLetter, normalize } from "../../src/query/normalize.ts";
import { growthOf, LINEAR } from "../growth.ts";
import { runs } from "../runs.ts";

/** The forms in which texts and terms are compared. */

const folded = (text: string) => fold(normalize(text));

test.each([
  ["José", "jose"],
  ["JOSE\u0301", "jose"],
  ["Łódź Straße Ærø", "lodz strasse aero"],
  ["İzmir", "izmir"],
  ["x\u0300\u0301y", "xy"],
  ["Việt Nam", "viet nam"],
  ["조선로동당과 녀성들", "조선노동당과 여성들"],
  ["미싸일, 로케트, 땅크", "미사일, 로켓, 탱크"],
  ["로씨야련방", "러시아연방"],
  // Not folded: other scripts, and what is a word of its own in both countries.
  ["Ёлка й", "ёлка й"],
  ["리 사람 우리", "리 사람 우리"],
  // Not folded: where a word ends with the first syllable of another.
  ["협력사업, 무력사용", "협력사업, 무력사용"],
  ["대통령도 명령도 훈련방법과 관련합의", "대통령도 명령도 훈련방법과 관련합의"],
  ["한미련합훈련과 당의령도", "한미연합훈련과 당의영도"],
  ["朝鮮 朝鲜", "朝鮮 朝鲜"],
  ["DPRK–China ‑ ― 2−1 －", "dprk-china - - 2-1 -"],
])("%s is %s", (text, expected) => {
  expect(folded(text)).toBe(expected);
  expect(folded(expected)).toBe(expected);
});

const PIECES = [
  ..."José jose\u0301 Łódź ß ﬁre １２ missile 미싸일 미사일 로동당 조선로동당 로케트 로씨야 리명박 朝鮮 ミサイル Ким 𠮷野".split(
    " ",
  ),
  ...["조선로동당 미싸일".normalize("NFD"), "ㄱㅏ", "가ㄳ", "ﾡￂﾤ", "ﾐｻｲﾙｶﾞﾊﾟ", "ㅠㅠ"],
  ...[
    " ",
    "  ",
    " ,",
    ",",
    "\u00a0",
    "\u200b",
    "\u00ad",
    "’",
    "“",
    " ,\u200b\u0301",
    "  \u0301",
    "a b, c",
    "가 漢",
    "–",
    " ―",
  ],
];
const text = fc.array(fc.constantFrom(...PIECES), { maxLength: 12 }).map((pieces) => pieces.join(""));

test("the time is linear in the invisible characters of a text", async () => {
  const fold = (hidden: number) => foldWithPlaces(`a${"\u00ad".repeat(hidden)}\u0301 b`).folded;
  expect(fold(200_000)).toBe("a b");
  expect(await growthOf(fold, 200_000)).toBeLessThan(LINEAR);
});

test("with places it is the same text, and each place is where its character stands", () => {
  fc.assert(
    fc.property(text, (text) => {
      const { folded: found, starts, ends } = foldWithPlaces(text);
      expect(found).toBe(folded(text));
      expect([starts.length, ends.length]).toEqual([found.length, found.length]);
      for (let i = 0; i < found.length; i++) {
        const [start, end] = [starts[i] as number, ends[i] as number];
        expect(start).toBeLessThanOrEqual(end);
        if (i > 0) expect(start).toBeGreaterThanOrEqual(starts[i - 1] as number);
        const shown = folded(text.slice(start, end));
        if (found[i] !== " ")
          expect([text.slice(start, end), shown.includes(found[i] as string)]).toEqual([text.slice(start, end), true]);
      }
    }),
    { numRuns: runs(1000) },
  );
});

test("which characters are of scripts with spaces between words, and which are not", () => {
  for (const character of "azAZ09é߀Жк½")
    expect([character, isSpaced(character), isUnspacedLetter(character)]).toEqual([character, true, false]);
  for (const character of "가힣漢ひカไ")
    expect([character, isSpaced(character), isUnspacedLetter(character)]).toEqual([character, false, true]);
  for (const character of " /:@[`{«—。")
    expect([character, isSpaced(character), isUnspacedLetter(character)]).toEqual([character, false, false]);
});
