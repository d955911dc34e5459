import { log, logError } from "../log.ts";
import type { Failure } from "../scrape/page.ts";
import { dayEnd, dayOf, dayStart, instant, isDay } from "../time.ts";
import { addArticles } from "./add-articles.ts";
import { requestPage } from "./article-looks.ts";
import { joinCopies, mayHaveCopies, touchCopies } from "./copies.ts";
import { garbledListing, withoutGarbled } from "./garbled.ts";
import { coverListing, gapAround } from "./listing-coverage.ts";
import { noteListed } from "./listing-presence.ts";
import { markOthersBehind, withCurrentTitles, withoutOldCopies } from "./listing-titles.ts";
import { type ArchivedArticle, differs, merge, nextUpdated } from "./merge.ts";
import { type Noise, suppressNoise, withKeptTexts } from "./noise.ts";
import { type ArticleRow, firstOf, lastOf, publishedOf, type Ranges, rowNumber, sourcesOf } from "./rows.ts";
import type { KnownListing, ListingCommit } from "./source-commit.ts";
import type { Store } from "./store.ts";
import { versionsFrom } from "./versions.ts";
import { dateLimit } from "./wrong-clock.ts";

/** Merges listings into the archive, in the caller's transaction. */

/** The page is broken. The transaction is rolled back. */
export class RefusedPage extends Error {
  override name = "RefusedPage";
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.detail);
    this.failure = failure;
  }
}

/**
 * Merges a part of a listing. Merging it again changes nothing.
 *
 * @param noise the noise at the last look
 * @returns how many articles were added and edited, the noise of the listing now, and whether it seems to be an old copy
 * @throws RefusedPage if the page was read in a wrong charset
 */
export function commitListing(store: Store, listing: ListingCommit, noise: Noise | undefined, now: number) {
  const { source, site, outlet } = listing;
  const at = store.eventTime(now);
  const today = dateLimit(store, now);
  const known = store.byKeys(site, [...new Set(listing.articles.map(({ key }) => key))]);
  const rows = new Map(known.map((row) => [row.key, row]));
  const before = known.map((row) => store.articleOf(row));
  const corrected = correctTexts({ store, listing, rows, now }, before, noise);
  const shown: KnownListing = { store, listing: { ...listing, articles: corrected.articles }, rows, now };
  const coverage = store.sources.get(source).coverage;
  const window = listing.from ? gapAround(coverage, shown.listing) : undefined;
  const { ranges, taken, listed } = neighbours({ ...shown, now: today });
  const lowest = listing.articles.at(-1)?.key ?? "";
  const isOpen = listing.unbroken && !listing.listsOneDay && coverage !== undefined && !rows.has(lowest);
  const around = { taken, window, isOpen };
  const { changed, added, undated } = merge(
    [...withoutOwnExcerpts(shown, before), ...listed],
    corrected.articles,
    listing,
    today,
    around,
  );
  for (const key of undated) logError("undated", "the day is in no calendar", { source, key });

  // Oldest first: the journal has them in the order of their dates.
  const dated = withFreeDates(store, changed.slice(0, added).reverse(), ranges);
  const ofOutlet = dated.map((article) => ({ ...article, outlet }));
  const fresh = addArticles(store, ofOutlet, at, instant(now));
  for (const row of fresh) rows.set(row.key, row);
  let edited = 0;
  for (const article of changed.slice(added)) {
    if (commitChange(shown, rows.get(article.key) as ArticleRow, article)) edited++;
  }
  const newlyListed = known.toReversed().filter((row) => !sourcesOf(row).includes(source));
  for (const row of newlyListed) store.listUnder(row, { source, at }, outlet);
  const changedKeys = new Set([...changed, ...newlyListed].map(({ key }) => key));
  const others = known.filter(({ key }) => changedKeys.has(key)).map(({ n }) => n);
  for (const n of mayHaveCopies(store, [...store.byNumbers(others), ...fresh])) joinCopies(store, n, { source, at });
  store.sources.save(source, {
    coverage: listing.unbroken ? coverListing(shown, coverage, at) : undefined,
    listed: listing.isLook ? noteListed(shown) : undefined,
  });
  return { added: added + newlyListed.length, edited, noise: corrected.noise, isOld: corrected.isOld };
}

