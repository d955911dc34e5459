import type { Context } from "hono";
import { readBodies } from "../archive/bodies.ts";
import type { Health } from "../archive/health.ts";
import type { Latest } from "../archive/store.ts";
import { type FeedDocument, type Format, MEDIA_TYPES } from "../feeds/document.ts";
import { render } from "../feeds/index.ts";
import { parseQuestion, type Question } from "../query/question.ts";
import { keptOf } from "../refresh/readers.ts";
import { DAY, koreanDay } from "../scrape/dates.ts";
import type { Settings } from "../settings.ts";
import { type Answer, answer, type Part, searchesTexts } from "./answer.ts";
import { fingerprint, isNotModified } from "./conditional.ts";
import { documentOf } from "./documents.ts";
import { gzip, takesGzip } from "./encoding.ts";
import { badParameter, type Problem, unavailable } from "./errors.ts";
import { EVERY_ANSWER, linkHeader } from "./headers.ts";
import { type Base, feedUrl } from "./links.ts";
import { Rendered } from "./rendered.ts";
import type { Selection } from "./sources.ts";

/** A feed that is asked for, but for its parameters. */
export interface FeedPath {
  selection: Selection;
  part: Part;
  format: Format;
}

/** Moves whenever the same articles would be rendered into other bytes. */
const RENDERING = 1;

