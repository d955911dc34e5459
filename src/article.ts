import { isDay, isInstant, latestOf } from "./time.ts";
/**
 * The Article: the word that every other room speaks. It knows nothing of them.
 *
 * Instants are RFC 3339 strings in UTC with whole seconds (`2026-01-30T01:40:40Z`), so that they sort as text;
 * days are calendar days of the website's time zone (`2026-01-30`).
 */

export interface Article {
  /** Name of the website, as in SITES: `kcnawatch`. */
  site: string;
  /** The site's own key, for ever the same: `1769737240-205284`. */
  key: string;
  /** The feed id (RFC 4151 tag URI), the same in every format, for ever. */
  id: string;
  /** Id of the source whose listing showed it. */
  source: string;
  /** BCP 47 language of the text. */
  language: string;
  title: string;
  /** Plain text; empty where the listing prints none. */
  excerpt: string;
  /** Canonical address on the website. */
  url: string;
  /** Address at the medium itself, where the website names it. */
  original?: string;
  /** A picture of the article; never the source's logo. */
  image?: string;
  /** The printed day, in the website's time zone. */
  day: string;
  /** Fixed when first seen: on `day`, never in the future, unlike any other of the source. */
  published: string;
  /** The time of day in `published` is the listing's order only: the website told the day alone. */
  dayOnly?: true;
  /** When title, excerpt or body last changed; else `published`. */
  updated: string;
  firstSeen: string;
  /** When it last became more, which is no edit: a picture, a longer excerpt, its text. */
  enrichedAt?: string;
  /** Oldest first; absent where the title was never edited. */
  earlierTitles?: string[];
  /** Bytes of its text; absent where none is kept. */
  body?: number;
}

/** What a page shows of an article, before the archive has given it its dates. */
export interface ScrapedArticle
  extends Pick<Article, "key" | "id" | "url" | "title" | "excerpt" | "day" | "language" | "image"> {
  /** When the website took the article in (milliseconds): its time of day, where that lies on `day`. */
  collectedAt?: number;
}

/** Whether a stored value has what every article has: what is read may have been written by other code, or be broken. */
export function isArticle(value: unknown): value is Article {
  const { key, id, source, language, title, excerpt, url, day, published, updated, firstSeen } = (value ??
    {}) as Partial<Record<keyof Article, unknown>>;
  const texts = [key, id, source, language, title, excerpt, url];
  return (
    texts.every((text) => typeof text === "string") && isDay(day) && [published, updated, firstSeen].every(isInstant)
  );
}

/** Newest first; articles of one second (they are of different sources) by key, so that every reading agrees. */
export function newestFirst(a: Article, b: Article): number {
  if (a.published !== b.published) return a.published < b.published ? 1 : -1;
  return a.key < b.key ? 1 : a.key > b.key ? -1 : 0;
}

/** When anything kept of the article last changed. */
export const changedAt = ({ updated, firstSeen, enrichedAt = "" }: Article): string =>
  latestOf([updated, firstSeen, enrichedAt]);
