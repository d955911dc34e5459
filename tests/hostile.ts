/**
 * Pages made to be slow to read: of each kind one that is about so many characters long. A kind is a piece of markup,
 * over and over; what is nested is nested as deep as a page may be.
 */

const ARTICLE = "/newstream/1769737240-1/x/";
/** Levels of a page that nests: two of them are nested at most. */
const DEEP = 190;

const repeated = (piece: string) => (size: number) => piece.repeat(Math.ceil(size / piece.length));
const counted = (piece: (n: number) => string) => (size: number) => {
  const pieces: string[] = [];
  for (let [n, length] = [0, 0]; length < size; n++) {
    pieces.push(piece(n));
    length += (pieces[n] as string).length;
  }
  return pieces.join("");
};
/** Nested so many levels deep, with the rest of the size as text in the middle. */
const nested =
  (names: string[], inside: (size: number) => string, deep = DEEP) =>
  (size: number) => {
    const all = Array.from({ length: deep }, (_, n) => names[n % names.length] as string);
    const open = all.map((name) => `<${name}>`).join("");
    const close = all
      .toReversed()
      .map((name) => `</${name.split(" ")[0]}>`)
      .join("");
    return open + inside(Math.max(0, size - open.length - close.length)) + close;
  };
/** Towers beside each other, each nested as deep as may be. */
const towers = (names: string[], middle: string) => (size: number) => repeated(nested(names, () => middle)(0))(size);

const link = (n: number) => `<a href="/newstream/${1769000000 + n}-${n}/x/">Title ${n}</a>`;
const words = repeated("Some words that say nothing at all. ");

export const HOSTILE: Readonly<Record<string, (size: number) => string>> = {
  words,
  "one word": repeated("x"),
  hangul: repeated("평양"),
  "nested h4 and b": (size) => nested(["h4"], () => nested(["b"], words)(size / 2))(size),
  "nested b around words": nested(["b"], words),
  "nested b around empty b": nested(["b"], repeated("<b></b>")),
  "nested span around spaces": nested(["span"], repeated(" ")),
  "nested span around line breaks": nested(["span"], repeated("<br>")),
  "nested div around words": nested(["div"], words),
  "nested headings and links": nested(["h4", `a href="${ARTICLE}"`], words),
  "nested other links": nested(['a href="/x/"'], words),
  "nested footers": nested(["footer"], words),
  "nested footers with a link each": nested(["footer", `div><a href="${ARTICLE}">x</a><span`], words),
  "nested div, p, i, b": nested(["div", "p", "i", "b"], words),
  "nested li": nested(["ul", "li"], words),
  "nested tables": nested(["table", "tr", "td"], words),
  "nested time": nested(["time"], words),
  "towers of h4": towers(["h4"], "some words"),
  "towers of b": towers(["b"], "January 30, 2026"),
  "towers of span with a number": towers(["span"], "12 of them"),
  "towers of headers": towers(["header"], `<a href="${ARTICLE}">x</a> words`),
  "towers of footers": towers(["div", "footer"], `<a href="${ARTICLE}">x</a> words 2026`),
  "towers of divs with facts": towers(["div"], "Date: 23/03/2021 | Source: x"),
  "never closed b": repeated("<b>"),
  "never closed div": repeated("<div>"),
  "closed and never opened": repeated("</i>"),
  "nested, then closed by other names": (size) => nested(["b"], repeated("</i>"))(size),
  "sibling h1": repeated("<h1>"),
  "sibling h1 with text": repeated("<h1>x</h1>"),
  "sibling h3 more from": repeated("<h3>More from x</h3>"),
  "sibling p": repeated("<p>"),
  "sibling p with text": repeated("<p>text</p>"),
  "sibling footers": repeated("<footer>2026</footer>"),
  "sibling headers": repeated("<header>2026</header>"),
  "sibling nav": repeated("<nav></nav>"),
  "sibling time": repeated('<time datetime="2026-01-30"></time>'),
  "sibling titles": repeated("<title>x</title>"),
  "empty b": repeated("<b></b>"),
  "empty span": repeated("<span></span>"),
  "unknown tags": repeated("<x-y></x-y>"),
  "unknown tags around text": repeated("<x>a</x>"),
  svg: repeated("<svg></svg>"),
  "svg never closed": repeated("<p><svg></p>"),
  scripts: repeated("<script></script>"),
  "script never closed": (size) => `<script>${repeated("</scrip")(size)}`,
  chrome: repeated('<div class="article-desc"></div>'),
  "chrome words": repeated("<p>Browse</p>"),
  comments: repeated("<!---->"),
  "comments never closed": repeated("<!--"),
  directives: repeated("<!x>"),
  cdata: repeated("<![CDATA[x]]>"),
  "links to one article": repeated(`<a href="${ARTICLE}">x</a>`),
  "bare links to one article": repeated(`<a href=${ARTICLE}>`),
  "links to many articles": counted(link),
  "dated links to many articles": counted((n) => `<p>${link(n)} January 30, 2026</p>`),
  "flat links to many articles": counted((n) => `<h3>${link(n)}</h3><p>Words</p>`),
  "flat links, a date above each": counted((n) => `<p>January 30, 2026</p><h3>${link(n)}</h3>`),
  "flat links below a long date": (size) =>
    `<div><p>January 30, 2026</p>${words(size / 2)}</div>${counted((n) => `<h3>${link(n)}</h3>`)(size / 2)}<p>January 29, 2026</p>`,
  "flat links to one article": repeated(`<h3><a href="${ARTICLE}">x</a></h3><p>Words</p>`),
  "links to other hosts": repeated('<a href="https://example.org/">x</a>'),
  "links without an address": repeated("<a>x</a>"),
  "images that do not end": repeated("<img "),
  "tokens that do not end": repeated('<input name="_csrf" '),
  images: repeated('<img src="/1.jpg">'),
  "images with words": counted((n) => `<img src="/${n}.jpg" alt="Words ${n}">`),
  entities: repeated("&amp;"),
  "entities never ended": repeated("&"),
  "entities of digits": repeated("&#1"),
  spaces: repeated(" "),
  "spaces that do not break": repeated("&nbsp;"),
  "paragraphs of spaces": repeated(`<p>${" ".repeat(2000)}x</p>`),
  "a paragraph of spaces": (size) => `<p>${" ".repeat(size)}x</p>`,
  "words and wide gaps": repeated(`word${" ".repeat(2000)}`),
  "line feeds": repeated("\n"),
  dates: repeated("January 30, 2026 "),
  "dates with line breaks": repeated("January 30, 2026<br>"),
  "dates in paragraphs": repeated("<p>January 30, 2026</p>"),
  "dates in spans": repeated("<span>January 30, 2026</span>"),
  "dates that are none": repeated("February 30, 2026 "),
  "half dates": repeated("January 3"),
  months: repeated("jan"),
  digits: repeated("1"),
  "digits and spaces": repeated("1 "),
  "end marks": repeated("-0-"),
  "end marks and line breaks": repeated("-0-<br>"),
  "end marks and spaces": repeated("-0- "),
  "an end mark and line breaks": (size) => `-0-${repeated("<br>")(size)}x`,
  "an end mark and spaces": (size) => `-0-${repeated("&nbsp; ")(size)}x`,
  "line breaks": repeated("<br>"),
  "line breaks and spaces": repeated(`<br>${" ".repeat(500)}`),
  "line breaks and text": repeated("x<br>"),
  "two line breaks and spaces": repeated(`<br><br>${" ".repeat(2000)}x`),
  commas: repeated("x ,"),
  tables: repeated("<table><tr><td>x</td></tr></table>"),
  "table rows": repeated("<tr><td>"),
  lists: repeated("<li>x"),
  "less-than signs": repeated("<"),
  "less-than signs and spaces": repeated("< "),
  "greater-than signs": repeated(">"),
  "greater-than signs and spaces": (size) => `>${" ".repeat(size)}`,
  "tags never ended": repeated("<p "),
  quotes: repeated('"'),
  "quotes in a tag": (size) => `<p ${repeated('"')(size)}>`,
  "quotes never ended": repeated('<p title="'),
  attributes: (size) => `<p ${counted((n) => `a${n} `)(size)}>x</p>`,
  "one attribute over and over": (size) => `<p ${repeated("a ")(size)}>x</p>`,
  "elements with attributes": repeated("<p a b c d e f g h>"),
  "a long attribute": (size) => `<img src="/1.jpg" alt="${repeated("-0-&quot;")(size)}">`,
  "a long address": (size) => `<a href="/newstream/1769737240-1/${repeated("x%E0")(size)}">x</a>`,
  media: repeated("<b>more from Rodong Sinmun (En)</b>"),
  brackets: repeated("> x (En) ("),
  "bot check": repeated("<title> just a momen"),
  surrogates: repeated("\ud800"),
  controls: repeated("\u0001x"),
  "invisible characters": repeated("\u200b\u202e\u00ad"),
  joiners: repeated("\u200c"),
  "the slug of a key": counted((n) => `/newstream/${1769000000 + n}-`),
};

