import { lazyPattern } from "../scrape/lazy-pattern.ts";
import { southernSpellings } from "./korean.ts";

/** The forms in which texts and search terms are compared. */

const QUOTES = /[“”„‟«»＂]/g;
const APOSTROPHES = /[‘’‚‛′＇]/g;
/** Invisible characters: zero-width spaces and joiners, soft hyphens, direction marks, byte order marks. */
const INVISIBLE = () => lazyPattern.gu`\p{Default_Ignorable_Code_Point}`;

/** Without differences of case, width, quotation marks, spaces and invisible characters: the canonical form of a query. */
export function normalize(text: string): string {
  const characters = NOT_ASCII.test(text) ? normalizeCharacters(text) : text.toLowerCase();
  // Most texts have none of these: stored texts are folded already. A test for them takes a fraction of the time.
  const spaced = /[^\S ]/.test(characters) || characters.includes("  ") ? characters.replace(SPACES, " ") : characters;
  return spaced.includes(" ,") ? spaced.replace(/ ,/g, ",") : spaced;
}

const NOT_ASCII = /[^\p{ASCII}]/u;
/** White space other than a single space, which stays as it is. */
const SPACES = /\s{2,}|[^\S ]/g;

function normalizeCharacters(text: string): string {
  return text.replace(INVISIBLE(), "").replace(QUOTES, '"').replace(APOSTROPHES, "'").normalize("NFKC").toLowerCase();
}

/** Latin letters with an accent or a shape of their own, a sigma at the end of a word, and dashes. */
const LETTERS = /[ß-ʯḀ-ỿς\u2010-\u2015\u2212]|[a-z][\u0300-\u036f]+/g;
/** What Unicode does not decompose. */
// biome-ignore format: a table
const BASE_LETTERS: Readonly<Record<string, string>> = {
  ß: "ss", æ: "ae", œ: "oe", ø: "o", ł: "l", đ: "d", ð: "d", þ: "th", ı: "i", ς: "σ",
  "\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-", "\u2014": "-", "\u2015": "-", "\u2212": "-",
};

const baseLetter = (letter: string): string =>
  BASE_LETTERS[letter] ?? letter.normalize("NFD").replace(lazyPattern.gu`\p{M}`, "");

/** A normalized text without differences of accents (José, Jose), dashes, and northern and southern spelling (미싸일, 미사일). */
export function fold(normalized: string): string {
  const letters = normalized.replace(LETTERS, baseLetter);
  let folded = "";
  let end = 0;
  for (const { at, word, spelling } of southernSpellings(letters)) {
    folded += letters.slice(end, at) + spelling;
    end = at + word.length;
  }
  return folded + letters.slice(end);
}

interface FoldedText {
  folded: string;
  /** For each UTF-16 unit of `folded`: where what it stands for starts and ends in the text as it is shown. */
  starts: number[];
  ends: number[];
}

/**
 * Words of characters that nothing joins to, with single spaces between them: most of a text. Or a character with what NFKC
 * joins to it or removes: marks, invisible characters, vowels and finals of Korean syllables, sound marks of half-width
 * katakana.
 */
const CLUSTER = () =>
  lazyPattern.gsu`([!-+\--~가-힣一-鿿](?:[!-~가-힣一-鿿]| (?=[!-+\--~가-힣一-鿿])){0,999})(?![\p{M}\p{DI}\u1160-\u11ff\ud7b0-\ud7ff\u3131-\u318e\uff9e-\uffdc])|[\p{Script=Hangul}\p{Script=Katakana}][\p{M}\p{DI}\u1160-\u11ff\ud7b0-\ud7ff\u3131-\u318e\uff9e-\uffdc]*|[^\p{M}\p{DI}][\p{M}\p{DI}]*|[\p{M}\p{DI}]+`;
const IGNORABLE = () => lazyPattern.u`\p{DI}`;