/** What is remembered of a feed: enough for a 304, and its bytes once somebody has wanted them. */
interface Page {
  etag: string;
  lastModified: number;
  moving: boolean;
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
const LARGEST_KEPT = 256 * 1024;

const encoder = new TextEncoder();
const rendered = new Rendered<Page>();

/** What was rendered last for an address, as it was asked for. */
interface Asked {
  settings: Settings;
  path: FeedPath;
  /** Where it stands in `rendered`. */
  at: string;
  version: string;
}
const asked = new Rendered<Asked>();

/** Forgets what has been rendered, as a new isolate would. */
export const forgetRendered = (): void => {
  rendered.clear();
  asked.clear();
};

/**
 * The 304 that costs nothing: the client has what this isolate rendered last for exactly this address, and the sources'
 * newest are what they were. Nothing is read before the first is known, and of the archive only what every feed needs.
 */
export async function serveUnchanged(c: Context, settings: Settings): Promise<Response | undefined> {
  const known = asked.get(c.req.url, "");
  if (known?.settings !== settings) return undefined;
  const { path, at, version } = known;
  const page = rendered.get(at, version);
  if (!page || !isNotModified(c.req.raw.headers, page)) return undefined;
  const now = Date.now();
  const kept = await keptOf(settings, path.selection.sources, now, (work) => c.executionCtx.waitUntil(work));
  if (versionOf(path, kept.latest) !== version) return undefined;
  return new Response(null, { status: 304, headers: headersOf(page, path, kept.health, kept.stale, now) });
}

/** The state of the archive that a feed is made from. */
const versionOf = ({ selection }: FeedPath, latest: ReadonlyMap<string, Latest>): string =>
  selection.sources.map(({ id }) => latest.get(id)?.stamp).join(" ");

/** Answers a feed request, or says why not. */
export async function serveFeed(
  c: Context,
  settings: Settings,
  base: Base,
  path: FeedPath,
): Promise<Response | Problem> {
  const now = Date.now();
  const { selection, part, format } = path;
  // A bad question is answered before anything is read or fetched for it.
  const parsed = await parseQuestion(new URL(c.req.url).searchParams, now);
  if ("bad" in parsed) return badParameter(parsed.bad);
  const { question } = parsed;
  const [head, zip] = [c.req.method === "HEAD", takesGzip(c.req.raw)];
  const content = {
    "content-type": `${MEDIA_TYPES[format]}; charset=utf-8`,
    ...(zip && { "content-encoding": "gzip" }),
  };
  const kept = await keptOf(settings, selection.sources, now, (work) => c.executionCtx.waitUntil(work));
  if (kept.latest.size === 0) return nothingYet(selection, kept.health, now);

  const at = feedUrl(base, selection.name, part, format, question.canonical);
  const version = versionOf(path, kept.latest);
  asked.set(c.req.url, "", { settings, path, at, version });
  let page = rendered.get(at, version);
  let answered: Answer | undefined;
  if (!page) {
    // Only their texts say which articles these are, and a HEAD is not worth reading them (RFC 9110, section 9.3.2).
    if (head && part !== "changes" && searchesTexts(question))
      return new Response(null, { headers: { ...content, vary: "Accept-Encoding", "cache-control": "no-store" } });
    answered = await answer(settings, selection, kept.latest, part, question);
    // Its head alone: the entries are made where they are wanted.
    const document = documentOf(base, selection, part, format, question, { ...answered, articles: [] });
    const open = feedUrl({ url: base.url }, selection.name, part, format, question.canonical);
    page = pageOf(document, kept.latest, question, answered, tagOf(open, answered));
    page.finished &&= isFinished(part, now);
    if (!page.moving && answered.whole) rendered.set(at, version, page);
  }

  const headers = headersOf(page, path, kept.health, kept.stale, now);
  if (isNotModified(c.req.raw.headers, page)) return new Response(null, { status: 304, headers });
  for (const [name, value] of Object.entries(content)) headers.set(name, value);
  if (head) return new Response(null, { headers });
  let { bytes } = page;
  if (!bytes) {
    answered ??= await answer(settings, selection, kept.latest, part, question);
    const bodies = await readBodies(settings.kv, bodiesOf(answered, question));
    const document = documentOf(base, selection, part, format, question, answered, bodies);
    bytes = encoder.encode(render(document, format)) as Uint8Array<ArrayBuffer>;
    if (bytes.length <= LARGEST_KEPT) page.bytes = bytes;
  }
  if (!zip) return new Response(bytes, { headers });
  const zipped = page.zipped ?? (await gzip(bytes));
  if (page.bytes) page.zipped = zipped;
  return new Response(zipped, { headers, encodeBody: "manual" });
}

function pageOf(
  { self, page, links, archive }: FeedDocument,
  latest: ReadonlyMap<string, Latest>,
  question: Question,
  answered: Answer,
  tag: string,
): Page {
  return {
    etag: `W/"${tag}"`,
    // The newest change of the sources, not of the articles picked: an article that leaves a feed, or a text that
    // comes to one, changes it too.
    lastModified: Math.max(0, ...[...latest.values()].map(({ changedAt }) => Date.parse(changedAt))),
    moving: question.moving,
    links,
    self,
    page,
    // Texts may still come.
    finished: archive && answered.articles.length > 0 && answered.whole && !question.moving && !question.full,
  };
}

/** Keys of the bodies that an answer shows: those of full texts, and those whose edits are told. */
function bodiesOf({ articles, changes }: Answer, { full }: Question): string[] {
  if (changes) {
    const shown = articles.flatMap(({ key }) => changes.get(key) ?? []);
    return [...new Set(shown.filter(({ body }) => body).map(({ article }) => article.key))];
  }
  return full ? articles.filter(({ body }) => body).map(({ key }) => key) : [];
}

/**
 * The tag: what is said, of which articles, in which state. Nothing that only the passing of time changes, nor a key,
 * which a tag would give away: it is short work to turn back.
 */
const tagOf = (self: string, { articles, next, months }: Answer): string =>
  fingerprint(JSON.stringify([RENDERING, self, next?.key, months, articles]));

function headersOf(page: Page, path: FeedPath, health: Health, stale: boolean, now: number): Headers {
  const { sources } = path.selection;
  const seconds = secondsToDue(sources, health, now) ?? 0;
  const age = Math.min(900, Math.max(60, seconds));
  const type = MEDIA_TYPES[path.format];
  const link = linkHeader([
    { rel: "self", href: page.self, type },
    { rel: "alternate", href: page.page, type: "text/html" },
    ...page.links.map(({ rel, href }) => ({ rel, href, type })),
  ]);
  return new Headers({
    ...EVERY_ANSWER,
    etag: page.etag,
    "last-modified": new Date(page.lastModified).toUTCString(),
    "cache-control": page.finished
      ? "public, max-age=604800, immutable"
      : `public, max-age=${age}, stale-while-revalidate=3600, stale-if-error=604800`,
    "cache-status": cacheStatus(path, health, stale, seconds),
    vary: "Accept-Encoding",
    ...(link && { link }),
  });
}

/** A month that is over, with some days for what the website takes in late: its document is not expected to change. */
const isFinished = (part: Part, now: number): boolean =>
  typeof part === "object" && part.month < koreanDay(now - 3 * DAY).slice(0, 7);

/** RFC 9211: fresh from the archive, or stale because the website could not be read, and why. */
function cacheStatus({ selection }: FeedPath, health: Health, stale: boolean, seconds: number): string {
  const failing = selection.sources.flatMap(({ id }) => {
    const record = health.sources[id];
    return record && record.failures > 0 && record.lastFailure ? [{ id, reason: record.lastFailure.reason }] : [];
  });
  const [first] = failing;
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
export function nothingYet({ sources }: Selection, health: Health, now: number): Problem {
  const why = sources.map(({ id }) => health.sources[id]?.lastFailure).find((failure) => failure);
  const detail = why
    ? `nothing is kept yet, and the last look failed: ${why.detail} (${why.reason})`
    : "nothing is kept yet; the first look at the website is under way";
  return unavailable(detail, secondsToDue(sources, health, now) ?? 60);
}

/** Seconds until the first of these sources is due, one never looked at now; undefined where none was looked at. */
export function secondsToDue(sources: Selection["sources"], health: Health, now: number): number | undefined {
  const due = sources.map(({ id }) => Date.parse(health.sources[id]?.nextDue ?? ""));
  if (due.every(Number.isNaN)) return undefined;
  return Math.ceil((Math.min(...due.map((at) => (Number.isNaN(at) ? now : at))) - now) / 1000);
}
