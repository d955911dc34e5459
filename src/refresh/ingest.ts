import type { Bridge } from "../archive/bridge.ts";
import { cacheWrites } from "../archive/cache.ts";
import type { SourceCommit } from "../archive/source-commit.ts";
import { type Failed, failure } from "../scrape/page.ts";
import { articleKey, normalizeAddress, ownsPage, withSiteLinks } from "../sites/addresses.ts";
import { readListing } from "../sites/reader.ts";
import type { Source } from "../sites/site.ts";
import { articlePageCommit } from "./article-pages.ts";
import { readKnownPage } from "./known-page.ts";
import { listingCommit } from "./listing.ts";
import { decode } from "./page-bytes.ts";

/** A page that was fetched elsewhere and pushed in. */
interface Pushed {
  url: URL;
  bytes: Uint8Array;
  contentType: string;
}

interface Ingested {
  kind: "listing" | "article";
  /** Articles on the page. */
  articles: number;
  new: number;
  changed: number;
}

/** The header of a page that was saved with its pictures in one file (RFC 2557). */
const MHTML = /^\s*(?:From|MIME-Version|Snapshot-Content-Location|Subject): /i;

/** What Chrome, Edge and Firefox leave in a page that they have translated. */
const TRANSLATED =
  /<html\b[^<>]{0,1000}\btranslated-(?:ltr|rtl)\b|<\w[^<>]{0,1000}\s(?:_msttexthash|data-moz-translations-id)=/i;

/**
 * Reads a listing, a load-more fragment or an article page, as if the bridge had fetched it. When this returns without
 * a failure, the archive has committed the page.
 *
 * @throws ArchiveUnavailable if the archive cannot be reached; then nothing is stored
 */
export async function ingest(
  bridge: Bridge,
  source: Source,
  { url, bytes, contentType }: Pushed,
  now: number,
): Promise<Ingested | Failed> {
  const { site } = source;
  await site.load?.();
  const pushed = new URL(url);
  normalizeAddress(pushed);
  const path = pushed.pathname + pushed.search;
  const from = new URL(path, site.origin);
  if (!ownsPage(source, from))
    return failure("rejected", `${path.slice(0, 100)} is not a page of the source ${source.id}`);
  const text = decode(bytes, contentType, source.language);
  const html = withSiteLinks(text, site, bridge.origins.get(site.origin) ?? site.origin);
  if (MHTML.test(html)) return failure("rejected", "the page is saved as MHTML; save it as HTML");
  if (TRANSLATED.test(html)) return failure("rejected", "a browser has translated the page");
  const page = { html, source, address: from.href, now };
  const key = articleKey(site, from);
  if (key !== undefined) {
    const read = await readKnownPage(bridge, { ...page, listedTitle: await listedTitle(bridge, source, key) });
    if ("failure" in read) return read;
    const { publisher, related } = read.story;
    const others = bridge.sources.filter((other) => other.site === site && other !== source);
    if (publisher && site.ownsPublisher?.(source, publisher, others) === false)
      return failure("rejected", `the article is by ${publisher}, not by ${source.name} (${source.id})`);
    const commit = await articlePageCommit(bridge, source, read.story);
    return keep(bridge, commit, { kind: "article", articles: 1 + related.length }, now);
  }
  const listing = readListing(page);
  if ("failure" in listing) return listing;
  const { articles } = listing;
  const commit = listingCommit(source, articles, path);
  const outcome = { ok: true, pushed: true, shown: commit.isLook ? articles.length : undefined } as const;
  const read = { kind: "listing", articles: articles.length } as const;
  return keep(bridge, { source: source.id, listings: [commit], outcome }, read, now);
}

/** The title that the listing printed, where an article page must have the same. */
async function listedTitle({ archive }: Bridge, { site }: Source, key: string): Promise<string | undefined> {
  return site.showsOtherPages && (await archive.article(site.id, key, []))?.article.title;
}

async function keep(bridge: Bridge, commit: SourceCommit, read: Pick<Ingested, "kind" | "articles">, now: number) {
  const results = await bridge.archive.commit([commit], now, true);
  cacheWrites(bridge, results, now);
  const [result] = results;
  if (result?.failure) return { failure: result.failure };
  if (!result || result.error) throw new Error(result?.error ?? "nothing was committed");
  return { ...read, new: result.added, changed: result.edited + result.enriched };
}
