import type { Article, ScrapedArticle } from "../article.ts";
import { DAY, dayEnd, dayOf, dayStart, instant, isDay } from "../time.ts";

/**
 * The merge: what is kept and what a page shows become what to keep. Pure.
 *
 * The rules, in order: an article is known by its key; what is kept never loses its id, its first sight or its
 * published date; a text that changed moves `updated` and leaves the earlier text behind; nothing that a page no
 * longer shows goes away; a day that has not come is today until the website prints another. So merging a page twice
 * changes nothing the second time.
 */
export interface Merged {
  /** New and edited articles, as they are to be kept. */
  changed: ArchivedArticle[];
  /** How many of `changed` are new. */
  added: number;
  /** Keys of articles left out: their day is in no calendar, so that they can have no date. */
  undated: string[];
}

/** What a page shows, its day no later than today. */
interface Bounded extends ScrapedArticle {
  dayAhead?: true;
}

/** An article as the archive knows it. */
export interface ArchivedArticle extends Article {
  /** The website printed a day that had not come: `day` is that of the first sight, until it prints another. */
  dayAhead?: true;
  /** When its title or excerpt was edited in the last weeks, oldest first. */
  edits?: Edit[];
}

export interface Edit {
  at: string;
  fields: ("title" | "excerpt")[];
}

/** Where a page is from. */
export interface Origin extends Pick<Article, "source" | "site"> {
  /** IANA name of the zone whose days the website prints. */
  timeZone: string;
}

/** What else the dates of new articles depend on. */
export interface Neighbours {
  /** Published dates of other articles of the website. */
  taken?: readonly string[];
  /** Published dates between which an older part of the listing falls. */
  window?: { after: string; before: string };
}

const MINUTE = 60_000;
const SECOND = 1000;

/**
 * @param kept every kept article of the source that `listed` may name or share a day with
 * @param scraped in the listing's order, newest first
 * @param now milliseconds
 */
