import { describe, expect, test } from "vitest";
import { largestTextBlock } from "../../src/scrape/largest-text.ts";
import { outlineOf } from "../../src/scrape/outline.ts";
import { parseHtml } from "../../src/scrape/page.ts";

/** The id of the block that is found in a page, or its name; the title and what is behind the text are found by their ids. */
function found(html: string, holdsText?: boolean): string | undefined {
  const root = parseHtml(html);
  if ("failure" in root) throw new Error(root.failure.detail);
  const [after, before] = ["title", "behind"].map((id) =>
    outlineOf(root).elements.find(({ attribs }) => attribs.id === id),
  );
  const block = largestTextBlock(root, { after, before, holdsText });
  return block && (block.element.attribs.id ?? block.element.name);
}

const LONG = "A sentence of some length that says what happened in the town today.";

describe("the largest text", () => {
  test.each([
    ["paragraphs in a block", `<h1 id="title">T</h1><div id="text"><p>${LONG}</p><p>${LONG}</p></div>`],
    ["lines of a cell", `<h1 id="title">T</h1><table><tr><td id="text">${LONG}<br><br>${LONG}</td></tr></table>`],
    ["behind the title in one block", `<div id="text"><p>Before. ${LONG}</p><h1 id="title">T</h1><p>${LONG}</p></div>`],
    ["one short sentence", '<h1 id="title">T</h1><div id="text"><p>대표단이 10월 3일 귀국하였다.</p></div>'],
    ["with the end mark", '<h1 id="title">T</h1><div id="text"><p>대표단이 10월 3일 귀국하였다. (끝)</p></div>'],
    [
      "beside a longer menu",
      `<h1 id="title">T</h1><div>${"<a href='/'>A link. </a>".repeat(50)}</div><div id="text"><p>${LONG}</p></div>`,
    ],
    [
      "before a shorter one",
      `<h1 id="title">T</h1><div id="text"><p>${LONG} ${LONG}</p></div><div id="small"><p>${LONG}</p></div>`,
    ],
    [
      "with a list",
      `<h1 id="title">T</h1><div id="text"><p>${LONG}</p><ul><li>${LONG} ${LONG}</li><li>${LONG}</li></ul></div>`,
    ],
    [
      "that goes on in a section",
      `<h1 id="title">T</h1><div id="text"><p>${LONG}</p><section><p>${LONG}</p><p>${LONG}</p></section></div>`,
    ],
    [
      "beside the title, below a sentence of the page",
      `<main><p>Welcome to our website.</p><div id="text"><h1 id="title">T</h1><p>${LONG}</p></div>Contact</main>`,
    ],
    [
      "below a title in an element of its own, and a sentence of the page above that",
      `<main><p>Welcome to our website.</p><div><h1 id="title">T</h1></div><div id="text"><p>${LONG}</p></div>Contact</main>`,
    ],
    [
      "below a day",
      `<div><h1 id="title">T</h1><p>2026.10.6.</p><div id="text"><p>${LONG}</p><p>${LONG}</p></div><div><p>${LONG}</p></div></div>`,
    ],
    [
      "beside the days of a list of links",
      `<h1 id="title">T</h1><div id="text"><p>${LONG}</p></div><div><ul>${'<li><a href="/">A</a> <i>2026.10.6.</i></li>'.repeat(20)}</ul></div>`,
    ],
    [
      "before longer comments",
      `<h1 id="title">T</h1><div id="text"><p>${LONG}</p></div><div class="comments"><div><p>${LONG} ${LONG}</p></div></div>`,
    ],
    ["with an agency's name", '<h1 id="title">T</h1><div id="text"><p>The delegation returned. (KCNA)</p></div>'],
    ["with a quotation", '<h1 id="title">T</h1><div id="text"><p>He said: “The delegation returned.”</p></div>'],
    ["of fifteen characters", '<h1 id="title">T</h1><div id="text"><p>Kim went there.</p></div>'],
    ["lines of one class", `<div id="text"><div id="title">T</div><div>${LONG}</div><div>${LONG}</div></div>`],
    [
      "beside a line of another class",
      `<div><div id="title">T</div><div id="text" class="a">${LONG}<br>${LONG}</div><div class="b">${LONG}</div></div>`,
    ],
    ["in a form around the page", `<form><h1 id="title">T</h1><div id="text"><p>${LONG}</p></div></form>`],
    ["without a title to look below", `<div id="text"><p>${LONG}</p></div>`],
  ])("is found: %s", (_, html) => expect(found(html)).toBe("text"));

  test.each([
    ["above the title only", `<div id="text"><p>${LONG}</p></div><h1 id="title">T</h1>`],
    [
      "a programme without sentences",
      '<h1 id="title">T</h1><div id="text"><p>9 435 kHz, 11 710 kHz, 13 760 kHz</p></div>',
    ],
    ["a programme with points", '<h1 id="title">T</h1><div id="text"><p>9.435 kHz, 11.710 kHz, 13.760 kHz</p></div>'],
    ["above the title in the same block", `<div id="text"><p>${LONG}</p><h1 id="title">T</h1></div>`],
    ["of fourteen characters", '<h1 id="title">T</h1><div id="text"><p>Kim was there.</p></div>'],
    ["small print in part", '<h1 id="title">T</h1><div id="text"><p><b>Copyright</b> of the Voice of Korea.</p></div>'],
    ["small print", '<h1 id="title">T</h1><div id="text">Copyright 2026 Voice of Korea. All rights reserved.</div>'],
    ["a page's footer", `<h1 id="title">T</h1><footer id="text"><p>${LONG}</p></footer>`],
    ["a form", `<h1 id="title">T</h1><form id="text"><p>${LONG}</p></form>`],
    ["a script", `<h1 id="title">T</h1><div id="text"><script>${LONG}</script></div>`],
    ["a link", `<h1 id="title">T</h1><div id="text"><p><a href="/">${LONG}</a></p></div>`],
    ["the title, which ends like a sentence", '<h1 id="title">Long live the glorious country!</h1><div>Photo</div>'],
    ["a word", '<h1 id="title">T</h1><div id="text"><p>Yes.</p></div>'],
  ])("is none: %s", (_, html) => expect(found(html)).toBeUndefined());

  test("ends where something else begins, also within the line that may hold it", () => {
    const line = (text: string) => `<div id="title">By KCNA ${text}<h2 id="behind">More</h2></div>`;
    expect(found(`${line("")}<div><p>${LONG}</p></div>`, true)).toBeUndefined();
    expect(found(`${line(`<div id="text"><p>${LONG}</p></div>`)}<div><p>${LONG} ${LONG}</p></div>`, true)).toBe("text");
  });
});
