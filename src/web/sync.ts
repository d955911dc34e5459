import type { Bridge } from "../archive/bridge.ts";
import { readCached } from "../archive/cache.ts";
import type { EventPage, JournalCursor, JournalHead } from "../archive/events.ts";
import { NDJSON, renderEvents } from "../feeds/ndjson.ts";
import { NAMES, type Parameter } from "../query/parameters.ts";
import { parseQuery, type Query } from "../query/query.ts";
import { fingerprint } from "../scrape/fingerprint.ts";
import { type AppContext, baseOf, runAfterResponse, sourcesInPath } from "./context.ts";
import { articleEntry, originsOf } from "./feed-document.ts";
import { compressedResponse } from "./http/compression.ts";
import { isNotModified } from "./http/conditional.ts";
import { badParameter, HttpError, refusedParameter, unavailable, wrongParameter } from "./http/problem.ts";
import { type Base, ownUrl } from "./links.ts";
import { clientOf } from "./rate-limit.ts";
import { requireSources, type Selection } from "./sources.ts";

/** `GET /sync/{sources}`: the journal for services that keep a copy of the archive. */

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 1000;
/** Seconds: less than what proxies wait for an answer. */
const MAX_WAIT = 25;

export const SYNC_PARAMETERS: Readonly<Record<"after" | "limit" | "wait", Parameter>> = {
  after: {
    accepts: "the cursor in the last line of an earlier response",
    description: "only events after it; without it, from the first event on",
  },
  limit: {
    accepts: `a whole number from 1 to ${MAX_LIMIT}`,
    description: "events at most",
    default: String(DEFAULT_LIMIT),
  },
  wait: {
    accepts: `a whole number of seconds from 0 to ${MAX_WAIT}`,
    description: "if there is no event yet, waits for one",
    default: "0",
  },
};

/** Parameters of feeds that the journal does not have: its order is that of the events, and a cursor continues it. */
export const OTHER_PARAMETERS = ["before", "sort", "sorted", "once"];
const OWN_NAMES = [...new Set([...Object.keys(SYNC_PARAMETERS), ...NAMES])].filter(
  (name) => !OTHER_PARAMETERS.includes(name),
);

interface SyncRequest {
  after: JournalCursor;
  limit: number;
  /** Seconds. */
  wait: number;
  query: Query;
}

/** Responds with the events after a cursor as lines of JSON. The last line is the next cursor. */
export async function serveSync(c: AppContext): Promise<Response> {
  const bridge = c.get("bridge");
  const selection = requireSources(bridge, sourcesInPath(c));
  const now = Date.now();
  const request = await parseSync(new URL(c.req.url).searchParams, now);
  const base = baseOf(c);
  const address = base.url + syncPath(selection.name, request, cursorText(request.after));
  const unchanged = request.wait === 0 && (await unchangedTag(c, address, now));
  if (unchanged) return new Response(null, { status: 304, headers: syncHeaders(unchanged) });
  const page = await readEventPage(bridge, selection, request, c.req.raw, now);
  const cursor = cursorText(page.cursor);
  const next = ownUrl(base, syncPath(selection.name, request, cursor));
  const etag = tagOf(page.head, address);
  const headers = syncHeaders(etag, next);
  if (isNotModified(c.req.raw.headers, { etag })) return new Response(null, { status: 304, headers });
  headers.set("content-type", NDJSON);
  if (c.req.method === "HEAD") return new Response(null, { headers });
  const body = renderEvents(eventsOf(page, { url: base.url }, selection, request.query), { cursor, more: page.more });
  return compressedResponse(c.req.raw, body, headers);
}

const FOREIGN =
  "this cursor is of another archive, or the archive was restored from an older backup: start again without after";

type Page = Exclude<EventPage, { foreign: true }>;

/**
 * The events after the cursor; if there are none, waits as long as was asked for.
 *
 * @throws HttpError if the cursor is of another archive, or too many requests wait
 */
async function readEventPage(
  { archive }: Bridge,
  { ids }: Selection,
  { after, limit, wait, query }: SyncRequest,
  request: Request,
  now: number,
): Promise<Page> {
  const read = async (cursor: JournalCursor): Promise<Page> => {
    const page = await archive.events({ sources: ids, after: cursor, limit, query: query.canonical, now });
    if ("foreign" in page) throw new HttpError({ status: 410, detail: FOREIGN, parameter: "after" });
    return page;
  };
  const deadline = Date.now() + wait * 1000;
  let page = await read(after);
  while (page.events.length === 0 && !page.more) {
    const left = deadline - Date.now();
    if (left <= 0) break;
    const head = await archive.waitForEvent(page.cursor.seq, left, clientOf(request), request.signal);
    // The others wait so long at most.
    if (head === undefined)
      throw unavailable("too many requests wait for an event; ask without wait, or later", MAX_WAIT);
    if (head <= page.cursor.seq) break;
    page = await read(page.cursor);
  }
  return page;
}

