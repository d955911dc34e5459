import type { Article } from "../article.ts";
import { memoize } from "../memoize.ts";
import { matchesMetadata, matchesQuery } from "../query/filter.ts";
import { type Query, readQuery } from "../query/query.ts";
import { plainText } from "../scrape/text.ts";
import { journalDigest } from "./backup.ts";
import { articlesOf, textOfCopies, wordsOfCopies } from "./copy-groups.ts";
import { readEdit } from "./edit-details.ts";
import type { EventName } from "./journal.ts";
import { isNewWith, MAX_VERSIONS, type NewsSelection } from "./news.ts";
import { FEED_COLUMNS, type FeedRow, sourcesOf } from "./rows.ts";
import type { FindQuery } from "./search.ts";
import type { Store } from "./store.ts";
import { versionsFrom } from "./versions.ts";

/**
 * Reads the journal, for services that keep a copy of the archive (`GET /sync`).
 *
 * Each event contains the whole article as it is now. So events may be applied twice or in another order. After the last
 * event, the copy is the same as the archive.
 */

/** A position in the journal. The digest of its row shows whether it belongs to this archive. */
export interface JournalCursor {
  /** Number of the last event that was read; 0 for the beginning. */
  seq: number;
  /** Empty at the beginning. */
  digest: string;
}

/** The last event of a journal: its number and its instant. */
export interface JournalHead {
  seq: number;
  at: string;
}

/** As plain data: it crosses from the Worker to the archive's object. */
interface EventQuery extends Pick<FindQuery, "sources" | "query" | "now"> {
  after: JournalCursor;
  /** Maximum number of events. */
  limit: number;
  /** For clients that get each article once: sets `isNew`, and leaves out `added` of an article that was new before. */
  newsOnly?: boolean;
}

interface ArticleEvent {
  seq: number;
  /** `out`: the article does not match the query, but an earlier version may have matched. */
  event: EventName | "out";
  at: string;
  article: Article;
  /** Sanitized HTML, if the query asks for full texts. */
  html?: string;
  /** With `newsOnly`: the article matches the query since this event, and no copy of it did before. */
  isNew?: boolean;
}

export type EventPage =
  | {
      events: ArticleEvent[];
      cursor: JournalCursor;
      more: boolean;
      /** The journal's last event. */
      head: JournalHead;
    }
  /** The cursor belongs to another archive, or to a later state of this one. */
  | { foreign: true };

interface EventRow extends FeedRow {
  /** The journal row of the article's current version. */
  seq: number;
  event_seq: number;
  event_at: string;
  event: EventName;
  event_source: string;
  /** Whether it is the first event of the article. */
  is_first: 0 | 1;
}

const BATCH_SIZE = 100;
/** Maximum number of journal rows that one request reads. The next request continues there. */
const MAX_ROWS = 2000;
/** Maximum number of characters of one page. */
const MAX_CHARACTERS = 1_500_000;
/** Characters of an event without its texts. */
const ENTRY_LENGTH = 1000;
/**
 * Maximum number of characters of texts that one request reads, and of steps of its regular expressions (regex-filters.ts):
 * about 20 ms each. An event that exceeds them is still finished.
 */
const MAX_TEXT_LENGTH = 1_000_000;
const MAX_STEPS = 1_000_000;

/** @throws RangeError if the query string is not valid */
export async function readEvents(store: Store, asked: EventQuery): Promise<EventPage> {
  const { sources, after, limit, newsOnly = false } = asked;
  const query = await readQuery(asked.query, asked.now);
  // From here on nothing is awaited: no event comes between the head and the last row.
  const head = store.head();
  if (after.seq > head.seq || journalDigest(store, after.seq) !== after.digest) return { foreign: true };
  const textOf = memoize((seq: number) => plainText(store.textAt(seq)));
  const selection: EventSelection = { store, sources, query, newsOnly, textOf, textLength: 0 };
  const stepsBefore = query.regexFilters?.steps ?? 0;
  const isExhausted = () =>
    selection.textLength >= MAX_TEXT_LENGTH || (query.regexFilters?.steps ?? 0) - stepsBefore >= MAX_STEPS;
  const events: ArticleEvent[] = [];
  let { seq } = after;
  let size = 0;
  const page = (more: boolean): EventPage => ({
    events,
    cursor: { seq, digest: journalDigest(store, seq) },
    more,
    head,
  });
  for (let read = 0; read < MAX_ROWS; read += BATCH_SIZE) {
    const rows = articleEvents(store, seq);
    const concerned = rows.filter((row) => concerns(row, selection));
    const articles = new Map(
      articlesOf(store, concerned, sources).map((article, i) => [concerned[i] as EventRow, article]),
    );
    for (const row of rows) {
      if (events.length === limit || size >= MAX_CHARACTERS || isExhausted()) return page(true);
      const article = articles.get(row);
      const event = article && eventOf(row, article, selection);
      if (event) events.push(event);
      size += event ? event.article.excerpt.length + (event.html?.length ?? 0) + ENTRY_LENGTH : 0;
      seq = row.event_seq;
    }
    if (rows.length === BATCH_SIZE) continue;
    // Events about sources may follow the last event about an article. The cursor skips them.
    seq = head.seq;
    return page(false);
  }
  return page(true);
}

