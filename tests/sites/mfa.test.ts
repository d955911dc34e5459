import { expect, test } from "vitest";
import { page } from "../pages.ts";
import { article, keyOf, listing, locationOf } from "./outlets.ts";

const ANSWER = "조선민주주의인민공화국 외무성 대변인대답";

test("a list is read by its links and the day near them; neither 더보기 nor (끝) is text", () => {
  expect(listing("kp-mfa-ko", page("mfa-list"))).toMatchObject([
    {
      key: "24898",
      title: ANSWER,
      day: "2026-10-04",
      excerpt: expect.stringMatching(/^조선민주주의인민공화국 외무성 대변인은 .*대답하였다\.$/),
    },
    { key: "24893", title: "외무성 대표단 귀국", day: "2026-10-03", excerpt: "외무성 대표단이 10월 3일 귀국하였다." },
  ]);
});

test("the dots before 더보기 are not the excerpt's", () => {
  const cut = (dots: string) => page("mfa-list").replace("귀국하였다.", `귀국하였다.${dots}`);
  for (const dots of ["..........", " .........."])
    expect(listing("kp-mfa-ko", cut(dots))[1]).toMatchObject({ excerpt: "외무성 대표단이 10월 3일 귀국하였다." });
});

test("an item's title is its first line where only 더보기 is a link", () => {
  const html = page("mfa-list").replace(/<h3><a href="http[^>]*>([^<]*)<\/a><\/h3>/, "<p>$1</p>");
  expect(listing("kp-mfa-ko", html)[0]).toMatchObject({ key: "24898", title: ANSWER, day: "2026-10-04" });
});

test("an article is the title that the list printed and the largest block of paragraphs below it", () => {
  const read = article("kp-mfa-ko", "/view/article/24898", page("mfa-article"), ANSWER);
  expect(read).toMatchObject({
    article: { title: ANSWER, day: "2026-10-04" },
    image: "http://www.mfa.gov.kp/app/uploads/2026/10/spokesman.jpg",
    body: expect.stringMatching(
      /대답하였다\.<\/p>\n<p>우리는 지역정세를 엄격히 주시하고있다\.<\/p>\n<p>연습은 지체없이 중지되여야 한다\.<\/p>$/,
    ),
  });
  // The date may stand among the paragraphs; it is none of them.
  const dated = page("mfa-article").replace("<div><p><img", "<div><p>2026.10.4.</p><p><img");
  expect(article("kp-mfa-ko", "/view/article/24898", dated.replace("<span>2026.10.4.</span>", ""), ANSWER)).toEqual(
    read,
  );
  // Nor is what stands behind the text, if its beginning is apart.
  const first = "<p>외무성 대변인이 10월 4일 기자의 질문에 대답하였다.</p>";
  const apart = page("mfa-article")
    .replace("</span>\n<div>", `</span>${first}<div>`)
    .replace("<p>(끝)</p></div>", "</div><div>방문자: 123,445</div>");
  expect(article("kp-mfa-ko", "/view/article/24898", apart, ANSWER)).toMatchObject({
    body: expect.stringMatching(/^<p>외무성 대변인이 10월 4일 .*<p>연습은 지체없이 중지되여야 한다\.<\/p>\s*$/s),
  });
  expect(article("kp-mfa-ko", "/view/article/24898", page("mfa-article"), "외무성 대표단 귀국")).toBe("wrong-page");
  expect(article("kp-mfa-ko", "/view/article/24898", page("mfa-list"), ANSWER)).toBe("wrong-page");
});

test("a key is the number; a category is one that the website has", () => {
  expect(keyOf("kp-mfa-ko", "/view/article/24796")).toBe("24796");
  expect(keyOf("kp-mfa-ko", "/article/category/views")).toBeUndefined();
  expect(locationOf("mfa", "ko", { category: "views" })).toEqual({ category: "views" });
  expect(() => locationOf("mfa", "ko", { category: "sport" })).toThrow("category must be one of foreign-ministry,");
});
