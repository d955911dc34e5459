import { writeSync } from "node:fs";
import { Archive } from "../../src/archive/archive.ts";
import type { SourceCommit } from "../../src/archive/source-commit.ts";
import { nodeSql } from "../../src/platform/node.ts";
import { HOUR, listing, NOW, page, shownAt } from "./fixtures.ts";

/**
 * A process that commits pages to an archive in a file, one after the other without an end, and prints the number of
 * each as soon as it is committed: `node committer.ts <file> <first page>`. It is there to be killed.
 */

/** When a page is committed. */
export const timeOf = (i: number): number => NOW + i * HOUR;

/** The pages: listings that move on, with an edit at every third, and texts. */
export function commitOf(i: number): SourceCommit {
  const articles = page(timeOf(i), 12);
  const [, second] = articles;
  if (i % 5 === 4) {
    const article = shownAt(timeOf(i - 1));
    const body = `<p>${article.title}: the text, as page ${i} has it.</p>`.repeat(40);
    return {
      source: "kcna-en",
      pages: [{ source: "kcna-en", site: "kcnawatch", timeZone: "Asia/Pyongyang", article, body }],
    };
  }
  if (i % 3 === 2 && second) second.title = `${second.title}, edited on page ${i}`;
  return listing(articles, { source: i % 7 === 6 ? "newstream" : "kcna-en", isLook: true, from: 0 });
}

if (import.meta.main) {
  const [, , file = "", first = "0"] = process.argv;
  const archive = new Archive(nodeSql(file));
  for (let i = Number(first); ; i++) {
    const [result] = archive.commit([commitOf(i)], timeOf(i));
    if (result?.error ?? result?.failure) throw new Error(JSON.stringify(result));
    writeSync(1, `${i}\n`);
  }
}
