import fc from "fast-check";
import { expect, test } from "vitest";
import { snippetOf } from "../../src/query/context.ts";
import { matchesTerms, occurrences, parseSearchTerms, searchText } from "../../src/query/search-terms.ts";
import { runs } from "../runs.ts";

/** Search words in their context. */

const snippet = (q: string, text: string, maxLength?: number) => snippetOf(parseSearchTerms(q), text, maxLength);
const words = (count: number, word = "word") => Array.from({ length: count }, (_, i) => `${word}${i}`).join(" ");

test("a short text is whole", () => {
  expect(snippet("kim", "Kim Jong Un")).toEqual({ text: "Kim Jong Un", cutBefore: false, cutAfter: false });
});

test("a long text is cut between words, with the term in it", () => {
  const found = snippet("missile", `${words(300)} Missile ${words(300, "end")}`);
  expect(found).toMatchObject({ cutBefore: true, cutAfter: true });
  expect(found?.text).toMatch(/^word\d+ .* Missile end0 .* end\d+$/);
  expect(found?.text.length).toBeLessThanOrEqual(240);
  expect(found?.text.length).toBeGreaterThan(200);
});

test("a term at the end of a text has its room before it", () => {
  const found = snippet("missile", `${words(300)} missile`);
  expect([found?.cutAfter, found?.text.endsWith(" missile"), (found?.text.length ?? 0) > 200]).toEqual([
    false,
    true,
    true,
  ]);
});

test("nothing where no wanted term is: negated ones and those of other words do not count", () => {
  expect(snippet("kim", "A kin")).toBeUndefined();
  expect(snippet("-kim", "Kim")).toBeUndefined();
  expect(snippet("kim", "")).toBeUndefined();
});

test("scripts without spaces are cut, but not within a character", () => {
  const found = snippet("미사일", `${"가".repeat(500)}미싸일${"𠮷".repeat(500)}`, 100);
  expect(found?.text).toMatch(/^가+미싸일(?:𠮷)+$/u);
  expect(found?.text.length).toBeLessThanOrEqual(100);
});

test("it has an occurrence whenever the text has one, wherever that is", () => {
  const q = fc.constantFrom("missile", "josé", "노동", '"new missile"', "미사일 kim", "title:kim");
  const hit = fc.constantFrom("missile", "Jose", "로동당", "new missile", "미싸일", "kim", "");
  fc.assert(
    fc.property(q, hit, fc.nat(3000), fc.nat(3000), (q, hit, before, after) => {
      const text = `${words(before, "w")} ${hit} ${words(after, "w")}`;
      const terms = parseSearchTerms(q);
      const found = snippetOf(terms, text);
      const isThere = terms.some((clause) => matchesTerms([clause], searchText(text, text)));
      expect(found !== undefined).toBe(isThere);
      if (found) expect([occurrences(terms, found.text).length > 0, text.includes(found.text)]).toEqual([true, true]);
      if (found?.cutBefore) expect(found.text).toMatch(/^\S/);
    }),
    { numRuns: runs(200) },
  );
});

test("a part is cut at a space within 30 characters, else anywhere but within a character", () => {
  const run = "가".repeat(100);
  expect(snippet("미사일", `${run}미사일${run}`, 33)?.text).toBe(`${"가".repeat(10)}미사일${"가".repeat(20)}`);
  expect(snippet("kim", "Kim Jong Un visits a farm near Pyongyang", 20)?.text).toBe("Kim Jong Un visits a");
  expect(snippet("kim", "Kim Jong Un visits a farm", 20)?.text).toBe("Kim Jong Un visits a");
  const rockets = "🚀".repeat(100);
  for (const length of [30, 31, 32, 33]) {
    const found = snippet("미사일", `${rockets}미사일${rockets}`, length)?.text ?? "";
    expect([found.isWellFormed(), found.length > 25, found.length <= length]).toEqual([true, true, true]);
  }
});

test("a short text is whole, and a text that is as long as the snippet or a little longer", () => {
  const text = "Marshal Kim Jong Un visits a farm";
  for (let room = text.length; room < text.length + 40; room++)
    expect(snippet("farm", text, room)).toEqual({ text, cutBefore: false, cutAfter: false });
  expect(snippet("farm", text, text.length - 1)?.cutBefore).toBe(true);
});

test("a snippet near the start of a text begins with it, and one of any size is cut between words, as late as it can be", () => {
  const text = `Marshal Kim ${words(200)}`;
  for (let room = 40; room < 80; room++) {
    const found = snippet("kim", text, room);
    expect(found).toMatchObject({ cutBefore: false, cutAfter: true });
    const shown = found?.text ?? "";
    const next = text.slice(shown.length).search(/\S\s/) + 1;
    expect([text.startsWith(shown), text[shown.length], shown.length <= room, shown.length + next > room]).toEqual([
      ...[true, " ", true, true],
    ]);
  }
  for (let before = 60; before < 90; before++) {
    const shown = snippet("missile", `${"x".repeat(before)} a missile ${words(99)}`, 60)?.text ?? "";
    expect([before, shown]).toEqual([before, expect.stringMatching(/^(?:x{1,19} )?a missile /)]);
  }
});

test("a space just within 30 characters is where a snippet ends", () => {
  const long = "b".repeat(100);
  expect(snippet("kim", `kim aaaaaa ${long}`, 40)?.text).toBe("kim aaaaaa");
  expect(snippet("kim", `kim aaaaa ${long}`, 40)?.text).toBe(`kim aaaaa ${"b".repeat(30)}`);
});

test("a word is found wherever it is in a long text", () => {
  const text = Array.from({ length: 2000 }, (_, i) => `w${String(i).padStart(4, "0")}`).join(" ");
  for (let i = 0; i < 2000; i += 30) {
    const word = `w${String(i).padStart(4, "0")}`;
    expect([word, snippet(word, text)?.text]).toEqual([word, expect.stringContaining(word)]);
  }
});

test("nothing is found of a term that is negated, or that a text does not have", () => {
  expect(snippet("-kim", "Kim")).toBeUndefined();
  expect(snippet("ri -kim", "Kim")).toBeUndefined();
  expect(snippet("title:kim", "Kim")?.text).toBe("Kim");
});
