import { expect, test, vi } from "vitest";
import posts from "../pages/chosonsinbo-posts.json" with { type: "json" };
import { article, keyOf, listing, sourceOf } from "./outlets.ts";

const JSON_LIST = JSON.stringify(posts);

test("a listing is the posts of WordPress's API: the key is the number, the day that of the post, not of the slug", () => {
  expect(listing("chosonsinbo-ko", JSON_LIST)).toEqual([
    {
      key: "96998",
      id: "tag:chosonsinbo.com,2026:96998",
      url: "https://chosonsinbo.com/2026/10/05sk-61/",
      title: "〈학교소식〉 오사까의 우리 학교에서 ‘가을운동회’",
      excerpt: "오사까의 우리 학교에서 가을운동회가 열렸다.",
      language: "ko",
      day: "2026-10-06",
      collectedAt: Date.parse("2026-10-06T00:30:00+09:00"),
      image: "https://chosonsinbo.com/wp-content/uploads/2026/10/sk61-1.jpg",
    },
    expect.objectContaining({
      key: "96990",
      title: "황해남도에서 벼가을 마감단계",
      excerpt: "황해남도에서 벼탈곡실적이 83％에 이르렀다.",
    }),
  ]);
});

test("the Japanese edition is a source of its own", () => {
  expect(listing("chosonsinbo-ja", JSON_LIST)).toMatchObject([{ key: "96997", language: "ja" }]);
});

test("a text is without the gallery's style; pictures are as they were uploaded; the paywall's words are none", () => {
  const path = (id: number) => sourceOf("chosonsinbo-ko").site.articlePagePath?.(String(id)) as string;
  const read = article(
    "chosonsinbo-ko",
    path(96998),
    JSON.stringify(posts[0]),
    "〈학교소식〉 오사까의 우리 학교에서 ‘가을운동회’",
  );
  expect(read).toMatchObject({
    article: { key: "96998", url: "https://chosonsinbo.com/2026/10/05sk-61/", day: "2026-10-06" },
    image: "https://chosonsinbo.com/wp-content/uploads/2026/10/sk61-1.jpg",
    body: expect.stringMatching(
      /<p>오사까의 우리 학교에서 10월 4일 가을운동회가 열렸다\.<\/p>\n<p>학부모들과 졸업생들이 함께 달렸다\.<\/p>$/,
    ),
  });
  expect(JSON.stringify(read)).not.toMatch(/gallery-item|320x166/);
  expect(article("chosonsinbo-ja", path(96997), JSON.stringify(posts[1]))).toMatchObject({
    body: "<p>大阪の朝鮮学校で10月4日、秋の運動会が開かれた。</p>",
  });
  expect(
    article(
      "chosonsinbo-ko",
      path(96998),
      JSON.stringify(posts[2]),
      "〈학교소식〉 오사까의 우리 학교에서 ‘가을운동회’",
    ),
  ).toBe("wrong-page");
});

test.each([
  "http:/www.chosonsinbo.com/2026/10/05sk-61/",
  "https:/www.chosonsinbo.com/2026/10/05sk-61/",
  "http://chosonsinbo.com/2026/10/05sk-61/",
])("a post is read where its link is written as %s", (link) => {
  const [read] = listing("chosonsinbo-ko", JSON.stringify([{ ...posts[0], link }])) as { key: string; url: string }[];
  expect(read).toMatchObject({ key: "96998", url: "https://chosonsinbo.com/2026/10/05sk-61/" });
  const path = "/wp-json/wp/v2/posts/96998";
  expect(article("chosonsinbo-ko", path, JSON.stringify({ ...posts[0], link }))).toMatchObject({
    article: { key: "96998", url: "https://chosonsinbo.com/2026/10/05sk-61/" },
  });
});

test("a link without a path (WordPress's plain permalinks) keeps its query", () => {
  const link = "https://chosonsinbo.com/?p=96998";
  expect(listing("chosonsinbo-ko", JSON.stringify([{ ...posts[0], link }]))).toMatchObject([{ url: link }]);
});

test("one post that cannot be read stops no other, and the log counts it; an answer that is no list says so", () => {
  const log = vi.spyOn(console, "error").mockImplementation(() => undefined);
  const elsewhere = [
    "https://chosonsinbo.com.example/",
    "http:/example.org/",
    "https:chosonsinbo.com/",
    "ftp://chosonsinbo.com/",
  ];
  const foreign = elsewhere.map((link) => ({ ...posts[2], link }));
  expect(listing("chosonsinbo-ko", JSON.stringify([...posts, ...foreign]))).toHaveLength(2);
  expect(log.mock.calls.flat()).toEqual([
    `{"event":"listing","source":"chosonsinbo-ko","error":"4 of ${posts.length + 4} posts cannot be read"}`,
  ]);
  log.mockClear();
  listing("chosonsinbo-ko", JSON_LIST);
  expect(log).not.toHaveBeenCalled();
  const broken = JSON.stringify([{ id: "x" }, null, ...posts, { ...posts[2], link: "javascript:alert(1)" }]);
  expect(listing("chosonsinbo-ko", broken)).toHaveLength(2);
  for (const text of ['{"code":"rest_no_route"}', "<html></html>", "[1,2]", "[", ""]) {
    expect(listing("chosonsinbo-ko", text)).toBe("layout-changed");
  }
  log.mockRestore();
  expect(listing("chosonsinbo-ko", "[]", 1)).toBe("empty");
  expect(listing("chosonsinbo-ko", "[]")).toBe("empty");
  expect(article("chosonsinbo-ko", "/wp-json/wp/v2/posts/1", '{"code":"rest_post_invalid_id"}')).toBe("layout-changed");
});

test("keys are of the API's addresses; older pages go on where the page before ended", () => {
  const source = sourceOf("chosonsinbo-ko");
  const path = source.site.listingPath(source, 2) as string;
  expect(keyOf("chosonsinbo-ko", "/wp-json/wp/v2/posts/96998?_fields=id")).toBe("96998");
  expect(path).toContain("page=3");
  expect(source.site.listingOffset?.(source, new URL(path, source.site.origin))).toBe(40);
});
