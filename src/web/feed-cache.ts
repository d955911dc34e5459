import type { Bridge } from "../archive/bridge.ts";
import type { Counts } from "../archive/counts.ts";
import type { View } from "../archive/search.ts";
import type { Article } from "../article.ts";
import type { FeedDocument, Format } from "../feeds/document.ts";
import type { LatestArticles } from "../refresh/on-demand.ts";
import { koreanDay } from "../time.ts";
import type { Validators } from "./http/conditional.ts";
import { LruCache } from "./lru-cache.ts";
import type { Selection } from "./sources.ts";

export interface FeedPath {
  selection: Selection;
  view: View;
  format: Format;
}

/** What is remembered of a feed: enough for a 304, and its bytes once somebody has asked for them. */
export interface RenderedFeed extends Required<Validators> {
  links: FeedDocument["links"];
  self: string;
  page: string;
  hub: string | undefined;
  /** Whether it is not expected to change any more. */
  finished: boolean;
  /** The rendered feed: encoded once, not with every response. */
  bytes?: Uint8Array<ArrayBuffer>;
  gzipped?: Uint8Array<ArrayBuffer>;
}

/** The response that an address was answered with last, and what its feed was made from. */
export interface CachedResponse {
  feed: RenderedFeed;
  path: FeedPath;
  version: string;
  /** Seconds since 1970: it is right only in this one; undefined if it is not repeated. */
  second: number | undefined;
  state: object;
  headers: Record<"notModified" | "plain" | "gzipped", Record<string, string>>;
  counters: Record<"notModified" | "ok" | "hits", { value: number }>;
}

const newCache = () => ({
  /** By canonical address and version. */
  rendered: new LruCache<RenderedFeed>(),
  /** The feeds whose bytes are remembered, the oldest first. */
  withBytes: new Set<RenderedFeed>(),
  /** By canonical address and version. */
  counts: new LruCache<Counts>(),
  /** By the address as it was asked for: a poll is answered without parsing its query. */
  responses: new LruCache<CachedResponse>(),
  /**
   * The newest articles of the home page, and when those of the snapshots were published, newest first: to merge the
   * snapshots takes longer than all the rest of the page.
   */
  home: new LruCache<{ articles: Article[]; published: string[] }>(1),
});

const caches = new WeakMap<Bridge, ReturnType<typeof newCache>>();

/** What this process remembers of a bridge. Bridges share nothing: the numbers of their archives are not comparable. */
export function feedCacheOf(bridge: Bridge): ReturnType<typeof newCache> {
  let cache = caches.get(bridge);
  if (!cache) {
    cache = newCache();
    caches.set(bridge, cache);
  }
  return cache;
}

/** Bytes of all remembered feeds together. Strangers choose the addresses, and an isolate has 128 MB for everything. */
const MAX_BYTES = 8 * 1024 * 1024;
/** Bytes that a feed takes beside its own, about. */
const OVERHEAD = 2048;

/** Remembers the bytes of a feed. If all together are too many, those of the oldest feeds are dropped. */
export function rememberBytes(bridge: Bridge, feed: RenderedFeed, bytes: Pick<RenderedFeed, "bytes" | "gzipped">) {
  const { withBytes } = feedCacheOf(bridge);
  Object.assign(feed, bytes);
  withBytes.delete(feed);
  withBytes.add(feed);
  let total = 0;
  for (const each of [...withBytes].reverse()) {
    total += OVERHEAD + (each.bytes?.length ?? 0) + (each.gzipped?.length ?? 0);
    if (total <= MAX_BYTES) continue;
    each.bytes = each.gzipped = undefined;
    withBytes.delete(each);
  }
}

/** What a feed is made from: the state of the archive, and the day, since links lead to finished months. */
export const versionOf = ({ sources }: Selection, { latest, status }: LatestArticles, now: number): string =>
  [
    koreanDay(now),
    status.deliveries?.hubFails ? "no hub" : "",
    ...sources.map(({ id }) => `${latest.get(id)?.seq}/${status.sources[id]?.seq}`),
  ].join(" ");
