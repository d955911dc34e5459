import { INTERVAL } from "../archive/schedule.ts";
import { select } from "../archive/select.ts";
import { type Entry, type Format, MEDIA_TYPES } from "../feeds/document.ts";
import { render, renderItems } from "../feeds/index.ts";
import { count } from "../platform/counters.ts";
import { readsTexts } from "../query/filter.ts";
import type { Query } from "../query/query.ts";
import { type LatestArticles, latestFor } from "../refresh/on-demand.ts";
import { concatenate } from "../scrape/data-urls.ts";
import { type AppContext, baseOf, requireQuery, runAfterResponse } from "./context.ts";
import { type FeedPath, feedCacheOf, type RenderedFeed, rememberBytes, versionOf } from "./feed-cache.ts";
import { feedDocument, withKey } from "./feed-document.ts";
import { cacheStatus, requireArticles, secondsToDue } from "./freshness.ts";
import { acceptsGzip, compress, gzipResponse } from "./http/compression.ts";
import { digestEtag, isNotModified, lastModifiedDate } from "./http/conditional.ts";
import { DEFAULT_HEADERS, linkHeader } from "./http/headers.ts";
import { type Base, feedUrl } from "./links.ts";
import { routeOf } from "./metrics.ts";
import { hasGap } from "./months.ts";
import { cacheResponse } from "./response-cache.ts";
import { hubOf } from "./topics.ts";

/** Increase it whenever the same articles are rendered into other bytes: every ETag changes with it. */
const RENDERING_VERSION = 6;

/** Bytes of a feed that is worth the process's memory. */
const MAX_CACHED_BYTES = 512 * 1024;

/**
 * The cheapest 304: the client has what was served last for exactly this address, and the sources are unchanged. If the
 * client has something else, nothing is read here.
 */
export async function unchangedFeed(c: AppContext): Promise<Response | undefined> {
  const bridge = c.get("bridge");
  const served = feedCacheOf(bridge).responses.get(c.req.url, "");
  if (!served || !isNotModified(c.req.raw.headers, served.feed)) return undefined;
  const { feed, path, version } = served;
  const now = Date.now();
  const latest = await latestFor(bridge, path.selection.sources, now, runAfterResponse(c));
  if (versionOf(path.selection, latest, now) !== version) return undefined;
  count("cache_hits");
  return new Response(null, { status: 304, headers: feedHeaders(feed, path, latest, now) });
}

/** A feed request: its query, and the newest articles at this moment. */
interface FeedRequest {
  c: AppContext;
  base: Base;
  path: FeedPath;
  query: Query;
  latest: LatestArticles;
  version: string;
  now: number;
}

/** Serves a feed. A wrong query is answered before anything is read or fetched for it. */
export async function serveFeed(c: AppContext, path: FeedPath): Promise<Response> {
  const now = Date.now();
  const query = await requireQuery(c, now);
  const { selection, view, format } = path;
  const latest = await latestFor(c.get("bridge"), selection.sources, now, runAfterResponse(c));
  requireArticles(selection, view, latest, now);

  const base = baseOf(c);
  const address = feedUrl(base, { name: selection.name, view, format, query: query.canonical });
  const version = versionOf(selection, latest, now);
  const cache = feedCacheOf(c.get("bridge"));
  const request: FeedRequest = { c, base, path, query, latest, version, now };
  const known = cache.rendered.get(address, version);
  if (known && isEnough(known, c)) {
    count("cache_hits");
    return feedResponse(request, known);
  }
  // Only their texts say which articles match. A HEAD does not read them (RFC 9110, section 9.3.2).
  if (c.req.method === "HEAD" && readsTexts(query)) return headWithoutValidators(request);
  const { feed, bytesOf } = await buildFeed(request);
  if (!feed.timeDependent) cache.rendered.set(address, version, feed);
  return feedResponse(request, feed, bytesOf);
}

/**
 * Whether the response needs no more than what is remembered. If the bytes are not, the feed is built again as a whole:
 * bytes and ETag come from one reading of the archive.
 */
const isEnough = (feed: RenderedFeed, c: AppContext): boolean =>
  feed.bytes !== undefined || c.req.method === "HEAD" || isNotModified(c.req.raw.headers, feed);

function headWithoutValidators({ c, path }: FeedRequest): Response {
  const encoding = acceptsGzip(c.req.raw) ? { "content-encoding": "gzip" } : undefined;
  const headers = { "content-type": contentType(path), ...encoding };
  return new Response(null, { headers: { ...headers, vary: "Accept-Encoding", "cache-control": "no-store" } });
}

