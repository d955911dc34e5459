import type { Validators } from "../archive/source-status.ts";
import { retryAfterOf } from "../platform/retry-after.ts";
import { DataUrlFilter } from "../scrape/data-urls.ts";
import { isNotFoundPage } from "../scrape/not-found.ts";
import { outlineOf } from "../scrape/outline.ts";
import { type Failed, type Failure, failure, parsePage, type Reason } from "../scrape/page.ts";
import { hostsOf, withSiteLinks } from "../sites/addresses.ts";
import type { Site, Source } from "../sites/site.ts";
import { isWithin } from "../time.ts";
import type { Connections } from "./connections.ts";
import { decode, inflate, MAX_PAGE_BYTES, readAtMost } from "./page-bytes.ts";

/**
 * Polite fetching: one request at a time per host, a user agent that says who asks, limits on time and size, redirects
 * only within the website, conditional requests, Retry-After. A failure is a value with a reason, not an exception.
 */
interface FetchContext {
  site: Site;
  /** Its language tells the charset of a page that names none, or a wrong one. */
  source?: Source;
  /** Origin that is fetched from: the site's own, or the one that the variable `{SITE}_ORIGIN` sets. */
  origin: string;
  userAgent: string;
  budget: RequestBudget;
  /** Those of the run; undefined if it makes no other requests at the same time. */
  connections?: Connections;
  /** Milliseconds for an answer. */
  timeout: number;
  /** The newest page of the listing and its cookies, if older pages need its session. */
  session?: Session;
}

/** A context for the pages of one source. */
export interface SourceContext extends FetchContext {
  source: Source;
  /** When the refresh began, milliseconds. */
  now: number;
  /** The articles that the listing of this refresh has whole, by key. */
  wholeArticles?: () => ReadonlyMap<string, string> | undefined;
}

interface Session {
  html: string;
  /** For the header `Cookie`. */
  cookie: string;
}

/** Outgoing requests that may still be made. Each hop of a redirect counts. */
export interface RequestBudget {
  left: number;
  /** What all websites share, for requests beyond those that are kept for this one. */
  shared?: RequestBudget;
}

/** How many requests are left in all. */
export const requestsLeft = ({ left, shared }: RequestBudget): number => left + (shared?.left ?? 0);

export type Fetched =
  /** `date` is the website's own time, milliseconds; NaN if it does not say. */
  | { html: string; path: string; validators: Validators; cookie: string; date: number }
  | { unchanged: true }
  /** `path` is the address of the response after redirects, if there was one. */
  | { failure: Failure; retryAfter?: number; path?: string };

/** Time limit of a page with its redirects and its body, milliseconds, unless the site has its own. */
export const TIMEOUT = 10_000;
const MAX_REDIRECTS = 3;
const NO_REQUEST_LEFT = failure("no-request-left", "the bridge had no outgoing request left in this run");
/** Bytes of a page with the pictures inside it (`data:` URLs), which are not kept. Pages of Rodong have up to 16 MB. */
const MAX_DOWNLOAD_BYTES = 24 * 1024 * 1024;

/** A form that is posted within a session. */
interface PostedForm {
  form: Readonly<Record<string, string>>;
  cookie: string;
}

/**
 * Fetches a page of the site.
 *
 * @param path path and query
 * @param posted a form that is posted to the path
 * @returns the page with the path after redirects; `retryAfter` is in seconds
 */
export async function fetchPage(
  context: FetchContext,
  path: string,
  validators: Validators = {},
  posted?: PostedForm,
): Promise<Fetched> {
  const { origin, site, timeout, budget, connections } = context;
  // Taken before anything is waited for: websites that are read side by side share the requests.
  if (!takeRequest(budget)) return NO_REQUEST_LEFT;
  await site.load?.();
  const host = new URL(origin).host;
  await acquireHost(host, timeout);
  const hasTime = (await connections?.acquire()) ?? true;
  hostsInUse.set(host, Date.now());
  // One time limit for everything: a website that sends a byte now and then also hangs.
  const signal = AbortSignal.timeout(timeout);
  try {
    if (!hasTime) return NO_REQUEST_LEFT;
    return await follow(context, path, validators, signal, posted);
  } catch (error) {
    if (signal.aborted) return failure("timeout", `the website did not answer within ${timeout / 1000} seconds`);
    return failure("network", `the connection to the website failed (${messageOf(error)})`);
  } finally {
    connections?.release();
    // A mirror is the operator's own: it needs no rest.
    releaseHost(host, origin === site.origin ? site.politeness?.pause : 0);
  }
}