export function merge(
  kept: readonly ArchivedArticle[],
  scraped: readonly ScrapedArticle[],
  { source, site, timeZone }: Origin,
  now: number,
  neighbours: Neighbours = {},
): Merged {
  const today = dayOf(now, timeZone);
  // A day that has not come is a misprint: the article is of today until the website corrects it.
  const shown: Bounded[] = scraped
    .filter(({ day }) => isDay(day))
    .map((article) => (article.day > today ? { ...article, day: today, dayAhead: true } : article));
  const undated = scraped.filter(({ day }) => !isDay(day)).map(({ key }) => key);
  const known = new Map(kept.map((article) => [article.key, article]));
  const first = new Map([...shown].reverse().map((article) => [article.key, article]));
  const fresh = shown.filter((article) => !known.has(article.key) && first.get(article.key) === article);
  const published = publishedDates(kept, shown, fresh, timeZone, now, neighbours);
  const changed: ArchivedArticle[] = fresh.map(({ collectedAt, image, ...article }: Bounded) => {
    const date = published.get(article.key) as string;
    const dayOnly = Math.abs((collectedAt ?? 0) - Date.parse(date)) > MINUTE;
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

/** The article with what a page now says of it; undefined where that is what is kept. */
function edit(kept: ArchivedArticle, shown: Bounded, timeZone: string, now: number): ArchivedArticle | undefined {
  const dated = withDay(kept, shown, timeZone);
  const before = dated ?? kept;
  const edited = (field: "title" | "excerpt") => {
    const text = shown[field];
    return text && differs(field, before[field], text) && !isEditedTooOften(before, field, now) ? text : undefined;
  };
  const title = edited("title");
  const excerpt = edited("excerpt");
  // Not an edit but something learned: it changes no text that anybody has read.
  const additions: Partial<Article> = {};
  if (shown.image && !before.image) additions.image = shown.image;
  if (!title && isCleaned(before.title, shown.title)) additions.title = shown.title;
  if (shown.excerpt && !differs("excerpt", before.excerpt, shown.excerpt)) {
    const isLonger = bare(shown.excerpt).length > bare(before.excerpt).length;
    if (isLonger || isCleaned(before.excerpt, shown.excerpt)) additions.excerpt = shown.excerpt;
  }
  if (!title && !excerpt) {
    const more = Object.keys(additions).length > 0;
    return more || dated ? { ...before, ...additions, enrichedAt: instant(now) } : undefined;
  }

  const at = nextUpdated(before.updated, now);
  return {
    ...before,
    ...additions,
    ...(title && { title }),
    ...(excerpt && { excerpt }),
    // A new title mostly comes with a new slug.
    ...(shown.url && { url: shown.url }),
    updated: at,
    ...(title && { earlierTitles: [...(before.earlierTitles ?? []), before.title] }),
  };
}

/** The article with the day that the website has corrected; undefined where it has corrected none. */
function withDay(kept: ArchivedArticle, { day, dayAhead }: Bounded, timeZone: string): ArchivedArticle | undefined {
  const wasAhead = kept.dayAhead || kept.day > dayOf(Date.parse(kept.firstSeen), timeZone);
  if (!wasAhead || dayAhead) return undefined;
  const { dayAhead: _, ...rest } = kept;
  return { ...rest, day };
}

/** The text of `now`, or a second after an earlier instant that is not before it: `updated` always moves. */
export function nextUpdated(earlier: string, now: number): string {
  const text = instant(now);
  return text > earlier ? text : instant(Date.parse(earlier) + SECOND);
}

/** Without white space, which pages print as they like, and without what nobody sees. */
const bare = (text: string): string => text.replace(/[\s\p{Cf}]+/gu, "");

/** Characters that nobody sees: they come and go with how a page is read. */
const INVISIBLE = /\p{Cf}/gu;
const visible = (text: string): string => text.replace(INVISIBLE, "");
const isCleaned = (before: string, after: string): boolean => before !== after && visible(before) === after;

/**
 * Whether a title or an excerpt says something else. Excerpts are cut at a length that differs from page to page: a
 * longer or shorter cut of one text is no edit.
 */
export function differs(field: "title" | "excerpt", before: string, after: string): boolean {
  if (field === "title") return visible(before) !== visible(after);
  const [a, b] = [bare(before), bare(after)];
  return a !== "" && !a.startsWith(b) && !b.startsWith(a);
}

/** Edits of a title or an excerpt within so many milliseconds, at most: nobody edits an article more often. */
const MAX_EDITS: [within: number, most: number][] = [
  [DAY, 4],
  [7 * DAY, 8],
  [30 * DAY, 12],
];

/** Whether it was edited so often that another edit must wait: something in it changes that nobody edits. */
function isEditedTooOften({ edits = [] }: ArchivedArticle, field: "title" | "excerpt", now: number): boolean {
  const times = edits.flatMap(({ at, fields }) => (fields.includes(field) ? Date.parse(at) : []));
  return MAX_EDITS.some(([within, most]) => times.filter((at) => now - at < within).length >= most);
}

/** Whether an edit of the article would have to wait. */
export const isRestless = (article: ArchivedArticle, now: number): boolean =>
  isEditedTooOften(article, "title", now) || isEditedTooOften(article, "excerpt", now);

/**
 * Dates for articles that are new: always on the printed day, never in the future, none twice.
 *
 * The key's own time where it lies on that day. The others have none, and take the place that the listing gives
 * them: from the day's start a minute an article, later than what stands below them and, where there is room,
 * earlier than what stands above.
 */
function publishedDates(
  kept: readonly Article[],
  shown: readonly ScrapedArticle[],
  fresh: readonly ScrapedArticle[],
  timeZone: string,
  now: number,
  { taken: others = [], window }: Neighbours,
): Map<string, string> {
  const taken = new Set([...kept.map(({ published }) => published), ...others].map((date) => Date.parse(date)));
  const dates = new Map<string, number>(kept.map(({ key, published }) => [key, Date.parse(published)]));
  const isFresh = new Set(fresh.map(({ key }) => key));
  const isKept = new Set(kept.map(({ key }) => key));
  const keptOn = (day: string) => kept.filter((article) => article.day === day).map((a) => Date.parse(a.published));
  const days = new Map<string, ScrapedArticle[]>();
  for (const article of [...shown].reverse()) {
    const list = days.get(article.day);
    if (list) list.push(article);
    else days.set(article.day, [article]);
  }

  for (const [day, upwards] of days) {
    const first = dayStart(day, timeZone);
    const ceiling = window && Date.parse(window.before) > first ? Date.parse(window.before) - SECOND : now;
    const last = Math.min(dayEnd(day, timeZone) - SECOND, Math.floor(Math.min(now, ceiling) / SECOND) * SECOND);
    const free = (at: number) => {
      let up = at;
      while (taken.has(up) && up < last) up += SECOND;
      while (taken.has(up) && up > first) up -= SECOND;
      while (taken.has(up)) up -= SECOND;
      taken.add(up);
      return up;
    };
    for (const { key, collectedAt = 0 } of upwards) {
      if (isFresh.has(key) && !dates.has(key) && collectedAt >= first && collectedAt <= last)
        dates.set(key, free(collectedAt));
    }
    let below = first - MINUTE;
    if (window?.after && Date.parse(window.after) >= first) below = Math.max(below, Date.parse(window.after));
    // A page that shows none of the day's articles that are kept is newer than they are: it stands above them.
    else if (!upwards.some(({ key }) => isKept.has(key)) && !window) {
      for (const at of keptOn(day)) if (at >= first && at <= last) below = Math.max(below, at);
    }
    for (let i = 0; i < upwards.length; i++) {
      const { key } = upwards[i] as ScrapedArticle;
      const date = dates.get(key);
      if (date !== undefined) {
        if (date >= first && date <= last) below = Math.max(below, date);
        continue;
      }
      const above = upwards.slice(i).findIndex((other) => (dates.get(other.key) ?? 0) > below);
      const room = above < 0 ? upwards.length - i : above;
      const ceiling = above < 0 ? last + SECOND : (dates.get((upwards[i + above] as ScrapedArticle).key) as number);
      const step = Math.min(
        MINUTE,
        Math.floor((ceiling - Math.max(below, first - SECOND)) / (room + 1) / SECOND) * SECOND,
      );
      below = free(Math.min(last, Math.max(first, below + Math.max(SECOND, step))));
      dates.set(key, below);
    }
  }
  return new Map(fresh.map(({ key }) => [key, instant(dates.get(key) as number)]));
}