/** Pages of one size by how many levels they nest, up to `DEEPEST`. */
export const DEEPEST = 2 * DEEP;
export const NESTED: Readonly<Record<string, (levels: number) => string>> = Object.fromEntries(
  Object.entries({
    "h4 and b": ["h4", "b"],
    h4: ["h4"],
    b: ["b"],
    "article links": [`a href="${ARTICLE}"`],
    "other links": ['a href="/x/"'],
    "headings and links": ["h4", `a href="${ARTICLE}"`],
    div: ["div"],
    span: ["span"],
    footers: ["footer"],
    headers: ["header"],
    time: ['time datetime="2026-01-30"'],
    svg: ["p", "svg"],
  }).map(([name, names]) => [name, (levels: number) => nested(names, words, levels)(32 * 1024)]),
);

const DATE = "<p>January 30, 2026</p>";
const TITLE = `<h4><a href="${ARTICLE}">Title</a></h4>`;

/** The ways in which a page can hold it. */
export const LISTINGS: Readonly<Record<string, (html: string) => string>> = {
  "in a card": (html) => `<title>Newstream</title><main><div>${TITLE}${html}${DATE}</div></main>`,
  "beside a card": (html) => `<title>Newstream</title><main>${TITLE}${html}${DATE}</main>`,
  "beside cards": (html) =>
    `<main><div>${TITLE}${DATE}</div>${html}<h3><a href="/newstream/1769737241-2/y/">Y</a></h3></main>`,
  "in a link": (html) => `<main><a href="${ARTICLE}">${html}</a>${DATE}</main>`,
  alone: (html) => `<html>${html}</html>`,
};

const FACTS = "<p>Date: 23/03/2021 | Source: KCNA.kp (En)</p>";

export const STORIES: Readonly<Record<string, (html: string) => string>> = {
  "in the text": (html) => `<h1>T</h1>${FACTS}<div class="article-content">${html}</div>`,
  "after the line of facts": (html) => `<h1>T</h1>${FACTS}${html}`,
  "in the line of facts": (html) => `<h1>T</h1><div>Date: 23/03/2021 | Source: KCNA.kp (En) ${html}</div>`,
  "before the title": (html) => `${html}<h1>T</h1>${FACTS}<p>Text</p>`,
};
