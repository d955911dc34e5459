import { diffWordsWithSpace } from "diff";
import { escapeHtml } from "../scrape/text.ts";

/** Differences beyond this are told as a whole: nobody reads them word by word, and finding them takes long. */
const MOST_EDITS = 400;

/** Old and new words as one HTML text: what went in `<del>`, what came in `<ins>`. */
export function marked(before: string, after: string): string {
  const parts = diffWordsWithSpace(before, after, { maxEditLength: MOST_EDITS });
  if (!parts) return `<del>${escapeHtml(before)}</del> <ins>${escapeHtml(after)}</ins>`;
  return parts
    .map(({ value, added, removed }) => {
      const text = escapeHtml(value);
      return added ? `<ins>${text}</ins>` : removed ? `<del>${text}</del>` : text;
    })
    .join("");
}
