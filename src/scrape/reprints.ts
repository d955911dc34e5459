import { commonEndLength, commonStartLength } from "./common-ends.ts";
import { lazyPattern } from "./lazy-pattern.ts";
import { type ComparableText, comparableText, shinglesOf } from "./shingles.ts";

/**
 * Detects reprints: the same text, except for cuts, dateline, typography and slips. State media use nearly the same words
 * for other people, places and days. So only the differences count. If one text leaves parts out, only the other text has
 * parts of its own. If the texts are about two events, both have names and numbers of their own.
 */

/** Share of the shorter text, and of the longer one, that both have in common. */
const MIN_SHARED = { ofShorter: 0.8, ofLonger: 0.55 };
/** Parts for which both texts may have one unit of weight that the other has not. */
const PARTS_PER_DIFFERENCE = { words: 150, characters: 250 };
/** Weight of a differing character next to another one: a single one may be a slip, two are another word. */
const WEIGHT_IN_RUN = 3;
/** Letters from which a word with a single slip is still that word, and not another name. */
const MIN_SLIP_LENGTH = 6;

/** @param a,b plain texts of two articles' bodies, in one language */
export function isReprint(a: string, b: string): boolean {
  const [first, second] = [comparableText(a), comparableText(b)];
  const kind = first.isCharacters ? "characters" : "words";
  const [ownOfFirst, ownOfSecond] = [ownParts(first, second), ownParts(second, first)];
  const shared = [first.list.length - ownOfFirst.length, second.list.length - ownOfSecond.length] as const;
  const shorter = Math.min(first.list.length, second.list.length);
  const longer = Math.max(first.list.length, second.list.length);
  if (shorter === 0 || Math.min(...shared) < shorter * MIN_SHARED.ofShorter) return false;
  if (Math.min(...shared) < longer * MIN_SHARED.ofLonger) return false;
  const slips = slipsOf(first, ownOfFirst, second, ownOfSecond);
  const [one, two] = [weigh(first, ownOfFirst, slips), weigh(second, ownOfSecond, slips)];
  const differences = Math.min(one.runs, two.runs) + Math.max(one.single, two.single);
  return differences <= Math.floor(shorter / PARTS_PER_DIFFERENCE[kind]);
}

/** The weight of the parts of a text that the other text lacks. A single character is a slip or another word (`남서풍`, `서풍`). */
function weigh({ list, weights, isCharacters }: ComparableText, own: readonly number[], slips: ReadonlySet<string>) {
  let [runs, single] = [0, 0];
  for (let i = 0; i < own.length; i++) {
    const at = own[i] as number;
    if (slips.has(list[at] as string)) continue;
    if (!isCharacters) runs += weights[at] as number;
    else if (own[i - 1] === at - 1 || own[i + 1] === at + 1) runs += WEIGHT_IN_RUN;
    else single += weights[at] as number;
  }
  return { runs, single };
}

/** Positions of the parts that are in no shingle of the other text. */
function ownParts(tokens: ComparableText, other: ComparableText): number[] {
  const known = new Set(shinglesOf(other));
  const own: number[] = [];
  let coveredTo = 0;
  const shingles = shinglesOf(tokens);
  for (let at = 0; at < tokens.list.length; at++) {
    if (known.has(shingles[at] as number)) coveredTo = at + tokens.width;
    if (at >= coveredTo) own.push(at);
  }
  return own;
}

/** Words that the other text spells with one letter more, less or changed. */
function slipsOf(
  first: ComparableText,
  ownOfFirst: readonly number[],
  second: ComparableText,
  ownOfSecond: readonly number[],
) {
  const spellings = new Map<string, string[]>();
  const others = new Set(ownOfSecond.map((at) => second.list[at] as string));
  for (const word of others) {
    for (const key of withoutALetter(word)) {
      const words = spellings.get(key);
      if (words) words.push(word);
      else spellings.set(key, [word]);
    }
  }
  const slips = new Set<string>();
  for (const at of ownOfFirst) {
    const word = first.list[at] as string;
    for (const other of withoutALetter(word).flatMap((key) => spellings.get(key) ?? [])) {
      if (!isSlip(word, other)) continue;
      slips.add(word);
      slips.add(other);
    }
  }
  return slips;
}

/** Whether two words differ in one place only: a letter, or two that changed places. */
function isSlip(a: string, b: string): boolean {
  const start = commonStartLength(a, b);
  const end = commonEndLength(a, b, Math.min(a.length, b.length) - start);
  const [ofA, ofB] = [a.slice(start, a.length - end), b.slice(start, b.length - end)];
  return (ofA.length < 2 && ofB.length < 2) || (ofA.length === 2 && ofA[0] === ofB[1] && ofA[1] === ofB[0]);
}

/** The word, and the word without each of its letters. Two words with a common result may be a slip apart. */
function withoutALetter(word: string): string[] {
  if (word.length < MIN_SLIP_LENGTH || word.length > 30 || lazyPattern.u`\p{N}`.test(word)) return [];
  return [word, ...Array.from(word, (_, i) => word.slice(0, i) + word.slice(i + 1))];
}
