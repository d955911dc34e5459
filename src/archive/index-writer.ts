import type { Sql } from "../platform/sql.ts";
import { plainText } from "../scrape/text.ts";
import { jsonParts } from "./json-parts.ts";
import { tokensOf } from "./search-index.ts";

/** Words of the dictionary that are remembered, at most: most articles have few others. */
const MAX_KNOWN = 10_000;

/**
 * Writes the search index, all of a transaction's articles together: FTS5 writes a segment each time that it is read
 * after a write, and looking up which words are new reads it. After a transaction that failed, another one takes its place.
 */
export class IndexWriter {
  readonly #sql: Sql;
  /** Tokens by article, and the words of them all. */
  readonly #tokens = new Map<number, string>();
  readonly #words = new Set<string>();
  /** Words that the dictionary has. */
  readonly #known = new Set<string>();
  #isReplacing = false;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** Indexes an article at the end of the transaction; unless it is new, in place of what is indexed of it. */
  add(n: number, title: string, excerpt: string, html: string, isNew = false): void {
    const { tokens, words } = tokensOf(title, excerpt, plainText(html));
    this.#tokens.set(n, tokens);
    for (const word of words) if (!this.#known.has(word)) this.#words.add(word);
    this.#isReplacing ||= !isNew;
  }

  write(): void {
    const insert = this.#isReplacing ? "INSERT OR REPLACE" : "INSERT";
    for (const part of jsonParts(this.#tokens))
      this.#sql.run(`${insert} INTO search (rowid, tokens) SELECT value ->> 0, value ->> 1 FROM jsonb_each(?)`, [part]);
    if (this.#known.size === MAX_KNOWN) this.#known.clear();
    for (const part of jsonParts(this.#words)) {
      this.#writeWords(part);
      // Parsed again: a word that is a slice of a text keeps all of it in memory.
      for (const word of JSON.parse(part) as string[]) if (this.#known.size < MAX_KNOWN) this.#known.add(word);
    }
    this.#tokens.clear();
    this.#words.clear();
    this.#isReplacing = false;
  }

  /** Adds the words that the dictionary does not have. */
  #writeWords(words: string): void {
    const unknown = this.#sql.column<string>(
      `SELECT value FROM jsonb_each(?) AS word
       WHERE NOT EXISTS (SELECT 1 FROM vocabulary WHERE term = word.value)`,
      [words],
    );
    if (unknown.length === 0) return;
    this.#sql.run("INSERT INTO dictionary (words) VALUES (?)", [unknown.join(" ")]);
  }
}
