import type { Change, Replaced } from "../archive/changes.ts";
import type { Result } from "../archive/select.ts";
import { changedPassage, diffHtml } from "../feeds/diff.ts";
import type { ChangeExtension, DeletedEntry, Entry } from "../feeds/document.ts";
import { escapeHtml } from "../scrape/text.ts";
import { timeInUtc } from "../time.ts";

/** A change as an entry of a feed: readable in a reader that shows no styles, and as data in JSON. */

/** Characters of old and new words in a summary, and in the data. */
const MAX_SUMMARY_LENGTH = 500;
const MAX_DATA_LENGTH = 4000;

type Field = "title" | "excerpt" | "text";

/** @param entry the changed article as an entry */
export function changeEntry(entry: Entry, change: Change): Entry {
  const { extension, ...rest } = entry;
  const { kind, article, title } = change;
  const fields = fieldsOf(change);
  const what = kind === "edited" ? `Edited (${fields.map(([field]) => field).join(", ")})` : KINDS[kind];
  return {
    ...rest,
    title: `${what}: ${title?.after ?? entry.title}`,
    summary: kind === "edited" ? editSummary(fields) : sentenceOf(change),
    content: changeHtml(change),
    ...(extension && { extension: { ...extension, key: article.key, change: dataOf(change, fields) } }),
  };
}

const KINDS = { gone: "No longer at its address", back: "Back at its address" } as const;

/** The fields that changed. */
const fieldsOf = ({ title, excerpt, body }: Change): [Field, Replaced][] =>
  Object.entries({ title, excerpt, text: body }).filter((field): field is [Field, Replaced] => field[1] !== undefined);

function editSummary(fields: readonly [Field, Replaced][]): string {
  const [first] = fields;
  if (!first) return "The text was edited.";
  const { before, after } = changedPassage(first[1].before, first[1].after, MAX_SUMMARY_LENGTH);
  // Links and pictures of a text can change without its words.
  return before === after ? "Only markup was edited." : `Before: ${before} After: ${after}`;
}

/** A deletion or a return as a sentence. */
function sentenceOf({ kind, at, since }: Change): string {
  if (kind === "back") return `The article is back at its address, seen ${timeInUtc(at)}.`;
  const first = since ? `, first seen ${timeInUtc(since)}` : "";
  return `The website has no page at the article's address any more${first}, confirmed ${timeInUtc(at)}. The archive keeps the article.`;
}

/** A change's words as HTML. */
function changeHtml(change: Change): string {
  if (change.kind !== "edited") return `<p>${escapeHtml(sentenceOf(change))}</p>`;
  return fieldsOf(change)
    .map(([field, { before, after }]) => {
      const html = diffHtml(before, after);
      return field === "title" ? `<p><strong>${html}</strong></p>` : `<p>${html}</p>`;
    })
    .join("");
}

/** A change as a page shows it: its `html` is made by this program. */
export type ShownChange = ReturnType<typeof shownChange>;

/** Characters of HTML that a list shows of one change; the article's page shows all of it. */
const MAX_SHOWN_HTML = 3000;

export function shownChange(change: Change) {
  const { kind, article } = change;
  const html = hideBrackets(changeHtml(change));
  const isShort = html.length <= MAX_SHOWN_HTML;
  return { kind, article, html: isShort ? html : `<p>${escapeHtml(editSummary(fieldsOf(change)))}</p>` };
}

/** On pages the brackets of a difference are for screen readers: others see the colours. */
export const hideBrackets = (html: string): string =>
  html
    .replaceAll(/(<(?:del|ins)>)(\[-|\{\+)/g, "$1<i>$2</i>")
    .replaceAll(/(-\]|\+\})(<\/(?:del|ins)>)/g, "<i>$1</i>$2");

function dataOf({ kind, at, since, summary }: Change, fields: readonly [Field, Replaced][]): ChangeExtension {
  if (kind !== "edited") return { kind, at, ...(since && { since }) };
  const passages = fields.map(([field, { before, after }]) => ({
    field,
    ...changedPassage(before, after, MAX_DATA_LENGTH),
  }));
  return {
    kind,
    at,
    fields: fields.map(([field]) => field),
    before: Object.fromEntries(passages.map(({ field, before }) => [field, before])),
    after: Object.fromEntries(passages.map(({ field, after }) => [field, after])),
    ...(summary && {
      words_changed: summary.wordsChanged,
      numbers_changed: summary.numbersChanged,
      names_changed: summary.namesChanged,
      substantial: summary.substantial,
    }),
  };
}

/** The articles of a page of changes that are gone, and are not back. */
export const deletedIn = ({ changes = {} }: Result): DeletedEntry[] =>
  Object.values(changes)
    .filter(({ kind, at, article }) => kind === "gone" && article.gone === at)
    .map((change) => ({ ref: change.article.id, when: change.at, comment: sentenceOf(change) }));
