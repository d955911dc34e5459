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
  place: Place;
}

/** A website's own numbers for a listing; which of them there are is the site's business. */
export type Place = Readonly<Record<string, string | number | boolean | undefined>>;

/** What a listing shows of one article, before the archive has given it its dates. */
export interface Listed {
  key: string;
  id: string;
  url: string;
  title: string;
  excerpt: string;
  day: string;
  language: string;
  image?: string;
  /** When the website took the article in, milliseconds. */
  intake?: number;
}

export type Listing = { articles: Listed[] } | { failure: Failure };

/** An article page, read. */
export interface Story {
  /** What the archive keeps of the article itself, should no listing have shown it. */
  article: Listed;
  /** Name of the medium, as printed. */
  medium?: string;
  original?: string;
  /** Sanitized HTML; undefined where the page has none. */
  body?: string;
  image?: string;
  /** The listing below the story ("More From …"). */
  more: Listed[];
}

export type StoryPage = { story: Story } | { failure: Failure };

/** A website: its addresses and its markup. Pure; it fetches nothing. */
export interface Site {
  /** What stands in the archive: the site's name in SITES. */
  id: string;
  name: string;
  /** `https://kcnawatch.org`, as canonical links have it; another may be fetched in its stead. */
  origin: string;
  /** Hosts that are the same website; redirects and links may lead to any of them. */
  hosts: readonly string[];
  /** The sources that are there without any setting. */
  sources: readonly Omit<Source, "site">[];
  /** Path and query of the source's listing. */
  listing(source: Source): string;
  /** Path and query of an older part of the listing, `page` from 1; undefined where the source cannot be paged. */
  older(source: Source, page: number): string | undefined;
  /** How many articles stand above a part of the source's listing, by its path and query; undefined where that is unknown. */
  offset(source: Source, path: string): number | undefined;
  /** Whether an answer for `asked` may come from `path` (both path and query): a redirect to elsewhere is no answer. */
  answers(asked: string, path: string): boolean;
  /** What of a listing page shows its articles, without what changes with every answer (today's date, nonces). */
  listed(html: string): string;
  /** Reads a listing page or fragment; `url` is where it came from. */
  readListing(html: string, source: Source, url: string): Listing;
  /** Reads an article page. */
  readStory(html: string, source: Source, url: string): StoryPage;
  /** Whether a page of this address can show the source's articles: not where it is known to be another's. */
  belongs(source: Source, path: string): boolean;
  /** Whether a medium, as article pages print it, can be the source's: not where it is known to be another. */
  mayPublish(source: Source, medium: string, others: readonly Source[]): boolean;
  /** Reads what an entry of the `SOURCES` variable says of the place, or says what is wrong with it. */
  readPlace(entry: Record<string, unknown>): { place: Place } | { error: string };
  /** The article key in a path of this site, undefined for any other page. */
  keyOf(path: string): string | undefined;
}
