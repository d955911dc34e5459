import { diffWordsWithSpace, wordsWithSpaceDiff } from "diff";
import { commonEndLength, commonStartLength } from "../scrape/common-ends.ts";
import { escapeHtml, isLowSurrogate } from "../scrape/text.ts";

/** With more differences than this, the whole text is shown as replaced: computing them takes long, and nobody reads them. */
const MAX_EDITS = 200;
/** Maximum length of the differing parts of both texts, in characters, that are compared word by word. */
const MAX_COMPARED_LENGTH = 100_000;
/** Maximum length of a shown edit, in characters. */
export const MAX_SHOWN_LENGTH = 8000;
/** Characters of unchanged text that are shown beside a change, if the whole text is too long. */
const CONTEXT_LENGTH = 200;

interface Part {
  value: string;
  kind: "kept" | "removed" | "added";
}

/**
 * Renders the differences of two plain texts as HTML: removed words in `<del>`, added words in `<ins>`. The brackets
 * `[-old-] {+new+}` are for feed readers that ignore both elements.
 */
export function diffHtml(before: string, after: string): string {
  let html = "";
  for (const { value, kind } of shownParts(before, after)) {
    const text = escapeHtml(value);
    if (kind === "removed") html += `<del>[-${text}-]</del>`;
    else if (kind === "added") html += `${html.endsWith("</del>") ? " " : ""}<ins>{+${text}+}</ins>`;
    else html += text;
  }
  return html;
}

/** The differences of two plain texts, each text by itself, for two columns. */
export function diffColumns(before: string, after: string): { before: string; after: string } {
  const columns = { before: "", after: "" };
  for (const { value, kind } of shownParts(before, after)) {
    const text = escapeHtml(value);
    if (kind !== "added") columns.before += kind === "removed" ? `<del>${text}</del>` : text;
    if (kind !== "removed") columns.after += kind === "added" ? `<ins>${text}</ins>` : text;
  }
  return columns;
}

/** The parts of both texts, cut to what is shown: if the whole is too long, the changes and the text beside them. */
function shownParts(before: string, after: string): Part[] {
  const parts = partsOf(before, after);
  const isShort = parts.reduce((sum, { value }) => sum + value.length, 0) <= MAX_SHOWN_LENGTH;
  let remaining = MAX_SHOWN_LENGTH;
  const shown: Part[] = [];
  for (const [i, { value, kind }] of parts.entries()) {
    if (remaining <= 0) break;
    const text = isShort || kind !== "kept" ? value : contextOf(value, i > 0, i < parts.length - 1);
    shown.push({ kind, value: text.length > remaining ? `${head(text, remaining)}…` : text });
    remaining -= text.length;
  }
  if (remaining <= 0 && !isShort) shown.push({ kind: "kept", value: " …" });
  return shown;
}

/**
 * Both texts, cut to the part that changed and some words around it.
 *
 * @param most UTF-16 units of each, at most
 */
export function changedPassage(before: string, after: string, most: number): { before: string; after: string } {
  if (before.length <= most && after.length <= most) return { before, after };
  const context = Math.min(CONTEXT_LENGTH, Math.floor(most / 4));
  const common = commonStart(before, after);
  const start = Math.max(0, common - context);
  const end = Math.max(0, commonEnd(before, after, common) - context);
  const passage = (text: string) => {
    const part = text.slice(start, Math.max(start, text.length - end)).replace(/^[\udc00-\udfff]/, "");
    const isCut = part.length > most;
    return `${start > 0 ? "…" : ""}${head(part, most)}${isCut || end > 0 ? "…" : ""}`;
  };
  return { before: passage(before), after: passage(after) };
}

/** The parts of both texts in order. The common start and end are found first, because comparing words is slow. */
function partsOf(before: string, after: string): Part[] {
  const start = commonStart(before, after);
  const end = commonEnd(before, after, start);
  const removed = before.slice(start, before.length - end);
  const added = after.slice(start, after.length - end);
  const isCompared = removed.length + added.length <= MAX_COMPARED_LENGTH && mayHaveFewEdits(removed, added);
  const compared = isCompared ? diffWordsWithSpace(removed, added, { maxEditLength: MAX_EDITS }) : undefined;
  const middle: Part[] = compared
    ? compared.map(({ value, added, removed }) => ({ value, kind: added ? "added" : removed ? "removed" : "kept" }))
    : [
        // Too long or too different: only the beginning of each.
        { value: shortened(removed), kind: "removed" },
        { value: shortened(added), kind: "added" },
      ];
  const parts: Part[] = [
    { value: before.slice(0, start), kind: "kept" },
    ...middle,
    { value: before.slice(before.length - end), kind: "kept" },
  ];
  return parts.filter(({ value }) => value !== "");
}

/**
 * Whether two texts may have at most `MAX_EDITS` differences. Each word that one of them has more often is a
 * difference. Counting words takes a fraction of the time after which the comparison gives up.
 */
function mayHaveFewEdits(before: string, after: string): boolean {
  const counts = new Map<string, number>();
  const count = (text: string, sign: number) => {
    for (const word of wordsWithSpaceDiff.tokenize(text)) counts.set(word, (counts.get(word) ?? 0) + sign);
  };
  count(before, 1);
  count(after, -1);
  let edits = 0;
  for (const surplus of counts.values()) edits += Math.abs(surplus);
  return edits <= MAX_EDITS;
}

/** Two parts of this length and the context around them fit in `MAX_SHOWN_LENGTH`. */
const HALF_LENGTH = (MAX_SHOWN_LENGTH - 4 * CONTEXT_LENGTH) / 2;
const shortened = (text: string) => (text.length <= HALF_LENGTH ? text : `${head(text, HALF_LENGTH)}…`);

/** The first UTF-16 units of a text, without half of a surrogate pair at the end. */
const head = (text: string, length: number) => text.slice(0, length).replace(/[\ud800-\udbff]$/, "");

/** Maximum distance to the start of a word, in characters. Some scripts have no spaces between words. */
const MAX_WORD_LENGTH = 50;

/** Length of the common start of both texts, cut back to the start of a word. */
function commonStart(a: string, b: string): number {
  const at = commonStartLength(a, b);
  if (at === a.length && at === b.length) return at;
  for (let i = at; i > Math.max(0, at - MAX_WORD_LENGTH); i--) if (isSpace(a, i - 1)) return i;
  return at <= MAX_WORD_LENGTH ? 0 : at - Number(isLowSurrogate(a, at) || isLowSurrogate(b, at));
}

/** Length of the common end of both texts, from the start of a word. It does not overlap the common start. */
function commonEnd(a: string, b: string, start: number): number {
  const length = commonEndLength(a, b, Math.min(a.length, b.length) - start);
  const from = a.length - length;
  for (let i = from; i < Math.min(a.length, from + MAX_WORD_LENGTH); i++) if (isSpace(a, i)) return a.length - i;
  return length <= MAX_WORD_LENGTH ? 0 : length - Number(isLowSurrogate(a, from));
}

const isSpace = (text: string, at: number) => /\s/.test(text.charAt(at));

/** The ends of a long unchanged text that are beside a change. */
function contextOf(text: string, afterChange: boolean, beforeChange: boolean): string {
  const start = afterChange ? CONTEXT_LENGTH : 0;
  const end = beforeChange ? CONTEXT_LENGTH : 0;
  if (text.length <= start + end + CONTEXT_LENGTH) return text;
  const tail = end === 0 ? "" : text.slice(-end).replace(/^[\udc00-\udfff]/, "");
  return `${head(text, start)}${start === 0 ? "" : " "}…${end === 0 ? "" : " "}${tail}`;
}
