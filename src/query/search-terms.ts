/**
 * The search words of `q`: all must occur; `"a phrase"`, `-without`, `this | that`, `title:word`.
 *
 * Texts and words are compared without regard to case, width (NFKC), curly quotes and what nobody sees. A word of a script that puts
 * spaces between words (Latin, Cyrillic) matches at the start of a word; Korean, Chinese and Japanese match anywhere.
 * Each word is looked for once along the text: the time is linear in both.
 */
export interface Word {
  /** Normalized; a phrase has single spaces in it. */
  text: string;
  titleOnly: boolean;
}

/** Words of which one must occur; or, with `without`, none may. */
export interface Clause {
  anyOf: Word[];
  without: boolean;
}

export type Words = readonly Clause[];

/** What words are looked for in; normalized once, however many words there are. */
export interface Haystack {
  title: string;
  rest: string;
}

export const MOST_CHARACTERS = 256;
export const MOST_WORDS = 20;

const QUOTES = /[“”„‟«»＂]/g;
const APOSTROPHES = /[‘’‚‛′＇]/g;
/** What readers do not see: zero-width spaces and joiners, soft hyphens, marks of writing direction, byte order marks. */
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/gu;

/** The form in which words and texts are compared. */
export function normalize(text: string): string {
  return text
    .replace(INVISIBLE, "")
    .replace(QUOTES, '"')
    .replace(APOSTROPHES, "'")
    .normalize("NFKC")
    .toLowerCase()
    .replace(/\s+/g, " ")
    .replace(/ ,/g, ",");
}

const TOKEN = /\s*(?:(\|)|(-?)(title:)?(?:"([^"]*)(")?|([^\s"|]+)))/giy;

/**
 * Parses search words.
 *
 * @throws RangeError with a sentence that says what is wrong
 */
export function parseWords(q: string): Words {
  if (q.length > MOST_CHARACTERS)
    throw new RangeError(`has ${q.length} characters; at most ${MOST_CHARACTERS} are taken`);
  const text = normalize(q).trim();
  const clauses: Clause[] = [];
  let count = 0;
  let or = false;
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const token = TOKEN.exec(text);
    if (!token) break;
    const [, bar, minus, field, phrase, closed, bare] = token;
    if (bar) {
      if (clauses.length === 0 || or) throw new RangeError('has a "|" without a word before it');
      or = true;
      continue;
    }
    if (phrase !== undefined && !closed) throw new RangeError('has a quote (") that is not closed');
    const word = (phrase ?? bare ?? "").replace(/\s+/g, " ").trim();
    if (phrase !== undefined && word === "") throw new RangeError('has an empty phrase ("")');
    // A dash between words ("DPRK - China") is punctuation.
    if (/^-*$/.test(word)) continue;
    if (++count > MOST_WORDS) throw new RangeError(`has more than ${MOST_WORDS} words`);
    const part: Word = { text: word, titleOnly: Boolean(field) };
    const last = clauses.at(-1);
    if (or && last) {
      if (minus || last.without) throw new RangeError('has "|" beside a word with "-"; write -one -two instead');
      last.anyOf.push(part);
    } else clauses.push({ anyOf: [part], without: minus === "-" });
    or = false;
  }
  if (or) throw new RangeError('has a "|" without a word after it');
  // Links carry the canonical spelling: it must be one that can be asked.
  const { length } = canonicalWords(clauses);
  if (length > MOST_CHARACTERS)
    throw new RangeError(`has ${length} characters when written out; ${MOST_CHARACTERS} at most`);
  return clauses;
}

/** The words in their one canonical spelling, whatever order, case and quotes they came in. */
export function canonicalWords(words: Words): string {
  const spell = ({ text, titleOnly }: Word) => {
    const plain = !/[\s"|]/.test(text) && !/^(?:-|,|title:)/.test(text);
    return `${titleOnly ? "title:" : ""}${plain ? text : `"${text}"`}`;
  };
  const clauses = words.map(
    ({ anyOf, without }) => (without ? "-" : "") + [...new Set(anyOf.map(spell))].sort().join(" | "),
  );
  return [...new Set(clauses)].sort().join(" ");
}

export function haystack(title: string, rest: string): Haystack {
  return { title: normalize(title), rest: normalize(rest) };
}

export function matches(words: Words, text: Haystack): boolean {
  return words.every(({ anyOf, without }) => without !== anyOf.some((word) => occurs(word, text)));
}

const occurs = ({ text, titleOnly }: Word, { title, rest }: Haystack) =>
  find(text, title, 0) >= 0 || (!titleOnly && find(text, rest, 0) >= 0);

const SPACED = /[\p{L}\p{N}]/u;
const UNSPACED = /[\p{Script=Hangul}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u;

/** Where a normalized word occurs in a normalized text from a position on; -1 where it does not. */
export function find(word: string, text: string, from: number): number {
  const atStart = startsSpaced(word);
  for (let at = text.indexOf(word, from); at >= 0; at = text.indexOf(word, at + 1)) {
    if (!atStart || at === 0 || !isSpacedLetter(text, at - 1)) return at;
  }
  return -1;
}

/** Whether a letter is of a script that puts no spaces between words. */
export const isUnspacedLetter = (character: string) => UNSPACED.test(character);
/** Whether it is a letter or digit of a script that does. */
export const isSpaced = (character: string) => SPACED.test(character) && !UNSPACED.test(character);
const startsSpaced = (word: string) => isSpaced(String.fromCodePoint(word.codePointAt(0) ?? 32));

/** Whether the character that ends at `at` is a letter or digit of a script with spaces. */
function isSpacedLetter(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  if (code < 128) return (code >= 48 && code <= 57) || (code >= 97 && code <= 122) || (code >= 65 && code <= 90);
  const low = code >= 0xdc00 && code <= 0xdfff;
  return isSpaced(low ? text.slice(at - 1, at + 1) : text.charAt(at));
}

/** Where the wanted words occur in a text as people read it: ranges of its characters, in order, none overlapping. */
export function occurrences(words: Words, text: string): [start: number, end: number][] {
  const wanted = words.filter(({ without }) => !without).flatMap(({ anyOf }) => anyOf.map((word) => word.text));
  if (wanted.length === 0) return [];
  // The normalized text, and for each of its characters where the original one begins and ends.
  let normal = "";
  const starts: number[] = [];
  const ends: number[] = [];
  let at = 0;
  for (const character of text) {
    const end = at + character.length;
    const plain = normalize(character);
    const piece = plain === " " && normal.endsWith(" ") ? "" : plain;
    for (let i = 0; i < piece.length; i++) {
      starts.push(at);
      ends.push(end);
    }
    normal += piece;
    at = end;
  }
  const found: [number, number][] = [];
  for (const word of wanted) {
    for (let from = find(word, normal, 0); from >= 0; from = find(word, normal, from + word.length)) {
      found.push([starts[from] ?? 0, ends[from + word.length - 1] ?? text.length]);
    }
  }
  found.sort((a, b) => a[0] - b[0] || b[1] - a[1]);
  return found.filter(([start], i) => found.slice(0, i).every(([, end]) => start >= end));
}
