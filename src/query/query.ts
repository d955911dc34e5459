import type { Article } from "../article.ts";
import {
  type BadParameter,
  canonicalQuery,
  type Name,
  PRESET_ARTICLES,
  parseParameters,
  type Values,
} from "./parameters.ts";
import { compilePatterns, type Patterns } from "./regex-filters.ts";
import type { Words } from "./search-terms.ts";
import { sinceText, untilText } from "./times.ts";

/** A reader's question, understood: which articles, in which order, how many, with which text. */
export interface Question {
  /** Canonical query string, without "?". */
  canonical: string;
  words: Words;
  patterns?: Patterns;
  languages: readonly string[];
  /** Published then or later, and then or earlier; undefined where open. */
  since?: string | undefined;
  until?: string;
  /** At most so many; where it is not `limited`, the window (see `pick`) may take more. */
  limit: number;
  /** Whether `limit` was asked for. */
  limited: boolean;
  full: boolean;
  sort: "newest" | "oldest";
  /** The article after which to go on. */
  after?: { published: string; key: string };
  /** Characters to which the text is cut. */
  brief?: number;
  /** Milliseconds from which `since` and `until` are counted back, where they are ages. */
  sinceAge?: number;
  untilAge?: number;
  /** Whether the answer changes with the clock though no article does. */
  moving: boolean;
}

/** What most readers ask: nothing in particular. */
const PLAIN: Question = {
  canonical: "",
  words: [],
  languages: [],
  limit: PRESET_ARTICLES,
  limited: false,
  full: false,
  sort: "newest",
  moving: false,
};

/** Reads a query string; `now` is what ages count back from, in milliseconds. */
export async function parseQuestion(
  query: URLSearchParams,
  now: number,
): Promise<{ question: Question } | { bad: BadParameter }> {
  if (query.size === 0) return { question: PLAIN };
  const parsed = parseParameters(query);
  if ("bad" in parsed) return parsed;
  const { values } = parsed;
  const patterns = await compilePatterns(values);
  if (patterns && "bad" in patterns) return patterns;

  const from = [...(values.since ? [values.since] : []), ...agesOf(values)].map((bound) => ({
    text: sinceText(bound, now),
    ...("age" in bound && { age: bound.age }),
  }));
  // The later of two; of the same, the age, which moves on.
  const last = from.sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : a.age === undefined ? -1 : 1)).at(-1);
  const until = values.until && untilText(values.until, now);
  return {
    question: {
      canonical: canonicalQuery(values).toString(),
      words: values.q ?? [],
      ...(patterns && { patterns }),
      languages: values.lang ?? [],
      ...(last && { since: last.text, ...(last.age !== undefined && { sinceAge: last.age }) }),
      ...(until && { until }),
      ...(values.until && "age" in values.until && { untilAge: values.until.age }),
      limit: values.limit ?? PRESET_ARTICLES,
      limited: values.limit !== undefined,
      full: values.content === "full" || values.mode !== undefined,
      sort: values.sort ?? "newest",
      ...(values.before && { after: values.before }),
      ...(values.brief && { brief: values.brief }),
      moving: isAge(values),
    },
  };
}

const agesOf = ({ filter_time }: Values) => (filter_time ? [{ age: filter_time * 1000 }] : []);

const isAge = ({ since, until, filter_time }: Values) =>
  Boolean((since && "age" in since) || (until && "age" in until) || filter_time);

/** The canonical query with another cursor, or with none, and without some other parameters. */
export function withCursor(
  question: Question,
  article: Pick<Article, "published" | "key"> | undefined,
  without: readonly Name[] = [],
): string {
  const query = new URLSearchParams(question.canonical);
  for (const name of ["before", ...without]) query.delete(name);
  if (article) query.set("before", `${article.published}_${article.key}`);
  query.sort();
  return query.toString();
}
