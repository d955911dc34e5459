import { lazyPattern } from "./lazy-pattern.ts";

/** Compares titles as listings and article pages print them. */

/** Letters of a word in which one letter may be corrected. In a shorter one it makes another: Iran, Iraq. */
const MIN_CORRECTED = 5;
/** A word that may be in one of two titles alone: an article, a preposition. Korean joins these to words. */
const PARTICLE = () => lazyPattern.u`^[^\p{Script=Hangul}]{2,3}$`;
/** Share of two-letter pieces that two spellings of one title have in common at least. */
const MIN_LIKENESS = 0.9;
/** Minimum length of a title that is a part of another one (without its kicker), as a share of the other's length. */
const MIN_PART = 0.8;
/** Letters and digits of a title that ends in an ellipsis, and is the beginning of another one. */
const MIN_CUT = 10;
/** Characters of a title that are compared. */
const MAX_LENGTH = 500;

/**
 * A title as it is compared: NFKC, lower case, letters and digits only. Pages differ in quotes, spaces, icons, the width
 * of digits and marks before a title (`·`).
 */
export const bareTitle = (title: string): string =>
  title.slice(0, MAX_LENGTH).normalize("NFKC").toLowerCase().replace(lazyPattern.gu`[^\p{L}\p{N}]+`, "");

/**
 * Whether two titles are the same, except for typography, a kicker, a corrected letter or an end that is cut. Titles that
 * differ in a number, a name or a place are not: "Kim Jong Un Visits A" is another article than "Kim Jong Un Visits B".
 */
export function isSameTitle(one: string, other: string): boolean {
  const [a, b] = [bareTitle(one), bareTitle(other)];
  if (a === b) return a !== "";
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  if (isCut(a === short ? one : other) && short.length >= MIN_CUT && long.startsWith(short)) return true;
  // Shorter ones are too unlike as well; most texts of a page are.
  if (short.length < MIN_PART * long.length || digitsOf(a) !== digitsOf(b)) return false;
  if (long.includes(short)) return true;
  return likeness(a, b) >= MIN_LIKENESS && isCorrection(one, other);
}

/** Whether a title ends in an ellipsis: a listing has cut it. */
export function isCut(title: string): boolean {
  const end = title.trimEnd();
  return end.endsWith("…") || end.endsWith("...");
}

/** Whether the words in which two titles differ are corrected ones, and no other names or places. */
function isCorrection(one: string, other: string): boolean {
  const [first, second] = [wordsOf(one), wordsOf(other)];
  const [left, right] = [without(first, second), without(second, first)];
  if (left.length === right.length) return left.every((word, i) => isCorrected(word, right[i] as string));
  return Math.min(left.length, right.length) === 0 && [...left, ...right].every((word) => PARTICLE().test(word));
}

const wordsOf = (title: string): string[] =>
  title.slice(0, MAX_LENGTH).normalize("NFKC").toLowerCase().match(lazyPattern.gu`[\p{L}\p{M}\p{N}]+`) ?? [];

/** The words of a list that are not in another one. */
function without(words: readonly string[], others: readonly string[]): string[] {
  const known = new Set(others);
  return words.filter((word) => !known.has(word));
}

/** Whether two words differ in one letter, or one has a letter more. */
function isCorrected(one: string, other: string): boolean {
  const [short, long] = one.length < other.length ? [one, other] : [other, one];
  if (short.length < MIN_CORRECTED) return false;
  let start = 0;
  while (start < short.length && short[start] === long[start]) start++;
  return long.slice(start + 1) === short.slice(long.length === short.length ? start + 1 : start);
}

/** Of a page's headings the one that is the listed title, or all of them if they are its lines; undefined if neither is. */
export const listedHeading = (headings: readonly string[], listed: string | undefined): string | undefined =>
  listed === undefined ? undefined : [...headings, headings.join(" ")].find((one) => isSameTitle(one, listed));

const digitsOf = (text: string): string => text.replace(lazyPattern.gu`\P{N}+`, " ").trim();

/** Dice's coefficient of the two-letter pieces of two texts, 0 to 1. */
function likeness(a: string, b: string): number {
  const pieces = new Map<string, number>();
  for (let i = 0; i + 1 < a.length; i++) {
    const piece = a.slice(i, i + 2);
    pieces.set(piece, (pieces.get(piece) ?? 0) + 1);
  }
  let common = 0;
  for (let i = 0; i + 1 < b.length; i++) {
    const piece = b.slice(i, i + 2);
    const left = pieces.get(piece) ?? 0;
    if (left > 0) common++;
    pieces.set(piece, left - 1);
  }
  return (2 * common) / Math.max(1, a.length + b.length - 2);
}
