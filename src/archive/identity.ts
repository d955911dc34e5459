import type { Sql } from "../platform/sql.ts";
import type { ArchivedArticle } from "./merge.ts";
import { titleHash } from "./title-hash.ts";

/** The keys by which copies and reprints of an article are found: its titles, and the signature of its text. */

/** Earlier titles that are looked at: a title that changes at every look costs no more. */
export const EARLIER_TITLES = 10;

type Titled = Pick<ArchivedArticle, "title" | "earlierTitles" | "language" | "outlet">;

/** @param before the article before a change, whose titles are kept already if its outlet and language were the same */
export function keepTitles(sql: Sql, n: number, article: Titled, before?: Titled): void {
  const { title, earlierTitles = [], language, outlet } = article;
  if (outlet === undefined) return;
  const isKnown = before?.outlet === outlet && before.language === language;
  if (isKnown && before.title === title) return;
  for (const each of isKnown ? [title] : [...earlierTitles.slice(-EARLIER_TITLES), title]) {
    sql.run("INSERT OR IGNORE INTO title (hash, n) VALUES (?, ?)", titleHash(outlet, language, each), n);
  }
}

/** @param signature empty if the text is too short for one */
export function keepSignature(sql: Sql, n: number, language: string, signature: string): void {
  if (signature === "") sql.run("DELETE FROM text_signature WHERE n = ?", n);
  else {
    sql.run(
      "INSERT OR REPLACE INTO text_signature (n, language, signature) VALUES (?, ?, ?)",
      ...[n, language, signature],
    );
  }
}

/** The signature of an article's text; undefined if it has no text that could be told from others. */
export const signatureOf = (sql: Sql, n: number): string | undefined =>
  sql.rows<{ signature: string }>("SELECT signature FROM text_signature WHERE n = ?", n)[0]?.signature;
