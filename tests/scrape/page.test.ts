import { expect, test } from "vitest";
import { outlineOf } from "../../src/scrape/outline.ts";
import { parseHtml, parsePage } from "../../src/scrape/page.ts";

const reasonOf = (html: string, hasArticles = false) => {
  const page = parsePage(html, () => hasArticles);
  return "failure" in page ? page.failure.reason : "a page";
};

test.each([
  ["  \n", "empty"],
  ["just words", "not-html"],
  ["<p>a fragment</p>", "a page"],
  ["<html><body>whole</body></html>", "a page"],
  ["<html><body>cut", "truncated"],
  ['<html lang="en"><body>cut', "truncated"],
  ["<html><head><title>Just a moment...</title></head><body></body></html>", "blocked"],
  ["<title>\n Just a moment...</title>", "blocked"],
  ["<title>\n  Attention required!</title>", "blocked"],
  ["<title>Attention required!</title>", "blocked"],
  ["<meta charset=utf-8 name = kcsc>", "blocked"],
  ["<meta content='x' name='kcsc'>", "blocked"],
  ["<title>\n Web Page Blocked \n</title>", "blocked"],
  [`<p>${"x ".repeat(2500)}</p><title>Web Page Blocked</title>`, "a page"],
  [`${"x ".repeat(2500)}<p>words</p>`, "not-html"],
  ["<html><body>whole</body ></html\n>", "a page"],
  ["<html><body>whole</bodyguard>", "truncated"],
  [`<p>${"x ".repeat(2500)}${"\ufffd".repeat(200)}</p>`, "a page"],
  ["<p>Please verify you are human</p>", "blocked"],
  [`<p>${"\ufffd".repeat(41)}${"x".repeat(1000)}</p>`, "not-html"],
  [`<p>${"\ufffd".repeat(40)}${"x".repeat(1000)}</p>`, "a page"],
  [`<p>${"\ufffd".repeat(41)}${"x".repeat(3000)}</p>`, "a page"],
])("%j: %s", (html, reason) => {
  expect(reasonOf(html)).toBe(reason);
});

test("a page may have 40,000 elements and texts, 400 deep", () => {
  expect([reasonOf("<br>".repeat(40_000)), reasonOf("<br>".repeat(40_001))]).toEqual(["a page", "layout-changed"]);
  expect([reasonOf("<div>".repeat(399)), reasonOf("<div>".repeat(401))]).toEqual(["a page", "layout-changed"]);
});

test("a page that links articles is neither a bot check nor no HTML", () => {
  expect(reasonOf("<p>Please verify you are human</p>", true)).toBe("a page");
  expect(reasonOf("just words", true)).toBe("a page");
  expect(reasonOf("<html><body>cut", true)).toBe("truncated");
});

test("items and cells end a paragraph, other elements with such letters do not (HTML, section 13.1.2.4)", () => {
  const paragraph = (name: string) => {
    const root = parseHtml(`<p>One <${name}>two`);
    if ("failure" in root) throw new Error(root.failure.detail);
    const { elements, textOf } = outlineOf(root);
    return elements[0] && [elements[0].name, textOf(elements[0])];
  };
  for (const name of ["li", "LI", "dd", "dt", "td", "th", "tr"])
    expect([name, paragraph(name)]).toEqual([name, ["p", "One"]]);
  for (const name of ["x-li", "thx", "x-td"]) expect([name, paragraph(name)]).toEqual([name, ["p", "One two"]]);
});
