import { EARLIER, type StoredBody, sizeOf } from "../archive/bodies.ts";
import type { Change } from "../archive/changes.ts";
import type { Question } from "../query/question.ts";
import type { Answer } from "./answer.ts";

/** The texts that an answer shows: those of its articles, and those whose edits are told. */

/** Keys of the bodies to read. */
export function bodiesOf(answer: Answer, { full }: Question): string[] {
  if (answer.changes) return [...new Set(textEdits(answer).map(({ article }) => article.key))];
  return full ? answer.articles.filter(({ body }) => body).map(({ key }) => key) : [];
}

/** What is known of the texts before they are read: what the tag needs of them. */
export const printOf = (answer: Answer, { full }: Question): unknown =>
  answer.changes ? textEdits(answer).map(isStillKept) : full && answer.articles.map(({ body }) => body);

/** Whether texts are missing, or not those that the articles speak of: for a minute after a change KV may be behind. */
export function lacksTexts(answer: Answer, { full }: Question, bodies: ReadonlyMap<string, StoredBody>): boolean {
  if (answer.changes)
    return textEdits(answer).some((change) => {
      const earlier = bodies.get(change.article.key)?.earlier ?? [];
      return isStillKept(change) && !earlier.some(({ at }) => at === change.at);
    });
  return full && answer.articles.some(({ key, body }) => body && sizeOf(bodies.get(key)?.html ?? "") !== body);
}

const textEdits = ({ articles, changes }: Answer): Change[] =>
  articles.flatMap(({ key }) => changes?.get(key) ?? []).filter(({ body }) => body);

/** Whether the text before an edit is kept: it is that of the last edits only. */
const isStillKept = ({ article, at }: Change): boolean =>
  (article.revisions ?? []).filter((revision) => revision.body && revision.at >= at).length <= EARLIER;
