import type { Article } from "../article.ts";
import type { Columns, Sql, Value } from "../platform/sql.ts";
import { instant, latestOf } from "../time.ts";

/**
 * Articles as rows. The primary key `n` is `seconds * 64 + site`: the published date, which never changes and which no
 * two articles of a site share, and the number of the site. So tables with this key are in date order without an index.
 */
const MAX_SITES = 63;
const SLOT = MAX_SITES + 1;

/** The first and the last number, of rows or of events, that a query reads. */
export interface Bounds {
  first: number;
  last: number;
}

/** Numbers of rows, both ends included. */
export type Ranges = readonly (readonly [first: number, last: number])[];

export interface ArticleRow {
  n: number;
  key: string;
  site: number;
  id: string;
  /**
   * Ids of the sources that list it, separated by spaces, in the order in which they did; those after the first with
   * the instant since when: `newstream kcna-en@2026-01-30T01:40:40Z`.
   */
  sources: string;
  language: string;
  title: string;
  excerpt: string;
  url: string;
  original: string | null;
  image: string | null;
  day: string;
  day_ahead: number;
  day_only: number;
  updated: string;
  first_seen: string;
  enriched_at: string | null;
  earlier_titles: string | null;
  edits: string | null;
  body: number | null;
  /** The journal row of its current version. */
  seq: number;
  versions: number;
  /** When the article's own page is read again; null if never. */
  page_due: string | null;
  page_failures: number;
  /** Numbers of the events that listed it, by source. */
  listed: string;
  /** The medium that publishes it, whichever website shows it: `kcna`. */
  outlet: string | null;
  /** Address of the outlet's own article, see `addressOf`. */
  copy_of: string | null;
  /** Rows of its copies on other websites. */
  copies: string | null;
  joined_at: string | null;
  page_error: string | null;
  page_urgent: number;
  page_seen: string | null;
  page_title: string | null;
  page_doubt: string | null;
  absent: string | null;
  gone: string | null;
}

/** What feeds and pages show of an article. */
// biome-ignore format: a table
const OF_FEEDS = [
  "n", "key", "site", "id", "sources", "language", "title", "excerpt", "url", "original", "image", "day", "day_only",
  "updated", "first_seen", "enriched_at", "earlier_titles", "body", "gone", "listed", "copies", "joined_at",
] as const;
// biome-ignore format: a table
const OTHERS = [
  "day_ahead", "edits", "seq", "versions", "outlet", "copy_of", "page_due", "page_failures", "page_error",
  "page_urgent", "page_seen", "page_title", "page_doubt", "absent",
] as const;
export type FeedRow = Pick<ArticleRow, (typeof OF_FEEDS)[number]>;

/** Columns of articles, for `Sql.select`. */
export const columnsOf = <Name extends keyof ArticleRow>(names: readonly Name[]): Columns<Pick<ArticleRow, Name>> =>
  Object.fromEntries(names.map((name) => [name, `article.${name}`])) as Columns<Pick<ArticleRow, Name>>;
export const FEED_COLUMNS = columnsOf(OF_FEEDS);
const COLUMNS: Columns<ArticleRow> = { ...FEED_COLUMNS, ...columnsOf(OTHERS) };

/** Reads articles: the whole rows that `FROM …` gives. */
export const articleRows = (sql: Sql, from: string, values?: readonly Value[]): ArticleRow[] =>
  sql.select<ArticleRow>(COLUMNS, from, values);

/** Reads articles to show them. */
export const feedRows = (sql: Sql, from: string, values?: readonly Value[]): FeedRow[] =>
  sql.select<FeedRow>(FEED_COLUMNS, from, values);

/** SQL: the articles with the numbers `?` (a JSON array), in this order. */
export const BY_NUMBERS =
  "FROM json_each(?) AS wanted CROSS JOIN article ON article.n = wanted.value ORDER BY wanted.key";

const oneOf = (value: string, list: string) => `${value} IN (SELECT value FROM json_each(${list}))`;

/** SQL: whether one of the sources `?2` (a JSON array of ids) lists the article. It takes as long for a thousand sources as for one. */
export const IS_LISTED = `(${oneOf("article.sources", "?2")} OR instr(article.sources, ' ') AND EXISTS (
  SELECT 1 FROM json_each('[' || replace(json_quote(article.sources), ' ', '","') || ']') AS own
  WHERE ${oneOf("substr(own.value, 1, instr(own.value || '@', '@') - 1)", "?2")}))`;

/** The articles of the numbers `?1` that the sources `?2` list, in one of the languages `?3`; `[]` is all languages. */
export const FROM_SELECTED = `FROM json_each(?1) AS wanted CROSS JOIN article ON article.n = wanted.value
  WHERE ${IS_LISTED} AND (?3 = '[]' OR ${oneOf("lower(article.language)", "?3")}
    OR instr(article.language, '-') AND EXISTS (
      SELECT 1 FROM json_each(?3) AS range WHERE lower(article.language) LIKE range.value || '-%'))`;

