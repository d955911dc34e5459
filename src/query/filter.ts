import { type Article, earliestOf, instant, latestOf, newestFirst, touched } from "../article.ts";
import { DAY } from "../scrape/dates.ts";
import { MOST_IN_WINDOW } from "./parameters.ts";
import type { Question } from "./query.ts";
import { haystack, matches } from "./search-terms.ts";

/** What a question picks, in its order. */
export interface Picked {
  articles: Article[];
  /** The article after which more may follow: the last one picked, or looked at. */
  next?: Article;
  /** The last change that shows in none of them: an article was edited and left, or came behind the next link. */
  unseen: string;
  /** Whether the means of one question were spent before it was answered. */
  spent?: true;
}

/** Where no limit is asked for: what a feed holds at least, however many articles that are. */
const WINDOW = 3 * DAY;

/** Whether there is no room for another article. The window is counted from the first: the clock moves no feed. */
function isFull(count: number, first: Article | undefined, article: Article, { limit, limited }: Question): boolean {
  if (count < limit) return false;
  if (limited || count >= MOST_IN_WINDOW || !first) return true;
  return Math.abs(Date.parse(first.published) - Date.parse(article.published)) > WINDOW;
}

/**
 * Picks from one run of articles: those that the question lets in, ordered, cut to its limit.
 *
 * @param bodyText the article's own text where it is to be searched too
 * @param before what earlier runs have picked
 */
export function pick(
  articles: readonly Article[],
  question: Question,
  bodyText?: (article: Article) => string,
  before: readonly Article[] = [],
): Picked {
  const order = question.sort === "oldest" ? (a: Article, b: Article) => newestFirst(b, a) : newestFirst;
  const picked: Article[] = [];
  let unseen = fallenAt(articles, question);
  for (const article of [...articles].sort(order)) {
    if (!admits(article, question, bodyText)) {
      unseen = latestOf([unseen, leftAt(article, question)]);
      continue;
    }
    if (isFull(before.length + picked.length, before[0] ?? picked[0], article, question))
      return { articles: picked, next: picked.at(-1) ?? article, unseen: latestOf([unseen, touched(article)]) };
    picked.push(article);
  }
  return { articles: picked, unseen };
}

/** When the last of these left because it got too old for an age that is asked for. */
export function fallenAt(articles: readonly Article[], question: Question): string {
  const { since, sinceAge, full } = question;
  if (since === undefined || sinceAge === undefined) return "";
  const open = { ...question, since: undefined };
  const fallen = articles.filter(({ published }) => published < since).sort(newestFirst);
  const last = fallen.find((article) => (full ? inReach(article, open) : admits(article, open)));
  return last ? instant(Date.parse(last.published) + sinceAge) : "";
}

/** When an article that is not picked may have left by an edit. */
function leftAt(article: Article, question: Question): string {
  const { words, patterns, full } = question;
  if (!inReach(article, question)) return "";
  // What was learned of it, longer excerpt or text, can take it out of these only.
  const fragile = full || patterns !== undefined || words.some(({ without }) => without);
  return latestOf([
    article.updated !== article.published ? article.updated : "",
    fragile ? (article.learned ?? "") : "",
  ]);
}

/** Whether an article comes after the cursor, in the question's order. */
export function isBeyond(article: Article, { after, sort }: Question): boolean {
  if (!after) return true;
  const place = newestFirst(article, after as Article);
  return sort === "newest" ? place > 0 : place < 0;
}

/** Whether it can be picked, as far as can be told without its texts. */
export function inReach(article: Article, question: Question): boolean {
  const { since, until, languages } = question;
  if (since && article.published < since) return false;
  if (until && article.published > until) return false;
  if (!isBeyond(article, question)) return false;
  return languages.length === 0 || languages.some((tag) => isLanguage(article.language, tag));
}

function admits(article: Article, question: Question, bodyText?: (article: Article) => string): boolean {
  const { words, patterns } = question;
  if (!inReach(article, question)) return false;
  if (words.length === 0 && !patterns) return true;
  const { title, excerpt } = article;
  const text = bodyText ? `${excerpt} ${bodyText(article)}` : excerpt;
  if (words.length > 0 && !matches(words, haystack(title, text))) return false;
  // Words are looked for in everything; patterns in what the feed shows.
  return !patterns || patterns.pass(title, (question.full ? text : excerpt).trim());
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
function joined(first: Article, other: Article): Article {
  const later = other.updated > first.updated || (other.body && !first.body) ? other : first;
  const learned = earliestOf([first.learned ?? "", other.learned ?? ""]);
  const { learned: _, ...rest } = later;
  return { ...rest, source: first.source, ...(learned && { learned }) };
}

/** Articles of several sources as one list: an article once, whichever of them show it. */
export function mergeSources(lists: readonly (readonly Article[])[]): Article[] {
  if (lists.length === 1) return [...(lists[0] as readonly Article[])];
  const all = new Map<string, Article>();
  for (const list of lists) {
    for (const article of list) {
      const other = all.get(article.id);
      all.set(article.id, other ? joined(other, article) : article);
    }
  }
  return [...all.values()].sort(newestFirst);
}
