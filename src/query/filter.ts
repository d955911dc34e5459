import { type Article, changedAt, newestFirst } from "../article.ts";
import { DAY, earliestOf, instant, latestOf } from "../time.ts";
import { MAX_IN_WINDOW } from "./parameters.ts";
import type { Query } from "./query.ts";
import { matchesTerms, searchText } from "./search-terms.ts";

/** The articles that a query selects, in the query's order. */
export interface ResultPage {
  articles: Article[];
  /** The `next` link continues after this article: the last one selected, or the last one examined. */
  next?: Article;
  /** The latest change that no article on this page shows: an edit removed an article, or an article is behind `next`. */
  lastHiddenChange: string;
  /** True if the query used up its budget before every article was examined. */
  budgetExhausted?: true;
}

/** Returns an article's full text; with the words of its copies, where a search looks too, but which no feed shows. */
export type BodyText = (article: Article, withCopies: boolean) => string;

/** Without a `limit`, a feed covers at least this period (milliseconds), up to `MAX_IN_WINDOW` articles. */
const WINDOW = 3 * DAY;

/**
 * Whether the page has no room for another article. The window starts at the first article, not at the current time:
 * otherwise a feed would change although no article did.
 */
function isFull(count: number, first: Article | undefined, article: Article, { limit, hasLimit }: Query): boolean {
  if (count < limit) return false;
  if (hasLimit || count >= MAX_IN_WINDOW || !first) return true;
  return Math.abs(Date.parse(first.published) - Date.parse(article.published)) > WINDOW;
}

/**
 * Selects the articles of one batch that match the query. Sorts them and applies the limit.
 *
 * @param bodyText if full texts are searched
 * @param before articles that were selected from earlier batches
 */
export function filterArticles(
  articles: readonly Article[],
  query: Query,
  bodyText?: BodyText,
  before: readonly Article[] = [],
): ResultPage {
  const order = query.sort === "oldest" ? (a: Article, b: Article) => newestFirst(b, a) : newestFirst;
  const selected: Article[] = [];
  let lastHiddenChange = expiredAt(articles, query);
  for (const article of [...articles].sort(order)) {
    if (!matches(article, query, bodyText)) {
      lastHiddenChange = latestOf([lastHiddenChange, possibleRemovalTime(article, query)]);
      continue;
    }
    if (isFull(before.length + selected.length, before[0] ?? selected[0], article, query))
      return {
        articles: selected,
        next: selected.at(-1) ?? article,
        lastHiddenChange: latestOf([lastHiddenChange, changedAt(article)]),
      };
    selected.push(article);
  }
  return { articles: selected, lastHiddenChange };
}

/**
 * The time at which the newest expired article left the feed. An article expires when it becomes older than the age
 * in `since` or `filter_time`. Empty if none expired or if the query has no age.
 */
export function expiredAt(articles: readonly Article[], query: Query): string {
  const { since, sinceAge, fullText } = query;
  if (since === undefined || sinceAge === undefined) return "";
  const withoutSince = { ...query, since: undefined };
  const expired = articles.filter(({ published }) => published < since).sort(newestFirst);
  // Full texts are not read for this: any article whose metadata match may have been in the feed.
  const last = expired.find((article) =>
    fullText ? !article.hiddenSince && matchesMetadata(article, withoutSince) : matches(article, withoutSince),
  );
  return last ? instant(Date.parse(last.published) + sinceAge) : "";
}

/** The latest time at which an edit may have removed this article from the feed; empty if no edit can have done so. */
function possibleRemovalTime(article: Article, query: Query): string {
  const { terms, regexFilters, fullText } = query;
  if (!matchesMetadata(article, query)) return "";
  // A longer excerpt or a first text is no edit. It can remove an article only from a feed with one of these filters.
  const enrichmentCanRemove = fullText || regexFilters !== undefined || terms.some(({ negated }) => negated);
  return latestOf([
    article.hiddenSince ?? "",
    article.updated !== article.published ? article.updated : "",
    enrichmentCanRemove ? (article.enrichedAt ?? "") : "",
  ]);
}

/** Whether an article comes after the cursor, in the query's order. Always true without a cursor. */
export function isAfterCursor(article: Article, { cursor, sort }: Query): boolean {
  if (!cursor) return true;
  const position = newestFirst(article, cursor as Article);
  return sort === "newest" ? position > 0 : position < 0;
}