async function buildFeed(request: FeedRequest): Promise<{ feed: RenderedFeed; bytesOf: () => Bytes }> {
  const { c, base, path, query, latest, now } = request;
  const { selection, view, format } = path;
  const { ids } = selection;
  const asked = { sources: ids, latest: latest.latest, view, query, now };
  const result = await select(c.get("bridge").archive, asked);
  const own = feedDocument(base.url, path, query, result);
  const hub = hubOf(c.get("bridge"), latest.status, base.url, query, own);
  const open = { ...own, hub };
  // The items are encoded once, for the ETag and for the feed: they are nearly all of a month.
  const rest = encode(JSON.stringify([RENDERING_VERSION, { ...open, entries: [] }]));
  const tagged = concatenate([rest, ...encodeItems(open.entries, format)]);
  // The ETag is made without the key: it is seen by others, and a short hash of a key can be reversed.
  const etag = await digestEtag(tagged);
  const document = base.key ? withKey(open, base.key) : open;
  const { self, page, links, archive, updated, entries } = document;
  // A finished month may still get texts, and articles that are known to be missing.
  const finished =
    archive && entries.length > 0 && !query.timeDependent && !query.fullText && !hasGap(view, ids, latest.status);
  const { timeDependent } = query;
  return {
    feed: { etag, lastModified: Date.parse(updated), timeDependent, links, self, page, hub, finished },
    bytesOf() {
      const [start = "", end = ""] = render(document, format, ITEMS).split(ITEMS);
      return concatenate([encode(start), tagged.subarray(rest.length), encode(end)]);
    },
  };
}

/** @param bytesOf gives the rendered feed; needed if its bytes are not remembered */
async function feedResponse(request: FeedRequest, feed: RenderedFeed, bytesOf?: () => Bytes): Promise<Response> {
  const { c, path, latest, version, now } = request;
  const headers = feedHeaders(feed, path, latest, now);
  const answered = { feed, path, version, headers, contentType: contentType(path), latest, now, route: routeOf(c) };
  const bridge = c.get("bridge");
  cacheResponse(bridge, c.req.url, answered);
  if (isNotModified(c.req.raw.headers, feed)) return new Response(null, { status: 304, headers });
  const isZipped = acceptsGzip(c.req.raw);
  headers.set("content-type", contentType(path));
  if (isZipped) headers.set("content-encoding", "gzip");
  if (c.req.method === "HEAD") return new Response(null, { headers });
  const bytes = feed.bytes ?? (bytesOf as () => Bytes)();
  // A feed that depends on the time is built again for each request.
  const isKept = bytes.length <= MAX_CACHED_BYTES && !feed.timeDependent;
  if (isKept && !feed.bytes) rememberBytes(bridge, feed, { bytes });
  if (!isZipped) return new Response(bytes, { headers });
  const gzipped = feed.gzipped ?? (await compress(bytes));
  if (isKept && !feed.gzipped) rememberBytes(bridge, feed, { bytes, gzipped });
  return gzipResponse(gzipped, headers);
}

type Bytes = Uint8Array<ArrayBuffer>;

const encoder = new TextEncoder();
const encode = (text: string) => encoder.encode(text) as Bytes;

/** XML of so many entries is encoded at once: V8 puts together a text of many more parts in twice the time. */
const ENCODED_AT_ONCE = 100;

function encodeItems(entries: readonly Entry[], format: Format): Bytes[] {
  if (format === "json") return [encode(renderItems(entries, format))];
  const items: Bytes[] = [];
  for (let i = 0; i < entries.length; i += ENCODED_AT_ONCE)
    items.push(encode(renderItems(entries.slice(i, i + ENCODED_AT_ONCE), format)));
  return items;
}

/** Holds the place of the items: no feed contains it. */
const ITEMS = "\0";

const contentType = ({ format }: FeedPath): string => `${MEDIA_TYPES[format]}; charset=utf-8`;

/** Seconds that a client may keep a feed: until the next look at its sources, within these bounds. */
const MAX_AGE = { least: 60, most: INTERVAL / 1000 };

function feedHeaders(feed: RenderedFeed, path: FeedPath, latest: LatestArticles, now: number): Headers {
  const { sources } = path.selection;
  const seconds = secondsToDue(sources, latest.status, now) ?? 0;
  const age = Math.min(MAX_AGE.most, Math.max(MAX_AGE.least, seconds));
  const type = MEDIA_TYPES[path.format];
  const link = linkHeader([
    { rel: "self", href: feed.self, type },
    ...(feed.hub ? [{ rel: "hub", href: feed.hub }] : []),
    { rel: "alternate", href: feed.page, type: "text/html" },
    ...feed.links.map(({ rel, href }) => ({ rel, href, type })),
  ]);
  return new Headers({
    ...DEFAULT_HEADERS,
    etag: feed.etag,
    "last-modified": lastModifiedDate(feed.lastModified),
    "cache-control": feed.finished
      ? "public, max-age=604800, immutable"
      : `public, max-age=${age}, stale-while-revalidate=3600, stale-if-error=604800`,
    "cache-status": cacheStatus(sources, latest, seconds),
    vary: "Accept-Encoding",
    ...(link && { link }),
  });
}
