import { type Article, changedAt } from "../article.ts";
import { expiredAt, matchesMetadata, matchesQuery, type ResultPage, readsTexts } from "../query/filter.ts";
import type { Query } from "../query/query.ts";
import { plainText } from "../scrape/text.ts";
import { latestOf } from "../time.ts";
import type { Change } from "./change.ts";
import { readEdit } from "./edit-details.ts";
import { differs } from "./merge.ts";
import { comparedBytes, limitSize, MAX_COMPARED_BYTES } from "./result-size.ts";
import { articleOf, type Bounds, FEED_COLUMNS, type FeedRow, sourcesOf } from "./rows.ts";
import type { Search } from "./search.ts";
import type { Store } from "./store.ts";
import { versionsFrom } from "./versions.ts";

/** `articles` has one in the place of each change; `changes` has what changed, by the key of that article. */
export interface ChangePage extends ResultPage {
  changes: Record<string, Change>;
}

/** A change without texts. */
interface ChangeRow extends FeedRow {
  seq: number;
  change: number;
  at: string;
  event: Change["kind"];
  data: string | null;
}

const CHANGE_COLUMNS = {
  ...FEED_COLUMNS,
  seq: "article.seq",
  change: "journal.seq",
  at: "journal.at",
  event: "journal.event",
  data: "journal.data",
  // A deletion has none of its own.
  title: "coalesce(journal.title, earlier.title)",
  excerpt: "coalesce(journal.excerpt, earlier.excerpt)",
};

/** Changes that are read together. */
const BATCH_SIZE = 200;
/** Changes that one query looks at; the next link goes on. */
const MAX_CHANGES = 500;
/** Characters of texts that one query reads, to search them and to tell which edits are substantial. */
const MAX_TEXT_LENGTH = 1_000_000;

/** Whether `edits` selects a change: 0 if not, NULL if only the texts tell. */
const SELECTED = { all: "1", substantial: "substantial", none: "event <> 'edited'" };

/** A query of changes, and what it has found so far. */
interface ChangeSearch extends Search {
  bounds: Bounds;
  articles: Article[];
  changes: Map<string, Change>;
  /** Characters of texts that were read. */
  length: number;
  /** The edits of titles of the articles with earlier ones, by article: an article can have a thousand on one page. */
  titleEdits: Map<number, number[]>;
}

/** The changes seen in the sources, by when they were seen. They are filtered, ordered and paged like articles. */
export function findChanges({ store, sources, query }: Search): ChangePage {
  const found = { articles: [], changes: new Map(), length: 0, titleEdits: new Map() };
  const search: ChangeSearch = { store, sources, query, bounds: journalBounds(store, query), ...found };
  const { articles, changes } = search;
  let [looked, compared] = [0, 0];
  let last = 0;
  for (const { seq, row } of changeRows(search, search.bounds, query, query.sort === "newest")) {
    if (looked >= MAX_CHANGES || search.length > MAX_TEXT_LENGTH) {
      const [published = ""] = store.sql.column<string>("SELECT at FROM journal WHERE seq = ?", [last]);
      return done(search, { next: { published, key: changeKey(last) } as Article });
    }
    looked++;
    last = seq;
    const matching = row && matchingChange(search, row);
    if (!matching) continue;
    const { change, article } = matching;
    if (articles.length === query.limit) return done(search, { next: articles.at(-1) as Article, hidden: article });
    const earlierTitles = earlierTitlesAt(search, row, change.article);
    articles.push({ ...article, earlierTitles });
    changes.set(article.key, { ...change, article: { ...change.article, earlierTitles } });
    compared += comparedBytes(change);
    // The page is cut there: what follows need not be read.
    if (compared > MAX_COMPARED_BYTES) return done(search, { next: article });
  }
  return done(search, {});
}

