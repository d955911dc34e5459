import { DAY, instant, SECOND } from "../time.ts";
import { CONFIRMATION, FOLLOWED, nextLook, nextRetry, urgentLook } from "./page-schedule.ts";
import { commitTitle, printedTitle } from "./printed-titles.ts";
import { type ArticleRow, columnsOf, firstOf, IS_LISTED, publishedOf, sourcesOf } from "./rows.ts";
import { INTERVAL } from "./schedule.ts";
import type { FailedPage, PageCommit, PageId } from "./source-commit.ts";
import type { SourceStatus } from "./source-status.ts";
import type { Store } from "./store.ts";
import { wasAhead } from "./wrong-clock.ts";

/** Looks at article pages: saves their results, and selects the pages to read next. */

export interface DuePage extends PageId {
  url: string;
  title: string;
  sources: string[];
}

/** Saves that a page showed its article. Returns whether the article is back. */
export function pageRead(store: Store, { source, site, article, body }: PageCommit, now: number): boolean {
  const row = store.byKey(site, article.key);
  if (!row) return false;
  const isBack = row.gone !== null;
  if (isBack) store.setPresence(row, "back", { source, at: store.eventTime(now) }, { gone: row.gone });
  // Without a text, the page is tried again like one that could not be read.
  const isWhole = body !== undefined || row.body !== null;
  const failures = isWhole ? 0 : row.page_failures + 1;
  const since = isBack ? now : followedSince(row, now);
  const due = (isWhole ? undefined : nextRetry(failures, now)) ?? nextLook(since, row.n, now);
  store.sql.run(
    `UPDATE article SET page_due = ?, page_failures = ?, page_error = NULL, page_urgent = 0, page_seen = ?, page_title = ?,
      page_doubt = NULL, absent = NULL WHERE n = ?`,
    [instantOrNull(due), failures, instant(now), commitTitle(row, printedTitle(article)), row.n],
  );
  return isBack;
}

/**
 * Saves that an article's address had no page (404, 410, or the website's own "not found" page). The caller has checked
 * that other pages of the website can be read.
 *
 * @returns whether this look shows that the article is gone
 */
export function pageAbsent(store: Store, { site, key }: PageId, source: string, now: number): boolean {
  const row = store.byKey(site, key);
  if (!row) return false;
  if (row.gone !== null) {
    setLook(store, row, nextLook(followedSince(row, now), row.n, now), null, 0);
    return false;
  }
  const first = row.absent ?? instant(now);
  const confirmed = Date.parse(first) + CONFIRMATION;
  if (now < confirmed) {
    setLook(store, row, confirmed, first, 1);
    return false;
  }
  store.setPresence(row, "gone", { source, at: store.eventTime(now) }, { absent: first });
  setLook(store, row, nextLook(now, row.n, now), null, 0);
  return true;
}

/**
 * Saves that a page could not be read. After an error of the bridge itself, it is read every day.
 *
 * @param doubt what to remember of a page that was read, and seems to be another article's
 */
export function pageFailed(store: Store, page: FailedPage, now: number, doubt?: string): void {
  const { site, key, error, problem } = page;
  const row = store.byKey(site, key);
  if (!row) return;
  const failures = row.page_failures + 1;
  const since = followedSince(row, now);
  const due = nextRetry(failures, now) ?? (error ? now + DAY : nextLook(since, row.n, now));
  const looks = { page_due: instantOrNull(due), page_failures: failures, page_error: error ?? problem ?? null };
  store.update(row.n, { ...looks, ...(doubt !== undefined && { page_doubt: doubt }) });
}

/**
 * If the clock was ahead at a source's last look, moves what was noted of its articles' pages back by as much, so that they
 * are due in the same order. Articles that only seemed old then are due now.
 *
 * @returns whether it was
 */
export function putLooksBack(store: Store, source: string, status: SourceStatus, now: number): boolean {
  if (!wasAhead(store, status, now)) return false;
  const back = `-${Math.round((Date.parse(status.lastAttempt) - now) / SECOND)} seconds`;
  const moved = (column: string) => `iif(${column} > ?1, strftime('%Y-%m-%dT%H:%M:%SZ', ${column}, ?2), ${column})`;
  store.sql.run(
    `UPDATE article SET page_due = coalesce(${moved("page_due")}, ?1), page_seen = ${moved("page_seen")},
       absent = ${moved("absent")}, page_doubt = NULL
     WHERE n IN (SELECT n FROM listing WHERE source = ?3)
       AND (page_due > ?1 OR page_seen > ?1 OR page_due IS NULL AND n > ?4)`,
    [instant(now), back, source, firstOf(now - FOLLOWED)],
  );
  return true;
}

/**
 * Forgets the first absences of articles that were there at event `before`: a backup that continues an earlier one does not
 * say whether their pages were there again meanwhile.
 */
export function forgetAbsences(store: Store, before: number): void {
  store.sql.run(
    "UPDATE article SET absent = NULL WHERE absent IS NOT NULL AND (SELECT min(value) FROM json_each(listed)) <= ?",
    [before],
  );
}

/** Has an article's page read as soon as possible. */
export function requestPage(store: Store, row: ArticleRow, now: number): void {
  setLook(store, row, urgentLook(row.page_seen, now), row.absent, 1);
}

