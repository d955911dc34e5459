import type { CommitResult, SourceCommit } from "../archive/source-commit.ts";
import type { SourceStatus } from "../archive/source-status.ts";
import { listingOffset } from "../sites/addresses.ts";
import type { Source } from "../sites/site.ts";
import type { SourceContext } from "./fetch.ts";
import { fetchOlder, listingCommit } from "./listing.ts";

/** Closes gaps of earlier ticks: reads the listing from where the gap begins, a few pages a tick, with back-off. */

/** Pages read for gaps of one source in one tick. */
const MAX_PAGES = 5;

/**
 * Reads the next pages of the newest gap.
 *
 * @param commit stores what a page shows
 * @returns whether a part of the gap was closed; undefined if nothing was tried
 */
export async function closeGap(
  commit: (commit: SourceCommit) => Promise<CommitResult | undefined>,
  context: SourceContext,
  status: SourceStatus | undefined,
): Promise<boolean | undefined> {
  const { source, now } = context;
  const gaps = status?.stats?.gaps ?? [];
  const gap = gaps.at(-1);
  if (!gap || (status?.gapReading && Date.parse(status.gapReading.due) > now)) return undefined;
  let known = JSON.stringify(gaps);
  let progress: boolean | undefined;
  const first = firstPage(source, gap.depth);
  for (let page = first; page < first + MAX_PAGES && context.budget.left > 0; page++) {
    const path = source.site.listingPath(source, page);
    if (path === undefined) break;
    progress ??= false;
    const articles = await fetchOlder(context, path);
    if (!articles) break;
    const listings = [listingCommit(source, articles, path)];
    const result = await commit({ source: source.id, listings, outcome: { ok: true } });
    const after = result?.status?.stats?.gaps;
    if (!after) break;
    progress ||= JSON.stringify(after) !== known;
    known = JSON.stringify(after);
    if (!after.some((other) => other.after === gap.after)) break;
  }
  return progress;
}

/** The number of the page that contains article number `depth` of the listing. */
function firstPage(source: Source, depth = 0): number {
  let page = 1;
  for (; page < 1000; page++) {
    const next = source.site.listingPath(source, page + 1);
    const end = next === undefined ? undefined : listingOffset(source, next);
    if (end === undefined || end > depth) break;
  }
  return page;
}
