import { load } from "cheerio/slim";
import { isTag } from "domhandler";
import fc from "fast-check";
import { SaxesParser } from "saxes";
import { expect, test } from "vitest";
import { sanitizeBody } from "../../src/scrape/sanitize.ts";
import { runs } from "../runs.ts";
import { XSS } from "../xss.ts";

const clean = (html: string) => sanitizeBody(html, "https://kcnawatch.org/newstream/1-2/", () => true)?.html ?? "";
const NAMES =
  /^(?:p|br|b|strong|i|em|u|s|sub|sup|small|hr|blockquote|pre|code|h[2-6]|ul|ol|li|dl|dt|dd|figure|figcaption|table|caption|thead|tbody|tfoot|tr|td|th|a|img)$/;
const ATTRIBUTES = /^(?:a\.(?:href|rel)|img\.(?:src|alt|width|height)|t[dh]\.(?:colspan|rowspan))$/;

/** Everything in the HTML is allowed, as a parser that knows nothing of the sanitizer sees it. */
function allowed(html: string): void {
  const $ = load(html);
  for (const element of $("*").toArray()) {
    if (!isTag(element)) throw new Error("not an element");
    expect(element.name).toMatch(NAMES);
    for (const [name, value] of Object.entries(element.attribs)) {
      expect(`${element.name}.${name}`).toMatch(ATTRIBUTES);
      if (name === "href" || name === "src") expect(value).toMatch(/^https?:\/\//);
      if (name === "rel") expect(value).toBe("noopener noreferrer");
    }
  }
  expect($.html()).not.toContain("<!");
}

test(`a corpus of ${XSS.length} ways to make a page act`, () => {
  expect(XSS.length).toBeGreaterThanOrEqual(60);
  for (const attack of XSS)
    for (const html of [attack, `<p>before ${attack} after</p>`, `${attack}<p>after</p>`]) allowed(clean(html));
});

test("any mixture of tags and quotes", () => {
  const piece = fc.constantFrom(
    "<",
    ">",
    "</",
    "/>",
    '"',
    "'",
    "=",
    " ",
    "p",
    "a href",
    "img src",
    "onerror",
    "javascript:",
    "script",
    "<!--",
    "-->",
    "&lt;",
    "&#",
    "x",
    "https://x/",
    ...XSS,
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 14 }), (pieces) => {
      const html = clean(pieces.join(""));
      allowed(html);
      // A second pass finds nothing to do.
      expect(clean(html)).toBe(html);
    }),
    { numRuns: runs(1500) },
  );
});

test("what is written is well-formed enough for XHTML readers once its void elements are closed", () => {
  const html = clean("<p>One<br>two <b>three</p><ul><li>a<li>b</ul><p>&nbsp;&copy;&lt;</p>");
  const xml = `<div>${html.replaceAll("<br>", "<br/>").replaceAll("&nbsp;", " ")}</div>`;
  const parser = new SaxesParser();
  parser.on("error", (error) => {
    throw error;
  });
  parser.write(xml).close();
});

test("three line breaks and more are two, whatever their attributes", () => {
  expect(clean("a<br><br>b<br><br><br>c<br> <br class=x><br/><br>d")).toBe("a<br><br>b<br><br>c<br><br>d");
});
