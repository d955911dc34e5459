import { describe, expect, test } from "vitest";
import { BUILT_IN } from "../../src/sites/index.ts";
import { readArticlePage } from "../../src/sites/reader.ts";
import type { Source } from "../../src/sites/site.ts";

/** Article pages of KCNA Watch whose markup has changed. */

const TITLE = "Harvest Nears End in South Hwanghae";
const BYLINE = "<p>Date: 05/11/2026 | Source: KCNA.kp (En)</p>";
const TEXT = "<p>Farmers have threshed 83 percent of the rice.</p><p>The rest will be in within ten days.</p>";

function read(main: string, listedTitle?: string) {
  const html = `<html><head><title>Newstream | KCNA Watch</title></head><body><main>${main}</main></body></html>`;
  const address = "https://kcnawatch.org/newstream/1793900000-1000/harvest/";
  const result = readArticlePage({ html, source: BUILT_IN[0] as Source, address, listedTitle });
  return "failure" in result ? result.failure.reason : result.story;
}

describe("the line with day and source", () => {
  const content = `<div class="article-content">${TEXT}</div>`;
  const source = "Source: KCNA.kp (En)";
  const link = '<a href="http://www.kcna.kp/x">Read original version at source</a>';

  test.each([
    `<p>Date: 05.11.2026 | ${source} | ${link}</p>`,
    `<p>Date: 05-11-2026 · ${source} · ${link}</p>`,
    `<p>Published: November 5, 2026 | ${source} | ${link}</p>`,
    `<p>Posted on: Thursday, 5 November 2026 2:30 p.m. | ${source} | ${link}</p>`,
    `<p>Date: 2026-11-05 14:30 | ${source} | ${link}</p>`,
    `<p>${source} | Date: 05/11/2026 | ${link}</p>`,
    `<p>Date:05/11/2026|${source}|${link}</p>`,
    `<p>Date: 05/11/2026<br>${source} | ${link}</p>`,
    `<p>DATE: 05/11/2026 • SOURCE: KCNA.kp (En) • ${link}</p>`,
    `<p>Date: 05/11/2026 – ${source} – ${link}</p>`,
    `<p>Date: 05/11/2026</p><p>${source}</p><p>${link}</p>`,
    `<div>Date: 05/11/2026</div> | <div>${source} | ${link}</div>`,
    `<dl><dt>Date:</dt><dd>05/11/2026</dd><dt>Source:</dt><dd>KCNA.kp (En)</dd></dl>${link}`,
    `<ul><li>Date: 05/11/2026</li><li>${source}</li><li>${link}</li></ul>`,
    `<div><div><span>Date:</span> <time datetime="2026-11-05">05/11/2026</time></div><div>${source}</div>${link}</div>`,
  ])("%s", (line) => {
    expect(read(`<h2>${TITLE}</h2>${line}${content}`)).toMatchObject({
      article: { title: TITLE, day: "2026-11-05" },
      publisher: "KCNA.kp (En)",
      original: "http://www.kcna.kp/x",
      body: TEXT,
    });
  });

  test.each(["Date: soon", "Date: of the 80th anniversary, on 05/11/2026", "Mandate: 05/11/2026", "05/11/2026"])(
    "is not: %s",
    (line) => expect(read(`<h2>${TITLE}</h2><p>${line}</p>${content}`)).toBe("layout-changed"),
  );
});

describe("the title", () => {
  const rest = `${BYLINE}<div class="article-content">${TEXT.repeat(5)}</div><h3>Related articles</h3><p>Words.</p>`;
  const titleOf = (above: string, listed?: string, behind = rest) => {
    const page = read(above + behind, listed);
    return typeof page === "string" ? page : page.article.title;
  };

  test("may be no heading, where the listing has told it; one of what follows the text is none", () => {
    expect(titleOf(`<div class="title">${TITLE}</div>`, TITLE)).toBe(TITLE);
    expect(titleOf(`<h1>KCNA Watch</h1><div class="title">${TITLE}</div>`, TITLE)).toBe(TITLE);
    expect(titleOf(`<div class="title">${TITLE}</div>`)).toBe("layout-changed");
    expect(titleOf(`<p><a href="/x">${TITLE}</a></p>`, TITLE)).toBe("layout-changed");
  });

  test("may be another one than the listing told, and stand behind the line or in several lines", () => {
    expect(titleOf(`<div>${TITLE}</div><h2>Harvest Ends</h2>`, TITLE)).toBe("Harvest Ends");
    expect(titleOf("", TITLE, `${BYLINE}<h2>Harvest Ends</h2><div class="article-content">${TEXT}</div>`)).toBe(
      "Harvest Ends",
    );
    expect(titleOf("<h2>Harvest<br>Ends</h2>")).toBe("Harvest Ends");
  });
});