/** The articles with these `n`, in this order, to show them. */
export const feedRowsByNumbers = (sql: Sql, numbers: readonly number[]): FeedRow[] =>
  numbers.length === 0 ? [] : feedRows(sql, BY_NUMBERS, [JSON.stringify(numbers)]);

/** The smallest `n` of an instant (text or milliseconds): that of its second, without a site. */
export const firstOf = (at: string | number): number =>
  Math.floor((typeof at === "string" ? Date.parse(at) : at) / 1000) * SLOT;

/** The largest `n` of an instant: that of its second, with the last site. */
export const lastOf = (at: string | number): number => firstOf(at) + MAX_SITES;

/** The smallest `n` of a row's second. */
export const startOfSecond = (n: number): number => Math.floor(n / SLOT) * SLOT;

/** The `n` of an article, by its date and the number of its site. */
export const rowNumber = (published: string, site: number): number => firstOf(published) + site;

/** The published date of a row. */
export const publishedOf = (n: number): string => instant(Math.floor(n / SLOT) * 1000);

/**
 * The names and numbers of the sites. A site gets the next number with its first article, and not when somebody asks for
 * one: so a restore gives the same numbers.
 */
export class SiteNumbers {
  readonly #sql: Sql;
  readonly #numbers = new Map<string, number>();
  readonly #names = new Map<number, string>();
  #isLoaded = false;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** 0 if no article of the site is stored: no row has this number. */
  numberOf(name: string): number {
    this.#load();
    return this.#numbers.get(name) ?? 0;
  }

  /**
   * The number for a row of the site.
   *
   * @throws RangeError if the archive has no number left
   */
  takeNumber(name: string): number {
    const known = this.numberOf(name);
    if (known > 0) return known;
    const number = Math.max(0, ...this.#names.keys()) + 1;
    if (number > MAX_SITES) throw new RangeError(`an archive holds at most ${MAX_SITES} websites`);
    this.#sql.run("INSERT INTO site (no, name) VALUES (?, ?)", [number, name]);
    this.#add(number, name);
    return number;
  }

  nameOf(number: number): string {
    this.#load();
    return this.#names.get(number) ?? "";
  }

  /** Once, because nobody else writes. */
  #load(): void {
    if (this.#isLoaded) return;
    for (const { no, name } of this.#sql.rows<{ no: number; name: string }>("SELECT no, name FROM site"))
      this.#add(no, name);
    this.#isLoaded = true;
  }

  #add(number: number, name: string): void {
    this.#numbers.set(name, number);
    this.#names.set(number, name);
  }
}

/** The ids of the sources that list an article. */
export const sourcesOf = ({ sources }: Pick<ArticleRow, "sources">): string[] =>
  sources.includes(" ") ? sources.split(" ").map((listed) => listed.split("@", 1)[0] as string) : [sources];

/** Number of the event with which the first of these sources listed an article; of all sources, where none are named. */
export function firstListed({ sources, listed }: Pick<ArticleRow, "sources" | "listed">, wanted?: readonly string[]) {
  const numbers = JSON.parse(listed) as Record<string, number>;
  const ids = sourcesOf({ sources }).filter((id) => wanted?.includes(id) ?? true);
  return Math.min(...ids.map((id) => numbers[id] ?? 0));
}

/** Since when the first of these sources lists it; empty if the article was first seen there. */
function listedSince({ sources }: FeedRow, wanted: readonly string[]): string {
  if (!sources.includes("@")) return "";
  const since = sources.split(" ").flatMap((listed) => {
    const [id = "", at = ""] = listed.split("@");
    return wanted.includes(id) ? [at] : [];
  });
  return since.sort()[0] ?? "";
}

/**
 * @param sources the sources of the feed; the first that lists the article gives it its source id
 * @param site name of its website
 */
export function articleOf(row: FeedRow, sources: readonly string[], site: string): Article {
  const listed = sourcesOf(row);
  const article: Article = {
    site,
    key: row.key,
    id: row.id,
    source: (listed.length > 1 && sources.find((id) => listed.includes(id))) || (listed[0] ?? ""),
    language: row.language,
    title: row.title,
    excerpt: row.excerpt,
    url: row.url,
    day: row.day,
    published: publishedOf(row.n),
    updated: row.updated,
    firstSeen: row.first_seen,
  };
  // An article that comes to a feed later changes the feed, but not the article.
  const enrichedAt = latestOf([row.enriched_at ?? "", listedSince(row, sources)]);
  if (row.original !== null) article.original = row.original;
  if (row.image !== null) article.image = row.image;
  if (row.day_only) article.dayOnly = true;
  if (enrichedAt) article.enrichedAt = enrichedAt;
  if (row.earlier_titles !== null) article.earlierTitles = JSON.parse(row.earlier_titles) as string[];
  if (row.body !== null) article.body = row.body;
  if (row.gone !== null) article.gone = row.gone;
  return article;
}
