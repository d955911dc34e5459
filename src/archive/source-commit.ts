import type { ScrapedArticle } from "../article.ts";
import type { Failure } from "../scrape/page.ts";
import type { Origin } from "./merge.ts";
import type { ArticleRow } from "./rows.ts";
import type { Latest } from "./snapshot.ts";
import type { Outcome, SourceStatus } from "./source-status.ts";
import type { Store } from "./store.ts";

/** What a look at a source hands to the archive, and what came of it. */

/** What one look at a source found. All of it is kept, or none. */
export interface SourceCommit {
  source: string;
  listings?: readonly ListingCommit[];
  pages?: readonly PageCommit[];
  /** Articles whose address has no page (404, 410), while other pages of the website can be read. */
  absentPages?: readonly PageId[];
  failedPages?: readonly FailedPage[];
  outcome?: Outcome;
  /** Keep nothing if the first listing shares no article with the archive: the caller first fetches more pages. */
  onlyIfAdjoining?: boolean;
}

export interface CommitResult {
  source: string;
  added: number;
  edited: number;
  /** Articles with an addition that is no edit, such as a first text. */
  enriched: number;
  /** Articles that are known to be gone, or back, since this commit. */
  gone: number;
  back: number;
  /** Nothing was kept: the listing shares no article with the archive. */
  notAdjoining?: true;
  /** Nothing was kept: the page cannot be right. */
  failure?: Failure;
  /** Nothing was kept, because of an error. */
  error?: string;
  status?: SourceStatus;
  /** Number of the last event of the source's articles. */
  seq: number;
  /** The source's snapshot, if the commit was of one listing and wrote it. */
  latest?: Latest;
}

/** A part of a source's listing. */
export interface ListingCommit extends Origin {
  /** The outlet of all its articles; undefined if they are of several. */
  outlet?: string;
  /** In the listing's order, newest first. */
  articles: readonly ScrapedArticle[];
  /** Whether no article of the listing is missing between them. */
  unbroken: boolean;
  /** Whether the listing is one day's paper, whole. Then none is missing in it, nor between it and that of the day before. */
  listsOneDay?: true;
  /** Whether it is a look at the first page of the listing. Only these looks detect noise. */
  isLook?: boolean;
  /** The number of articles above the first one in the listing, if known. */
  from?: number;
  /** The place of the last one, if others' articles are between them. */
  to?: number;
}

/** A part of a listing where the archive is, with the kept articles that it shows, by key. */
export interface KnownListing {
  store: Store;
  listing: ListingCommit;
  rows: Map<string, ArticleRow>;
  /** Milliseconds. */
  now: number;
}

/** An article's own page. */
export interface PageCommit extends Origin {
  /** The article as the page shows it; it is added if no listing has shown it yet. */
  article: ScrapedArticle;
  /** Sanitized HTML. */
  body?: string;
  original?: string;
  image?: string;
  /** The outlet that publishes the article, if the page names it. */
  outlet?: string;
  /** The outlet's own article, at the address `original`. */
  copyOf?: { site: string; key: string };
}

export interface PageId {
  site: string;
  key: string;
}

/** A page that could not be read: `error` is an error of the bridge itself, `problem` what the page lacks. */
export interface FailedPage extends PageId {
  error?: string;
  problem?: string;
}
