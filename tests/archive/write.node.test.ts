import { expect, test } from "vitest";
import { Archive } from "../../src/archive/archive.ts";
import { nodeSql } from "../../src/platform/node.ts";
import { listing, NOW, shownAt } from "./fixtures.ts";

const timeZone = "Asia/Pyongyang";
const article = shownAt(NOW);
const pageCommit = (more: { image?: string; original?: string; body?: string }) => ({
  source: "kcna-en",
  pages: [{ source: "kcna-en", site: "kcnawatch", timeZone, article, ...more }],
});
const kept = (archive: Archive) => [...archive.articles()][0];

test("an article page adds the picture and the original's address once, and replaces neither", () => {
  const archive = new Archive(nodeSql(":memory:"));
  archive.commit([listing([article])], NOW);
  const first = { image: "https://kcnawatch.org/1.jpg", original: "http://www.kcna.kp/en/article/q/1.kcmsf" };
  expect(archive.commit([pageCommit(first)], NOW + 1000)[0]).toMatchObject({ edited: 0, enriched: 1 });
  expect(kept(archive)).toMatchObject(first);
  const other = { image: "https://kcnawatch.org/2.jpg", original: "http://www.kcna.kp/en/article/q/2.kcmsf" };
  expect(archive.commit([pageCommit(other)], NOW + 2000)[0]).toMatchObject({ edited: 0, enriched: 0 });
  expect(kept(archive)).toMatchObject(first);
});