/**
 * The kept articles; without the excerpt that the bridge took from a text, where a listing now prints one: its first is an
 * addition, and no edit.
 */
function withoutOwnExcerpts({ store, listing: { articles }, rows }: KnownListing, kept: readonly ArchivedArticle[]) {
  const reworded = articles.flatMap(({ key, excerpt }) => {
    const row = rows.get(key);
    return row && row.body !== null && differs("excerpt", row.excerpt, excerpt) ? [row] : [];
  });
  const own = new Set(reworded.filter((row) => isOwnExcerpt(store, row)).map(({ key }) => key));
  return own.size === 0 ? kept : kept.map((article) => (own.has(article.key) ? { ...article, excerpt: "" } : article));
}

/** Whether the first version had no excerpt, and the kept one is still that of the first text. */
function isOwnExcerpt(store: Store, { seq, excerpt }: ArticleRow): boolean {
  const [first, second] = store.sql.column<string>(
    `${versionsFrom()} SELECT excerpt FROM version JOIN journal USING (seq) ORDER BY seq LIMIT 2`,
    [seq],
  );
  return first === "" && second === excerpt;
}

/** The listing's articles, with the kept texts if a wrong charset, an old copy or noise has changed them. */
function correctTexts(known: KnownListing, before: readonly ArchivedArticle[], noise: Noise | undefined) {
  const { store, listing, rows, now } = known;
  const garbled = garbledListing(listing.articles, before);
  if (garbled) throw new RefusedPage(garbled.failure);
  const { source, isLook } = listing;
  // A card without a title says nothing of the title.
  const titled = listing.articles.map((one) =>
    one.isUntitled ? { ...one, title: rows.get(one.key)?.title ?? one.title } : one,
  );
  const shown = withCurrentTitles(known, withoutGarbled(titled, before));
  const current = withoutOldCopies(known, shown);
  if (!isLook) {
    // A list below an article may be an old copy. For articles on the first page of the listing, that page counts.
    const listed = new Set(store.sources.get(source).listed);
    const others = current.map((article) => {
      const row = listed.has(article.key) ? rows.get(article.key) : undefined;
      return row ? { ...article, title: row.title, excerpt: row.excerpt } : article;
    });
    return { articles: withKeptTexts(others, before, noise), noise, isOld: false };
  }
  const result = suppressNoise(current, before, noise, now);
  if (result.noise?.since && !noise?.since) log("noisy", { source });
  return { ...result, isOld: current.some((article, i) => article !== shown[i]) };
}

/**
 * Saves the changes of a kept article that a listing shows.
 *
 * @returns whether it was edited
 */
function commitChange({ store, listing, now }: KnownListing, row: ArticleRow, article: ArchivedArticle): boolean {
  const { source } = listing;
  const cause = { source, at: store.eventTime(now) };
  const isEdit = article.updated !== row.updated;
  if (isEdit && store.isOutdated(row, now)) return false;
  const after = isEdit ? { ...article, updated: nextUpdated(row.updated, Date.parse(cause.at)) } : article;
  store.change(row, after, store.textOf(row), isEdit ? "edited" : "enriched", cause);
  const { title, excerpt } = article;
  if (title !== row.title || excerpt !== row.excerpt) touchCopies(store, row.n, cause);
  if (!isEdit) return false;
  markOthersBehind(store, row, article, source);
  requestPage(store, row, now);
  return true;
}

/** The dates that are taken on the days of new articles (`ranges` of rows), and the kept articles of this source then. */
function neighbours({ store, listing, rows, now }: KnownListing) {
  const { source, site, timeZone, articles } = listing;
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
  const rowOf = ({ site }: ArchivedArticle, published: string) => rowNumber(published, store.sites.takeNumber(site));
  const wanted = articles.map((article) => rowOf(article, article.published));
  if (wanted.every((n) => known.some(([first, last]) => n >= first && n <= last))) return articles;
  const taken = new Set<number>();
  const isTaken = (n: number) => taken.has(n) || store.sql.rows("SELECT 1 FROM article WHERE n = ?", [n]).length > 0;
  return articles.map((article) => {
    let { published } = article;
    while (isTaken(rowOf(article, published))) published = instant(Date.parse(published) - 1000);
    taken.add(rowOf(article, published));
    return { ...article, published, updated: published };
  });
}
