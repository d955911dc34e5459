import { legalText } from "../scrape/text.ts";
import { type Entry, type FeedDocument, GENERATOR } from "./document.ts";

/**
 * Renders JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/). It does not use the library `feed`, which supports
 * version 1.0 only.
 */
export function renderJson(document: FeedDocument, items: string): string {
  const next = document.links.find(({ rel }) => rel === "next");
  const feed = JSON.stringify({
    version: "https://jsonfeed.org/version/1.1",
    title: legalText(document.title),
    home_page_url: document.page,
    feed_url: document.self,
    description: legalText(document.subtitle),
    next_url: next?.href,
    icon: document.icon,
    ...(document.language && { language: document.language }),
    ...(document.hub && { hubs: [{ type: "WebSub", url: document.hub }] }),
    _bridge: {
      about: document.about,
      generator: GENERATOR,
      id: document.id,
      updated: document.updated,
      ...Object.fromEntries(document.links.map(({ rel, href }) => [rel, href])),
    },
  });
  return `${feed.slice(0, -1)},"items":${items}}`;
}

export const jsonItems = (entries: readonly Entry[]): string => JSON.stringify(entries.map(jsonItem));

/** An item as JSON Feed has it. */
export function jsonItem(entry: Entry) {
  const summary = entry.summary && legalText(entry.summary);
  return {
    id: entry.id,
    url: entry.url,
    ...(entry.original && { external_url: entry.original }),
    title: legalText(entry.title),
    // An item must have one of the two (section "Items"). Without a body, the summary is the content.
    ...(entry.content ? { content_html: legalText(entry.content) } : { content_text: summary ?? "" }),
    ...(summary && { summary }),
    ...(entry.image && { image: entry.image }),
    date_published: entry.published,
    // Always present. If nothing changed, it equals date_published.
    date_modified: entry.updated,
    authors: [{ name: legalText(entry.source.name), url: entry.source.page }],
    tags: [legalText(entry.source.name)],
    language: entry.language,
    ...(entry.incident && { _bridge: entry.incident }),
    ...(entry.extension && {
      _bridge: {
        ...entry.extension,
        ...(entry.page && { page: entry.page }),
        earlier_titles: entry.extension.earlier_titles.map(legalText),
      },
    }),
  };
}
