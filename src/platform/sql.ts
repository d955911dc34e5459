/** What the archive needs of SQLite: the same for a Durable Object's storage and for `node:sqlite`. */
export interface Sql {
  /** Runs one statement that returns nothing. */
  run(statement: string, ...values: Value[]): void;
  /** Runs one statement and returns its rows. */
  rows<Row>(statement: string, ...values: Value[]): Row[];
  /** Runs `work` in a transaction: all of it is kept, or (if it throws) none. Transactions do not nest. */
  transaction<Result>(work: () => Result): Result;
}

/** What SQLite stores; dates are texts, truth values are 0 and 1. */
export type Value = string | number | null;
