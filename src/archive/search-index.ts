import { initialSyllable, initialVariants } from "../query/korean.ts";
import { fold, isSpaced, isUnspacedLetter, normalize } from "../query/normalize.ts";
import type { Clause, SearchTerms, Term } from "../query/search-terms.ts";

/**
 * The full-text index uses its own tokens, so that it finds exactly the articles that the matcher of `query/` finds.
 *
 * In scripts with spaces, the matcher finds a term at the start of a word. In Korean, Chinese, Japanese and Thai it
 * finds a term anywhere. So a run of letters of a script with spaces is one token; a term is looked up by its prefix
 * in the list of all words. A run of letters of a script without spaces becomes its single letters and its pairs of
 * letters (FTS5's own trigrams do not find a Korean word of two syllables). The prefix `_t` marks a token of the title,
 * `_s` the first pair of a Korean word, with the initial sound of the South (`로동` and `노동` are one token there).
 * Letters beyond ASCII are written as `_` and their code, because SQLite's Unicode tables are older than the texts.
 *
 * A term that needs several tokens (a phrase, three syllables) finds too many articles, never too few. The matcher then
 * decides.
 */
const TITLE = "_t";
const START = "_s";

/**
 * The most words of the dictionary for the prefixes of a query: each costs FTS5 some 0.1 ms. A prefix with more is in nearly
 * every article anyway.
 */
const EXPANSIONS = 200;
/** A prefix shorter than this is not looked up. */
const SHORTEST_PREFIX = 3;

interface Run {
  text: string;
  unspaced: boolean;
  /** Whether no letter is before it, so that it begins a word. */
  startsWord: boolean;
  /** Whether the run's end is the end of the text. */
  last: boolean;
}

const IS_ASCII = /^\p{ASCII}*$/u;
/** Words of ASCII, the first 64 letters of each. */
const ASCII_WORDS = /(?<![a-z\d])[a-z\d]{1,64}/g;

/** The runs of letters in a folded text. Everything between them is in no token. */
function* runsOf(text: string): Iterable<Run> {
  let start = 0;
  let kind: "spaced" | "unspaced" | undefined;
  let startsWord = true;
  let at = 0;
  const run = (end: number): Run => ({
    text: text.slice(start, end),
    unspaced: kind === "unspaced",
    startsWord,
    last: end === text.length,
  });
  for (const character of text) {
    const next = isUnspacedLetter(character) ? "unspaced" : isSpaced(character) ? "spaced" : undefined;
    if (next !== kind) {
      if (kind) yield run(at);
      start = at;
      startsWord = kind === undefined;
      kind = next;
    }
    at += character.length;
  }
  if (kind) yield run(at);
}

