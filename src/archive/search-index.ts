import {
  type Clause,
  isSpaced,
  isUnspacedLetter,
  normalize,
  type SearchTerms,
  type Term,
} from "../query/search-terms.ts";

/**
 * The full-text index in tokens of our own, so that it finds exactly what the matcher of `query/` finds.
 *
 * The matcher finds a word of a script with spaces at the start of a word, and Korean, Chinese, Japanese and Thai
 * anywhere. So a run of letters with spaces is one token, looked up by its prefix in the list of all words; a run of
 * letters without spaces is its single letters and its pairs of letters (FTS5's own trigrams find no Korean word of
 * two syllables). A token with `_t` before it stands in the title. Letters beyond ASCII are written as `_` and their
 * code, because SQLite's tables of Unicode are older than the text.
 *
 * Where a word takes more than one token (a phrase, three syllables), the index finds too much, never too little: the
 * matcher has the last word.
 */
export const TITLE = "_t";

/** Words of the dictionary that one prefix may stand for; a shorter prefix is in nearly every article anyhow. */
const EXPANSIONS = 400;
/** A prefix shorter than this is not looked up. */
const SHORTEST_PREFIX = 3;

interface Run {
  text: string;
  unspaced: boolean;
  /** Whether the run's end is the end of the text. */
  last: boolean;
}

/** Runs of letters in a normalized text; what is between them is in no token. */
function* runsOf(text: string): Iterable<Run> {
  let start = 0;
  let kind: "spaced" | "unspaced" | undefined;
  let at = 0;
  const run = (end: number): Run => ({
    text: text.slice(start, end),
    unspaced: kind === "unspaced",
    last: end === text.length,
  });
  for (const character of text) {
    const next = isUnspacedLetter(character) ? "unspaced" : isSpaced(character) ? "spaced" : undefined;
    if (next !== kind) {
      if (kind) yield run(at);
      start = at;
      kind = next;
    }
    at += character.length;
  }
  if (kind) yield run(at);
}

/** A token's spelling in the index: ASCII, and a prefix of the spelling is a prefix of the token. */
function spell(token: string): string {
  let spelled = "";
  for (let i = 0; i < token.length; i++) {
    const code = token.charCodeAt(i);
    spelled += code < 128 ? token[i] : `_${code.toString(16).padStart(4, "0")}`;
  }
  return spelled;
}

/** Single letters and pairs of neighbours. */
function pairsOf(run: string): string[] {
  const letters = [...run];
  return letters.flatMap((letter, i) => (i + 1 < letters.length ? [letter, letter + letters[i + 1]] : [letter]));
}

export interface Tokens {
  /** What the index holds of the article, separated by spaces. */
  tokens: string;
  /** The words that prefixes are looked up in. */
  words: string[];
}

/** The tokens of an article; plain texts. */
export function tokensOf(title: string, excerpt: string, body: string): Tokens {
  const tokens = new Set<string>();
  const words = new Set<string>();
  const add = (text: string, mark: string) => {
    for (const { text: run, unspaced } of runsOf(normalize(text))) {
      if (unspaced) for (const token of pairsOf(run)) tokens.add(mark + spell(token));
      else {
        const word = spell(run).slice(0, LONGEST);
        words.add(word);
        tokens.add(mark + word);
      }
    }
  };
  add(title, "");
  add(title, TITLE);
  add(excerpt, "");
  add(body, "");
  return { tokens: [...tokens].join(" "), words: [...words] };
}

/** Characters of a token; a longer run is cut, in the index and in the query alike. */
const LONGEST = 64;

export interface Lookup {
  /** An FTS5 expression that matches at least what the clauses do; undefined where no clause can be looked up. */
  expression?: string;
  /** Whether it matches nothing else, so that no text need be read. */
  exact: boolean;
}

/**
 * @param expand words of the dictionary that begin with a prefix, at most so many
 */
export function lookupOf(clauses: SearchTerms, expand: (prefix: string, most: number) => string[]): Lookup {
  const wanted: string[] = [];
  const unwanted: string[] = [];
  let exact = true;
  for (const clause of clauses) {
    const found = clauseOf(clause, expand);
    exact &&= found.exact;
    if (found.expression === undefined) exact = false;
    else if (!clause.negated) wanted.push(`(${found.expression})`);
    else if (found.exact) unwanted.push(`(${found.expression})`);
  }
  // An expression needs something that it wants; without one, the matcher reads along the dates.
  if (wanted.length === 0) return { exact: false };
  const expression = [wanted.join(" AND "), ...unwanted].join(" NOT ");
  return { expression: unwanted.length > 0 ? expression : wanted.join(" AND "), exact };
}

function clauseOf({ anyOf }: Clause, expand: (prefix: string, most: number) => string[]): Lookup {
  const parts: string[] = [];
  let exact = true;
  for (const word of anyOf) {
    const found = wordOf(word, expand);
    if (found.expression === undefined) return { exact: false };
    exact &&= found.exact;
    parts.push(found.expression);
  }
  return { expression: parts.join(" OR "), exact };
}

function wordOf({ text, titleOnly }: Term, expand: (prefix: string, most: number) => string[]): Lookup {
  const mark = titleOnly ? TITLE : "";
  const parts: string[] = [];
  let exact = true;
  const runs = [...runsOf(text)];
  if (runs.length !== 1 || runs[0]?.text !== text) exact = false;
  for (const run of runs) {
    if (run.unspaced) {
      const pairs = [...run.text].length > 1 ? pairsOf(run.text).filter((pair) => [...pair].length > 1) : [run.text];
      if (pairs.length > 1) exact = false;
      parts.push(...pairs.map((pair) => quote(mark + spell(pair))));
      continue;
    }
    const word = spell(run.text).slice(0, LONGEST);
    if (word.length === LONGEST) exact = false;
    // Within the text a run ends where it ends; at its end the article's word may go on.
    if (!run.last && word.length < LONGEST) {
      parts.push(quote(mark + word));
      continue;
    }
    if (word.length < SHORTEST_PREFIX) {
      exact = false;
      continue;
    }
    const words = expand(word, EXPANSIONS + 1);
    if (words.length > EXPANSIONS) {
      exact = false;
      continue;
    }
    // A word that no article has: an expression that nothing matches.
    parts.push(words.length > 0 ? `(${words.map((word) => quote(mark + word)).join(" OR ")})` : quote("_none"));
  }
  return parts.length > 0 ? { expression: parts.join(" AND "), exact } : { exact: false };
}

const quote = (token: string) => `"${token}"`;
