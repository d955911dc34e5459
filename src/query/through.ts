import { type Article, latestOf } from "../article.ts";
import { fallenAt, inReach, isBeyond, type Picked, pick } from "./pick.ts";
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
  let unseen = "";
  for await (const run of runs) {
    unseen = latestOf([unseen, fallenAt(run, question)]);
    const reached = run.filter((article) => inReach(article, question));
    for (const part of texts ? inParts(reached) : [reached]) {
      if (left <= 0 && last) return { articles, next: last, unseen, spent: true };
      const { articles: more, next, unseen: passed } = pick(part, question, await texts?.(part), articles);
      articles.push(...more);
      unseen = latestOf([unseen, passed]);
      if (next) return { articles, next: articles.at(-1) ?? next, unseen };
      left -= part.length * (texts ? TEXT : 1);
      last = part.at(-1) ?? last;
    }
    const end = run.at(-1);
    if (end && isBeyond(end, question)) last = end;
  }
  return { articles, unseen, ...(further && last && { next: last, spent: true }) };
}

function* inParts(run: readonly Article[]): Iterable<readonly Article[]> {
  for (let i = 0; i < run.length; i += TOGETHER) yield run.slice(i, i + TOGETHER);
}
