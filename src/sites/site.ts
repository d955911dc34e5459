import type { AnyNode, Document, Element } from "domhandler";
import type { ScrapedArticle } from "../article.ts";
import type { Card, Cards } from "../scrape/cards.ts";
import type { Outline } from "../scrape/outline.ts";
import type { Failure } from "../scrape/page.ts";

/**
 * A website: its addresses and its markup. Pure; it fetches nothing. What all websites share is in `reader.ts`, so that
 * a site says only what is its own.
 */
export interface Site {
  /** What stands in the archive and in variables (`KCNAWATCH_ORIGIN`): the site's name in SITES, for ever the same. */
  id: string;
  name: string;
  /** `https://kcnawatch.org`, as canonical links have it; a mirror may be fetched in its stead. */
  origin: string;
  /** Further hosts of the same website: redirects and links may lead to any of them. */
  aliases?: readonly string[];
  /** What feed ids begin with, before the key (RFC 4151): `tag:example.org,2026:`. For ever the same. */
  idPrefix: string;
  /** IANA name of the zone whose days the website prints. */
  timeZone: string;
  /** Finds the key, its group, at the start of an article's path and query. */
  articlePath?: RegExp;
  /** The key of an article's address, where no pattern can find it (base64); then `articlePath` is not needed. */
  articleKey?(url: URL): string | undefined;
  /** The sources that are there without any setting. */
  sources: readonly SourceDefinition[];
  /** Path and query of the source's listing; `page` 0 is the newest, which every source has. */
  listingPath(source: Source, page: number): string | undefined;
  /** Finds an article in its page. */
  parseArticle(page: Page, source: Source): ParsedArticle | { failure: Failure };

  // What few need.

  /** What must be loaded before a page of the site is read. */
  load?(): Promise<void>;
  /** Whether cards print days without their year: then it is the latest year in which the day is not ahead. */
  datesWithoutYear?: true;
  /** Names of media whose logos the website shows; a logo is no picture of an article. */
  publishers?: readonly string[];
  /** Reads a listing that is no page (JSON, a bare fragment); undefined where it is to be read as a page. */
  readFragment?(text: string, url: URL): { cards: Card[] } | { failure: Failure } | undefined;
  /** Why a page is not the source's listing, where its cards do not tell. */
  checkListing?(page: Page, cards: Cards, source: Source): { failure: Failure } | undefined;
  /** How many articles stand above a part of the listing; undefined where that is unknown. */
  listingOffset?(source: Source, url: URL): number | undefined;
  /** Path and query that links to an article have; by default the path, and the query where the key is in it. */
  canonicalPath?(url: URL): string;
  /** When the website took an article in (milliseconds), where its key tells. */
  collectedAt?(key: string): number | undefined;
  /** Whether a page of this address can show the source's articles: false only if it is known to be another's. */
  ownsPage?(source: Source, url: URL): boolean;
  /** Whether the source can carry an article by `publisher`: false only if that is known to be another source's. */
  ownsPublisher?(source: Source, publisher: string, others: readonly Source[]): boolean;
  /** Reads what an entry of the `SOURCES` variable says of the listing's place, or says what is wrong with it. */
  parseLocation?(entry: Record<string, unknown>): { location: Location } | { error: string };
}

export interface SourceDefinition {
  /** What stands in feed addresses: `kcna-en`. */
  id: string;
  /** As the website prints it: `KCNA.kp (En)`. */
  name: string;
  /** BCP 47; `mul` where the listing mixes several, and each article's is told from its script. */
  language: string;
  /** Where its listing is, in the site's own words. */
  location?: Location;
}

/** One listing of a website that the bridge follows. */
export interface Source extends SourceDefinition {
  site: Site;
  location: Location;
}

/** A website's own words for the place of a listing; which of them there are is the site's business. */
export type Location = Readonly<Record<string, string | number | boolean | undefined>>;

/** A page as a site sees it. */
export interface Page {
  html: string;
  url: URL;
  root: Document;
  outline: Outline;
  /** The first day that a text prints, with the year that the site leaves out; undefined where there is none. */
  dayIn(text: string): string | undefined;
  /** The page's article links, or why they cannot be read. */
  cards(): Cards | { failure: Failure };
}

/** What a site finds in an article's page. */
interface ParsedArticle {
  title: string;
  /** `2026-01-30`; undefined where the page does not print it. */
  day?: string | undefined;
  /** The nodes that hold the text; it is sanitized by the reader. */
  content?: readonly AnyNode[] | undefined;
  /** Whether an element of the content is the page's, not the article's. */
  isChrome?: ((element: Element) => boolean) | undefined;
  /** Name of the medium, as printed. */
  publisher?: string | undefined;
  /** Address at the medium itself. */
  original?: string | undefined;
  /** Whether the page's other articles are a part of the source's listing ("More From …"). */
  listsSource?: boolean;
}

export type Listing = { articles: ScrapedArticle[] } | { failure: Failure };

/** An article page, read. */
export interface ArticlePage {
  /** What the archive keeps of the article itself, should no listing have shown it; its day is empty if none is printed. */
  article: ScrapedArticle;
  /** Name of the medium, as printed. */
  publisher?: string;
  original?: string;
  /** Sanitized HTML; undefined where the page has none. */
  body?: string;
  image?: string;
  /** The listing below the article ("More From …"). */
  related: ScrapedArticle[];
}

export type ArticlePageResult = { story: ArticlePage } | { failure: Failure };
