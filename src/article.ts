/**
 * The Article: the word that every other room speaks. It knows nothing of them.
 *
 * Instants are RFC 3339 strings in UTC with whole seconds (`2026-01-30T01:40:40Z`), so that they sort as text;
 * days are Korean calendar days (`2026-01-30`).
 */

/** What an article said before an edit that we saw. Only what the edit replaced is set. */
export interface Revision {
  /** When the replacement was first seen. */
  at: string;
  title?: string;
  excerpt?: string;
  /** The sanitized body before the edit is kept beside the body; this says that there is one. */
  body?: true;
}

export interface Article {
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
  /** The printed Korean day. */
  day: string;
  /** The website printed a day that had not come: `day` is that of the first sight, until it prints another. */
  dayAhead?: true;
  /** The month in which it was published, where its day was corrected to one of another month. */
  month?: string;
  /** Fixed when first seen: on `day`, never in the future, unlike any other of the source. */
  published: string;
  /** The time of day in `published` is the listing's order only: the website told the day alone. */
  dayOnly?: true;
  /** When title, excerpt or body last changed; else `published`. */
  updated: string;
  firstSeen: string;
  /** When it last became more, which is no edit: a picture, a longer excerpt, its text. */
  learned?: string;
  /** Oldest first; absent where nothing was ever edited. */
  revisions?: Revision[];
  /** Bytes of its text, which `body:` holds; absent where it is not kept. */
  body?: number;
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

/** Whether it is a day of the calendar: `2026-01-30`. */
export const isDay = (value: unknown): value is string =>
  typeof value === "string" && /^\d{4}-\d\d-\d\d$/.test(value) && !Number.isNaN(Date.parse(value));

/** Whether it is an instant as `instant` writes it. */
export const isInstant = (value: unknown): value is string =>
  typeof value === "string" && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(value) && !Number.isNaN(Date.parse(value));

/** Text of an instant: whole seconds in UTC. */
export const instant = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;

/** The Korean month, `2026-01`, whose archive document holds the article. */
export const monthOf = ({ day, month }: { day: string; month?: string }): string => month ?? day.slice(0, 7);

/** Newest first; articles of one second (they are of different sources) by key, so that every reading agrees. */
export function newestFirst(a: Article, b: Article): number {
  if (a.published !== b.published) return a.published < b.published ? 1 : -1;
  return a.key < b.key ? 1 : a.key > b.key ? -1 : 0;
}

/** When anything kept of the article last changed. */
export const touched = ({ updated, firstSeen, learned = "" }: Article): string =>
  latestOf([updated, firstSeen, learned]);

/** The earliest and the latest of instants; empty where there are none. */
export const earliestOf = (instants: readonly string[]): string => instants.toSorted()[0] ?? "";
export const latestOf = (instants: readonly string[]): string => instants.toSorted().at(-1) ?? "";
