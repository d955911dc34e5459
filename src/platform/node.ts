import { statSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { memoize } from "../memoize.ts";
import { type Columns, FILE_MOVED, type Sql, type Value } from "./sql.ts";

/** The ports on Node. */

/**
 * Bytes that the log of writes keeps for the next ones: some more than it has between two checkpoints. It grows beyond them
 * while another program reads, and would keep that until the bridge stops.
 */
const MAX_WAL = 8 * 1024 * 1024;

/**
 * SQLite in a file, or in memory with the path `:memory:`.
 *
 * Write-ahead logging with a full sync: what a transaction has committed survives a crash and a power cut. A file that was
 * moved, removed or replaced takes no more transactions: they would be lost with the process. (SQLite refuses them, too, but
 * not with write-ahead logging.)
 */
export function nodeSql(path: string): Sql & { close(): void } {
  const { sqlite = "" } = process.versions;
  if (sqlite.localeCompare("3.51", "en", { numeric: true }) < 0)
    throw new Error(`this Node has SQLite ${sqlite}, and 3.51 is needed: install the newest Node 24`);
  const database = new DatabaseSync(path);
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000");
  database.exec(`PRAGMA journal_size_limit = ${MAX_WAL}`);
  const inode = inodeOf(path);
  // Each search has a statement of its own, so that there is no end of them.
  const prepare = memoize((text) => database.prepare(text), 500);
  const rows = <Row>(statement: string, values: readonly Value[] = []) => prepare(statement).all(...values) as Row[];
  return {
    run(statement, values = []) {
      prepare(statement).run(...values);
    },
    rows,
    column: <Type>(statement: string, values: readonly Value[] = []) =>
      rows<object>(statement, values).map((row) => Object.values(row)[0] as Type),
    select<Row>(columns: Columns<Row>, rest: string, values: readonly Value[] = []) {
      const list = Object.entries(columns).map(([name, expression]) => `${expression} AS ${name}`);
      return rows<Row>(`SELECT ${list.join(", ")} ${rest}`, values);
    },
    transaction(work) {
      if (inodeOf(path) !== inode)
        throw new Error(`${path} ${FILE_MOVED}: put it back, or save its articles with npm run backup`);
      database.exec("BEGIN IMMEDIATE");
      try {
        const result = work();
        database.exec("COMMIT");
        return result;
      } catch (error) {
        // SQLite has already rolled back if the disk is full or fails.
        if (database.isTransaction) database.exec("ROLLBACK");
        throw error;
      }
    },
    close: () => database.close(),
  };
}

/**
 * What tells a file from another at the same path; undefined if there is none, or if its folder cannot be looked into.
 * The file is not opened: to close it would end the locks that SQLite holds on it in this process.
 */
function inodeOf(path: string): bigint | undefined {
  try {
    return statSync(path, { bigint: true, throwIfNoEntry: false })?.ino;
  } catch {
    return undefined;
  }
}
