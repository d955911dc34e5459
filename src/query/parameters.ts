import * as v from "valibot";
import { nearName } from "./near-name.ts";
import { MOST_INSTRUCTIONS } from "./regex-size.ts";
import { canonicalWords, MOST_CHARACTERS, MOST_WORDS, parseWords } from "./search-terms.ts";
import { canonicalBound, parseBound } from "./times.ts";

/**
 * The parameters of a feed, each described once: parsing, the error, the canonical spelling, the table in the README
 * and the form on the home page all come from here.
 */
export interface Parameter {
  /** What it takes, for tables and errors. */
  takes: string;
  /** What it does, for tables and the form. */
  does: string;
  /** What holds where it is absent. */
  preset?: string;
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

const MOST_ARTICLES = 500;
export const PRESET_ARTICLES = 50;
export const MOST_IN_WINDOW = 200;
const WINDOW = `${PRESET_ARTICLES}, or three days' where those are more, but ${MOST_IN_WINDOW} at most`;
const bound = "a day 2026-01-30 (Korean), an instant 2026-01-30T09:00:00Z, or an age 24h, 7d, 2w";
const pattern = `a regular expression (RE2), at most 256 characters; all together at most ${MOST_INSTRUCTIONS} instructions`;
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
  limit: whole(1, MOST_ARTICLES),
  mode: choice("fulltext"),
  q: v.pipe(v.string(), checked(parseWords)),
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
    takes: `words, at most ${MOST_CHARACTERS} characters and ${MOST_WORDS} words`,
    does: 'all must occur in title, excerpt or text; `"a phrase"`, `-without`, `this | that`, `title:word`',
  },
  since: { takes: bound, does: "published then or later" },
  until: { takes: bound, does: "published then or earlier; a day counts whole" },
  limit: { takes: `a whole number from 1 to ${MOST_ARTICLES}`, does: "articles at most", preset: WINDOW },
  content: {
    takes: "excerpt or full",
    does: "the listing's excerpt, or the article's text where kept",
    preset: "excerpt",
  },
  sort: { takes: "newest or oldest", does: "which come first", preset: "newest" },
  lang: { takes: "language tags: en, or several: en,ko", does: "only articles in these languages" },
  before: { takes: "a cursor from a feed's own next link", does: "goes on after the article that it names" },
  filter: { takes: pattern, does: "title or text matches", rsshub: true },
  filter_title: { takes: pattern, does: "title matches", rsshub: true },
  filter_description: { takes: pattern, does: "text matches", rsshub: true },
  filterout: { takes: pattern, does: "neither title nor text matches", rsshub: true },
  filterout_title: { takes: pattern, does: "title does not match", rsshub: true },
  filterout_description: { takes: pattern, does: "text does not match", rsshub: true },
  filter_case_sensitive: { takes: "true or false", does: "whether patterns regard case", preset: "true", rsshub: true },
  filter_time: { takes: "seconds, a whole number from 1", does: "published within that time", rsshub: true },
  brief: { takes: "a whole number from 100", does: "text cut to so many characters", rsshub: true },
  sorted: { takes: "true or false", does: "accepted; the order is by date either way", preset: "true", rsshub: true },
  mode: { takes: "fulltext", does: "the same as content=full", rsshub: true },
};

const NAMES = Object.keys(SCHEMAS) as Name[];
/** What links pick up on their way through mail and social media; `key` is for the door, not for the question. */
const IGNORED = /^(?:utm_\w*|fbclid|gclid|_|key)$/;

/** A parameter that cannot be taken. */
export interface BadParameter {
  parameter: string;
  detail: string;
  /** What it takes, where there is such a parameter. */
  takes?: string;
}

/** Reads a query string's parameters. An empty value counts as none: forms send those. */
export function parseParameters(query: URLSearchParams): { values: Values } | { bad: BadParameter } {
  const values: Record<string, unknown> = {};
  const seen = new Set<string>();
  for (const [name, value] of query) {
    if (IGNORED.test(name)) continue;
    if (!isName(name)) return { bad: unknownName(name) };
    if (value.trim() === "") continue;
    const { takes } = PARAMETERS[name];
    if (seen.has(name)) return { bad: { parameter: name, detail: `${name} is given more than once`, takes } };
    seen.add(name);
    const parsed = v.safeParse(SCHEMAS[name], name.startsWith("filter") ? value : value.trim());
    if (!parsed.success) {
      const why = parsed.issues[0].type === "raw_transform" ? parsed.issues[0].message : "";
      const detail = why ? `${name} ${why}` : `${name} takes ${takes}, not "${shorten(value)}"`;
      return { bad: { parameter: name, detail, takes } };
    }
    values[name] = parsed.output;
  }
  return { values: values as Values };
}

const isName = (name: string): name is Name => Object.hasOwn(SCHEMAS, name);

function unknownName(name: string): BadParameter {
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
  if (name === "q") return canonicalWords(values.q ?? []);
  if (name === "since" || name === "until") return canonicalBound(values[name] as NonNullable<Values["since"]>);
  if (name === "before") return values.before && `${values.before.published}_${values.before.key}`;
  if (name === "lang") return (values.lang ?? []).join(",");
  if (name === "filter_case_sensitive" && !hasPattern(values)) return undefined;
  const spelled = String(value);
  return spelled === PARAMETERS[name].preset ? undefined : spelled;
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
