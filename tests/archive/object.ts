import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import type { Bindings } from "../../src/archive/bridge.ts";

/** The archive's object from the inside: what it has written. */

const archive = () => {
  const namespace = (env as Bindings).ARCHIVE;
  return namespace.get(namespace.idFromName("archive"));
};

const rowsOf = <Row>(statement: string): Promise<Row[]> =>
  runInDurableObject(archive(), (_, { storage }) => storage.sql.exec(statement).toArray() as Row[]);

/** KV writes that the object has made, by day. */
export const kvWrites = (): Promise<{ day: string; writes: number }[]> =>
  rowsOf("SELECT day, writes FROM usage ORDER BY day");

/** What the journal says, without the articles. */
export const journal = (): Promise<{ seq: number; event: string; source: string }[]> =>
  rowsOf("SELECT seq, event, source FROM journal ORDER BY seq");

interface CountedRows {
  /** Rows that were read, as Cloudflare counts them: `rowsRead` of each statement. */
  read: number;
  /** Rows of tables and of indexes that were written: `rowsWritten` of each statement. */
  counted: number;
  /** Rows that the search index writes into tables of its own, which no statement's `rowsWritten` has. */
  ofSearchIndex: number;
  /** The largest parts, for people. */
  largest: string;
}

/**
 * Counts the rows that the object reads and writes from now on.
 *
 * @returns ends the counting
 */
export const countRows = (): Promise<() => Promise<CountedRows>> =>
  runInDurableObject(archive(), (_, { storage }) => {
    const prototype = Object.getPrototypeOf(storage.sql) as { exec: SqlStorage["exec"] };
    const { exec } = prototype;
    const changes = (sql: SqlStorage) => Number(exec.call(sql, "SELECT total_changes() AS changes").one().changes);
    const parts = new Map<string, number>();
    let read = 0;
    /** The cursor of the last statement, whose rows are read after it is made. */
    let last: { rowsRead: number } | undefined;
    const start = changes(storage.sql);
    let ownChanges = 0;
    prototype.exec = function (this: SqlStorage, statement: string, ...values: SqlStorageValue[]) {
      const before = changes(this);
      read += last?.rowsRead ?? 0;
      const cursor = exec.call(this, statement, ...values);
      last = cursor;
      // SQLite has written every row before it returns the first.
      const { rowsWritten } = cursor;
      if (rowsWritten > 0) parts.set(nameOf(statement), (parts.get(nameOf(statement)) ?? 0) + rowsWritten);
      if (!/INTO search\b/.test(statement)) ownChanges += changes(this) - before;
      return cursor;
    } as SqlStorage["exec"];
    return () =>
      runInDurableObject(archive(), (_, { storage }) => {
        prototype.exec = exec;
        const largest = [...parts].sort(([, a], [, b]) => b - a).map(([name, rows]) => `${rows} ${name}`);
        return {
          read: read + (last?.rowsRead ?? 0),
          counted: [...parts.values()].reduce((sum, rows) => sum + rows, 0),
          ofSearchIndex: changes(storage.sql) - start - ownChanges,
          largest: largest.slice(0, 6).join(", "),
        };
      });
  });

/** `INSERT INTO journal`, `UPDATE article SET page_due`. */
const nameOf = (statement: string): string =>
  /^\s*(?:INSERT.*? INTO \w+|UPDATE \w+ SET \w+|\w+)/.exec(statement)?.[0] ?? "";
