import type { Bridge } from "../archive/bridge.ts";
import { isUnchanged } from "../archive/cache.ts";
import { counterOf } from "../platform/counters.ts";
import type { LatestArticles } from "../refresh/on-demand.ts";
import { type CachedResponse, feedCacheOf } from "./feed-cache.ts";
import { finishHeaders } from "./finish-headers.ts";
import { acceptsGzip } from "./http/compression.ts";
import { isNotModified } from "./http/conditional.ts";

/**
 * Whole responses with feeds. Their headers say seconds until the next look at the sources, so that they are right until the
 * end of the second in which they were made, and while this process knows of no change. A busy feed is then answered
 * without routing, parsing a query or making headers.
 */

const secondOf = (now: number): number => Math.floor(now / 1000);

/** The response to the next request for the same address. */
interface ServedResponse extends Pick<CachedResponse, "feed" | "path" | "version"> {
  /** Without `Content-Type` and `Content-Encoding`. */
  headers: Headers;
  contentType: string;
  latest: LatestArticles;
  now: number;
  /** The pattern of the address, for `/metrics`. */
  route: string;
}

/** Remembers the response to a GET or HEAD request, if it depends on no key and on no header that is not compared again. */
export function cacheResponse(bridge: Bridge, url: string, answered: ServedResponse): void {
  const { feed, path, version, contentType, latest, now, route } = answered;
  if (bridge.accessKey || feed.timeDependent) return;
  const finished = new Headers(answered.headers);
  finishHeaders(finished, bridge);
  const headers = Object.fromEntries(finished);
  const typed = { ...headers, "content-type": contentType };
  feedCacheOf(bridge).responses.set(url, "", {
    feed,
    path,
    version,
    second: latest.refreshing || latest.unavailable ? undefined : secondOf(now),
    state: latest.state,
    headers: { notModified: headers, plain: typed, gzipped: { ...typed, "content-encoding": "gzip" } },
    counters: {
      notModified: counterOf("requests", { route, status: "304" }),
      ok: counterOf("requests", { route, status: "200" }),
      hits: counterOf("cache_hits"),
    },
  });
}

/** The remembered response to a request, if it is still right. With a rate limit, only a 304. */
export function cachedResponse(bridge: Bridge, request: Request): Response | undefined {
  if (request.method !== "GET") return undefined;
  const answer = feedCacheOf(bridge).responses.get(request.url, "");
  if (answer?.second !== secondOf(Date.now()) || !isUnchanged(answer, bridge)) return undefined;
  const { feed, headers, counters } = answer;
  if (isNotModified(request.headers, feed)) {
    counters.hits.value++;
    counters.notModified.value++;
    return new Response(null, { status: 304, headers: headers.notModified });
  }
  return bridge.limiter ? undefined : bodyOf(answer, request);
}

function bodyOf({ feed, headers, counters }: CachedResponse, request: Request): Response | undefined {
  const isZipped = acceptsGzip(request);
  const body = isZipped ? feed.gzipped : feed.bytes;
  if (!body) return undefined;
  counters.hits.value++;
  counters.ok.value++;
  if (!isZipped) return new Response(body, { headers: headers.plain });
  return new Response(body, { headers: headers.gzipped, encodeBody: "manual" });
}
