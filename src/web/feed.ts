import type { Context } from "hono";
import type { Bridge } from "../archive/bridge.ts";
import type { View } from "../archive/find.ts";
import { isFinished } from "../archive/months.ts";
import { select } from "../archive/select.ts";
import type { Status } from "../archive/snapshot.ts";
import { type FeedDocument, type Format, MEDIA_TYPES } from "../feeds/document.ts";
import { render } from "../feeds/index.ts";
import { parseQuery, type Query } from "../query/query.ts";
import { type LatestArticles, latestFor } from "../refresh/on-demand.ts";
import { koreanDay } from "../time.ts";
import { documentOf } from "./feed-document.ts";
import { acceptsGzip, gzip } from "./http/compression.ts";
import { fingerprint, isNotModified } from "./http/conditional.ts";
import { DEFAULT_HEADERS, linkHeader } from "./http/headers.ts";
import { badParameter, type Problem, unavailable } from "./http/problem.ts";
import { type Base, feedUrl } from "./links.ts";
import { LruCache } from "./lru-cache.ts";
import { hasGap, missingMonth } from "./months.ts";
import type { Selection } from "./sources.ts";

/** A feed that is asked for, but for its parameters. */
export interface FeedPath {
  selection: Selection;
  view: View;
  format: Format;
}

/** Moves whenever the same articles would be rendered into other bytes. */
const RENDERING_VERSION = 2;

/** What is remembered of a feed: enough for a 304, and its bytes once somebody has wanted them. */
interface RenderedFeed {
  etag: string;
  lastModified: number;
  timeDependent: boolean;
  links: FeedDocument["links"];
  self: string;
  page: string;
  /** Whether it is not expected to change any more. */
  finished: boolean;
  /** The rendered feed: encoded once, not with every answer. */
  bytes?: Uint8Array<ArrayBuffer>;
  zipped?: ArrayBuffer;
}

/** Bytes of a feed that is worth the isolate's memory. */
const MAX_CACHED_BYTES = 512 * 1024;

const encoder = new TextEncoder();
const rendered = new LruCache<RenderedFeed>();

/** What was rendered last for an address, as it was asked for. */
interface CachedRequest {
  settings: Bridge;
  path: FeedPath;
  /** Where it stands in `rendered`. */
  at: string;
  version: string;
}
const cachedRequests = new LruCache<CachedRequest>();

/** Forgets what has been rendered, as a new isolate would. */
export const forgetRendered = (): void => {
  rendered.clear();
  cachedRequests.clear();
};

/**
 * The 304 that costs nothing: the client has what this isolate rendered last for exactly this address, and the sources'
 * newest are what they were. Nothing is read before the first is known, and of the archive only what every feed needs.
 */
export async function serveUnchanged(c: Context, settings: Bridge): Promise<Response | undefined> {
  const known = cachedRequests.get(c.req.url, "");
  if (known?.settings !== settings) return undefined;
  const { path, at, version } = known;
  const page = rendered.get(at, version);
  if (!page || !isNotModified(c.req.raw.headers, page)) return undefined;
  const now = Date.now();
  const latest = await latestFor(settings, path.selection.sources, now, (work) => c.executionCtx.waitUntil(work));
  if (versionOf(path, latest, now) !== version) return undefined;
  return new Response(null, { status: 304, headers: headersOf(page, path, latest, now) });
}

/** What a feed is made from: the state of the archive, and the day, since links lead to finished months. */
const versionOf = ({ selection }: FeedPath, { latest, status }: LatestArticles, now: number): string =>
  [koreanDay(now), ...selection.sources.map(({ id }) => `${latest.get(id)?.seq}/${status.sources[id]?.seq}`)].join(" ");

