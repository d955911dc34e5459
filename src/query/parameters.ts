import * as v from "valibot";
import { lazyPattern } from "../scrape/lazy-pattern.ts";
import { nearParameter } from "./near-name.ts";
import { canonicalSearchTerms, MAX_QUERY_LENGTH, MAX_TERMS, parseSearchTerms } from "./search-terms.ts";
import { canonicalBound, parseBound } from "./times.ts";

/**
 * The description of one feed parameter. This file is the only definition of the parameters: parsing, errors, the
 * canonical spelling, the table in the README and the form on the home page are derived from it.
 */
export interface Parameter {
  /** The values that it accepts, in words, for tables and errors. */
  accepts: string;
  /** Its effect, in words, for tables and the form. */
  description: string;
  /** The value that applies if the parameter is absent. */
  default?: string;
  /** RSSHub has a parameter with this name and meaning. */
  rsshub?: true;
}

const text = (maxLength: number) => v.pipe(v.string(), v.maxLength(maxLength));
const wholeNumber = (min: number, max: number) =>
  v.pipe(v.string(), v.regex(/^\d{1,9}$/), v.transform(Number), v.minValue(min), v.maxValue(max));
/** A schema from a parser that returns undefined for a bad value, or throws a RangeError that says what is wrong. */
const parsedBy = <T>(parse: (value: string) => T | undefined) =>
  v.rawTransform<string, T>(({ dataset, addIssue, NEVER }) => {
    try {
      const value = parse(dataset.value);
      if (value !== undefined) return value;
      addIssue({ message: "" });
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      addIssue({ message: error.message });
    }
    return NEVER;
  });
const choice = <const T extends string>(...values: T[]) => v.pipe(v.string(), v.toLowerCase(), v.picklist(values));
const flag = v.pipe(
  v.string(),
  v.toLowerCase(),
  v.picklist(["true", "false", "1", "0"]),
  v.transform((value) => value === "true" || value === "1"),
);

const MAX_LIMIT = 500;
const [MIN_BRIEF, MAX_BRIEF] = [100, 100_000];
const MAX_SECONDS = 999_999_999;
export const DEFAULT_LIMIT = 50;
/** Maximum number of articles of a feed without `limit`, however many were published in three days. */
export const MAX_IN_WINDOW = 200;
const DEFAULT_LIMIT_TEXT = `${DEFAULT_LIMIT}, or all articles of three days if those are more, but at most ${MAX_IN_WINDOW}`;
const bound = "a Korean day (2026-01-30), an instant (2026-01-30T09:00:00Z) or an age (24h, 7d, 2w)";
const regex = "a regular expression (RE2) of at most 256 characters";
const regexText = text(256);

/** A cursor: `published` and the key of the last article on the page before. */
const CURSOR = () => lazyPattern.u`^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)_(\P{C}+)$`;
/** Its characters: an instant, and a key as long as `MAX_KEY_LENGTH` of sites/addresses.ts. */
const MAX_CURSOR_LENGTH = 321;

const cursor = (value: string) => {
  const [, published = "", key = ""] = CURSOR().exec(value) ?? [];
  // The date must be a real one, not only look like one.
  const instant = published && parseBound(published);
  return instant && "at" in instant ? { published, key } : undefined;
};

const languages = (value: string) => {
  const tags = value.toLowerCase().split(/[,+ ]/).filter(Boolean);
  return tags.length > 0 && tags.length <= 20 && tags.every((tag) => /^[a-z]{2,3}(?:-[a-z0-9]{2,8})*$/.test(tag))
    ? [...new Set(tags)].sort()
    : undefined;
};

/** The parsers. Their order is the order in the canonical query string. */
export const SCHEMAS = {
  before: v.pipe(text(MAX_CURSOR_LENGTH), parsedBy(cursor)),
  brief: wholeNumber(MIN_BRIEF, MAX_BRIEF),
  content: choice("excerpt", "full"),
  edits: choice("all", "substantial", "none"),
  filter: regexText,
  filter_case_sensitive: flag,
  filter_description: regexText,
  filter_time: wholeNumber(1, MAX_SECONDS),
  filter_title: regexText,
  filterout: regexText,
  filterout_description: regexText,
  filterout_title: regexText,
  lang: v.pipe(text(100), parsedBy(languages)),
  limit: wholeNumber(1, MAX_LIMIT),
  mode: choice("fulltext"),
  once: flag,
  q: v.pipe(v.string(), parsedBy(parseSearchTerms)),
  since: v.pipe(text(40), parsedBy(parseBound)),
  sort: choice("newest", "oldest"),
  sorted: flag,
  until: v.pipe(text(40), parsedBy(parseBound)),
};

export type Name = keyof typeof SCHEMAS;
export type Values = { [K in Name]?: v.InferOutput<(typeof SCHEMAS)[K]> };

