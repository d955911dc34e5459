import type { Article, ScrapedArticle } from "../article.ts";
import { dayEnd, dayStart, instant, MINUTE, SECOND } from "../time.ts";

/**
 * The published dates of new articles: always on the printed day, never in the future, no date twice.
 *
 * An article whose website took it in on that day gets the time of intake. The others get a time from their place in
 * the listing: a minute an article from the start of the day, later than the articles below and, if there is room,
 * earlier than the articles above.
 */

/** What is around new articles, and determines their dates as well. */
export interface Neighbours {
  /** Published dates of other articles of the website. */
  taken?: readonly string[];
  /** Published dates between which an older part of the listing falls. */
  window?: { after: string; before: string };
  /** Articles that stand below the page are missing: those of its oldest day need room on that day. */
  isOpen?: boolean;
}

/** The first and the last instant that an article of a day can get, milliseconds. */
interface Span {
  first: number;
  last: number;
}

/** The dates of kept articles and of new ones so far, milliseconds. */
interface Dates {
  byKey: Map<string, number>;
  taken: Set<number>;
}

/**
 * @param kept the articles that are kept already
 * @param shown all articles of the page, newest first
 * @param fresh those of them that are new
 * @param around also the zone whose days the website prints (IANA name), and the instant of the look, milliseconds
 * @returns the published date of each new article, by key
 */
export function publishedDates(
  kept: readonly Article[],
  shown: readonly ScrapedArticle[],
  fresh: readonly ScrapedArticle[],
  around: Neighbours & { timeZone: string; now: number },
): Map<string, string> {
  const { timeZone, now, taken = [], window, isOpen } = around;
  const dates: Dates = {
    byKey: new Map(kept.map(({ key, published }) => [key, Date.parse(published)])),
    taken: new Set([...kept.map(({ published }) => published), ...taken].map((date) => Date.parse(date))),
  };
  const freshKeys = new Set(fresh.map(({ key }) => key));
  // From the bottom of the page to its top.
  for (const [day, articles] of Map.groupBy(shown.toReversed(), (article) => article.day)) {
    const span = spanOf(day, timeZone, now, window);
    const floor = floorOf(articles, kept, day, span, window);
    const isLowest = isOpen && articles[0] === shown.at(-1) && floor < span.first;
    const below = isLowest ? span.first + wholeSeconds((span.last - span.first) / 2) : floor;
    for (const { key, collectedAt = Number.NaN } of articles) {
      const isOnDay = collectedAt >= span.first && collectedAt <= span.last;
      if (isOnDay && freshKeys.has(key) && !dates.byKey.has(key))
        dates.byKey.set(key, takeFree(dates, collectedAt, span));
    }
    placeInOrder(articles, dates, span, below);
  }
  return new Map(fresh.map(({ key }) => [key, instant(dates.byKey.get(key) as number)]));
}

const wholeSeconds = (ms: number): number => Math.floor(ms / SECOND) * SECOND;

function spanOf(day: string, timeZone: string, now: number, window: Neighbours["window"]): Span {
  const first = dayStart(day, timeZone);
  const end = window && Date.parse(window.before) > first ? Date.parse(window.before) - SECOND : now;
  return { first, last: Math.min(dayEnd(day, timeZone) - SECOND, wholeSeconds(Math.min(now, end))) };
}

/** The instant above which the articles of a day are placed. */
function floorOf(
  articles: readonly ScrapedArticle[],
  kept: readonly Article[],
  day: string,
  { first, last }: Span,
  window: Neighbours["window"],
): number {
  const lowest = first - MINUTE;
  if (window?.after) return Math.max(lowest, Date.parse(window.after));
  const keptKeys = new Set(kept.map(({ key }) => key));
  if (window || articles.some(({ key }) => keptKeys.has(key))) return lowest;
  // A page that shows none of the kept articles of the day is newer than they are: it stands above them.
  const others = kept.filter((article) => article.day === day).map(({ published }) => Date.parse(published));
  return others.filter((at) => at <= last).reduce((floor, at) => Math.max(floor, at), lowest);
}

/** Gives the articles without a time of their own a place between their neighbours. */
function placeInOrder(articles: readonly ScrapedArticle[], dates: Dates, span: Span, floor: number): void {
  const { first, last } = span;
  let below = floor;
  articles.forEach(({ key }, i) => {
    const date = dates.byKey.get(key);
    if (date !== undefined) {
      if (date <= last) below = Math.max(below, date);
      return;
    }
    const above = articles.slice(i).findIndex((other) => (dates.byKey.get(other.key) ?? Number.NaN) > below);
    const room = above < 0 ? articles.length - i : above;
    const ceiling =
      above < 0 ? last + SECOND : (dates.byKey.get((articles[i + above] as ScrapedArticle).key) as number);
    const share = (ceiling - Math.max(below, first - SECOND)) / (room + 1);
    const step = Math.min(MINUTE, wholeSeconds(share));
    const wanted = Math.min(last, Math.max(first, below + Math.max(SECOND, step)));
    below = takeFree(dates, wanted, span);
    dates.byKey.set(key, below);
  });
}

/** The free instant nearest to `at`: later within the day if there is one, else earlier. It is taken from then on. */
function takeFree({ taken }: Dates, at: number, { last }: Span): number {
  let free = at;
  while (taken.has(free) && free < last) free += SECOND;
  // If the day is full, it is the first free instant before it.
  while (taken.has(free)) free -= SECOND;
  taken.add(free);
  return free;
}
