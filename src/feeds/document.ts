import type { EditSummary } from "../query/edit-summary.ts";

/** The content of a feed, independent of the format. */
export interface FeedDocument {
  /** Tag URI (RFC 4151). It is the same for the same query in every format. */
  id: string;
  title: string;
  subtitle: string;
  /** BCP 47; undefined if the feed mixes languages. */
  language?: string;
  /** When the content last changed. */
  updated: string;
  self: string;
  /** Address of the hub that tells subscribers when the feed has changed (WebSub). */
  hub?: string;
  /** Address of the same feed as an HTML page. */
  page: string;
  /** Address of a square picture for the feed (PNG, at most 144 pixels wide); the same for every feed of the bridge. */
  icon: string;
  /** Minutes between two fetches of the website. */
  ttl: number;
  /** The website that the feed is made from; the first one if there are several. */
  about: string;
  /** Links to the next page and to archive documents (RFC 5005). */
  links: FeedLink[];
  /** Whether this is an archive document: a month that does not change and need not be polled (RFC 5005, section 4). */
  archive: boolean;
  entries: Entry[];
  /** Articles that are gone, in the feed of changes only: a reader would drop them from another feed. */
  deleted?: DeletedEntry[];
}

/** A deleted entry (RFC 6721, section 3). Only Atom shows it. */
export interface DeletedEntry {
  /** Id of the article's entry in plain feeds. */
  ref: string;
  when: string;
  /** Plain text. */
  comment: string;
}

export interface FeedLink {
  rel: "next" | "prev-archive" | "next-archive" | "current";
  href: string;
}

export interface Entry {
  id: string;
  /** Address of the article on the website. */
  url: string;
  /** Plain text. */
  title: string;
  /** Plain text. */
  summary?: string;
  /** Sanitized HTML. */
  content?: string;
  published: string;
  updated: string;
  language: string;
  source: { id: string; name: string; feed: string; page: string };
  /** When the entry was last added to the feed of its source or edited there; absent if that is `updated`. Only Atom shows it. */
  sourceUpdated?: string;
  /** Address of the original article on its publisher's own website. */
  original?: string;
  image?: string;
  /** Addresses of the same article elsewhere, each with what it is: `Also at www.kcna.kp`. */
  related?: { href: string; title: string }[];
  /** Address of the bridge's own page of the article: its versions, and how to cite it. */
  page?: string;
  /** Of an entry of a status feed. Only JSON Feed shows it. */
  incident?: IncidentExtension;
  /** Only JSON Feed shows it. */
  extension?: ItemExtension;
}

/** The extension object `_bridge` of an item in a status feed. */
interface IncidentExtension {
  source?: string;
  /** Number of the webhook, from 1 on. */
  webhook?: number;
  kind: "outage" | "gap" | "webhook";
  /**
   * Of an outage: from the first look that failed. Of a gap: between which published dates articles were missed. Of a
   * webhook: since when it was off.
   */
  from: string;
  to?: string;
  /** When the source could be read again, the gap was closed, or the webhook was switched on; null until then. */
  ended: string | null;
}

/** The extension object `_bridge` of an item in JSON Feed. */
interface ItemExtension {
  /** Id of the source, as in feed addresses: `kcna-en`. */
  source: string;
  key: string;
  /** The day that the website prints. */
  day: string;
  /** `second` if the website gives a time of day, `day` if it gives only the day. */
  date_precision: "second" | "day";
  first_seen: string;
  earlier_titles: string[];
  /** The same article on other websites, the first seen first. */
  copies?: OtherAddress[];
  /** Near-identical articles of other outlets, if the query asks for one of them only (`once=true`). */
  reprints?: OtherAddress[];
  /** Since when the article is no longer at its address; absent if it is there. */
  gone?: string;
  /** In the feed of changes: what changed. */
  change?: ChangeExtension;
}

export interface OtherAddress {
  site: string;
  source: string;
  url: string;
  first_seen: string;
}

export interface ChangeExtension extends Partial<EditSummary> {
  kind: "edited" | "gone" | "back";
  at: string;
  /** Of `gone`: the first look at which the article was absent. Of `back`: since when it was gone. */
  since?: string;
  /** Of an edit: the fields that changed, and what they said. Plain texts, long ones cut to the part that changed. */
  fields?: ("title" | "excerpt" | "text")[];
  before?: Partial<Record<"title" | "excerpt" | "text", string>>;
  after?: Partial<Record<"title" | "excerpt" | "text", string>>;
}

export const MEDIA_TYPES = {
  rss: "application/rss+xml",
  atom: "application/atom+xml",
  json: "application/feed+json",
} as const;

export type Format = keyof typeof MEDIA_TYPES;

export const FORMATS = Object.keys(MEDIA_TYPES) as Format[];

/** Whether a word is the ending of a feed's address. */
export const isFormat = (text: string | undefined): text is Format => FORMATS.some((format) => format === text);

/** What a link to the bridge's page of an article says. */
export const PAGE_TITLE = "Versions and citation";

/** The name in package.json; a test compares them. */
export const GENERATOR = "kcna-feed-bridge";
