import type { AnyNode, Document, Element } from "domhandler";
import type { ScrapedArticle } from "../article.ts";
import type { Card, Cards } from "../scrape/cards.ts";
import type { Outline } from "../scrape/outline.ts";
import type { Failed } from "../scrape/page.ts";

/**
 * A website: its addresses and its markup. Pure; it fetches nothing. What all websites share is in `reader.ts`, so that
 * a site says only what is its own.
 */
export interface Site {
  /** The site's name in SITES, in the archive and in variables (`KCNAWATCH_ORIGIN`). It never changes. */
  id: string;
  name: string;
  /** `https://kcnawatch.org`, as canonical links have it. A mirror can replace it for fetching. */
  origin: string;
  /** Further hosts of the same website: redirects and links may lead to any of them. */
  aliases?: readonly string[];
  /** The beginning of feed ids, before the key (RFC 4151): `tag:example.org,2026:`. It never changes. */
  idPrefix: string;
  /** IANA name of the zone whose days the website prints. */
  timeZone: string;
  /** Finds the key, its group, at the start of an article's path and query. */
  articlePath?: RegExp;
  /** The key of an article's address, if no pattern can find it (base64). It replaces `articlePath`. */
  articleKey?(url: URL): string | undefined;
  /** The sources that are there without any setting. */
  sources: readonly SourceDefinition[];
  /** Path and query of the source's listing; `page` 0 is the newest, which every source has. */
  listingPath(source: Source, page: number): string | undefined;
  parseArticle(page: Page, source: Source): ParsedArticle | Failed;

  // Optional: most sites need none of these.

  /** Loads what the site needs before it reads a page. */
  load?(): Promise<void>;
  /** Cards print days without a year. The year is then the latest one in which the day is not in the future. */
  datesWithoutYear?: true;
  /** The listing is the newest day's paper, whole: it may have few articles, and follows that of the day before. */
  listsOneDay?: true;
  /** Names of media whose logos the website shows; a logo is no picture of an article. */
  publishers?: readonly string[];
  /** Reads a listing that is not an HTML page (JSON, a fragment). Undefined: read it as a page. */
  readFragment?(text: string, url: URL, source: Source): { cards: Card[] } | Failed | undefined;
  /** Reads an article that is not an HTML page (JSON). Then `parseArticle` is never called. */
  readArticleFragment?(text: string, key: string): ArticleFragment | Failed;
  /** The articles that a listing has whole, by key, in the form that `readArticleFragment` reads. */
  wholeArticles?(listing: string): ReadonlyMap<string, string>;
  /** Ids of the elements that hold a listing. On a page that has one, links elsewhere do not count. */
  listingIds?: readonly string[];
  /** Corrects a card, if the website prints more in it than title, excerpt and day: all its texts, and those of its links. */
  readCard?(card: Card, texts: readonly string[], lines: readonly string[]): Card;
  /**
   * Whether the website may answer 200 with its home page, another article or another language. Then titles must be in
   * the language of the source, and an article page must have the title that the listing printed.
   */
  showsOtherPages?: true;
  /** Article pages mark their title, so that a new one can be read without knowing it. */
  marksTitles?: true;
  /** Where the website redirects visitors who should sign up: what is there is not asked for. */
  signUpPath?: RegExp;
  /** Whether a page asks visitors to sign up. With status 404, it does not say that an article is missing. */
  isSignUp?(page: Pick<Page, "url" | "outline">): boolean;
  /** The media type of the website's answers, if it is not HTML. */
  contentType?: "application/json";
  /** Milliseconds: the time limit of an answer, and the pause after each. */
  politeness?: { timeout: number; pause: number };
  /** Path and query at which the text of an article is fetched, if that is not the article's address. */
  articlePagePath?(key: string): string;
  /**
   * The form to post for an older part of the listing, which has the address `url`, in the session of the newest part.
   *
   * @param first the newest page of the listing
   * @returns undefined if that page has no such form
   */
  olderRequest?(url: URL, first: string): { path: string; form: Readonly<Record<string, string>> } | undefined;
  /** Checks that a page is the source's listing, if its cards do not show that. */
  checkListing?(page: Page, cards: Cards, source: Source): Failed | undefined;
  /** The number of articles above a part of the listing; undefined if unknown. */
  listingOffset?(source: Source, url: URL): number | undefined;
  /** The places that a part of the listing has, if articles of other sources are on them too. */
  pageSize?: number;
  /** Path and query that links to an article have; by default the path, and the query where the key is in it. */
  canonicalPath?(url: URL): string;
  /** When the website collected an article (milliseconds), if the key contains it. */
  collectedAt?(key: string): number | undefined;
  /** Whether a page of this address can show the source's articles. False only if it is another source's page. */
  ownsPage?(source: Source, url: URL): boolean;
  /** Whether this source can carry an article by `publisher`. False only if `publisher` belongs to another source. */
  ownsPublisher?(source: Source, publisher: string, others: readonly Source[]): boolean;
  /** The outlet that a publisher's name means, by the id of the outlet's own site. */
  outletOf?(publisher: string): string | undefined;
  /** The languages of its listings (BCP 47); any, if the website does not say. */
  languages?: readonly string[];
  /** The fields of an entry of the variable `SOURCES` that say which listing it is; only the language, if absent. */
  locationFields?: readonly string[];
  /** Reads the location from these fields, or returns what is wrong with them. */
  parseLocation?(fields: Record<string, unknown>): { location: Location } | { error: string };
}

