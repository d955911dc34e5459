import type { CommitResult, SourceCommit } from "../archive/archive.ts";
import type { Bridge } from "../archive/bridge.ts";
import { cacheWrites } from "../archive/cache.ts";
import { isDue, longestDueFirst } from "../archive/schedule.ts";
import type { Status } from "../archive/snapshot.ts";
import type { SourceStatus } from "../archive/source-status.ts";
import type { ListingCommit } from "../archive/write.ts";
import type { Source } from "../sites/site.ts";
import { readArticlePages } from "./article-pages.ts";
import type { FetchContext, RequestBudget } from "./fetch.ts";
import { closeGap } from "./gap-pages.ts";
import { fetchListing, fetchOlder, type ListingResult } from "./listing.ts";

/** What came of one source's refresh. */
export interface RefreshOutcome {
  source: string;
  ok: boolean;
  added: number;
  edited: number;
  /** Why not, in a word and in a sentence. */
  reason?: string;
  detail?: string;
  status?: SourceStatus;
}

/** Outgoing requests of one invocation; Cloudflare's free plan allows 50. */
const MAX_REQUESTS = 45;

/**
 * The cron: every source that is due, the longest due first, as far as the outgoing requests go.
 *
 * @param isDueNow which sources are due, by their status
 */
export async function tick(bridge: Bridge, now: number, isDueNow = isDue): Promise<RefreshOutcome[]> {
  const { sources } = await bridge.archive.status(now);
  const due = bridge.sources
    .filter(({ id }) => isDueNow(sources[id], now))
    .sort((a, b) => longestDueFirst(sources[a.id], sources[b.id]));
  return refreshSources(bridge, due, sources, now, { articlePages: bridge.bodiesPerTick });
}

/** How far a refresh goes. */
interface RefreshOptions {
  /** Article pages to read. */
  articlePages: number;
  /** Milliseconds after which no further source is begun; the others stay due. */
  deadline?: number;
  /** How the sources are doing, where the caller has read it from the archive just now. */
  statuses?: Status["sources"];
}

/** Refreshes sources, due or not. */
export async function refresh(
  bridge: Bridge,
  sources: readonly Source[],
  now: number,
  options: RefreshOptions = { articlePages: 0 },
): Promise<RefreshOutcome[]> {
  const statuses = options.statuses ?? (await bridge.archive.status(now)).sources;
  return refreshSources(bridge, sources, statuses, now, options);
}

/**
 * Refreshes sources one after the other, whatever comes of the others: what each listing shows is committed at once,
 * so that an invocation that ends early loses nothing; then some article pages are read.
 */
async function refreshSources(
  bridge: Bridge,
  sources: readonly Source[],
  statuses: Status["sources"],
  now: number,
  { articlePages, deadline = Number.POSITIVE_INFINITY }: RefreshOptions,
): Promise<RefreshOutcome[]> {
  const began = Date.now();
  const budget: RequestBudget = { left: MAX_REQUESTS - articlePages };
  const outcomes = new Map<string, RefreshOutcome>();
  const contexts = new Map<string, FetchContext>();
  // What changes no article is committed together at the end.
  const quiet: SourceCommit[] = [];
  for (const source of sources) {
    if (budget.left <= 0 || Date.now() - began > deadline) break;
    const context = contextOf(bridge, source, budget);
    const status = statuses[source.id];
    let result: ListingResult;
    try {
      result = await fetchListing(source, context, status, now);
    } catch (error) {
      // What nobody foresaw must not keep the other sources from being refreshed.
      result = {
        outcome: { ok: false, reason: "internal-error", detail: `the bridge has an error (${messageOf(error)})` },
      };
    }
    if ("listing" in result) {
      const committed = await commitListing(bridge, source, context, result.listing, result.outcome, now);
      note(bridge, outcomes, [committed], now);
      if (committed.error) quiet.push({ source: source.id, outcome: faultOf(committed.error) });
    } else quiet.push({ source: source.id, outcome: result.outcome });
    if (!result.outcome.ok) continue;
    contexts.set(source.id, context);
    const known = outcomes.get(source.id)?.status ?? status;
    // A gap that this look has left is for later ticks: the pages of this one are read, or have just failed.
    if (newestGap(known) !== newestGap(status)) continue;
    const commit = async (one: SourceCommit) => {
      const results = await bridge.archive.commit([one], now, false);
      note(bridge, outcomes, results, now);
      return results[0];
    };
    const progress = await closeGap(commit, source, context, known, now);
    if (progress !== undefined) quiet.push({ source: source.id, outcome: { ok: true, gapProgress: progress } });
  }
  if (contexts.size > 0 && articlePages > 0) {
    budget.left += articlePages;
    const read = sources.filter(({ id }) => contexts.has(id));
    await readArticlePages(bridge, read, contexts, articlePages, now);
  }
  if (outcomes.size + quiet.length > 0) note(bridge, outcomes, await bridge.archive.commit(quiet, now, true), now);
  for (const outcome of outcomes.values()) log(outcome);
  return sources.flatMap(({ id }) => outcomes.get(id) ?? []);
}

