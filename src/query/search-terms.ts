/**
 * The search terms of the parameter `q`: a text must contain all of them; `"a phrase"`, `-excluded`, `either | or`,
 * `title:word`.
 *
 * Texts and terms are compared after normalization: case, width (NFKC), curly quotes and invisible characters make no
 * difference. A term in a script with spaces between words (Latin, Cyrillic) matches at the start of a word. Korean,
 * Chinese, Japanese and Thai terms match anywhere. The time to search is linear in the length of the text.
 */
export interface Term {
  /** Normalized; a phrase contains single spaces. */
  text: string;
  titleOnly: boolean;
}

/** Alternatives: a text must contain one of them. If `negated`, a text must contain none of them. */
export interface Clause {
  anyOf: Term[];
  negated: boolean;
}

export type SearchTerms = readonly Clause[];

/** The normalized texts of one article, in which terms are searched. */
interface SearchText {
  title: string;
  rest: string;
}

export const MAX_QUERY_LENGTH = 256;
export const MAX_TERMS = 20;

const QUOTES = /[“”„‟«»＂]/g;
const APOSTROPHES = /[‘’‚‛′＇]/g;
/** Invisible characters: zero-width spaces and joiners, soft hyphens, direction marks, byte order marks. */
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/gu;

/** The form in which terms and texts are compared. */
export function normalize(text: string): string {
  const folded = NOT_ASCII.test(text) ? foldCharacters(text) : text.toLowerCase();
  return folded.replace(SPACES, " ").replace(/ ,/g, ",");
}

const NOT_ASCII = /[^\p{ASCII}]/u;
/** White space other than a single space, which stays as it is. */
const SPACES = /\s{2,}|[^\S ]/g;

function foldCharacters(text: string): string {
  return text.replace(INVISIBLE, "").replace(QUOTES, '"').replace(APOSTROPHES, "'").normalize("NFKC").toLowerCase();
}

const TOKEN = /\s*(?:(\|)|(-?)(title:)?(?:"([^"]*)(")?|([^\s"|]+)))/giy;

/**
 * Parses the value of `q`.
 *
 * @throws RangeError whose message says what is wrong, to be read after the parameter's name
 */
export function parseSearchTerms(q: string): SearchTerms {
  if (q.length > MAX_QUERY_LENGTH) throw tooLong(q.length, "");
  const clauses: Clause[] = [];
  let count = 0;
  let afterBar = false;
  for (const token of tokensOf(normalize(q).trim())) {
    if (token === "|") {
      if (clauses.length === 0 || afterBar) throw new RangeError('has a "|" without a word before it');
      afterBar = true;
      continue;
    }
    if (++count > MAX_TERMS) throw new RangeError(`has more than ${MAX_TERMS} words`);
    const { term, negated } = token;
    if (afterBar) addAlternative(clauses.at(-1) as Clause, term, negated);
    else clauses.push({ anyOf: [term], negated });
    afterBar = false;
  }
  if (afterBar) throw new RangeError('has a "|" without a word after it');
  // Links contain the canonical spelling, so it must be valid as well.
  const { length } = canonicalSearchTerms(clauses);
  if (length > MAX_QUERY_LENGTH) throw tooLong(length, " in its canonical spelling");
  return clauses;
}

/** The bars and terms of a normalized text, in order. It skips dashes between words ("DPRK - China"). */
function* tokensOf(text: string): Iterable<"|" | { term: Term; negated: boolean }> {
  for (const [, bar, minus, field, phrase, closed, bare] of text.matchAll(TOKEN)) {
    if (bar) {
      yield "|";
      continue;
    }
    if (phrase !== undefined && !closed) throw new RangeError('has a quote (") that is not closed');
    const word = (phrase ?? bare ?? "").replace(/\s+/g, " ").trim();
    if (phrase !== undefined && word === "") throw new RangeError('has an empty phrase ("")');
    if (!/^-*$/.test(word)) yield { term: { text: word, titleOnly: Boolean(field) }, negated: minus === "-" };
  }
}

function addAlternative(clause: Clause, term: Term, negated: boolean): void {
  if (negated || clause.negated) throw new RangeError('has "|" beside a word with "-"; write -one -two instead');
  clause.anyOf.push(term);
}

const tooLong = (length: number, spelling: string) =>
  new RangeError(`has ${length} characters${spelling}; at most ${MAX_QUERY_LENGTH} are allowed`);