const EVENT_COLUMNS = {
  ...FEED_COLUMNS,
  seq: "article.seq",
  event_seq: "journal.seq",
  event_at: "journal.at",
  event: "journal.event",
  event_source: "journal.source",
  is_first: "journal.event = 'added' AND journal.title IS NOT NULL",
};

const articleEvents = (store: Store, after: number): EventRow[] =>
  store.sql.select<EventRow>(
    EVENT_COLUMNS,
    "FROM journal JOIN article USING (n) WHERE journal.seq > ? ORDER BY journal.seq LIMIT +?",
    [after, BATCH_SIZE],
  );

interface EventSelection extends NewsSelection {
  newsOnly: boolean;
}

function concerns(row: EventRow, { sources }: EventSelection): boolean {
  if (!sourcesOf(row).some((id) => sources.includes(id))) return false;
  // That a source outside the selection lists the article too changes nothing for the client.
  return row.event !== "added" || sources.includes(row.event_source);
}

/** The event for the client; undefined if the article does not match the query and never did. */
function eventOf(row: EventRow, shown: Article, selection: EventSelection): ArticleEvent | undefined {
  const { store, query } = selection;
  // Services get every copy of an article. Each copy names the others.
  const { hiddenSince: _, ...article } = shown;
  // An article without a text has that of its copy, as in feeds.
  const html = needsText(query) ? store.textOf(row) || textOfCopies(store, article) : "";
  const ofCopies = article.copies && query.terms.length > 0 ? wordsOfCopies(store, article) : "";
  selection.textLength += html.length + ofCopies.length;
  const event = { seq: row.event_seq, at: row.event_at, article };
  const isMatch = matchesQuery(article, query, plainText(html), plainText(ofCopies));
  const matching = { ...event, event: row.event, ...(query.fullText && html && { html }) };
  // Such a client keeps no copy: nothing has to go.
  if (selection.newsOnly) return isMatch ? newsOf(matching, row, selection) : undefined;
  if (isMatch) return matching;
  return mayHaveMatched(row, article, selection) ? { ...event, event: "out" } : undefined;
}

/** A matching event for a client that gets each article once; undefined if it does not get this one. */
function newsOf(matching: ArticleEvent, row: EventRow, selection: EventSelection): ArticleEvent | undefined {
  const isNew = SAYS_WORDS.has(row.event) && isNewWith(row, matching.article, selection);
  if (isNew) return { ...matching, isNew, ...(!isWanted(row, selection) && { event: "added" }) };
  return row.event !== "added" && isWanted(row, selection) ? matching : undefined;
}

/** Whether `edits` selects an event, as in the feed of changes. */
function isWanted({ event, event_seq }: EventRow, { store, query: { edits } }: EventSelection): boolean {
  if (event !== "edited" || edits === "all") return true;
  return edits === "substantial" && readEdit(store, event_seq).edit.data.substantial === true;
}

/** Events after which an article can match a query that it did not match before. */
const SAYS_WORDS: ReadonlySet<EventName> = new Set(["added", "edited", "text", "enriched", "joined"]);

/** Regular expressions read the text only if the query asks for full texts. */
const needsText = ({ terms, fullText }: Query): boolean => fullText || terms.length > 0;

/** Whether a client may have an earlier, matching state of the article. If in doubt, yes: that costs only a line. */
function mayHaveMatched(row: EventRow, article: Article, selection: EventSelection): boolean {
  const { store, query } = selection;
  // The language and the date of an article never change.
  if (row.is_first || !matchesMetadata(article, query)) return false;
  // The texts of its copies also change.
  if (article.copies) return true;
  // An excerpt that became longer is no version, so only the current one is known.
  if (query.regexFilters || query.terms.length === 0 || query.terms.some(({ negated }) => negated)) return true;
  const versions = store.sql.rows<{ seq: number; title: string; excerpt: string }>(
    `${versionsFrom()} SELECT seq, title, excerpt FROM version JOIN journal USING (seq) LIMIT +?2`,
    [row.seq, MAX_VERSIONS],
  );
  const matches = ({ seq, title, excerpt }: (typeof versions)[number]): boolean => {
    const text = selection.textOf(seq);
    selection.textLength += text.length;
    return matchesQuery({ ...article, title, excerpt }, query, text);
  };
  return versions.length === MAX_VERSIONS || versions.some(matches);
}
