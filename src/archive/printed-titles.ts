import type { ScrapedArticle } from "../article.ts";
import { isUnrelated } from "../query/edit-summary.ts";
import { plainText } from "../scrape/text.ts";
import { DAY, instant } from "../time.ts";
import { bare, differs } from "./merge.ts";
import type { ArticleRow } from "./rows.ts";

/**
 * An article's title is printed in several places: in the listings of its sources and on its own page. A new title is
 * one edit, though the places change one after the other, caches show old titles for a while, and a place may always
 * print titles in its own form (cut, or with a prefix). So for each place the archive keeps what it showed last, if
 * that is not the current title. Pure.
 */
export interface PlaceTitle {
  title: string;
  /** In listings, beside the title; absent if it is the current one. */
  excerpt?: string | undefined;
  /** The place prints titles in its own form. */
  own?: true;
  /** The title was edited elsewhere since: the place's next title is the same edit. */
  behind?: true;
  /** What the article's page showed until that edit, if it prints titles in its own form. */
  onPage?: string;
}

interface TitleReading {
  isEdit: boolean;
  /** What to remember of the place; undefined if it shows the current title. */
  place: PlaceTitle | undefined;
}

/**
 * What a title means that a place shows now.
 *
 * @param place what it showed last; undefined if that is the current title
 * @param row the article, with its current title and the earlier ones
 */
export function readTitle(place: PlaceTitle | undefined, title: string, row: TitleRow): TitleReading {
  if (!differs("title", row.title, title)) return { isEdit: false, place: undefined };
  // A place that is behind with its excerpt alone showed the current title.
  if (!place || !differs("title", place.title, row.title)) return { isEdit: true, place: undefined };
  // Where two lines of it meet, versions of the bridge read another space.
  if (bare(place.title) === bare(title)) return { isEdit: false, place: { ...place, title } };
  // After several edits, a place that is behind shows one title after the other.
  const isCatchingUp = place.behind && earlierTitles(row).some((earlier) => !differs("title", earlier, title));
  if (isCatchingUp) return { isEdit: false, place: { ...place, title } };
  // What the page showed before is no form of its own: the listing is late with a title that was never current.
  const isLate = place.onPage !== undefined && !differs("title", place.onPage, title);
  if (place.own && place.behind && !isLate) return { isEdit: false, place: { title, own: true } };
  return { isEdit: true, place: undefined };
}

type TitleRow = Pick<ArticleRow, "title" | "earlier_titles">;

const earlierTitles = ({ earlier_titles }: TitleRow): string[] =>
  earlier_titles === null ? [] : (JSON.parse(earlier_titles) as string[]);

/** The title that a page prints; empty if it prints none. */
export const printedTitle = ({ title, isUntitled }: ScrapedArticle): string => (isUntitled ? "" : title);

/** The same for the article's own page. The first title that it shows is no edit, unless no listing prints one. */
export function readPageTitle(row: ArticleRow, title: string): TitleReading {
  if (title === "") return { isEdit: false, place: parsePlace(row.page_title) };
  if (row.page_seen !== null || row.title === UNTITLED) return readTitle(parsePlace(row.page_title), title, row);
  return { isEdit: false, place: differs("title", row.title, title) ? { title, own: true } : undefined };
}

/** For so long, caches may show an article's page as it was before an edit, milliseconds. */
const CACHED = DAY;

/** Whether an article's own page is behind so long after an edit that its title is the current one, if no listing shows it. */
export function isPageBelieved(row: ArticleRow, title: string, now: number): boolean {
  const place = parsePlace(row.page_title);
  if (title === "" || !place?.behind || place.own || !differs("title", row.title, title)) return false;
  return now - Date.parse(row.updated) >= CACHED;
}

/** `page_title` after a look, when an edit is already kept. */
export function commitTitle(row: ArticleRow, title: string): string | null {
  const { place } = readPageTitle(row, title);
  return place ? JSON.stringify(place) : null;
}

