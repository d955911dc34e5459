import { expect, test } from "vitest";
import { parsePage } from "../../src/scrape/page.ts";

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
  ["<html><head><title>Just a moment...</title></head><body></body></html>", "blocked"],
  ["<p>Please verify you are human</p>", "blocked"],
  [`<p>${"\ufffd".repeat(41)}${"x".repeat(1000)}</p>`, "not-html"],
  [`<p>${"\ufffd".repeat(40)}${"x".repeat(1000)}</p>`, "a page"],
  [`<p>${"\ufffd".repeat(41)}${"x".repeat(3000)}</p>`, "a page"],
])("%j: %s", (html, reason) => {
  expect(reasonOf(html)).toBe(reason);
});

test("a page that links articles is neither a bot check nor no HTML", () => {
  expect(reasonOf("<p>Please verify you are human</p>", true)).toBe("a page");
  expect(reasonOf("just words", true)).toBe("a page");
  expect(reasonOf("<html><body>cut", true)).toBe("truncated");
});
