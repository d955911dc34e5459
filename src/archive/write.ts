import type { ScrapedArticle } from "../article.ts";
import { log, logError } from "../log.ts";
import { minHashOf } from "../scrape/min-hash.ts";
import { isMisread } from "../scrape/mojibake.ts";
import type { Failure } from "../scrape/page.ts";
import { composed, cutAtWord, EXCERPT_LENGTH, plainText } from "../scrape/text.ts";
import { dayEnd, dayOf, dayStart, instant, isDay, latestOf } from "../time.ts";
import { addArticles } from "./add-articles.ts";
import { requestPage } from "./article-looks.ts";
import { addressOf, joinCopies, mayHaveCopies, touchCopies } from "./copies.ts";
import { garbledArticlePage, garbledListing, withoutGarbled } from "./garbled.ts";
import type { Cause } from "./journal.ts";
import { coverListing, gapAround } from "./listing-coverage.ts";
import { noteListed } from "./listing-presence.ts";
import { markOthersBehind, withCurrentTitles, withoutOldCopies } from "./listing-titles.ts";
import { type ArchivedArticle, isEditedTooOften, merge, nextUpdated, type Origin } from "./merge.ts";
import { type Noise, suppressNoise, withKeptTexts } from "./noise.ts";
import { doubtOf, readPageTitle } from "./printed-titles.ts";
import { findReprint } from "./reprints.ts";
import { type ArticleRow, firstOf, lastOf, publishedOf, type Ranges, rowNumber, sourcesOf } from "./rows.ts";
import type { Store } from "./store.ts";

/** Merges pages into the archive, in the caller's transaction. */

/** A part of a source's listing. */
export interface ListingCommit extends Origin {
  /** The outlet of all its articles; undefined if they are of several. */
  outlet?: string;
  /** In the listing's order, newest first. */
  articles: readonly ScrapedArticle[];
  /** Whether no article of the listing is missing between them. */
  unbroken: boolean;
  /** Whether the listing is one day's paper, whole. Then none is missing in it, nor between it and that of the day before. */
  listsOneDay?: true;
  /** Whether it is a look at the first page of the listing. Only these looks detect noise. */
  isLook?: boolean;
  /** The number of articles above the first one in the listing, if known. */
  from?: number;
  /** The place of the last one, if others' articles are between them. */
  to?: number;
}

/** An article's own page. */
export interface PageCommit extends Origin {
  /** The article as the page shows it; it is added if no listing has shown it yet. */
  article: ScrapedArticle;
  /** Sanitized HTML. */
  body?: string;
  original?: string;
  image?: string;
  /** The outlet that publishes the article, if the page names it. */
  outlet?: string;
  /** The outlet's own article, at the address `original`. */
  copyOf?: { site: string; key: string };
}

interface Counts {
  added: number;
  edited: number;
  /** 1 if an article page added something that is no edit. */
  enriched?: number;
  /** The noise of the listing now; undefined if there is none. */
  noise?: Noise;
  /** Set if the page seems to be another article's and nothing was saved. The caller keeps it until the next look. */
  doubt?: string;
}

/** The page is broken. The transaction is rolled back. */
export class RefusedPage extends Error {
  override name = "RefusedPage";
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.detail);
    this.failure = failure;
  }
}

/** The instant of a commit's events: `now`, but not before the newest event of the journal. */
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
  const { source, site, outlet } = listing;
  const at = eventTime(store, now);
  const known = store.byKeys(site, [...new Set(listing.articles.map(({ key }) => key))]);
  const rows = new Map(known.map((row) => [row.key, row]));
  const before = known.map((row) => store.articleOf(row));
  const corrected = correctTexts(store, listing, rows, before, noise, now);
  const correctedListing = { ...listing, articles: corrected.articles };
  const coverage = store.source(source).coverage;
  const window = listing.from ? gapAround(coverage, correctedListing) : undefined;
  const { ranges, taken, listed } = neighbours(store, correctedListing, rows, now);
  const around = { taken, window };
  const { changed, added, undated } = merge([...before, ...listed], corrected.articles, listing, now, around);
  for (const key of undated) logError("undated", "the day is in no calendar", { source, key });

  // Oldest first: the journal has them in the order of their dates.
  const dated = withFreeDates(store, changed.slice(0, added).reverse(), ranges);
  const ofOutlet = dated.map((article) => ({ ...article, outlet }));
  const fresh = addArticles(store, ofOutlet, at);
  for (const row of fresh) rows.set(row.key, row);
  let edited = 0;
  for (const article of changed.slice(added)) {
    if (commitChange(store, rows.get(article.key) as ArticleRow, article, source, now)) edited++;
  }
  const newlyListed = known.toReversed().filter((row) => !sourcesOf(row).includes(source));
  for (const row of newlyListed) store.listUnder(row, { source, at }, outlet);
  const changedKeys = new Set([...changed, ...newlyListed].map(({ key }) => key));
  const others = known.filter(({ key }) => changedKeys.has(key)).map(({ n }) => n);
  for (const n of mayHaveCopies(store, [...store.byNumbers(others), ...fresh])) joinCopies(store, n, { source, at });
  store.saveSource(source, {
    coverage: listing.unbroken ? coverListing(store, correctedListing, rows, coverage, at) : undefined,
    listed: listing.isLook ? noteListed(store, correctedListing, rows, now) : undefined,
  });
  return { added: added + newlyListed.length, edited, noise: corrected.noise };
}

