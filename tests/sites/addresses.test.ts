import { expect, test } from "vitest";
import { articleAt, articleKey, isAnswer, keyOfHref } from "../../src/sites/addresses.ts";
import type { Site } from "../../src/sites/site.ts";

/** What the addresses of a website mean, whatever the website. */

const site = {
  ...{ id: "example", name: "Example", origin: "https://news.example", aliases: ["m.news.example:8080"] },
  ...{ idPrefix: "tag:news.example,2026:", timeZone: "UTC", articlePath: /\/a\/(\w+)/, sources: [] },
  listingPath: () => "/",
} as unknown as Site;
const keyOf = (path: string) => articleKey(site, new URL(path, site.origin));

test("a key is at the beginning of a path, and has 200 characters at most", () => {
  expect([keyOf("/a/1"), keyOf("/a/1/title?x"), keyOf("/tags/a/1"), keyOf("/b/1")]).toEqual([
    ...["1", "1"],
    ...[undefined, undefined],
  ]);
  expect([keyOf(`/a/${"1".repeat(200)}`)?.length, keyOf(`/a/${"1".repeat(201)}`)]).toEqual([200, undefined]);
});

test("a link to another website, or to another port, is no article's, though its path is that of one", () => {
  const keyOfLink = keyOfHref(site, new URL("https://mirror.example/list"));
  for (const host of ["", "https://news.example", "http://news.example", "//m.news.example:8080", "//mirror.example"])
    expect([host, keyOfLink(`${host}/a/1`)]).toEqual([host, "1"]);
  for (const host of ["https://other.example", "https://news.example:444", "//m.news.example", "//news.example.evil"])
    expect([host, keyOfLink(`${host}/a/1`)]).toEqual([host, undefined]);
  expect(articleAt([site], "https://news.example/a/1")).toEqual({ site, key: "1" });
  expect(articleAt([site], "https://other.example/a/1")).toBeUndefined();
});

test("an article's answer is its own page under any slug, and never another article's", () => {
  expect(isAnswer(site, "/a/1/old", "/a/1/new")).toBe(true);
  expect([isAnswer(site, "/a/1", "/a/2"), isAnswer(site, "/a/1", "/")]).toEqual([false, false]);
});
