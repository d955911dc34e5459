import { initialVariants } from "./korean.ts";
import { characterBefore, fold, foldWithPlaces, isSpaced, isUnspacedLetter, normalize } from "./normalize.ts";

/**
 * The search terms of the parameter `q`: a text must contain all of them; `"a phrase"`, `-excluded`, `either | or`,
 * `title:word`.
 *
 * Texts and terms are compared after normalization: case, width (NFKC), curly quotes, dashes, invisible characters, accents of
 * Latin letters, and known spellings of North and South Korea make no difference. A term in a script with spaces between
 * words (Latin, Cyrillic) matches at the start of a word. Korean, Chinese, Japanese and Thai terms match anywhere; at the
 * start of a Korean word, ㄹ, ㄴ and ㅇ are one initial sound where the two countries differ. The time to search is linear
 * in the length of the text.
 */
export interface Term {
  /** Normalized; a phrase contains single spaces. */
  text: string;
  /** What is looked for: see `fold`. */
  folded: string;
  titleOnly: boolean;
}

/** Alternatives: a text must contain one of them. If `negated`, a text must contain none of them. */
export interface Clause {
  anyOf: Term[];
  negated: boolean;
}

export type SearchTerms = readonly Clause[];

/** The folded texts of one article, in which terms are searched. */
interface SearchText {
  title: string;
  rest: string;
}

export const MAX_QUERY_LENGTH = 256;
export const MAX_TERMS = 20;

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
  for (const token of tokensOf(normalize(q))) {
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
    const word = (phrase ?? bare ?? "").trim();
    if (word === "") throw new RangeError('has an empty phrase ("")');
    if (!/^-*$/.test(fold(word)))
      yield { term: { text: word, folded: fold(word), titleOnly: Boolean(field) }, negated: minus === "-" };
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

/** Folds the texts of one article, once for all terms. */
export function searchText(title: string, rest: string): SearchText {
  return { title: fold(normalize(title)), rest: fold(normalize(rest)) };
}

/** Whether a folded text has one term of each clause, and none of a negated one. */
export function matchesTerms(terms: SearchTerms, text: SearchText): boolean {
  return terms.every(({ anyOf, negated }) => negated !== anyOf.some((term) => occurs(term, text)));
}

const occurs = ({ folded, titleOnly }: Term, { title, rest }: SearchText) =>
  indexOfTerm(folded, title, 0) >= 0 || (!titleOnly && indexOfTerm(folded, rest, 0) >= 0);

/** The first index from `from` on at which a folded term matches a folded text; -1 if there is none. */
function indexOfTerm(term: string, text: string, from: number): number {
  const found = [
    startsSpaced(term) ? indexAfter(term, text, from, (at) => !isSpacedAt(text, at)) : text.indexOf(term, from),
    ...startVariants(term).map((variant) => indexAfter(variant, text, from, (at) => !isLetterAt(text, at))),
  ].filter((at) => at >= 0);
  return found.length > 0 ? Math.min(...found) : -1;
}

/** The first index of a term that is at the start of the text, or follows on a character that is allowed there. */
function indexAfter(term: string, text: string, from: number, isAllowed: (at: number) => boolean): number {
  let at = text.indexOf(term, from);
  while (at > 0 && !isAllowed(at - 1)) at = text.indexOf(term, at + 1);
  return at;
}

/** The other spellings of a Korean term at the start of a word; of one syllable, there are none: they would be too many words. */
function startVariants(term: string): string[] {
  return isUnspacedLetter(term.charAt(1)) ? initialVariants(term.charAt(0)).map((first) => first + term.slice(1)) : [];
}

const startsSpaced = (term: string) => isSpaced(String.fromCodePoint(term.codePointAt(0) ?? 32));

/** `isSpaced` for the character whose last UTF-16 unit is at `at`. */
const isSpacedAt = (text: string, at: number): boolean => isSpaced(characterBefore(text, at));

const isLetterAt = (text: string, at: number): boolean =>
  isSpacedAt(text, at) || isUnspacedLetter(characterBefore(text, at));

/** The ranges of a displayed text that match a term that is not negated: ordered, and none overlaps another. */
export function occurrences(terms: SearchTerms, text: string): [start: number, end: number][] {
  const wanted = terms.filter(({ negated }) => !negated).flatMap(({ anyOf }) => anyOf.map((term) => term.folded));
  if (wanted.length === 0) return [];
  const { folded, starts, ends } = foldWithPlaces(text);
  const found: [number, number][] = [];
  for (const term of wanted) {
    let from = indexOfTerm(term, folded, 0);
    for (; from >= 0; from = indexOfTerm(term, folded, from + term.length))
      found.push([starts[from] ?? 0, ends[from + term.length - 1] ?? text.length]);
  }
  found.sort((a, b) => a[0] - b[0] || b[1] - a[1]);
  let covered = 0;
  return found.filter(([start, end]) => {
    if (start < covered) return false;
    covered = end;
    return true;
  });
}