/** The listing's articles, with the kept texts if a wrong charset, an old copy or noise has changed them. */
function correctTexts(
  store: Store,
  listing: ListingCommit,
  rows: ReadonlyMap<string, ArticleRow>,
  before: readonly ArchivedArticle[],
  noise: Noise | undefined,
  now: number,
) {
  const garbled = garbledListing(listing.articles, before);
  if (garbled) throw new RefusedPage(garbled.failure);
  const { source, isLook } = listing;
  const shown = withCurrentTitles(store, source, rows, withoutGarbled(listing.articles, before));
  const current = withoutOldCopies(store, source, rows, shown, isLook);
  if (!isLook) {
    // A list below an article may be an old copy. For articles on the first page of the listing, that page counts.
    const listed = new Set(store.source(source).listed);
    const others = current.map((article) => {
      const row = listed.has(article.key) ? rows.get(article.key) : undefined;
      return row ? { ...article, title: row.title, excerpt: row.excerpt } : article;
    });
    return { articles: withKeptTexts(others, before, noise), noise };
  }
  const result = suppressNoise(current, before, noise, now);
  if (result.noise?.since && !noise?.since) log("noisy", { source });
  return result;
}

/**
 * Saves the changes of a kept article that a listing shows.
 *
 * @returns whether it was edited
 */
function commitChange(store: Store, row: ArticleRow, article: ArchivedArticle, source: string, now: number): boolean {
  const cause = { source, at: eventTime(store, now) };
  const isEdit = article.updated !== row.updated;
  // A page that was read before the current version has nothing new.
  if (isEdit && instant(now) < versionTime(store, row)) return false;
  const after = isEdit ? { ...article, updated: nextUpdated(row.updated, Date.parse(cause.at)) } : article;
  store.change(row, after, store.textOf(row), isEdit ? "edited" : "enriched", cause);
  const { title, excerpt } = article;
  if (title !== row.title || excerpt !== row.excerpt) touchCopies(store, row.n, cause);
  if (!isEdit) return false;
  markOthersBehind(store, row, source);
  requestPage(store, row, now);
  return true;
}

/** When the current version was first seen. */
const versionTime = (store: Store, { seq }: ArticleRow): string =>
  store.sql.column<string>("SELECT at FROM journal WHERE seq = ?", [seq])[0] ?? "";

/** The dates that are taken on the days of new articles (`ranges` of rows), and the kept articles of this source then. */
function neighbours(
  store: Store,
  { source, site, timeZone, articles }: ListingCommit,
  rows: Map<string, ArticleRow>,
  now: number,
) {
  const days = new Set(articles.filter(({ key }) => !rows.has(key)).map(({ day }) => day));
  // An article with a day in the future gets a date of today.
  if ([...days].some((day) => dayStart(day, timeZone) > now)) days.add(dayOf(now, timeZone));
  const ranges: Ranges = [...days]
    .filter(isDay)
    .map((day) => [firstOf(dayStart(day, timeZone)), lastOf(dayEnd(day, timeZone) - 1000)]);
  const others = ranges.length > 0 ? store.between(site, ranges) : [];
  const own = others.filter(({ key, sources }) => !rows.has(key) && sourcesOf({ sources }).includes(source));
  const listed = store.byNumbers(own.map(({ n }) => n)).map((row) => store.articleOf(row));
  return { ranges, taken: others.map(({ n }) => publishedOf(n)), listed };
}

/** The new articles with dates that no other article of their site has. The merge gives none twice of those it knew. */
function withFreeDates(store: Store, articles: readonly ArchivedArticle[], known: Ranges): readonly ArchivedArticle[] {
  const rowOf = ({ site }: ArchivedArticle, published: string) => rowNumber(published, store.sites.numberOf(site));
  const wanted = articles.map((article) => rowOf(article, article.published));
  if (wanted.every((n) => known.some(([first, last]) => n >= first && n <= last))) return articles;
  const taken = new Set(
    store.sql.column<number>(
      `SELECT n FROM json_each(?) AS wanted
       CROSS JOIN article ON n = wanted.value`,
      [JSON.stringify(wanted)],
    ),
  );
  return articles.map((article) => {
    let { published } = article;
    let n = rowOf(article, published);
    while (taken.has(n) || (published !== article.published && store.byNumbers([n]).length > 0)) {
      published = instant(Date.parse(published) - 1000);
      n = rowOf(article, published);
    }
    taken.add(n);
    return { ...article, published, updated: published };
  });
}

