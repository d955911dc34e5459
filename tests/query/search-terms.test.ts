import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  canonicalSearchTerms,
  matchesTerms,
  occurrences,
  parseSearchTerms,
  searchText,
} from "../../src/query/search-terms.ts";
import { growthOf, LINEAR } from "../growth.ts";
import { runs } from "../runs.ts";

const TITLE = "Respected Comrade Kim Jong Un Sends Message";
const TEXT =
  "Pyongyang, January 30 (KCNA) -- Kim Jong Un , general secretary of the Workers’ Party “Rodong” · 경애하는 김정은동지께서 ＤＰＲＫ Ёлка 조선로동당 리명박 녀성들 미싸일 2026년간 José Martí Łódź Straße 𐐨bc 𠀀리명희 𠏿리명수 🚀zenit North–South talks";

const found = (q: string, title = TITLE, text = TEXT) => matchesTerms(parseSearchTerms(q), searchText(title, text));

describe("words", () => {
  test.each<[string, boolean]>([
    ["kim", true],
    ["KIM sends", true],
    ["kim missile", false],
    ["end", false],
    ["sec", true],
    ["ecretary", false],
    ['"kim jong un"', true],
    ['"jong kim"', false],
    ['"kim jong un, general"', true],
    ["“kim jong un”", true],
    ["-missile", true],
    ["kim -sends", false],
    ['-"jong un"', false],
    ["missile | message", true],
    ["missile | rocket", false],
    ["kim missile|message", true],
    ["a|b|respected comrade", true],
    ["title:message", true],
    ["title:general", false],
    ['title:"jong un"', true],
    ["-title:general general", true],
    ["workers' party", true],
    ["workers’", true],
    ["dprk", true],
    ["ｋｉｍ", true],
    ["김정은", true],
    ["동지", true],
    ["정은동지께", true],
    ["ёл", true],
    ["лка", false],
    ["DPRK - China", false],
    ["DPRK - Kim", true],
    ["DPRK – Kim", true],
    ["north–south", true],
    ["north-south", true],
    ['"north-south talks"', true],
    ["–kim", false],
    ["30", true],
    ["0", false],
    ["(kcna)", true],
    ["조선노동당", true],
    ["노동당", true],
    ["로동당", true],
    ["이명박", true],
    ["니명박", true],
    ["명박", true],
    ["역리명박", false],
    ["여성", true],
    ["미사일", true],
    ["미싸일", true],
    ["jose", true],
    ["JOSÉ", true],
    ["josé marti", true],
    ["łodz strasse", true],
    ["연", false],
    // Of letters beyond U+FFFF: a word goes on after them, too.
    ["bc", false],
    ["이명희", false],
    ["이명수", false],
    ["zenit", true],
  ])("%s: %s", (q, expected) => expect(found(q)).toBe(expected));

  test.each([
    ['"kim', "quote"],
    ["| kim", '"|" without a word before'],
    ["kim |", '"|" without a word after'],
    ["kim || un", '"|" without a word before'],
    ['""', "empty phrase"],
    ["-a | b", '"|" beside'],
    ["a ".repeat(21), "more than 20 words"],
    ["a".repeat(257), "257 characters"],
    [`a${" ".repeat(256)}`, "257 characters; at most 256"],
    ['a "" b', "empty phrase"],
    ['" "', "empty phrase"],
  ])("%s is an error: %s", (q, words) => expect(() => parseSearchTerms(q)).toThrow(words));

  test("as many as 256 characters are taken", () => {
    for (const q of ["a".repeat(256), `${" ".repeat(255)}a`]) expect(parseSearchTerms(q)).toHaveLength(1);
  });

  test("one syllable finds only itself: it would be too many words", () => {
    expect([found("양", "량강도", ""), found("양강", "량강도", "")]).toEqual([false, true]);
  });

  test("what nobody sees, in the text or in the words, changes nothing; what is found is where it was", () => {
    expect(found("missile", "Mis\u200bsile Test", "")).toBe(true);
    expect(found("mis\u200bsile", "Missile Test", "")).toBe(true);
    expect(occurrences(parseSearchTerms("missile"), "A Mis\u200bsile\u202c, again")).toEqual([[2, 10]]);
    expect(() => parseSearchTerms('"\u200b"')).toThrow("empty phrase");
    const words = ["missile", '"new missile"', "미사일", "workers'", "nuclear -test", "title:new", "café"];
    const text = fc.array(fc.constantFrom("New", "missile", "미사일을", "Workers’", "Nuclear", "test", "CAFÉ", "x"), {
      maxLength: 8,
    });
    const invisible = fc.constantFrom(
      ..."\u200b\u200c\u200d\u200e\u200f\u00ad\u2060\ufeff\u202a\u202e\u2066\u2069\u061c",
    );
    const bare = (marked: string) => marked.replace(/\p{Default_Ignorable_Code_Point}/gu, "");
    fc.assert(
      fc.property(
        text,
        fc.array(fc.tuple(fc.nat(99), invisible), { maxLength: 12 }),
        fc.constantFrom(...words),
        (parts, marks, q) => {
          const plain = parts.join(" ");
          let hidden = plain;
          for (const [at, mark] of marks) hidden = hidden.slice(0, at) + mark + hidden.slice(at);
          expect(found(q, hidden, "")).toBe(found(q, plain, ""));
          expect(found(q, "", hidden)).toBe(found(q, "", plain));
          const shown = (text: string) =>
            occurrences(parseSearchTerms(q), text).map(([start, end]) => bare(text.slice(start, end)));
          expect(shown(hidden)).toEqual(shown(plain));
        },
      ),
      { numRuns: runs(1000) },
    );
  });

  test("one canonical spelling, whatever the order, case, quotes and spaces; it means the same", () => {
    const canonical = (q: string) => canonicalSearchTerms(parseSearchTerms(q));
    expect(canonical('Un  KIM "Jong  Un" kim')).toBe('"jong un" kim un');
    expect(canonical("b | A")).toBe("a | b");
    expect(canonical('-"x"')).toBe("-x");
    expect(canonical('  anti-us  " kim " -- - un-title:x ')).toBe("anti-us kim un-title:x");
    const q = fc.string({ unit: fc.constantFrom("a", "B", "김", " ", '"', "-", "|", "title:", "’"), maxLength: 24 });
    const text = fc.string({ unit: fc.constantFrom("a", "b", "김", " ", "'"), maxLength: 30 });
    fc.assert(
      fc.property(q, text, text, (q, title, text) => {
        let terms: ReturnType<typeof parseSearchTerms>;
        try {
          terms = parseSearchTerms(q);
        } catch {
          return;
        }
        const again = canonicalSearchTerms(terms);
        expect(canonicalSearchTerms(parseSearchTerms(again))).toBe(again);
        expect(found(again, title, text)).toBe(matchesTerms(terms, searchText(title, text)));
      }),
      { numRuns: runs(2000) },
    );
  });
});

