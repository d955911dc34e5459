import type { Noise } from "../archive/noise.ts";
import { isMissed, LONGEST_SILENCE } from "../archive/schedule.ts";
import type { Status } from "../archive/snapshot.ts";
import { isQuiet } from "../archive/source-status.ts";
import type { Settings } from "../settings.ts";
import { latestOf } from "../time.ts";

/** The state of the bridge, for monitors and for the health page. */
export interface HealthReport {
  /**
   * `down`: nothing new can reach a feed. No source was ever looked at, or none for an hour, or none can be read.
   * `degraded`: a source cannot be read or is overdue, articles were missed, or the archive cannot be reached.
   */
  status: "ok" | "degraded" | "down";
  /** Whether the archive can be reached. If not, plain feeds are served from snapshots. */
  archive: "ok" | "unreachable";
  sources: SourceReport[];
  /** The hub, unless it is off. */
  hub?: HubReport;
  /** The webhooks, if there are any, in the order of the variable. */
  webhooks?: WebhookState[];
}

interface HubReport {
  /** Whether feeds name the hub: not if every delivery of a day has failed. */
  advertised: boolean;
  subscriptions: number;
  /** Deliveries of the last day: how many were tried, and the share of them that succeeded; null if there were none. */
  deliveries: number;
  success: number | null;
  last_success: string | null;
}

interface WebhookState {
  /** `failing`: a message waits for another try. `off`: three days of failures, or the receiver wants no more. */
  state: "ok" | "failing" | "off";
  since: string | null;
}

export interface SourceReport {
  id: string;
  name: string;
  /**
   * `waiting`: not fetched yet. `overdue`: the cron did not look at it when it should have. `quiet`: can be read, but
   * has had no new article for longer than usual.
   */
  state: "ok" | "quiet" | "failing" | "overdue" | "waiting";
  last_success: string | null;
  last_failure: { at: string; reason: string; detail: string } | null;
  failures_in_a_row: number;
  articles: number;
  /** Of these, articles that are no longer at their address. */
  gone: number;
  newest: { title: string; url: string; published: string } | null;
  /** No article is known to be missing between these two instants: nothing is known of what came later. */
  complete_since: string | null;
  complete_until: string | null;
  /** Times between which articles were missed. */
  gaps: { after: string; before: string }[];
  /** Changes that are not stored as edits, and since when; null if there are none. */
  noisy: { since: string | null; detail: string } | null;
  /** Articles whose own page the bridge failed to read, the last attempt first. */
  unreadable_articles: { key: string; detail: string }[];
  next_due: string | null;
}

/** Unreadable articles in a report, at most. */
const MAX_UNREADABLE = 10;

export function healthReport(settings: Settings, health: Status, now: number, reachable = true): HealthReport {
  const count = settings.sources.length;
  const sources = settings.sources.map(({ id, name }) => reportOf(id, name, health.sources[id], count, now));
  const webhooks = settings.webhooks.map(({ id }) => webhookState(health.deliveries?.webhooks[id]));
  const status = statusOf(sources, health, now);
  const isDegraded = !reachable || webhooks.some(({ state }) => state === "off");
  return {
    status: status === "ok" && isDegraded ? "degraded" : status,
    archive: reachable ? "ok" : "unreachable",
    sources,
    ...(settings.hub && { hub: hubReport(health.deliveries) }),
    ...(settings.webhooks.length > 0 && { webhooks: webhooks.map(({ state, since }) => ({ state, since })) }),
  };
}

function hubReport(stats: Status["deliveries"]): HubReport {
  const { subscriptions = 0, tried = 0, delivered = 0, lastDelivered = null, hubFails = false } = stats ?? {};
  const success = tried > 0 ? Math.round((delivered / tried) * 1000) / 1000 : null;
  return { advertised: !hubFails, subscriptions, deliveries: tried, success, last_success: lastDelivered };
}

function webhookState({ off, failingSince }: { off?: string; failingSince?: string } = {}): WebhookState {
  if (off) return { state: "off", since: off };
  return failingSince ? { state: "failing", since: failingSince } : { state: "ok", since: null };
}

function statusOf(sources: readonly SourceReport[], health: Status, now: number): HealthReport["status"] {
  const known = sources.filter(({ state }) => state !== "waiting");
  if (known.every(isUnread)) return "down";
  const last = latestOf(known.flatMap(({ id }) => health.sources[id]?.lastAttempt ?? []));
  if (now - Date.parse(last) >= LONGEST_SILENCE) return "down";
  return sources.some((source) => isUnread(source) || source.gaps.length > 0) ? "degraded" : "ok";
}

/** Whether a source cannot be read at present, or is not looked at. */
export const isUnread = ({ state }: Pick<SourceReport, "state">): boolean => state === "failing" || state === "overdue";

function stateOf(health: Status["sources"][string] | undefined, count: number, now: number): SourceReport["state"] {
  if (!health) return "waiting";
  if (isMissed(health, count, now)) return "overdue";
  if (health.failures > 0) return "failing";
  return isQuiet(health, now) ? "quiet" : "ok";
}

function reportOf(
  id: string,
  name: string,
  health: Status["sources"][string] | undefined,
  count: number,
  now: number,
): SourceReport {
  const stats = health?.stats;
  return {
    id,
    name,
    state: stateOf(health, count, now),
    last_success: health?.lastSuccess ?? null,
    last_failure: health?.lastFailure ?? null,
    failures_in_a_row: health?.failures ?? 0,
    articles: stats?.articles ?? 0,
    gone: stats?.gone ?? 0,
    newest: stats?.newest
      ? { title: stats.newest.title, url: stats.newest.url, published: stats.newest.published }
      : null,
    complete_since: stats?.completeSince ?? null,
    complete_until: stats?.completeSince ? (health?.lastSuccess ?? null) : null,
    gaps: (stats?.gaps ?? []).map(({ after, before }) => ({ after, before })),
    noisy: noisyOf(health?.noise),
    unreadable_articles: (health?.unreadable ?? []).slice(0, MAX_UNREADABLE),
    next_due: health?.nextDue ?? null,
  };
}

function noisyOf({ since, editLimited = [] }: Partial<Noise> = {}): SourceReport["noisy"] {
  const articles = editLimited.length === 1 ? "1 article changes" : `${editLimited.length} articles change`;
  const sentences = [
    ...(since ? ["Most articles change at every look: such changes are not kept as edits until they stop."] : []),
    ...(editLimited.length > 0 ? [`${articles} again and again: further changes are kept a day later.`] : []),
  ];
  return sentences.length > 0 ? { since: since ?? null, detail: sentences.join(" ") } : null;
}
