import { isLowSurrogate } from "../scrape/text.ts";
import { fold, normalize } from "./normalize.ts";
import { matchesTerms, occurrences, type SearchTerms } from "./search-terms.ts";

/** Search words in their context. */

/** A part of a text around the first search term that occurs in it. */
export interface Snippet {
  text: string;
  /** Whether the text goes on before and after it. */
  cutBefore: boolean;
  cutAfter: boolean;
}

/** Characters of a text that are looked at together, and of the end of a part that is looked at again with the next one. */
const PART = 1000;
const OVERLAP = 400;

/**
 * The part of a plain text around the first occurrence of a term that is not negated; undefined if none occurs.
 *
 * @param maxLength characters
 */
export function snippetOf(terms: SearchTerms, text: string, maxLength = 240): Snippet | undefined {
  const wanted = terms.filter(({ negated }) => !negated).flatMap(({ anyOf }) => anyOf);
  const anyWanted = [{ anyOf: wanted.map((term) => ({ ...term, titleOnly: false })), negated: false }];
  if (wanted.length === 0) return undefined;
  for (let from = 0; from < text.length; from = wordStart(text, from + PART - OVERLAP)) {
    const part = text.slice(from, from + PART);
    // To find the places is slow: only where something is found.
    if (!matchesTerms(anyWanted, { title: "", rest: fold(normalize(part)) })) continue;
    const [first] = occurrences(anyWanted, part);
    if (first) return around(text, from + first[0], from + first[1], maxLength);
  }
  return undefined;
}

/** The text around a range, cut between words. A third of the room is before it. */
function around(text: string, start: number, end: number, maxLength: number): Snippet {
  const room = Math.max(0, maxLength - (end - start));
  const before = Math.min(start, Math.max(Math.floor(room / 3), room - (text.length - end)));
  const from = start - before === 0 ? 0 : Math.min(start, wordStart(text, start - before));
  const until = Math.max(end, wordEnd(text, from + maxLength));
  return { text: text.slice(from, until), cutBefore: from > 0, cutAfter: until < text.length };
}

/** Characters in which a space is looked for. Scripts without spaces are cut anywhere, but not within a character. */
const REACH = 30;

function wordStart(text: string, at: number): number {
  const space = text.slice(at, at + REACH).search(/\s/);
  return space >= 0 ? at + space + 1 : isLowSurrogate(text, at) ? at + 1 : at;
}

function wordEnd(text: string, at: number): number {
  if (at >= text.length) return text.length;
  const from = Math.max(0, at - REACH);
  const space = text.slice(from, at + 1).search(/\s\S*$/);
  return space >= 0 ? from + space : isLowSurrogate(text, at) ? at - 1 : at;
}
