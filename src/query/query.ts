import type { Article } from "../article.ts";
import {
  canonicalQuery,
  DEFAULT_LIMIT,
  type InvalidParameter,
  type Name,
  parseParameters,
  type Values,
} from "./parameters.ts";
import { compileRegexFilters, type RegexFilters } from "./regex-filters.ts";
import type { SearchTerms } from "./search-terms.ts";
import { sinceText, untilText } from "./times.ts";

/** The parsed parameters of a feed: which articles, in which order, how many, and with which text. */
export interface Query {
  /** Canonical query string, without "?". */
  canonical: string;
  terms: SearchTerms;
  regexFilters?: RegexFilters;
  languages: readonly string[];
  /** Earliest and latest `published` that match; undefined without a bound. */
  since?: string;
  until?: string;
  /** Maximum number of articles. If `hasLimit` is false, the three-day window can hold more (see `filter.ts`). */
  limit: number;
  hasLimit: boolean;
  fullText: boolean;
  /** Whether reprints of one text are one article. */
  once: boolean;
  /** Which edits the feed of changes shows. */
  edits: "all" | "substantial" | "none";
  sort: "newest" | "oldest";
  /** The page begins after this article. */
  cursor?: { published: string; key: string };
  /** Maximum number of characters of the text. */
  brief?: number;
  /** The ages from which `since` and `until` were computed, in milliseconds; undefined if they are no ages. */
  sinceAge?: number;
  untilAge?: number;
  /** Whether the result changes with the clock although no article changes. True if a bound is an age. */
  timeDependent: boolean;
}

/**
 * Parses a query string.
 *
 * @param now milliseconds; ages (`7d`) are counted back from it
 * @param names what the address takes, for the error of a name that is unknown
 */
export async function parseQuery(
  query: URLSearchParams,
  now: number,
  names?: readonly string[],
): Promise<{ query: Query } | { error: InvalidParameter }> {
  if (query.size === 0) return { query: DEFAULT_QUERY };
  const parsed = parseParameters(query, names);
  if ("error" in parsed) return parsed;
  const { values } = parsed;
  const regexFilters = await compileRegexFilters(values);
  if (regexFilters && "error" in regexFilters) return regexFilters;

  return { query: queryOf(values, regexFilters, now) };
}

/** @throws RangeError if the query string, which came from one that was parsed, is not valid */
export async function readQuery(canonical: string, now: number): Promise<Query> {
  const parsed = await parseQuery(new URLSearchParams(canonical), now);
  if ("error" in parsed) throw new RangeError(parsed.error.detail);
  return parsed.query;
}

function queryOf(values: Values, regexFilters: RegexFilters | undefined, now: number): Query {
  const until = values.until && untilText(values.until, now);
  return {
    canonical: canonicalQuery(values).toString(),
    terms: values.q ?? [],
    ...(regexFilters && { regexFilters }),
    languages: values.lang ?? [],
    ...effectiveSince(values, now),
    ...(until && { until }),
    ...(values.until && "age" in values.until && { untilAge: values.until.age }),
    limit: values.limit ?? DEFAULT_LIMIT,
    hasLimit: values.limit !== undefined,
    fullText: values.content === "full" || values.mode !== undefined,
    once: values.once ?? false,
    edits: values.edits ?? "all",
    sort: values.sort ?? "newest",
    ...(values.before && { cursor: values.before }),
    ...(values.brief && { brief: values.brief }),
    timeDependent: hasAge(values),
  };
}

/** Both `since` and `filter_time` must hold, so the later of the two applies. */
function effectiveSince({ since, filter_time }: Values, now: number): Pick<Query, "since" | "sinceAge"> {
  const fromSince = since && { since: sinceText(since, now), ...("age" in since && { sinceAge: since.age }) };
  if (filter_time === undefined) return fromSince ?? {};
  const sinceAge = filter_time * 1000;
  const fromAge = { since: sinceText({ age: sinceAge }, now), sinceAge };
  // If both are the same instant, the age applies: it moves on with the clock.
  return fromSince && fromSince.since > fromAge.since ? fromSince : fromAge;
}

const hasAge = ({ since, until, filter_time }: Values) =>
  Boolean((since && "age" in since) || (until && "age" in until) || filter_time);

/** The query without parameters. Most requests have none. */
export const DEFAULT_QUERY: Query = queryOf({}, undefined, 0);

/** The canonical query string with the given cursor, or without a cursor. It omits the parameters in `without`. */
export function withCursor(
  query: Query,
  article: Pick<Article, "published" | "key"> | undefined,
  without: readonly Name[] = [],
): string {
  const parameters = new URLSearchParams(query.canonical);
  for (const name of ["before", ...without]) parameters.delete(name);
  if (article) parameters.set("before", `${article.published}_${article.key}`);
  parameters.sort();
  return parameters.toString();
}
