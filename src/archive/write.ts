import type { Article, ScrapedArticle } from "../article.ts";

import { isMisread } from "../scrape/mojibake.ts";
import type { Failure } from "../scrape/page.ts";
import { cutAtWord, plainText } from "../scrape/text.ts";
import { dayEnd, dayOf, dayStart, instant, latestOf } from "../time.ts";
import { garbledArticlePage, garbledListing, withoutGarbled } from "./garbled.ts";
import { coverageOf, coverListing, gapAround } from "./listing-coverage.ts";
import { type ArchivedArticle, merge, nextUpdated } from "./merge.ts";
import { muted, type Noise, withoutNoise } from "./noise.ts";
import { type ArticleRow, firstOf, lastOf, publishedOf, rowNumber, sourcesOf } from "./rows.ts";
import type { Store } from "./store.ts";

/** What pages show, merged into the archive. The caller holds the transaction. */

/** A part of a source's listing. */
export interface ListingCommit {
  source: string;
  /** Name of the website. */
  site: string;
  /** IANA name of the zone whose days the website prints. */
  timeZone: string;
  /** In the listing's order, newest first. */
  articles: readonly ScrapedArticle[];
  /** Whether they follow each other in the listing without a break, so that nothing is missing between them. */
  unbroken: boolean;
  /** Whether it is a look at the listing itself: changes of most articles at every look are noise. */
  isLook?: boolean;
  /** How many articles stand above the first one in the listing, where that is known. */
  from?: number;
}

/** An article's own page. */
export interface PageCommit {
  source: string;
  site: string;
  timeZone: string;
  /** The article as the page shows it; taken in where no listing has shown it yet. */
  article: ScrapedArticle;
  /** Sanitized HTML. */
  body?: string;
  original?: string;
  image?: string;
}

export interface Counts {
  added: number;
  edited: number;
  /** 1 where an article's page taught something that is no edit. */
  enriched?: number;
  /** What is noise of the listing now; undefined where nothing is. */
  noise?: Noise;
}

/** A page that cannot be right: the transaction that met it is undone. */
export class RefusedPage extends Error {
  override name = "RefusedPage";
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.detail);
    this.failure = failure;
  }
}

/** Characters of the excerpt that an article without one gets from its text. */
const EXCERPT = 125;

/** The instant that the events of a commit carry: never earlier than the journal's newest. */
export function eventTime(store: Store, now: number): string {
  return latestOf([store.head().at, instant(now)]);
}

/**
 * Merges a part of a listing. Merging it again changes nothing.
 *
 * @param noise what was noise at the last look
 * @throws RefusedPage where the page was read in a wrong charset
 */
export function commitListing(store: Store, listing: ListingCommit, noise: Noise | undefined, now: number): Counts {
  const { source, site, timeZone } = listing;
  const at = eventTime(store, now);
  const known = store.byKeys(site, [...new Set(listing.articles.map(({ key }) => key))]);
  const rows = new Map(known.map((row) => [row.key, row]));
  const before = known.map((row) => store.articleOf(row));
  const garbled = garbledListing(listing.articles, before);
  if (garbled) throw new RefusedPage(garbled.failure);
  const legible = withoutGarbled(listing.articles, before);
  const quiet = listing.isLook
    ? withoutNoise(legible, before, noise, now)
    : { articles: muted(legible, before, noise), noise };
  if (quiet.noise?.since && !noise?.since) console.log(JSON.stringify({ event: "noisy", source }));
  const { articles } = quiet;
  const coverage = coverageOf(store, source);
  const window = listing.from ? gapAround(coverage, { articles, timeZone }) : undefined;
  const { taken, listed } = neighbours(store, { ...listing, articles }, rows, now);
  const around = { taken, ...(window && { window }) };
  const { changed, added, undated } = merge([...before, ...listed], articles, { source, site, timeZone }, now, around);
  for (const key of undated) console.error(JSON.stringify({ event: "undated", source, key }));

  // The oldest first, so that the journal's order is the order of the dates.
  for (const article of changed.slice(0, added).reverse()) {
    rows.set(article.key, store.add(free(store, article), at, at));
  }
  let edited = 0;
  for (const article of changed.slice(added)) {
    const row = rows.get(article.key) as ArticleRow;
    const isEdit = article.updated !== row.updated;
    // What was read before the version that is kept says nothing new about it.
    if (isEdit && instant(now) < versionTime(store, row)) continue;
    const after = isEdit ? { ...article, updated: nextUpdated(row.updated, Date.parse(at)) } : article;
    store.change(row, after, store.textOf(row), isEdit ? "edited" : "enriched", source, at);
    // The page of an article with new words is read again at once.
    if (isEdit) store.sql.run("UPDATE article SET page_due = ?, page_failures = 0 WHERE n = ?", at, row.n);
    edited += isEdit ? 1 : 0;
  }
  let newlyListed = 0;
  for (const row of known.toReversed()) {
    if (sourcesOf(row).includes(source)) continue;
    store.listUnder(row, source, at);
    newlyListed++;
  }
  if (listing.unbroken) coverListing(store, { ...listing, articles }, rows, coverage, at);
  return { added: added + newlyListed, edited, ...(quiet.noise && { noise: quiet.noise }) };
}

