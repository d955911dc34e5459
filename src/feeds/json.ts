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

/** The items, as a JSON array. */
export const jsonItems = (entries: readonly Entry[]): string => JSON.stringify(entries.map(jsonItem));

/** An item as JSON Feed has it. JSON leaves out what is undefined here; objects with parts that may be missing are slow. */
export function jsonItem(entry: Entry) {
  const { content, extension, source } = entry;
  const summary = entry.summary && legalText(entry.summary);
  const name = legalText(source.name);
  return {
    id: entry.id,
    url: entry.url,
    external_url: entry.original || undefined,
    title: legalText(entry.title),
    // An item must have one of the two (section "Items"). Without a body, the summary is the content.
    content_html: content ? legalText(content) : undefined,
    content_text: content ? undefined : (summary ?? ""),
    summary: summary || undefined,
    image: entry.image || undefined,
    date_published: entry.published,
    // Always present. If nothing changed, it equals date_published.
    date_modified: entry.updated,
    authors: [{ name, url: source.page }],
    tags: [name],
    language: entry.language,
    _bridge: extension
      ? { ...extension, page: entry.page || undefined, earlier_titles: extension.earlier_titles.map(legalText) }
      : entry.incident,
  };
}
