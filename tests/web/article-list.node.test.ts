import { expect, test } from "vitest";
import type { Article } from "../../src/article.ts";
import { ArticleList } from "../../src/web/pages/articles.tsx";

const article = (key: string, url: string): Article => ({
  ...{ site: "kcnawatch", key, id: `tag:${key}`, source: "kcna-en", language: "en", url },
  ...{ title: `Title ${key}`, excerpt: "", day: "2026-01-30", firstSeen: "2026-01-30T01:00:00Z" },
  ...{ published: "2026-01-30T01:00:00Z", updated: "2026-01-30T01:00:00Z" },
});

test("an article whose address is none, as a changed backup may have it, does not take its neighbours with it", async () => {
  const articles = [article("a", "https://kcnawatch.org/a"), article("b", "none"), article("c", "javascript:alert(1)")];
  const html = String(
    await ArticleList({ base: { url: "https://bridge.example" }, articles, words: [], sources: [], now: 0 }),
  );
  for (const text of ["Title a", "Title b", "Title c", ">kcnawatch.org</a>", "<span>none</span>"])
    expect(html).toContain(text);
  expect(html).not.toMatch(/href="(?:none|javascript)/);
});