/** The canonical spelling of the terms. Order, case and quotes of the original make no difference. */
export function canonicalSearchTerms(terms: SearchTerms): string {
  const spell = ({ text, titleOnly }: Term) => {
    const needsQuotes = /[\s"|]/.test(text) || /^(?:-|,|title:)/.test(text);
    return `${titleOnly ? "title:" : ""}${needsQuotes ? `"${text}"` : text}`;
  };
  const clauses = terms.map(
    ({ anyOf, negated }) => (negated ? "-" : "") + [...new Set(anyOf.map(spell))].sort().join(" | "),
  );
  return [...new Set(clauses)].sort().join(" ");
}

/** Normalizes the texts of one article, once for all terms. */
export function searchText(title: string, rest: string): SearchText {
  return { title: normalize(title), rest: normalize(rest) };
}

/** Whether a text satisfies every clause. */
export function matchesTerms(terms: SearchTerms, text: SearchText): boolean {
  return terms.every(({ anyOf, negated }) => negated !== anyOf.some((term) => occurs(term, text)));
}

const occurs = ({ text, titleOnly }: Term, { title, rest }: SearchText) =>
  indexOfTerm(text, title, 0) >= 0 || (!titleOnly && indexOfTerm(text, rest, 0) >= 0);

const SPACED = /[\p{L}\p{N}]/u;
const UNSPACED = /[\p{Script=Hangul}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u;

/** The first index from `from` on at which a normalized term matches a normalized text; -1 if there is none. */
function indexOfTerm(term: string, text: string, from: number): number {
  const atWordStart = startsSpaced(term);
  for (let at = text.indexOf(term, from); at >= 0; at = text.indexOf(term, at + 1)) {
    if (!atWordStart || at === 0 || !isSpacedAt(text, at - 1)) return at;
  }
  return -1;
}

/** Whether a character belongs to a script without spaces between words. */
export function isUnspacedLetter(character: string): boolean {
  const code = character.charCodeAt(0);
  return code >= 128 && (isHangulSyllable(code) || UNSPACED.test(character));
}
/** Whether a character is a letter of a script with spaces between words, or a digit. */
export function isSpaced(character: string): boolean {
  const code = character.charCodeAt(0);
  if (code < 128) return isAsciiAlphanumeric(code);
  return !isHangulSyllable(code) && SPACED.test(character) && !UNSPACED.test(character);
}
const startsSpaced = (term: string) => isSpaced(String.fromCodePoint(term.codePointAt(0) ?? 32));

/** `isSpaced` for the character whose last UTF-16 unit is at `at`. */
function isSpacedAt(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  if (code < 128) return isAsciiAlphanumeric(code);
  const isLowSurrogate = code >= 0xdc00 && code <= 0xdfff;
  return isSpaced(isLowSurrogate ? text.slice(at - 1, at + 1) : text.charAt(at));
}

// Faster than the regular expressions; most characters are one of these.
const isHangulSyllable = (code: number) => code >= 0xac00 && code <= 0xd7a3;
const isAsciiAlphanumeric = (code: number) =>
  (code >= 48 && code <= 57) || (code >= 97 && code <= 122) || (code >= 65 && code <= 90);

/** The ranges of a displayed text that match a term that is not negated: ordered, and none overlaps another. */
export function occurrences(terms: SearchTerms, text: string): [start: number, end: number][] {
  const wanted = terms.filter(({ negated }) => !negated).flatMap(({ anyOf }) => anyOf.map((term) => term.text));
  if (wanted.length === 0) return [];
  const { normalized, starts, ends } = normalizeWithOffsets(text);
  const found: [number, number][] = [];
  for (const term of wanted) {
    let from = indexOfTerm(term, normalized, 0);
    for (; from >= 0; from = indexOfTerm(term, normalized, from + term.length)) {
      found.push([starts[from] ?? 0, ends[from + term.length - 1] ?? text.length]);
    }
  }
  found.sort((a, b) => a[0] - b[0] || b[1] - a[1]);
  return found.filter(([start], i) => found.slice(0, i).every(([, end]) => start >= end));
}

/** The normalized text. For each of its characters: where the original character starts and ends. */
function normalizeWithOffsets(text: string): { normalized: string; starts: number[]; ends: number[] } {
  let normalized = "";
  const starts: number[] = [];
  const ends: number[] = [];
  let at = 0;
  for (const character of text) {
    const end = at + character.length;
    const plain = normalize(character);
    const piece = plain === " " && normalized.endsWith(" ") ? "" : plain;
    for (let i = 0; i < piece.length; i++) {
      starts.push(at);
      ends.push(end);
    }
    normalized += piece;
    at = end;
  }
  return { normalized, starts, ends };
}
