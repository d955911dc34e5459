import * as v from "valibot";
import { nearName } from "./near-name.ts";
import { MAX_INSTRUCTIONS } from "./regex-size.ts";
import { canonicalSearchTerms, MAX_QUERY_LENGTH, MAX_TERMS, parseSearchTerms } from "./search-terms.ts";
import { canonicalBound, parseBound } from "./times.ts";

/**
 * The parameters of a feed, each described once: parsing, the error, the canonical spelling, the table in the README
 * and the form on the home page all come from here.
 */
export interface Parameter {
  /** What it takes, for tables and errors. */
  accepts: string;
  /** What it does, for tables and the form. */
  description: string;
  /** What holds where it is absent. */
  default?: string;
  /** RSSHub's parameter of that name and meaning. */
  rsshub?: true;
}

const text = (most: number) => v.pipe(v.string(), v.maxLength(most));
const whole = (least: number, most: number) =>
  v.pipe(v.string(), v.regex(/^\d{1,9}$/), v.transform(Number), v.minValue(least), v.maxValue(most));
const checked = <T>(parse: (value: string) => T | undefined) =>
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
export const DEFAULT_LIMIT = 50;
export const MAX_IN_WINDOW = 200;
const WINDOW = `${DEFAULT_LIMIT}, or three days' where those are more, but ${MAX_IN_WINDOW} at most`;
const bound = "a day 2026-01-30 (Korean), an instant 2026-01-30T09:00:00Z, or an age 24h, 7d, 2w";
const pattern = `a regular expression (RE2), at most 256 characters; all together at most ${MAX_INSTRUCTIONS} instructions`;
const matchable = text(256);

/** A cursor: the published date and the key of the last article that was shown. */
const CURSOR = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)_(\P{C}{1,200})$/u;

const cursor = (value: string) => {
  const [, published = "", key = ""] = CURSOR.exec(value) ?? [];
  const bound = published && parseBound(published);
  return bound && "at" in bound ? { published, key } : undefined;
};

const languages = (value: string) => {
  const tags = value
    .toLowerCase()
    .split(/[,+ ]+/)
    .filter(Boolean);
  return tags.length > 0 && tags.length <= 20 && tags.every((tag) => /^[a-z]{2,3}(?:-[a-z0-9]{2,8})*$/.test(tag))
    ? [...new Set(tags)].sort()
    : undefined;
};

/** Parsers, in the order of the canonical query. */
const SCHEMAS = {
  before: v.pipe(text(240), checked(cursor)),
  brief: whole(100, 100_000),
  content: choice("excerpt", "full"),
  filter: matchable,
  filter_case_sensitive: flag,
  filter_description: matchable,
  filter_time: whole(1, 999_999_999),
  filter_title: matchable,
  filterout: matchable,
  filterout_description: matchable,
  filterout_title: matchable,
  lang: v.pipe(text(100), checked(languages)),
  limit: whole(1, MAX_LIMIT),
  mode: choice("fulltext"),
  q: v.pipe(v.string(), checked(parseSearchTerms)),
  since: v.pipe(text(40), checked(parseBound)),
  sort: choice("newest", "oldest"),
  sorted: flag,
  until: v.pipe(text(40), checked(parseBound)),
};

export type Name = keyof typeof SCHEMAS;
export type Values = { [K in Name]?: v.InferOutput<(typeof SCHEMAS)[K]> };

/** In the order in which people should meet them. */
export const PARAMETERS: Readonly<Record<Name, Parameter>> = {
  q: {
    accepts: `words, at most ${MAX_QUERY_LENGTH} characters and ${MAX_TERMS} words`,
    description: 'all must occur in title, excerpt or text; `"a phrase"`, `-without`, `this | that`, `title:word`',
  },
  since: { accepts: bound, description: "published then or later" },
  until: { accepts: bound, description: "published then or earlier; a day counts whole" },
  limit: { accepts: `a whole number from 1 to ${MAX_LIMIT}`, description: "articles at most", default: WINDOW },
  content: {
    accepts: "excerpt or full",
    description: "the listing's excerpt, or the article's text where kept",
    default: "excerpt",
  },
  sort: { accepts: "newest or oldest", description: "which come first", default: "newest" },
  lang: { accepts: "language tags: en, or several: en,ko", description: "only articles in these languages" },
  before: { accepts: "a cursor from a feed's own next link", description: "goes on after the article that it names" },
  filter: { accepts: pattern, description: "title or text matches", rsshub: true },
  filter_title: { accepts: pattern, description: "title matches", rsshub: true },
  filter_description: { accepts: pattern, description: "text matches", rsshub: true },
  filterout: { accepts: pattern, description: "neither title nor text matches", rsshub: true },
  filterout_title: { accepts: pattern, description: "title does not match", rsshub: true },
  filterout_description: { accepts: pattern, description: "text does not match", rsshub: true },
  filter_case_sensitive: {
    accepts: "true or false",
    description: "whether patterns regard case",
    default: "true",
    rsshub: true,
  },
  filter_time: { accepts: "seconds, a whole number from 1", description: "published within that time", rsshub: true },
  brief: { accepts: "a whole number from 100", description: "text cut to so many characters", rsshub: true },
  sorted: {
    accepts: "true or false",
    description: "accepted; the order is by date either way",
    default: "true",
    rsshub: true,
  },
  mode: { accepts: "fulltext", description: "the same as content=full", rsshub: true },
};

