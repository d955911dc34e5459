/** Summarizes edits: how much has changed, and whether it is substantial. Pure; all texts are plain. */

import { commonEndLength, commonStartLength } from "../scrape/common-ends.ts";
import { lazyPattern } from "../scrape/lazy-pattern.ts";

export interface EditSummary {
  /** Share of words that came or went, from 0 to 1, in hundredths. */
  words_changed: number;
  numbers_changed: boolean;
  /** Whether the words that came or went contain a name, as far as capital letters and titles of honour tell. */
  names_changed: boolean;
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
const WORD = () =>
  lazyPattern.gu`[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]|[\p{L}\p{M}\p{N}]+(?:['’][\p{L}\p{M}\p{N}]+)*`;
/** Digits with separators inside, and a minus sign that belongs to them. */
const NUMBER = () => lazyPattern.gu`(?<![\p{L}\p{N}])-?\p{Nd}+(?:[.,:]\p{Nd}+)*`;
const CAPITALIZED = () => lazyPattern.u`^\p{Lu}`;
/** A capitalized word inside a sentence. Headlines capitalize every word. */
const NAME = () => lazyPattern.gu`(?<=[\p{Ll}\p{N},]['’)”"]?\s+)\p{Lu}[\p{L}\p{M}\p{N}]+(?:['’][\p{L}\p{M}\p{N}]+)*`;
/** A name with the title that follows it in Korean, Chinese and Japanese. */
const HONORIFIC =
  /\S{1,8}?(?:동지|각하|녀사|선생|대통령|주석|총비서|위원장|총리|수상|장관|대사|同志|阁下|閣下|总统|总书记|主席|总理|大使|大統領|首相|氏)/gu;

/**
 * Summarizes an edit. Most edits change few words of a long text, so what both texts begin and end with is read once.
 *
 * @param pairs title, excerpt and text, those that changed
 */
export function summarizeEdit(pairs: readonly TextPair[]): EditSummary {
  const parts = pairs.map(partsOf);
  const [before, after] = [textsOf(parts, "before"), textsOf(parts, "after")];
  const words = parts.map(({ start, before, after, end }) => ({
    start: wordsIn(start),
    before: wordsIn(before),
    after: wordsIn(after),
    end: wordsIn(end),
  }));
  const wordsOf = (side: keyof TextPair) =>
    ([] as string[]).concat(...words.flatMap((part) => [part.start, part[side], part.end])).slice(0, MAX_WORDS);
  const [wordsBefore, wordsAfter] = [wordsOf("before"), wordsOf("after")];
  const isCut = Math.max(wordsBefore.length, wordsAfter.length) === MAX_WORDS;
  const differing = (side: keyof TextPair) => words.flatMap((part) => part[side]);
  const balance = isCut ? balanceOf(wordsBefore, wordsAfter) : balanceOf(differing("before"), differing("after"));
  const gone = lastOf(wordsBefore, balance, 1);
  const come = lastOf(wordsAfter, balance, -1);
  const isChanged = (pattern: RegExp) =>
    parts.some((part) => matchesIn([part.before], pattern) !== matchesIn([part.after], pattern)) &&
    matchesIn(before, pattern) !== matchesIn(after, pattern);
  const numbersChanged = isChanged(NUMBER());
  const mayHaveTitles = parts.some((part) => EAST_ASIAN().test(part.before) || EAST_ASIAN().test(part.after));
  const total = wordsBefore.length + wordsAfter.length;
  const changed = gone.length + come.length;
  return {
    words_changed: total === 0 ? 0 : Math.round((100 * changed) / total) / 100,
    numbers_changed: numbersChanged,
    names_changed: areNamed(gone, before) || areNamed(come, after) || (mayHaveTitles && isChanged(HONORIFIC)),
    substantial: numbersChanged || changed > 0 || joined(folded(wordsBefore)) !== joined(folded(wordsAfter)),
  };
}

/** Two texts, normalized: their common start, what differs, and their common end. No word crosses a border. */
interface Parts extends TextPair {
  start: string;
  end: string;
}

function partsOf({ before, after }: TextPair): Parts {
  const start = before.slice(0, commonStartLength(before, after)).lastIndexOf(" ") + 1;
  const common = commonEndLength(before, after, Math.min(before.length, after.length) - start);
  const space = before.indexOf(" ", before.length - common);
  const end = space < 0 ? 0 : before.length - space;
  return {
    start: withOneSpelling(before.slice(0, start)),
    before: withOneSpelling(before.slice(start, before.length - end)),
    after: withOneSpelling(after.slice(start, after.length - end)),
    end: withOneSpelling(before.slice(before.length - end)),
  };
}

const textsOf = (parts: readonly Parts[], side: keyof TextPair): string[] =>
  parts.map((part) => part.start + part[side] + part.end);

/** Whether two texts have hardly a word in common: less than a fifth of the shorter one's. */
export function isUnrelated(a: string, b: string): boolean {
  const [first, second] = [wordsIn(withOneSpelling(a)), wordsIn(withOneSpelling(b))];
  const [shorter, longer] = first.length <= second.length ? [first, second] : [second, first];
  const fewer = shorter.length;
  return (fewer - lastOf(shorter, balanceOf(shorter, longer), 1).length) * 5 < fewer;
}

const joined = (words: readonly string[]) => words.join(" ");

const wordsIn = (text: string): string[] => (text.match(WORD()) ?? []).slice(0, MAX_WORDS);

/** One spelling of characters, of minus signs, and of numbers: without the separators of thousands. */
const withOneSpelling = (text: string): string =>
  text.normalize("NFKC").replaceAll("−", "-").replace(lazyPattern.gu`(?<=\p{Nd}),(?=\p{Nd}{3}(?!\p{Nd}))`, "");

const matchesIn = (texts: readonly string[], pattern: RegExp): string =>
  joined(texts.flatMap((text) => text.match(pattern) ?? []));

const folded = (words: readonly string[]): string[] => words.map((word) => word.toLowerCase());

/** Scripts of the titles of honour. Most texts have none of their letters, so the slow pattern need not look for them. */
const EAST_ASIAN = () => lazyPattern.u`[\p{Script=Hangul}\p{Script=Han}]`;

/** How much more often a word is in the first list than in the second; upper and lower case are the same. */
function balanceOf(first: readonly string[], second: readonly string[]): Map<string, number> {
  const balance = new Map<string, number>();
  for (const key of folded(first)) balance.set(key, (balance.get(key) ?? 0) + 1);
  for (const key of folded(second)) balance.set(key, (balance.get(key) ?? 0) - 1);
  return balance;
}

/**
 * The words that are in a list more often than in the other: their last occurrences.
 *
 * @param sign 1 for the first list of the balance, -1 for the second
 */
function lastOf(words: readonly string[], balance: ReadonlyMap<string, number>, sign: 1 | -1): string[] {
  const left = new Map([...balance].map(([key, count]) => [key, count * sign]));
  let remaining = [...left.values()].reduce((sum, count) => sum + Math.max(0, count), 0);
  const found: string[] = [];
  for (let i = words.length - 1; remaining > 0; i--) {
    const word = words[i] as string;
    const key = word.toLowerCase();
    const count = left.get(key) ?? 0;
    if (count <= 0) continue;
    left.set(key, count - 1);
    remaining--;
    found.push(word);
  }
  return found;
}

/** Whether one of the words is a name in the texts. */
function areNamed(words: readonly string[], texts: readonly string[]): boolean {
  if (!words.some((word) => CAPITALIZED().test(word))) return false;
  const names = new Set(texts.flatMap((text) => text.match(NAME()) ?? []));
  return words.some((word) => names.has(word));
}