/** Whether there was one to take. */
function takeRequest(budget: RequestBudget): boolean {
  const { shared = budget } = budget;
  const from = budget.left > 0 ? budget : shared;
  return from.left > 0 && from.left-- > 0;
}

async function follow(
  context: FetchContext,
  path: string,
  validators: Validators,
  signal: AbortSignal,
  posted?: PostedForm,
): Promise<Fetched> {
  let url = new URL(withOneSlash(path), context.origin);
  for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
    if (hop > 0 && !takeRequest(context.budget)) return NO_REQUEST_LEFT;
    const own = validators.address === url.href ? validators : {};
    const response = await fetch(url, { ...requestOf(context, own, posted), redirect: "manual", signal });
    if (response.status === 304) {
      await response.body?.cancel();
      if (own.etag || own.lastModified) return { unchanged: true };
      const detail = "the website says that the page is unchanged (304) where the whole page was asked for";
      return failure("http-304", detail);
    }
    if (response.status >= 300 && response.status < 400) {
      await response.body?.cancel();
      const next = posted ? undefined : resolveRedirect(context, response.headers.get("location"), url);
      if (!next) return failure("redirect", "the website redirects to somewhere else");
      if (context.site.signUpPath?.test(next.pathname))
        return failure("sign-up", "the website redirects to its sign-up form");
      url = next;
      continue;
    }
    return await read(response, url, context);
  }
  return failure("redirect", `the website redirects more than ${MAX_REDIRECTS} times`);
}

function requestOf({ userAgent, site }: FetchContext, validators: Validators, posted?: PostedForm): RequestInit {
  const headers = new Headers({
    "user-agent": userAgent,
    accept: site.contentType ?? "text/html, application/xhtml+xml;q=0.9",
    "accept-language": "en, *;q=0.5",
  });
  if (validators.etag) headers.set("if-none-match", validators.etag);
  if (validators.lastModified) headers.set("if-modified-since", validators.lastModified);
  if (!posted) return { headers };
  if (posted.cookie) headers.set("cookie", posted.cookie);
  return { method: "POST", headers, body: new URLSearchParams(posted.form) };
}

/** A path with one slash at its start: behind two, the first folder would be read as a host. */
const withOneSlash = (path: string): string => path.replace(/^\/+/, "/");

/** Path and query of an address. */
const pathOf = ({ pathname, search }: URL): string => withOneSlash(pathname + search);

/** The target of a redirect; undefined if it is not on the website. */
function resolveRedirect(context: FetchContext, location: string | null, from: URL): URL | undefined {
  if (!location || !URL.canParse(location, from.href)) return undefined;
  const to = new URL(location, from);
  if (to.protocol !== "https:" && to.protocol !== "http:") return undefined;
  const own = new URL(context.origin);
  if (to.host !== own.host && !hostsOf(context.site).includes(to.host)) return undefined;
  // All hosts of the site are the site. A mirror replaces all of them.
  if (context.origin !== context.site.origin) return new URL(pathOf(to), context.origin);
  // Never to http from https. A website of http may have moved to https.
  if (own.protocol === "https:") to.protocol = own.protocol;
  return to;
}

const HTML_TYPE = /^\s*(?:text\/html|application\/xhtml\+xml)\b/i;

/** Whether pages of a site have this `Content-Type`. */
export const isMediaTypeOf = ({ contentType }: Site, type: string): boolean =>
  contentType ? type.trim().toLowerCase().startsWith(contentType) : HTML_TYPE.test(type);

async function read(response: Response, url: URL, context: FetchContext): Promise<Fetched> {
  const { status, headers } = response;
  if (status !== 200) {
    const blocked = await blockPage(response, url, context);
    if (blocked) return blocked;
    const reason: Reason = `http-${status}`;
    return { ...failure(reason, statusInWords(status)), path: pathOf(url), retryAfter: retryAfterOf(headers) };
  }
  const type = headers.get("content-type") ?? "";
  if (type && !isMediaTypeOf(context.site, type)) {
    await response.body?.cancel();
    const wanted = context.site.contentType ?? "HTML";
    return failure("not-html", `the website answered with ${type.slice(0, 60)} instead of ${wanted}`);
  }
  const received = await readAtMost(response, MAX_DOWNLOAD_BYTES, new DataUrlFilter());
  const bytes = received && (await inflate(received));
  if (!bytes) return failure("too-large", `the page is larger than ${MAX_PAGE_BYTES / 1024 / 1024} MiB`);
  const etag = headers.get("etag");
  const lastModified = headers.get("last-modified");
  return {
    html: withSiteLinks(decode(bytes, type, context.source?.language), context.site, context.origin),
    path: pathOf(url),
    validators: { address: url.href, ...(etag && { etag }), ...(lastModified && { lastModified }) },
    cookie: cookiesOf(headers),
    date: Date.parse(headers.get("date") ?? ""),
  };
}

