import type { Store } from "../archive/store.ts";
import type { Article } from "../article.ts";
import type { Entry } from "../feeds/document.ts";
import type { Settings } from "../settings.ts";

/** A feed of this bridge that can be subscribed to. */
export interface Topic {
  /** Where the bridge's own addresses begin, as the subscriber knows them. */
  base: string;
  /** The feed's own address: its self link. */
  topic: string;
}

export interface RenderedTopic {
  body: string;
  contentType: string;
  /** The links `hub` and `self` (RFC 8288). */
  link: string;
  /** The same for the same content. */
  digest: string;
}

/** What this room needs of feeds. The room `web`, which knows their addresses, provides it. */
export interface Feeds {
  /** The ids of the feed's sources; undefined if it does not exist any more. */
  sources(topic: Topic): readonly string[] | undefined;
  /**
   * The feed as the archive has it now, of at most so many bytes; undefined if it does not exist any more.
   *
   * @param maxBytes of a feed that is larger, the newest entries are sent
   */
  render(topic: Topic, now: number, maxBytes: number): Promise<RenderedTopic | undefined>;
  /** An article as an entry of a feed with this query. */
  entry(article: Article, query: string, html: string | undefined): Promise<Entry>;
}

export interface Sender {
  store: Store;
  settings: Settings;
  feeds: Feeds;
  /** What is under way: ids of webhooks and of subscriptions that are being sent to, and of requests to subscribe. */
  busy: { webhooks: Set<string>; pushes: Set<number>; requests: Set<number> };
  /** Whether the process is about to end: what is under way is the last. */
  isStopping: boolean;
}
