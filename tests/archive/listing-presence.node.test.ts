import { expect, test } from "vitest";
import { Archive } from "../../src/archive/archive.ts";
import type { SourceCommit } from "../../src/archive/source-commit.ts";
import type { ScrapedArticle } from "../../src/article.ts";
import { nodeSql } from "../../src/platform/node.ts";
import { exported, HOUR, listing, NOW, page, shownAt } from "./fixtures.ts";

/** What the first page of a listing shows no more, or again. */

const [a, b, c, d, e] = page(NOW, 5) as [
  ScrapedArticle,
  ScrapedArticle,
  ScrapedArticle,
  ScrapedArticle,
  ScrapedArticle,
];
const newer = shownAt(NOW + HOUR);

/** An archive with these articles, whose pages were read, and looks at the listing, in hours. */
function archiveOf(articles: readonly ScrapedArticle[]) {
  const archive = new Archive(nodeSql(":memory:"));
  const commit = (more: Partial<SourceCommit>, hours: number) =>
    archive.commit([{ source: "kcna-en", ...more }], NOW + hours * HOUR);
  const look = (shown: readonly ScrapedArticle[], hours: number) => commit(listing(shown, { isLook: true }), hours);
  const origin = { source: "kcna-en", site: "kcnawatch", timeZone: "Asia/Pyongyang" };
  const read = (article: ScrapedArticle, hours: number) =>
    commit({ pages: [{ ...origin, article, body: "<p>Text.</p>" }] }, hours);
  const absent = ({ key }: ScrapedArticle, hours: number) =>
    commit({ absentPages: [{ site: "kcnawatch", key }] }, hours);
  const due = (hours: number) =>
    archive.duePages("kcnawatch", ["kcna-en"], 99, NOW + hours * HOUR).map(({ key }) => key);
  look(articles, 0);
  for (const article of articles) read(article, 0);
  return { archive, look, read, absent, due };
}

test("of an article that vanishes from the middle, the page is read at once; one that leaves at the bottom was pushed out", () => {
  const { archive, look, read, due } = archiveOf([a, b, c, d, e]);
  look([newer, a, b, d], 2);
  read(newer, 2);
  expect(due(2)).toEqual([c.key]);
  const lastSeen = exported(archive).flatMap((line) =>
    "event" in line && line.looks?.last_seen ? [[line.key, line.looks.last_seen]] : [],
  );
  expect(lastSeen).toEqual([e, c].map(({ key }) => [key, "2026-06-01T00:00:00Z"]));
});

test("a first page of another edition's articles alone has pushed all of them out: no page is read for it", () => {
  const { look, due } = archiveOf([a, b, c]);
  look([], 2);
  expect(due(2)).toEqual([]);
});

test("of an article that is gone, the page is read when the listing shows it again, once", () => {
  const { look, read, absent, due } = archiveOf([a, b, c]);
  for (const hours of [1, 7]) absent(b, hours);
  look([a, c], 8);
  expect(due(8)).toEqual([]);
  look([a, b, c], 9);
  expect(due(9)).toEqual([b.key]);
  absent(b, 9);
  look([a, b, c], 10);
  look([newer, a, b, c], 11);
  read(newer, 11);
  expect(due(11)).toEqual([]);
});
