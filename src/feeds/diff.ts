import { diffWordsWithSpace } from "diff";
import { escapeHtml } from "../scrape/text.ts";

/** Differences beyond this are told as a whole: nobody reads them word by word, and finding them takes long. */
const MAX_EDITS = 200;
/** Characters of both texts that are compared, where they differ. */
const MAX_COMPARED_LENGTH = 100_000;
/** Characters shown of an edit. */
export const MAX_SHOWN_LENGTH = 8000;
/** Characters shown beside an edit where the whole text would be too long. */
const CONTEXT_LENGTH = 200;

interface Part {
  value: string;
  kind: "kept" | "removed" | "added";
}

/**
 * Old and new words as one HTML text: what went in `<del>`, what came in `<ins>`. The brackets are for readers that
 * show neither element: [-old-] {+new+}.
 */
export function diffHtml(before: string, after: string): string {
  const parts = partsOf(before, after);
  const whole = parts.reduce((sum, { value }) => sum + value.length, 0) <= MAX_SHOWN_LENGTH;
  let left = MAX_SHOWN_LENGTH;
  let html = "";
  parts.forEach(({ value, kind }, i) => {
    if (left <= 0) return;
    const near = whole || kind !== "kept" ? value : shortened(value, i > 0, i < parts.length - 1);
    const text = escapeHtml(near.length > left ? `${head(near, left)}…` : near);
    left -= near.length;
    if (kind === "removed") html += `<del>[-${text}-]</del>`;
    else if (kind === "added") html += `${html.endsWith("</del>") ? " " : ""}<ins>{+${text}+}</ins>`;
    else html += text;
  });
  return left <= 0 ? `${html} …` : html;
}

/** The words in their order. What the texts begin and end with alike is not compared: texts may be long. */
function partsOf(before: string, after: string): Part[] {
  const start = commonStart(before, after);
  const end = commonEnd(before, after, start);
  const removed = before.slice(start, before.length - end);
  const added = after.slice(start, after.length - end);
  const isShort = removed.length + added.length <= MAX_COMPARED_LENGTH;
  const compared = isShort ? diffWordsWithSpace(removed, added, { maxEditLength: MAX_EDITS }) : undefined;
  const middle: Part[] = compared
    ? compared.map(({ value, added, removed }) => ({ value, kind: added ? "added" : removed ? "removed" : "kept" }))
    : [
        // Some of each, where both are too long.
        { value: beginning(removed), kind: "removed" },
        { value: beginning(added), kind: "added" },
      ];
  const parts: Part[] = [
    { value: before.slice(0, start), kind: "kept" },
    ...middle,
    { value: before.slice(before.length - end), kind: "kept" },
  ];
  return parts.filter(({ value }) => value !== "");
}

const HALF = (MAX_SHOWN_LENGTH - 4 * CONTEXT_LENGTH) / 2;
const beginning = (text: string) => (text.length <= HALF ? text : `${head(text, HALF)}…`);

/** So many characters, never half of one. */
const head = (text: string, length: number) => text.slice(0, length).replace(/[\ud800-\udbff]$/, "");

/** How far back a word may begin: some scripts put no space between words. */
const WORD = 50;

/** How much both texts begin with, up to the beginning of a word. */
function commonStart(a: string, b: string): number {
  const most = Math.min(a.length, b.length);
  let at = 0;
  while (at < most && a.charCodeAt(at) === b.charCodeAt(at)) at++;
  if (at === a.length && at === b.length) return at;
  for (let i = at; i > Math.max(0, at - WORD); i--) if (isSpace(a, i - 1)) return i;
  return at <= WORD ? 0 : at - Number(isLow(a, at) || isLow(b, at));
}

/** How much both end with, from the beginning of a word on, and none of it counted in the common start. */
function commonEnd(a: string, b: string, start: number): number {
  const most = Math.min(a.length, b.length) - start;
  let length = 0;
  while (length < most && a.charCodeAt(a.length - 1 - length) === b.charCodeAt(b.length - 1 - length)) length++;
  const from = a.length - length;
  for (let i = from; i < Math.min(a.length, from + WORD); i++) if (isSpace(a, i)) return a.length - i;
  return length <= WORD ? 0 : length - Number(isLow(a, from));
}

const isSpace = (text: string, at: number) => /\s/.test(text.charAt(at));
/** The second half of a character. */
const isLow = (text: string, at: number) => /[\udc00-\udfff]/.test(text.charAt(at));

/** A long stretch that is the same in both: what stands beside the edits. */
function shortened(text: string, afterEdit: boolean, beforeEdit: boolean): string {
  const start = afterEdit ? CONTEXT_LENGTH : 0;
  const end = beforeEdit ? CONTEXT_LENGTH : 0;
  if (text.length <= start + end + CONTEXT_LENGTH) return text;
  const tail = end === 0 ? "" : text.slice(-end).replace(/^[\udc00-\udfff]/, "");
  return `${head(text, start)}${start === 0 ? "" : " "}…${end === 0 ? "" : " "}${tail}`;
}