function setLook(store: Store, { n }: ArticleRow, due: number | undefined, absent: string | null, urgent: 0 | 1): void {
  store.update(n, { page_due: instantOrNull(due), page_failures: 0, page_error: null, page_urgent: urgent, absent });
}

/** Since when an article is gone, or is there, in milliseconds; about, if a clock that was ahead noted it. */
function followedSince({ n, gone, first_seen, page_seen }: ArticleRow, now: number): number {
  const instants = [gone, gone && page_seen, gone ? null : first_seen, publishedOf(n)];
  return Date.parse(instants.find((at) => at !== null && at <= instant(now)) ?? first_seen);
}

const instantOrNull = (ms: number | undefined): string | null => (ms === undefined ? null : instant(ms));

/** Maximum number of due pages of a kind that are considered. */
const CANDIDATES = 500;

/** The kinds of due pages of a website, each with its index, condition and order. */
const DUE = {
  /** Absences to confirm, new titles, and articles that vanished from a listing: longest due first. */
  urgent: ["urgent", "page_urgent = 1", "page_due"],
  /** Articles without a text: newest first. */
  first: ["first", "page_due IS NOT NULL AND body IS NULL AND page_urgent = 0", "n DESC"],
  /** Articles with a text: longest due first. */
  again: ["due", "page_due IS NOT NULL AND body IS NOT NULL AND page_urgent = 0", "page_due"],
} as const;

/** Every eighth page is one of the kind `again`, even if others wait. */
const AGAIN_SHARE = 8;

/** The order of the kinds at a place: a third of the pages are urgent ones, most of the others first texts. */
function turnOf(place: number, counted: number): readonly (keyof typeof DUE)[] {
  if (counted % AGAIN_SHARE === AGAIN_SHARE - 1) return ["again", "urgent", "first"];
  return place % 3 === 0 ? ["urgent", "first", "again"] : ["first", "urgent", "again"];
}

/**
 * The article pages of a website to read now. The kinds take turns; within a kind, the sources do.
 *
 * @param sources ids of its sources that can be read
 * @param most pages at most
 */
export function duePages(store: Store, site: string, sources: readonly string[], most: number, now: number): DuePage[] {
  const tick = Math.floor(now / INTERVAL);
  const values = [instant(now), JSON.stringify(sources), site];
  const rowsOf = (kind: keyof typeof DUE) =>
    inTurn(store.sql.select<DueRow>(DUE_COLUMNS, dueFrom(kind), values), sources, tick);
  const queues = { urgent: rowsOf("urgent"), first: rowsOf("first"), again: rowsOf("again") };
  const pages: DueRow[] = [];
  while (pages.length < most) {
    const turn = turnOf(pages.length, tick * most + pages.length);
    const row = turn
      .map((kind) => queues[kind])
      .find(([first]) => first)
      ?.shift();
    if (!row) break;
    pages.push(row);
  }
  return pages.map((row) => duePage(store, row));
}

type DueRow = Pick<ArticleRow, "n" | "site" | "key" | "url" | "title" | "sources">;
const DUE_COLUMNS = columnsOf(["n", "site", "key", "url", "title", "sources"]);

/** Where the due pages of a kind are read; its parameters are the instant, the sources and the site. */
export function dueFrom(kind: keyof typeof DUE): string {
  const [index, condition, order] = DUE[kind];
  return `FROM article INDEXED BY article_${index} WHERE site = (SELECT no FROM site WHERE name = ?3) AND ${condition}
    AND page_due <= ?1 AND ${IS_LISTED} ORDER BY ${order} LIMIT ${CANDIDATES}`;
}

/** The rows, one of each source in turn; another source begins at each tick. */
function inTurn(rows: readonly DueRow[], wanted: readonly string[], tick: number): DueRow[] {
  const lists = [...Map.groupBy(rows, (row) => sourcesOf(row).find((id) => wanted.includes(id))).values()];
  const start = lists.length > 0 ? tick % lists.length : 0;
  const rotated = [...lists.slice(start), ...lists.slice(0, start)];
  const longest = Math.max(0, ...rotated.map(({ length }) => length));
  return Array.from({ length: longest }, (_, i) => rotated.flatMap((list) => list[i] ?? [])).flat();
}

/** Articles that the listings of these sources show now, newest first. Their pages exist if the website works at all. */
export function listedPages(store: Store, site: string, sources: readonly string[], most: number): DuePage[] {
  const keys = store.sql.column<string>(
    `SELECT DISTINCT listed.value FROM json_each(?) AS wanted JOIN source ON source.id = wanted.value
     JOIN json_each(source.listed) AS listed WHERE source.listed IS NOT NULL`,
    [JSON.stringify(sources)],
  );
  return store
    .byKeys(site, keys)
    .filter(({ absent, gone }) => absent === null && gone === null)
    .sort((a, b) => b.n - a.n)
    .slice(0, most)
    .map((row) => duePage(store, row));
}

const duePage = (store: Store, row: DueRow): DuePage => ({
  site: store.sites.nameOf(row.site),
  key: row.key,
  url: row.url,
  title: row.title,
  sources: sourcesOf(row),
});
