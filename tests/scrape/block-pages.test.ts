import { expect, test } from "vitest";
import { decode } from "../../src/refresh/page-bytes.ts";
import { parsePage } from "../../src/scrape/page.ts";
import { page } from "../pages.ts";
import { encodeEucKr } from "../replica/outlets/faults.ts";

const ARTICLE = /\/article\/(?:list|detail)\/[0-9a-f]{32}/;

test.each([
  ["South Korea's, in EUC-KR", decode(encodeEucKr(page("kcsc-block")), "text/html")],
  [
    "South Korea's, with the address that was asked for",
    `${page("kcsc-block").slice(0, 250)}<p>/article/detail/${"a".repeat(32)}</p></head></html>`,
  ],
  ["a firewall's, which prints the address that was asked for", page("web-page-blocked")],
])("a block page is none of the website's: %s", (_, html) => {
  expect(parsePage(html, () => ARTICLE.test(html))).toMatchObject({ failure: { reason: "blocked" } });
});

test("South Korea's block page is read in its own charset", () => {
  expect(decode(encodeEucKr(page("kcsc-block")), "text/html")).toContain("접속차단");
});

test.each(["kcna-kp-list", "kcna-kp-article", "source-156", "article"])(
  "a page of a website is no block page: %s",
  (name) => {
    expect(parsePage(page(name), () => ARTICLE.test(page(name)))).not.toHaveProperty("failure");
  },
);

test("an article about blocked pages is no block page", () => {
  const html = page("kcna-kp-article").replaceAll("Respected Comrade", "Web Page Blocked: kcsc, says");
  expect(parsePage(html, () => ARTICLE.test(html))).not.toHaveProperty("failure");
});
