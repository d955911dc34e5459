import type { Element } from "domhandler";
import { describe, expect, test } from "vitest";
import { outlineOf } from "../../src/scrape/outline.ts";
import { parseHtml } from "../../src/scrape/page.ts";
import { cutAtWord, escapeHtml, foldSpace, legalText, oneLine, plainText } from "../../src/scrape/text.ts";
import { textOf, textsOf } from "../../src/scrape/text-blocks.ts";

describe("text", () => {
  test("what XML cannot carry goes, line breaks stay", () => {
    expect(legalText("a\u0000b\nc\ufffed\ud800e\u{1f600}")).toBe("ab\ncde\u{1f600}");
    expect(foldSpace(" a \n\t b\u0085c\u00a0d ")).toBe(" a b c d ");
    expect(oneLine("  a\u200bb  ")).toBe("ab");
    expect(oneLine("\u200b\ufeff")).toBe("");
  });

  test("letters whose marks stand apart are composed: Latin, Cyrillic, Hangul, kana", () => {
    for (const text of ["José", "й", "김정은 2026년", "ガ", "ぱ"]) expect(oneLine(text.normalize("NFD"))).toBe(text);
  });

  test("what HTML says, its entities read once", () => {
    expect(plainText("<p>A &amp; B</p><p>&lt;b&gt; &quot;x&quot; &apos;y&apos;&nbsp;z</p>")).toBe(
      `A & B <b> "x" 'y' z`,
    );
    expect(plainText("&#38;lt; &#x26;lt; &#65;&#x42; &#x110000;")).toBe("&lt; &lt; AB");
  });

  test("what HTML says, with no space where a browser shows none", () => {
    const html =
      '<p><a href="/1">Kim</a>, <b>김정은</b><a href="/2">동지</a>께서 H<sub>2</sub>O</p><p>One<br>two <em>three</em></p>';
    expect(plainText(html)).toBe("Kim, 김정은동지께서 H2O One two three");
    expect(plainText("<h4>One</h4><ul><li>two</li></ul><blockquote>three</blockquote>")).toBe("One two three");
  });

  test("cut at a word, a long word within itself, never within a character", () => {
    expect(cutAtWord("one two three", 20)).toBe("one two three");
    expect(cutAtWord("one two three", 13)).toBe("one two three");
    expect(cutAtWord(" one two three", 9)).toBe("one two");
    expect(cutAtWord("abcd ef ghij", 6)).toBe("abcd");
    expect(cutAtWord("abcd ef ghij", 7)).toBe("abcd ef");
    expect(cutAtWord("one two three", 8)).toBe("one two");
    expect(cutAtWord("a bcdefghijklmnop", 10)).toBe("a bcdefghi");
    expect(cutAtWord("xxxxxxxxx\u{1f600}", 10)).toBe("xxxxxxxxx");
  });

  test("escaped for HTML", () => {
    expect(escapeHtml(`<a b="c">&'`)).toBe("&#60;a b=&#34;c&#34;&#62;&#38;&#39;");
  });
});

describe("blocks of text", () => {
  const root = (html: string) => {
    const parsed = parseHtml(html);
    if ("failure" in parsed) throw new Error(parsed.failure.detail);
    return parsed;
  };
  const blocks = (html: string) => textsOf(root(html).children);

  test.each([
    ["<p>One</p>two<p>three</p>", ["One", "two", "three"]],
    ["<p>One <b>and</b> <i>two</i></p>", ["One and two"]],
    ["<p>One</p><p>One</p>", ["One"]],
    ["<p>One<br>line</p>", ["One line"]],
    ["<p>Title<br>January 30, 2026<br>Text</p>", ["Title", "January 30, 2026", "Text"]],
    ["<li>Title <span>January 30, 2026</span> text</li>", ["Title", "January 30, 2026", "text"]],
    ["<li>Title <a>January 30, 2026</a> text</li>", ["Title January 30, 2026 text"]],
    ["<p>One <script>x</script><button>y</button>two</p>", ["One two"]],
    ["<div>a<div>b<span>c<div>January 30, 2026</div></span></div>d</div>", ["a", "bc", "January 30, 2026", "d"]],
    // An element of the website's own making is inline, as in a browser (CSS 2.2, section 9.2.4).
    [
      "<p>Respected Comrade <nobr><august_name>Kim Jong Un</august_name></nobr> visits</p>",
      ["Respected Comrade Kim Jong Un visits"],
    ],
    ["<p>a<x-name>b</x-name>c</p>", ["abc"]],
    ["a <span><i>b</i><p>c</p><i>d</i></span> e", ["a", "b", "c", "d", "e"]],
  ])("%s", (html, expected) => {
    expect(blocks(html)).toEqual(expected);
  });

  test("an outline has the text of each element in one line, or its beginning", () => {
    const { elements, textOf } = outlineOf(root("<div> One <b> two</b> <i> </i> <u> three</u></div><p> </p>"));
    expect(elements.map((element) => [element.name, textOf(element)])).toEqual([
      ...[
        ["div", "One two three"],
        ["b", "two"],
        ["i", ""],
        ["u", "three"],
        ["p", ""],
      ],
    ]);
    expect(textOf(elements[0] as Element, 5)).toBe("One t");
  });

  test("all of it in one line, blocks apart", () => {
    expect(textOf(root("<div>a<p>b</p><b>c</b>d<br>e<style>x</style></div>"))).toBe("a b cd e");
    expect(textOf(root("<h3>Comrade <august_name>Kim</august_name>, x</h3>"))).toBe("Comrade Kim, x");
  });
});
