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
  sql.run("DELETE FROM schema WHERE version > 7");

  const { archive } = localBridge(settingsOf({}), sql);
  expect(archive.status(NOW + HOUR).sources["kcna-en"]?.noise).toEqual(noise);
});
