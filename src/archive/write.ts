import type { Article, ScrapedArticle } from "../article.ts";
import { minHashOf } from "../scrape/min-hash.ts";
import { isMisread } from "../scrape/mojibake.ts";
import type { Failure } from "../scrape/page.ts";
import { cutAtWord, plainText } from "../scrape/text.ts";
import { dayEnd, dayOf, dayStart, instant, latestOf } from "../time.ts";
import { addArticles } from "./add-articles.ts";
import { wantPage } from "./article-looks.ts";
import { addressOf, joinCopies, mayHaveCopies, touchCopies } from "./copies.ts";
import type { Coverage } from "./coverage.ts";
import { garbledArticlePage, garbledListing, withoutGarbled } from "./garbled.ts";
import { doubtOf, readPageTitle } from "./headline.ts";
import { coverageOf, coverListing, gapAround } from "./listing-coverage.ts";
import { listedKeys, noteListed } from "./listing-presence.ts";
import { leaveBehind, withCurrentTitles } from "./listing-titles.ts";
import { type ArchivedArticle, isEditedTooOften, merge, nextUpdated } from "./merge.ts";
import { muted, type Noise, withoutNoise } from "./noise.ts";
import { findReprint } from "./reprints.ts";
import { type ArticleRow, firstOf, lastOf, publishedOf, rowNumber, sourcesOf } from "./rows.ts";
import type { SourceColumns, Store } from "./store.ts";

/** Merges pages into the archive. The caller holds the transaction. */

/** A part of a source's listing. */
export interface ListingCommit {
  source: string;
  /** Name of the website. */
  site: string;
  /** IANA name of the zone whose days the website prints. */
  timeZone: string;
  /** The medium whose articles the source lists, if they are all of one. */
  outlet?: string;
  /** In the listing's order, newest first. */
  articles: readonly ScrapedArticle[];
  /** Whether they follow each other in the listing without a break, so that no article is missing between them. */
  unbroken: boolean;
  /** Whether it is a look at the listing's first page: if most articles change at every look, that is noise. */
  isLook?: boolean;
  /** How many articles stand above the first one in the listing, if that is known. */
  from?: number;
}

/** An article's own page. */
export interface PageCommit {
  source: string;
  site: string;
  timeZone: string;
  /** The article as the page shows it; it is added if no listing has shown it yet. */
  article: ScrapedArticle;
  /** Sanitized HTML. */
  body?: string;
  original?: string;
  image?: string;
  /** The medium that publishes the article, if the page says so. */
  outlet?: string;
  /** The outlet's own article that `original` is the address of. */
  copyOf?: { site: string; key: string };
}

interface Counts {
  added: number;
  edited: number;
  /** 1 if an article's page added something that is no edit. */
  enriched?: number;
  /** What the caller keeps of the source: all in one row that is written. */
  columns?: SourceColumns;
  /** The noise of the listing now; undefined if there is none. */
  noise?: Noise;
}

/** A page that cannot be right. The transaction is rolled back. */
export class RefusedPage extends Error {
  override name = "RefusedPage";
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.detail);
    this.failure = failure;
  }
}

/** Characters of the excerpt that is cut from the text if the listing prints none. */
const EXCERPT = 125;

/** The instant of a commit's events: never before the journal's newest event. */
export function eventTime(store: Store, now: number): string {
  return latestOf([store.head().at, instant(now)]);
}

/**
 * Merges a part of a listing. Merging it again changes nothing.
 *
 * @param noise the noise at the last look
 * @throws RefusedPage if the page was read in a wrong charset
 */
export function commitListing(store: Store, listing: ListingCommit, noise: Noise | undefined, now: number): Counts {
  const { source, site, timeZone } = listing;
  const at = eventTime(store, now);
  const known = store.byKeys(site, [...new Set(listing.articles.map(({ key }) => key))]);
  const rows = new Map(known.map((row) => [row.key, row]));
  const before = known.map((row) => store.articleOf(row));
  const believed = credible(store, listing, rows, before, noise, now);
  const credibleListing = { ...listing, articles: believed.articles };
  const coverage = coverageOf(store, source);
  const window = listing.from ? gapAround(coverage, credibleListing) : undefined;
  const { taken, listed } = neighbours(store, credibleListing, rows, now);
  const around = { taken, ...(window && { window }) };
  const origin = { source, site, timeZone };
  const { changed, added, undated } = merge([...before, ...listed], believed.articles, origin, now, around);
  for (const key of undated) console.error(JSON.stringify({ event: "undated", source, key }));

  // The oldest first, so that the journal's order is the order of the dates.
  const { outlet } = listing;
  const fresh = free(store, changed.slice(0, added).reverse());
  const withOutlet = fresh.map((article) => ({ ...article, ...(outlet && { outlet }) }));
  for (const row of addArticles(store, withOutlet, at)) rows.set(row.key, row);
  let edited = 0;
  for (const article of changed.slice(added)) {
    if (commitChange(store, rows.get(article.key) as ArticleRow, article, source, now)) edited++;
  }
  const newlyListed = known.toReversed().filter((row) => !sourcesOf(row).includes(source));
  for (const row of newlyListed) store.listUnder(row, source, at, listing.outlet);
  const changedKeys = new Set([...changed, ...newlyListed].map(({ key }) => key));
  const changedRows = [...rows.values()].filter(({ key }) => changedKeys.has(key)).map(({ n }) => n);
  for (const n of mayHaveCopies(store, changedRows)) joinCopies(store, n, source, at);
  const columns = columnsOf(store, credibleListing, rows, coverage, now);
  return { added: added + newlyListed.length, edited, columns, ...(believed.noise && { noise: believed.noise }) };
}

