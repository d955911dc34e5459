import type { Odds } from "./changing-websites.ts";

/** What may happen to a bridge and to the websites that it reads, as probabilities. */

export interface Chances extends Odds {
  /** Of a page to be an old copy, of up to so many hours. */
  stale: number;
  age: number;
  /** Old copies stay for up to so many hours; 0: each answer is another copy. */
  lag: number;
  /** Of a push at a step, and of it to be an old page. */
  push: number;
  oldPush: number;
  /** Of a fault of a website at a step; it lasts some hours. */
  fault: number;
  /** Of the cron to stop for a day or two. */
  pause: number;
  /** Of the process to end within a tick. */
  kill: number;
  /** Pushes come within ticks. */
  overlap: boolean;
  /** A backup becomes a new bridge in the middle. */
  restore: boolean;
  webhook: boolean;
  /** A feed has a subscriber. */
  hub: boolean;
  /** Readers read copies in KV, as on Cloudflare. */
  kv: boolean;
  /** By how much the bridge's clock is wrong for some hours, milliseconds. */
  skew: number;
  /** Readers, `/sync` clients and monitors look on. */
  observed: boolean;
}

export const QUIET: Chances = {
  edit: 0.3,
  deletion: 0.1,
  revert: 0.15,
  outlet: false,
  pinned: false,
  stale: 0,
  age: 3,
  lag: 0,
  push: 0,
  oldPush: 0,
  fault: 0,
  pause: 0,
  kill: 0,
  overlap: false,
  restore: false,
  webhook: false,
  hub: false,
  kv: false,
  skew: 0,
  observed: false,
};
