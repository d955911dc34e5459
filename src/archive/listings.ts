import type { Sql } from "../platform/sql.ts";
import { koreanMonth, monthEnd } from "../time.ts";
import { jsonParts } from "./json-parts.ts";
import { publishedOf } from "./rows.ts";

/** Keeps that sources list articles, and counts them in their months. */
export function addListings(sql: Sql, listings: readonly { source: string; n: number }[], at: string): void {
  for (const part of jsonParts(listings.map(({ source, n }) => [source, n])))
    sql.run("INSERT INTO listing (source, n) SELECT value ->> 0, value ->> 1 FROM jsonb_each(?)", [part]);
  for (const [source, own] of Map.groupBy(listings, ({ source }) => source)) {
    for (const [month, { length }] of Map.groupBy(own, ({ n }) => koreanMonth(publishedOf(n)))) {
      sql.run(
        `INSERT INTO month (source, month, articles, late) VALUES (?, ?, ?, ?)
         ON CONFLICT (source, month) DO UPDATE SET articles = articles + excluded.articles`,
        [source, month, length, monthEnd(month) <= Date.parse(at) ? at : null],
      );
    }
  }
}
