import { latestOf } from "../time.ts";

/**
 * What is known to be complete. A listing shows only the newest articles: where a page shares none with what is kept,
 * articles came and went unseen between the two. Such a gap is kept until pages have covered it.
 *
 * Pure. Everything is in published dates; a gap's ends are articles that are kept.
 */
export interface Gap {
  /** Published date of the newest article kept below the gap; empty for the time before the first page. */
  after: string;
  /** Published date of the oldest article kept above the gap. */
  before: string;
  /** How many articles the listing showed down to the article above the gap, that one included, where it is known. */
  depth?: number;
}

export interface Coverage {
  /** Published date of the newest article that a listing showed. */
  newest: string;
  /** Oldest first. The first reaches back to the beginning of time: nothing is known of what was before. */
  gaps: Gap[];
}

/** A part of the listing that was read without a break. */
export interface ListingSegment {
  /** Published dates, oldest first. */
  dates: readonly string[];
  /** Where the part begins and ends, in articles from the listing's top, where the page's address says it. */
  from?: number;
  to?: number;
}

export interface Covered {
  coverage: Coverage;
  /** What the stretch opened and filled; the time before the first page is a gap as well. */
  opened: Gap[];
  filled: Gap[];
}

/** The coverage after a stretch was read. */
export function cover(coverage: Coverage | undefined, stretch: ListingSegment): Covered {
  const [oldest = "", newest = oldest] = [stretch.dates[0], stretch.dates.at(-1)];
  const depth = stretch.to === undefined ? {} : { depth: stretch.to };
  if (!coverage) {
    const gap = { after: "", before: oldest, ...depth };
    return { coverage: { newest, gaps: [gap] }, opened: [bare(gap)], filled: [] };
  }
  const opened: Gap[] = [];
  const filled: Gap[] = [];
  const gaps: Gap[] = [];
  for (const gap of coverage.gaps) {
    const inside = stretch.dates.filter((date) => date > gap.after && date < gap.before);
    const meetsAbove = adjoins(stretch, gap) || (newest >= gap.before && !isBelow(stretch, gap));
    const meetsBelow = oldest <= gap.after;
    if (inside.length === 0 && !(meetsAbove && meetsBelow)) {
      gaps.push(adjoins(stretch, gap) ? { ...gap, ...depth } : gap);
      continue;
    }
    const [lowest = gap.before, highest = lowest] = [inside[0], inside.at(-1)];
    if (!meetsBelow) gaps.push({ after: gap.after, before: lowest, ...depth });
    if (!meetsAbove) gaps.push({ ...gap, after: highest });
    filled.push({ after: meetsBelow ? gap.after : lowest, before: meetsAbove ? gap.before : highest });
  }
  if (oldest > coverage.newest && !coverage.gaps.some((gap) => adjoins(stretch, gap))) {
    const gap = { after: coverage.newest, before: oldest, ...depth };
    gaps.push(gap);
    opened.push(bare(gap));
  }
  gaps.sort((a, b) => (a.before < b.before ? -1 : 1));
  return { coverage: { newest: latestOf([coverage.newest, newest]), gaps }, opened, filled };
}

/**
 * Whether a part of the listing follows the article above the gap. A part that begins where the part above it ended
 * shares no article with it, and nothing is between the two: new articles only push a listing down, so that a part
 * which begins no lower than the other ended can repeat articles and cannot leave any out.
 */
const adjoins = ({ from, to }: ListingSegment, { depth }: Gap): boolean =>
  from !== undefined && to !== undefined && depth !== undefined && from > 0 && from <= depth && to > depth;

/** Whether a part of the listing is known to begin further down, whatever its dates. */
const isBelow = ({ from }: ListingSegment, { depth }: Gap): boolean =>
  from !== undefined && depth !== undefined && from > depth;

const bare = ({ after, before }: Gap): Gap => ({ after, before });

/** Gaps between articles that are kept: not the time before the first page. */
export const knownGaps = (coverage: Coverage | undefined): Gap[] =>
  (coverage?.gaps ?? []).filter(({ after }) => after !== "");

/** The instant since which nothing was missed. */
export const completeSince = (coverage: Coverage | undefined): string | undefined => coverage?.gaps.at(-1)?.before;

const DAY = 86_400_000;
/** A jump at the end of a page that is longer than this, and longer than the rest, is an old article among new ones. */
const JUMP = 30 * DAY;

/**
 * The part of a page that is in date order: the longest run from newer to older. What is out of order (a card that is
 * pinned, an article of 2011 that was imported today) says nothing about its neighbours.
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
    const [a, b, newest] = [run[0], run[1], run.at(-1)].map((date) => Date.parse(date as string)) as [
      number,
      number,
      number,
    ];
    if (b - a <= Math.max(JUMP, newest - b)) break;
    run.shift();
  }
  return run;
}
