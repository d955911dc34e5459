/**
 * An event of the journal. The journal numbers every change of the archive 1, 2, 3, … without a hole. An event never
 * changes. The articles are the journal replayed (see backup.ts).
 */
export interface Event extends Cause {
  event: EventName;
  /** The article's row. */
  n?: number;
  /** The title and excerpt after the event, if the event made a version or changed them. */
  title?: string;
  excerpt?: string;
  /** The sanitized text; absent if the version has none. */
  html?: string;
  /** Number of the event that made the version before. */
  previous?: number;
  /** The article's `updated`, if it moved. */
  updated?: string;
  data?: Record<string, unknown>;
}

/** Where an event comes from. */
export interface Cause {
  /** The source whose listing or page showed it. */
  source: string;
  /** Never earlier than the event before it. */
  at: string;
}

/**
 * - `added`: a source lists an article for the first time; with a title if the article is new to the archive.
 * - `edited`: title, excerpt or text changed.
 * - `text`: a first text; no edit.
 * - `enriched`: an addition that is no edit: a picture, the original's address, a longer cut of the excerpt, a
 *   corrected day.
 * - `joined`, `parted`: the copies of the article on other websites are known, or are others; `data.copies` names all.
 * - `reprint`: the article is a reprint of another outlet's, or is reprinted; `data.of` names that article.
 * - `outage`, `recovered`: a source could not be read for hours; it could be read again.
 * - `gap`, `filled`: articles may have been missed between two instants; the pages between were read.
 */
export const EVENTS = [
  "added",
  "edited",
  "text",
  "enriched",
  "joined",
  "parted",
  "reprint",
  "gone",
  "back",
  "outage",
  "recovered",
  "gap",
  "filled",
] as const;

export type EventName = (typeof EVENTS)[number];
