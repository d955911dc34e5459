import type { Article } from "../article.ts";
import { matchesQuery, readsTexts } from "../query/filter.ts";
import { type ListedArticle, withCopies } from "./copy-groups.ts";
import type { EventName } from "./journal.ts";
import type { FeedRow } from "./rows.ts";
import type { Search } from "./search.ts";
import type { Store } from "./store.ts";
import { versionsFrom } from "./versions.ts";

/** Whether an event of the journal is news for a webhook: whether its article matches a search only since then. */

/** Maximum number of versions of one article that are compared with the query. */
export const MAX_VERSIONS = 50;
/** Maximum number of journal rows before an event in which the words of an article are looked for. */
const MAX_ROWS = 2000;

export interface NewsSelection extends Search {
  /** Characters of texts that were compared so far. */
  textLength: number;
  /** The plain text of the version that an event made, read once. */
  textOf(seq: number): string;
}

/** An event, with its article. */
interface NewsRow extends FeedRow {
  event_seq: number;
  event_at: string;
}

/**
 * Whether an article matches with the words that it had after an event, and neither it nor a copy did at an earlier event
 * that these sources show: an article whose text alone has the words matches when it has its text.
 */
export function isNewWith(row: NewsRow, article: Article, selection: NewsSelection): boolean {
  const { store, sources, query } = selection;
  const last = row.event_seq;
  const group = withCopies(store, row, sources);
  const listed = group.filter(({ first }) => first <= last);
  // The event with which these sources list an article is the one for all that it said before.
  if (!listed.some(({ n }) => n === row.n)) return false;
  // Without words, an article matches as long as these sources list it.
  if (query.terms.length === 0 && query.regexFilters === undefined) return !listed.some(({ first }) => first < last);
  const isTextRead = readsTexts(query);
  const members = membersOf(store, isTextRead ? group : listed, row);
  const matchesAt = (member: Member, seq: number): boolean => {
    const said = saidAt(member, seq);
    // Regular expressions match what a feed shows: of copies, the one that these sources listed first.
    const isHidden = seq >= member.hidden && members.some(({ first }) => first < member.first);
    if (!said || (isHidden && query.regexFilters !== undefined)) return false;
    // A search finds an article by the words of its copies, too; and it shows the text of one while its own is not known.
    const copies = seq < member.joined ? [] : members.filter((other) => other !== member);
    const others = copies.flatMap((copy) => saidAt(copy, seq) ?? []);
    const textIn = ({ text }: Words) => (text === undefined || !isTextRead ? "" : selection.textOf(text));
    const text = textIn([said, ...others].find((one) => one.text !== undefined) ?? said);
    const words = others.map((other) => `${other.title} ${other.excerpt} ${textIn(other)}`).join(" ");
    selection.textLength += text.length + words.length;
    const { title, excerpt } = said;
    return matchesQuery({ ...article, title, excerpt }, query, text, words);
  };
  if (!members.some((member) => member.n === row.n && matchesAt(member, last))) return false;
  return !members.some((member) => member.shown.some((seq) => seq < last && matchesAt(member, seq)));
}

interface Words extends Pick<Article, "title" | "excerpt"> {
  /** Number of the event that brought its text. */
  text?: number;
}

/** An event that changed what an article says. */
interface Version extends Pick<Article, "title" | "excerpt"> {
  seq: number;
  event: EventName;
  hasText: 0 | 1;
}

/** An article, or a copy of it, with its history until an event. */
interface Member extends ListedArticle {
  /** What it said after each event that changed that, the newest first. */
  versions: Version[];
  /** Numbers of the events with which these sources showed it. */
  shown: number[];
  /** Number of the event that joined it with its copies. */
  joined: number;
  /** Number of the first event of the commit that did. */
  hidden: number;
}

function membersOf({ sql }: Store, group: readonly ListedArticle[], { event_seq: last, event_at }: NewsRow): Member[] {
  const from = Math.max(Math.min(...group.map(({ added }) => added)), last - MAX_ROWS);
  const events = sql.rows<{ n: number; at: string; title: string | null; excerpt: string } & Omit<Version, "title">>(
    `SELECT n, seq, event, at, title, excerpt, 0 AS hasText FROM journal
     WHERE seq BETWEEN ? AND ? AND n IN (SELECT value FROM json_each(?)) ORDER BY seq`,
    [from, last, JSON.stringify(group.map(({ n }) => n))],
  );
  return group.map((one) => {
    const own = events.filter(({ n }) => n === one.n);
    const whole = sql.rows<Version>(
      `${versionsFrom()} SELECT seq, event, title, excerpt, html IS NOT NULL AS hasText FROM version JOIN journal USING (seq)
       WHERE seq <= ?2 ORDER BY seq DESC LIMIT +?3`,
      [one.version, last, MAX_VERSIONS],
    );
    const longer = own.filter((row): row is typeof row & Version => row.event === "enriched" && row.title !== null);
    const versions = [...whole, ...longer].sort((a, b) => b.seq - a.seq);
    const shown = [one.first, from, ...versions.map(({ seq }) => seq), ...own.map(({ seq }) => seq)];
    const join = own.find(({ event }) => event === "joined");
    // A commit of the same instant can join them after the event.
    const joined = join?.seq ?? (event_at <= one.joinedAt ? last + 1 : 0);
    const joinedAt = join?.at ?? one.joinedAt;
    return {
      ...one,
      versions,
      shown: [...new Set(shown)].filter((seq) => seq >= one.first),
      joined,
      hidden: own.find(({ at }) => at === joinedAt)?.seq ?? joined,
    };
  });
}

/** What an article said after an event; undefined if it is newer, or that is not known any more. */
function saidAt({ versions }: Member, at: number): Words | undefined {
  const before = versions.filter(({ seq }) => seq <= at);
  const [newest] = before;
  // Titles and excerpts that an event adds to a version are beside its text.
  const version = before.find(({ event }) => event !== "enriched");
  const text = version?.hasText ? { text: version.seq } : {};
  return newest && { title: newest.title, excerpt: newest.excerpt, ...text };
}
