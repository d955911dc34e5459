import { expect, test } from "vitest";
import { localBridge } from "../../src/archive/local.ts";
import { migrate } from "../../src/archive/schema.ts";
import { nodeSql } from "../../src/platform/node.ts";
import type { Sql } from "../../src/platform/sql.ts";
import { settingsOf } from "../../src/settings.ts";
import { HOUR, listing, NOW, page } from "./fixtures.ts";

/** Upgrades of an archive that an earlier version of the bridge has written. */

const schemaOf = (sql: Sql) => sql.rows("SELECT type, name, sql FROM sqlite_schema ORDER BY type, name");
const versionOf = (sql: Sql) => sql.rows<{ v: number }>("SELECT max(version) AS v FROM schema")[0]?.v;

test("an upgrade that stops after any of its steps goes on from there", () => {
  const whole = nodeSql(":memory:");
  migrate(whole);
  const steps = versionOf(whole) as number;
  for (let stop = 0; stop < steps; stop++) {
    const sql = nodeSql(":memory:");
    let left = stop;
    const transaction: Sql["transaction"] = (work) =>
      sql.transaction(() => {
        const result = work();
        if (left-- === 0) throw new Error("disk full");
        return result;
      });
    expect(() => migrate({ ...sql, transaction })).toThrow("disk full");
    expect(versionOf(sql) ?? 0).toBe(stop);
    migrate(sql);
    expect(schemaOf(sql)).toEqual(schemaOf(whole));
  }
});

test("articles whose further edits must wait are still known after `restless` was renamed", () => {
  const sql = nodeSql(":memory:");
  const articles = page(NOW, 3);
  localBridge(settingsOf({}), sql).archive.commit([listing(articles)], NOW);
  const noise = { looks: [], editLimited: articles.map(({ key }) => key) };
  sql.run("UPDATE source SET status = json_set(status, '$.noise', json(?))", [JSON.stringify(noise)]);
  // As version 7 wrote it.
  sql.run(`UPDATE source SET status = replace(status, '"editLimited":', '"restless":')`);
  sql.run("DROP TABLE reindex");
  sql.run("DROP INDEX article_gone");
  sql.run("DROP TABLE edit");
  sql.run("DROP TABLE restoring");
  sql.run("DELETE FROM schema WHERE version > 7");

  const { archive } = localBridge(settingsOf({}), sql);
  expect(archive.status(NOW + HOUR).sources["kcna-en"]?.noise).toEqual(noise);
});

test("an archive of the first version, which named a column and an event otherwise, goes on", () => {
  const sql = nodeSql(":memory:");
  const articles = page(NOW, 3);
  const { archive } = localBridge(settingsOf({}), sql);
  archive.commit([listing(articles)], NOW);
  archive.commit(
    [listing(articles.map((article) => ({ ...article, image: "https://kcnawatch.org/a1.jpg" })))],
    NOW + HOUR,
  );
  const journal = sql.rows("SELECT * FROM journal");
  expect(sql.rows("SELECT * FROM journal WHERE event = 'enriched'")).toHaveLength(3);
  const schema = schemaOf(sql);
  const [trigger] = sql.column<string>("SELECT sql FROM sqlite_schema WHERE name = 'journal_no_update'");
  sql.run("ALTER TABLE article RENAME COLUMN enriched_at TO learned");
  sql.run("DROP TRIGGER journal_no_update");
  sql.run("UPDATE journal SET event = 'learned' WHERE event = 'enriched'");
  sql.run(trigger as string);

  const later = localBridge(settingsOf({}), sql).archive;
  expect(sql.rows("SELECT * FROM journal")).toEqual(journal);
  expect(schemaOf(sql)).toEqual(schema);
  expect(later.commit([listing(page(NOW + HOUR, 2))], NOW + 2 * HOUR)).toMatchObject([{ added: 1 }]);
});
