import type { DuePage } from "../archive/article-looks.ts";
import type { Bridge } from "../archive/bridge.ts";
import { cacheWrites } from "../archive/cache.ts";
import type { FailedPage, SourceCommit } from "../archive/source-commit.ts";
import { logError } from "../log.ts";
import type { Reason } from "../scrape/page.ts";
import { isAnswer } from "../sites/addresses.ts";
import { outletArticle } from "../sites/index.ts";
import type { ArticlePage, Site, Source } from "../sites/site.ts";
import { fetchPage, requestsLeft, type SourceContext } from "./fetch.ts";
import { readKnownPage } from "./known-page.ts";
import { listingCommit } from "./listing.ts";

/** Reads article pages: the cron reads a few at each tick, in the order that the archive gives. */

type PageResult =
  /** `isListed`: read from the listing, because its own address does not show it. */
  | { present: SourceCommit; isListed?: true }
  | { absent: true }
  | { failed: Pick<FailedPage, "error" | "problem">; refusals?: number };

/** The looks at one website's article pages in one tick. */
interface SiteLooks {
  present: number;
  absent: { source: Source; page: DuePage }[];
  /** A page that the listing shows is absent as well. */
  isDoubtful?: true;
  refusals: number;
}

/** After this number of refusals, a website gets no more requests in this tick. */
const MAX_REFUSALS = 2;

/** How many refusals of the website a failure counts as. A PDF, or a redirect to a video, is a fault of that page alone. */
function refusalsIn(reason: Reason): number {
  if (/^(?:timeout|network|blocked|http-429)$/.test(reason)) return MAX_REFUSALS;
  return /^http-(?:403|5\d\d)$/.test(reason) ? 1 : 0;
}

interface PageRound {
  bridge: Bridge;
  contexts: ReadonlyMap<string, SourceContext>;
  now: number;
  /** Pages that may still be read. */
  left: number;
  /** Keys. */
  asked: Set<string>;
  looks: SiteLooks;
}

/**
 * Reads up to `most` article pages of a website. A page that cannot be read does not stop the others.
 *
 * @param contexts by source id, of the sources whose listings could be read
 */
export async function readArticlePages(
  bridge: Bridge,
  { id: site }: Site,
  contexts: ReadonlyMap<string, SourceContext>,
  most: number,
  now: number,
): Promise<void> {
  const looks: SiteLooks = { present: 0, absent: [], refusals: 0 };
  const round: PageRound = { bridge, contexts, now, left: most, asked: new Set(), looks };
  for (const page of await bridge.archive.duePages(site, [...contexts.keys()], most, now)) {
    await lookAt(round, page);
    await compare(round, site);
  }
  await commitAbsences(round);
}

/** Reads a page and commits what it shows. An absence waits until the website's other pages have been looked at. */
async function lookAt(round: PageRound, page: DuePage): Promise<void> {
  const context = page.sources.map((id) => round.contexts.get(id)).find((context) => context !== undefined);
  const { looks } = round;
  if (!context || looks.refusals >= MAX_REFUSALS || round.left <= 0 || requestsLeft(context.budget) <= 0) return;
  if (round.asked.has(page.key)) return;
  round.asked.add(page.key);
  round.left--;
  const { source } = context;
  const result = await findArticlePage(round.bridge, context, page).catch((thrown): PageResult => {
    // An unforeseen error on one page must not keep the others from being read, in this tick or the next.
    const error = String(thrown).slice(0, 200);
    logError("article", error, { source: source.id, key: page.key });
    return { failed: { error } };
  });
  if ("absent" in result) {
    looks.absent.push({ source, page });
    return;
  }
  if ("present" in result) {
    if (!result.isListed) looks.present++;
    await commit(round, result.present);
    return;
  }
  looks.refusals += result.refusals ?? 0;
  await commit(round, { source: source.id, failedPages: [{ site: page.site, key: page.key, ...result.failed }] });
}

async function commit({ bridge, now }: PageRound, one: SourceCommit): Promise<void> {
  cacheWrites(bridge, await bridge.archive.commit([one], now, false), now);
}

/** Pages of the listing that are looked at in one tick, to compare with those that are absent. */
const MAX_COMPARED = 10;

