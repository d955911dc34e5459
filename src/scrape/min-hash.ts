import { comparableText, mix, shinglesOf } from "./shingles.ts";

/**
 * MinHash (Broder, "On the resemblance and containment of documents", 1997): a short signature of the shingles of a
 * long text. The share of places at which two signatures agree estimates the share of common shingles.
 */

/** Hash functions; the estimate is off by some 0.06. */
const PLACES = 64;
/** Characters a place: 12 bits, so that two differing places look the same once in 4,096 times. */
const WIDTH = 2;
const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** With fewer shingles, a text is too short to be compared. */
const MIN_SHINGLES = { words: 28, characters: 90 };

/** Estimated share of shingles below which no text can be a reprint of the other. */
export const MIN_SIMILARITY = 0.3;

/**
 * @param text plain text of an article's body
 * @returns 128 ASCII characters; undefined if the text is too short to be compared
 */
export function minHashOf(text: string): string | undefined {
  const tokens = comparableText(text);
  const shingles = shinglesOf(tokens);
  if (shingles.length < (tokens.isCharacters ? MIN_SHINGLES.characters : MIN_SHINGLES.words)) return undefined;
  let signature = "";
  for (let place = 1; place <= PLACES; place++) {
    // One of the family of hash functions x → ax + b; the shingles are well mixed already.
    const [factor, summand] = [mix(place) | 1, mix(-place)];
    let least = 0xffffffff;
    for (const shingle of shingles) {
      const hash = (Math.imul(shingle, factor) + summand) >>> 0;
      if (hash < least) least = hash;
    }
    const bits = mix(least);
    signature += (DIGITS[(bits >>> 6) & 63] as string) + DIGITS[bits & 63];
  }
  return signature;
}

/** The estimated share (0 to 1) of shingles that two texts share, by their signatures. */
export function similarityOf(a: string, b: string): number {
  let same = 0;
  for (let i = 0; i < PLACES * WIDTH; i += WIDTH) {
    if (a.charCodeAt(i) === b.charCodeAt(i) && a.charCodeAt(i + 1) === b.charCodeAt(i + 1)) same++;
  }
  return same / PLACES;
}
