import type { Article } from "../article.ts";
import { latestOf } from "../time.ts";
import { expiredAt, filterArticles, isAfterCursor, matchesMetadata, type ResultPage } from "./filter.ts";
import type { Query } from "./query.ts";

/** What one question may take, so that no reader can ask for more than an invocation has. */
export interface QueryBudget {
  /** Articles looked at. */
  articles: number;
  /** Steps of matching patterns, 5 to 20 ns each; what is begun is ended. */
  steps?: number;
  /** Texts of articles, where they are searched as well; undefined where they are not. */
  texts?: (articles: readonly Article[]) => Promise<(article: Article) => string>;
}

/** A tenth of a second. */
const MAX_REGEX_STEPS = 6_000_000;
/** What looking at an article costs whose text has to be read, against one whose excerpt is at hand. */
const TEXT_COST = 16;
/** Articles whose texts are read together. */
const BATCH_SIZE = 100;

/**
 * Picks along runs of articles that follow each other in the question's order, none in two of them, until the question
 * is answered or its means are spent. Then `next` is the last article looked at: nothing is left out.
 *
 * @param further whether there is more behind the runs
 */
export async function scan(
  runs: AsyncIterable<readonly Article[]> | Iterable<readonly Article[]>,
  query: Query,
  { articles: means, steps = MAX_REGEX_STEPS, texts }: QueryBudget,
  further = false,
): Promise<ResultPage> {
  const articles: Article[] = [];
  const { regexFilters } = query;
  const mostSpent = (regexFilters?.steps ?? 0) + steps;
  let left = means;
  let last: Article | undefined;
  let lastHiddenChange = "";
  for await (const run of runs) {
    lastHiddenChange = latestOf([lastHiddenChange, expiredAt(run, query)]);
    const reached = run.filter((article) => matchesMetadata(article, query));
    for (const together of texts ? inParts(reached, BATCH_SIZE) : [reached]) {
      if (left <= 0 && last) return { articles, next: last, lastHiddenChange, budgetExhausted: true };
      const textOf = await texts?.(together);
      // What a pattern costs shows only when it is matched: article by article.
      for (const part of regexFilters ? inParts(together, 1) : [together]) {
        if (regexFilters && regexFilters.steps >= mostSpent && last)
          return { articles, next: last, lastHiddenChange, budgetExhausted: true };
        const { articles: more, next, lastHiddenChange: passed } = filterArticles(part, query, textOf, articles);
        articles.push(...more);
        lastHiddenChange = latestOf([lastHiddenChange, passed]);
        if (next) return { articles, next: articles.at(-1) ?? next, lastHiddenChange };
        last = part.at(-1) ?? last;
      }
      left -= together.length * (texts ? TEXT_COST : 1);
    }
    const end = run.at(-1);
    if (end && isAfterCursor(end, query)) last = end;
  }
  return { articles, lastHiddenChange, ...(further && last && { next: last, budgetExhausted: true }) };
}

function* inParts(run: readonly Article[], length: number): Iterable<readonly Article[]> {
  for (let i = 0; i < run.length; i += length) yield run.slice(i, i + length);
}