/** `fold(normalize(text))`, with the places of its characters in the text. */
export function foldWithPlaces(text: string): FoldedText {
  const normalized: FoldedText = { folded: "", starts: [], ends: [] };
  for (const { index, 0: cluster, 1: run } of text.matchAll(CLUSTER())) {
    if (run !== undefined) {
      appendEach(normalized, run.toLowerCase(), index);
      continue;
    }
    const end = visibleEnd(text, index, index + cluster.length);
    const piece = pieceOf(cluster);
    if (piece.startsWith(",") && normalized.folded.endsWith(" ")) removeLast(normalized);
    const isAgainSpace = piece.startsWith(" ") && normalized.folded.endsWith(" ");
    append(normalized, isAgainSpace ? piece.slice(1) : piece, index, end);
  }
  const result: FoldedText = { folded: "", starts: [], ends: [] };
  let end = 0;
  for (const { at, word, spelling } of southernSpellings(normalized.folded)) {
    copy(result, normalized, end, at);
    end = at + word.length;
    append(result, spelling, normalized.starts[at] ?? 0, normalized.ends[end - 1] ?? text.length);
  }
  if (end === 0) return normalized;
  copy(result, normalized, end, normalized.folded.length);
  return result;
}

/** The end of a cluster without the invisible characters at its end. */
function visibleEnd(text: string, start: number, end: number): number {
  let at = end;
  for (let last = ""; at > start; at -= last.length) {
    last = characterBefore(text, at - 1);
    if (!IGNORABLE().test(last)) break;
  }
  return at;
}

/** Folded clusters: texts have few different ones. */
const pieces = new Map<string, string>();
const MAX_PIECES = 5000;

function pieceOf(cluster: string): string {
  let piece = pieces.get(cluster);
  if (piece === undefined) {
    piece = normalize(cluster).replace(LETTERS, baseLetter);
    if (pieces.size >= MAX_PIECES) pieces.clear();
    // A stranger's text may have clusters of any length.
    if (cluster.length <= 8) pieces.set(cluster, piece);
  }
  return piece;
}

function append(to: FoldedText, piece: string, start: number, end: number): void {
  to.folded += piece;
  for (let i = 0; i < piece.length; i++) {
    to.starts.push(start);
    to.ends.push(end);
  }
}

/** Characters each of which stands for itself. */
function appendEach(to: FoldedText, pieces: string, start: number): void {
  to.folded += pieces;
  for (let i = start; i < start + pieces.length; i++) {
    to.starts.push(i);
    to.ends.push(i + 1);
  }
}

function removeLast(from: FoldedText): void {
  from.folded = from.folded.slice(0, -1);
  from.starts.pop();
  from.ends.pop();
}

function copy(to: FoldedText, { folded, starts, ends }: FoldedText, from: number, until: number): void {
  to.folded += folded.slice(from, until);
  for (let i = from; i < until; i++) {
    to.starts.push(starts[i] as number);
    to.ends.push(ends[i] as number);
  }
}

const LETTER = () => lazyPattern.u`[\p{L}\p{N}]`;
const UNSPACED = () =>
  lazyPattern.u`[\p{Script=Hangul}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]`;

/** Whether a character belongs to a script without spaces between words. */
export function isUnspacedLetter(character: string): boolean {
  const code = character.charCodeAt(0);
  return code >= 128 && (isHangulSyllable(code) || UNSPACED().test(character));
}

/** Whether a character is a letter of a script with spaces between words, or a digit. */
export function isSpaced(character: string): boolean {
  const code = character.charCodeAt(0);
  if (code < 128) return isAsciiAlphanumeric(code);
  return !isHangulSyllable(code) && LETTER().test(character) && !UNSPACED().test(character);
}

// Faster than the regular expressions; most characters are one of these.
const isHangulSyllable = (code: number): boolean => code >= 0xac00 && code <= 0xd7a3;
const isAsciiAlphanumeric = (code: number): boolean =>
  (code >= 48 && code <= 57) || (code >= 97 && code <= 122) || (code >= 65 && code <= 90);

/** The character whose last UTF-16 unit is at `at`. */
export function characterBefore(text: string, at: number): string {
  const code = text.charCodeAt(at);
  return code >= 0xdc00 && code <= 0xdfff ? text.slice(at - 1, at + 1) : text.charAt(at);
}
