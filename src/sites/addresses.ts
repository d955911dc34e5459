import { memoize } from "../memoize.ts";
import type { Paths, Site, Source } from "./site.ts";

/** What the addresses of any website mean: an article, a part of a listing, a host. */

/** Characters of an address. */
export const MAX_URL_LENGTH = 2000;
/**
 * Maximum number of characters of a key, which is part of the bridge's addresses and of ids. WordPress cuts a slug at 200, which
 * are 22 syllables of Korean, and a key may have the date before it.
 */
export const MAX_KEY_LENGTH = 300;
/** Links looked at for the first and the last article of a page that is not parsed. */
const MAX_LINKS = 2000;

/** All hosts of a website, each with its port if it has one; that of its origin first. */
export const hostsOf = (site: Site): readonly string[] => [new URL(site.origin).host, ...(site.aliases ?? [])];

/** The key of the article at an address, whatever its host; undefined for any other page. */
export function articleKey(site: Site, url: URL): string | undefined {
  if (url.href.length > MAX_URL_LENGTH) return undefined;
  const key = site.articleKey ? site.articleKey(url) : keyByPattern(site, url.pathname + url.search);
  return key && key.length <= MAX_KEY_LENGTH ? key : undefined;
}

function keyByPattern({ articlePath }: Site, path: string): string | undefined {
  const match = articlePath?.exec(path);
  return match?.index === 0 ? match[1] : undefined;
}

/** The article that an address on any of the websites belongs to. KCNA Watch links to the publisher's own article. */
export function articleAt(sites: readonly Site[], address: string): { site: Site; key: string } | undefined {
  if (!URL.canParse(address)) return undefined;
  const url = new URL(address);
  for (const site of sites) {
    const key = hostsOf(site).includes(url.host) ? articleKey(site, url) : undefined;
    if (key !== undefined) return { site, key };
  }
  return undefined;
}

/**
 * Article keys of the links on the page at `url`; links to other websites have none.
 *
 * @param paths gets the canonical path of each article's link, which is parsed here anyway
 */
export function keyOfHref(site: Site, url: URL, paths: Paths = new Map()): (href: string) => string | undefined {
  const hosts = new Set([url.host, ...hostsOf(site)]);
  const base = url.href;
  // A card has a link around its picture and one around its title.
  return memoize((href) => {
    const to = href.length > MAX_URL_LENGTH ? null : URL.parse(href, base);
    if (to) normalizeAddress(to);
    const key = to && hosts.has(to.host) ? articleKey(site, to) : undefined;
    if (to && key !== undefined) paths.set(href, canonicalPath(site, to, key));
    return key;
  });
}

/** A parameter that only tells a website where a reader came from. */
const TRACKING = /(?<=[?&])(?:utm_[^=&]*|fbclid|gclid)(?:=[^&]*)?(?:&|$)/i;

/** Removes such parameters, which mail and social media add, from an address, and extra slashes at the start of its path. */
export function normalizeAddress(url: URL): void {
  if (url.pathname.startsWith("//")) url.pathname = url.pathname.replace(/^\/+/, "/");
  if (TRACKING.test(url.search)) url.search = url.search.replace(new RegExp(TRACKING, "gi"), "").replace(/[?&]$/, "");
}

/** Path and query as canonical links have them: the query only where the key is in it. */
export function canonicalPath(site: Site, url: URL, key: string): string {
  if (site.canonicalPath) return site.canonicalPath(url);
  if (url.search === "") return url.pathname;
  const bare = new URL(url);
  bare.search = "";
  return articleKey(site, bare) === key ? url.pathname : url.pathname + url.search;
}

/**
 * A page with links to the website instead of its mirror.
 *
 * @param origin at which it was fetched
 */
export const withSiteLinks = (html: string, site: Site, origin: string): string =>
  origin === site.origin
    ? html
    : html
        .replaceAll(`${origin}/`, `${site.origin}/`)
        .replaceAll(`//${new URL(origin).host}/`, `//${new URL(site.origin).host}/`);

/** Path and query of the newest part of a source's listing. */
export const newestPath = (source: Source): string => source.site.listingPath(source, 0) as string;

/** How many articles stand above a part of the source's listing, by its path and query; undefined if unknown. */
export function listingOffset(source: Source, path: string): number | undefined {
  if (path === newestPath(source)) return 0;
  return source.site.listingOffset?.(source, new URL(path, source.site.origin));
}

/**
 * Whether the answer to a request for `asked` may come from `path` (both path and query): a redirect to elsewhere is no
 * answer. An article may have a new slug; a listing keeps its parameters.
 */
export function isAnswer(site: Site, asked: string, path: string): boolean {
  if (path === asked) return true;
  const from = new URL(asked, site.origin);
  const to = new URL(path, site.origin);
  const key = articleKey(site, from);
  if (key !== undefined) return articleKey(site, to) === key;
  const bare = (path: string) => path.replace(/\/+$/, "");
  const kept = [...from.searchParams].every(([name, value]) => (to.searchParams.get(name) ?? "") === value);
  return kept && bare(from.pathname) === bare(to.pathname);
}

/** Whether a page of this address can show the source's articles. */
export function ownsPage(source: Source, url: URL): boolean {
  const { site } = source;
  if (site.ownsPage) return site.ownsPage(source, url);
  return articleKey(site, url) !== undefined || listingOffset(source, url.pathname + url.search) !== undefined;
}

const HREF = /\bhref\s{0,9}=\s{0,9}["']?([^"'\s<>]{1,2000})/gi;

/** Whether an `href` in the text of a page is that of an article. */
function articleHrefs(site: Site): (href: string) => boolean {
  const keyOf = keyOfHref(site, new URL(site.origin));
  return (href) => keyOf(href.replaceAll("&amp;", "&")) !== undefined;
}

/** Where the first link to an article is in the text of a page; -1 where there is none. */
export function firstArticleLink(site: Site, html: string): number {
  const isArticle = articleHrefs(site);
  let looked = 0;
  for (const { 1: href = "", index } of html.matchAll(HREF)) {
    if (isArticle(href)) return index;
    if (++looked >= MAX_LINKS) break;
  }
  return -1;
}

/** Where the last one is; the page's end where that is not soon found. */
function lastArticleLink(site: Site, html: string): number {
  const isArticle = articleHrefs(site);
  let at = html.length;
  for (let looked = 0; looked < MAX_LINKS && at > 0; looked++) {
    at = html.lastIndexOf("href", at - 1);
    if (at < 0) break;
    const [, href = ""] = new RegExp(HREF, "iy").exec(html.slice(at, at + MAX_URL_LENGTH + 30)) ?? [];
    if (isArticle(href)) return at;
  }
  return html.length;
}

/** Characters of the first card before its first link, and of the last after its last, and some more. */
const CARD_MARGIN = 1500;

/** The part of a listing page that shows its articles, without parts that change with every response (dates, nonces). */
export function listingRegion(site: Site, html: string): string {
  const first = firstArticleLink(site, html);
  if (first < 0) return html;
  const chrome = Math.max(...["</header>", "</nav>", "<main"].map((mark) => html.lastIndexOf(mark, first)));
  const region = html.slice(Math.max(0, chrome, first - CARD_MARGIN), lastArticleLink(site, html) + CARD_MARGIN);
  // A form behind the cards has a token of its own in each answer.
  return region.replace(/<input\b[^<>]{0,2000}>/gi, "");
}
