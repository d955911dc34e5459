import type { DuePage, SourceCommit } from "../archive/archive.ts";
import type { Bridge } from "../archive/bridge.ts";
import { cacheWrites } from "../archive/cache.ts";
import type { ListingCommit } from "../archive/write.ts";
import { isAnswer } from "../sites/addresses.ts";
import { readArticlePage } from "../sites/reader.ts";
import type { ArticlePage, Source } from "../sites/site.ts";
import { type FetchContext, fetchPage } from "./fetch.ts";

/** Article pages: the cron reads a few a tick, in the order that the archive asks for. */

type PageResult = { story: ArticlePage } | { unreachable: true } | { unreadable: true };

/**
 * Reads up to `most` article pages. A page that cannot be read does not stop the others.
 *
 * @param contexts by source id, of the sources whose listings could be read
 */
export async function readArticlePages(
  bridge: Bridge,
  sources: readonly Source[],
  contexts: ReadonlyMap<string, FetchContext>,
  most: number,
  now: number,
): Promise<void> {
  const byId = new Map(sources.map((source) => [source.id, source]));
  const unreachable = new Set<string>();
  for (const page of await bridge.archive.duePages([...byId.keys()], most, now)) {
    const source = page.sources.map((id) => byId.get(id)).find((source) => source !== undefined);
    const context = source && contexts.get(source.id);
    if (!source || !context || unreachable.has(page.site) || context.budget.left <= 0) continue;
    const commit = await commitOf(source, context, page, now);
    if (commit.isUnreachable) unreachable.add(page.site);
    cacheWrites(bridge, await bridge.archive.commit([commit.commit], now, false), now);
  }
}

async function commitOf(
  source: Source,
  context: FetchContext,
  page: DuePage,
  now: number,
): Promise<{ commit: SourceCommit; isUnreachable: boolean }> {
  const { site, key } = page;
  const failed = { site, key };
  try {
    const result = await fetchArticlePage(source, context, page, now);
    if ("story" in result) return { commit: articlePageCommit(source, result.story), isUnreachable: false };
    // If a website refuses or does not answer, it is not asked again in this tick.
    return { commit: { source: source.id, failedPages: [failed] }, isUnreachable: "unreachable" in result };
  } catch (thrown) {
    // An unforeseen error on one page must not stop the others, in this tick or the next.
    const error = String(thrown).slice(0, 200);
    console.error(JSON.stringify({ event: "article", source: source.id, key, error }));
    return { commit: { source: source.id, failedPages: [{ ...failed, error }] }, isUnreachable: false };
  }
}

async function fetchArticlePage(
  source: Source,
  context: FetchContext,
  { url, key, title }: DuePage,
  now: number,
): Promise<PageResult> {
  const { pathname, search } = new URL(url);
  const path = source.site.articlePagePath?.(key) ?? pathname + search;
  const fetched = await fetchPage(context, path);
  // If one article is gone, the others may be there.
  if ("failure" in fetched && /^http-4(?:04|10)$/.test(fetched.failure.reason)) return { unreadable: true };
  if (!("html" in fetched)) return { unreachable: true };
  if (!isAnswer(source.site, path, fetched.path)) return { unreadable: true };
  const page = readArticlePage(fetched.html, source, new URL(fetched.path, source.site.origin).href, now, title);
  return "story" in page ? page : { unreadable: true };
}

/** An article page as a commit: the article, and the articles that are listed below it. */
export function articlePageCommit(
  source: Source,
  { article, body, original, image, related }: ArticlePage,
): SourceCommit {
  const page = { article, ...(body && { body }), ...(original && { original }), ...(image && { image }) };
  return {
    source: source.id,
    listings: related.length > 0 ? [relatedList(source, related)] : [],
    pages: [{ source: source.id, site: source.site.id, timeZone: source.site.timeZone, ...page }],
  };
}

/** The list below an article: the listing of its source, unless the source mixes several languages. */
const relatedList = (source: Source, articles: ArticlePage["related"]): ListingCommit => ({
  source: source.id,
  site: source.site.id,
  timeZone: source.site.timeZone,
  articles,
  unbroken: source.language !== "mul",
});