/** What a listing says of completeness, and which articles its first page shows. */
function columnsOf(
  store: Store,
  listing: ListingCommit,
  rows: ReadonlyMap<string, ArticleRow>,
  before: Coverage | undefined,
  now: number,
): SourceColumns {
  const at = eventTime(store, now);
  const coverage = listing.unbroken ? coverListing(store, listing, rows, before, at) : undefined;
  const listed = listing.isLook ? noteListed(store, listing, rows, now) : undefined;
  return { ...(coverage && { coverage }), ...(listed && { listed }) };
}

/** The listing's articles, with the kept words where a wrong charset, an old copy or noise shows others. */
function credible(
  store: Store,
  listing: ListingCommit,
  rows: ReadonlyMap<string, ArticleRow>,
  before: readonly ArchivedArticle[],
  noise: Noise | undefined,
  now: number,
) {
  const garbled = garbledListing(listing.articles, before);
  if (garbled) throw new RefusedPage(garbled.failure);
  const current = withCurrentTitles(store, listing.source, rows, withoutGarbled(listing.articles, before));
  if (!listing.isLook) {
    // A list below an article may be an old copy: of articles on the first page, that page has the last word.
    const listed = new Set(listedKeys(store, listing.source));
    const others = current.map((article) => {
      const row = listed.has(article.key) ? rows.get(article.key) : undefined;
      return row ? { ...article, title: row.title, excerpt: row.excerpt } : article;
    });
    return { articles: muted(others, before, noise), noise };
  }
  const quiet = withoutNoise(current, before, noise, now);
  if (quiet.noise?.since && !noise?.since) console.log(JSON.stringify({ event: "noisy", source: listing.source }));
  return quiet;
}

/**
 * Keeps a kept article with the changes that a listing shows.
 *
 * @returns whether it was edited
 */
function commitChange(store: Store, row: ArticleRow, article: ArchivedArticle, source: string, now: number): boolean {
  const at = eventTime(store, now);
  const isEdit = article.updated !== row.updated;
  // A page that was read before the current version says nothing new about it.
  if (isEdit && instant(now) < versionTime(store, row)) return false;
  const after = isEdit ? { ...article, updated: nextUpdated(row.updated, Date.parse(at)) } : article;
  store.change(row, after, store.textOf(row), isEdit ? "edited" : "enriched", source, at);
  const { title, excerpt, url } = article;
  if (title !== row.title || excerpt !== row.excerpt || url !== row.url) touchCopies(store, row.n, source, at);
  if (!isEdit) return false;
  leaveBehind(store, row, source);
  wantPage(store, row, now);
  return true;
}

/** When the current version was first seen. */
const versionTime = (store: Store, { seq }: ArticleRow): string =>
  store.sql.rows<{ at: string }>("SELECT at FROM journal WHERE seq = ?", seq)[0]?.at ?? "";

/** Of the days of the new articles: the dates that are taken, and the articles of this source. */
function neighbours(
  store: Store,
  { source, site, timeZone, articles }: ListingCommit,
  rows: Map<string, ArticleRow>,
  now: number,
) {
  const days = new Set(articles.filter(({ key }) => !rows.has(key)).map(({ day }) => day));
  // A day in the future has no instant yet: its articles get a date of today.
  if ([...days].some((day) => dayStart(day, timeZone) > now)) days.add(dayOf(now, timeZone));
  const taken: string[] = [];
  const listed: Article[] = [];
  for (const day of days) {
    const start = dayStart(day, timeZone);
    if (Number.isNaN(start)) continue;
    const others = store.between(site, firstOf(start), lastOf(dayEnd(day, timeZone) - 1000));
    taken.push(...others.map(({ n }) => publishedOf(n)));
    const own = others.filter(({ key, sources }) => !rows.has(key) && sourcesOf({ sources }).includes(source));
    listed.push(...store.byNumbers(own.map(({ n }) => n)).map((row) => store.articleOf(row)));
  }
  return { taken, listed };
}

/** The articles with dates that no other article of their site has. The merge only knows the dates of the same day. */
function free(store: Store, articles: readonly ArchivedArticle[]): ArchivedArticle[] {
  const rowOf = ({ site }: ArchivedArticle, published: string) => rowNumber(published, store.sites.numberOf(site));
  const wanted = articles.map((article) => rowOf(article, article.published));
  const taken = new Set(store.byNumbers(wanted).map(({ n }) => n));
  return articles.map((article) => {
    let { published } = article;
    let n = rowOf(article, published);
    while (taken.has(n) || (published !== article.published && store.byNumbers([n]).length > 0)) {
      published = instant(Date.parse(published) - 1000);
      n = rowOf(article, published);
    }
    taken.add(n);
    if (published === article.published) return article;
    return { ...article, published, updated: article.updated === article.published ? published : article.updated };
  });
}

