import { minHashOf } from "../scrape/min-hash.ts";
import { isMisread } from "../scrape/mojibake.ts";
import { mend } from "../scrape/sanitize.ts";
import { composed, cutAtWord, EXCERPT_LENGTH, plainText, withoutHiddenSpace } from "../scrape/text.ts";
import { DAY } from "../time.ts";
import { commitListing, RefusedPage } from "./commit-listing.ts";
import { addressOf, joinCopies, touchCopies } from "./copies.ts";
import { garbledArticlePage } from "./garbled.ts";
import { titleHashesOf } from "./identity.ts";
import type { Cause } from "./journal.ts";
import { markOthersBehind } from "./listing-titles.ts";
import { type ArchivedArticle, isEditedTooOften, nextUpdated } from "./merge.ts";
import { doubtOf, isPageBelieved, printedTitle, readPageTitle } from "./printed-titles.ts";
import { findReprint } from "./reprints.ts";
import { type ArticleRow, firstOf, publishedOf, sourcesOf } from "./rows.ts";
import type { PageCommit } from "./source-commit.ts";
import type { Store } from "./store.ts";

/** Merges articles' own pages into the archive, in the caller's transaction. */

interface PageCounts {
  added: number;
  edited: number;
  /** 1 if the page added something that is no edit. */
  enriched?: number;
  /** Set if the page seems to be another article's and nothing was saved. The caller keeps it until the next look. */
  doubt?: string;
}

/**
 * Merges an article's own page.
 *
 * @throws RefusedPage if the page was read in a wrong charset, or if the article is new and has no day
 */
export function commitPage(store: Store, page: PageCommit, now: number): PageCounts {
  const { source, site, timeZone, article } = page;
  const known = store.byKey(site, article.key);
  const garbled = garbledArticlePage(page, known ?? { title: "", excerpt: "" });
  if (garbled) throw new RefusedPage(garbled.failure);
  if (known) return commitKnownPage(store, known, page, now);
  // Its excerpt is the beginning of its text, which the text will bring: no listing has printed one.
  const alone = { source, site, timeZone, articles: [{ ...article, excerpt: "" }], unbroken: false };
  const { added } = commitListing(store, alone, undefined, now);
  const row = store.byKey(site, article.key);
  if (!row) {
    const detail = "the page prints no day, and no listing has shown the article yet: push the listing first";
    throw new RefusedPage({ reason: "unreadable-dates", detail });
  }
  // The same page has just added the article, so its fields count as no further change.
  return { ...commitKnownPage(store, row, page, now), added, enriched: 0 };
}

function commitKnownPage(store: Store, row: ArticleRow, page: PageCommit, now: number): PageCounts {
  const { source, article, body } = page;
  const cause = { source, at: store.eventTime(now) };
  const before = store.articleOf(row);
  const html = store.textOf(row);
  const doubt = doubtOf(row, html, { ...article, body }, now, {
    areDoubted: (title) => areDoubted(store, row, title),
    havePage: () => isAnothers(store, row, page),
  });
  if (doubt !== undefined) return { added: 0, edited: 0, doubt };
  const after = withPageFields(before, page);
  const isCurrent = !store.isOutdated(row, now);
  const newText = isCurrent ? newTextOf(html, body) : undefined;
  const isNewTitle = isCurrent && isPageTitleNew(store, row, printedTitle(article), now);
  if (newText === undefined && !isNewTitle) return commitPageFields(store, row, after, cause);
  if (isNewTitle) after.title = article.title;
  const isEdit = isNewTitle || html !== "";
  if (isEdit) after.updated = nextUpdated(before.updated, Date.parse(cause.at));
  if (newText !== undefined) Object.assign(after, fieldsFromText(before, newText));
  store.change(row, after, newText === undefined ? html : (body as string), isEdit ? "edited" : "text", cause);
  if (isNewTitle) markOthersBehind(store, row, after, undefined);
  touchCopies(store, row.n, cause);
  joinCopies(store, row.n, cause);
  if (newText !== undefined) findReprint(store, row.n, cause);
  return { added: 0, edited: Number(isEdit), enriched: Number(!isEdit) };
}

/** The fields that follow from a new text: its signature, and the excerpt if the listing printed none. */
const fieldsFromText = ({ excerpt }: ArchivedArticle, text: string) => ({
  excerpt: excerpt === "" ? cutAtWord(text, EXCERPT_LENGTH) : excerpt,
  signature: minHashOf(text) ?? "",
});

/** A page's plain text; undefined if it is not new, or is the kept one in a wrong charset. */
function newTextOf(html: string, body: string | undefined): string | undefined {
  if (body === undefined || body === html) return undefined;
  // An earlier version of the bridge kept what this one mends.
  if (withoutHiddenSpace(body) === withoutHiddenSpace(mend(composed(html)))) return undefined;
  const text = plainText(body);
  return isMisread(plainText(html), text) ? undefined : text;
}

/** Saves the fields of a page other than title and text. */
function commitPageFields(store: Store, row: ArticleRow, after: ArchivedArticle, cause: Cause): PageCounts {
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

/** How far around an article another one is looked for whose page its address may show: by its title's hash, or row by row. */
const ANOTHERS_WITHIN = { byHash: 30 * DAY, byRow: 3 * DAY };
/** Articles of one title that are compared. */
const MAX_ANOTHERS = 10;

/** Whether another article of the website has the page's title, and its text or none yet. */
function isAnothers(store: Store, row: ArticleRow, { article, body, outlet }: PageCommit): boolean {
  const { title } = article;
  const hashes = [row.language, article.language].flatMap((language) =>
    [row.outlet ?? undefined, outlet].flatMap((of) => titleHashesOf(row.n, { title, language, outlet: of })),
  );
  const at = Date.parse(publishedOf(row.n));
  const around = (ms: number) => [firstOf(at - ms), firstOf(at + ms)];
  // Titles have hashes if their outlet is known.
  const others = store.sql.rows<ArticleRow>(
    `SELECT * FROM article WHERE n IN (
       SELECT title.n FROM json_each(?4) AS wanted
       JOIN title ON title.hash = wanted.value ->> 0 AND title.n BETWEEN ?5 AND ?6
       UNION ALL SELECT n FROM article WHERE n BETWEEN ?7 AND ?8 AND title = ?3)
     AND n <> ?1 AND site = ?2 AND title = ?3 LIMIT +?9`,
    [
      ...[row.n, row.site, title, JSON.stringify(hashes)],
      ...around(ANOTHERS_WITHIN.byHash),
      ...around(ANOTHERS_WITHIN.byRow),
      MAX_ANOTHERS,
    ],
  );
  return others.some((other) => other.body === null || store.textOf(other) === body);
}

/** Whether the page of another article is in doubt with the same title. */
const areDoubted = (store: Store, { n }: ArticleRow, title: string): boolean =>
  store.sql.rows(
    "SELECT 1 FROM article WHERE page_doubt IS NOT NULL AND n <> ? AND json_extract(page_doubt, '$.title') = ? LIMIT 1",
    [n, title],
  ).length > 0;

/** Whether the title on an article's own page is a new one. */
function isPageTitleNew(store: Store, row: ArticleRow, title: string, now: number): boolean {
  const isNew = readPageTitle(row, title).isEdit || (isPageBelieved(row, title, now) && !isListed(store, row));
  return isNew && !isEditedTooOften(store.articleOf(row), "title", now);
}

/** Whether the first page of a listing shows the article. */
const isListed = (store: Store, row: ArticleRow): boolean =>
  sourcesOf(row).some((id) => store.sources.get(id).listed?.includes(row.key));
