import type { SourceHealth } from "../archive/health.ts";
import { type Opened, open, take } from "../archive/store.ts";
import { type Failure, failure } from "../scrape/page.ts";
import type { Listed, Source } from "../sites/site.ts";
import { fetchPage, type Validators, type Visit } from "./fetch.ts";

/** What came of reading a source's listing. */
export type Gathered =
  | { opened: Opened; shown: number; added: number; edited: number; pages: number; validators: Validators }
  | { unchanged: true; opened?: Opened }
  | { failure: Failure; retryAfter?: number };

/** Pages of a listing read in one go to reach what is kept. */
const MOST_PAGES = 10;
/** A page with less than this part of the usual number of articles is not the page. */
const FEW = 0.25;
const DAY = 86_400_000;

/** Fetches and reads a source's listing, on through older pages until it meets what is kept, and merges it. */
export async function gather(
  kv: KVNamespace,
  source: Source,
  visit: Visit,
  health: SourceHealth | undefined,
  now: number,
): Promise<Gathered> {
  const first = await readPage(source, visit, source.site.listing(source), health?.validators);
  if (!("articles" in first)) return first;
  const few = tooFew(first.articles.length, health, now);
  if (few) return few;

  const opened = await open(kv, source.id, first.articles);
  const known = new Set(opened.kept.map(({ key }) => key));
  const shown = [...first.articles];
  let pages = 1;
  const missed = () => known.size > 0 && !shown.some(({ key }) => known.has(key));
  while (missed() && pages < MOST_PAGES && visit.budget.left > 0) {
    const path = source.site.older(source, pages);
    const older = path === undefined ? undefined : await readPage(source, visit, path);
    if (!older || !("articles" in older) || older.articles.length === 0) break;
    shown.push(...older.articles);
    pages++;
  }
  const reach = pages === 1 ? opened : await open(kv, source.id, shown);
  const counts = take(reach, shown, now);
  return { opened: reach, shown: first.articles.length, ...counts, pages, validators: first.validators };
}

type Page =
  | { articles: Listed[]; validators: Validators }
  | { unchanged: true }
  | { failure: Failure; retryAfter?: number };

async function readPage(source: Source, visit: Visit, path: string, validators?: Validators): Promise<Page> {
  const fetched = await fetchPage(visit, path, validators);
  if (!("html" in fetched)) return fetched;
  const listing = source.site.readListing(fetched.html, source, new URL(fetched.path, visit.origin).href);
  if ("failure" in listing) return listing;
  if (!source.site.answers(path, fetched.path)) {
    return failure("redirect", `the website shows ${fetched.path.slice(0, 80)} instead of the listing`);
  }
  return { articles: listing.articles, validators: fetched.validators };
}

/** A listing that shrank: a failure, unless it has been so for a day. Then that is what the source looks like now. */
function tooFew(count: number, health: SourceHealth | undefined, now: number): { failure: Failure } | undefined {
  const usual = health?.usual ?? 0;
  if (usual < 8 || count >= usual * FEW) return undefined;
  if (health?.lastSuccess && now - Date.parse(health.lastSuccess) > DAY) return undefined;
  return failure("few", `the page shows ${count} articles where it usually shows ${usual}`);
}
