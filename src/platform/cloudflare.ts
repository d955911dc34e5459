import { logError } from "../log.ts";
import type { Snapshots } from "./snapshots.ts";
import type { Columns, Sql, Value } from "./sql.ts";

/** The ports `Sql` and `Snapshots` on Cloudflare. */

/** SQLite in a Durable Object's storage. */
export function durableObjectSql(storage: DurableObjectStorage): Sql {
  let rowsWritten = 0;
  const rows = <Row>(statement: string, values: readonly Value[] = []) => {
    const cursor = storage.sql.exec(statement, ...values);
    const rows = cursor.toArray() as Row[];
    rowsWritten += cursor.rowsWritten;
    return rows;
  };
  return {
    run(statement, values = []) {
      rowsWritten += storage.sql.exec(statement, ...values).rowsWritten;
    },
    rows,
    column<Type>(statement: string, values: readonly Value[] = []) {
      const cursor = storage.sql.exec(statement, ...values);
      const column = Array.from(cursor.raw(), ([value]) => value as Type);
      rowsWritten += cursor.rowsWritten;
      return column;
    },
    select<Row>(columns: Columns<Row>, rest: string, values: readonly Value[] = []) {
      const names = Object.keys(columns);
      const statement = `SELECT ${arraysOf(Object.values(columns))} ${rest}`;
      const parse = (arrays: unknown) =>
        (JSON.parse(`[${arrays}]`) as Value[][]).map((row) => objectOf(names, row) as Row);
      try {
        if (names.length <= MAX_VALUES) return parse(rows<{ all: string }>(together(statement), values)[0]?.all ?? "");
      } catch (error) {
        if (!/SQLITE_TOOBIG/.test(String(error))) throw error;
      }
      const arrays = rows<Record<string, string>>(statement, values).map(
        (row) => `[${Object.values(row).map((text) => text.slice(1, -1))}]`,
      );
      return parse(arrays);
    },
    transaction: (work) => storage.transactionSync(work),
    rowsWritten: () => rowsWritten,
  };
}

/** All rows as one text, because workerd makes an object of each row. It refuses texts of more than some megabytes. */
const together = (statement: string) => `SELECT group_concat(values_0) AS "all" FROM (${statement})`;

/** Values of one `json_array`: on Cloudflare, a function takes 32 arguments at most. */
const MAX_VALUES = 32;

/** Columns with the values of expressions as JSON arrays. */
function arraysOf(expressions: readonly string[]): string {
  const arrays: string[] = [];
  for (let i = 0; i < expressions.length; i += MAX_VALUES)
    arrays.push(`json_array(${expressions.slice(i, i + MAX_VALUES)}) AS values_${i}`);
  return arrays.join();
}

function objectOf(names: readonly string[], values: readonly Value[]): Record<string, Value> {
  const object: Record<string, Value> = {};
  for (let i = 0; i < names.length; i++) object[names[i] as string] = values[i] as Value;
  return object;
}

/** Keys of one KV bulk read. */
const BULK = 100;
/**
 * Milliseconds after which KV counts as failing: readers are then served from the archive. A write that hangs would hold up
 * all later ones, and with them the end of each cron run.
 */
const READ_TIMEOUT = 3_000;
const WRITE_TIMEOUT = 10_000;

/** Snapshots in a KV namespace. A call throws if KV fails or takes too long. */
export const kvSnapshots = (kv: KVNamespace): Snapshots => ({
  async get(keys) {
    const values = new Map<string, unknown>();
    for (let i = 0; i < keys.length; i += BULK) {
      const some = keys.slice(i, i + BULK);
      const read = await within(READ_TIMEOUT, readJson(kv, some));
      for (const [key, value] of read) if (value !== null) values.set(key, value);
    }
    return values;
  },
  put: (key, value) => within(WRITE_TIMEOUT, kv.put(key, JSON.stringify(value))),
});

/** @throws Error if the work takes longer; what comes of it then is ignored */
const within = <Result>(ms: number, work: Promise<Result>): Promise<Result> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`KV did not answer within ${ms / 1000} seconds`)), ms);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });

const readJson = (kv: KVNamespace, keys: string[]): Promise<Map<string, unknown>> =>
  kv.get<unknown>(keys, "json").catch((error) => {
    if (!/json/i.test(String(error))) throw error;
    return readEach(kv, keys);
  });

/** KV rejects a bulk read if one value is not JSON. This reads each value by itself and leaves the broken ones out. */
async function readEach(kv: KVNamespace, keys: string[]): Promise<Map<string, unknown>> {
  const texts = await kv.get(keys, "text");
  const values = new Map<string, unknown>();
  for (const [key, text] of texts) {
    try {
      if (text !== null) values.set(key, JSON.parse(text));
    } catch (error) {
      logError("snapshots", error, { key });
    }
  }
  return values;
}
