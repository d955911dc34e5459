import type { CommitResult, ListingCommit, SourceCommit } from "../archive/source-commit.ts";
import type { Outcome, SourceStatus } from "../archive/source-status.ts";
import type { Site, Source } from "../sites/site.ts";
import { readArticlePages } from "./article-pages.ts";
import { type SourceContext, TIMEOUT } from "./fetch.ts";
import { closeGap } from "./gap-pages.ts";
import { fetchListing, fetchOlder, type ListingResult, listingCommit } from "./listing.ts";
import { type Round, record } from "./round.ts";

/**
 * Refreshes the sources of one website, one after the other. Then it reads some article pages.
 *
 * @returns the commits that change no article, for the caller to make
 */
export async function refreshSite(round: Round, site: Site, sources: readonly Source[]): Promise<SourceCommit[]> {
  const { bridge, budget } = round;
  /** Of the sources whose listings could be read, by source id. */
  const contexts = new Map<string, SourceContext>();
  const quiet: SourceCommit[] = [];
  for (const source of sources) {
    if (budget.left <= 0 || !round.hasTime()) break;
    const context = contextOf(round, source);
    const result = await refreshSource(round, context, quiet);
    if (result.outcome.ok) contexts.set(source.id, context);
    // The website may be dropping the bridge's connections: its other sources are left for the next tick.
    if (site.politeness && hasReason(result, "network", "timeout")) break;
  }
  const pages = round.articlePages.get(site) ?? 0;
  if (contexts.size > 0 && pages > 0) {
    const kept = { left: pages, shared: budget };
    for (const context of contexts.values()) context.budget = kept;
    await readArticlePages(bridge, site, contexts, pages, round.now);
  }
  return quiet;
}

/** Reads the listing of one source, then a part of its newest gap. */
async function refreshSource(round: Round, context: SourceContext, quiet: SourceCommit[]): Promise<ListingResult> {
  const { source } = context;
  const result = await fetchListing(context, round.statuses[source.id]).catch(
    // An unforeseen error on one source must not stop the refresh of the others.
    (error): ListingResult => ({ outcome: internalError(String(error).slice(0, 200)) }),
  );
  if (result.listing) {
    const committed = await commitWithOlderPages(round, context, result.listing, result.outcome);
    record(round, [committed]);
    if (committed.error) quiet.push({ source: source.id, outcome: internalError(committed.error) });
  } else if (isUnfinished(context, result)) {
    round.outcomes.set(source.id, { source: source.id, added: 0, edited: 0, ...result.outcome });
  } else quiet.push({ source: source.id, outcome: result.outcome });
  if (result.outcome.ok) quiet.push(...(await continueGap(round, context)));
  return result;
}

const hasReason = ({ outcome }: ListingResult, ...reasons: string[]): boolean =>
  !outcome.ok && reasons.includes(outcome.reason);

/** Whether the website has not failed: no request was left, or the reader could not wait longer. */
const isUnfinished = ({ timeout, site }: SourceContext, result: ListingResult): boolean =>
  hasReason(result, "no-request-left") || (hasReason(result, "timeout") && timeout < (site.politeness?.timeout ?? 0));

function contextOf({ bridge, budget, now, isOnDemand, connectionsOf }: Round, source: Source): SourceContext {
  const { site } = source;
  const origin = bridge.origins.get(site.origin) ?? site.origin;
  const most = site.politeness?.timeout ?? TIMEOUT;
  const timeout = isOnDemand ? Math.min(TIMEOUT, most) : most;
  const connections = connectionsOf?.(site);
  return { source, site, origin, userAgent: bridge.userAgent, budget, connections, timeout, now };
}

async function continueGap(round: Round, context: SourceContext): Promise<SourceCommit[]> {
  const { bridge, statuses, outcomes, now } = round;
  const { source } = context;
  const status = statuses[source.id];
  const known = outcomes.get(source.id)?.status ?? status;
  // A gap that this refresh has just left is for later ticks: its pages were just read, or just failed.
  if (newestGap(known) !== newestGap(status)) return [];
  const commit = async (one: SourceCommit) => {
    const results = await bridge.archive.commit([one], now, false);
    record(round, results);
    return results[0];
  };
  const progress = await closeGap(commit, context, known);
  return progress === undefined ? [] : [{ source: source.id, outcome: { ok: true, gapProgress: progress } }];
}

const newestGap = (status: SourceStatus | undefined): string | undefined => status?.stats?.gaps.at(-1)?.after;

/** Pages of one listing that are read in one refresh to reach the articles that are kept. */
const MAX_PAGES = 10;

/** Commits a listing. Reads older pages first, until they reach the articles that are kept. */
async function commitWithOlderPages(round: Round, context: SourceContext, listing: ListingCommit, outcome: Outcome) {
  const { bridge, now, publishesAtOnce } = round;
  const { source } = context;
  const commit = async (read: ListingCommit, onlyIfAdjoining: boolean): Promise<CommitResult> => {
    const one = { source: source.id, listings: [read], outcome, onlyIfAdjoining };
    const [result] = await bridge.archive.commit([one], now, publishesAtOnce);
    round.isPublished = publishesAtOnce !== false && !result?.notAdjoining;
    return result as CommitResult;
  };
  let read = listing;
  let result = await commit(read, true);
  for (let pages = 1; result.notAdjoining && pages < MAX_PAGES && context.budget.left > 0; pages++) {
    const path = source.site.listingPath(source, pages);
    const page = path && (await fetchOlder(context, path));
    if (!page) break;
    const { to } = listingCommit(source, page, path);
    const longer = { ...read, articles: [...read.articles, ...page], to };
    result = await commit(longer, true);
    // If the archive refuses a page, the newer articles are committed, with a gap.
    if (result.failure || result.error) return commit(read, false);
    read = longer;
  }
  return result.notAdjoining ? commit(read, false) : result;
}

const internalError = (error: string): Outcome => ({
  ok: false,
  reason: "internal-error",
  detail: `the bridge has an error (${error})`,
});
