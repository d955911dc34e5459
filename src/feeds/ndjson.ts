import type { Entry } from "./document.ts";
import { jsonItem } from "./json.ts";

/** Events of the archive as lines of JSON (NDJSON), for services that keep a copy. */

export interface SyncEvent {
  seq: number;
  event: string;
  /** When it was seen, RFC 3339. */
  at: string;
  entry: Entry;
}

/** The last line: the cursor for the next request, and whether there are more events now. */
interface SyncEnd {
  cursor: string;
  more: boolean;
}

export const NDJSON = "application/x-ndjson";

/** Besides LF and CR, what readers of lines take for an end of one, such as Python's `splitlines` and Node's `readline`. */
const LINE_ENDS = /[\u0085\u2028\u2029]/g;

/** A value as one line, for whatever reads lines: JSON may have these characters as they are. */
export const jsonLine = (value: unknown): string =>
  `${JSON.stringify(value).replace(LINE_ENDS, (end) => `\\u${end.charCodeAt(0).toString(16).padStart(4, "0")}`)}\n`;

/** The events and the last line, a line each; `article` is the item of the JSON Feed. */
export function renderEvents(events: readonly SyncEvent[], end: SyncEnd): string {
  const lines = events.map(({ seq, event, at, entry }) => ({ seq, event, at, article: jsonItem(entry) }));
  return [...lines, end].map(jsonLine).join("");
}
