import { expect, test } from "vitest";
import { aroundText } from "../../src/scrape/around-text.ts";
import { parseHtml } from "../../src/scrape/page.ts";
import { sanitizeBody } from "../../src/scrape/sanitize.ts";

const HREF = /^\/n\/\d+$/;
const textWith = (around: string) => {
  const isAround = aroundText((href) => HREF.test(href));
  const root = parseHtml(`<p>Text.</p>${around}`);
  if ("failure" in root) throw new Error(root.failure.detail);
  return sanitizeBody(root.children, "https://example.org/n/1", () => true, isAround)?.html;
};
const other = '<a href="/n/2">Another story</a>';

test.each([
  `<div><h3>Related articles</h3><ul><li>${other}</li><li>· ${other}</li></ul></div>`,
  `<p>${other}</p>`,
  '<p><a name="more"></a><a href=" /n/2 ">Another story</a></p>',
  `<table><tr><td>${other}</td></tr></table>`,
  `<marquee>${other}</marquee>`,
  '<div><a href="https://t.me/share/url?url=x">Telegram</a> | <a href="javascript:print()">Print</a><button>Copy</button></div>',
  '<p><a href="https://www.facebook.com/sharer/sharer.php?u=x"><b>Share</b></a></p>',
  '<p><a href="https://twitter.com/share">Tweet</a> <a href="https://x.com/intent/post?x=1&amp;text=y">Post</a></p>',
  '<p><a href="https://vk.com/share.php?url=x">VK</a> <a href="https://line.me/R/msg/text/?text=x">Line</a></p>',
  '<div><h5>Tags</h5><ul><li><a rel="tag nofollow" href="/t/rice">Rice</a></li></ul></div>',
  `<div><span>Share:</span> <a href="https://twitter.com/share">Tweet</a> <a href="https://vk.com/share.php?url=x">VK</a></div>`,
  `<dl><dt>Related articles</dt><dd>${other}</dd><dd>${other}</dd></dl>`,
  `<h3>Related articles</h3>\n<ul><li>${other}</li><li>${other} <i>2026.10.6.</i></li></ul>`,
  `<p><b>Related articles</b></p><div>${other}<br>${other}</div>`,
  '<h3>Comments (2)</h3><div id="comments"><div><b>Reader</b><p>Fine!</p></div></div>',
  '<ol class="comment-list x"><li>Fine!</li></ol>',
  '<p><a href="#top">To the top</a></p>',
  "<p>Read 123 times</p>",
  "<div>조회수: 1,234</div>",
])("is no part of the text: %s", (around) => expect(textWith(around)).toBe("<p>Text.</p>"));

test.each([
  `<p>See ${other}.</p>`,
  `<p>See ${other} and ${other}.</p>`,
  `<p>It was told in these two stories: ${other}, ${other}</p>`,
  `<p><b>Pyongyang</b></p><p>See ${other}.</p>`,
  '<p><a href="https://example.org/report.pdf">The report</a></p>',
  '<p><a href="https://files.example/share/1a2b3c">The whole speech</a></p>',
  '<p><a href="https://example.org/share/speech.pdf?page=2">The whole speech</a></p>',
  '<p><a href="https://example.org/intent-to-negotiate?u=1">The whole speech</a></p>',
  "<h3>Related articles</h3>",
  "<div><h3>Related articles</h3></div>",
  '<p><a href="https://example.org/javascript/">The report</a></p>',
  "<p>1,234</p>",
  "<p>- 2 -</p>",
  "<p>(1)</p>",
  "<p>5 : 0</p>",
  "<p>Viewed by 123 workers</p>",
  "<p>Comments</p>",
  `<p>${"123 views ".repeat(5)}</p>`,
  '<p><a name="more">More</a></p>',
  "<ul><li>First</li></ul>",
])("is a part of the text: %s", (part) => {
  const words = part.replace(/<[^>]*>/g, "");
  expect(textWith(part)?.replace(/<[^>]*>/g, "")).toBe(`Text.${words}`);
});

test("a bold paragraph is no label of the list below it", () => {
  const bold = "<p><b>All cooperative farms of the province have ended the harvest</b></p><p><b>This is known.</b></p>";
  expect(textWith(`${bold}<ul><li>${other}</li><li>${other}</li></ul>`)).toBe(`<p>Text.</p>${bold}`);
  expect(
    textWith(`<div><b>All farms of South Hwanghae Province ended it</b></div><div class="comments">Fine!</div>`),
  ).toBe("<p>Text.</p><p><b>All farms of South Hwanghae Province ended it</b></p>");
});

test("a picture that opens in the same page is the text's", () => {
  for (const href of ["#", "#photo-1"])
    expect(textWith(`<p><a href="${href}"><span><img src="/a.jpg"></span></a></p>`)).toContain("<img");
});

test("a short text is no label of the list in its element", () =>
  expect(textWith(`<div><p>会议今天召开。</p><ul><li>${other}</li><li>${other}</li></ul></div>`)).toBe(
    "<p>Text.</p><p>会议今天召开。</p>",
  ));
