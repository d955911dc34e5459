import type { Bridge } from "../archive/bridge.ts";
import { isDue, longestDueFirst } from "../archive/schedule.ts";
import type { Status } from "../archive/snapshot.ts";
import { log } from "../log.ts";
import { count } from "../platform/counters.ts";
import type { Site, Source } from "../sites/site.ts";
import { Connections } from "./connections.ts";
import { refreshSite } from "./refresh-site.ts";
import { type RefreshOutcome, type Round, record } from "./round.ts";

/** Outgoing requests of one invocation; Cloudflare's free plan allows 50. */
const MAX_REQUESTS = 45;
/** Those of them that are kept for article pages at most. */
const MAX_PAGE_REQUESTS = 24;
/** Requests that wait for an answer at a time: as many as a Worker has connections. */
const MAX_CONNECTIONS = 6;

/**
 * The cron: refreshes the sources that are due, the longest due first, until the outgoing requests are used up.
 *
 * @param isDueNow which sources are due, by their status
 * @param sources those that it looks after
 */
export async function tick(
  bridge: Bridge,
  now: number,
  isDueNow = isDue,
  sources: readonly Source[] = bridge.sources,
): Promise<RefreshOutcome[]> {
  const statuses = await bridge.archive.statuses(sources.map(({ id }) => id));
  const due = sources
    .filter(({ id }) => isDueNow(statuses[id], now))
    .sort((a, b) => longestDueFirst(statuses[a.id], statuses[b.id]));
  return refresh(bridge, due, now, { articlePages: bridge.bodiesPerTick, statuses });
}

interface RefreshOptions {
  /** Article pages to read. */
  articlePages: number;
  /** Milliseconds after which no further source is started. Those that are left stay due. */
  deadline?: number;
  /** Status of the sources, if the caller has just read it from the archive. */
  statuses?: Status["sources"];
}

/**
 * Refreshes sources, whether they are due or not: websites side by side, the sources of one website one after the other.
 * A source that fails does not stop the others. Each listing is committed at once, so that nothing is lost if the
 * invocation ends early.
 */
export async function refresh(
  bridge: Bridge,
  sources: readonly Source[],
  now: number,
  { articlePages, deadline = Number.POSITIVE_INFINITY, ...read }: RefreshOptions = { articlePages: 0 },
): Promise<RefreshOutcome[]> {
  const statuses = read.statuses ?? (await bridge.archive.statuses(sources.map(({ id }) => id)));
  const began = Date.now();
  const sites = [...Map.groupBy(sources, ({ site }) => site)];
  // Of many websites, the first get a page each: those whose listings are read while requests are left.
  const pages = Math.min(articlePages, Math.max(1, Math.floor(MAX_PAGE_REQUESTS / sites.length)));
  const withPages = sites.slice(0, Math.floor(MAX_PAGE_REQUESTS / pages)).map(([site]) => site);
  // Websites that may take minutes neither take all connections, nor publish their articles with those that take seconds.
  const slow = sites.filter(([site]) => site.politeness);
  const quick = sites.filter(([site]) => !site.politeness);
  const most = slow.length > 0 && quick.length > 0 ? MAX_CONNECTIONS / 2 : MAX_CONNECTIONS;
  const hasTime = () => Date.now() - began <= deadline;
  const [ofSlow, ofQuick] = [new Connections(most, hasTime), new Connections(most, hasTime)];
  const round: Round = {
    bridge,
    statuses,
    now,
    budget: { left: MAX_REQUESTS - pages * withPages.length },
    connectionsOf: ({ politeness }) => (politeness ? ofSlow : ofQuick),
    articlePages: new Map(withPages.map((site) => [site, pages])),
    hasTime,
    isOnDemand: Number.isFinite(deadline),
    publishesAtOnce: sources.length === 1 && pages === 0 && (Number.isFinite(deadline) ? "for-reader" : true),
    isPublished: false,
    outcomes: new Map(),
  };
  await Promise.all([refreshSites(round, quick), refreshSites(round, slow)]);
  for (const outcome of round.outcomes.values()) report(outcome);
  return sources.flatMap(({ id }) => round.outcomes.get(id) ?? []);
}

/** Refreshes websites side by side. The commits that change no article are made together at the end. */
async function refreshSites(round: Round, sites: readonly [Site, readonly Source[]][]): Promise<void> {
  if (sites.length === 0) return;
  const quiet = (await Promise.all(sites.map((one) => refreshSite(round, ...one)))).flat();
  if (quiet.length > 0 || !round.isPublished) record(round, await round.bridge.archive.commit(quiet, round.now, true));
}

function report({ status, ...outcome }: RefreshOutcome): void {
  count("fetches", { source: outcome.source, result: outcome.ok ? "ok" : (outcome.reason ?? "unknown") });
  log("refresh", { ...outcome, nextDue: status?.nextDue });
}
