import { type Article, instant, type Revision } from "../article.ts";
import { DAY } from "../scrape/dates.ts";

/**
 * The merge: what is kept and what a page shows become what to keep. Pure.
 *
 * The rules, in order: an article is known by its key; what is kept never loses its id, its first sight or its
 * published date; a text that changed moves `updated` and leaves the earlier text behind; nothing that a page no
 * longer shows goes away. So merging a page twice changes nothing the second time.
 */
export interface Merged {
  /** New and edited articles, as they are to be kept. */
  changed: Article[];
  /** How many of `changed` are new. */
  added: number;
}

/** What a page shows of an article, before the archive has given it its dates. */
export interface Shown extends Pick<Article, "key" | "id" | "url" | "title" | "excerpt" | "day" | "language"> {
  image?: string;
  /** When the website took the article in (milliseconds): its time of day, where that lies on `day`. */
  intake?: number;
}

/** Edits kept of one article. A page that says something else at every look must not grow without end. */
export const REVISIONS = 20;
const MINUTE = 60_000;
const SECOND = 1000;

/**
 * @param kept every kept article of the source that `shown` may name or share a day with
 * @param shown in the listing's order, newest first
 * @param now milliseconds
 */
export function merge(kept: readonly Article[], shown: readonly Shown[], source: string, now: number): Merged {
  const known = new Map(kept.map((article) => [article.key, article]));
  const first = new Map([...shown].reverse().map((article) => [article.key, article]));
  const fresh = shown.filter((article) => !known.has(article.key) && first.get(article.key) === article);
  const published = publishedDates(kept, shown, fresh, now);
  const changed: Article[] = fresh.map(({ intake, image, ...article }) => {
    const date = published.get(article.key) as string;
    const dayOnly = Math.abs((intake ?? 0) - Date.parse(date)) > MINUTE;
    return {
      ...article,
      ...(image && { image }),
      ...(dayOnly && { dayOnly }),
      source,
      published: date,
      updated: date,
      firstSeen: instant(now),
    };
  });
  const edited = new Set<string>();
  for (const article of shown) {
    const before = known.get(article.key);
    const after = before && !edited.has(article.key) && edit(before, article, now);
    if (!after) continue;
    edited.add(article.key);
    changed.push(after);
  }
  return { changed, added: fresh.length };
}

/** The article with what a page now says of it; undefined where that is what is kept. */
export function edit(before: Article, shown: Partial<Shown>, now: number): Article | undefined {
  const title = shown.title && shown.title !== before.title ? shown.title : undefined;
  const excerpt = shown.excerpt && isEdit(before.excerpt, shown.excerpt) ? shown.excerpt : undefined;
  // Not an edit but something learned: it changes no text that anybody has read.
  const learned: Partial<Article> = {};
  if (shown.image && !before.image) learned.image = shown.image;
  if (!excerpt && shown.excerpt && bare(shown.excerpt).length > bare(before.excerpt).length)
    learned.excerpt = shown.excerpt;
  if (!title && !excerpt)
    return Object.keys(learned).length > 0 ? { ...before, ...learned, learned: instant(now) } : undefined;

  const at = notBefore(before.updated, now);
  const revision: Revision = {
    at,
    ...(title && { title: before.title }),
    ...(excerpt && { excerpt: before.excerpt }),
  };
  return {
    ...before,
    ...learned,
    ...(title && { title }),
    ...(excerpt && { excerpt }),
    // A new title mostly comes with a new slug.
    ...(shown.url && { url: shown.url }),
    updated: at,
    revisions: [...(before.revisions ?? []), revision].slice(-REVISIONS),
  };
}

/** The text of `now`, or a second after an earlier instant that is not before it: `updated` always moves. */
export function notBefore(earlier: string, now: number): string {
  const text = instant(now);
  return text > earlier ? text : instant(Date.parse(earlier) + SECOND);
}

/** Without white space, which pages print as they like. */
const bare = (text: string): string => text.replace(/\s+/g, "");

/** Excerpts are cut at a length that differs from page to page: a longer or shorter cut of one text is no edit. */
function isEdit(before: string, after: string): boolean {
  const [a, b] = [bare(before), bare(after)];
  return a !== "" && !a.startsWith(b) && !b.startsWith(a);
}

/**
 * Dates for articles that are new: always on the printed day, never in the future, none twice.
 *
 * The key's own time where it lies on that day. The others have none, and take the place that the listing gives
 * them: from the day's start a minute an article, later than what stands below them and, where there is room,
 * earlier than what stands above.
 */
function publishedDates(
  kept: readonly Article[],
  shown: readonly Shown[],
  fresh: readonly Shown[],
  now: number,
): Map<string, string> {
  const taken = new Set(kept.map(({ published }) => Date.parse(published)));
  const dates = new Map<string, number>(kept.map(({ key, published }) => [key, Date.parse(published)]));
  const isFresh = new Set(fresh.map(({ key }) => key));
  const isKept = new Set(kept.map(({ key }) => key));
  const keptOn = (day: string) => kept.filter((article) => article.day === day).map((a) => Date.parse(a.published));
  const days = new Map<string, Shown[]>();
  for (const article of [...shown].reverse()) {
    const list = days.get(article.day);
    if (list) list.push(article);
    else days.set(article.day, [article]);
  }

  for (const [day, upwards] of days) {
    const start = Date.parse(`${day}T00:00:00+09:00`);
    // A day that lies ahead (a clock that is wrong, a misprint) has no instant that is not in the future.
    const last = Math.min(start + DAY - SECOND, Math.floor(now / SECOND) * SECOND);
    const first = start <= last ? start : last - upwards.length * SECOND;
    const free = (at: number) => {
      let up = at;
      while (taken.has(up) && up < last) up += SECOND;
      while (taken.has(up) && up > first) up -= SECOND;
      while (taken.has(up)) up -= SECOND;
      taken.add(up);
      return up;
    };
    for (const { key, intake = 0 } of upwards) {
      if (isFresh.has(key) && !dates.has(key) && intake >= start && intake <= last) dates.set(key, free(intake));
    }
    let below = first - MINUTE;
    // A page that shows none of the day's articles that are kept is newer than they are: it stands above them.
    if (!upwards.some(({ key }) => isKept.has(key))) {
      for (const at of keptOn(day)) if (at >= first && at <= last) below = Math.max(below, at);
    }
    for (let i = 0; i < upwards.length; i++) {
      const { key } = upwards[i] as Shown;
      const date = dates.get(key);
      if (date !== undefined) {
        if (date >= first && date <= last) below = Math.max(below, date);
        continue;
      }
      const above = upwards.slice(i).findIndex((other) => (dates.get(other.key) ?? 0) > below);
      const room = above < 0 ? upwards.length - i : above;
      const ceiling = above < 0 ? last + SECOND : (dates.get((upwards[i + above] as Shown).key) as number);
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
