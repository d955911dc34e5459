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
  const status = nothing ? "down" : failing.length > 0 || !reachable ? "degraded" : "ok";
  return { status, archive: reachable ? "ok" : "unreachable", sources };
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
