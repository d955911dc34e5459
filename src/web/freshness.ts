import type { View } from "../archive/search.ts";
import type { Status } from "../archive/snapshot.ts";
import type { LatestArticles } from "../refresh/on-demand.ts";
import type { Source } from "../sites/site.ts";
import { unavailable } from "./http/problem.ts";
import { missingMonth } from "./months.ts";
import type { Selection } from "./sources.ts";

/**
 * Whether what a reader gets is stale, and why. Decided here for feeds and pages. (When a source is fetched again is
 * decided in archive/schedule.ts.)
 */

/** Sources that could not be read at the last look. */
export const failingSources = (sources: readonly Source[], { status }: LatestArticles) =>
  sources.flatMap((source) => {
    const state = status.sources[source.id];
    return state && state.failures > 0 && state.lastFailure ? [{ source, ...state.lastFailure }] : [];
  });

/** Sources that Cache-Status names. */
const MAX_NAMED = 10;

/** The Cache-Status header (RFC 9211): a hit from the archive, or stale and why. */
export function cacheStatus(sources: readonly Source[], latest: LatestArticles, ttl: number): string {
  if (latest.unavailable) return "kcna-feed-bridge; fwd=stale; detail=archive-unreachable";
  const failing = failingSources(sources, latest);
  if (failing.length === 0) return `kcna-feed-bridge; hit; ttl=${ttl}${latest.refreshing ? "; detail=refreshing" : ""}`;
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

/** @throws HttpError if no article of these sources, or of this month, is stored */
export function requireArticles({ sources }: Selection, view: View, { latest, status }: LatestArticles, now: number) {
  if (latest.size > 0) {
    const missing = missingMonth(view, latest);
    if (missing) throw missing;
    return;
  }
  const failure = sources.map(({ id }) => status.sources[id]?.lastFailure).find((failure) => failure);
  const detail = failure
    ? `no article is stored yet, and the website could not be read: ${failure.detail} (${failure.reason})`
    : "no article is stored yet; the bridge is reading the website for the first time";
  throw unavailable(detail, secondsToDue(sources, status, now) ?? 60);
}