/**
 * Merges an article's own page.
 *
 * @throws RefusedPage if the page was read in a wrong charset, or if the article is new and has no day
 */
export function commitPage(store: Store, page: PageCommit, now: number): Counts {
  const { source, site, timeZone, article } = page;
  const known = store.byKey(site, article.key);
  const garbled = garbledArticlePage(page, known ?? { title: "", excerpt: "" });
  if (garbled) throw new RefusedPage(garbled.failure);
  if (known) return commitKnownPage(store, known, page, now);
  const alone = { source, site, timeZone, articles: [article], unbroken: false };
  const { added } = commitListing(store, alone, undefined, now);
  const row = store.byKey(site, article.key);
  if (!row) {
    const detail = "the page prints no day, and no listing has shown the article yet: push the listing first";
    throw new RefusedPage({ reason: "unreadable-dates", detail });
  }
  // The same page has just added the article, so its fields count as no further change.
  return { ...commitKnownPage(store, row, page, now), added, enriched: 0 };
}

function commitKnownPage(store: Store, row: ArticleRow, page: PageCommit, now: number): Counts {
  const { source, article, body } = page;
  const cause = { source, at: eventTime(store, now) };
  const before = store.articleOf(row);
  const html = store.textOf(row);
  const doubt = doubtOf(row, html, { ...article, body }, now, (title) => isDoubted(store, row, title));
  if (doubt !== undefined) return { added: 0, edited: 0, doubt };
  const after = withPageFields(before, page);
  // A page that was read before the current version has nothing new.
  const isCurrent = instant(now) >= versionTime(store, row);
  const newText = isCurrent ? newTextOf(html, body) : undefined;
  const isNewTitle = isCurrent && isPageTitleNew(row, before, article.title, now);
  if (newText === undefined && !isNewTitle) return commitPageFields(store, row, after, cause);
  if (isNewTitle) after.title = article.title;
  const isEdit = isNewTitle || html !== "";
  if (isEdit) after.updated = nextUpdated(before.updated, Date.parse(cause.at));
  if (newText !== undefined) Object.assign(after, fieldsFromText(before, newText));
  store.change(row, after, newText === undefined ? html : (body as string), isEdit ? "edited" : "text", cause);
  if (isNewTitle) markOthersBehind(store, row, undefined);
  touchCopies(store, row.n, cause);
  joinCopies(store, row.n, cause);
  if (newText !== undefined) findReprint(store, row.n, cause);
  return { added: 0, edited: Number(isEdit), enriched: Number(!isEdit) };
}

/** The fields that follow from a new text: its signature, and the excerpt if the listing printed none. */
const fieldsFromText = (
  { excerpt }: ArchivedArticle,
  text: string,
): Pick<ArchivedArticle, "excerpt" | "signature"> => ({
  excerpt: excerpt === "" ? cutAtWord(text, EXCERPT_LENGTH) : excerpt,
  signature: minHashOf(text) ?? "",
});

/** A page's plain text; undefined if it is not new, or is the kept one in a wrong charset. */
function newTextOf(html: string, body: string | undefined): string | undefined {
  if (body === undefined || body === html || body === composed(html)) return undefined;
  const text = plainText(body);
  return isMisread(plainText(html), text) ? undefined : text;
}

/** Saves the fields of a page other than title and text. */
function commitPageFields(store: Store, row: ArticleRow, after: ArchivedArticle, cause: Cause): Counts {
  const before = store.articleOf(row);
  if (JSON.stringify(after) === JSON.stringify(before)) return { added: 0, edited: 0, enriched: 0 };
  store.change(row, after, store.textOf(row), "enriched", cause);
  joinCopies(store, row.n, cause);
  // Without a known outlet, the text has not been compared with others yet.
  if (before.outlet === undefined && after.outlet !== undefined) findReprint(store, row.n, cause);
  return { added: 0, edited: 0, enriched: 1 };
}

/** The article with the other fields of its page. Known fields stay as they are. */
function withPageFields(before: ArchivedArticle, { original, image, outlet, copyOf }: PageCommit): ArchivedArticle {
  return {
    ...before,
    ...(original && !before.original && { original }),
    ...(image && !before.image && { image }),
    ...(outlet && !before.outlet && { outlet }),
    ...(copyOf && !before.copyOf && { copyOf: addressOf(copyOf.site, copyOf.key) }),
  };
}

/** Whether the page of another article is in doubt with the same title. */
const isDoubted = (store: Store, { n }: ArticleRow, title: string): boolean =>
  store.sql.rows(
    "SELECT 1 FROM article WHERE page_doubt IS NOT NULL AND n <> ? AND json_extract(page_doubt, '$.title') = ? LIMIT 1",
    [n, title],
  ).length > 0;

/** Whether the title on an article's own page is a new one. */
const isPageTitleNew = (row: ArticleRow, before: ArchivedArticle, title: string, now: number): boolean =>
  readPageTitle(row, title).isEdit && !isEditedTooOften(before, "title", now);
