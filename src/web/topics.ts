import { tryDecodeURIComponent } from "hono/utils/url";
import type { Bridge } from "../archive/bridge.ts";
import { readArchive } from "../archive/cache.ts";
import { select } from "../archive/select.ts";
import type { Status } from "../archive/snapshot.ts";
import { type FeedDocument, MEDIA_TYPES } from "../feeds/document.ts";
import { render } from "../feeds/index.ts";
import type { Feeds, Topic } from "../notify/feeds.ts";
import { parseQuery, type Query, readQuery } from "../query/query.ts";
import { fingerprint } from "../scrape/fingerprint.ts";
import type { FeedPath } from "./feed-cache.ts";
import { articleEntry, feedDocument, originsOf } from "./feed-document.ts";
import { parseFeedPath } from "./feeds-path.ts";
import { linkHeader } from "./http/headers.ts";
import { feedUrl } from "./links.ts";
import { missingMonth } from "./months.ts";

/** The topics of the hub: every feed at its own address, with any parameters. */

/** Characters of a topic's address. */
const MAX_TOPIC_LENGTH = 2000;

const encoder = new TextEncoder();

/** The feed that an address names; `error` says why it is no topic. */
export async function parseTopic(
  bridge: Bridge,
  { base, topic }: Topic,
  now: number,
): Promise<{ path: FeedPath; query: Query } | { error: string }> {
  const where = `the address of a feed of this bridge, such as ${base}/feeds/${bridge.defaultSource.id}.rss`;
  if (topic.length > MAX_TOPIC_LENGTH || !topic.startsWith(`${base}/feeds/`) || !URL.canParse(topic))
    return { error: `hub.topic takes ${where}` };
  const path = pathOf(bridge, { base, topic });
  if ("error" in path) return path;
  const parsed = await parseQuery(new URL(topic).searchParams, now);
  if ("error" in parsed) return { error: parsed.error.detail };
  const { query } = parsed;
  if (query.cursor) return { error: "hub.topic takes a feed, not a further page of one" };
  const { selection, view, format } = path;
  const self = feedUrl({ url: base }, { name: selection.name, view, format, query: query.canonical });
  // Subscribers compare the topic with what they are sent, letter by letter.
  return self === topic ? { path, query } : { error: `hub.topic takes the feed's self link: ${self}` };
}

function pathOf(bridge: Bridge, { base, topic }: Topic): FeedPath | { error: string } {
  const { search } = new URL(topic);
  const name = tryDecodeURIComponent(topic.slice(`${base}/feeds`.length, topic.length - search.length));
  return parseFeedPath(bridge, name);
}

/** The hub of a feed; undefined if it has none. A page that continues a feed, and one that never changes, have none. */
export function hubOf(
  { hub }: Bridge,
  { deliveries }: Status,
  base: string,
  query: Query,
  { self, archive }: FeedDocument,
): string | undefined {
  const isTopic = hub && !query.cursor && !archive && self.length <= MAX_TOPIC_LENGTH;
  return isTopic && !deliveries?.hubFails ? `${base}/hub` : undefined;
}

/** The feeds for deliveries. They are read from the archive, since its copies in KV can be late. */
export function feedsOf(bridge: Bridge): Feeds {
  return {
    sources(topic) {
      const path = pathOf(bridge, topic);
      return "error" in path ? undefined : path.selection.ids;
    },
    render: (topic, now, maxBytes) => renderTopic(bridge, topic, now, maxBytes),
    async entry(article, queryString, html) {
      const query = await readQuery(queryString, Date.now());
      const base = { url: bridge.publicUrl ?? "" };
      return articleEntry(base, article, originsOf(base, bridge.sources, "json")(article.source), query, html);
    },
  };
}

async function renderTopic(bridge: Bridge, topic: Topic, now: number, maxBytes: number) {
  const parsed = await parseTopic(bridge, topic, now);
  if ("error" in parsed) return undefined;
  const { path, query } = parsed;
  const { selection, view, format } = path;
  const { latest } = await readArchive(bridge, selection.ids, now);
  if (latest.size === 0 || missingMonth(view, latest)) return undefined;
  const hub = `${topic.base}/hub`;
  for (let asked = query; ; ) {
    const result = await select(bridge.archive, { sources: selection.ids, latest, view, query: asked, now });
    const document = { ...feedDocument(topic.base, path, query, result), hub };
    const body = render(document, format);
    const size = encoder.encode(body).length;
    const { length } = result.articles;
    if (size <= maxBytes || length <= 1) {
      const type = MEDIA_TYPES[format];
      return {
        body,
        contentType: `${type}; charset=utf-8`,
        // WebSub, section 7.
        link: linkHeader([
          { rel: "self", href: topic.topic, type },
          { rel: "hub", href: hub },
        ]),
        digest: fingerprint(body),
      };
    }
    const limit = Math.max(1, Math.min(length - 1, Math.floor((length * maxBytes * 0.9) / size)));
    asked = { ...asked, limit, hasLimit: true };
  }
}
