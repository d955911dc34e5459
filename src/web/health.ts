import type { Noise } from "../archive/noise.ts";
import { isMissed, LONGEST_SILENCE } from "../archive/schedule.ts";
import type { Status } from "../archive/snapshot.ts";
import { isQuiet } from "../archive/source-status.ts";
import type { Settings } from "../settings.ts";
import { latestOf } from "../time.ts";

/** The state of the bridge, for monitors and for the health page. */
export type HealthReport = ReturnType<typeof healthReport>;
export type SourceReport = ReturnType<typeof reportOf>;

/** Unreadable articles in a report, at most. */
const MAX_UNREADABLE = 10;

/** @param now milliseconds */
export function healthReport(settings: Settings, health: Status, now: number, reachable = true) {
  const count = settings.sources.length;
  const sources = settings.sources.map(({ id, name }) => reportOf(id, name, health.sources[id], count, now));
  const webhooks = settings.webhooks.map(({ id }) => webhookState(health.deliveries?.webhooks[id]));
  const status = overallStatus(sources, health, now);
  const archive = reachable ? (health.isReadOnly ? "read-only" : "ok") : "unreachable";
  const isDegraded = archive !== "ok" || webhooks.some(({ state }) => state === "off");
  return {
    status: status === "ok" && isDegraded ? "degraded" : status,
    /** If it is `unreachable`, plain feeds are served from snapshots. `read-only`: nothing can be stored. */
    archive: archive as "ok" | "read-only" | "unreachable",
    sources,
    /** Absent if the hub is off. */
    hub: settings.hub ? hubReport(health.deliveries) : undefined,
    /** In the order of the variable; absent if there are none. */
    webhooks: webhooks.length > 0 ? webhooks : undefined,
  };
}

function hubReport(stats: Status["deliveries"]) {
  const { subscriptions = 0, tried = 0, delivered = 0, lastDelivered = null, hubFails = false } = stats ?? {};
  return {
    /** Whether feeds name the hub: not if every delivery of a day has failed. */
    advertised: !hubFails,
    subscriptions,
    /** Deliveries of the last day, and the share of them that succeeded; null if there were none. */
    deliveries: tried,
    success: tried > 0 ? Math.round((delivered / tried) * 1000) / 1000 : null,
    last_success: lastDelivered,
  };
}

interface WebhookState {
  /** `failing`: a message waits for another try. `off`: three days of failures, or the receiver answered 410. */
  state: "ok" | "failing" | "off";
  since: string | null;
}

function webhookState({ off, failingSince }: { off?: string; failingSince?: string } = {}): WebhookState {
  if (off) return { state: "off", since: off };
  return failingSince ? { state: "failing", since: failingSince } : { state: "ok", since: null };
}

/**
 * `down`: nothing new can reach a feed. No source was ever looked at, or none for an hour, or none can be read.
 * `degraded`: a source cannot be read or is overdue, or articles were missed.
 */
function overallStatus(sources: readonly SourceReport[], health: Status, now: number): "ok" | "degraded" | "down" {
  const known = sources.filter(({ state }) => state !== "waiting");
  if (known.every(isUnread)) return "down";
  const last = latestOf(known.flatMap(({ id }) => health.sources[id]?.lastAttempt ?? []));
  if (now - Date.parse(last) >= LONGEST_SILENCE) return "down";
  return sources.some((source) => isUnread(source) || source.gaps.length > 0) ? "degraded" : "ok";
}

/** Whether a source cannot be read at present, or is not looked at. */
export const isUnread = ({ state }: Pick<SourceReport, "state">): boolean => state === "failing" || state === "overdue";

/**
 * `waiting`: not fetched yet. `overdue`: the cron did not look at it when it should have. `quiet`: can be read, but has
 * had no new article for longer than usual.
 */
function stateOf(
  health: Status["sources"][string] | undefined,
  count: number,
  now: number,
): "waiting" | "overdue" | "failing" | "quiet" | "ok" {
  if (!health) return "waiting";
  if (isMissed(health, count, now)) return "overdue";
  if (health.failures > 0) return "failing";
  return isQuiet(health, now) ? "quiet" : "ok";
}

function reportOf(id: string, name: string, health: Status["sources"][string] | undefined, count: number, now: number) {
  const stats = health?.stats;
  const { title = "", url = "", published = "" } = stats?.newest ?? {};
  return {
    id,
    name,
    state: stateOf(health, count, now),
    last_success: health?.lastSuccess ?? null,
    last_failure: health?.lastFailure ?? null,
    failures_in_a_row: health?.failures ?? 0,
    articles: stats?.articles ?? 0,
    /** Of these, articles that are no longer at their address. */
    gone: stats?.gone ?? 0,
    newest: stats?.newest ? { title, url, published } : null,
    /** No article is known to be missing between these two instants: nothing is known of what came later. */
    complete_since: stats?.completeSince ?? null,
    complete_until: stats?.completeSince ? (health?.lastSuccess ?? null) : null,
    /** Times between which articles were missed. */
    gaps: (stats?.gaps ?? []).map(({ after, before }) => ({ after, before })),
    noisy: noisyOf(health?.noise),
    /** Articles whose own page the bridge failed to read, the last attempt first. */
    unreadable_articles: (health?.unreadable ?? []).slice(0, MAX_UNREADABLE),
    next_due: health?.nextDue ?? null,
  };
}

/** Changes that are not stored as edits, and since when; null if there are none. */
function noisyOf({ since, editLimited = [] }: Partial<Noise> = {}) {
  const articles = editLimited.length === 1 ? "1 article changes" : `${editLimited.length} articles change`;
  const sentences = [
    ...(since ? ["Most articles change at every look: the bridge stores no such changes until they stop."] : []),
    ...(editLimited.length > 0 ? [`${articles} many times a day: further changes are stored a day later.`] : []),
  ];
  return sentences.length > 0 ? { since: since ?? null, detail: sentences.join(" ") } : null;
}
