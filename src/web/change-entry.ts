import type { Change } from "../archive/change.ts";
import type { Result } from "../archive/select.ts";
import type { DeletedEntry, Entry } from "../feeds/document.ts";
import { escapeHtml } from "../scrape/text.ts";
import { timeInUtc } from "../time.ts";

/** A change as an entry of a feed: readable in a reader that shows no styles, and as data in JSON. */

/** @param entry the changed article as an entry */
export function changeEntry(entry: Entry, change: Change): Entry {
  const { extension, ...rest } = entry;
  const { kind, article, at, since, edit } = change;
  const what = kind === "edited" ? `Edited (${edit?.data.fields.join(", ")})` : KINDS[kind];
  return {
    ...rest,
    title: `${what}: ${entry.title}`,
    summary: edit?.summary ?? sentenceOf(change),
    content: changeHtml(change),
    ...(extension && {
      extension: { ...extension, key: article.key, change: { kind, at, ...(since && { since }), ...edit?.data } },
    }),
  };
}

const KINDS = { gone: "No longer at this address", back: "Back at its address" } as const;

function sentenceOf({ kind, at, since }: Change): string {
  if (kind === "back") return `The article is back at its address, seen ${timeInUtc(at)}.`;
  const first = since ? `, first seen ${timeInUtc(since)}` : "";
  return `The website has no page at the article's address any more${first}, confirmed ${timeInUtc(at)}. The archive keeps the article.`;
}

const changeHtml = (change: Change): string => change.edit?.html ?? `<p>${escapeHtml(sentenceOf(change))}</p>`;

/** A change as a page shows it: its `html` is made by this program. */
export type ShownChange = ReturnType<typeof shownChange>;

/** Characters of HTML that a list shows of one change; the article's page shows all of it. */
const MAX_SHOWN_HTML = 3000;

/** A change for a list; one that is too long is said in a sentence. */
export function shownChange(change: Change) {
  const { kind, article } = change;
  const html = hideBrackets(changeHtml(change));
  const isShort = html.length <= MAX_SHOWN_HTML;
  return { kind, article, html: isShort ? html : `<p>${escapeHtml(change.edit?.summary ?? sentenceOf(change))}</p>` };
}

/** On pages the brackets of a difference are for screen readers: others see the colours. */
export const hideBrackets = (html: string): string =>
  html
    .replaceAll(/(<(?:del|ins)>)(\[-|\{\+)/g, "$1<i>$2</i>")
    .replaceAll(/(-\]|\+\})(<\/(?:del|ins)>)/g, "<i>$1</i>$2");

/** The articles of a page of changes that are gone, and are not back. */
export const deletedIn = ({ changes = {} }: Result): DeletedEntry[] =>
  Object.values(changes)
    .filter(({ kind, at, article }) => kind === "gone" && article.gone === at)
    .map((change) => ({ ref: change.article.id, when: change.at, comment: sentenceOf(change) }));
