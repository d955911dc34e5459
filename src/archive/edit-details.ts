import { changedPassage, diffHtml } from "../feeds/diff.ts";
import type { ChangeExtension } from "../feeds/document.ts";
import { logError } from "../log.ts";
import { summarizeEdit } from "../query/edit-summary.ts";
import { plainText } from "../scrape/text.ts";
import type { Store } from "./store.ts";

/**
 * What a feed shows of an edit. To compare two long texts takes milliseconds, so it is computed once, after the commit
 * that brings the edit, and kept in the table `edit`. Edits that an earlier version or a backup has brought follow, some
 * at each commit; until then, each reader's query computes it. A migration empties the table if edits are to look
 * different.
 */
export interface EditDetails {
  html: string;
  /** A sentence. */
  summary: string;
  data: Omit<ChangeExtension, "kind" | "at" | "since"> & { fields: Field[] };
}

type Field = "title" | "excerpt" | "text";
interface Replaced {
  before: string;
  after: string;
}

/** What an edit replaced; undefined if it is the same, or there was nothing before. */
const replaced = (before?: string | null, after?: string | null): Replaced | undefined =>
  before && before !== (after ?? "") ? { before, after: after ?? "" } : undefined;

/** Characters of old and new words in a summary, and in the data. */
const MAX_SUMMARY_LENGTH = 500;
const MAX_DATA_LENGTH = 4000;

/**
 * The details of an edit.
 *
 * @param seq number of the edit's event
 * @returns also the characters of texts that were read
 */
function computeEdit({ sql }: Store, seq: number): { edit: EditDetails; length: number } {
  const [texts = {}] = sql.rows<Record<string, string | null>>(
    `SELECT earlier.title AS before_title, journal.title AS after_title, earlier.excerpt AS before_excerpt,
       journal.excerpt AS after_excerpt, earlier.html AS before_html, journal.html AS after_html
     FROM journal JOIN journal AS earlier ON earlier.seq = journal.previous WHERE journal.seq = ?`,
    [seq],
  );
  const html = replaced(texts.before_html, texts.after_html);
  const fields = Object.entries({
    title: replaced(texts.before_title, texts.after_title),
    excerpt: replaced(texts.before_excerpt, texts.after_excerpt),
    text: html && { before: plainText(html.before), after: plainText(html.after) },
  }).filter((field): field is [Field, Replaced] => field[1] !== undefined);
  return { edit: detailsOf(fields), length: html ? html.before.length + html.after.length : 0 };
}

function detailsOf(fields: readonly [Field, Replaced][]): EditDetails {
  const passages = fields.map(
    ([field, { before, after }]) => [field, changedPassage(before, after, MAX_DATA_LENGTH)] as const,
  );
  return {
    html: fields.map(([field, texts]) => fieldHtml(field, texts)).join(""),
    summary: sentenceOf(fields),
    data: {
      fields: fields.map(([field]) => field),
      before: Object.fromEntries(passages.map(([field, { before }]) => [field, before])),
      after: Object.fromEntries(passages.map(([field, { after }]) => [field, after])),
      ...summarizeEdit(fields.map(([, texts]) => texts)),
    },
  };
}

function fieldHtml(field: Field, { before, after }: Replaced): string {
  const html = diffHtml(before, after);
  return field === "title" ? `<p><strong>${html}</strong></p>` : `<p>${html}</p>`;
}

function sentenceOf([first]: readonly [Field, Replaced][]): string {
  if (!first) return "The text was edited.";
  const { before, after } = changedPassage(first[1].before, first[1].after, MAX_SUMMARY_LENGTH);
  // Links and pictures of a text can change without its words.
  return before === after ? "Only markup was edited." : `Before: ${before} After: ${after}`;
}

/** The details that are kept, or else computed now. Without words, if they cannot be computed: its neighbours are shown. */
export function readEdit(store: Store, seq: number): ReturnType<typeof computeEdit> {
  const [json] = store.sql.column<string | null>("SELECT details FROM edit WHERE seq = ?", [seq]);
  if (json) return { edit: JSON.parse(json) as EditDetails, length: 0 };
  try {
    return computeEdit(store, seq);
  } catch {
    return { edit: detailsOf([]), length: 0 };
  }
}

/** Edits that one commit computes at most, and characters of texts after which it stops: some 10 ms. */
const MAX_EDITS = 20;
const MAX_LENGTH = 100_000;

/**
 * Keeps the details of edits that have none, the oldest first.
 *
 * @returns whether some still wait
 */
export function saveEdits(store: Store): boolean {
  try {
    return saveSome(store);
  } catch (error) {
    // The commit before is not affected, and the next one tries again.
    logError("edits", error);
    return true;
  }
}

function saveSome(store: Store): boolean {
  const { sql } = store;
  // The first condition is that of the index `journal_change`.
  const waiting = sql.column<number>(
    `SELECT seq FROM journal WHERE event IN ('edited', 'gone', 'back') AND event = 'edited'
       AND seq > (SELECT coalesce(max(seq), 0) FROM edit) ORDER BY seq LIMIT +?`,
    [MAX_EDITS],
  );
  if (waiting.length === 0) return false;
  return sql.transaction(() => {
    let length = 0;
    const isLong = waiting.some((seq) => {
      length += saveEdit(store, seq);
      return length > MAX_LENGTH;
    });
    return isLong || waiting.length === MAX_EDITS;
  });
}

/** One that cannot be computed stops no other: its row is empty. Returns the characters that were read. */
function saveEdit(store: Store, seq: number): number {
  const keep = (...values: (number | string | null)[]) =>
    store.sql.run("INSERT INTO edit (seq, substantial, details) VALUES (?, ?, ?)", [seq, ...values]);
  try {
    const { edit, length } = computeEdit(store, seq);
    keep(Number(edit.data.substantial), JSON.stringify(edit));
    return length;
  } catch (error) {
    logError("edits", error, { seq });
    keep(null, null);
    return 0;
  }
}
