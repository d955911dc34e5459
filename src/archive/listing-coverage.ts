import { dayEnd, dayOf, instant } from "../time.ts";
import { type Coverage, cover, type Gap, longestRun } from "./coverage.ts";
import { type ArticleRow, publishedOf, sourcesOf } from "./rows.ts";
import type { Store } from "./store.ts";
import type { ListingCommit } from "./write.ts";

/** What a part of a listing says of completeness, kept beside the source. */

/** What is known to be complete of a source; undefined before its first listing. */
export function coverageOf(store: Store, source: string): Coverage | undefined {
  const [row] = store.sql.rows<{ coverage: string | null }>("SELECT coverage FROM source WHERE id = ?", source);
  return row?.coverage ? (JSON.parse(row.coverage) as Coverage) : undefined;
}

/** Whether a page from the listing's top meets what is kept: then nothing was missed between the two. */
export function adjoins(store: Store, { source, site, timeZone, articles }: ListingCommit): boolean {
  const coverage = coverageOf(store, source);
  if (!coverage || articles.length === 0) return true;
  const known = store.byKeys(site, [...new Set(articles.map(({ key }) => key))]);
  const dates = new Map(
    known.map(({ key, n, sources }) => [key, sourcesOf({ sources }).includes(source) ? publishedOf(n) : ""]),
  );
  // An article far below the others is a card that is pinned, or imported: it says nothing about its neighbours.
  const shown = articles.map(({ key, day, collectedAt }) => dates.get(key) || likelyDate(day, collectedAt, timeZone));
  const run = longestRun(shown);
  return [...dates.values()].some(
    (date) =>
      date !== "" &&
      date <= coverage.newest &&
      run.includes(date) &&
      !coverage.gaps.some(({ after, before }) => date > after && date < before),
  );
}

/** Where a new article will stand, near enough to tell whether a page is in date order. */
function likelyDate(day: string, collectedAt: number | undefined, timeZone: string): string {
  if (collectedAt !== undefined && dayOf(collectedAt, timeZone) === day) return instant(collectedAt);
  const end = dayEnd(day, timeZone) - 1000;
  return Number.isNaN(end) ? "" : instant(end);
}

/** The gap into which an older part of the listing falls: its new articles are dated between the gap's ends. */
export function gapAround(
  coverage: Coverage | undefined,
  { articles, timeZone }: Pick<ListingCommit, "articles" | "timeZone">,
): Gap | undefined {
  const days = articles.map(({ day }) => day).sort();
  const [oldest = "", newest = ""] = [days[0], days.at(-1)];
  return coverage?.gaps.findLast(
    ({ after, before }) =>
      newest <= dayOf(Date.parse(before), timeZone) && (after === "" || oldest >= dayOf(Date.parse(after), timeZone)),
  );
}

/**
 * Appends to the journal the gaps that a part of a listing opens and fills.
 *
 * @returns what to keep in the source's column `coverage`; undefined if that is kept already
 */
export function coverListing(
  store: Store,
  { source, articles, from }: ListingCommit,
  rows: ReadonlyMap<string, ArticleRow>,
  before: Coverage | undefined,
  at: string,
): string | undefined {
  const seen = new Set<string>();
  const shown = articles.flatMap(({ key, collectedAt }) => {
    const row = rows.get(key);
    if (!row || seen.has(key)) return [];
    seen.add(key);
    // Taken in on another day than the printed one: imported, so its place in the listing is not that of its date.
    return [{ date: publishedOf(row.n), imported: collectedAt !== undefined && row.day_only === 1 }];
  });
  const own = shown.filter(({ imported }) => !imported);
  const run = longestRun((own.length * 2 >= shown.length ? own : shown).map(({ date }) => date));
  if (run.length === 0) return undefined;
  const place = from === undefined ? {} : { from, to: from + seen.size };
  const { coverage, opened, filled } = cover(before, { dates: run, ...place });
  for (const gap of filled) store.append({ at, event: "filled", source, data: { ...gap } });
  for (const gap of opened) store.append({ at, event: "gap", source, data: { ...gap } });
  const text = JSON.stringify(coverage);
  return text === JSON.stringify(before) ? undefined : text;
}