/** A token's spelling in the index: ASCII; a prefix of the token has a prefix of the spelling. */
function spell(token: string): string {
  if (!/[^\p{ASCII}]/u.test(token)) return token;
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

/** The first pair of a run that has more than one spelling at the start of a word; undefined if it has only one. */
function startOf(run: string): string | undefined {
  const [first, second] = [run.charAt(0), run.charAt(1)];
  return isUnspacedLetter(second) && initialVariants(first).length > 0 ? initialSyllable(first) + second : undefined;
}

/** A text with more words is indexed without repeated ones: a long text then fits into a value of the database. */
const MANY_WORDS = 100;

/**
 * The tokens of an article, separated by spaces, and the words in which prefixes are looked up; some may come twice.
 * All three are plain texts.
 */
export function tokensOf(title: string, excerpt: string, body: string): { tokens: string; words: string[] } {
  const tokens: string[] = [];
  const words: string[] = [];
  const add = (text: string, marks: readonly string[]) => {
    const normalized = normalize(text);
    // Most texts: words and nothing to fold. FTS5 keeps a token of a row once, however often it comes.
    const isPlain = IS_ASCII.test(normalized);
    const found = isPlain ? (normalized.match(ASCII_WORDS) ?? []) : foldedTokens(normalized, words);
    const own = found.length > MANY_WORDS ? [...new Set(found)] : found;
    if (isPlain) for (const word of own) words.push(word);
    if (own.length > 0) for (const mark of marks) tokens.push(mark + own.join(` ${mark}`));
  };
  add(title, ["", TITLE]);
  add(excerpt, [""]);
  add(body, [""]);
  return { tokens: tokens.join(" "), words };
}

/** The tokens of a text with letters beyond ASCII; its words are added to `words`. */
function foldedTokens(normalized: string, words: string[]): string[] {
  const tokens: string[] = [];
  for (const { text: run, unspaced, startsWord } of runsOf(fold(normalized))) {
    const own = unspaced ? pairsOf(run).map(spell) : [spell(run).slice(0, LONGEST)];
    if (!unspaced) words.push(own[0] as string);
    const start = unspaced && startsWord ? startOf(run) : undefined;
    if (start !== undefined) own.push(START + spell(start));
    // One by one: a call takes some 100,000 arguments at most, and a run may be longer.
    for (const token of own) tokens.push(token);
  }
  return tokens;
}

/** The most characters of a token. A longer run is cut, both in the index and in the query. */
const LONGEST = 64;

interface Lookup {
  /** An FTS5 expression that matches at least the articles of the clauses; undefined if no clause can be looked up. */
  expression?: string;
  /** Whether it matches no other article, so that no text has to be read. */
  exact: boolean;
}

interface Dictionary {
  /** Returns words that begin with a prefix, `most` at most. */
  expand: (prefix: string, most: number) => string[];
  /** Whether a part of the archive is still indexed without folding: then terms are also looked up as they are. */
  hasUnfolded: boolean;
}

/** Makes an expression for the index from search terms. */
export function lookupOf(clauses: SearchTerms, { expand, hasUnfolded }: Dictionary): Lookup {
  let left = EXPANSIONS;
  const dictionary = {
    hasUnfolded,
    expand(prefix: string) {
      const words = expand(prefix, left + 1);
      if (words.length > left) return undefined;
      left -= words.length;
      return words;
    },
  };
  const wanted: string[] = [];
  const unwanted: string[] = [];
  let exact = true;
  for (const clause of clauses) {
    const found = clauseOf(clause, dictionary);
    exact &&= found.exact;
    if (found.expression === undefined) exact = false;
    else if (!clause.negated) wanted.push(`(${found.expression})`);
    else if (found.exact) unwanted.push(`(${found.expression})`);
  }
  // An FTS5 expression needs a positive part. Without one, the matcher reads all articles by date.
  if (wanted.length === 0) return { exact: false };
  return { expression: [wanted.join(" AND "), ...unwanted].join(" NOT "), exact };
}

/** The dictionary of one query: it returns undefined if a prefix has more words than the query has left. */
type Expansions = Pick<Dictionary, "hasUnfolded"> & { expand: (prefix: string) => string[] | undefined };

function clauseOf({ anyOf }: Clause, dictionary: Expansions): Lookup {
  const lookups = anyOf.flatMap((word) => {
    const spellings = new Set(dictionary.hasUnfolded ? [word.folded, word.text] : [word.folded]);
    return [...spellings].map((spelling) => wordOf(spelling, word, dictionary));
  });
  const parts = lookups.flatMap(({ expression }) => expression ?? []);
  if (parts.length < lookups.length) return { exact: false };
  return { expression: parts.join(" OR "), exact: lookups.every(({ exact }) => exact) };
}

function wordOf(text: string, { titleOnly }: Term, { expand }: Expansions): Lookup {
  const mark = titleOnly ? TITLE : "";
  const runs = [...runsOf(text)];
  const lookups = runs.map((run, i) =>
    run.unspaced ? unspacedRun(run, mark, i === 0 && text.startsWith(run.text)) : spacedRun(run, mark, expand),
  );
  const parts = lookups.flatMap(({ expression }) => expression ?? []);
  const isOneRun = runs.length === 1 && runs[0]?.text === text;
  const exact = isOneRun && lookups.every((lookup) => lookup.exact);
  return parts.length > 0 ? { expression: parts.join(" AND "), exact } : { exact: false };
}

function unspacedRun({ text }: Run, mark: string, isFirst: boolean): Lookup {
  const pairs = [...text].length > 1 ? pairsOf(text).filter((pair) => [...pair].length > 1) : [text];
  const [first = "", ...rest] = pairs.map((pair) => quote(mark + spell(pair)));
  const start = isFirst ? startOf(text) : undefined;
  const begin = start === undefined ? first : `(${first} OR ${quote(mark + START + spell(start))})`;
  return { expression: [begin, ...rest].join(" AND "), exact: rest.length === 0 };
}

function spacedRun(run: Run, mark: string, expand: Expansions["expand"]): Lookup {
  const word = spell(run.text).slice(0, LONGEST);
  const exact = word.length < LONGEST;
  // Inside the term, the article's word ends with the run. At the term's end, the article's word may go on.
  if (!run.last && exact) return { expression: quote(mark + word), exact };
  if (word.length < SHORTEST_PREFIX) return { exact: false };
  const words = expand(word);
  if (!words) return { exact: false };
  // No article has such a word: an expression that matches nothing.
  if (words.length === 0) return { expression: quote("_none"), exact };
  return { expression: `(${words.map((word) => quote(mark + word)).join(" OR ")})`, exact };
}

const quote = (token: string) => `"${token}"`;
