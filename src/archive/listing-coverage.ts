import { DAY, dayEnd, dayOf, instant } from "../time.ts";
import { type Coverage, cover, type Gap, longestRun } from "./coverage.ts";
import { publishedOf, sourcesOf } from "./rows.ts";
import type { KnownListing, ListingCommit } from "./source-commit.ts";
import type { Store } from "./store.ts";

/** Updates a source's coverage (coverage.ts) with the pages of its listing. */

/** Whether the newest page of a listing reaches the kept articles. Then no article was missed between the two. */
export function adjoins(store: Store, { source, site, timeZone, articles }: ListingCommit): boolean {
  const coverage = store.sources.get(source).coverage;
  if (!coverage || articles.length === 0) return true;
  const known = store.byKeys(site, [...new Set(articles.map(({ key }) => key))]);
  const dates = new Map(
    known.map(({ key, n, sources }) => [key, sourcesOf({ sources }).includes(source) ? publishedOf(n) : ""]),
  );
  // A pinned card or an imported article is out of date order. It says nothing about its neighbours.
  const shown = articles.map(
    ({ key, day, collectedAt }) => dates.get(key) || estimatedDate(day, collectedAt, timeZone),
  );
  const run = longestRun(shown);
  return [...dates.values()].some(
    (date) =>
      date !== "" &&
      date <= coverage.newest &&
      run.includes(date) &&
      !coverage.gaps.some(({ after, before }) => date > after && date < before),
  );
}

/** The approximate date of a new article, precise enough to tell whether a page is in date order. */
function estimatedDate(day: string, collectedAt: number | undefined, timeZone: string): string {
  if (collectedAt !== undefined && dayOf(collectedAt, timeZone) === day) return instant(collectedAt);
  const end = dayEnd(day, timeZone) - 1000;
  return Number.isNaN(end) ? "" : instant(end);
}

/** The gap that contains an older part of the listing. New articles get dates between the ends of the gap. */
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
 * Appends the gaps that a part of a listing opens and fills to the journal.
 *
 * @returns the new coverage; undefined if it has not changed
 */
export function coverListing(
  { store, listing, rows }: KnownListing,
  before: Coverage | undefined,
  at: string,
): Coverage | undefined {
  const { source, timeZone, articles, from, to, listsOneDay } = listing;
  const seen = new Set<string>();
  const shown = articles.flatMap(({ key, collectedAt }) => {
    const row = rows.get(key);
    if (!row || seen.has(key)) return [];
    seen.add(key);
    // The website collected it on another day than the printed one. So its place in the listing is not that of its date.
    return [{ date: publishedOf(row.n), imported: collectedAt !== undefined && row.day_only === 1 }];
  });
  const own = shown.filter(({ imported }) => !imported);
  const run = longestRun((own.length * 2 >= shown.length ? own : shown).map(({ date }) => date));
  const [oldest] = run;
  if (oldest === undefined && !(before && to)) return undefined;
  const midnightOf = (date: string) => Date.parse(dayOf(Date.parse(date), timeZone));
  const follows = before && oldest && oldest > before.newest && midnightOf(oldest) - midnightOf(before.newest) <= DAY;
  if (listsOneDay && follows) run.unshift(before.newest);
  const place = from === undefined ? {} : { from, to: to ?? from + seen.size };
  const { coverage, opened, filled } = cover(before, { dates: run, ...place });
  for (const gap of filled) store.append({ at, event: "filled", source, data: { ...gap } });
  for (const gap of opened) store.append({ at, event: "gap", source, data: { ...gap } });
  return JSON.stringify(coverage) === JSON.stringify(before) ? undefined : coverage;
}
