import { describe, expect, test } from "vitest";
import { Archive } from "../../src/archive/archive.ts";
import { dueFrom } from "../../src/archive/article-looks.ts";
import { nodeSql } from "../../src/platform/node.ts";
import { articlesIn, listing, NOW, page } from "./fixtures.ts";

describe("the tables", () => {
  test("an archive of a later schema is refused, and one that is there is opened as it is", () => {
    const sql = nodeSql(":memory:");
    const archive = new Archive(sql);
    archive.commit([listing(page(NOW, 3))], NOW);
    expect(articlesIn(new Archive(sql))).toEqual(articlesIn(archive));
    sql.run("INSERT INTO schema (version) VALUES (99)");
    expect(() => new Archive(sql)).toThrow(/it is older/);
  });

  /** What reads every feed must read along an index, however many articles are kept. */
  test.each([
    [
      "the newest of a source",
      "SELECT article.* FROM listing CROSS JOIN article ON article.n = listing.n WHERE listing.source = 'a' ORDER BY listing.n DESC LIMIT 200",
    ],
    ["a batch of a source", "SELECT n FROM listing WHERE source = 'a' AND n BETWEEN 1 AND 2 ORDER BY n DESC LIMIT 64"],
    [
      "articles by key",
      "SELECT article.* FROM json_each('[]') AS wanted JOIN article ON article.key = wanted.value AND article.site = 1",
    ],
    ...(["urgent", "first", "again"] as const).map((kind): [string, string] => [
      `pages that are due, ${kind}`,
      `SELECT article.n ${dueFrom(kind)}`.replaceAll("?1", "'x'").replaceAll("?2", "'[]'").replaceAll("?3", "'a'"),
    ]),
    [
      "pages that an error keeps from being read",
      "SELECT key FROM article WHERE page_error IS NOT NULL ORDER BY n DESC LIMIT 500",
    ],
    ["deletions of an article", "SELECT seq FROM journal WHERE n = 1 AND event IN ('gone', 'back') ORDER BY seq"],
    [
      "outages and gaps",
      "SELECT * FROM journal WHERE event IN ('outage', 'recovered', 'gap', 'filled') AND seq < 5 ORDER BY seq DESC LIMIT 9",
    ],
    [
      "edits",
      "SELECT seq FROM journal WHERE event IN ('edited', 'gone', 'back') AND seq < 5 ORDER BY seq DESC LIMIT 200",
    ],
    [
      "edits without details",
      "SELECT seq FROM journal WHERE event IN ('edited', 'gone', 'back') AND event = 'edited' AND seq > (SELECT coalesce(max(seq), 0) FROM edit) ORDER BY seq LIMIT 9",
    ],
    [
      "found articles",
      "SELECT rowid FROM search WHERE search MATCH '\"a\"' AND rowid BETWEEN 1 AND 2 ORDER BY rowid DESC LIMIT 64",
    ],
    ["words with a prefix", "SELECT term FROM vocabulary WHERE term >= 'a' AND term < 'a~' LIMIT 401"],
  ])("%s: no table is read from end to end, and nothing is sorted", (_, statement) => {
    const { store } = new Archive(nodeSql(":memory:"));
    const plan = store.sql.rows<{ detail: string }>(`EXPLAIN QUERY PLAN ${statement}`).map(({ detail }) => detail);
    for (const step of plan)
      expect(step).not.toMatch(
        /SCAN (?:article|listing|journal|word)(?! USING (?:COVERING )?INDEX article_(?:due|first|urgent|error))|TEMP B-TREE/,
      );
  });
});
