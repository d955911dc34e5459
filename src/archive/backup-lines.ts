import * as v from "valibot";
import { isDay } from "../time.ts";
import { EVENTS } from "./journal.ts";

/**
 * The archive as lines of JSON: a head, every event of the journal in full, and each source's state. A restore replays
 * the events in order, which gives the same archive with the same numbers.
 */
export const FORMAT = "kcna-feed-bridge/1";

const text = v.string();
const number = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const instant = v.pipe(text, v.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/), v.isoTimestamp());
const object = v.record(text, v.unknown());

/** The fields without which no feed can show an article. */
const ARTICLE = v.looseObject({
  id: text,
  language: text,
  // Feeds and pages link to it: an address that runs a script must not come in with a changed backup.
  url: v.pipe(text, v.url(), v.regex(/^https?:/i)),
  day: v.pipe(
    text,
    v.check((day) => isDay(day)),
  ),
});

const CHANGE = v.partial(ARTICLE);

const TITLED = v.pipe(text, v.parseJson(), v.object({ title: text }));
/** JSON with a title: what a listing or an article's page showed last. */
const titled = v.pipe(
  text,
  v.check((json) => v.is(TITLED, json)),
);

/** What looks at an article's own page have found: see the columns of schema.ts. */
const PAGE = v.object({
  page_due: v.optional(instant),
  page_failures: v.optional(number),
  page_error: v.optional(text),
  page_urgent: v.optional(v.literal(1)),
  page_seen: v.optional(instant),
  page_title: v.optional(titled),
  page_doubt: v.optional(titled),
  absent: v.optional(instant),
});

export const PAGE_COLUMNS = Object.keys(PAGE.entries) as (keyof typeof PAGE.entries)[];

const EVENT_LINE = v.object({
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
  /** Of `added`: what is kept of the article beside the journal, at the time of the backup; `page` with its first event. */
  looks: v.optional(v.object({ last_seen: v.optional(instant), shown: v.optional(titled), page: v.optional(PAGE) })),
});

const GAPS = v.array(v.object({ after: text, before: text, depth: v.optional(number) }));
const COVERAGE = v.looseObject({ newest: text, gaps: GAPS });
const date = v.pipe(
  text,
  v.check((at) => !Number.isNaN(Date.parse(at))),
);
const STATUS = v.looseObject({ lastAttempt: date, failures: number, nextDue: date });

/** What a status says of articles. It is counted again after the next change: what is no count can be left out. */
const STATS = v.looseObject({
  articles: number,
  gaps: GAPS,
  longestSilence: number,
  articlesPerDay: v.record(text, number),
});
export const isStats = (stats: unknown): boolean => v.is(STATS, stats);

const SOURCE_LINE = v.object({
  /** Id of a source. */
  state: text,
  /** Number of the archive's last event: the state is the one after it. */
  seq: number,
  coverage: v.optional(COVERAGE),
  status: v.optional(STATUS),
  /** Keys of the articles on the first page of its listing. */
  listed: v.optional(v.array(text)),
});

/** A valid line. The file may have been changed by anybody. */
const LINE = v.union([
  v.object({ format: text }),
  // The last line, with the number of the last event: a backup without it is incomplete.
  v.object({ end: number }),
  SOURCE_LINE,
  v.pipe(
    EVENT_LINE,
    v.check(({ event, title, published, data = {} }) =>
      event === "added" && title !== undefined ? published !== undefined && v.is(ARTICLE, data) : v.is(CHANGE, data),
    ),
  ),
]);

export type EventLine = v.InferOutput<typeof EVENT_LINE>;
export type SourceLine = v.InferOutput<typeof SOURCE_LINE>;
export type Line = v.InferOutput<typeof LINE>;

export const isLine = (line: unknown): boolean => v.is(LINE, line);
