import type { Name } from "../query/parameters.ts";
import type { Query } from "../query/query.ts";
import { type Clause, canonicalSearchTerms, type SearchTerms } from "../query/search-terms.ts";
import { counted, dayInWords, languageName, timeInWords } from "./pages/words.ts";

/** The filters of a query in words: for the titles of feeds and pages, and to remove them one by one. */
interface Filter {
  label: string;
  /** The query string without it, from the first page on. */
  without: string;
}

/** What each parameter says. Those without words of their own (`before`) are no filters. */
const LABELS: Partial<Record<Name, (value: string) => string>> = {
  since: (value) => (isAge(value) ? ofTheLast(ageText(value)) : `since ${boundText(value)}`),
  until: (value) => (isAge(value) ? `older than ${ageText(value)}` : `until ${boundText(value)}`),
  filter_time: (value) => ofTheLast(counted(Number(value), "second")),
  lang: (value) => `in ${value.split(",").map(languageName).join(" or ")}`,
  once: () => "without reprints",
  edits: (value) => (value === "none" ? "deletions and returns only" : "substantial edits only"),
  filter: (value) => `matching /${value}/`,
  filter_title: (value) => `title matching /${value}/`,
  filter_description: (value) => `text matching /${value}/`,
  filterout: (value) => `not matching /${value}/`,
  filterout_title: (value) => `title not matching /${value}/`,
  filterout_description: (value) => `text not matching /${value}/`,
  filter_case_sensitive: () => "ignoring case",
  content: () => "with full texts",
  brief: (value) => `texts of at most ${value} characters`,
  sort: () => "oldest first",
  limit: (value) => `${value} on a page`,
};
/** They say how articles are shown, and not which ones match. */
const SHOWS_ONLY: ReadonlySet<string> = new Set<Name>(["content", "brief", "sort", "limit"]);

/** The filters of a query, search words first, each clause by itself. */
export function filtersOf({ canonical, terms }: Pick<Query, "canonical" | "terms">): Filter[] {
  const words = terms.map((clause) => ({
    label: clauseText(clause),
    without: queryWith(canonical, "q", canonicalSearchTerms(terms.filter((other) => other !== clause))),
  }));
  const others = labelsOf(canonical).map(([name, label]) => ({ label, without: queryWith(canonical, name, "") }));
  return [...words, ...others];
}

/** What the parameters of a query but its words say. */
function labelsOf(canonical: string): [name: Name, label: string][] {
  const parameters = new URLSearchParams(canonical);
  return Object.entries(LABELS).flatMap(([name, labelOf]): [Name, string][] => {
    const value = parameters.get(name);
    return value === null ? [] : [[name as Name, labelOf(value)]];
  });
}

/**
 * What a query asks for, in words for a title; empty if it asks for everything.
 *
 * @param words the search words: in their canonical order, as a feed has one title, or as they were typed
 */
export function queryText(
  { canonical, terms }: Pick<Query, "canonical" | "terms">,
  words: string = canonicalSearchTerms(terms),
): string {
  const others = labelsOf(canonical).filter(([name]) => !SHOWS_ONLY.has(name));
  return [words, ...others.map(([, label]) => label)].filter(Boolean).join(", ");
}

/** The search words in the order in which they were typed. */
export const typedWords = (terms: SearchTerms): string =>
  terms.map((clause) => canonicalSearchTerms([clause])).join(" ");

/** The query string with another value of a parameter, or without it (""), from the first page on. */
export function queryWith(canonical: string, name: Name, value: string): string {
  const parameters = new URLSearchParams(canonical);
  parameters.delete("before");
  if (value) parameters.set(name, value);
  else parameters.delete(name);
  parameters.sort();
  return parameters.toString();
}

const clauseText = ({ anyOf, negated }: Clause): string =>
  (negated ? "without " : "") + canonicalSearchTerms([{ anyOf, negated: false }]);

const isAge = (value: string): boolean => /^\d+[dh]$/.test(value);

const ageText = (value: string): string =>
  value === "1d" ? "24 hours" : counted(Number(value.slice(0, -1)), value.endsWith("d") ? "day" : "hour");

/** `of the last 3 hours`, `of the last hour` */
const ofTheLast = (span: string): string => `of the last ${span.replace(/^1 /, "")}`;

const boundText = (value: string): string =>
  value.length === 10 ? dayInWords(value) : `${timeInWords(value)} in Korea`;
