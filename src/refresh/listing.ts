import { mustParseAgain } from "../archive/noise.ts";
import type { ListingCommit } from "../archive/source-commit.ts";
import type { Outcome, SourceStatus, Validators } from "../archive/source-status.ts";
import type { ScrapedArticle } from "../article.ts";
import { logError } from "../log.ts";
import { sha256 } from "../platform/sha256.ts";
import { type Failed, type Failure, failure } from "../scrape/page.ts";
import { isAnswer, listingOffset, listingRegion, newestPath } from "../sites/addresses.ts";
import { readListing } from "../sites/reader.ts";
import type { Listing, Source } from "../sites/site.ts";
import { DAY, dayOf, instant } from "../time.ts";
import { type Fetched, fetchPage, type SourceContext } from "./fetch.ts";

/** The result of fetching a listing. Without `listing` it failed, or the page was merged before. */
export interface ListingResult {
  listing?: ListingCommit;
  outcome: Outcome;
}

/** Increase it when the same page would be parsed into other articles: then every listing is parsed again. */
const PARSER_VERSION = 12;

/** A page with a smaller share of the usual number of articles is taken for a broken page. */
const MIN_SHARE = 0.25;

/** Fetches and reads the first page of a source's listing. */
export async function fetchListing(context: SourceContext, status: SourceStatus | undefined): Promise<ListingResult> {
  const { source, now } = context;
  const path = newestPath(source);
  const again = mustParseAgain(status?.noise, now);
  // Without a digest no listing was ever merged, so even an unchanged page would be new.
  const known = !again && status?.digest ? usable(status.validators, now) : undefined;
  const fetched = await fetchPage(context, path, known);
  if ("unchanged" in fetched) return { outcome: { ok: true } };
  if ("failure" in fetched) return failed(fetched.failure, fetched.retryAfter ?? restAfter(source, fetched.failure));
  if (source.site.olderRequest) context.session = fetched;
  let whole: ReadonlyMap<string, string> | undefined;
  context.wholeArticles = () => {
    whole ??= source.site.wholeArticles?.(fetched.html);
    return whole;
  };
  const validators = { ...fetched.validators, at: instant(now) };
  const digest = await digestOf(`${PARSER_VERSION} ${fetched.path} ${listingRegion(source.site, fetched.html)}`);
  // Merging the same page again changes nothing, so it is not even parsed.
  if (!again && status?.digest === digest) return { outcome: { ok: true, validators } };
  const page = readPage(context, path, fetched);
  if ("failure" in page) return failed(page.failure);
  const shown = page.articles.length;
  // One day's paper may be small. An answer of an API is whole, however few of its posts are this source's.
  const varies = source.site.listsOneDay || source.site.contentType;
  const wrong = (varies ? undefined : tooFew(shown, status, now)) ?? clockBehind(context, page, status, fetched.date);
  if (wrong) return failed(wrong.failure);
  return { listing: listingCommit(source, page.articles, path), outcome: { ok: true, shown, validators, digest } };
}

/** Fetches and reads an older page of a listing; undefined if it cannot be read. */
export async function fetchOlder(context: SourceContext, path: string): Promise<ScrapedArticle[] | undefined> {
  const fetched = await fetchOlderPage(context, path);
  if (!("html" in fetched)) return undefined;
  try {
    const page = readPage(context, path, fetched);
    const isRead = "articles" in page && (page.articles.length > 0 || context.site.pageSize);
    return isRead ? page.articles : undefined;
  } catch (error) {
    // A page that cannot be read leaves a gap. The newer articles are stored all the same.
    logError("listing", error, { source: context.source.id, path });
    return undefined;
  }
}

