import type { Noise, SourceHealth } from "../archive/health.ts";
import { type Opened, open, take } from "../archive/opened.ts";
import { instant } from "../article.ts";
import { DAY } from "../scrape/dates.ts";
import { type Failure, failure } from "../scrape/page.ts";
import type { Listing, Source } from "../sites/site.ts";
import { fetchPage, type Validators, type Visit } from "./fetch.ts";
import { garbledListing, withoutGarbled } from "./garbled.ts";
import { mustReadAgain, withoutNoise } from "./noise.ts";

/** What came of reading a source's listing. */
export type Gathered =
  | (Counts & { opened: Opened; pages: number; validators: KeptValidators; print?: string; noise?: Noise })
  | { unchanged: true; opened?: Opened; validators?: KeptValidators }
  | { failure: Failure; retryAfter?: number };

type KeptValidators = NonNullable<SourceHealth["validators"]>;

interface Counts {
  /** Articles on the page. */
  shown: number;
  added: number;
  edited: number;
}

/** Moves whenever the same page would be read into other articles. */
const READING = 1;

/** Pages of a listing read in one go to reach what is kept. */
const MOST_PAGES = 10;
/** A page with less than this part of the usual number of articles is not the page. */
const FEW = 0.25;

/** Fetches and reads a source's listing, on through older pages until it meets what is kept, and merges it. */
export async function gather(
  kv: KVNamespace,
  source: Source,
  visit: Visit,
  health: SourceHealth | undefined,
  now: number,
): Promise<Gathered> {
  const path = source.site.listing(source);
  // Merging a page again changes nothing: where page and archive are both what they were after the last time, the
  // page need not even be parsed. Where another writer came in between, or the archive was lost, it is merged anew.
  const settled = async () => {
    const opened = await open(kv, source.id, []);
    return opened.latest && opened.latest.stamp === health?.merged?.archive ? opened : undefined;
  };
  const again = mustReadAgain(health?.noise, now);
  let fetched = await fetchPage(visit, path, again ? undefined : usable(health?.validators, now));
  if ("unchanged" in fetched) {
    const opened = await settled();
    if (opened) return { unchanged: true, opened };
    fetched = await fetchPage(visit, path);
  }
  if (!("html" in fetched)) return fetched;
  const validators = { ...fetched.validators, at: instant(now) };
  const print = await printOf(`${READING} ${fetched.path} ${source.site.listed(fetched.html)}`);
  const opened = !again && health?.merged?.page === print ? await settled() : undefined;
  if (opened) return { unchanged: true, opened, validators };
  const first = readPage(source, path, fetched);
  if (!("articles" in first)) return first;
  const few = tooFew(first.articles.length, health, now);
  if (few) return few;

  const before = await open(kv, source.id, first.articles);
  const garbled = garbledListing(first.articles, before.kept);
  if (garbled) return garbled;
  const known = new Set(before.kept.map(({ key }) => key));
  const shown = [...first.articles];
  let pages = 1;
  const missed = () => known.size > 0 && !shown.some(({ key }) => known.has(key));
  while (missed() && pages < MOST_PAGES && visit.budget.left > 0) {
    const path = source.site.older(source, pages);
    const page = path === undefined ? undefined : await fetchPage(visit, path);
    const older = page && "html" in page && path !== undefined ? readOlder(source, path, page) : undefined;
    if (!older || !("articles" in older) || older.articles.length === 0) break;
    if (garbledListing(older.articles, before.kept)) break;
    shown.push(...older.articles);
    pages++;
  }
  const reach = pages === 1 ? before : await open(kv, source.id, shown);
  const { articles, noise } = withoutNoise(withoutGarbled(shown, reach.kept), reach.kept, health?.noise, now);
  if (noise?.since && !health?.noise?.since) console.log(JSON.stringify({ event: "noisy", source: source.id }));
  const counts = take(reach, articles, now);
  return { opened: reach, shown: first.articles.length, ...counts, pages, validators, print, ...(noise && { noise }) };
}

/** A website that answers 304 to everything looks like one that has nothing new: once a day the whole page is asked for. */
const usable = (validators: KeptValidators | undefined, now: number): Validators | undefined =>
  validators?.at && now - Date.parse(validators.at) < DAY ? validators : undefined;

function readPage(source: Source, path: string, fetched: { html: string; path: string }): Listing {
  const listing = source.site.readListing(fetched.html, source, new URL(fetched.path, source.site.origin).href);
  if ("articles" in listing && !source.site.answers(path, fetched.path)) {
    return failure("redirect", `the website shows ${fetched.path.slice(0, 80)} instead of the listing`);
  }
  return listing;
}

/** An older page that nobody can read leaves a gap; it does not keep the newer ones out. */
function readOlder(source: Source, path: string, fetched: { html: string; path: string }): Listing {
  try {
    return readPage(source, path, fetched);
  } catch (error) {
    console.error(JSON.stringify({ event: "listing", source: source.id, path, error: String(error).slice(0, 200) }));
    return failure("fault", "the bridge has an error of its own");
  }
}

/** A page in a few characters. */
async function printOf(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return btoa(String.fromCharCode(...new Uint8Array(digest, 0, 12)));
}

/** A listing that shrank: a failure, unless it has been so for a day. Then that is what the source looks like now. */
function tooFew(count: number, health: SourceHealth | undefined, now: number): { failure: Failure } | undefined {
  const usual = health?.usual ?? 0;
  if (usual < 8 || count >= usual * FEW) return undefined;
  if (health?.lastSuccess && now - Date.parse(health.lastSuccess) > DAY) return undefined;
  return failure("few", `the page shows ${count} articles where it usually shows ${usual}`);
}
