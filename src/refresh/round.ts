import type { Bridge } from "../archive/bridge.ts";
import { cacheWrites } from "../archive/cache.ts";
import type { Status } from "../archive/snapshot.ts";
import type { CommitResult } from "../archive/source-commit.ts";
import type { SourceStatus } from "../archive/source-status.ts";
import type { Site } from "../sites/site.ts";
import type { Connections } from "./connections.ts";
import type { RequestBudget } from "./fetch.ts";

/** One refresh of several sources: what its websites share, and its outcomes. */

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

export interface Round {
  bridge: Bridge;
  statuses: Status["sources"];
  now: number;
  budget: RequestBudget;
  /** The connections to a website. Those that may take minutes have their own. */
  connectionsOf?(site: Site): Connections;
  /** How many article pages to read of a website. */
  articlePages: ReadonlyMap<Site, number>;
  /** Whether another source may be started. */
  hasTime(): boolean;
  /** Whether a reader may be waiting: then no website gets more than the usual time for an answer. */
  isOnDemand: boolean;
  /** Whether a listing's own commit writes the snapshots: then one call of the archive is enough for a single source. */
  publishesAtOnce: boolean | "for-reader";
  /** Whether the snapshots are written since the last commit. */
  isPublished: boolean;
  /** By source id. */
  outcomes: Map<string, RefreshOutcome>;
}

/** Adds the results of commits to the outcomes, and to what this isolate's readers get. */
export function record({ bridge, outcomes, now }: Round, results: readonly CommitResult[]): void {
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
