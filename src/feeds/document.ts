/** A feed before it has a format: what RSS, Atom and JSON Feed all say in their own ways. */
export interface FeedDocument {
  /** Tag URI, the same for the same question in every format. */
  id: string;
  title: string;
  subtitle: string;
  /** BCP 47; undefined where the feed mixes languages. */
  language?: string;
  /** When the content last changed. */
  updated: string;
  /** This very document. */
  self: string;
  /** The same as a page for people. */
  page: string;
  icon?: string;
  /** Minutes between looks. */
  ttl: number;
  /** Neighbours: the rest of a cut feed, and the archive (RFC 5005). */
  links: FeedLink[];
  /** Whether this is an archive document, a month that readers need not poll (RFC 5005, section 4). */
  archive: boolean;
  entries: Entry[];
}

export interface FeedLink {
  rel: "next" | "prev-archive" | "next-archive" | "current";
  href: string;
}

export interface Entry {
  id: string;
  /** The article on the website. */
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
  /** The article at the medium itself. */
  original?: string;
  image?: string;
  /** For machines, in JSON Feed. */
  extension?: ItemExtension;
}

/** The extension object of JSON Feed: where an entry comes from and how sure its date is. */
export interface ItemExtension {
  /** Id of the source, as in feed addresses. */
  source: string;
  key: string;
  /** The printed Korean day. */
  day: string;
  /** `second` where the website's time of intake gives the time of day, `day` where only the day is known. */
  date_precision: "second" | "day";
  first_seen: string;
  earlier_titles: string[];
}

export const MEDIA_TYPES = {
  rss: "application/rss+xml",
  atom: "application/atom+xml",
  json: "application/feed+json",
} as const;

export type Format = keyof typeof MEDIA_TYPES;

/** Kept in step with package.json by a test. */
export const GENERATOR = "kcna-feed-bridge";
