import type { Article, ScrapedArticle } from "../article.ts";
import { lazyPattern } from "../scrape/lazy-pattern.ts";
import { composed } from "../scrape/text.ts";
import { DAY, dayOf, instant, isDay, MINUTE, SECOND } from "../time.ts";
import { type Neighbours, publishedDates } from "./published-dates.ts";

/**
 * The merge turns the kept articles and a page into the articles to keep. Pure.
 *
 * The rules: the key identifies an article. A kept article keeps its id, its first sight and its published date. A
 * changed text moves `updated`, and the earlier text stays. An article that a page no longer shows stays. A printed
 * day in the future counts as today until the website prints another day. Merging a page twice changes nothing.
 */

/** An article as a page shows it; its day is not in the future. */
interface Bounded extends ScrapedArticle {
  dayAhead?: true;
}

export interface ArchivedArticle extends Article {
  /** The website printed a day in the future: `day` is the day of the first sight until it prints another. */
  dayAhead?: true;
  /** The medium that publishes it, whichever website shows it: `kcna`. */
  outlet?: string;
  /** The outlet's own article that its page names: `kcna/<key>`. */
  copyOf?: string;
  /** MinHash of the text, where a change brings a new one; empty if the text is too short for one. */
  signature?: string;
  /** When its title or excerpt was edited in the last weeks, oldest first. */
  edits?: Edit[];
}

export interface Edit {
  at: string;
  fields: ("title" | "excerpt")[];
}

/** Where a page is from: a source, and the name of its website. */
export interface Origin extends Pick<Article, "source" | "site"> {
  /** IANA name of the zone whose days the website prints. */
  timeZone: string;
}

/**
 * @param kept every kept article of the source that `listed` may name or share a day with
 * @param scraped in the listing's order, newest first
 * @param now milliseconds
 * @returns `changed`: new and changed articles, first those that are new, whose number is `added`. `undated`: keys of
 *   articles that are left out, because their day is in no calendar.
 */
export function merge(
  kept: readonly ArchivedArticle[],
  scraped: readonly ScrapedArticle[],
  { source, site, timeZone }: Origin,
  now: number,
  neighbours: Neighbours = {},
) {
  const today = dayOf(now, timeZone);
  // A day in the future is a misprint: the article counts as today's until the website corrects the day.
  const shown: Bounded[] = scraped
    .filter(({ day }) => isDay(day))
    .map((article) => (article.day > today ? { ...article, day: today, dayAhead: true } : article));
  const undated = scraped.filter(({ day }) => !isDay(day)).map(({ key }) => key);
  const known = new Map(kept.map((article) => [article.key, article]));
  const first = new Map([...shown].reverse().map((article) => [article.key, article]));
  const fresh = shown.filter((article) => !known.has(article.key) && first.get(article.key) === article);
  const published = publishedDates(kept, shown, fresh, { timeZone, now, ...neighbours });
  const changed: ArchivedArticle[] = fresh.map(({ collectedAt, image, isUntitled: _, ...article }: Bounded) => {
    const date = published.get(article.key) as string;
    const dayOnly = collectedAt === undefined || Math.abs(collectedAt - Date.parse(date)) > MINUTE;
    return {
      ...article,
      ...(image && { image }),
      ...(dayOnly && { dayOnly }),
      source,
      site,
      published: date,
      updated: date,
      firstSeen: instant(now),
    };
  });
  const edited = new Set<string>();
  for (const article of shown) {
    const before = known.get(article.key);
    const after = before && !edited.has(article.key) && edit(before, article, timeZone, now);
    if (!after) continue;
    edited.add(article.key);
    changed.push(after);
  }
  return { changed, added: fresh.length, undated };
}

