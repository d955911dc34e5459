import { DAY, latestOf } from "../time.ts";

/**
 * Coverage says for which times the archive is complete. A listing shows only the newest articles. If a page shares no
 * article with the archive, articles may have come and gone unseen between the two: a gap. A gap stays until pages
 * cover it.
 *
 * Pure. All times are published dates; both ends of a gap are kept articles.
 */
export interface Gap {
  /** Published date of the newest kept article below the gap; empty for the time before the first page. */
  after: string;
  /** Published date of the oldest kept article above the gap. */
  before: string;
  /** The place in the listing of the article above the gap, counted from 1, if it is known. */
  depth?: number;
}

export interface Coverage {
  /** Published date of the newest article that a listing showed. */
  newest: string;
  /** Oldest first. The first gap is the time before the first page. */
  gaps: Gap[];
}

/** A part of the listing without a missing article inside. */
interface ListingSegment {
  /** Published dates, oldest first. */
  dates: readonly string[];
  /** Where the part begins and ends, in articles from the listing's top, if the page's address says it. */
  from?: number;
  to?: number;
}

/**
 * The coverage after a part of the listing was read, and the gaps that the part opened and filled. The time before the
 * first page is a gap too.
 */
export function cover(coverage: Coverage | undefined, segment: ListingSegment) {
  const [oldest = "", newest = oldest] = [segment.dates[0], segment.dates.at(-1)];
  const depth = depthOf(segment);
  if (!coverage) {
    const gap = { after: "", before: oldest, ...depth };
    return { coverage: { newest, gaps: [gap] }, opened: [bare(gap)], filled: [] };
  }
  const narrowed = coverage.gaps.map((gap) => narrow(gap, segment));
  const gaps = narrowed.flatMap(({ rest }) => rest);
  const opened: Gap[] = [];
  if (oldest > coverage.newest && !coverage.gaps.some((gap) => follows(segment, gap))) {
    const gap = { after: coverage.newest, before: oldest, ...depth };
    gaps.push(gap);
    opened.push(bare(gap));
  }
  const filled = narrowed.flatMap((gap) => gap.filled ?? []);
  return { coverage: { newest: latestOf([coverage.newest, newest]), gaps }, opened, filled };
}

const depthOf = ({ to }: ListingSegment): Pick<Gap, "depth"> => (to === undefined ? {} : { depth: to });

/** What is left of a gap, and the part of it that the segment fills. */
function narrow(gap: Gap, segment: ListingSegment): { rest: Gap[]; filled?: Gap } {
  const [oldest = "", newest = oldest] = [segment.dates[0], segment.dates.at(-1)];
  const inside = segment.dates.filter((date) => date > gap.after && date < gap.before);
  const meetsAbove = follows(segment, gap) || (newest >= gap.before && !isBelow(segment, gap));
  const meetsBelow = segment.dates.length > 0 && oldest <= gap.after;
  if (inside.length === 0 && !(meetsAbove && meetsBelow))
    return { rest: [follows(segment, gap) ? { ...gap, ...depthOf(segment) } : gap] };
  const [lowest = gap.before, highest = lowest] = [inside[0], inside.at(-1)];
  return {
    rest: [
      ...(meetsBelow ? [] : [{ after: gap.after, before: lowest, ...depthOf(segment) }]),
      ...(meetsAbove ? [] : [{ ...gap, after: highest }]),
    ],
    filled: { after: meetsBelow ? gap.after : lowest, before: meetsAbove ? gap.before : highest },
  };
}

/**
 * Whether a part of the listing follows the article above the gap. A part that begins where the part above ended shares
 * no article with it, and nothing is between the two. New articles only push a listing down: a part that begins no
 * lower than the other part ended may repeat articles, but leaves none out.
 */
const follows = ({ from = 0, to = 0 }: ListingSegment, { depth = 0 }: Gap): boolean =>
  from > 0 && from <= depth && to > depth;

/** Whether a part of the listing surely begins below the gap's upper end, whatever its dates are. */
const isBelow = ({ from = 0 }: ListingSegment, { depth = Number.POSITIVE_INFINITY }: Gap): boolean => from > depth;

const bare = ({ after, before }: Gap): Gap => ({ after, before });

/** Gaps between kept articles, without the time before the first page. */
export const knownGaps = (coverage: Coverage | undefined): Gap[] =>
  (coverage?.gaps ?? []).filter(({ after }) => after !== "");

/** The instant since which nothing was missed. */
export const completeSince = (coverage: Coverage | undefined): string | undefined => coverage?.gaps.at(-1)?.before;

/** A longer jump at the end of a page, longer than the rest of the page, is an old article among new ones. */
const JUMP = 30 * DAY;

/**
 * The longest part of a page that is in date order, from newer to older. An article out of order (a pinned card, an
 * article of 2011 that was imported today) says nothing about its neighbours.
 *
 * @param dates published dates in the page's order, newest first
 * @returns the run's dates, oldest first
 */
export function longestRun(dates: readonly string[]): string[] {
  // Patience sorting: `tails[k]` is where the best run of k + 1 dates ends so far.
  const tails: number[] = [];
  const before: number[] = [];
  for (let i = 0; i < dates.length; i++) {
    const date = dates[i] as string;
    let low = 0;
    for (let high = tails.length; low < high; ) {
      const middle = (low + high) >> 1;
      if ((dates[tails[middle] as number] as string) > date) low = middle + 1;
      else high = middle;
    }
    before.push(low > 0 ? (tails[low - 1] as number) : -1);
    tails[low] = i;
  }
  const run: string[] = [];
  for (let i = tails.at(-1) ?? -1; i >= 0; i = before[i] as number) run.push(dates[i] as string);
  // Oldest first now.
  while (run.length > 2) {
    const [a = 0, b = 0, newest = 0] = [run[0], run[1], run.at(-1)].map((date) => Date.parse(date as string));
    if (b - a <= Math.max(JUMP, newest - b)) break;
    run.shift();
  }
  return run;
}
