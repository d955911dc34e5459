/**
 * What the archive needs from SQLite, for the storage of a Durable Object and for `node:sqlite`. Statements say `LIMIT +?`:
 * for `LIMIT ?`, SQLite reads the value when it plans, so it plans the statement again whenever a value is bound.
 */
export interface Sql {
  /** Runs one statement that returns nothing. */
  run(statement: string, values?: readonly Value[]): void;
  /** Runs one statement and returns its rows. */
  rows<Row>(statement: string, values?: readonly Value[]): Row[];
  /** Runs one statement and returns the first column of its rows. */
  column<Type extends Value>(statement: string, values?: readonly Value[]): Type[];
  /**
   * Runs `SELECT <columns> <rest>`. On Cloudflare it reads rows with many columns several times as fast as `rows`, which
   * makes each value by itself.
   *
   * @param columns expressions by the name of their column
   */
  select<Row>(columns: Columns<Row>, rest: string, values?: readonly Value[]): Row[];
  /** Runs `work` in a transaction, which is rolled back if `work` throws. Transactions do not nest. */
  transaction<Result>(work: () => Result): Result;
  /** Rows written since the start, as the platform counts them. Absent if it does not limit them. */
  rowsWritten?(): number;
}

/** What a transaction says whose file is no longer where it was. */
export const FILE_MOVED = "was moved, removed or replaced";

/** What a commit says while a backup is being restored. */
export const RESTORING = "a backup is being restored";

/**
 * Why nothing can be stored, whatever it is; undefined for another error. Most are SQLite's words, which an error also has
 * that comes from the archive's object; Cloudflare's own are of a day's rows that are used up. `refused`: another process
 * holds the file, it may not be written, or a backup is being restored.
 */
export function diskError(error: unknown): "full" | "moved" | "refused" | "failing" | undefined {
  const text = String(error);
  if (/disk is full|Exceeded allowed rows written/.test(text)) return "full";
  if (text.includes(FILE_MOVED)) return "moved";
  if (/database is locked|readonly database|unable to open database/.test(text) || text.includes(RESTORING))
    return "refused";
  return /disk (?:I\/O error|image)/.test(text) ? "failing" : undefined;
}

export type Columns<Row> = Readonly<Record<keyof Row & string, string>>;

/** A value in SQLite. Dates are texts, booleans are 0 and 1. */
export type Value = string | number | null;
