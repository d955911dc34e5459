import { type Article, changedAt } from "../article.ts";
import { MAX_SHOWN_LENGTH } from "../feeds/diff.ts";
import type { ResultPage } from "../query/filter.ts";
import type { Query } from "../query/query.ts";
import { instant, latestOf } from "../time.ts";
import type { Change } from "./change.ts";
import { finishedAt, neighboursOf } from "./months.ts";
import type { View } from "./search.ts";
import type { Latest } from "./snapshot.ts";

/** The maximum size of a response, and the time of its last change. Pure. */

const MB = 1024 * 1024;
/** Maximum number of texts in one response, and of bytes compared for its edits. */
const MAX_TEXTS = 100;
export const MAX_COMPARED_BYTES = 2 * MB;
/** Bytes of an entry without its texts, and bytes of a byte of text after escaping: both are upper estimates. */
const ENTRY = 2000;
const ESCAPED = 1.6;
/** Maximum number of bytes that a character of plain text takes in a feed, escaped twice or marked as an edit. */
const WIDEST = 12;

/** Cuts a response that is too large. The `next` link continues after the cut. */
export function limitSize<P extends ResultPage>(picked: P, full: boolean, changes?: ReadonlyMap<string, Change>): P {
  const most = (changes ? 2 : full ? 1 : 15) * MB;
  let [size, texts, compared] = [0, 0, 0];
  const end = picked.articles.findIndex((article) => {
    const change = changes?.get(article.key);
    if (change ? hasText(change) : full && article.body) texts++;
    if (change) compared += comparedBytes(change);
    size += change ? sizeOfChange(change) : sizeOfEntry(article, full);
    return size > most || texts > MAX_TEXTS || compared > MAX_COMPARED_BYTES;
  });
  // One article is always sent, however large it is.
  const hidden = end < 0 ? undefined : picked.articles[Math.max(1, end)];
  if (!hidden) return picked;
  const { budgetExhausted: _, ...rest } = picked;
  const articles = picked.articles.slice(0, Math.max(1, end));
  const lastHiddenChange = latestOf([picked.lastHiddenChange, changedAt(hidden)]);
  return { ...rest, articles, lastHiddenChange, next: articles.at(-1) as Article } as P;
}

/** Bytes that are compared to show an edit. */
export const comparedBytes = (change: Change): number =>
  lengthOf(change, "title") + lengthOf(change, "excerpt") + (hasText(change) ? 2 * (change.article.body ?? 0) : 0);

const sizeOfEntry = ({ title, excerpt, earlierTitles = [], body = 0 }: Article, full: boolean): number => {
  const earlier = earlierTitles.reduce((sum, title) => sum + title.length, 0);
  return ENTRY + WIDEST * (title.length + excerpt.length + earlier) + (full ? body * ESCAPED : 0);
};

function sizeOfChange(change: Change): number {
  const { article } = change;
  const shown = (field: "title" | "excerpt") => Math.min(MAX_SHOWN_LENGTH, lengthOf(change, field));
  const text = hasText(change) ? Math.min(3 * MAX_SHOWN_LENGTH, 2 * (article.body ?? MAX_SHOWN_LENGTH)) : 0;
  return ENTRY + sizeOfEntry(article, false) + WIDEST * (shown("title") + shown("excerpt")) + text * ESCAPED;
}

const hasText = ({ edit }: Change): boolean => edit?.data.fields.includes("text") ?? false;

/** Characters of a field before and after an edit of it. */
const lengthOf = ({ edit }: Change, field: "title" | "excerpt"): number =>
  (edit?.data.before?.[field]?.length ?? 0) + (edit?.data.after?.[field]?.length ?? 0);

/** The date of a feed that never had an entry: the year in the bridge's own ids. */
export const NEVER = "2026-01-01T00:00:00Z";

/** What a response is made from: `kept` are the snapshots of its sources, `archived` their finished months. */
interface Origins {
  view: View;
  query: Query;
  kept: readonly Latest[];
  archived: readonly string[];
}

/**
 * When a response last changed: `updated` of the feed, and Last-Modified. It moves if and only if the bytes do. It is the
 * newest change of the shown articles and of those that left the result; of the sources, if the budget was exhausted; and
 * of the months to which links lead.
 */
export function lastChangedAt(page: ResultPage, { view, query: { untilAge }, kept, archived }: Origins): string {
  const { before, after } = neighboursOf(view, archived);
  const here = typeof view === "object" && archived.includes(view.month) ? view.month : undefined;
  const times = [
    page.lastHiddenChange,
    ...page.articles.map(changedAt),
    ...(untilAge === undefined ? [] : page.articles.map(({ published }) => instant(Date.parse(published) + untilAge))),
    ...(page.budgetExhausted ? kept.map(({ changedAt }) => changedAt) : []),
    ...[here, before, after].flatMap((month) => (month ? [instant(finishedAt(month))] : [])),
    ...[before, after].flatMap((month) => kept.map(({ late }) => (month && late?.[month]) || "")),
  ];
  return latestOf([...times, NEVER]);
}