/** Fetches an older part of a listing: by its address, or by the form of the newest part, within the session of that. */
async function fetchOlderPage(context: SourceContext, path: string): Promise<Fetched> {
  const { site, source } = context;
  if (!site.olderRequest) return fetchPage(context, path);
  if (!context.session) {
    const newest = await fetchPage(context, newestPath(source));
    if (!("html" in newest)) return newest;
    context.session = newest;
  }
  const { html, cookie } = context.session;
  const request = site.olderRequest(new URL(path, site.origin), html);
  if (!request) return failure("layout-changed", "the listing has no form for its older pages");
  const fetched = await fetchPage(context, request.path, {}, { form: request.form, cookie });
  // The answer to the form is what the address means.
  return "html" in fetched && fetched.path === request.path ? { ...fetched, path } : fetched;
}

/**
 * A page of a listing, in the form that the archive takes. The list below an article has no `path`: it is the listing of
 * the article's source, unless the source mixes several languages.
 */
export function listingCommit(source: Source, articles: readonly ScrapedArticle[], path?: string): ListingCommit {
  const { id, site, outlet, language } = source;
  const from = path === undefined ? undefined : listingOffset(source, path);
  const unbroken = path !== undefined || language !== "mul";
  const isLook = path !== undefined && (from === undefined || from === 0);
  const { timeZone, listsOneDay, pageSize } = site;
  const to = from !== undefined && pageSize ? from + pageSize : undefined;
  return { source: id, site: site.id, timeZone, articles, unbroken, listsOneDay, outlet, isLook, from, to };
}

const failed = ({ reason, detail }: Failure, retryAfter?: number): { outcome: Outcome } => ({
  outcome: { ok: false, reason, detail, retryAfter },
});

/** Seconds without requests to a website that drops connections: it may have banned the bridge for some minutes. */
const REST = 20 * 60;

const restAfter = ({ site }: Source, { reason }: Failure): number | undefined =>
  site.politeness && (reason === "network" || reason === "timeout") ? REST : undefined;

/** Validators up to a day old: a broken website may answer 304 forever, so the whole page is asked for once a day. */
const usable = (validators: Validators | undefined, now: number): Validators | undefined =>
  validators?.at && now - Date.parse(validators.at) < DAY ? validators : undefined;

function readPage({ source, now }: SourceContext, path: string, fetched: { html: string; path: string }): Listing {
  const listing = readListing({
    html: fetched.html,
    source,
    address: new URL(fetched.path, source.site.origin).href,
    now,
  });
  if ("articles" in listing && !isAnswer(source.site, path, fetched.path))
    return failure("redirect", `the website shows ${fetched.path.slice(0, 80)} instead of the listing`);
  return listing;
}

/** The first 96 bits of a SHA-256 hash, in Base64. */
async function digestOf(text: string): Promise<string> {
  return btoa(String.fromCharCode(...new Uint8Array(await sha256(text), 0, 12)));
}

/** A listing that shrank is a failure for a day. After that it is what the source looks like now. */
function tooFew(count: number, status: SourceStatus | undefined, now: number): Failed | undefined {
  const typical = status?.typicalCount ?? 0;
  if (typical < 8 || count >= typical * MIN_SHARE) return undefined;
  if (status?.lastSuccess && now - Date.parse(status.lastSuccess) > DAY) return undefined;
  return failure("too-few-articles", `the page shows ${count} articles where it usually shows ${typical}`);
}

/**
 * Most articles are dated after tomorrow, and the website's clock is days ahead, too: then the bridge's own is behind, as
 * after a start without a network. Articles would get dates of today, which never change.
 */
function clockBehind(
  { source, now }: SourceContext,
  { articles }: { articles: readonly ScrapedArticle[] },
  status: SourceStatus | undefined,
  date: number,
) {
  const newest = Math.max(now, Date.parse(status?.lastAttempt ?? "") || 0);
  if (!(date > newest + 2 * DAY)) return undefined;
  const tomorrow = dayOf(newest + DAY, source.site.timeZone);
  if (articles.filter(({ day }) => day > tomorrow).length * 2 <= articles.length) return undefined;
  return failure("clock", `the bridge's clock says ${instant(now)}, the website's ${instant(date)}: set it`);
}
