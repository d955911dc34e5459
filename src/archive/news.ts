import type { Article } from "../article.ts";
import { matchesQuery, readsTexts } from "../query/filter.ts";
import { plainText } from "../scrape/text.ts";
import { type ListedArticle, withCopies } from "./copy-groups.ts";
import type { EventName } from "./journal.ts";
import type { FeedRow } from "./rows.ts";
import type { Search } from "./search.ts";
import { copyWords, type Store } from "./store.ts";
import { versionsFrom } from "./versions.ts";

/** Whether an event of the journal is news for a webhook: whether its article matches a search only since then. */

/** Maximum number of versions of one article that are compared with the query. */
export const MAX_VERSIONS = 50;
/** Maximum number of journal rows before an event in which the words of an article are looked for. */
const MAX_ROWS = 2000;

export interface NewsSelection extends Search {
  /** Characters of HTML that were read so far. */
  htmlLength: number;
}

/** An event, with its article. */
interface NewsRow extends FeedRow {
  event_seq: number;
  event_at: string;
}

/**
 * Whether an article matches with the words that it had after an event, and neither it nor a copy did before, since these
 * sources list it: an article whose text alone has the words matches when it has its text.
 */
export function isNewWith(row: NewsRow, article: Article, selection: NewsSelection): boolean {
  const { store, sources, query } = selection;
  const last = row.event_seq;
  const group = withCopies(store, row, sources);
  const listed = group.filter(({ first }) => first <= last);
  const own = listed.find(({ n }) => n === row.n);
  // What an article said before these sources listed it, is told with the event that lists it.
  if (!own) return false;
  const earlier = listed.filter(({ first }) => first < last);
  // Without words, an article matches as long as these sources list it.
  if (query.terms.length === 0 && query.regexFilters === undefined) return earlier.length === 0;
  const outside = readsTexts(query) ? group.filter((one) => !listed.includes(one)) : [];
  const others = wordsOutside(row, own, outside, selection);
  const hasMatched = (one: ListedArticle, from: number, to: number, { words, html: borrowed }: Outside) =>
    wordsBetween(store, one, from, to).some(({ title, excerpt, html }) => {
      selection.htmlLength += html?.length ?? 0;
      return matchesQuery({ ...article, title, excerpt }, query, plainText(html ?? borrowed), words);
    });
  if (!hasMatched(own, last, last, others.now)) return false;
  // It may have been shown before a copy had the text that it borrows.
  const before = [others.before, ...(others.before.html ? [{ ...others.before, html: "" }] : [])];
  return !earlier.some((one) => before.some((said) => hasMatched(one, one.first, last - 1, said)));
}

interface Outside {
  /** Plain text: a search finds an article by these, too. */
  words: string;
  /** HTML: the text that an article shows while its own is not known. */
  html: string;
}

/** What copies that these sources do not list said at an event of an article, and at its event before. */
function wordsOutside(
  row: NewsRow,
  { n, added }: ListedArticle,
  outside: ListedArticle[],
  selection: NewsSelection,
): { now: Outside; before: Outside } {
  const nothing = { words: "", html: "" };
  if (outside.length === 0) return { now: nothing, before: nothing };
  const { store } = selection;
  const last = row.event_seq;
  const [events] = store.sql.rows<{ before: number | null; joined: number | null }>(
    `SELECT max(seq) FILTER (WHERE seq < ?2) AS before, min(seq) FILTER (WHERE event = 'joined') AS joined
     FROM journal WHERE seq BETWEEN ?1 AND ?2 AND n = ?3`,
    [Math.max(added, last - MAX_ROWS), last, n],
  );
  // A commit of the same instant can join them after the event.
  const joined = events?.joined ?? (row.event_at <= (row.joined_at ?? "") ? last + 1 : 0);
  const at = (seq: number) => {
    const said = seq < joined ? [] : outside.flatMap((one) => wordsBetween(store, one, seq, seq));
    selection.htmlLength += said.reduce((sum, { html }) => sum + (html?.length ?? 0), 0);
    const words = plainText(said.map((copy) => copyWords(copy, copy.html ?? "")).join(" "));
    return { words, html: said.find(({ html }) => html)?.html ?? "" };
  };
  return { now: at(last), before: at(events?.before ?? 0) };
}

interface Words {
  seq: number;
  event: EventName;
  title: string;
  excerpt: string;
  html: string | null;
}

/** The words that an article had between two events, both included, the newest first. */
function wordsBetween(store: Store, { n, version, added }: ListedArticle, from: number, to: number): Words[] {
  const rows = store.sql.rows<Words>(
    `${versionsFrom()} SELECT seq, event, title, excerpt, html FROM version JOIN journal USING (seq) WHERE seq <= ?2
     UNION ALL SELECT seq, event, title, excerpt, NULL FROM journal
       WHERE seq BETWEEN ?3 AND ?2 AND n = ?4 AND event = 'enriched' AND title IS NOT NULL
     ORDER BY seq DESC LIMIT +?5`,
    [version, to, Math.max(added, to - MAX_ROWS), n, MAX_VERSIONS],
  );
  // Titles and excerpts that an event adds to a version are beside its text.
  const oldest = rows.findIndex(({ seq, event }) => seq <= from && event !== "enriched");
  return oldest < 0 ? rows : rows.slice(0, oldest + 1);
}