/** Maximum number of cookies of a session, and of characters of a cookie. */
const MAX_COOKIES = 10;
const MAX_COOKIE_LENGTH = 1000;

/** The cookies of a response, for the header `Cookie` of a request (RFC 6265, sections 4.1 and 4.2). */
function cookiesOf(headers: Headers): string {
  const pairs = headers.getSetCookie().map((cookie) => cookie.split(";")[0]?.trim() ?? "");
  return pairs
    .filter((pair) => /^[^\s=;]+=/.test(pair) && pair.length <= MAX_COOKIE_LENGTH)
    .slice(0, MAX_COOKIES)
    .join("; ");
}

/** Bytes of a 404 page that are looked at. */
const MAX_ABSENT_BYTES = 256 * 1024;

/** Detects a block page of a network, a bot check or a sign-up page with the status 404 or 410. */
async function blockPage(response: Response, url: URL, { site }: FetchContext): Promise<Failed | undefined> {
  if (response.status !== 404 && response.status !== 410) {
    await response.body?.cancel();
    return undefined;
  }
  const bytes = await readAtMost(response, MAX_ABSENT_BYTES);
  if (!bytes) return undefined;
  const root = parsePage(decode(bytes, response.headers.get("content-type") ?? ""), () => false);
  if ("failure" in root) return root.failure.reason === "blocked" ? root : undefined;
  if (!site.isSignUp) return undefined;
  const outline = outlineOf(root);
  // A page that says that it is missing may offer to sign up as well.
  if (!site.isSignUp({ url, outline }) || isNotFoundPage(outline)) return undefined;
  return failure("sign-up", "the website shows its sign-up form instead of the page");
}

function statusInWords(status: number): string {
  if (status === 403) return "the website refuses the bridge (403)";
  if (status === 404 || status === 410) return `the website has no such page (${status})`;
  if (status === 429) return "the website asks for fewer requests (429)";
  if (status >= 500) return `the website has an internal error (${status})`;
  return `the website answered with the status ${status}`;
}

/**
 * Node's `fetch` says only "fetch failed"; the code of the cause (`ECONNREFUSED`) names no address. A cause without a code is an
 * answer that is no HTTP.
 */
function messageOf(error: unknown): string {
  const { cause, message = String(error) } = error as {
    cause?: { code?: unknown; message?: string };
    message?: string;
  };
  return (typeof cause?.code === "string" ? cause.code : cause?.message || message).slice(0, 120);
}

/** Hosts from which this isolate is fetching, and when that started (milliseconds). */
const hostsInUse = new Map<string, number>();
/** Hosts that are left alone for a while: since when (`performance.now()`), and for how many milliseconds. */
const hostsAtRest = new Map<string, { since: number; pause: number }>();

/**
 * Waits until no other request of this isolate goes to the host. It polls, because the other promise may never settle:
 * an invocation that ends takes its promises with it.
 *
 * @param timeout milliseconds for the answer; a request that has not ended long after it never will
 */
async function acquireHost(host: string, timeout: number): Promise<void> {
  const interval = timeout > TIMEOUT ? 100 : 20;
  const isInUse = () => isWithin(timeout * 1.5, hostsInUse.get(host), Date.now());
  const isAtRest = () => {
    const { since, pause = 0 } = hostsAtRest.get(host) ?? {};
    // In Workers it is the clock of the day, which may be put back.
    return isWithin(pause, since, performance.now());
  };
  while (isInUse() || isAtRest()) await new Promise((wait) => setTimeout(wait, interval));
  hostsInUse.set(host, Date.now());
}

/** @param pause milliseconds for which the host is left alone */
function releaseHost(host: string, pause = 0): void {
  hostsInUse.delete(host);
  if (pause > 0) hostsAtRest.set(host, { since: performance.now(), pause });
}
