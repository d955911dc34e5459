import { isDay, isInstant, latestOf } from "./time.ts";

/**
 * The types `Article` and `ScrapedArticle`, which all rooms share.
 *
 * Instants are RFC 3339 strings in UTC with whole seconds (`2026-01-30T01:40:40Z`), so that they sort as text;
 * days are calendar days of the website's time zone (`2026-01-30`).
 */

export interface Article {
  /** Name of the website, as in SITES: `kcnawatch`. */
  site: string;
  /** The website's own key, which never changes: `1769737240-205284`. */
  key: string;
  /** The id in feeds (RFC 4151 tag URI). It is the same in every format and never changes. */
  id: string;
  /** Id of the source whose listing showed it. */
  source: string;
  /** BCP 47 language of the text. */
  language: string;
  title: string;
  /** Plain text; empty if the listing prints none. */
  excerpt: string;
  /** Canonical address on the website. */
  url: string;
  /** Address on the website of the publisher, if this website names it. */
  original?: string;
  /** A picture of the article; never the source's logo. */
  image?: string;
  /** The printed day, in the website's time zone. */
  day: string;
  /** Set when the article is first seen: on `day`, not in the future, different from all others of the website. */
  published: string;
  /** The website tells only the day: the time in `published` keeps the order of the listing and means nothing else. */
  dayOnly?: true;
  /** When title, excerpt or body last changed; else `published`. */
  updated: string;
  firstSeen: string;
  /** When a picture, a longer excerpt or a first text was last added, which is not an edit. */
  enrichedAt?: string;
  /** Oldest first; absent if the title was never edited. */
  earlierTitles?: string[];
  /** Size of its text in bytes; absent if none is kept. */
  body?: number;
  /** The same article on other websites, the first seen first. */
  copies?: ArticleCopy[];
  /** If it has copies: numbers of the events that listed it, by source, and when the copies were last joined. */
  listed?: Record<string, number>;
  joinedAt?: string;
  /** Near-identical articles of other outlets, if the query asks for only one of them. */
  reprints?: ArticleCopy[];
  /** Since when a feed shows a copy or reprint instead. */
  hiddenSince?: string;
  /** Since when the article is no longer at its address; absent if it is there. */
  gone?: string;
}

/** An article as a copy or reprint of another names it. */
export interface ArticleCopy extends Pick<Article, "site" | "key" | "source" | "url" | "firstSeen"> {
  /** Numbers of the events that listed it, by source. */
  listed: Record<string, number>;
}

/** An article as a page shows it. The archive adds the dates. */
export interface ScrapedArticle
  extends Pick<Article, "key" | "id" | "url" | "title" | "excerpt" | "day" | "language" | "image"> {
  /** When the website collected the article (milliseconds). It gives `published` its time if it is on `day`. */
  collectedAt?: number;
  /** The page prints no title: this one has the words of the address. */
  isUntitled?: true;
}

/** Whether a stored value is an article: it may be broken, or written by another version. */
export function isArticle(value: unknown): value is Article {
  const { key, id, source, language, title, excerpt, url, day, published, updated, firstSeen } = (value ??
    {}) as Partial<Record<keyof Article, unknown>>;
  const texts = [key, id, source, language, title, excerpt, url];
  return (
    texts.every((text) => typeof text === "string") && isDay(day) && [published, updated, firstSeen].every(isInstant)
  );
}

/** Newest first. Articles of the same second (from different sources) are sorted by key, so that the order is stable. */
export function newestFirst(a: Article, b: Article): number {
  if (a.published !== b.published) return a.published < b.published ? 1 : -1;
  return a.key < b.key ? 1 : a.key > b.key ? -1 : 0;
}

/** When any stored field of the article last changed. */
export const changedAt = ({ updated, firstSeen, enrichedAt = "" }: Article): string =>
  latestOf([updated, firstSeen, enrichedAt]);
