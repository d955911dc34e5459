import { mkdirSync, mkdtempSync, renameSync, rmSync, statSync, symlinkSync, unlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, expect, test, vi } from "vitest";
import { nodeSql } from "../../src/platform/node.ts";
import { diskError } from "../../src/platform/sql.ts";

afterEach(() => {
  vi.unstubAllGlobals();
});

test("a Node whose SQLite is too old is told so before the archive is opened; newer ones are not", () => {
  const openWith = (sqlite: string | undefined) => {
    vi.stubGlobal("process", Object.create(process, { versions: { value: { ...process.versions, sqlite } } }));
    return nodeSql(":memory:");
  };
  for (const version of ["3.50.4", "3.9.0", "2.99.1", undefined]) {
    const message = `this Node has SQLite ${version ?? ""}, and 3.51 is needed: install the newest Node 24`;
    expect(() => openWith(version)).toThrow(message);
  }
  for (const version of ["3.51.0", "3.53.4", "3.100.0", "4.0.0"]) openWith(version).close();
});

test("a file whose folder cannot be looked into is one that was moved, until it can be", () => {
  const folder = mkdtempSync(join(tmpdir(), "sql-"));
  const [data, elsewhere] = [join(folder, "data"), join(folder, "elsewhere")];
  mkdirSync(data);
  const sql = nodeSql(join(data, "archive.db"));
  const write = () => sql.transaction(() => sql.run("CREATE TABLE IF NOT EXISTS one (a)"));
  renameSync(data, elsewhere);
  // As a disk that fails (EIO): the system does not say whether the file is there.
  symlinkSync(data, data);
  let thrown: unknown;
  try {
    write();
  } catch (error) {
    thrown = error;
  }
  expect([thrown, diskError(thrown)]).toEqual([expect.any(Error), "moved"]);
  unlinkSync(data);
  renameSync(elsewhere, data);
  write();
  sql.close();
  rmSync(folder, { recursive: true });
});

test("if SQLite has rolled a transaction back itself, as on a full disk, its error is the one that counts", () => {
  const sql = nodeSql(":memory:");
  const write = () =>
    sql.transaction(() => {
      sql.run("ROLLBACK");
      throw new Error("database or disk is full");
    });
  expect(write).toThrow("database or disk is full");
  sql.close();
});

test("no other program writes between what a transaction reads and what it writes", () => {
  const folder = mkdtempSync(join(tmpdir(), "sql-"));
  const sql = nodeSql(join(folder, "archive.db"));
  sql.run("CREATE TABLE one (a)");
  const other = new DatabaseSync(join(folder, "archive.db"), { timeout: 0 });
  const write = () => other.exec("INSERT INTO one VALUES (1)");
  sql.transaction(() => {
    expect(sql.rows("SELECT a FROM one")).toEqual([]);
    expect(write).toThrow("database is locked");
    sql.run("INSERT INTO one VALUES (2)");
  });
  write();
  expect(sql.column("SELECT a FROM one")).toEqual([2, 1]);
  other.close();
  sql.close();
  rmSync(folder, { recursive: true });
});

test("the log of writes that grew while another program read for long gives its space back when that has ended", () => {
  const folder = mkdtempSync(join(tmpdir(), "sql-"));
  const sql = nodeSql(join(folder, "archive.db"));
  sql.run("CREATE TABLE one (a)");
  const reader = new DatabaseSync(join(folder, "archive.db"));
  reader.exec("BEGIN; SELECT a FROM one");
  const size = () => statSync(join(folder, "archive.db-wal")).size / 2 ** 20;
  for (let i = 0; i < 20; i++) sql.transaction(() => sql.run("INSERT INTO one VALUES (zeroblob(1048576))"));
  expect(size()).toBeGreaterThan(20);
  reader.exec("COMMIT");
  for (let i = 0; i < 3; i++) sql.transaction(() => sql.run("INSERT INTO one VALUES (1)"));
  expect(size()).toBeLessThan(9);
  reader.close();
  sql.close();
  rmSync(folder, { recursive: true });
});