describe("the text, if its element has another name", () => {
  const bodyOf = (behind: string, byline = BYLINE) => {
    const page = read(`<p>KCNA.kp (En)</p><h2>${TITLE}</h2>${byline}${behind}`);
    return typeof page === "string" ? page : page.body;
  };
  const COMMENTS = "<div><h3>Comments</h3><p>Thank you for all of this, it was a great read.</p></div>";
  const small =
    "<p>KCNA Watch. All rights reserved.</p><div><p>Copyright 2026 KCNA Watch. All rights reserved.</p></div>";

  test("is behind all lines of the byline; a link to the articles of its day is that of no article", () => {
    expect(bodyOf(TEXT, "<p>Date: 05/11/2026</p><p>Source: KCNA.kp (En)</p>")).toBe(TEXT);
    const dated = BYLINE.replace("05/11/2026", '<a href="/newstream/2026/11/05/">$&</a>');
    expect(bodyOf(`<tr><td>${TEXT}</td></tr></table>`, `<table><tr><td>${dated}</td></tr>`)).toBe(TEXT);
  });

  test.each(["<div>", "<section>", ""])("is in %s, without comments and small print below", (tag) => {
    const text = tag === "" ? TEXT : `${tag}${TEXT}${tag.replace("<", "</")}`;
    for (const below of [
      COMMENTS,
      small,
      `${small}${COMMENTS}`,
      "<aside>Most read: a story</aside>",
      "<nav>Next</nav>",
      "<article><p>Another story.</p></article>",
      '<div id="more_results"><p>Another story.</p></div>',
      '<div><a href="/newstream/1793900009-9/s/">Another</a><p>It says little.</p></div>',
    ])
      expect(bodyOf(text + below)).toBe(TEXT);
  });

  test("has no words of the page's own in it, wherever it stands", () => {
    const own = "<p>Upgrade to NK Pro today</p>";
    for (const byline of [BYLINE, `<div><b>An article</b>${BYLINE}</div>`])
      expect(bodyOf(`<section>${TEXT}${own}</section>`, byline)).toBe(TEXT);
  });

  test("is text without paragraphs, of which nothing above is a part", () => {
    const bare = "Farmers have threshed 83 percent of the rice.<br><br>The <b>rest</b> will be in within ten days.";
    expect(bodyOf(bare)).toBe(bare);
    expect(bodyOf(`${bare}<p>www.kcna.kp (주체115.11.5.)</p>`)).toBe(bare);
    expect(bodyOf(bare, `<div><div>${BYLINE}</div></div>`)).toBe(bare);
  });

  test("may tell of copyright, and have headings of its own", () => {
    const text = "<p>Copyright was agreed on.</p><h5>Its terms</h5><p>They are these.</p>";
    expect(bodyOf(text)).toBe(text);
  });

  test("may consist of sections, which have more to say than what is above them, or are headed from the first one on", () => {
    const section = (n: number) =>
      `<div><h3>Part ${n}</h3><p>Farmers have threshed ${n} percent of the rice.</p></div>`;
    const sections = [1, 2, 3].map(section).join("");
    const said = sections.replace(/<\/?div>/g, "");
    for (const above of ["<p>It is autumn.</p>", ""]) expect(bodyOf(above + sections)).toBe(above + said);
  });
});

test("what a page links does not matter where it lists nothing of the source", () => {
  const links = Array.from({ length: 1001 }, (_, n) => `<a href="/newstream/1793900001-${n}/s/">Story ${n}</a>`);
  const page = (publisher: string) =>
    read(
      `<h2>${TITLE}</h2><p>Date: 05/11/2026 | Source: ${publisher}</p><div class="article-content">${TEXT}</div>${links}`,
    );
  expect(page("Rodong Sinmun (En)")).toMatchObject({ article: { title: TITLE }, body: TEXT, related: [] });
  expect(page("KCNA.kp (En)")).toBe("layout-changed");
});