/**
 * What to remember of the other places after an edit.
 *
 * @param place what the other place showed last
 * @param before title and excerpt before the edit
 * @param title the one after the edit: an excerpt alone leaves every place as it is with its title
 * @param editor what the place showed that has changed
 */
export function placeBehind(
  place: PlaceTitle | undefined,
  before: { title: string; excerpt?: string },
  title: string,
  editor: PlaceTitle | undefined,
): PlaceTitle {
  // A place without an excerpt showed the one before the edit.
  const { excerpt } = before;
  const behind = differs("title", before.title, title) && { behind: true as const };
  if (place) return { ...(excerpt !== undefined && { excerpt }), ...place, ...behind };
  return { ...before, ...behind, ...(editor?.own && { own: true, onPage: editor.title }) };
}

/** A place as the columns `page_title` and `shown` hold it: JSON, or null for the current title. */
export const parsePlace = (json: string | null): PlaceTitle | undefined =>
  json === null ? undefined : (JSON.parse(json) as PlaceTitle);

/** A page that seems to be another article's is believed if it, and no other page, still shows the same a day later. */
const DOUBT = DAY;
/** The title of an article whose listing prints none. */
const UNTITLED = "Untitled";

interface PageTexts {
  title: string;
  day: string;
  /** Sanitized HTML; undefined if the page has none. */
  body?: string;
}

/** The other articles of the website. */
interface Others {
  /** Whether the page of one is in doubt with the same title. */
  areDoubted(title: string): boolean;
  /** Whether one has the page's title and text, or its title and no text yet. */
  havePage(): boolean;
}

/**
 * Whether a page cannot be taken for the article's: neither its title nor its text has anything in common with the kept
 * ones, or it is the page of another known article, whose words may be nearly the same. Websites have shown another article,
 * or their home page, under an article's address.
 *
 * @returns what to remember of the doubt; undefined if there is none
 */
export function doubtOf(
  row: ArticleRow,
  keptHtml: string,
  page: PageTexts,
  now: number,
  others: Others,
): string | undefined {
  const isAnothers = !hasTitleOf(row, page.title) && page.body !== keptHtml && others.havePage();
  if (!isAnothers && isRelated(row, keptHtml, page)) return undefined;
  const known = row.page_doubt === null ? undefined : (JSON.parse(row.page_doubt) as { title: string; at: string });
  const isSame = known !== undefined && known.title === page.title;
  // A page with another day is never the article's.
  const isOtherDay = isOfOtherDay(row, page);
  const isOld = isSame && now - Date.parse(known.at) >= DOUBT;
  if (isOld && !isOtherDay && !isAnothers && !others.areDoubted(page.title)) return undefined;
  return isSame ? (row.page_doubt as string) : JSON.stringify({ title: page.title, at: instant(now) });
}

/** The article's title, that of its own page, and the earlier ones. */
const knownTitles = (row: ArticleRow): string[] => [
  row.title,
  parsePlace(row.page_title)?.title ?? row.title,
  ...earlierTitles(row),
];

/** Whether an article has, or had, a title; that of an untitled one is not known. */
const hasTitleOf = (row: ArticleRow, title: string): boolean =>
  title === "" || row.title === UNTITLED || knownTitles(row).some((known) => !differs("title", known, title));

/** Whether a page has the article's title, an earlier one, or its text. Texts of other days are often nearly the same. */
function isRelated(row: ArticleRow, keptHtml: string, page: PageTexts): boolean {
  const { title, body } = page;
  if (title === "" || row.title === UNTITLED) return true;
  if (knownTitles(row).some((known) => !isUnrelated(known, title))) return true;
  if (keptHtml === "" || body === undefined) return false;
  const [kept, text] = [plainText(keptHtml), plainText(body)];
  return isOfOtherDay(row, page) ? kept === text : !isUnrelated(kept, text);
}

const isOfOtherDay = (row: ArticleRow, { day }: PageTexts): boolean => day !== "" && day !== row.day;