/**
 * Looks at pages that the website's listings show, until at least as many pages are present as absent. If most pages are
 * absent, the website has a fault, and the articles are not gone.
 */
async function compare(round: PageRound, site: string): Promise<void> {
  const { looks } = round;
  if (looks.absent.length <= looks.present || round.left <= 0) return;
  const listed = await round.bridge.archive.listedPages(site, [...round.contexts.keys()], MAX_COMPARED);
  for (const page of listed) {
    if (looks.absent.length <= looks.present || round.left <= 0) return;
    const absent = looks.absent.length;
    await lookAt(round, page);
    if (looks.absent.length > absent) looks.isDoubtful = true;
  }
}

/** Commits as many absences as pages are present. The other pages are looked at again later. */
async function commitAbsences(round: PageRound): Promise<void> {
  const { present, absent, isDoubtful } = round.looks;
  const isFault = present === 0 || (isDoubtful === true && absent.length > present);
  const committed = isFault ? absent : absent.slice(0, present);
  for (const { source, page } of committed) {
    const id = { site: page.site, key: page.key };
    await commit(round, { source: source.id, ...(isFault ? { failedPages: [id] } : { absentPages: [id] }) });
  }
}

/** The page at the article's address; if that does not show it, the article as the listing of this refresh has it. */
async function findArticlePage(bridge: Bridge, context: SourceContext, page: DuePage): Promise<PageResult> {
  const result = await fetchArticlePage(bridge, context, page);
  if ("present" in result) return result;
  const html = context.wholeArticles?.()?.get(page.key);
  if (html === undefined) return result;
  const { source, now } = context;
  const address = new URL(pathOf(source, page), source.site.origin).href;
  const read = await readKnownPage(bridge, { html, source, address, now, listedTitle: page.title });
  return "story" in read ? { present: await articlePageCommit(bridge, source, read.story), isListed: true } : result;
}

/** Path and query that are asked for an article's text. */
function pathOf({ site }: Source, { url, key }: DuePage): string {
  const { pathname, search } = new URL(url);
  return site.articlePagePath?.(key) ?? pathname + search;
}

async function fetchArticlePage(bridge: Bridge, context: SourceContext, due: DuePage): Promise<PageResult> {
  const { source, now } = context;
  const path = pathOf(source, due);
  const fetched = await fetchPage(context, path);
  if ("failure" in fetched && /^http-4(?:04|10)$/.test(fetched.failure.reason)) {
    // The article's own address must have answered: a redirect to a page that is missing says nothing.
    const isOwn = fetched.path !== undefined && isAnswer(source.site, path, fetched.path);
    return isOwn ? { absent: true } : { failed: {} };
  }
  if ("failure" in fetched) return { failed: {}, refusals: refusalsIn(fetched.failure.reason) };
  if (!("html" in fetched) || !isAnswer(source.site, path, fetched.path)) return { failed: {} };
  const address = new URL(fetched.path, source.site.origin).href;
  const page = await readKnownPage(bridge, { html: fetched.html, source, address, now, listedTitle: due.title });
  if ("story" in page) return { present: await articlePageCommit(bridge, source, page.story) };
  const { reason, detail } = page.failure;
  if (reason === "not-found") return { absent: true };
  // A wrong page may be right next time. A page with a changed layout stays unreadable: that is a problem to report.
  return { failed: reason === "layout-changed" ? { problem: detail } : {}, refusals: Number(reason === "blocked") };
}

/** An article page as a commit: the article, and the articles that are listed below it. */
export async function articlePageCommit(
  { sources }: Bridge,
  source: Source,
  { article, body, original, image, related, publisher }: ArticlePage,
): Promise<SourceCommit> {
  const outlet = source.outlet ?? (publisher && source.site.outletOf?.(publisher));
  const copyOf = original ? await outletArticle(original, sources) : undefined;
  const page = { article, body: body || undefined, original, image, outlet, copyOf };
  return {
    source: source.id,
    listings: related.length > 0 ? [listingCommit(source, related)] : [],
    pages: [{ source: source.id, site: source.site.id, timeZone: source.site.timeZone, ...page }],
  };
}