const NAMES = Object.keys(SCHEMAS) as Name[];
/** What links pick up on their way through mail and social media; `key` is for the door, not for the question. */
const IGNORED = /^(?:utm_\w*|fbclid|gclid|_|key)$/;

/** A parameter that cannot be taken. */
export interface InvalidParameter {
  parameter: string;
  detail: string;
  /** What it takes, where there is such a parameter. */
  accepts?: string;
}

/** Reads a query string's parameters. An empty value counts as none: forms send those. */
export function parseParameters(query: URLSearchParams): { values: Values } | { error: InvalidParameter } {
  const values: Record<string, unknown> = {};
  const seen = new Set<string>();
  for (const [name, value] of query) {
    if (IGNORED.test(name)) continue;
    if (!isName(name)) return { error: unknownName(name) };
    if (value.trim() === "") continue;
    const { accepts } = PARAMETERS[name];
    if (seen.has(name)) return { error: { parameter: name, detail: `${name} is given more than once`, accepts } };
    seen.add(name);
    const parsed = v.safeParse(SCHEMAS[name], name.startsWith("filter") ? value : value.trim());
    if (!parsed.success) {
      const why = parsed.issues[0].type === "raw_transform" ? parsed.issues[0].message : "";
      const detail = why ? `${name} ${why}` : `${name} takes ${accepts}, not "${shorten(value)}"`;
      return { error: { parameter: name, detail, accepts } };
    }
    values[name] = parsed.output;
  }
  return { values: values as Values };
}

const isName = (name: string): name is Name => Object.hasOwn(SCHEMAS, name);

function unknownName(name: string): InvalidParameter {
  const near = nearName(name, NAMES);
  const all = Object.keys(PARAMETERS).join(", ");
  return {
    parameter: shorten(name),
    detail: `there is no parameter "${shorten(name)}"; ${near ? `did you mean ${near}? There` : "there"} are ${all}`,
  };
}

const shorten = (value: string) => (value.length > 60 ? `${value.slice(0, 60)}…` : value);

/**
 * The one spelling of a question: sorted by name, defaults dropped, each value in its canonical form. The self link,
 * the Atom id, the ETag and the cache entry all come from it.
 */
export function canonicalQuery(values: Values): URLSearchParams {
  const query = new URLSearchParams();
  for (const name of NAMES) {
    const value = canonicalValue(name, values);
    if (value !== undefined && value !== "") query.set(name, value);
  }
  return query;
}

function canonicalValue(name: Name, values: Values): string | undefined {
  const value = values[name];
  if (name === "content") return values.content === "full" || values.mode ? "full" : undefined;
  if (value === undefined || name === "mode" || name === "sorted") return undefined;
  if (name === "q") return canonicalSearchTerms(values.q ?? []);
  if (name === "since" || name === "until") return canonicalBound(values[name] as NonNullable<Values["since"]>);
  if (name === "before") return values.before && `${values.before.published}_${values.before.key}`;
  if (name === "lang") return (values.lang ?? []).join(",");
  if (name === "filter_case_sensitive" && !hasPattern(values)) return undefined;
  const spelled = String(value);
  return spelled === PARAMETERS[name].default ? undefined : spelled;
}

const hasPattern = (values: Values) =>
  Boolean(
    values.filter ??
      values.filter_title ??
      values.filter_description ??
      values.filterout ??
      values.filterout_title ??
      values.filterout_description,
  );
