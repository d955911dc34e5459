/**
 * The search words of `q`: all must occur; `"a phrase"`, `-without`, `this | that`, `title:word`.
 *
 * Texts and words are compared without regard to case, width (NFKC), curly quotes and what nobody sees. A word of a script that puts
 * spaces between words (Latin, Cyrillic) matches at the start of a word; Korean, Chinese and Japanese match anywhere.
 * Each word is looked for once along the text: the time is linear in both.
 */
export interface Term {
  /** Normalized; a phrase has single spaces in it. */
  text: string;
  titleOnly: boolean;
}

/** Words of which one must occur; or, with `without`, none may. */
export interface Clause {
  anyOf: Term[];
  negated: boolean;
}

export type SearchTerms = readonly Clause[];

/** What words are looked for in; normalized once, however many words there are. */
export interface SearchText {
  title: string;
  rest: string;
}

export const MAX_QUERY_LENGTH = 256;
export const MAX_TERMS = 20;

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
export function parseSearchTerms(q: string): SearchTerms {
  if (q.length > MAX_QUERY_LENGTH)
    throw new RangeError(`has ${q.length} characters; at most ${MAX_QUERY_LENGTH} are taken`);
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
    if (++count > MAX_TERMS) throw new RangeError(`has more than ${MAX_TERMS} words`);
    const part: Term = { text: word, titleOnly: Boolean(field) };
    const last = clauses.at(-1);
    if (or && last) {
      if (minus || last.negated) throw new RangeError('has "|" beside a word with "-"; write -one -two instead');
      last.anyOf.push(part);
    } else clauses.push({ anyOf: [part], negated: minus === "-" });
    or = false;
  }
  if (or) throw new RangeError('has a "|" without a word after it');
  // Links carry the canonical spelling: it must be one that can be asked.
  const { length } = canonicalSearchTerms(clauses);
  if (length > MAX_QUERY_LENGTH)
    throw new RangeError(`has ${length} characters when written out; ${MAX_QUERY_LENGTH} at most`);
  return clauses;
}

/** The words in their one canonical spelling, whatever order, case and quotes they came in. */
export function canonicalSearchTerms(terms: SearchTerms): string {
  const spell = ({ text, titleOnly }: Term) => {
    const plain = !/[\s"|]/.test(text) && !/^(?:-|,|title:)/.test(text);
    return `${titleOnly ? "title:" : ""}${plain ? text : `"${text}"`}`;
  };
  const clauses = terms.map(
    ({ anyOf, negated }) => (negated ? "-" : "") + [...new Set(anyOf.map(spell))].sort().join(" | "),
  );
  return [...new Set(clauses)].sort().join(" ");
}

export function searchText(title: string, rest: string): SearchText {
  return { title: normalize(title), rest: normalize(rest) };
}

export function matchesTerms(terms: SearchTerms, text: SearchText): boolean {
  return terms.every(({ anyOf, negated }) => negated !== anyOf.some((word) => occurs(word, text)));
}

const occurs = ({ text, titleOnly }: Term, { title, rest }: SearchText) =>
  indexOfTerm(text, title, 0) >= 0 || (!titleOnly && indexOfTerm(text, rest, 0) >= 0);

const SPACED = /[\p{L}\p{N}]/u;
const UNSPACED = /[\p{Script=Hangul}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u;

/** Where a normalized word occurs in a normalized text from a position on; -1 where it does not. */
export function indexOfTerm(word: string, text: string, from: number): number {
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
export function occurrences(terms: SearchTerms, text: string): [start: number, end: number][] {
  const wanted = terms.filter(({ negated }) => !negated).flatMap(({ anyOf }) => anyOf.map((word) => word.text));
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
    for (let from = indexOfTerm(word, normal, 0); from >= 0; from = indexOfTerm(word, normal, from + word.length)) {
      found.push([starts[from] ?? 0, ends[from + word.length - 1] ?? text.length]);
    }
  }
  found.sort((a, b) => a[0] - b[0] || b[1] - a[1]);
  return found.filter(([start], i) => found.slice(0, i).every(([, end]) => start >= end));
}