/** The numbers of the journal between which a query looks. */
function journalBounds(store: Store, { since, until, cursor, sort }: Query): Bounds {
  const bounds = {
    first: since ? firstSince(store, since) : 1,
    last: until ? lastUntil(store, until) : store.head().seq,
  };
  if (!cursor) return bounds;
  const own = /^c(\d{1,15})$/.exec(cursor.key)?.[1];
  // A cursor of another feed: only its date counts.
  const seq = own === undefined ? lastUntil(store, cursor.published) : Number(own);
  if (sort === "oldest") return { ...bounds, first: Math.max(bounds.first, seq + 1) };
  return { ...bounds, last: Math.min(bounds.last, own === undefined ? seq : seq - 1) };
}

/** Number of the first event at an instant or later. The journal is in order of time. */
const firstSince = (store: Store, at: string): number => lastWhere(store, (text) => text < at) + 1;
/** Number of the last event at an instant or earlier. */
const lastUntil = (store: Store, at: string): number => lastWhere(store, (text) => text <= at);

function lastWhere(store: Store, isBefore: (at: string) => boolean): number {
  let [low, high] = [0, store.head().seq];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    const [at] = store.sql.column<string>("SELECT at FROM journal WHERE seq = ?", [middle]);
    if (at !== undefined && isBefore(at)) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The changes of the journal in order, those that the sources and `edits` select with their rows. */
function* changeRows(
  { store, sources }: ChangeSearch,
  { first, last }: Bounds,
  { edits, limit }: Pick<Query, "edits" | "limit">,
  descending: boolean,
): Iterable<{ seq: number; row?: ChangeRow | undefined }> {
  const wanted = new Set(sources);
  let [from, to] = [first, last];
  // First as many as fill a page: often no more are needed.
  for (let most = Math.min(limit + 1, BATCH_SIZE); ; most = BATCH_SIZE) {
    const [json = "[]"] = store.sql.column<string>(
      `SELECT json_group_array(json_array(seq, sources, selected)) FROM (
         SELECT journal.seq, sources, ${SELECTED[edits]} AS selected
         FROM journal JOIN article USING (n) LEFT JOIN edit ON edit.seq = journal.seq
         WHERE event IN ('edited', 'gone', 'back') AND journal.seq BETWEEN ? AND ?
         ORDER BY journal.seq ${descending ? "DESC" : ""} LIMIT +?)`,
      [from, to, most],
    );
    const looked = JSON.parse(json) as [seq: number, sources: string, selected: number | null][];
    const selected = looked.filter(
      ([, sources, isSelected]) => isSelected !== 0 && sourcesOf({ sources }).some((source) => wanted.has(source)),
    );
    const rows = store.sql.select<ChangeRow>(
      CHANGE_COLUMNS,
      `FROM json_each(?) AS wanted CROSS JOIN journal ON journal.seq = wanted.value JOIN article USING (n)
       JOIN journal AS earlier ON earlier.seq = journal.previous`,
      [JSON.stringify(selected.map(([seq]) => seq))],
    );
    const bySeq = new Map(rows.map((row) => [row.change, row]));
    for (const [seq] of looked) yield { seq, row: bySeq.get(seq) };
    const [end] = looked.at(-1) ?? [];
    if (end === undefined || looked.length < most) return;
    if (descending) to = end - 1;
    else from = end + 1;
  }
}

/** The change, if the query selects it: by the words that the article had with it. Texts are read only if they are needed. */
function matchingChange(search: ChangeSearch, row: ChangeRow): { change: Change; article: Article } | undefined {
  const { store, query } = search;
  const bare = changeOf(search, row);
  const article = asArticle(bare, row);
  if (!matchesQuery(article, query, textAt(search, row, article))) return undefined;
  if (bare.kind !== "edited") return { change: bare, article };
  const { edit, length } = readEdit(store, row.change);
  search.length += length;
  if (query.edits === "substantial" && !edit.data.substantial) return undefined;
  return { change: { ...bare, edit }, article };
}

/** The plain text that an article had with a change, if the query looks into texts; else empty. */
function textAt(search: ChangeSearch, { change }: ChangeRow, article: Article): string {
  if (!readsTexts(search.query) || !matchesMetadata(article, search.query)) return "";
  // The row of a deletion or return holds no version: that is in the one before.
  const [html] = search.store.sql.column<string | null>(
    "SELECT html FROM journal WHERE seq = (SELECT iif(title IS NULL, previous, seq) FROM journal WHERE seq = ?)",
    [change],
  );
  search.length += html?.length ?? 0;
  return plainText(html ?? "");
}

/** The page, cut to a size that can be sent. */
function done(search: ChangeSearch, { next, hidden }: { next?: Article; hidden?: Article }): ChangePage {
  const { articles, changes } = search;
  const lastHiddenChange = latestOf([hidden ? changedAt(hidden) : "", expiredChangeAt(search)]);
  const cut = next && !hidden ? { budgetExhausted: true as const } : {};
  const picked = limitSize({ articles, lastHiddenChange, ...(next && { next }), ...cut }, false, changes);
  const shown = new Set(picked.articles.map(({ key }) => key));
  return { ...picked, changes: Object.fromEntries([...changes].filter(([key]) => shown.has(key))) };
}

/** When the last change became too old for an age that the query asks for. */
function expiredChangeAt(search: ChangeSearch): string {
  const { store, query } = search;
  const { since, sinceAge } = query;
  if (since === undefined || sinceAge === undefined) return "";
  let looked = 0;
  const bounds = { first: 1, last: firstSince(store, since) - 1 };
  for (const { row } of changeRows(search, bounds, { ...query, limit: BATCH_SIZE }, true)) {
    if (++looked > BATCH_SIZE) break;
    const at = row && expiredAt([asArticle(changeOf(search, row), row)], query);
    if (at) return at;
  }
  return "";
}

/** A change without the texts of an edit. */
function changeOf({ store, sources }: ChangeSearch, row: ChangeRow): Change {
  const { at, event: kind } = row;
  const article = articleOf(row, sources, store.sites.nameOf(row.site));
  const data = row.data === null ? {} : (JSON.parse(row.data) as { absent?: string; gone?: string });
  const since = kind === "edited" ? undefined : kind === "gone" ? data.absent : data.gone;
  return { kind, article, at, ...(since && { since }) };
}

/** Padded, so that keys of one second are in the journal's order. */
const changeKey = (seq: number) => `c${String(seq).padStart(12, "0")}`;

/** The titles that an article had before an edit and with it, without those that later edits have replaced. */
function earlierTitlesAt(
  { store, titleEdits, bounds: { first } }: ChangeSearch,
  { n, seq, change }: ChangeRow,
  { earlierTitles = [] }: Article,
): string[] {
  if (earlierTitles.length === 0 || seq <= change) return earlierTitles;
  let edits = titleEdits.get(n);
  if (!edits) {
    const versions = store.sql.rows<{ seq: number; title: string; before: string }>(
      `${versionsFrom()} SELECT version.seq, journal.title, earlier.title AS before
       FROM version JOIN journal USING (seq) JOIN journal AS earlier ON earlier.seq = journal.previous
       WHERE version.seq >= ?2`,
      [seq, first],
    );
    edits = versions.filter(({ title, before }) => differs("title", before, title)).map((version) => version.seq);
    titleEdits.set(n, edits);
  }
  const replaced = edits.filter((edit) => edit > change).length;
  return earlierTitles.slice(0, Math.max(0, earlierTitles.length - replaced));
}

/** A change in the place of an article. */
const asArticle = ({ article, at }: Change, { change }: ChangeRow): Article => ({
  ...article,
  // Of what came after the change, its entry shows only the article's other fields.
  enrichedAt: changedAt(article),
  key: changeKey(change),
  id: `${article.id}/revision/${change}`,
  published: at,
  updated: at,
});
