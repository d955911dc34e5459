import type { CommitResult, SourceCommit } from "../archive/archive.ts";
import type { Bridge } from "../archive/bridge.ts";
import { cacheWrites } from "../archive/cache.ts";
import { isDue, longestDueFirst } from "../archive/schedule.ts";
import type { Status } from "../archive/snapshot.ts";
import type { Outcome, SourceStatus } from "../archive/source-status.ts";
import type { ListingCommit } from "../archive/write.ts";
import { count } from "../platform/counters.ts";
import type { Source } from "../sites/site.ts";
import { readArticlePages } from "./article-pages.ts";
import type { FetchContext, RequestBudget } from "./fetch.ts";
import { closeGap } from "./gap-pages.ts";
import { fetchListing, fetchOlder, type ListingResult } from "./listing.ts";

/** The outcome of the refresh of one source. */
export interface RefreshOutcome {
  source: string;
  ok: boolean;
  added: number;
  edited: number;
  /** Why it failed, in a word and in a sentence. */
  reason?: string;
  detail?: string;
  status?: SourceStatus;
}

/** Outgoing requests of one invocation; Cloudflare's free plan allows 50. */
const MAX_REQUESTS = 45;

/**
 * The cron: refreshes the sources that are due, the longest due first, until the outgoing requests are used up.
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
  /** Milliseconds after which no further source is started. Those that are left stay due. */
  deadline?: number;
  /** Status of the sources, if the caller has just read it from the archive. */
  statuses?: Status["sources"];
}

/** Refreshes sources, whether they are due or not. */
export async function refresh(
  bridge: Bridge,
  sources: readonly Source[],
  now: number,
  options: RefreshOptions = { articlePages: 0 },
): Promise<RefreshOutcome[]> {
  const statuses = options.statuses ?? (await bridge.archive.status(now)).sources;
  return refreshSources(bridge, sources, statuses, now, options);
}

/** One refresh of several sources: what it may still do, and what it has done. */
interface Run {
  bridge: Bridge;
  now: number;
  budget: RequestBudget;
  /** By source id, like `contexts`. */
  outcomes: Map<string, RefreshOutcome>;
  /** Of the sources whose listings could be read. */
  contexts: Map<string, FetchContext>;
  /** Commits that change no article. They are made together at the end. */
  quiet: SourceCommit[];
}

/**
 * Refreshes sources one after the other. A source that fails does not stop the others. Each listing is committed at
 * once, so that nothing is lost if the invocation ends early. Article pages are read after all listings.
 */
async function refreshSources(
  bridge: Bridge,
  sources: readonly Source[],
  statuses: Status["sources"],
  now: number,
  { articlePages, deadline = Number.POSITIVE_INFINITY }: RefreshOptions,
): Promise<RefreshOutcome[]> {
  const began = Date.now();
  const budget = { left: MAX_REQUESTS - articlePages };
  const run: Run = { bridge, now, budget, outcomes: new Map(), contexts: new Map(), quiet: [] };
  for (const source of sources) {
    if (budget.left <= 0 || Date.now() - began > deadline) break;
    await refreshSource(run, source, statuses[source.id]);
  }
  const { outcomes, contexts, quiet } = run;
  if (contexts.size > 0 && articlePages > 0) {
    budget.left += articlePages;
    const read = sources.filter(({ id }) => contexts.has(id));
    await readArticlePages(bridge, read, contexts, articlePages, now);
  }
  if (outcomes.size + quiet.length > 0) record(run, await bridge.archive.commit(quiet, now, true));
  for (const outcome of outcomes.values()) log(outcome);
  return sources.flatMap(({ id }) => outcomes.get(id) ?? []);
}

/** Reads the listing of one source, then a part of its newest gap. */
async function refreshSource(run: Run, source: Source, status: SourceStatus | undefined): Promise<void> {
  const { bridge, now, outcomes, quiet } = run;
  const context = contextOf(bridge, source, run.budget);
  const result = await fetchListing(source, context, status, now).catch(
    // An unforeseen error on one source must not stop the refresh of the others.
    (error): ListingResult => ({ outcome: internalError(String(error).slice(0, 200)) }),
  );
  if ("listing" in result) {
    const committed = await commitListing(bridge, source, context, result.listing, result.outcome, now);
    record(run, [committed]);
    if (committed.error) quiet.push({ source: source.id, outcome: internalError(committed.error) });
  } else quiet.push({ source: source.id, outcome: result.outcome });
  if (!result.outcome.ok) return;
  run.contexts.set(source.id, context);
  const known = outcomes.get(source.id)?.status ?? status;
  // A gap that this refresh has just left is for later ticks: its pages have just been read, or have just failed.
  if (newestGap(known) !== newestGap(status)) return;
  const commit = async (one: SourceCommit) => {
    const results = await bridge.archive.commit([one], now, false);
    record(run, results);
    return results[0];
  };
  const progress = await closeGap(commit, source, context, known, now);
  if (progress !== undefined) quiet.push({ source: source.id, outcome: { ok: true, gapProgress: progress } });
}

const newestGap = (status: SourceStatus | undefined): string | undefined => status?.stats?.gaps.at(-1)?.after;

const contextOf = ({ origins, userAgent }: Bridge, { site }: Source, budget: RequestBudget): FetchContext => ({
  site,
  origin: origins.get(site.origin) ?? site.origin,
  userAgent,
  budget,
});

/** Pages of one listing that are read in one refresh to reach the articles that are kept. */
const MAX_PAGES = 10;

/** Commits a listing. Reads older pages first, until they reach the articles that are kept. */
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
    // If the archive refuses a page, the newer articles are committed, with a gap.
    if (result.failure || result.error) return commit(articles, false);
    articles = longer;
  }
  return result.notAdjoining ? commit(articles, false) : result;
}

const internalError = (error: string): Outcome => ({
  ok: false,
  reason: "internal-error",
  detail: `the bridge has an error (${error})`,
});

/** Adds the results of commits to the outcomes, and to what this isolate's readers get. */
function record({ bridge, outcomes, now }: Run, results: readonly CommitResult[]): void {
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
  count("fetches", { source: outcome.source, result: outcome.ok ? "ok" : (outcome.reason ?? "unknown") });
  console.log(JSON.stringify({ event: "refresh", ...outcome, nextDue: status?.nextDue }));
}
