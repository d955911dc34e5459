import { printedDate } from "./dates.ts";
import { lazyPattern } from "./lazy-pattern.ts";

/** Texts that print a date and little else: the day of a card, not a part of its story. */

/** Maximum length of a text that is mainly a date, and of its text beside the date. */
export const MAX_DATE_LINE_LENGTH = 48;
const MAX_TEXT_BESIDE_DATE = 24;

interface DateLine {
  day: string;
  text: string;
  /** How many characters it prints beside the date. */
  rest: number;
}

/** The day of a text that is mainly a date ("Date:" may precede it). */
export function dateLine(text: string): DateLine | undefined {
  if (text.length >= MAX_DATE_LINE_LENGTH) return undefined;
  const date = printedDate(text);
  const rest = text.length - (date?.text.length ?? 0);
  return date && rest <= MAX_TEXT_BESIDE_DATE ? { day: date.day, text, rest } : undefined;
}

/** Of the texts that are mainly a date, the one with the least other text. */
export function bestDateLine(texts: readonly string[]): DateLine | undefined {
  let least: DateLine | undefined;
  for (const text of texts) {
    const date = dateLine(text);
    if (date && (!least || date.rest < least.rest)) least = date;
  }
  return least;
}

/** Whether a text is a date and nothing else, but for what says that it is one ("Date:", "Posted on"). */
export function isDate(text: string): boolean {
  if (text.length > 2 * MAX_DATE_LINE_LENGTH) return false;
  const date = printedDate(text);
  if (!date) return false;
  const rest = text
    .replace(date.text, "")
    .replace(lazyPattern.giu`^[^\p{L}\p{N}]*(?:date|posted|published|updated)(?: on)?\b`, "");
  return !lazyPattern.u`[\p{L}\p{N}]`.test(rest);
}
