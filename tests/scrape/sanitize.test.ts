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

test("letters whose marks stand apart are composed, but never with a tag", () => {
  expect(clean(`<p>${"김정은 José".normalize("NFD")}</p>`)).toBe("<p>김정은 José</p>");
  // ">" and this mark would be "≯", and the tag open.
  expect(clean("<p>\u0338a &lt;\u0338</p>")).toBe("<p>\u0338a ≮</p>");
});

test(`a corpus of ${XSS.length} ways to make a page act`, () => {
  expect(XSS.length).toBeGreaterThanOrEqual(60);
  for (const attack of XSS)
    for (const html of [attack, `<p>before ${attack} after</p>`, `${attack}<p>after</p>`]) allowed(clean(html));
});

test("no mixture of tags and quotes makes a page act", () => {
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

test.each([
  ["<p>Text. -0-</p>", "<p>Text.</p>"],
  ["<p>Text.</p><p>-0-</p>", "<p>Text.</p>"],
  ["<ul><li>Text. -0-</li></ul>", "<ul><li>Text.</li></ul>"],
  ["<table><tr><td>Text.(끝)</td></tr></table>", "<table><tr><td>Text.</td></tr></table>"],
  ["<p>Text. (끝)&nbsp;<br></p>", "<p>Text.&nbsp;<br></p>"],
  ["<p>Text.（完）</p><p><b> </b></p>", "<p>Text.</p>"],
  ["<p>Text. －－－</p><p>목록으로</p>", "<p>Text.</p>"],
  ["<p>Text. -0-</p><p>www.kcna.kp (Juche112.5.26.)</p>", "<p>Text.</p>"],
  ["<p>Text. -0- www.kcna.kp (Juche 112.5.26)<br></p>", "<p>Text.<br></p>"],
  ["<p>Text.</p><p>www.kcna.kp&nbsp;(Juche 112.5.26.)</p>", "<p>Text.</p>"],
  ["<p>Text.</p><p>www.kcna.kp(Juche112.5.26.)</p>", "<p>Text.</p>"],
  ["<p>See www.kcna.kp (Juche112.5.26.) again.</p>", "<p>See www.kcna.kp (Juche112.5.26.) again.</p>"],
  ["-0-", ""],
  ["<p>It was -0- to 3.</p>", "<p>It was -0- to 3.</p>"],
  [
    '<p>Text.</p><p><a href="https://x.example/-0-"> </a></p>',
    '<p>Text.</p><p><a href="https://x.example/-0-" rel="noopener noreferrer"> </a></p>',
  ],
  ['<p>Text. -0-</p><img src="https://x.example/-0-.jpg">', '<p>Text.</p><img src="https://x.example/-0-.jpg">'],
  // Behind the mark, comments and lists of others are no text.
  [
    "<p>A long text.</p><div>It ends.(끝)</div><div><h4>댓글</h4><p>Fine!</p></div>",
    "<p>A long text.</p><p>It ends.</p>",
  ],
  [
    '<ul><li>A long text. <b>-0-</b></li><li><a href="/x">More</a></li></ul><hr>Share',
    "<ul><li>A long text. <b></b></li></ul>",
  ],
  ["A long text, which ends.<br>-0-<br>Share", "A long text, which ends.<br>"],
  ["<p>Text. -0-</p><p>Another text.</p>", "<p>Text. -0-</p><p>Another text.</p>"],
  // A picture of the article's is.
  [
    '<p>A long text, which ends. -0-</p><figure><img src="https://x.example/a.jpg"><figcaption>A farm</figcaption></figure>',
    '<p>A long text, which ends. -0-</p><figure><img src="https://x.example/a.jpg"><figcaption>A farm</figcaption></figure>',
  ],
  ["<p>A long text.</p><p>－－－</p><p>Text.</p>", "<p>A long text.</p><p>－－－</p><p>Text.</p>"],
])("end marks go, if nothing follows: %s", (html, expected) => expect(clean(html)).toBe(expected));

test.each([
  ["<p>&nbsp;</p><p>One</p><p> <br> </p>", "<p>One</p>"],
  ["<p><b><i></i></b></p><p><em>One</em></p><p><strong><u> </u></strong>", "<p><em>One</em></p>"],
  ["<p><strong> <p>One</p></strong></p>", "<p><strong> <p>One</p></strong></p>"],
  ["<p><b>△<p>One</p></b></p>", "<p><b>△<p>One</p></b></p>"],
  ["<p>Kim Jong Un , and <b>Ri</b> , too ,</p>", "<p>Kim Jong Un, and <b>Ri</b>, too,</p>"],
  ["<p><b>Kim Jong Un</b> ’s and Ri 's visit</p>", "<p><b>Kim Jong Un</b>’s and Ri's visit</p>"],
  ["<p>The letter 's' and ’sixties</p>", "<p>The letter 's' and ’sixties</p>"],
  ["<p>A <s>b</s> ,</p>", "<p>A <s>b</s> ,</p>"],
  ["<p>It&apos;s</p>", "<p>It's</p>"],
  ["<p>One<x-y><p>Two</p></x-y></p>", "<p>One</p><p>Two</p>"],
  [
    "<h2>A</h2><dl><dt>b</dt><dd>c</dd></dl><ul><li>d</li></ul>",
    "<h2>A</h2><dl><dt>b</dt><dd>c</dd></dl><ul><li>d</li></ul>",
  ],
  [
    "<figure><figcaption>a</figcaption></figure><h6>b</h6><ol><li>c</li></ol>",
    "<figure><figcaption>a</figcaption></figure><h6>b</h6><ol><li>c</li></ol>",
  ],
  ["<div>One</div><section><p>Two</p></section>", "<p>One</p><p>Two</p>"],
  ["<div>One<br>line</div><div><b>Two</b></div>", "<p>One<br>line</p><p><b>Two</b></p>"],
  ['<div><img src="/a.jpg">One</div>Two', '<p><img src="https://kcnawatch.org/a.jpg">One</p>Two'],
  ["<div>One<p>Two</p>three</div>", "One<p>Two</p>three"],
  ['<div><br></div><div> </div><div><img src="/a.jpg"></div>One', '<br> <img src="https://kcnawatch.org/a.jpg">One'],
  ["<p>One<script>x</script><style>y</style><button>z</button></p>", "<p>One</p>"],
  [
    '<img src="/a.jpg" width="2"><img src="/b.jpg" width="3"><img data-src="/c.jpg" alt="">',
    '<img src="https://kcnawatch.org/b.jpg" width="3"><img alt src="https://kcnawatch.org/c.jpg">',
  ],
  [
    '<img src="data:image/gif;base64,R0" data-src="/d.jpg"><img src="/blank.gif" data-lazy-src="/e.jpg"><img src="/f.jpg" data-original="data:x">',
    '<img src="https://kcnawatch.org/d.jpg"><img src="https://kcnawatch.org/e.jpg"><img src="https://kcnawatch.org/f.jpg">',
  ],
  ['<img src="/logo.png"><img src="/a.svg"><img src="/1x1.gif"><p>One</p>', "<p>One</p>"],
  [
    '<a href="ftp://x/">a</a><a href="mailto:a@b">b</a><a>c</a> <a href=" /d\u00a0">d</a>',
    'abc <a href="https://kcnawatch.org/d" rel="noopener noreferrer">d</a>',
  ],
  ['<table><tr><td colspan="2" class="x">a</td></tr></table>', '<table><tr><td colspan="2">a</td></tr></table>'],
])("%s", (html, expected) => expect(clean(html)).toBe(expected));

test("the first picture of the article is named; an image of the website is none, and text alone is enough", () => {
  const body = (html: string) => sanitizeBody(html, "https://kcnawatch.org/", (src) => !src.includes("site"));
  expect(body('<img src="/site.jpg"><img src="/a.jpg"><img src="/b.jpg">')?.image).toBe("https://kcnawatch.org/a.jpg");
  expect(body("<p>One</p>")).toEqual({ html: "<p>One</p>" });
  expect(body('<p><img src="/a.jpg"></p>')?.html).toBe('<p><img src="https://kcnawatch.org/a.jpg"></p>');
  for (const empty of [
    "",
    " ",
    "<p></p>",
    "<ul><li> </li></ul>",
    "<div>".repeat(500),
    '<img src="/site.jpg">',
    "<script>x</script>",
  ])
    expect(body(empty)).toBeUndefined();
});

test("what is the website's is left out, with all that it holds", () => {
  const isChrome = ({ attribs }: { attribs: Record<string, string> }) => attribs.class === "share";
  const html = '<p>One</p><div class="share">Share <b>this</b></div><p>Two</p>';
  expect(sanitizeBody(html, "https://x.example/", () => true, isChrome)?.html).toBe("<p>One</p><p>Two</p>");
});
