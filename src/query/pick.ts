import { type Article, newestFirst } from "../article.ts";
import type { Question } from "./question.ts";
import { haystack, matches } from "./words.ts";

/** What a question picks, in its order. */
export interface Picked {
  articles: Article[];
  /** The article after which more may follow: the last one picked, or looked at. */
  next?: Article;
}

/**
 * Picks from one run of articles: those that the question lets in, ordered, cut to its limit.
 *
 * @param bodyText the article's own text where it is to be searched too
 */
export function pick(
  articles: readonly Article[],
  question: Question,
  bodyText?: (article: Article) => string,
): Picked {
  const order = question.sort === "oldest" ? (a: Article, b: Article) => newestFirst(b, a) : newestFirst;
  const picked: Article[] = [];
  for (const article of [...articles].sort(order)) {
    if (!admits(article, question, bodyText)) continue;
    if (picked.length === question.limit) return { articles: picked, next: picked.at(-1) ?? article };
    picked.push(article);
  }
  return { articles: picked };
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
  const text = bodyText ? `${article.excerpt} ${bodyText(article)}` : article.excerpt;
  if (words.length > 0 && !matches(words, haystack(article.title, text))) return false;
  return !patterns || patterns.pass(article.title, text.trim());
}

/** RFC 4647 basic filtering: `zh` takes in `zh-Hant`. */
const isLanguage = (language: string, tag: string) => {
  const own = language.toLowerCase();
  return own === tag || own.startsWith(`${tag}-`);
};

/**
 * Two sources' copies of an article as one. The first source names it; the date is that of its first sight, wherever
 * that was: it never changes; the words are those of the copy that was edited last.
 */
function joined(first: Article, other: Article): Article {
  const { published, firstSeen } = other.firstSeen < first.firstSeen ? other : first;
  const isEdited = (copy: Article) => copy.updated !== copy.published;
  const words = isEdited(other) && (!isEdited(first) || other.updated > first.updated) ? other : first;
  const { title, excerpt, url, revisions } = words;
  const updated = isEdited(words) ? words.updated : published;
  const body = first.body ?? other.body;
  return {
    ...first,
    published,
    firstSeen,
    title,
    excerpt,
    url,
    updated,
    ...(revisions && { revisions }),
    ...(body && { body }),
  };
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
