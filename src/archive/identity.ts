import type { Sql } from "../platform/sql.ts";
import { hashesOf } from "../scrape/fingerprint.ts";
import { bareTitle } from "../scrape/titles.ts";
import { jsonParts } from "./json-parts.ts";
import type { ArchivedArticle } from "./merge.ts";

/** The keys by which copies and reprints of an article are found: its titles, and the signature of its text. */

/** Earlier titles that are looked at: a title that changes at every look costs no more. */
const EARLIER_TITLES = 10;

type Titled = Pick<ArchivedArticle, "title" | "earlierTitles" | "language" | "outlet">;

/**
 * The titles of an article that say something, as hashes; none if its outlet is not known.
 *
 * @param before the article before a change, whose titles are kept already if its outlet and language were the same
 */
export function titleHashesOf(n: number, article: Titled, before?: Titled): [hash: number, n: number][] {
  const { title, earlierTitles = [], language, outlet } = article;
  if (outlet === undefined) return [];
  const isKnown = before?.outlet === outlet && before.language === language;
  if (isKnown && before.title === title) return [];
  const titles = isKnown ? [title] : [...earlierTitles.slice(-EARLIER_TITLES), title];
  return titles.filter(bareTitle).map((each) => [titleHash(outlet, language, each), n]);
}

/** A title of an outlet in one language as a number below 2^53; two titles that differ have the same one by accident only. */
function titleHash(outlet: string, language: string, title: string): number {
  const [high, low] = hashesOf(`${outlet}\n${language.toLowerCase()}\n${bareTitle(title)}`);
  return (high & 0x1fffff) * 0x100000000 + low;
}

/** Keeps titles by their hashes, each with the row of its article; those that are kept already stay. */
export function saveTitleHashes(sql: Sql, titles: readonly [hash: number, n: number][]): void {
  for (const part of jsonParts(titles))
    sql.run("INSERT OR IGNORE INTO title (hash, n) SELECT value ->> 0, value ->> 1 FROM jsonb_each(?)", [part]);
}

/** @param signature empty if the text is too short for one */
export function saveSignature(sql: Sql, n: number, language: string, signature: string): void {
  if (signature === "") sql.run("DELETE FROM text_signature WHERE n = ?", [n]);
  else {
    sql.run(
      `INSERT OR REPLACE INTO text_signature (n, language, signature)
       VALUES (?, ?, ?)`,
      [n, language, signature],
    );
  }
}

/** The signature of an article's text; undefined if it has no text, or one that is too short. */
export const signatureOf = (sql: Sql, n: number): string | undefined =>
  sql.column<string>("SELECT signature FROM text_signature WHERE n = ?", [n])[0];
