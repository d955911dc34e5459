import type { Noise } from "../archive/noise.ts";
import type { Status } from "../archive/snapshot.ts";
import { isQuiet } from "../archive/source-status.ts";
import type { Settings } from "../settings.ts";

/** The state of the bridge, for monitors and for the health page. */
export interface HealthReport {
  /** `down`: no feed can be served. `degraded`: a source could not be read at the last attempt. */
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
  /** `waiting`: not fetched yet. `quiet`: can be read, but has had no new article for longer than usual. */
  state: "ok" | "quiet" | "failing" | "waiting";
  last_success: string | null;
  last_failure: { at: string; reason: string; detail: string } | null;
  failures_in_a_row: number;
  articles: number;
  newest: { title: string; url: string; published: string } | null;
  complete_since: string | null;
  /** Times between which articles were missed. */
  gaps: { after: string; before: string }[];
  /** Changes that are not stored as edits, and since when; null if there are none. */
  noisy: { since: string | null; detail: string } | null;
  /** Articles whose own page the bridge failed to read, the last attempt first. */
  unreadable_articles: { key: string; detail: string }[];
  next_due: string | null;
}

/** Unreadable articles in a report, at most. */
const NAMED = 10;

export function healthReport(settings: Settings, health: Status, now: number, reachable = true): HealthReport {
  const sources = settings.sources.map(({ id, name }) => reportOf(id, name, health.sources[id], now));
  const failing = sources.filter(({ state }) => state === "failing");
  const nothing = failing.length > 0 && sources.every(({ articles }) => articles === 0);
  const webhooks = settings.webhooks.map(({ id }) => webhookState(health.deliveries?.webhooks[id]));
  const isDegraded = failing.length > 0 || !reachable || webhooks.some(({ state }) => state === "off");
  const status = nothing ? "down" : isDegraded ? "degraded" : "ok";
  return {
    status,
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

function reportOf(id: string, name: string, health: Status["sources"][string] | undefined, now: number): SourceReport {
  const stats = health?.stats;
  const state = !health ? "waiting" : health.failures > 0 ? "failing" : isQuiet(health, now) ? "quiet" : "ok";
  return {
    id,
    name,
    state,
    last_success: health?.lastSuccess ?? null,
    last_failure: health?.lastFailure ?? null,
    failures_in_a_row: health?.failures ?? 0,
    articles: stats?.articles ?? 0,
    newest: stats?.newest
      ? { title: stats.newest.title, url: stats.newest.url, published: stats.newest.published }
      : null,
    complete_since: stats?.completeSince ?? null,
    gaps: (stats?.gaps ?? []).map(({ after, before }) => ({ after, before })),
    noisy: noisyOf(health?.noise),
    unreadable_articles: (health?.unreadable ?? []).slice(0, NAMED),
    next_due: health?.nextDue ?? null,
  };
}

function noisyOf({ since, restless = [] }: Partial<Noise> = {}): SourceReport["noisy"] {
  const articles = restless.length === 1 ? "1 article changes" : `${restless.length} articles change`;
  const sentences = [
    ...(since ? ["Most articles change at every look: such changes are not kept as edits until they stop."] : []),
    ...(restless.length > 0 ? [`${articles} again and again: further changes are kept a day later.`] : []),
  ];
  return sentences.length > 0 ? { since: since ?? null, detail: sentences.join(" ") } : null;
}
