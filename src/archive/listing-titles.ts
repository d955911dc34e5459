import type { ScrapedArticle } from "../article.ts";
import { memoize } from "../memoize.ts";
import { differs } from "./merge.ts";
import { type PlaceTitle, parsePlace, placeBehind, readTitle } from "./printed-titles.ts";
import { type ArticleRow, sourcesOf } from "./rows.ts";
import type { KnownListing } from "./source-commit.ts";
import type { Store } from "./store.ts";
import { versionsFrom } from "./versions.ts";

/** What each listing showed last of an article, if that is not its current title and excerpt (see printed-titles.ts). */

/** What a listing showed last of these articles, by their row numbers. */
function placesIn(store: Store, source: string, rows: Iterable<ArticleRow>): Map<number, PlaceTitle> {
  const known = store.sql.rows<{ n: number; shown: string }>(
    `SELECT listing.n, shown FROM json_each(?) AS wanted CROSS JOIN listing ON listing.source = ? AND listing.n = wanted.value
     WHERE shown IS NOT NULL`,
    [JSON.stringify([...rows].map(({ n }) => n)), source],
  );
  return new Map(known.map(({ n, shown }) => [n, parsePlace(shown) as PlaceTitle]));
}

/**
 * The articles of a listing with the current words where the listing still shows the words before an edit that was seen
 * elsewhere.
 */
export function withCurrentTitles(
  { store, listing: { source }, rows }: KnownListing,
  articles: readonly ScrapedArticle[],
): ScrapedArticle[] {
  const places = rows.size > 0 ? placesIn(store, source, rows.values()) : undefined;
  if (!places?.size) return [...articles];
  return articles.map((article) => {
    const row = rows.get(article.key);
    const place = row && places.get(row.n);
    if (!row || !place) return article;
    const { isEdit, place: next } = readTitle(place, article.title, row);
    const isBehind = place.excerpt !== undefined && differs("excerpt", row.excerpt, place.excerpt);
    const isOldExcerpt = isBehind && !differs("excerpt", place.excerpt as string, article.excerpt);
    const shown = next ?? (isOldExcerpt ? { ...place, title: article.title } : undefined);
    setPlace(store, source, row.n, place, shown && { ...shown, excerpt: isOldExcerpt ? place.excerpt : undefined });
    return { ...article, ...(!isEdit && next && { title: row.title }), ...(isOldExcerpt && { excerpt: row.excerpt }) };
  });
}

/**
 * The articles of a listing, with the current words where an old copy of it shows those of an earlier version: caches show
 * old and new copies in turns. A copy of the first page is old if it lacks the newest article of the source; of other parts
 * and of lists below an article nobody knows, so the article's own page decides.
 */
export function withoutOldCopies(
  { store, listing: { source, isLook }, rows }: KnownListing,
  articles: readonly ScrapedArticle[],
): ScrapedArticle[] {
  const isSame = (one: ShownWords, other: ShownWords) =>
    !differs("title", one.title, other.title) && !differs("excerpt", one.excerpt, other.excerpt);
  const isOld = memoize<boolean, void>(() => {
    if (!isLook) return true;
    const [newest = 0] = store.sql.column<number>(
      `SELECT n FROM listing JOIN article USING (n) WHERE listing.source = ? AND gone IS NULL AND absent IS NULL
       ORDER BY n DESC LIMIT 1`,
      [source],
    );
    return articles.every(({ key }) => (rows.get(key)?.n ?? newest) < newest);
  });
  return articles.map((article) => {
    const row = rows.get(article.key);
    if (!row || isSame(row, article) || !isOld()) return article;
    const wasShown = earlierWords(store, row).some((earlier) => isSame(earlier, article));
    return wasShown ? { ...article, title: row.title, excerpt: row.excerpt } : article;
  });
}

type ShownWords = Pick<ArticleRow, "title" | "excerpt">;

const earlierWords = (store: Store, { seq }: ArticleRow): ShownWords[] =>
  store.sql.rows<ShownWords>(`${versionsFrom()} SELECT title, excerpt FROM version JOIN journal USING (seq) LIMIT 50`, [
    seq,
  ]);

function setPlace(store: Store, source: string, n: number, before: PlaceTitle, after: PlaceTitle | undefined): void {
  const text = after ? JSON.stringify(after) : null;
  if (text === JSON.stringify(before)) return;
  store.sql.run("UPDATE listing SET shown = ? WHERE source = ? AND n = ?", [text, source, n]);
}

/**
 * Remembers what the other places show of an article that was edited.
 *
 * @param row the article before the edit
 * @param after its words after the edit
 * @param editor the source whose listing showed the edit; undefined for the article's own page
 */
export function markOthersBehind(store: Store, row: ArticleRow, after: ShownWords, editor: string | undefined): void {
  const { title, excerpt, n } = row;
  const editorPlace = editor === undefined ? parsePlace(row.page_title) : undefined;
  const placeAfter = (shown: string | null, before: { title: string; excerpt?: string }) => {
    const place = placeBehind(parsePlace(shown), before, after.title, editorPlace);
    const isCurrent =
      !differs("title", place.title, after.title) &&
      (place.excerpt === undefined || !differs("excerpt", place.excerpt, after.excerpt));
    return isCurrent ? null : JSON.stringify(place);
  };
  for (const source of sourcesOf(row).filter((id) => id !== editor)) {
    const [listed] = store.sql.rows<{ shown: string | null }>(
      `SELECT shown FROM listing
       WHERE source = ? AND n = ?`,
      [source, n],
    );
    if (!listed) continue;
    const shown = placeAfter(listed.shown, { title, excerpt });
    store.sql.run("UPDATE listing SET shown = ? WHERE source = ? AND n = ?", [shown, source, n]);
  }
  if (editor === undefined || row.page_seen === null) return;
  store.update(n, { page_title: placeAfter(row.page_title, { title }) });
}
