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
import { withoutKey } from "./access.ts";
import { type Answer, answer, type Part } from "./answer.ts";
import { fingerprint, isNotModified } from "./conditional.ts";
import { documentOf } from "./documents.ts";
import { gzip, takesGzip } from "./encoding.ts";
import { badParameter, type Problem, unavailable } from "./errors.ts";
import { EVERY_ANSWER } from "./headers.ts";
import type { Base } from "./links.ts";
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

interface Page {
  etag: string;
  lastModified: number;
  moving: boolean;
  /** What to render, until somebody has wanted the bytes. */
  document?: () => Promise<FeedDocument>;
  links: FeedDocument["links"];
  self: string;
  page: string;
  archived: boolean;
  /** The rendered feed: encoded once, not with every answer. */
  bytes?: Uint8Array<ArrayBuffer>;
  zipped?: ArrayBuffer;
}

/** Bytes of a feed that is worth the isolate's memory. */
const LARGEST_KEPT = 256 * 1024;

const encoder = new TextEncoder();
const rendered = new Rendered<Page>();

/** Answers a feed request, or says why not. */
export async function serveFeed(
  c: Context,
  settings: Settings,
  base: Base,
  path: FeedPath,
): Promise<Response | Problem> {
  const now = Date.now();
  const url = new URL(c.req.url);
  const at = `${base.url} ${path.part === "newest" ? "" : JSON.stringify(path.part)} ${path.format} ${path.selection.name} ${withoutKey(url)}`;
  // A bad question is answered before anything is read or fetched for it.
  let parsed = rendered.has(at) ? undefined : await parseQuestion(url.searchParams, now);
  if (parsed && "bad" in parsed) return badParameter(parsed.bad);
  const kept = await keptOf(settings, path.selection.sources, now, (work) => c.executionCtx.waitUntil(work));
  const version = path.selection.sources.map(({ id }) => kept.latest.get(id)?.stamp).join(" ");

  let page = rendered.get(at, version);
  if (!page) {
    parsed ??= await parseQuestion(url.searchParams, now);
    if ("bad" in parsed) return badParameter(parsed.bad);
    if (kept.latest.size === 0) return nothingYet(path.selection, kept.health, now);
    page = await pageOf(settings, base, path, kept.latest, parsed.question);
    if (!page.moving) rendered.set(at, version, page);
  }

  const headers = headersOf(page, path, kept.health, kept.stale, now);
  if (isNotModified(c.req.raw.headers, page)) return new Response(null, { status: 304, headers });
  const bytes = await bytesOf(page, path.format);
  if (bytes.length > LARGEST_KEPT) rendered.delete(at);
  headers.set("content-type", `${MEDIA_TYPES[path.format]}; charset=utf-8`);
  if (!takesGzip(c.req.raw)) return new Response(bytes, { headers });
  page.zipped ??= await gzip(bytes);
  headers.set("content-encoding", "gzip");
  return new Response(page.zipped, { headers, encodeBody: "manual" });
}

async function bytesOf(page: Page, format: Format): Promise<Uint8Array<ArrayBuffer>> {
  const document = await page.document?.();
  // Somebody else may have rendered it meanwhile.
  if (document) page.bytes ??= encoder.encode(render(document, format)) as Uint8Array<ArrayBuffer>;
  delete page.document;
  return page.bytes as Uint8Array<ArrayBuffer>;
}

async function pageOf(
  settings: Settings,
  base: Base,
  { selection, part, format }: FeedPath,
  latest: ReadonlyMap<string, Latest>,
  question: Question,
): Promise<Page> {
  const answered = await answer(settings, selection, latest, part, question);
  const plain = documentOf(base, selection, part, format, question, answered);
  const { self, page, links, archive } = plain;
  const document = async () => {
    const keys = bodiesOf(answered, question);
    if (keys.length === 0) return plain;
    const bodies = await readBodies(settings.kv, keys);
    return documentOf(base, selection, part, format, question, answered, bodies);
  };
  return {
    etag: `W/"${tagOf(self, answered)}"`,
    lastModified: Math.max(0, Date.parse(answered.changed)),
    moving: question.moving,
    document,
    links,
    self,
    page,
    archived: archive && answered.articles.length > 0,
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

/** The tag: what is said, of which articles, in which state. Nothing that only the passing of time changes. */
const tagOf = (self: string, { articles, next, months }: Answer): string =>
  fingerprint(JSON.stringify([RENDERING, self, next?.key, months, articles]));

function headersOf(page: Page, path: FeedPath, health: Health, stale: boolean, now: number): Headers {
  const { sources } = path.selection;
  const records = sources.flatMap(({ id }) => health.sources[id] ?? []);
  const due = Math.min(...records.map(({ nextDue }) => Date.parse(nextDue)));
  const seconds = Number.isFinite(due) ? Math.ceil((due - now) / 1000) : 0;
  const age = Math.min(900, Math.max(60, seconds));
  const type = MEDIA_TYPES[path.format];
  const links = [
    `<${page.self}>; rel="self"; type="${type}"`,
    `<${page.page}>; rel="alternate"; type="text/html"`,
    ...page.links.map(({ rel, href }) => `<${href}>; rel="${rel}"; type="${type}"`),
  ];
  return new Headers({
    ...EVERY_ANSWER,
    etag: page.etag,
    "last-modified": new Date(page.lastModified).toUTCString(),
    "cache-control":
      page.archived && isFinished(path.part, now)
        ? "public, max-age=604800, immutable"
        : `public, max-age=${age}, stale-while-revalidate=3600, stale-if-error=604800`,
    "cache-status": cacheStatus(path, health, stale, seconds),
    vary: "Accept-Encoding",
    link: links.join(", "),
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

function nothingYet({ sources }: Selection, health: Health, now: number): Problem {
  const records = sources.flatMap(({ id }) => health.sources[id] ?? []);
  const due = Math.min(...records.map(({ nextDue }) => Date.parse(nextDue)));
  const why = records.find(({ lastFailure }) => lastFailure)?.lastFailure;
  const detail = why
    ? `nothing is kept yet, and the last look failed: ${why.detail} (${why.reason})`
    : "nothing is kept yet; the first look at the website is under way";
  return unavailable(detail, Number.isFinite(due) ? (due - now) / 1000 : 60);
}