/** When the current version was seen. */
const versionTime = (store: Store, { seq }: ArticleRow): string =>
  store.sql.rows<{ at: string }>("SELECT at FROM journal WHERE seq = ?", seq)[0]?.at ?? "";

/** What stands on the days of the new articles: dates that are taken, and the articles of this source. */
function neighbours(
  store: Store,
  { source, site, timeZone, articles }: ListingCommit,
  rows: Map<string, ArticleRow>,
  now: number,
) {
  const days = new Set(articles.filter(({ key }) => !rows.has(key)).map(({ day }) => day));
  // A day that lies ahead has no instant yet: its articles are dated now.
  if ([...days].some((day) => dayStart(day, timeZone) > now)) days.add(dayOf(now, timeZone));
  const taken: string[] = [];
  const listed: Article[] = [];
  for (const day of days) {
    const start = dayStart(day, timeZone);
    if (Number.isNaN(start)) continue;
    for (const row of store.between(site, firstOf(start), lastOf(dayEnd(day, timeZone) - 1000))) {
      taken.push(publishedOf(row.n));
      if (!rows.has(row.key) && sourcesOf(row).includes(source)) listed.push(store.articleOf(row));
    }
  }
  return { taken, listed };
}

/** The article with a date that no other of its site has: the merge knows the day's, not those of another day. */
function free(store: Store, article: ArchivedArticle): ArchivedArticle {
  const site = store.sites.numberOf(article.site);
  let { published } = article;
  while (store.sql.rows("SELECT 1 FROM article WHERE n = ?", rowNumber(published, site)).length > 0) {
    published = instant(Date.parse(published) - 1000);
  }
  if (published === article.published) return article;
  return { ...article, published, updated: article.updated === article.published ? published : article.updated };
}

/**
 * Keeps what an article's own page says.
 *
 * @throws RefusedPage where the page was read in a wrong charset
 */
export function commitPage(store: Store, page: PageCommit, now: number): Counts {
  const { source, site, timeZone, body, original, image } = page;
  const at = eventTime(store, now);
  let row = store.byKey(site, page.article.key);
  const garbled = garbledArticlePage(page, row ?? { title: "", excerpt: "" });
  if (garbled) throw new RefusedPage(garbled.failure);
  let added = 0;
  if (!row) {
    const alone = { source, site, timeZone, articles: [page.article], unbroken: false };
    ({ added } = commitListing(store, alone, undefined, now));
    row = store.byKey(site, page.article.key);
  }
  if (!row) return { added, edited: 0 };
  const before = store.articleOf(row);
  const html = store.textOf(row);
  const after: ArchivedArticle = {
    ...before,
    ...(original && !before.original && { original }),
    ...(image && !before.image && { image }),
  };
  // A page that was read before the version that is kept says nothing new about its text.
  const isNewText =
    body !== undefined &&
    body !== html &&
    !isMisread(plainText(html), plainText(body)) &&
    instant(now) >= versionTime(store, row);
  if (isNewText && before.excerpt === "") after.excerpt = cutAtWord(plainText(body), EXCERPT);
  const isEdit = isNewText && html !== "";
  if (isEdit) after.updated = nextUpdated(before.updated, Date.parse(at));
  if (isNewText) store.change(row, after, body, isEdit ? "edited" : "text", source, at);
  const isEnriched = !isNewText && JSON.stringify(after) !== JSON.stringify(before);
  if (isEnriched) store.change(row, after, html, "enriched", source, at);
  const isEnrichment = added === 0 && !isEdit && (isNewText || isEnriched);
  return { added, edited: isEdit ? 1 : 0, enriched: isEnrichment ? 1 : 0 };
}
