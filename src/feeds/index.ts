import { atomEntries, renderAtom } from "./atom.ts";
import type { Entry, FeedDocument, Format } from "./document.ts";
import { jsonItems, renderJson } from "./json.ts";
import { renderRss, rssItems } from "./rss.ts";

const RENDERERS = {
  rss: { items: rssItems, feed: renderRss },
  atom: { items: atomEntries, feed: renderAtom },
  json: { items: jsonItems, feed: renderJson },
};

/** The entries of a feed as it contains them: the same in each document that has the same entries. */
export const renderItems = (entries: readonly Entry[], format: Format): string => RENDERERS[format].items(entries);

/**
 * Renders a feed. The same document always gives the same text.
 *
 * @param items the entries, rendered
 */
export const render = (document: FeedDocument, format: Format, items = renderItems(document.entries, format)): string =>
  RENDERERS[format].feed(document, items);
