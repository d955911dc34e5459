import type { Article } from "../article.ts";
import { latestOf } from "../time.ts";
import { type BodyText, expiredAt, filterArticles, isAfterCursor, matchesMetadata, type ResultPage } from "./filter.ts";
import type { Query } from "./query.ts";

/** The work that one query may cause. It keeps every request within the limits of one Worker invocation. */
export interface QueryBudget {
  /** Articles that may be examined. One whose full text is read counts several times: see `textCost`. */
  articles: number;
  /** Steps of regular-expression matching, 5 to 20 ns each. The article that exceeds them is still finished. */
  steps?: number;
  /** Loads the full texts of a batch; undefined if the query does not search full texts. */
  texts?: (articles: readonly Article[]) => BodyText;
}

/** 5 to 20 ms. */
const MAX_REGEX_STEPS = 1_000_000;
/** Cost of an article whose full text is read, relative to one without: the least, and bytes of text that cost as much as one. */
const TEXT_COST = 16;
const BYTES_PER_COST = 600;
/** Cost of an article whose excerpt is searched. */
const EXCERPT_COST = 2;
/** Cost of the full texts that are read at once: of 100, or of 1 MB. */
const BATCH_COST = 100 * TEXT_COST;

/**
 * Filters batches of articles until the page is full, the batches end or the budget is exhausted. In the last case,
 * `next` is the last article that was examined, so the next page continues there and no article is skipped.
 *
 * @param batches articles in the query's order; no article occurs twice
 */
export function scan(
  batches: Iterable<readonly Article[]>,
  query: Query,
  { articles: maxArticles, steps = MAX_REGEX_STEPS, texts }: QueryBudget,
): ResultPage {
  const progress: Progress = { articles: [], lastHiddenChange: "" };
  const maxSteps = (query.regexFilters?.steps ?? 0) + steps;
  let remaining = maxArticles;
  for (const batch of batches) {
    progress.lastHiddenChange = latestOf([progress.lastHiddenChange, expiredAt(batch, query)]);
    const matching = batch.filter((article) => matchesMetadata(article, query));
    for (const candidates of texts ? textBatches(matching) : [matching]) {
      if (remaining <= 0 && progress.last) return exhausted(progress, progress.last);
      const page = examine(candidates, query, texts?.(candidates), maxSteps, progress);
      if (page) return page;
      remaining -= texts ? totalCost(candidates) : candidates.length * (query.regexFilters ? EXCERPT_COST : 1);
    }
    const end = batch.at(-1);
    if (end && isAfterCursor(end, query)) progress.last = end;
  }
  const { articles, lastHiddenChange } = progress;
  return { articles, lastHiddenChange };
}

/** The state of a scan; `last` is the last article that was examined. */
interface Progress {
  articles: Article[];
  lastHiddenChange: string;
  last?: Article;
}

const exhausted = ({ articles, lastHiddenChange }: Progress, next: Article): ResultPage => ({
  articles,
  next,
  lastHiddenChange,
  budgetExhausted: true,
});

/** Adds the matching candidates to `progress`. Returns the page if it is full or if `maxSteps` is reached. */
function examine(
  candidates: readonly Article[],
  query: Query,
  bodyText: BodyText | undefined,
  maxSteps: number,
  progress: Progress,
): ResultPage | undefined {
  const { articles } = progress;
  const { regexFilters } = query;
  // The cost of a regular expression is known only after matching. So the steps are checked before each article.
  for (const group of regexFilters ? candidates.map((one) => [one]) : [candidates]) {
    if (regexFilters && regexFilters.steps >= maxSteps && progress.last) return exhausted(progress, progress.last);
    const found = filterArticles(group, query, bodyText, articles);
    articles.push(...found.articles);
    progress.lastHiddenChange = latestOf([progress.lastHiddenChange, found.lastHiddenChange]);
    if (found.next)
      return { articles, next: articles.at(-1) ?? found.next, lastHiddenChange: progress.lastHiddenChange };
    progress.last = group.at(-1) ?? progress.last;
  }
  return undefined;
}

const textCost = ({ body = 0, copies }: Article): number =>
  body > 0 || copies ? Math.max(TEXT_COST, body / BYTES_PER_COST) : EXCERPT_COST;
const totalCost = (articles: readonly Article[]): number => articles.reduce((sum, one) => sum + textCost(one), 0);

/** Batches of articles whose full texts are read at once. */
function* textBatches(articles: readonly Article[]): Iterable<readonly Article[]> {
  let [from, cost] = [0, 0];
  for (const [i, article] of articles.entries()) {
    cost += textCost(article);
    if (cost <= BATCH_COST || i === from) continue;
    yield articles.slice(from, i);
    [from, cost] = [i, textCost(article)];
  }
  if (from < articles.length) yield articles.slice(from);
}
