import { type Bindings, bridgeOf } from "../src/archive/bridge.ts";
import { feedCacheOf } from "../src/web/feed-cache.ts";

/** Forgets the snapshots that this isolate remembers: they are remembered by their port. */
export function forgetSnapshots(bindings: Bindings): void {
  const bridge = bridgeOf(bindings);
  bridge.snapshots = { ...bridge.snapshots };
}

/** Forgets the feeds that this isolate remembers: another bridge has none. */
export function forgetFeeds(bindings: Bindings): void {
  const bridge = bridgeOf(bindings);
  Object.assign(feedCacheOf(bridge), feedCacheOf({ ...bridge }));
}
