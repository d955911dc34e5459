import { wordsWithSpaceDiff } from "diff";
import { describe, expect, test, vi } from "vitest";
import { diffHtml } from "../../src/feeds/diff.ts";

describe("what is shown of long texts, to the character", () => {
  const edit = "<del>[-old-]</del> <ins>{+new+}</ins>";
  const [lead, end] = ["a ".repeat(3000), " c".repeat(1500)];
  /** A text with two edits, and what is between them. */
  const edited = (middle: string) =>
    diffHtml(`${lead}old${middle}old${end}`, `${lead}new${middle}new${end}`).split(edit);

  test("200 characters beside each change; what is left between two changes is said to be", () => {
    const middle = ` ${"b ".repeat(2000)}`;
    expect(edited(middle)).toEqual([
      `… ${lead.slice(-200)}`,
      `${middle.slice(0, 200)} … ${middle.slice(-200)}`,
      `${end.slice(0, 200)} …`,
    ]);
  });

  test("a stretch between two changes is whole up to 600 characters", () => {
    const middle = (length: number) => ` ${"b ".repeat(length / 2 - 1)} `;
    expect(edited(middle(600))[1]).toBe(middle(600));
    expect(edited(middle(602))[1]).toBe(`${middle(602).slice(0, 200)} … ${middle(602).slice(-200)}`);
  });

  test("a text of 8,000 characters is whole, one of more is not", () => {
    const same = "a ".repeat(4000);
    expect(diffHtml(same, same)).toBe(same);
    const whole = `${"a ".repeat(3997)}old`;
    expect(diffHtml(whole, whole.replace("old", "new"))).toBe(whole.replace("old", edit));
    const more = `x${whole}`;
    expect(diffHtml(more, more.replace("old", "new"))).toBe(`… ${more.slice(-203, -3)}${edit}`);
  });

  test("an edit is cut at 8,000 characters, and says so", () => {
    const shown = (length: number) => diffHtml("x".repeat(length), "y");
    expect(shown(7999)).toBe(`<del>[-${"x".repeat(7999)}-]</del> <ins>{+y+}</ins>`);
    expect(shown(8000)).toBe(`<del>[-${"x".repeat(8000)}-]</del> …`);
    expect(shown(9000)).toBe(`<del>[-${"x".repeat(8000)}…-]</del> …`);
  });

  test("a hundred replaced words are marked one by one, one more makes the text another", () => {
    const words = Array.from({ length: 300 }, (_, i) => `a${i}`);
    const edits = (count: number) => {
      const after = words.map((word, i) => (i < 3 * count - 2 && i % 3 === 0 ? "new" : word));
      return diffHtml(words.join(" "), after.join(" ")).split("<del>").length - 1;
    };
    expect([edits(99), edits(100)]).toEqual([99, 100]);
    const more = words.map((word, i) => (i % 3 === 0 || i === 298 ? "new" : word));
    expect(diffHtml(words.join(" "), more.join(" ")).split("<del>")).toHaveLength(2);
  });

  test("the same words in another order are too many edits too; of other words, no comparison is tried", () => {
    const words = Array.from({ length: 300 }, (_, i) => `a${i}`);
    const compare = vi.spyOn(wordsWithSpaceDiff, "diff");
    const [before, after] = [words.join(" "), words.toReversed().join(" ")];
    expect(diffHtml(before, after)).toBe(`<del>[-${before}-]</del> <ins>{+${after}+}</ins>`);
    expect(compare).toHaveBeenCalledTimes(1);
    diffHtml(before, before.replaceAll("a", "b"));
    expect(compare).toHaveBeenCalledTimes(1);
    compare.mockRestore();
  });

  test("of two texts that are too different, or too long to compare, at most 3,600 characters each", () => {
    const words = (name: string, count: number) => Array.from({ length: count }, (_, i) => `${name}${i}`).join(" ");
    const [before, after] = [words("a", 300), words("b", 300)];
    expect(diffHtml(before, after)).toBe(`<del>[-${before}-]</del> <ins>{+${after}+}</ins>`);
    const [longer, much] = [words("a", 900), words("b", 900)];
    const cut = (text: string) => `${text.slice(0, 3600)}…`;
    expect(diffHtml(longer, much)).toBe(`<del>[-${cut(longer)}-]</del> <ins>{+${cut(much)}+}</ins>`);
    const exact = (name: string) => words(name, 900).slice(0, 3599) + name;
    expect(diffHtml(exact("a"), exact("b"))).toBe(`<del>[-${exact("a")}-]</del> <ins>{+${exact("b")}+}</ins>`);
    const huge = (name: string) => `${name}${"x ".repeat(25_000)}${name}`;
    expect(diffHtml(huge("a"), huge("b"))).toBe(`<del>[-${cut(huge("a"))}-]</del> <ins>{+${cut(huge("b"))}+}</ins>`);
  });
});

describe("without spaces between words", () => {
  const shown = (before: string, after: string) => diffHtml(before, after).replace(/<[^>]+>/g, "");

  test("the change begins within a run of more than 50 equal characters, else with the run", () => {
    const run = (length: number) => "x".repeat(length);
    expect(shown(`${run(51)}a`, `${run(51)}b`)).toBe(`${run(51)}[-a-] {+b+}`);
    expect(shown(`${run(50)}a`, `${run(50)}b`)).toBe(`[-${run(50)}a-] {+${run(50)}b+}`);
    expect(shown(`a${run(51)}`, `b${run(51)}`)).toBe(`[-a-] {+b+}${run(51)}`);
    expect(shown(`a${run(50)}`, `b${run(50)}`)).toBe(`[-a${run(50)}-] {+b${run(50)}+}`);
  });

  test("the nearest space within 50 characters is where it begins and ends", () => {
    const run = (length: number) => "x".repeat(length);
    expect(shown(`1 ${run(49)}a`, `1 ${run(49)}b`)).toBe(`1 [-${run(49)}a-] {+${run(49)}b+}`);
    expect(shown(`1 ${run(50)}a`, `1 ${run(50)}b`)).toBe(`1 ${run(50)}[-a-] {+b+}`);
    expect(shown(`a${run(49)} 2`, `b${run(49)} 2`)).toBe(`[-a${run(49)}-] {+b${run(49)}+} 2`);
    expect(shown(`a${run(50)} 2`, `b${run(50)} 2`)).toBe(`[-a-] {+b+}${run(50)} 2`);
  });

  test("a character outside the BMP is changed as a whole", () => {
    const run = "x".repeat(60);
    expect(shown(`${run}🚀`, `${run}🚁`)).toBe(`${run}[-🚀-] {+🚁+}`);
    expect(shown(`\u{1f680}${run}`, `\u{1fa80}${run}`)).toBe(`[-\u{1f680}-] {+\u{1fa80}+}${run}`);
  });
});
