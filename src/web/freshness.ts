import type { Status } from "../archive/snapshot.ts";
import type { LatestArticles } from "../refresh/on-demand.ts";
import type { Source } from "../sites/site.ts";

/**
 * Whether what a reader gets is stale, and why. Decided here for feeds and pages. (When a source is fetched again is
 * decided in archive/schedule.ts.)
 */
interface Freshness {
  /** Whether the response may be older than what the websites show: the archive or a source cannot be read. */
  stale: boolean;
  archiveUnreachable: boolean;
  /** Sources that could not be read at the last look. */
  failing: { source: Source; reason: string; detail: string }[];
  /** Whether a source is overdue and is being read behind this response. */
  refreshing: boolean;
}

export function freshnessOf(sources: readonly Source[], latest: LatestArticles): Freshness {
  const failing = sources.flatMap((source) => {
    const record = latest.status.sources[source.id];
    const failure = record && record.failures > 0 ? record.lastFailure : undefined;
    return failure ? [{ source, reason: failure.reason, detail: failure.detail }] : [];
  });
  const archiveUnreachable = latest.unavailable;
  return {
    stale: archiveUnreachable || failing.length > 0,
    archiveUnreachable,
    failing,
    refreshing: latest.refreshing,
  };
}

/** Sources that Cache-Status names. */
const MAX_NAMED = 10;

/** The Cache-Status header (RFC 9211): a hit from the archive, or stale and why. */
export function cacheStatus(sources: readonly Source[], freshness: Freshness, ttl: number): string {
  const { stale, archiveUnreachable, failing, refreshing } = freshness;
  if (!stale) return `kcna-feed-bridge; hit; ttl=${ttl}${refreshing ? "; detail=refreshing" : ""}`;
  if (archiveUnreachable) return "kcna-feed-bridge; fwd=stale; detail=archive-unreachable";
  const named = failing.slice(0, MAX_NAMED).map(({ source, reason }) => `${source.id} ${reason}`);
  const detail = sources.length === 1 ? failing[0]?.reason : `"${named.join(", ")}"`;
  return `kcna-feed-bridge; fwd=stale; detail=${detail}`;
}

/** Seconds until the first of these sources is due, 0 or less if it is; undefined if none was ever looked at. */
export function secondsToDue(sources: readonly Source[], status: Status, now: number): number | undefined {
  const due = sources.map(({ id }) => Date.parse(status.sources[id]?.nextDue ?? ""));
  if (due.every(Number.isNaN)) return undefined;
  return Math.ceil((Math.min(...due.map((at) => (Number.isNaN(at) ? now : at))) - now) / 1000);
}
