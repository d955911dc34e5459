import { type Article, changedAt, newestFirst } from "../article.ts";
import { DAY, earliestOf, instant, latestOf } from "../time.ts";
import { MAX_IN_WINDOW } from "./parameters.ts";
import type { Query } from "./query.ts";
import { matchesTerms, searchText } from "./search-terms.ts";

/** What a question picks, in its order. */
export interface ResultPage {
  articles: Article[];
  /** The article after which more may follow: the last one picked, or looked at. */
  next?: Article;
  /** The last change that shows in none of them: an article was edited and left, or came behind the next link. */
  lastHiddenChange: string;
  /** Whether the means of one question were spent before it was answered. */
  budgetExhausted?: true;
}

/** Where no limit is asked for: what a feed holds at least, however many articles that are. */
const WINDOW = 3 * DAY;

/** Whether there is no room for another article. The window is counted from the first: the clock moves no feed. */
function isFull(count: number, first: Article | undefined, article: Article, { limit, hasLimit }: Query): boolean {
  if (count < limit) return false;
  if (hasLimit || count >= MAX_IN_WINDOW || !first) return true;
  return Math.abs(Date.parse(first.published) - Date.parse(article.published)) > WINDOW;
}

/**
 * Picks from one run of articles: those that the question lets in, ordered, cut to its limit.
 *
 * @param bodyText the article's own text where it is to be searched too
 * @param before what earlier runs have picked
 */
export function filterArticles(
  articles: readonly Article[],
  query: Query,
  bodyText?: (article: Article) => string,
  before: readonly Article[] = [],
): ResultPage {
  const order = query.sort === "oldest" ? (a: Article, b: Article) => newestFirst(b, a) : newestFirst;
  const picked: Article[] = [];
  let lastHiddenChange = expiredAt(articles, query);
  for (const article of [...articles].sort(order)) {
    if (!matches(article, query, bodyText)) {
      lastHiddenChange = latestOf([lastHiddenChange, mayHaveLeftAt(article, query)]);
      continue;
    }
    if (isFull(before.length + picked.length, before[0] ?? picked[0], article, query))
      return {
        articles: picked,
        next: picked.at(-1) ?? article,
        lastHiddenChange: latestOf([lastHiddenChange, changedAt(article)]),
      };
    picked.push(article);
  }
  return { articles: picked, lastHiddenChange };
}

/** When the last of these left because it got too old for an age that is asked for. */
export function expiredAt(articles: readonly Article[], query: Query): string {
  const { since, sinceAge, fullText } = query;
  if (since === undefined || sinceAge === undefined) return "";
  const open = { ...query, since: undefined };
  const fallen = articles.filter(({ published }) => published < since).sort(newestFirst);
  const last = fallen.find((article) => (fullText ? matchesMetadata(article, open) : matches(article, open)));
  return last ? instant(Date.parse(last.published) + sinceAge) : "";
}

/** When an article that is not picked may have left by an edit. */
function mayHaveLeftAt(article: Article, query: Query): string {
  const { terms, regexFilters, fullText } = query;
  if (!matchesMetadata(article, query)) return "";
  // What was learned of it, longer excerpt or text, can take it out of these only.
  const fragile = fullText || regexFilters !== undefined || terms.some(({ negated }) => negated);
  return latestOf([
    article.updated !== article.published ? article.updated : "",
    fragile ? (article.enrichedAt ?? "") : "",
  ]);
}

/** Whether an article comes after the cursor, in the question's order. */
export function isAfterCursor(article: Article, { cursor, sort }: Query): boolean {
  if (!cursor) return true;
  const place = newestFirst(article, cursor as Article);
  return sort === "newest" ? place > 0 : place < 0;
}

/** Whether it can be picked, as far as can be told without its texts. */
export function matchesMetadata(article: Article, query: Query): boolean {
  const { since, until, languages } = query;
  if (since && article.published < since) return false;
  if (until && article.published > until) return false;
  if (!isAfterCursor(article, query)) return false;
  return languages.length === 0 || languages.some((tag) => isLanguage(article.language, tag));
}

/** Whether an article with this plain text is what the query asks for, whatever its limit and order. */
export const matchesQuery = (article: Article, query: Query, text: string): boolean =>
  matches(article, query, () => text);

function matches(article: Article, query: Query, bodyText?: (article: Article) => string): boolean {
  const { terms, regexFilters } = query;
  if (!matchesMetadata(article, query)) return false;
  if (terms.length === 0 && !regexFilters) return true;
  const { title, excerpt } = article;
  const text = bodyText ? `${excerpt} ${bodyText(article)}` : excerpt;
  if (terms.length > 0 && !matchesTerms(terms, searchText(title, text))) return false;
  // Words are looked for in everything; patterns in what the feed shows.
  return !regexFilters || regexFilters.matches(title, (query.fullText ? text : excerpt).trim());
}

/** RFC 4647 basic filtering: `zh` takes in `zh-Hant`. */
const isLanguage = (language: string, tag: string) => {
  const own = language.toLowerCase();
  return own === tag || own.startsWith(`${tag}-`);
};

/**
 * Two snapshots of an article as one: the first source names it, and what it says is what the later snapshot says. It
 * came to the feed when the first of them listed it.
 */
function mergeCopies(first: Article, other: Article): Article {
  const later = other.updated > first.updated || (other.body && !first.body) ? other : first;
  const enrichedAt = earliestOf([first.enrichedAt ?? "", other.enrichedAt ?? ""]);
  const { enrichedAt: _, ...rest } = later;
  return { ...rest, source: first.source, ...(enrichedAt && { enrichedAt }) };
}

/** Articles of several sources as one list: an article once, whichever of them show it. */
export function mergeSources(lists: readonly (readonly Article[])[]): Article[] {
  if (lists.length === 1) return [...(lists[0] as readonly Article[])];
  const all = new Map<string, Article>();
  for (const list of lists) {
    for (const article of list) {
      const other = all.get(article.id);
      all.set(article.id, other ? mergeCopies(other, article) : article);
    }
  }
  return [...all.values()].sort(newestFirst);
}
