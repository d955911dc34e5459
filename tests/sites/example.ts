import { failure } from "../../src/scrape/page.ts";
import type { Site } from "../../src/sites/site.ts";

export const example: Site = {
  id: "example",
  name: "Example News",
  origin: "https://news.example",
  idPrefix: "tag:news.example,2026:",
  timeZone: "Asia/Seoul",
  articlePath: /\/article\/(\d+)(?=[/?]|$)/,
  sources: [{ id: "example-en", name: "Example News", language: "en" }],

  listingPath: (_, page) => (page === 0 ? "/latest" : `/latest?page=${page + 1}`),

  parseArticle({ outline, dayIn }) {
    const find = (tag: string) => outline.elements.find(({ name }) => name === tag);
    const [heading, time, article] = [find("h1"), find("time"), find("article")];
    if (!heading || !time || !article) return failure("layout-changed", "the page has no title, date or text");
    return { title: outline.textOf(heading), day: dayIn(outline.textOf(time)), content: article.children };
  },
};