/**
 * Merges an article's own page.
 *
 * @throws RefusedPage if the page was read in a wrong charset
 */
export function commitPage(store: Store, page: PageCommit, now: number): PageCounts {
  const { source, site, timeZone, article } = page;
  const known = store.byKey(site, article.key);
  const garbled = garbledArticlePage(page, known ?? { title: "", excerpt: "" });
  if (garbled) throw new RefusedPage(garbled.failure);
  if (known) return commitKnownPage(store, known, page, now);
  const alone = { source, site, timeZone, articles: [article], unbroken: false };
  const { added } = commitListing(store, alone, undefined, now);
  const row = store.byKey(site, article.key);
  if (!row) return { added, edited: 0 };
  // What the page says of a new article is no further change.
  return { ...commitKnownPage(store, row, page, now), added, enriched: 0 };
}

interface PageCounts extends Counts {
  /** Nothing was kept: the page seems to be another article's. To be remembered until the next look. */
  doubt?: string;
}

function commitKnownPage(store: Store, row: ArticleRow, page: PageCommit, now: number): PageCounts {
  const { source, article, body } = page;
  const at = eventTime(store, now);
  const before = store.articleOf(row);
  const html = store.textOf(row);
  const doubt = doubtOf(row, html, { ...article, body }, now, (title) => isDoubted(store, row, title));
  if (doubt !== undefined) return { added: 0, edited: 0, doubt };
  const after = withPageFields(before, page);
  // A page that was read before the current version says nothing new about it.
  const isCurrent = instant(now) >= versionTime(store, row);
  const newText = isCurrent ? newTextOf(html, body) : undefined;
  const isNewTitle = isCurrent && isPageTitleNew(row, before, article.title, now);
  if (newText === undefined && !isNewTitle) return commitPageFields(store, row, before, after, html, source, at);
  if (isNewTitle) after.title = article.title;
  const isEdit = isNewTitle || html !== "";
  if (isEdit) after.updated = nextUpdated(before.updated, Date.parse(at));
  if (newText !== undefined) Object.assign(after, fromText(before, newText));
  store.change(row, after, newText === undefined ? html : (body as string), isEdit ? "edited" : "text", source, at);
  if (isNewTitle) leaveBehind(store, row, undefined);
  touchCopies(store, row.n, source, at);
  joinCopies(store, row.n, source, at);
  if (newText !== undefined) findReprint(store, row.n, source, at);
  return { added: 0, edited: Number(isEdit), enriched: Number(!isEdit) };
}

/** What follows from a new text: the excerpt if the listing printed none, and the signature. */
const fromText = ({ excerpt }: ArchivedArticle, text: string): Pick<ArchivedArticle, "excerpt" | "signature"> => ({
  excerpt: excerpt === "" ? cutAtWord(text, EXCERPT) : excerpt,
  signature: minHashOf(text) ?? "",
});

/** A page's plain text; undefined if it is not new, or is the kept one in a wrong charset. */
function newTextOf(html: string, body: string | undefined): string | undefined {
  if (body === undefined || body === html) return undefined;
  const text = plainText(body);
  return isMisread(plainText(html), text) ? undefined : text;
}

/** Keeps what a page says beside title and text. */
function commitPageFields(
  store: Store,
  row: ArticleRow,
  before: ArchivedArticle,
  after: ArchivedArticle,
  html: string,
  source: string,
  at: string,
): PageCounts {
  if (JSON.stringify(after) === JSON.stringify(before)) return { added: 0, edited: 0, enriched: 0 };
  store.change(row, after, html, "enriched", source, at);
  joinCopies(store, row.n, source, at);
  // A text whose outlet was unknown was compared with none.
  if (before.outlet === undefined && after.outlet !== undefined) findReprint(store, row.n, source, at);
  return { added: 0, edited: 0, enriched: 1 };
}

/** The article with what its page says beside the text. What is known already stays. */
function withPageFields(before: ArchivedArticle, { original, image, outlet, copyOf }: PageCommit): ArchivedArticle {
  return {
    ...before,
    ...(original && !before.original && { original }),
    ...(image && !before.image && { image }),
    ...(outlet && !before.outlet && { outlet }),
    ...(copyOf && !before.copyOf && { copyOf: addressOf(copyOf.site, copyOf.key) }),
  };
}

/** Whether another article's page is in doubt because it shows this title. */
const isDoubted = (store: Store, { n }: ArticleRow, title: string): boolean =>
  store.sql.rows(
    "SELECT 1 FROM article WHERE page_doubt IS NOT NULL AND n <> ? AND json_extract(page_doubt, '$.title') = ? LIMIT 1",
    ...[n, title],
  ).length > 0;

/** Whether the title on an article's own page is a new one. */
const isPageTitleNew = (row: ArticleRow, before: ArchivedArticle, title: string, now: number): boolean =>
  readPageTitle(row, title).isEdit && !isEditedTooOften(before, "title", now);