/** The descriptions. Their order is the order in tables, errors and the form: the most useful first. */
export const PARAMETERS: Readonly<Record<Name, Parameter>> = {
  q: {
    accepts: `words, at most ${MAX_QUERY_LENGTH} characters and ${MAX_TERMS} words`,
    description:
      'title, excerpt or full text contains all words; also `"a phrase"`, `-excluded`, `either | or`, `title:word`',
  },
  since: { accepts: bound, description: "articles published, or changes seen, at this time or later" },
  until: {
    accepts: bound,
    description: "articles published, or changes seen, at this time or earlier; a day includes all of that day",
  },
  limit: {
    accepts: `a whole number from 1 to ${MAX_LIMIT}`,
    description: "maximum number of articles",
    default: DEFAULT_LIMIT_TEXT,
  },
  content: {
    accepts: "excerpt or full",
    description: "show the excerpt from the listing, or the full text if the bridge has it",
    default: "excerpt",
  },
  sort: { accepts: "newest or oldest", description: "which articles come first", default: "newest" },
  once: {
    accepts: "true or false",
    description: "show near-identical articles of several outlets once; the first that matches names the others",
    default: "false",
  },
  lang: { accepts: "language tags: en, or several: en,ko", description: "only articles in these languages" },
  edits: {
    accepts: "all, substantial or none",
    description:
      "in the feed of changes: `substantial` leaves out edits of spaces, punctuation, quotation marks and letter case; `none` shows only deletions and returns",
    default: "all",
  },
  before: { accepts: "a cursor from a `next` link", description: "continue after the article that the cursor names" },
  filter: { accepts: regex, description: "title or text matches", rsshub: true },
  filter_title: { accepts: regex, description: "title matches", rsshub: true },
  filter_description: { accepts: regex, description: "text matches", rsshub: true },
  filterout: { accepts: regex, description: "neither title nor text matches", rsshub: true },
  filterout_title: { accepts: regex, description: "title does not match", rsshub: true },
  filterout_description: { accepts: regex, description: "text does not match", rsshub: true },
  filter_case_sensitive: {
    accepts: "true or false",
    description: "whether regular expressions are case-sensitive",
    default: "true",
    rsshub: true,
  },
  filter_time: {
    accepts: `seconds, a whole number from 1 to ${MAX_SECONDS}`,
    description: "articles published within this many seconds before now",
    rsshub: true,
  },
  brief: {
    accepts: `a whole number from ${MIN_BRIEF} to ${MAX_BRIEF}`,
    description: "maximum number of characters of the text",
    rsshub: true,
  },
  sorted: {
    accepts: "true or false",
    description: "accepted for compatibility; articles are always sorted by date",
    default: "true",
    rsshub: true,
  },
  mode: { accepts: "fulltext", description: "the same as content=full", rsshub: true },
};

/** In the order of tables and errors. */
export const NAMES = Object.keys(PARAMETERS) as Name[];
/** Tracking parameters that mail and social media add to links, and `key`, which the access check reads. */
export const IGNORED_PARAMETER = /^(?:utm_\w*|fbclid|gclid|_|key)$/;

/** A parameter that does not exist or has a bad value. */
export interface InvalidParameter {
  parameter: string;
  /** A sentence that says what is wrong. */
  detail: string;
  /** The values that it accepts; undefined if there is no such parameter. */
  accepts?: string;
}

/**
 * Parses the parameters of a query string. An empty value counts as absent, because forms send empty fields.
 *
 * @param names what the address takes, for the error of a name that is unknown
 */
export function parseParameters(
  query: URLSearchParams,
  names: readonly string[] = NAMES,
): { values: Values } | { error: InvalidParameter } {
  const values: Record<string, unknown> = {};
  const seen = new Set<string>();
  for (const [name, value] of query) {
    if (IGNORED_PARAMETER.test(name)) continue;
    if (!isName(name)) return { error: unknownName(name, names) };
    if (value.trim() === "") continue;
    const { accepts } = PARAMETERS[name];
    if (seen.has(name)) return { error: { parameter: name, detail: `${name} is given more than once`, accepts } };
    seen.add(name);
    // Spaces at the ends belong to a regular expression.
    const parsed = v.safeParse(SCHEMAS[name], SCHEMAS[name] === regexText ? value : value.trim());
    if (!parsed.success) {
      const reason = parsed.issues[0].type === "raw_transform" ? parsed.issues[0].message : "";
      const detail = reason ? `${name} ${reason}` : `${name} takes ${accepts}, not "${shorten(value)}"`;
      return { error: { parameter: name, detail, accepts } };
    }
    values[name] = parsed.output;
  }
  return { values: values as Values };
}

const isName = (name: string): name is Name => Object.hasOwn(SCHEMAS, name);

function unknownName(name: string, names: readonly string[]): InvalidParameter {
  const nearest = nearParameter(name, names);
  return {
    parameter: shorten(name),
    detail: `there is no parameter "${shorten(name)}"; ${nearest ? `did you mean ${nearest}? There` : "there"} are ${names.join(", ")}`,
  };
}

const shorten = (value: string) => (value.length > 60 ? `${value.slice(0, 60)}…` : value);

/**
 * The canonical query string: sorted by name, without defaults, each value in one spelling. All spellings of a query
 * have the same one. The self link, the Atom id, the ETag and the cache key are derived from it.
 */
export function canonicalQuery(values: Values): URLSearchParams {
  const query = new URLSearchParams();
  for (const name of Object.keys(SCHEMAS) as Name[]) {
    const value = (CANONICAL_VALUES[name] ?? ((all: Values) => plainValue(name, all)))(values);
    if (value) query.set(name, value);
  }
  return query;
}

/** The canonical spelling of the parameters that have more than one; undefined if the value is the default. */
const CANONICAL_VALUES: { [K in Name]?: (values: Values) => string | undefined } = {
  before: ({ before }) => before && `${before.published}_${before.key}`,
  content: ({ content, mode }) => (content === "full" || mode ? "full" : undefined),
  filter_case_sensitive: (values) => (values.filter_case_sensitive === false && hasRegex(values) ? "false" : undefined),
  lang: ({ lang }) => lang?.join(","),
  mode: () => undefined,
  q: ({ q }) => q && canonicalSearchTerms(q),
  since: ({ since }) => since && canonicalBound(since),
  sorted: () => undefined,
  until: ({ until }) => until && canonicalBound(until),
};

function plainValue(name: Name, values: Values): string | undefined {
  const value = values[name];
  return value === undefined || String(value) === PARAMETERS[name].default ? undefined : String(value);
}

const hasRegex = (values: Values) => NAMES.some((name) => SCHEMAS[name] === regexText && values[name] !== undefined);
