import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { changedPassage, diffColumns, diffHtml, MAX_SHOWN_LENGTH } from "../../src/feeds/diff.ts";
import { runs } from "../runs.ts";

/** The old and the new text, as a reader sees them in a difference. */
function bothOf(html: string): [before: string, after: string] {
  const text = (part: string) => part.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)));
  const before = html.replace(/ ?<ins>\{\+[^<]*\+\}<\/ins>/g, "").replace(/<del>\[-([^<]*)-\]<\/del>/g, "$1");
  const after = html.replace(/<del>\[-[^<]*-\]<\/del>/g, "").replace(/<ins>\{\+([^<]*)\+\}<\/ins>/g, "$1");
  return [text(before), text(after)];
}

describe("a difference is legible as text", () => {
  test.each([
    ["The old word", "The new word", "The <del>[-old-]</del> <ins>{+new+}</ins> word"],
    ["One two", "One two three", "One two<ins>{+ three+}</ins>"],
    ["One two three", "One three", "One <del>[-two -]</del>three"],
    ["Same", "Same", "Same"],
    ["", "New", "<ins>{+New+}</ins>"],
    ["a < b", "a > b", "a <del>[-&#60;-]</del> <ins>{+&#62;+}</ins> b"],
  ])("%s → %s", (before, after, html) => expect(diffHtml(before, after)).toBe(html));

  test("both texts can be read from it", () => {
    const words = fc
      .array(fc.constantFrom("rice", "weather", "김정은", "🚀🚁", "is", ",", "<b>"), { maxLength: 30 })
      .map((list) => list.join(" "));
    fc.assert(
      fc.property(words, words, (before, after) => {
        const squeezed = (text: string) => text.replace(/\s+/g, "");
        expect(bothOf(diffHtml(before, after)).map(squeezed)).toEqual([before, after].map(squeezed));
      }),
      { numRuns: runs(500) },
    );
  });
});

describe("long texts", () => {
  const long = Array.from({ length: 4000 }, (_, i) => `word${i}`).join(" ");

  test("show the changes, and the text beside them", () => {
    const html = diffHtml(long, long.replace("word2000 ", "changed "));
    expect(html).toContain("<del>[-word2000-]</del> <ins>{+changed+}</ins>");
    expect(html).toContain("word1999 ");
    expect(html).toContain("word2001");
    expect(html).not.toContain("word1000 ");
    expect(html.length).toBeLessThan(1000);
  });

  test("that have nothing in common show the beginning of both", () => {
    const html = diffHtml(long, long.replaceAll("word", "other"));
    expect(html).toMatch(/<del>\[-word0 word1 [^<]*…-\]<\/del> <ins>\{\+other0 other1 /);
    expect(html.length).toBeLessThan(MAX_SHOWN_LENGTH + 100);
  });

  test("are never cut within a character", () => {
    const rockets = "🚀".repeat(9000);
    const cases: [string, string][] = [
      [rockets, "🚁".repeat(9000)],
      [`a${rockets}`, `b${"🚁".repeat(9000)}`],
      [`${rockets}🚀`, `${rockets}🚁`],
      [`🚀${rockets}`, `🚁${rockets}`],
      [`${rockets}x${rockets}`, `${rockets}y${rockets}`],
      [`a${rockets}x${rockets}`, `a${rockets}y${rockets}`],
    ];
    for (const [before, after] of cases) expect(diffHtml(before, after).isWellFormed()).toBe(true);
  });
});

describe("two columns", () => {
  test.each([
    ["The old word", "The new word", "The <del>old</del> word", "The <ins>new</ins> word"],
    ["One two", "One two three", "One two", "One two<ins> three</ins>"],
    ["One two three", "One three", "One <del>two </del>three", "One three"],
    ["a < b", "a > b", "a <del>&#60;</del> b", "a <ins>&#62;</ins> b"],
  ])("%s → %s", (before, after, left, right) => {
    expect(diffColumns(before, after)).toEqual({ before: left, after: right });
  });
});

describe("the passage that changed", () => {
  const words = (name: string, count: number) => Array.from({ length: count }, (_, i) => `${name}${i}`).join(" ");

  test("is all of both texts if they are short enough, to the last character", () => {
    expect(changedPassage("12345", "abcde", 5)).toEqual({ before: "12345", after: "abcde" });
    expect(changedPassage("1 345", "1 3456", 5).after).not.toBe("1 3456");
  });

  test("has some words around it, and says on which side something is left out", () => {
    const [start, end] = [words("start", 200), words("end", 200)];
    const { before, after } = changedPassage(`${start} old ${end}`, `${start} new ${end}`, 400);
    expect(before).toMatch(/^….*start199 old end0 .*…$/);
    expect(after).toBe(before.replace("old", "new"));
    // A quarter of the length on each side.
    expect(before.length).toBeGreaterThan(200);
    expect(before.length).toBeLessThan(220);
    expect(changedPassage(`old ${end}`, `new ${end}`, 400).before).toMatch(/^old end0 .*…$/);
    expect(changedPassage(`${start} old`, `${start} new`, 400).before).toMatch(/^….* start199 old$/);
  });

  test("is cut to the length, and not within a character", () => {
    const { before, after } = changedPassage(words("old", 500), words("new", 400), 100);
    expect([before.slice(0, 9), before.length, before.at(-1)]).toEqual(["old0 old1", 101, "…"]);
    expect([after.slice(0, 9), after.length, after.at(-1)]).toEqual(["new0 new1", 101, "…"]);
    for (const most of [100, 101, 102, 103]) {
      const rockets = changedPassage(
        `a${"🚀".repeat(300)}x${"🚀".repeat(300)}`,
        `a${"🚀".repeat(300)}y${"🚀".repeat(300)}`,
        most,
      );
      expect([rockets.before.isWellFormed(), rockets.after.isWellFormed()]).toEqual([true, true]);
    }
  });
});