/** Answers a feed request, or says why not. */
export async function serveFeed(c: Context, bridge: Bridge, base: Base, path: FeedPath): Promise<Response | Problem> {
  const now = Date.now();
  const { selection, view, format } = path;
  // A bad question is answered before anything is read or fetched for it.
  const parsed = await parseQuery(new URL(c.req.url).searchParams, now);
  if ("error" in parsed) return badParameter(parsed.error);
  const { query } = parsed;
  const [head, zip] = [c.req.method === "HEAD", acceptsGzip(c.req.raw)];
  const content = {
    "content-type": `${MEDIA_TYPES[format]}; charset=utf-8`,
    ...(zip && { "content-encoding": "gzip" }),
  };
  const latest = await latestFor(bridge, selection.sources, now, (work) => c.executionCtx.waitUntil(work));
  if (latest.latest.size === 0) return nothingKept(selection, latest.status, now);
  const missing = missingMonth(view, latest.latest);
  if (missing) return missing;

  const at = feedUrl(base, selection.name, view, format, query.canonical);
  const version = versionOf(path, latest, now);
  cachedRequests.set(c.req.url, "", { settings: bridge, path, at, version });
  let page = rendered.get(at, version);
  // A page whose bytes are not at hand is made again as a whole: bytes and tag are of one reading of the archive.
  if (page && !page.bytes && !head && !isNotModified(c.req.raw.headers, page)) page = undefined;
  let document: FeedDocument | undefined;
  if (!page) {
    // Only their texts say which articles these are, and a HEAD is not worth reading them (RFC 9110, section 9.3.2).
    if (head && view !== "changes" && (query.terms.length > 0 || (query.fullText && query.regexFilters)))
      return new Response(null, { headers: { ...content, vary: "Accept-Encoding", "cache-control": "no-store" } });
    const ids = selection.sources.map(({ id }) => id);
    const result = await select(bridge.archive, ids, latest.latest, view, query, now);
    // Without the key, which a tag would give away: it is short work to turn back.
    const open = documentOf({ url: base.url }, selection, view, format, query, result);
    document = base.key ? documentOf(base, selection, view, format, query, result) : open;
    page = pageOf(document, tagOf(open), view, query, now);
    page.finished &&= !hasGap(view, ids, latest.status);
    if (!page.timeDependent) rendered.set(at, version, page);
  }

  const headers = headersOf(page, path, latest, now);
  if (isNotModified(c.req.raw.headers, page)) return new Response(null, { status: 304, headers });
  for (const [name, value] of Object.entries(content)) headers.set(name, value);
  if (head) return new Response(null, { headers });
  let { bytes } = page;
  if (!bytes) {
    bytes = encoder.encode(render(document as FeedDocument, format)) as Uint8Array<ArrayBuffer>;
    if (bytes.length <= MAX_CACHED_BYTES) page.bytes = bytes;
  }
  if (!zip) return new Response(bytes, { headers });
  const zipped = page.zipped ?? (await gzip(bytes));
  if (page.bytes) page.zipped = zipped;
  return new Response(zipped, { headers, encodeBody: "manual" });
}

/** Of all that goes into the bytes, so that tag, date and bytes move together. */
const tagOf = (document: FeedDocument): string => fingerprint(JSON.stringify([RENDERING_VERSION, document]));

function pageOf(document: FeedDocument, tag: string, view: View, query: Query, now: number): RenderedFeed {
  const { self, page, links, archive, updated, entries } = document;
  return {
    etag: `W/"${tag}"`,
    lastModified: Date.parse(updated),
    timeDependent: query.timeDependent,
    links,
    self,
    page,
    // Texts may still come.
    finished: archive && isFinished(view, now) && entries.length > 0 && !query.timeDependent && !query.fullText,
  };
}

function headersOf(
  page: RenderedFeed,
  path: FeedPath,
  { status, stale, unavailable }: LatestArticles,
  now: number,
): Headers {
  const { sources } = path.selection;
  const seconds = secondsToDue(sources, status, now) ?? 0;
  const age = Math.min(900, Math.max(60, seconds));
  const type = MEDIA_TYPES[path.format];
  const link = linkHeader([
    { rel: "self", href: page.self, type },
    { rel: "alternate", href: page.page, type: "text/html" },
    ...page.links.map(({ rel, href }) => ({ rel, href, type })),
  ]);
  return new Headers({
    ...DEFAULT_HEADERS,
    etag: page.etag,
    "last-modified": new Date(page.lastModified).toUTCString(),
    "cache-control": page.finished
      ? "public, max-age=604800, immutable"
      : `public, max-age=${age}, stale-while-revalidate=3600, stale-if-error=604800`,
    "cache-status": cacheStatus(path, status, stale, unavailable, seconds),
    vary: "Accept-Encoding",
    ...(link && { link }),
  });
}

/** RFC 9211: fresh from the archive, or stale because the website could not be read, and why. */
function cacheStatus(
  { selection }: FeedPath,
  status: Status,
  stale: boolean,
  unavailable: boolean,
  seconds: number,
): string {
  const failing = selection.sources.flatMap(({ id }) => {
    const record = status.sources[id];
    return record && record.failures > 0 && record.lastFailure ? [{ id, reason: record.lastFailure.reason }] : [];
  });
  const [first] = failing;
  if (unavailable) return "kcna-feed-bridge; fwd=stale; detail=archive-unreachable";
  if (!first) return `kcna-feed-bridge; hit; ttl=${seconds}${stale ? "; detail=refreshing" : ""}`;
  const detail =
    selection.sources.length === 1
      ? first.reason
      : `"${failing
          .slice(0, 10)
          .map(({ id, reason }) => `${id} ${reason}`)
          .join(", ")}"`;
  return `kcna-feed-bridge; fwd=stale; detail=${detail}`;
}

/** Why there is no feed, nor its page. */
export function nothingKept({ sources }: Selection, status: Status, now: number): Problem {
  const why = sources.map(({ id }) => status.sources[id]?.lastFailure).find((failure) => failure);
  const detail = why
    ? `nothing is kept yet, and the last look failed: ${why.detail} (${why.reason})`
    : "nothing is kept yet; the first look at the website is under way";
  return unavailable(detail, secondsToDue(sources, status, now) ?? 60);
}

/** Seconds until the first of these sources is due, one never looked at now; undefined where none was looked at. */
export function secondsToDue(sources: Selection["sources"], status: Status, now: number): number | undefined {
  const due = sources.map(({ id }) => Date.parse(status.sources[id]?.nextDue ?? ""));
  if (due.every(Number.isNaN)) return undefined;
  return Math.ceil((Math.min(...due.map((at) => (Number.isNaN(at) ? now : at))) - now) / 1000);
}