const eventsOf = ({ events }: Page, base: Base, { sources }: Selection, query: Query) => {
  const originBy = originsOf(base, sources, "json");
  return events.map(({ seq, event, at, article, html }) => {
    return { seq, event, at, entry: articleEntry(base, article, originBy(article.source), query, html) };
  });
};

/** @throws HttpError if a parameter is wrong */
async function parseSync(parameters: URLSearchParams, now: number): Promise<SyncRequest> {
  const own = new Map<string, string>();
  const rest = new URLSearchParams();
  for (const [name, value] of parameters) {
    if (!Object.hasOwn(SYNC_PARAMETERS, name)) rest.append(name, value);
    else if (own.has(name)) throw refusedParameter(name, "is given more than once");
    else if (value.trim() !== "") own.set(name, value.trim());
  }
  const wrong = (parameter: keyof typeof SYNC_PARAMETERS) =>
    wrongParameter(parameter, SYNC_PARAMETERS[parameter].accepts);
  const after = parseCursor(own.get("after") ?? "0");
  if (!after) throw wrong("after");
  const limit = wholeNumber(own.get("limit") ?? String(DEFAULT_LIMIT), 1, MAX_LIMIT);
  if (limit === undefined) throw wrong("limit");
  const wait = wholeNumber(own.get("wait") ?? "0", 0, MAX_WAIT);
  if (wait === undefined) throw wrong("wait");
  const other = OTHER_PARAMETERS.find((name) => rest.has(name));
  if (other) throw refusedParameter(other, "is a parameter of feeds; /sync sends all events in their order");
  const parsed = await parseQuery(rest, now, OWN_NAMES);
  if ("error" in parsed) throw badParameter(parsed.error);
  const { query } = parsed;
  if (query.timeDependent) {
    const parameter = ["since", "until", "filter_time"].find((name) => rest.has(name)) ?? "since";
    throw refusedParameter(parameter, "takes a day or an instant here: an article that gets too old makes no event");
  }
  return { after, limit, wait, query };
}

function wholeNumber(text: string, least: number, most: number): number | undefined {
  const number = /^\d{1,4}$/.test(text) ? Number(text) : Number.NaN;
  return number >= least && number <= most ? number : undefined;
}

/** `812.1k2m3n`: the number of an event and the digest of its row; `0` for the beginning. */
const cursorText = ({ seq, digest }: JournalCursor): string => (seq === 0 ? "0" : `${seq}.${digest}`);

function parseCursor(text: string): JournalCursor | undefined {
  const [, seq, digest = ""] = /^(\d{1,15})(?:\.([a-z0-9]{1,30}))?$/.exec(text) ?? [];
  return seq === undefined ? undefined : { seq: Number(seq), digest };
}

/** The canonical address of a request. `wait` is not part of it: it changes no byte. */
function syncPath(sources: string, { limit, query }: SyncRequest, cursor: string): string {
  const parameters = new URLSearchParams(query.canonical);
  if (cursor !== "0") parameters.set("after", cursor);
  if (limit !== DEFAULT_LIMIT) parameters.set("limit", String(limit));
  parameters.sort();
  return `/sync/${sources}${parameters.size > 0 ? `?${parameters}` : ""}`;
}

/**
 * An answer is a function of its address and the journal, so that the journal's last event and the address make its tag.
 * The instant is that of this journal: another archive, such as one that was restored, can have as many events.
 */
const tagOf = ({ seq, at }: JournalHead, address: string): string => `W/"${seq}-${fingerprint(`${at} ${address}`)}"`;

/**
 * The tag of the answer, if it is the client's by what KV knows of the journal: then the answer is 304 without a call to
 * the archive. KV can be a minute late. If it knows less than the client, the archive is asked: it may have been restored.
 */
async function unchangedTag(c: AppContext, address: string, now: number): Promise<string | undefined> {
  if (!/"\d+-[a-z0-9]+"/.test(c.req.header("if-none-match") ?? "")) return undefined;
  const { status } = await readCached(c.get("bridge"), [], now, runAfterResponse(c));
  const { seq, headAt } = status;
  const etag = headAt === undefined ? undefined : tagOf({ seq, at: headAt }, address);
  return etag !== undefined && isNotModified(c.req.raw.headers, { etag }) ? etag : undefined;
}

function syncHeaders(etag: string, next?: string): Headers {
  return new Headers({
    etag,
    "cache-control": "public, no-cache",
    vary: "Accept-Encoding",
    ...(next && { link: `<${next}>; rel="next"; type="${NDJSON}"` }),
  });
}