/** Whether date, cursor and language match. It reads no text. */
export function matchesMetadata(article: Article, query: Query): boolean {
  const { since, until, languages } = query;
  if (since && article.published < since) return false;
  if (until && article.published > until) return false;
  if (!isAfterCursor(article, query)) return false;
  return languages.length === 0 || isOneOf(article.language, languages);
}

/** Whether a query looks into full texts: search terms always do, regular expressions only where the feed shows them. */
export const readsTexts = ({ terms, fullText, regexFilters }: Query): boolean =>
  terms.length > 0 || (fullText && regexFilters !== undefined);

/**
 * Whether an article with this plain text matches the query, whatever its limit and order.
 *
 * @param ofCopies words of its copies
 */
export const matchesQuery = (article: Article, query: Query, text: string, ofCopies = ""): boolean =>
  matches(article, query, (_, withCopies) => (withCopies ? `${text} ${ofCopies}` : text));

function matches(article: Article, query: Query, bodyText?: BodyText): boolean {
  const { terms, regexFilters } = query;
  if (article.hiddenSince || !matchesMetadata(article, query)) return false;
  if (terms.length === 0 && !regexFilters) return true;
  const { title, excerpt } = article;
  const textOf = (withCopies: boolean) => (bodyText ? `${excerpt} ${bodyText(article, withCopies)}` : excerpt);
  if (terms.length > 0 && !matchesTerms(terms, searchText(title, textOf(true)))) return false;
  // Search terms match the full text always. Regular expressions match only the text that the feed shows.
  return !regexFilters || regexFilters.matches(title, (query.fullText ? textOf(false) : excerpt).trim());
}

/** RFC 4647, section 3.3.1 (basic filtering): the range `zh` matches the tag `zh-Hant`. Ranges are in lower case. */
const isOneOf = (language: string, ranges: readonly string[]): boolean => {
  const tag = language.toLowerCase();
  return ranges.some((range) => tag === range || tag.startsWith(`${range}-`));
};

/**
 * Merges two snapshots of one article. The first source gives the source id. The later snapshot gives the content. The
 * earlier `enrichedAt` stays, because a feed of both sources showed the article from then on.
 */
function mergeSnapshots(first: Article, other: Article): Article {
  const isLater =
    other.updated > first.updated ||
    Boolean(other.body && !first.body) ||
    (other.joinedAt ?? "") > (first.joinedAt ?? "");
  const { enrichedAt: _, ...rest } = isLater ? other : first;
  const earlier = earliestOf([first.enrichedAt ?? "", other.enrichedAt ?? ""]);
  const enrichedAt = latestOf([earlier, rest.joinedAt ?? ""]);
  return { ...rest, source: first.source, ...(enrichedAt && { enrichedAt }) };
}

/**
 * Merges the articles of several sources into one list, newest first. Each article occurs once. Of the copies of one
 * article, all but the one that the sources listed first are marked as hidden.
 *
 * @param sources ids of the sources that the feed asks for
 */
export function mergeSources(lists: readonly (readonly Article[])[], sources: readonly string[]): Article[] {
  if (lists.length === 1) return [...(lists[0] as readonly Article[])];
  const all = new Map<string, Article>();
  for (const list of lists) {
    for (const article of list) {
      const other = all.get(article.id);
      all.set(article.id, other ? mergeSnapshots(other, article) : article);
    }
  }
  const hidden = hiddenCopies([...all.values()], sources);
  return [...all.values()]
    .map((article) => {
      const hiddenSince = hidden.size > 0 ? hidden.get(nameOf(article)) : undefined;
      return hiddenSince === undefined ? article : { ...article, hiddenSince };
    })
    .sort(newestFirst);
}

const nameOf = ({ site, key }: Pick<Article, "site" | "key">): string => `${site} ${key}`;

/**
 * The copies that a feed of these sources does not show, with the time since when. One article that names its copies is
 * enough: the snapshot of another source can be of a time before they were joined.
 */
function hiddenCopies(articles: readonly Article[], sources: readonly string[]): Map<string, string> {
  const wanted = new Set(sources);
  const firstListed = (listed: Record<string, number> = {}) =>
    Math.min(...Object.entries(listed).map(([id, number]) => (wanted.has(id) ? number : Infinity)));
  const hidden = new Map<string, string>();
  for (const article of articles) {
    const { copies, listed, joinedAt = "" } = article;
    if (!copies) continue;
    const own = firstListed(listed);
    for (const copy of copies) {
      const other = firstListed(copy.listed);
      if (other < own) hidden.set(nameOf(article), joinedAt);
      else if (own < other) hidden.set(nameOf(copy), joinedAt);
    }
  }
  return hidden;
}
