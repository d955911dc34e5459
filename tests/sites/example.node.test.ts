import { expect, test } from "vitest";
import { readArticlePage, readListing } from "../../src/sites/reader.ts";
import type { Source } from "../../src/sites/site.ts";
import { contributing } from "../readme.ts";
import { example } from "./example.ts";
import text from "./example.ts?raw";

const source = { location: {}, ...example.sources[0], site: example } as Source;
const NOW = Date.parse("2026-01-31T00:00:00Z");

test("the example of a website in CONTRIBUTING.md is this one", () => {
  const [, shown = ""] = /```ts\n(.*?)```/s.exec(contributing()) ?? [];
  expect(shown).toBe(text.replaceAll("../../src/sites/", "./").replaceAll("../../src/", "../"));
});

test("it reads a listing and an article", () => {
  const cards = [1, 2, 3].map(
    (n) => `<li><a href="/article/${n}">Title ${n}</a><p>What article ${n} says.</p><i>30 January 2026</i></li>`,
  );
  const listing = readListing({
    html: `<html><body><ul>${cards.join("")}</ul></body></html>`,
    source,
    address: "https://news.example/latest",
    now: NOW,
  });
  expect(listing).toMatchObject({
    articles: [1, 2, 3].map((n) => ({
      id: `tag:news.example,2026:${n}`,
      title: `Title ${n}`,
      excerpt: `What article ${n} says.`,
      day: "2026-01-30",
      url: `https://news.example/article/${n}`,
    })),
  });
  const page =
    "<html><body><h1>Title 2</h1><time>30 January 2026</time><article><p>The text.</p></article></body></html>";
  expect(readArticlePage({ html: page, source, address: "https://news.example/article/2", now: NOW })).toMatchObject({
    story: { article: { key: "2", title: "Title 2", day: "2026-01-30" }, body: "<p>The text.</p>" },
  });
  expect(
    readArticlePage({
      html: "<html><body><h1>Home</h1></body></html>",
      source,
      address: "https://news.example/article/2",
      now: NOW,
    }),
  ).toMatchObject({
    failure: { reason: "layout-changed" },
  });
});