const newestGap = (status: SourceStatus | undefined): string | undefined => status?.stats?.gaps.at(-1)?.after;

const contextOf = ({ origins, userAgent }: Bridge, { site }: Source, budget: RequestBudget): FetchContext => ({
  site,
  origin: origins.get(site.origin) ?? site.origin,
  userAgent,
  budget,
});

/** Pages of a listing read in one go to reach what is kept. */
const MAX_PAGES = 10;

/** Commits what a listing shows, with the older pages between it and what is kept. */
async function commitListing(
  { archive }: Bridge,
  source: Source,
  context: FetchContext,
  listing: ListingCommit,
  outcome: SourceCommit["outcome"],
  now: number,
): Promise<CommitResult> {
  const commit = async (articles: ListingCommit["articles"], onlyIfAdjoining: boolean): Promise<CommitResult> => {
    const one = { source: source.id, listings: [{ ...listing, articles }], ...(outcome && { outcome }) };
    const [result] = await archive.commit([{ ...one, onlyIfAdjoining }], now, false);
    return result as CommitResult;
  };
  let { articles } = listing;
  let result = await commit(articles, true);
  for (let pages = 1; result.notAdjoining && pages < MAX_PAGES && context.budget.left > 0; pages++) {
    const path = source.site.listingPath(source, pages);
    const page = path && (await fetchOlder(source, context, path, now));
    if (!page) break;
    const longer = [...articles, ...page];
    result = await commit(longer, true);
    // A page that was refused leaves a gap; it does not keep the newer articles out.
    if (result.failure || result.error) return commit(articles, false);
    articles = longer;
  }
  return result.notAdjoining ? commit(articles, false) : result;
}

const faultOf = (error: string): SourceCommit["outcome"] => ({
  ok: false,
  reason: "internal-error",
  detail: `the bridge has an error (${error})`,
});

/** Adds what commits came to, and remembers it for this isolate's readers. */
function note(
  bridge: Bridge,
  outcomes: Map<string, RefreshOutcome>,
  results: readonly CommitResult[],
  now: number,
): void {
  cacheWrites(bridge, results, now);
  for (const { source, added, edited, status } of results) {
    const before = outcomes.get(source) ?? { source, ok: false, added: 0, edited: 0 };
    const known = status ?? before.status;
    const failing = known !== undefined && known.failures > 0 && known.lastFailure;
    outcomes.set(source, {
      source,
      ok: known?.failures === 0,
      added: before.added + added,
      edited: before.edited + edited,
      ...(failing && { reason: failing.reason, detail: failing.detail }),
      ...(known && { status: known }),
    });
  }
}

function log({ status, ...outcome }: RefreshOutcome): void {
  console.log(JSON.stringify({ event: "refresh", ...outcome, nextDue: status?.nextDue }));
}

const messageOf = (error: unknown) => String(error).slice(0, 200);
