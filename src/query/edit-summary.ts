/** Summarizes edits: how much has changed, and whether it is substantial. Pure; all texts are plain. */

import { lazyPattern } from "../scrape/lazy-pattern.ts";

export interface EditSummary {
  /** Share of words that came or went, from 0 to 1, in hundredths. */
  wordsChanged: number;
  numbersChanged: boolean;
  /** Whether the words that came or went contain a name, as far as capital letters and titles of honour tell. */
  namesChanged: boolean;
  /** False if only spaces, punctuation, quotation marks or the case of letters differ. */
  substantial: boolean;
}

interface TextPair {
  before: string;
  after: string;
}

/** Words of one text that are compared; more are not read. */
const MAX_WORDS = 20_000;

/** Scripts without spaces between words: each character counts as a word. Then words, with apostrophes inside. */
const WORD = lazyPattern(
  String.raw`[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]|[\p{L}\p{M}\p{N}]+(?:['’][\p{L}\p{M}\p{N}]+)*`,
  "gu",
);
/** Digits with separators inside, and a minus sign that belongs to them. */
const NUMBER = lazyPattern(String.raw`(?<![\p{L}\p{N}])-?\p{Nd}+(?:[.,:]\p{Nd}+)*`, "gu");
const CAPITALIZED = /^\p{Lu}/u;
/** A capitalized word inside a sentence. Headlines capitalize every word. */
const NAME = lazyPattern(
  String.raw`(?<=[\p{Ll}\p{N},]['’)”"]?\s+)\p{Lu}[\p{L}\p{M}\p{N}]+(?:['’][\p{L}\p{M}\p{N}]+)*`,
  "gu",
);
/** A name with the title that follows it in Korean, Chinese and Japanese. */
const HONORIFIC =
  /\S{1,8}?(?:동지|각하|녀사|선생|대통령|주석|총비서|위원장|총리|수상|장관|대사|同志|阁下|閣下|总统|总书记|主席|总理|大使|大統領|首相|氏)/gu;

/**
 * Summarizes an edit.
 *
 * @param pairs title, excerpt and text, those that changed
 */
export function summarizeEdit(pairs: readonly TextPair[]): EditSummary {
  const before = pairs.map((pair) => normalize(pair.before));
  const after = pairs.map((pair) => normalize(pair.after));
  const [wordsBefore, wordsAfter] = [wordsIn(before), wordsIn(after)];
  const [foldedBefore, foldedAfter] = [folded(wordsBefore), folded(wordsAfter)];
  const gone = without(wordsBefore, foldedBefore, foldedAfter);
  const come = without(wordsAfter, foldedAfter, foldedBefore);
  const isChanged = (pattern: RegExp) => matchesIn(before, pattern) !== matchesIn(after, pattern);
  const numbersChanged = isChanged(NUMBER());
  const total = wordsBefore.length + wordsAfter.length;
  return {
    wordsChanged: total === 0 ? 0 : Math.round((100 * (gone.length + come.length)) / total) / 100,
    numbersChanged,
    namesChanged:
      areNamed(gone, before) || areNamed(come, after) || (hasEastAsian([...before, ...after]) && isChanged(HONORIFIC)),
    substantial: numbersChanged || joined(foldedBefore) !== joined(foldedAfter),
  };
}

/** Whether two texts have hardly a word in common: less than a fifth of the shorter one's. */
export function isUnrelated(a: string, b: string): boolean {
  const [first, second] = [wordsIn([normalize(a)]), wordsIn([normalize(b)])];
  const fewer = Math.min(first.length, second.length);
  if (fewer === 0) return false;
  const shorter = first.length <= second.length ? first : second;
  const common = fewer - without(shorter, folded(shorter), folded(shorter === first ? second : first)).length;
  return common * 5 < fewer;
}

const joined = (words: readonly string[]) => words.join(" ");

const wordsIn = (texts: readonly string[]): string[] =>
  texts.flatMap((text) => text.match(WORD()) ?? []).slice(0, MAX_WORDS);

/** One spelling of characters, of minus signs, and of numbers: without the separators of thousands. */
const normalize = (text: string): string =>
  text
    .normalize("NFKC")
    .replaceAll("−", "-")
    .replace(/(?<=\p{Nd}),(?=\p{Nd}{3}(?!\p{Nd}))/gu, "");

const matchesIn = (texts: readonly string[], pattern: RegExp): string =>
  joined(texts.flatMap((text) => text.match(pattern) ?? []));

const folded = (words: readonly string[]): string[] => words.map((word) => word.toLowerCase());

/** Scripts of the titles of honour. Most texts have none of their letters, so the slow pattern need not look for them. */
const EAST_ASIAN = /[\p{Script=Hangul}\p{Script=Han}]/u;
const hasEastAsian = (texts: readonly string[]): boolean => texts.some((text) => EAST_ASIAN.test(text));

/**
 * The words that occur more often than in the other list; upper and lower case are the same.
 *
 * @param keys the same words in lower case
 * @param others the words of the other list in lower case
 */
function without(words: readonly string[], keys: readonly string[], others: readonly string[]): string[] {
  const left = new Map<string, number>();
  for (const word of others) left.set(word, (left.get(word) ?? 0) + 1);
  return words.filter((_, i) => {
    const key = keys[i] as string;
    const count = left.get(key) ?? 0;
    left.set(key, count - 1);
    return count <= 0;
  });
}

/** Whether one of the words is a name in the texts. */
function areNamed(words: readonly string[], texts: readonly string[]): boolean {
  const capitalized = words.filter((word) => CAPITALIZED.test(word));
  if (capitalized.length === 0) return false;
  const names = new Set(texts.flatMap((text) => text.match(NAME()) ?? []));
  return capitalized.some((word) => names.has(word));
}
