import type { Sql } from "../platform/sql.ts";
import type { Coverage } from "./coverage.ts";
import type { SourceStatus } from "./source-status.ts";

interface SourceNumbers {
  /** Number of its articles' last event, and of the last one that its snapshot includes. */
  seq: number;
  snapshot: number;
}

/** What is kept of a source as JSON. */
interface SourceState {
  status: SourceStatus;
  coverage: Coverage;
  /** Keys of the articles on the first page of its listing, when it was parsed last. */
  listed: string[];
}

export type SourceRow = SourceNumbers & Partial<SourceState>;

/** What is kept of the sources. It is read at each look, and nobody else writes it: it stays in memory. */
export class SourceRows {
  readonly #sql: Sql;
  #rows: Map<string, SourceRow> | undefined;
  /** The columns that the transaction has changed, by id; undefined outside of one. */
  #changed: Map<string, Partial<SourceRow>> | undefined;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** All that are kept, by id. A value never changes: another replaces it. */
  all(): ReadonlyMap<string, SourceRow> {
    this.#rows ??= new Map(
      this.#sql
        .rows<Record<keyof SourceState, string | null> & SourceNumbers & { id: string }>(
          "SELECT id, seq, coalesce(snapshot, 0) AS snapshot, status, coverage, listed FROM source",
        )
        .map(({ id, seq, snapshot, ...state }) => {
          const kept = Object.entries(state).flatMap(([name, json]) =>
            json === null ? [] : [[name, JSON.parse(json)]],
          );
          return [id, { seq, snapshot, ...Object.fromEntries(kept) }];
        }),
    );
    return this.#rows;
  }

  get(id: string): SourceRow {
    return this.all().get(id) ?? { seq: 0, snapshot: 0 };
  }

  /** A transaction begins. */
  begin(): void {
    this.#changed = new Map();
  }

  /**
   * Saves columns of a source: all that a transaction saves of it is one row that is written, at its end.
   *
   * @throws Error outside of a transaction, where nothing would write it
   */
  save(id: string, columns: Partial<SourceRow>): void {
    if (!this.#changed) throw new Error("a source is saved only in a transaction");
    const changed = Object.fromEntries(Object.entries(columns).filter(([, value]) => value !== undefined));
    if (Object.keys(changed).length === 0) return;
    const after = { ...this.get(id), ...changed };
    this.#rows?.set(id, after);
    this.#changed.set(id, { ...this.#changed.get(id), ...changed });
  }

  /** The transaction ends. */
  write(): void {
    for (const [id, columns] of this.#changed ?? []) {
      const changed = Object.entries(columns);
      const row = Object.entries({ seq: 0, ...columns });
      this.#sql.run(
        `INSERT INTO source (${["id", ...row.map(([name]) => name)].join(", ")}) VALUES (?${", ?".repeat(row.length)})
         ON CONFLICT (id) DO UPDATE SET ${changed.map(([name]) => `${name} = excluded.${name}`).join(", ")}`,
        [id, ...row.map(([, value]) => (typeof value === "number" ? value : JSON.stringify(value)))],
      );
    }
    this.#changed = undefined;
  }
}