describe("the occurrences that a page marks", () => {
  const marked = (q: string, text: string) =>
    occurrences(parseSearchTerms(q), text).map(([start, end]) => text.slice(start, end));

  test("of terms that begin at one place, the longest", () => {
    expect(marked("kim kimchi", "Kimchi and Kim")).toEqual(["Kimchi", "Kim"]);
    expect(marked("kimchi kim", "Kimchi and Kim")).toEqual(["Kimchi", "Kim"]);
    expect(marked('"kim jong" "jong un" "un said"', "Kim Jong Un said")).toEqual(["Kim Jong", "Un said"]);
  });

  test("are found in linear time, however many there are", async () => {
    const q = Array.from({ length: 20 }, (_, i) => "가".repeat(i + 1)).join(" ");
    const find = (length: number) => marked(q, "가".repeat(length)).join("");
    expect(find(20_000)).toHaveLength(20_000);
    expect(await growthOf(find, 20_000)).toBeLessThan(LINEAR);
  });

  test("are marked in a text whose Korean syllables are decomposed, or whose katakana have half the width", () => {
    expect(marked("노동당 미사일", "조선로동당 미싸일".normalize("NFD"))).toEqual(
      ["로동당", "미싸일"].map((word) => word.normalize("NFD")),
    );
    expect(marked("ガス", "ｶﾞｽ")).toEqual(["ｶﾞｽ"]);
  });

  test("are whole northern spellings, and what follows on a space that is left out", () => {
    expect(marked("노동 미사일", "로동 미싸일")).toEqual(["로동", "미싸일"]);
    expect(marked("이명박", "리명박 이명박")).toEqual(["리명박", "이명박"]);
    expect(marked("corn kim", "Rice , Corn , Kim , Un")).toEqual(["Corn", "Kim"]);
  });

  test("a phrase is found across several spaces, and negated terms are not marked", () => {
    expect(marked('"jong un" -kim', "Kim Jong \n Un")).toEqual(["Jong \n Un"]);
  });
});
