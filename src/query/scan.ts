import { type Article, latestOf } from "../article.ts";
import { fallenAt, inReach, isBeyond, type Picked, pick } from "./filter.ts";
import type { Question } from "./query.ts";

/** What one question may take, so that no reader can ask for more than an invocation has. */
export interface Means {
  /** Articles looked at. */
  articles: number;
  /** Steps of matching patterns, 5 to 20 ns each; what is begun is ended. */
  steps?: number;
  /** Texts of articles, where they are searched as well; undefined where they are not. */
  texts?: (articles: readonly Article[]) => Promise<(article: Article) => string>;
}

/** A tenth of a second. */
const STEPS = 6_000_000;
/** What looking at an article costs whose text has to be read, against one whose excerpt is at hand. */
const TEXT = 16;
/** Articles whose texts are read together. */
const TOGETHER = 100;

/**
 * Picks along runs of articles that follow each other in the question's order, none in two of them, until the question
 * is answered or its means are spent. Then `next` is the last article looked at: nothing is left out.
 *
 * @param further whether there is more behind the runs
 */
export async function pickThrough(
  runs: AsyncIterable<readonly Article[]> | Iterable<readonly Article[]>,
  question: Question,
  { articles: means, steps = STEPS, texts }: Means,
  further = false,
): Promise<Picked> {
  const articles: Article[] = [];
  const { patterns } = question;
  const mostSpent = (patterns?.spent ?? 0) + steps;
  let left = means;
  let last: Article | undefined;
  let unseen = "";
  for await (const run of runs) {
    unseen = latestOf([unseen, fallenAt(run, question)]);
    const reached = run.filter((article) => inReach(article, question));
    for (const together of texts ? inParts(reached, TOGETHER) : [reached]) {
      if (left <= 0 && last) return { articles, next: last, unseen, spent: true };
      const textOf = await texts?.(together);
      // What a pattern costs shows only when it is matched: article by article.
      for (const part of patterns ? inParts(together, 1) : [together]) {
        if (patterns && patterns.spent >= mostSpent && last) return { articles, next: last, unseen, spent: true };
        const { articles: more, next, unseen: passed } = pick(part, question, textOf, articles);
        articles.push(...more);
        unseen = latestOf([unseen, passed]);
        if (next) return { articles, next: articles.at(-1) ?? next, unseen };
        last = part.at(-1) ?? last;
      }
      left -= together.length * (texts ? TEXT : 1);
    }
    const end = run.at(-1);
    if (end && isBeyond(end, question)) last = end;
  }
  return { articles, unseen, ...(further && last && { next: last, spent: true }) };
}

function* inParts(run: readonly Article[], length: number): Iterable<readonly Article[]> {
  for (let i = 0; i < run.length; i += length) yield run.slice(i, i + length);
}
