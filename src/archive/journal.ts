/**
 * The journal: every change of the archive, numbered 1, 2, 3, … without a hole. What it says is never changed, and
 * the articles are what it says, replayed (see backup.ts).
 */
export interface Event {
  /** Never earlier than the event before it. */
  at: string;
  event: EventName;
  /** The source in whose listing, or on whose page, it was seen. */
  source: string;
  /** The article's row. */
  n?: number;
  /** The whole version, where the event made one; what the event replaced, where it did not. */
  title?: string;
  excerpt?: string;
  /** The sanitized text; absent where the version has none. */
  html?: string;
  /** Number of the event that made the version before. */
  previous?: number;
  /** The article's `updated`, where it moved. */
  updated?: string;
  data?: Record<string, unknown>;
}

/**
 * - `added`: a source lists an article for the first time; with a title where nothing was known of the article.
 * - `edited`: title, excerpt or text changed.
 * - `text`: a first text; no edit.
 * - `enriched`: no edit either: a picture, the original's address, a longer cut of the excerpt, a corrected day.
 * - `outage`, `recovered`: a source could not be read for hours, and could be read again.
 * - `gap`, `filled`: articles may have been missed between two instants, and no longer.
 */
export type EventName =
  | "added"
  | "edited"
  | "text"
  | "enriched"
  | "gone"
  | "back"
  | "outage"
  | "recovered"
  | "gap"
  | "filled";
