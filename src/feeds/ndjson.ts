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

export function renderEvents(events: readonly SyncEvent[], end: SyncEnd): string {
  const lines = events.map(({ seq, event, at, entry }) => ({ seq, event, at, article: jsonItem(entry) }));
  return [...lines, end].map((line) => `${JSON.stringify(line)}\n`).join("");
}
