import type { ScrapedArticle } from "../article.ts";
import type { Failure } from "../scrape/page.ts";

/** One listing of a website that the bridge follows. */
export interface Source {
  /** What stands in feed addresses and KV keys: `kcna-en`. */
  id: string;
  /** As the website prints it: `KCNA.kp (En)`. */
  name: string;
  /** BCP 47; `mul` where the listing mixes several, and each article's is told from its script. */
  language: string;
  site: Site;
  /** Where its listing is, in the site's own numbers. */
  location: Location;
}

/** A website's own numbers for a listing; which of them there are is the site's business. */
export type Location = Readonly<Record<string, string | number | boolean | undefined>>;

export type Listing = { articles: ScrapedArticle[] } | { failure: Failure };

/** An article page, read. */
export interface ArticlePage {
  /** What the archive keeps of the article itself, should no listing have shown it. */
  article: ScrapedArticle;
  /** Name of the medium, as printed. */
  publisher?: string;
  original?: string;
  /** Sanitized HTML; undefined where the page has none. */
  body?: string;
  image?: string;
  /** The listing below the story ("More From …"). */
  related: ScrapedArticle[];
}

export type ArticlePageResult = { story: ArticlePage } | { failure: Failure };

/** A website: its addresses and its markup. Pure; it fetches nothing. */
export interface Site {
  /** What stands in the archive: the site's name in SITES. */
  id: string;
  name: string;
  /** `https://kcnawatch.org`, as canonical links have it; another may be fetched in its stead. */
  origin: string;
  /** Hosts that are the same website; redirects and links may lead to any of them. */
  aliases: readonly string[];
  /** IANA name of the zone whose days the website prints. */
  timeZone: string;
  /** The sources that are there without any setting. */
  sources: readonly Omit<Source, "site">[];
  /** Path and query of the source's listing. */
  listing(source: Source): string;
  /** Path and query of an older part of the listing, `page` from 1; undefined where the source cannot be paged. */
  older(source: Source, page: number): string | undefined;
  /** How many articles stand above a part of the source's listing, by its path and query; undefined where that is unknown. */
  offset(source: Source, path: string): number | undefined;
  /** Whether an answer for `asked` may come from `path` (both path and query): a redirect to elsewhere is no answer. */
  isAnswer(asked: string, path: string): boolean;
  /** What of a listing page shows its articles, without what changes with every answer (today's date, nonces). */
  listingRegion(html: string): string;
  /** Reads a listing page or fragment; `url` is where it came from. */
  parseListing(html: string, source: Source, url: string): Listing;
  /** Reads an article page. */
  parseArticle(html: string, source: Source, url: string): ArticlePageResult;
  /** Whether a page of this address can show the source's articles: not where it is known to be another's. */
  ownsPage(source: Source, path: string): boolean;
  /** Whether a medium, as article pages print it, can be the source's: not where it is known to be another. */
  ownsPublisher(source: Source, publisher: string, others: readonly Source[]): boolean;
  /** Reads what an entry of the `SOURCES` variable says of the place, or says what is wrong with it. */
  parseLocation(entry: Record<string, unknown>): { location: Location } | { error: string };
  /** The article key in a path of this site, undefined for any other page. */
  articleKey(path: string): string | undefined;
}
