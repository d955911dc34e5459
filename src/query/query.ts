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

/** A reader's question, understood: which articles, in which order, how many, with which text. */
export interface Query {
  /** Canonical query string, without "?". */
  canonical: string;
  terms: SearchTerms;
  regexFilters?: RegexFilters;
  languages: readonly string[];
  /** Published then or later, and then or earlier; undefined where open. */
  since?: string | undefined;
  until?: string;
  /** At most so many; where it is not `limited`, the window (see `pick`) may take more. */
  limit: number;
  /** Whether `limit` was asked for. */
  hasLimit: boolean;
  fullText: boolean;
  sort: "newest" | "oldest";
  /** The article after which to go on. */
  cursor?: { published: string; key: string };
  /** Characters to which the text is cut. */
  brief?: number;
  /** Milliseconds from which `since` and `until` are counted back, where they are ages. */
  sinceAge?: number;
  untilAge?: number;
  /** Whether the answer changes with the clock though no article does. */
  timeDependent: boolean;
}

/** What most readers ask: nothing in particular. */
const DEFAULT_QUERY: Query = {
  canonical: "",
  terms: [],
  languages: [],
  limit: DEFAULT_LIMIT,
  hasLimit: false,
  fullText: false,
  sort: "newest",
  timeDependent: false,
};

/** Reads a query string; `now` is what ages count back from, in milliseconds. */
export async function parseQuery(
  query: URLSearchParams,
  now: number,
): Promise<{ query: Query } | { error: InvalidParameter }> {
  if (query.size === 0) return { query: DEFAULT_QUERY };
  const parsed = parseParameters(query);
  if ("error" in parsed) return parsed;
  const { values } = parsed;
  const regexFilters = await compileRegexFilters(values);
  if (regexFilters && "error" in regexFilters) return regexFilters;

  const from = [...(values.since ? [values.since] : []), ...agesOf(values)].map((bound) => ({
    text: sinceText(bound, now),
    ...("age" in bound && { age: bound.age }),
  }));
  // The later of two; of the same, the age, which moves on.
  const last = from.sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : a.age === undefined ? -1 : 1)).at(-1);
  const until = values.until && untilText(values.until, now);
  return {
    query: {
      canonical: canonicalQuery(values).toString(),
      terms: values.q ?? [],
      ...(regexFilters && { regexFilters }),
      languages: values.lang ?? [],
      ...(last && { since: last.text, ...(last.age !== undefined && { sinceAge: last.age }) }),
      ...(until && { until }),
      ...(values.until && "age" in values.until && { untilAge: values.until.age }),
      limit: values.limit ?? DEFAULT_LIMIT,
      hasLimit: values.limit !== undefined,
      fullText: values.content === "full" || values.mode !== undefined,
      sort: values.sort ?? "newest",
      ...(values.before && { cursor: values.before }),
      ...(values.brief && { brief: values.brief }),
      timeDependent: isAge(values),
    },
  };
}

const agesOf = ({ filter_time }: Values) => (filter_time ? [{ age: filter_time * 1000 }] : []);

const isAge = ({ since, until, filter_time }: Values) =>
  Boolean((since && "age" in since) || (until && "age" in until) || filter_time);

/** The canonical query with another cursor, or with none, and without some other parameters. */
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
