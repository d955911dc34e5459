import { calendarDay } from "../time.ts";

/** Printed dates. */

/** The first letters of the months, in English, Spanish, Portuguese, French, German and Russian. */
const MONTHS = (
  "jan|ene|янв,feb|fev|fév|фев,mar|mär|мар,apr|abr|avr|апр,may|mai|май|мая,jun|juin|июн,jul|juil|июл," +
  "aug|ago|aoû|авг,sep|set|сен,oct|out|okt|окт,nov|ноя,dec|dic|dez|déc|дек"
)
  .split(",")
  .map((month) => month.split("|"));
/** A month by its name, as a part of a pattern that regards no case: one group. (`\b` knows no letters but ASCII's.) */
export const MONTH = `(?<![a-zß-ÿа-я])(${MONTHS.flat().join("|")})[a-zß-ÿа-я]*\\.?`;

/** Russian prints "of the year" behind it. */
const GODA = "(?: г(?:ода|\\.))?";
const YEAR_LAST = /\b(\d{1,2})([-/]|\. ?)(\d{1,2})\2(\d{4})\b/;

/** Each way of printing a day, and where its year, month and day of the month stand in the match. */
const FORMS: [RegExp, year: number, month: number, day: number][] = [
  [new RegExp(`${MONTH} +(\\d{1,2})(?:st|nd|rd|th)?,? *(?:Juche ?\\d{2,3} ?[(（])?(\\d{4})\\b`, "i"), 3, 1, 2],
  [
    new RegExp(
      `\\b(\\d{1,2})(?:st|nd|rd|th|er|º|\\.)?(?: +(?:of|de))?(?: +|[/-])${MONTH},?(?: +del?)?(?: +|[/-])(\\d{4})\\b${GODA}`,
      "i",
    ),
    3,
    2,
    1,
  ],
  [/\b(\d{4})[)）]?(?:[-/]| ?\. ?)(\d{1,2})(?:[-/]| ?\. ?)(\d{1,2})(?!\d)\.?/, 1, 2, 3],
  // In years of Juche, too: 주체115(2026)년 1월 30일.
  [/(\d{4})[)）]? *[년年] *(\d{1,2}) *[월月] *(\d{1,2}) *[일日号]/, 1, 2, 3],
  // The website writes 23/03/2021: the day comes first, unless it can be nothing but the second number.
  [YEAR_LAST, 4, 3, 1],
];

export interface PrintedDate {
  /** `2026-01-30` */
  day: string;
  /** The characters that print it. */
  text: string;
}

/** The first printed day in a text, or undefined; a day that no calendar has (February 30) is none. */
export function printedDate(printed: string): PrintedDate | undefined {
  // Most texts have no year, and need no more.
  if (!/[\d\uff10-\uff19\u0660-\u0669\u06f0-\u06f9]{4}/.test(printed)) return undefined;
  const text = printed.replace(OTHER_DIGITS, asciiOf);
  let first: (PrintedDate & { at: number }) | undefined;
  for (const [form, y, m, d] of FORMS) {
    const match = form.exec(text);
    if (!match || (first && first.at <= match.index)) continue;
    const [year, month, date] = [Number(match[y]), monthNumber(match[m] ?? ""), Number(match[d])];
    const day = calendarDay(year, month, date) ?? (form === YEAR_LAST ? calendarDay(year, date, month) : undefined);
    // As it is printed: each character is one, wide or not.
    if (day) first = { day, text: printed.slice(match.index, match.index + match[0].length), at: match.index };
  }
  return first && { day: first.day, text: first.text };
}

/**
 * `-`, `.`, `/` and digits as wide as a Chinese character (U+FF0D to U+FF19), which Korean pages mix with others, the
 * digits of Arabic and Persian, whose last four bits are the number, and hyphens and dashes that editors make of `-`.
 */
const OTHER_DIGITS = /[\uff0d-\uff19\u0660-\u0669\u06f0-\u06f9\u2010-\u2013\u2212]/g;
const WIDENED = 0xff10 - 0x30;

function asciiOf(character: string): string {
  const code = character.charCodeAt(0);
  if (code >= 0xff00) return String.fromCharCode(code - WIDENED);
  return code >= 0x2000 ? "-" : String(code & 15);
}

/** Whether the dates of a page have the month before the day: a second number can only be a day, and no first one is. */
export function isMonthFirst(dates: readonly string[]): boolean {
  const numbers = dates.map((date) => YEAR_LAST.exec(date));
  const isDay = (group: number) => numbers.some((found) => Number(found?.[group]) > 12);
  return isDay(3) && !isDay(1);
}

/** The day of a date in digits if its month comes first; undefined if the date can be read in one way only. */
export function monthFirstDay(date: string): string | undefined {
  const [, month, , day, year] = YEAR_LAST.exec(date) ?? [];
  const isOpen = printedDate(date)?.day === calendarDay(Number(year), Number(day), Number(month));
  return isOpen ? calendarDay(Number(year), Number(month), Number(day)) : undefined;
}

/** From 1 to 12, of the first letters of a name or of digits; NaN for anything else. */
export function monthNumber(text: string): number {
  const name = MONTHS.findIndex((names) => names.includes(text.toLowerCase()));
  return name < 0 ? Number(text) : name + 1;
}