/** The article with what a page now says of it; undefined if nothing has changed. */
function edit(kept: ArchivedArticle, shown: Bounded, timeZone: string, now: number): ArchivedArticle | undefined {
  const dated = withDay(kept, shown, timeZone);
  const before = dated ?? kept;
  const title = editedText(before, shown, "title", now);
  const excerpt = editedText(before, shown, "excerpt", now);
  const additions = additionsOf(before, shown, title);
  if (!title && !excerpt) {
    const isMore = dated !== undefined || Object.keys(additions).length > 0;
    return isMore ? { ...before, ...additions, enrichedAt: instant(now) } : undefined;
  }
  return {
    ...before,
    ...additions,
    ...(title && { title }),
    ...(excerpt && { excerpt }),
    // A new title mostly comes with a new slug.
    ...(shown.url && { url: shown.url }),
    updated: nextUpdated(before.updated, now),
    ...(title && { earlierTitles: [...(before.earlierTitles ?? []), before.title] }),
  };
}

/** The new title or excerpt; undefined if it says the same, or if further edits have to wait. */
function editedText(before: ArchivedArticle, shown: Bounded, field: "title" | "excerpt", now: number) {
  const text = shown[field];
  return text && differs(field, before[field], text) && !isEditedTooOften(before, field, now) ? text : undefined;
}

/** Additions of the page that are no edit: readers have seen no other text before. */
function additionsOf(before: ArchivedArticle, shown: Bounded, newTitle: string | undefined): Partial<Article> {
  const { image, title, excerpt } = shown;
  const isSameExcerpt = !differs("excerpt", before.excerpt, excerpt);
  const isLonger = bare(excerpt).length > bare(before.excerpt).length;
  return {
    ...(image && !before.image && { image }),
    ...(!newTitle && isCleaned(before.title, title) && { title }),
    ...(isSameExcerpt && (isLonger || isCleaned(before.excerpt, excerpt)) && { excerpt }),
  };
}

/** The article with the day that the website has corrected; undefined if it has corrected none. */
function withDay(kept: ArchivedArticle, { day, dayAhead }: Bounded, timeZone: string): ArchivedArticle | undefined {
  const wasAhead = kept.dayAhead || kept.day > dayOf(Date.parse(kept.firstSeen), timeZone);
  // A day that has come stays, but for an earlier one: two pages that print different days would take turns.
  if (!wasAhead || dayAhead || (!kept.dayAhead && day >= kept.day)) return undefined;
  const { dayAhead: _, ...rest } = kept;
  return { ...rest, day };
}

/** `now` as text, or the second after `earlier` if that is later: `updated` always moves. */
export function nextUpdated(earlier: string, now: number): string {
  const text = instant(now);
  return text > earlier ? text : instant(Date.parse(earlier) + SECOND);
}

/** The text without white space, which differs from page to page, and without invisible characters. */
export const bare = (text: string): string => composed(text).replace(lazyPattern.gu`[\s\p{Cf}]+`, "");

/** The text without invisible characters, which come and go with the way a page is read. */
const visible = (text: string): string => composed(text).replace(lazyPattern.gu`\p{Cf}`, "");
const isCleaned = (before: string, after: string): boolean => before !== after && visible(before) === after;

/**
 * Whether a title or an excerpt says something else. Pages cut excerpts at different lengths: a longer or shorter cut
 * of the same text is no edit.
 */
export function differs(field: "title" | "excerpt", before: string, after: string): boolean {
  if (before === after) return false;
  if (field === "title") return visible(before) !== visible(after);
  const [a, b] = [bare(before), bare(after)];
  return a !== "" && !a.startsWith(b) && !b.startsWith(a);
}

/** Maximum number of edits of a title or an excerpt within a time (milliseconds). No person edits an article more often. */
const MAX_EDITS: [within: number, most: number][] = [
  [DAY, 4],
  [7 * DAY, 8],
  [30 * DAY, 12],
];

/** Whether the next edit must wait, because the text was edited too often. A machine does that, not a person. */
export function isEditedTooOften({ edits = [] }: ArchivedArticle, field: "title" | "excerpt", now: number): boolean {
  const times = edits.flatMap(({ at, fields }) => (fields.includes(field) ? Date.parse(at) : []));
  return MAX_EDITS.some(([within, most]) => times.filter((at) => now - at < within).length >= most);
}

/** Whether a further edit of the article has to wait. */
export const isEditLimited = (article: ArchivedArticle, now: number): boolean =>
  isEditedTooOften(article, "title", now) || isEditedTooOften(article, "excerpt", now);
