import * as v from "valibot";
import type { Coverage } from "./coverage.ts";
import type { EventName } from "./journal.ts";
import type { ArticleRow } from "./rows.ts";
import type { SourceStatus } from "./source-status.ts";

/**
 * The archive as lines of JSON: a head, every event of the journal in full, and each source's state. A restore replays
 * the events in order, which gives the same archive with the same numbers.
 */
export const FORMAT = "kcna-feed-bridge/1";

export type Line = HeadLine | EventLine | SourceLine | EndLine;

interface HeadLine {
  format: typeof FORMAT;
}

export interface EventLine {
  seq: number;
  at: string;
  event: EventName;
  source: string;
  site?: string;
  key?: string;
  published?: string;
  title?: string;
  excerpt?: string;
  html?: string;
  data?: Record<string, unknown>;
  /** Of `added`: what is kept of the article beside the journal, at the time of the backup. */
  looks?: LooksState;
}

/** What looks have found, beside the journal: see the columns of schema.ts. */
interface LooksState {
  last_seen?: string;
  shown?: string;
  /** With the article's first event. */
  page?: Partial<Pick<ArticleRow, (typeof PAGE_COLUMNS)[number]>>;
}

export const PAGE_COLUMNS = [
  "page_due",
  "page_failures",
  "page_error",
  "page_urgent",
  "page_seen",
  "page_title",
  "page_doubt",
  "absent",
] as const;

export interface SourceLine {
  /** Id of a source. */
  state: string;
  /** Number of the archive's last event: the state is the one after it. */
  seq: number;
  coverage?: Coverage;
  status?: SourceStatus;
  /** Keys of the articles on the first page of its listing. */
  listed?: string[];
}

/** The last line: a backup without it is incomplete. */
interface EndLine {
  /** Number of the last event. */
  end: number;
}

const text = v.string();
const number = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const instant = v.pipe(text, v.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/), v.isoTimestamp());
const object = v.record(text, v.unknown());
const EVENTS = [
  ...(["added", "edited", "text", "enriched", "joined", "parted", "reprint", "gone", "back"] as const),
  ...(["outage", "recovered", "gap", "filled"] as const),
] as const;

/** The fields without which no feed can show an article. */
const ARTICLE = v.looseObject({ id: text, language: text, url: text, day: text });

/** What a place showed last, or a doubtful page showed: JSON with a title. */
const titled = v.pipe(
  text,
  v.check((json) => {
    try {
      return typeof (JSON.parse(json) as { title?: unknown } | null)?.title === "string";
    } catch {
      return false;
    }
  }),
);

const LOOKS = v.object({
  last_seen: v.optional(instant),
  shown: v.optional(titled),
  page: v.optional(
    v.object({
      page_due: v.optional(instant),
      page_failures: v.optional(number),
      page_error: v.optional(text),
      page_urgent: v.optional(v.literal(1)),
      page_seen: v.optional(instant),
      page_title: v.optional(titled),
      page_doubt: v.optional(titled),
      absent: v.optional(instant),
    }),
  ),
});

/** A valid line. The file may have been changed by anybody. */
const LINE = v.union([
  v.object({ format: text }),
  v.object({ end: number }),
  v.looseObject({
    state: text,
    seq: number,
    coverage: v.optional(object),
    status: v.optional(object),
    listed: v.optional(v.array(text)),
  }),
  v.pipe(
    v.looseObject({
      seq: number,
      at: instant,
      event: v.picklist(EVENTS),
      source: v.pipe(text, v.regex(/^[^\s@]+$/)),
      site: v.optional(text),
      key: v.optional(text),
      published: v.optional(instant),
      title: v.optional(text),
      excerpt: v.optional(text),
      html: v.optional(text),
      data: v.optional(object),
      looks: v.optional(LOOKS),
    }),
    v.check(({ event, title, published, data }) =>
      event !== "added" || title === undefined ? true : published !== undefined && v.is(ARTICLE, data),
    ),
  ),
]);

export const isLine = (line: unknown): boolean => v.is(LINE, line);
