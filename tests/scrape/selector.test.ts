import { load } from "cheerio/slim";
import fc from "fast-check";
import { expect, test } from "vitest";
import { parseHtml } from "../../src/scrape/page.ts";
import { parseSelector } from "../../src/scrape/selector.ts";
import { growthOf, LINEAR } from "../growth.ts";
import { runs } from "../runs.ts";

function idsOf(selector: string, html: string): string[] | undefined {
  const root = parseHtml(html);
  if ("failure" in root) throw new Error(root.failure.detail);
  return parseSelector(selector)
    ?.outermost(root)
    .map(({ attribs }) => attribs["data-n"] ?? "");
}

const HTML =
  '<main data-n=1><div class="a text" data-n=2><p data-n=3 lang=en-GB>x</p><div class=text data-n=4><i data-n=5>y</i></div></div>' +
  "<section id=s data-n=6><div data-n=7><p class=text data-n=8>z</p></div></section></main>" +
  `<hr data-n=9 title="Kim's"><hr data-n=10 title='a "b"'>`;

test.each([
  ["p", ["3", "8"]],
  [".text", ["2", "8"]],
  ["div.text", ["2"]],
  ["div .text", ["4", "8"]],
  ["section > .text", []],
  ["section>div>.text", ["8"]],
  ["#s p", ["8"]],
  ["DIV.a > div i", ["5"]],
  ["* > i, p", ["3", "5", "8"]],
  ['[lang|="en"]', ["3"]],
  ['[class~="a"]', ["2"]],
  ['p[data-n$="8"]', ["8"]],
  ["p[data-n$='8']", ["8"]],
  ["[class~=a]", ["2"]],
  [`[title="Kim's"]`, ["9"]],
  [`[title='a "b"']`, ["10"]],
  ["[lang|=en-GB]", ["3"]],
  ["[id]", ["6"]],
  ["h1", []],
  ["section   p", ["8"]],
  ['[lang|="en-GB"]', ["3"]],
])("%s", (selector, expected) => {
  expect(idsOf(selector, HTML)).toEqual(expected);
});

test.each([
  "",
  " ",
  "a,",
  ">a",
  "a>",
  "a:has(b)",
  "a b c d e",
  "a + b",
  ".1",
  "a#",
  '[a="b]',
  "[a='b\"]",
  "[a=b c]",
  "[a=]",
  "[a=1]",
  "a[",
  "a".repeat(201),
  "a(b)",
  ".x a.yb*",
])("no selector: %j", (selector) => {
  expect(parseSelector(selector)).toBeUndefined();
});

test("a selector may have 200 characters", () => expect(parseSelector("a".repeat(200))).toBeDefined());

test("any selector finds what an engine for all of CSS finds, but for what lies within it", () => {
  const name = fc.constantFrom("a", "b", "i");
  const element = (children: fc.Arbitrary<string[]>) =>
    fc
      .tuple(name, fc.constantFrom("", " class=x", ' class="x y"', " id=z"), children)
      .map(([tag, attribute, children]) => `<${tag}x${attribute}>${children.join("")}</${tag}x>`);
  let html = element(fc.constant([]));
  for (let depth = 0; depth < 4; depth++) html = element(fc.array(html, { maxLength: 3 }));
  const compound = fc.tuple(
    fc.constantFrom("", "ax", "bx", "*"),
    fc.constantFrom("", ".x", ".y", "#z", "[class]", '[class="x"]', '[class*="y"]', ".x.y"),
  );
  const steps = fc.array(
    compound.map(([tag, more]) => tag + more || "*"),
    { minLength: 1, maxLength: 4 },
  );
  const selector = fc
    .tuple(steps, fc.array(fc.constantFrom(" ", " > ", ">"), { minLength: 3, maxLength: 3 }))
    .map(([steps, signs]) => steps.reduce((text, step, i) => text + (signs[i - 1] ?? "") + step));
  let matches = 0;
  fc.assert(
    fc.property(
      fc.array(html, { minLength: 1, maxLength: 3 }),
      fc.array(selector, { minLength: 1, maxLength: 2 }),
      (parts, all) => {
        const numbered = parts.join("").replace(
          /<(\w+)/g,
          (() => {
            let n = 0;
            return (open: string) => `${open} data-n=${++n}`;
          })(),
        );
        const $ = load(numbered, { xml: false }, false);
        const found = $(all.join(","));
        const outer = found.filter(
          (_, element) =>
            $(element)
              .parents()
              .filter((_, other) => found.is(other)).length === 0,
        );
        const expected = outer.toArray().map((element) => $(element).attr("data-n") ?? "");
        expect(idsOf(all.join(","), numbered)).toEqual(expected);
        matches += expected.length;
      },
    ),
    { numRuns: runs(400) },
  );
  expect(matches).toBeGreaterThan(200);
});

test("a page of many nested elements takes no longer than its size says", async () => {
  const find = (elements: number) => idsOf("div div div p.none", `${"<div>".repeat(390)}${"<p></p>".repeat(elements)}`);
  expect(find(20_000)).toEqual([]);
  expect(await growthOf(find, 20_000)).toBeLessThan(LINEAR);
});
