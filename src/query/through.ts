import type { Article } from "../article.ts";
import { inReach, isBeyond, type Picked, pick } from "./pick.ts";
import type { Question } from "./question.ts";

/** What one question may take, so that no reader can ask for more than an invocation has. */
export interface Means {
  /** Articles looked at. */
  articles: number;
  /** Texts of articles, where they are searched as well; undefined where they are not. */
  texts?: (articles: readonly Article[]) => Promise<(article: Article) => string>;
}

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
  { articles: means, texts }: Means,
  further = false,
): Promise<Picked> {
  const articles: Article[] = [];
  let left = means;
  let last: Article | undefined;
  for await (const run of runs) {
    const reached = run.filter((article) => inReach(article, question));
    for (const part of texts ? inParts(reached) : [reached]) {
      if (left <= 0 && last) return { articles, next: last };
      const { articles: more, next } = pick(
        part,
        { ...question, limit: question.limit - articles.length },
        await texts?.(part),
      );
      articles.push(...more);
      if (next) return { articles, next: articles.at(-1) ?? next };
      left -= part.length * (texts ? TEXT : 1);
      last = part.at(-1) ?? last;
    }
    const end = run.at(-1);
    if (end && isBeyond(end, question)) last = end;
  }
  return { articles, ...(further && last && { next: last }) };
}

function* inParts(run: readonly Article[]): Iterable<readonly Article[]> {
  for (let i = 0; i < run.length; i += TOGETHER) yield run.slice(i, i + TOGETHER);
}
