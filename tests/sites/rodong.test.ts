import { describe, expect, test } from "vitest";
import { page } from "../pages.ts";
import { article, keyOf, listing, sourceOf } from "./outlets.ts";

const SHIPYARD = "《남포의 배무이》 기적은 ２４시간 이어진다";
const PATH = "/ko/index.php?MTJAMjAyNi0xMC0wNS1BMDAyQDFAMUBAMEA4QA==";

/** An address of fields, as the website makes it. */
const address = (fields: string) => `/ko/index.php?${btoa(String.fromCharCode(...new TextEncoder().encode(fields)))}`;

describe("an address of Rodong Sinmun", () => {
  test.each([
    ["from a list", address("12@2026-02-19-003@1@1@@0@8@")],
    ["from a search, with Korean in it", address("8@2026-02-19-003@19@@원산@151")],
    ["without padding", address("12@2026-02-19-003@1@1@@0@10@").replace(/=+$/, "")],
    [
      "percent-encoded",
      `/ko/index.php?${encodeURIComponent(address("15@2026-02-19-003@2@1@@0@8@").split("?")[1] ?? "")}`,
    ],
    [
      "in the alphabet for addresses",
      `/ko/index.php?${address("8@2026-02-19-003@19@@남포>?@151").slice(14).replaceAll("+", "-").replaceAll("/", "_")}`,
    ],
    ["without a file", address("1@2026-02-19-003@@").replace("index.php", "")],
  ])("tells the article's id: %s", (_, path) => {
    expect(keyOf("kp-rodong-ko", path)).toBe("ko-2026-02-19-003");
  });

  test("an id may have a letter, and is of one language", () => {
    expect(keyOf("kp-rodong-ko", address("12@2026-02-19-a003@1@1@"))).toBe("ko-2026-02-19-A003");
    expect(keyOf("kp-rodong-en", address("12@2026-02-19-003@").replace("/ko/", "/en/"))).toBe("en-2026-02-19-003");
    expect(keyOf("kp-rodong-en", address("12@2026-02-19-003@").replace("/ko/", "/cn/"))).toBe("zh-2026-02-19-003");
  });

  test.each([
    address("2@@2@1@"),
    address("1@@@@"),
    "/ko/index.php?%%%",
    "/ko/index.php?!!!",
    "/ko/",
    address("12@2026-02-19@"),
  ])("names no article: %s", (path) => expect(keyOf("kp-rodong-ko", path)).toBeUndefined());
});

describe("today's list of Rodong Sinmun", () => {
  test("each row is an article with its printed day, in digits of either width, and without its author", () => {
    expect(listing("kp-rodong-ko", page("rodong-list"))).toMatchObject([
      {
        key: "ko-2026-10-06-001",
        title: "경애하는 김정은동지께서 송학온실농장을 찾으시였다",
        day: "2026-10-06",
        excerpt: "",
      },
      { key: "ko-2026-10-05-A002", title: SHIPYARD, day: "2026-10-05", excerpt: "" },
      { key: "ko-2026-10-05-003", title: "원산에서 새 다리 개통", day: "2026-10-05", excerpt: "" },
      { key: "ko-2026-10-04-004", title: "학생들 나무심기 진행", day: "2026-10-04", excerpt: "" },
    ]);
  });

  test("an article's link is an address that the website printed", () => {
    expect(listing("kp-rodong-ko", page("rodong-list"))[0]).toMatchObject({
      url: "http://www.rodong.rep.kp/ko/index.php?MTJAMjAyNi0xMC0wNi0wMDFAMUAxQEAwQDhA",
      id: "tag:rodong.rep.kp,2026:ko-2026-10-06-001",
    });
  });

  test("the Korean paper in the place of the English one is told", () => {
    const html = page("rodong-list").replaceAll("/ko/", "/en/");
    expect(listing("kp-rodong-en", html)).toBe("wrong-page");
  });

  test("only today's paper is asked for: the website has no older pages of it", () => {
    const source = sourceOf("kp-rodong-ko");
    expect(source.site.listingPath(source, 0)).toBe("/ko/index.php?MkBAMkAxQA==");
    expect(source.site.listingPath(source, 1)).toBeUndefined();
  });
});

describe("an article of Rodong Sinmun", () => {
  test("title, day and text; neither the link to the list nor a picture printed inside the page", () => {
    const read = article("kp-rodong-ko", PATH, page("rodong-article"), SHIPYARD);
    expect(read).toMatchObject({
      article: { key: "ko-2026-10-05-A002", title: SHIPYARD, day: "2026-10-05" },
      body: "<p>남포의 배무이현장에서는 밤낮이 따로 없다.</p>\n<p>로동자들은 선체조립을 ３일 앞당겨 끝냈다.</p>\n<p>본사기자 리수평</p>",
    });
    expect(read).toMatchObject({ image: undefined });
  });

  test("September is printed Sept., and the link to the list may be a bare line", () => {
    expect(article("kp-rodong-en", PATH.replace("/ko/", "/en/"), page("rodong-article-en"))).toMatchObject({
      article: { day: "2026-09-05", language: "en" },
      body: "<p>There is no night on the slips of Nampho.</p>\n<p>The hull was assembled three days early.</p>",
    });
  });

  test("another article and the list are never taken for the article", () => {
    expect(article("kp-rodong-ko", PATH, page("rodong-article"), "원산에서 새 다리 개통")).toBe("wrong-page");
    expect(article("kp-rodong-ko", PATH, page("rodong-article"), SHIPYARD.replace("２４", "48"))).toBe("wrong-page");
    expect(article("kp-rodong-ko", PATH, page("rodong-article"), SHIPYARD.replace("２４", "24"))).toHaveProperty(
      "body",
    );
    expect(article("kp-rodong-ko", PATH, page("rodong-list"), SHIPYARD)).toBe("wrong-page");
  });
});

test("a title may have several paragraphs; the listing prints it whole, or the line that is not a kicker", () => {
  const lines = ["《남포의 배무이》 기적은", "２４시간 이어진다"];
  const html = page("rodong-article").replace(`>${SHIPYARD}<`, `>${lines[0]}</p>\n<p class="TitleP">${lines[1]}<`);
  const { body } = article("kp-rodong-ko", PATH, page("rodong-article"), SHIPYARD) as { body: string };
  expect(article("kp-rodong-ko", PATH, html, SHIPYARD)).toMatchObject({ article: { title: SHIPYARD }, body });
  expect(article("kp-rodong-ko", PATH, html)).toMatchObject({ article: { title: SHIPYARD }, body });
  expect(article("kp-rodong-ko", PATH, html, lines[1])).toMatchObject({ article: { title: lines[1] }, body });
});