export interface SourceDefinition {
  /** The id in feed addresses: `kcna-en`. */
  id: string;
  /** As the website prints it: `KCNA.kp (En)`. */
  name: string;
  /** BCP 47; `mul` if the listing mixes several languages. The language of each article is then derived from its script. */
  language: string;
  /** The outlet of all its articles, by the id of the outlet's own site: `kcna`. Undefined if they are of several. */
  outlet?: string;
  /** Where its listing is, in fields that only the site knows. */
  location?: Location;
}

/** One listing of a website that the bridge follows. */
export interface Source extends SourceDefinition {
  site: Site;
  location: Location;
}

/** Where a listing is. Each site defines its own fields. */
export type Location = Readonly<Record<string, string | number | boolean | undefined>>;

/** Canonical paths of a page's links to articles, by `href`. */
export type Paths = Map<string, string>;

/** A page as a site sees it. */
export interface Page {
  html: string;
  url: URL;
  /** What its relative addresses are relative to. */
  base: URL;
  root: Document;
  /** Is filled by `cards`. */
  paths: Paths;
  outline: Outline;
  /** The first day that a text prints, with the year that the site leaves out; undefined if there is none. */
  dayIn(text: string): string | undefined;
  /** On an article page: the title in the listing, if it is known. */
  listedTitle?: string;
  /** The page's article links, or why they cannot be read. */
  cards(): Cards | Failed;
}

/** What `parseArticle` finds on an article page. */
export interface ParsedArticle {
  title: string;
  /** `2026-01-30`; undefined if the page does not print it. */
  day?: string;
  /** The nodes that hold the text; it is sanitized by the reader. */
  content?: readonly AnyNode[];
  /** Whether an element of the content is the page's, not the article's. */
  isChrome?: ((element: Element) => boolean) | undefined;
  /** Name of the publisher, as printed. */
  publisher?: string;
  /** Address on the publisher's own website. */
  original?: string;
  /** Whether the page's other articles are a part of the source's listing ("More From …"). */
  listsSource?: boolean;
}

/** What a site finds in an article that is no page. */
export interface ArticleFragment extends Pick<ParsedArticle, "title" | "day" | "isChrome"> {
  /** The text as the website has it; it is sanitized by the reader. */
  html: string;
  address: string;
}

export type Listing = { articles: ScrapedArticle[] } | Failed;

/** An article page, read. */
export interface ArticlePage {
  /** The article, in case no listing has shown it. Its day is empty if the page prints none. */
  article: ScrapedArticle;
  /** Name of the publisher, as printed. */
  publisher?: string;
  original?: string;
  /** Sanitized HTML; undefined if the page has none. */
  body?: string;
  image?: string;
  /** The listing below the article ("More From …"). */
  related: ScrapedArticle[];
}

export type ArticlePageResult = { story: ArticlePage } | Failed;
