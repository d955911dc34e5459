import { Feed } from "feed";
import { escapeHtml } from "../scrape/text.ts";
import { type FeedDocument, GENERATOR, MEDIA_TYPES } from "./document.ts";
import { element, Slots } from "./xml.ts";

/** RSS 2.0, with Dublin Core, content, Atom links, Media RSS and feed history where they say more. */
export function renderRss(document: FeedDocument): string {
  const slots = new Slots();
  const type = MEDIA_TYPES.rss;
  const links = [
    element("atom:link", { rel: "self", type, href: document.self }),
    ...document.links.map(({ rel, href }) => element("atom:link", { rel, type, href })),
    ...(document.archive ? ["<fh:archive/>"] : []),
  ];
  const feed = new Feed({
    title: slots.text(document.title),
    link: document.page,
    description: slots.text(document.subtitle),
    updated: new Date(document.updated),
    generator: GENERATOR,
    docs: "https://www.rssboard.org/rss-specification",
    ttl: document.ttl,
    // What the library has no place for stands here: an extension would come after the items.
    copyright: slots.elements(links),
    ...(document.language && { language: document.language }),
  });

  for (const entry of document.entries) {
    const { source } = entry;
    const own = [
      element("dc:creator", {}, source.name),
      element("dc:language", {}, entry.language),
      element("source", { url: source.feed }, source.name),
      ...(entry.updated > entry.published ? [element("atom:updated", {}, entry.updated)] : []),
      ...(entry.original ? [element("atom:link", { rel: "via", href: entry.original })] : []),
      ...(entry.image ? [element("media:thumbnail", { url: entry.image })] : []),
    ];
    feed.addItem({
      title: slots.text(entry.title),
      link: entry.url,
      guid: entry.id,
      date: new Date(entry.published),
      ...(entry.summary && { description: slots.text(escapeHtml(entry.summary)) }),
      ...(entry.content && { content: slots.text(entry.content) }),
      category: [{ name: slots.text(source.name) }],
      extensions: [{ name: "slot", objects: { _text: slots.elements(own) } }],
    });
  }
  return declareNamespaces(slots.fill(feed.rss2()));
}

const NAMESPACES: readonly [prefix: string, name: string][] = [
  ["atom", "http://www.w3.org/2005/Atom"],
  ["dc", "http://purl.org/dc/elements/1.1/"],
  ["content", "http://purl.org/rss/1.0/modules/content/"],
  ["media", "http://search.yahoo.com/mrss/"],
  ["fh", "http://purl.org/syndication/history/1.0"],
];

/** The library declares what it uses itself; this declares what the document uses. Text holds no bare "<". */
function declareNamespaces(xml: string): string {
  const used = NAMESPACES.filter(([prefix]) => xml.includes(`<${prefix}:`));
  const declared = used.map(([prefix, name]) => ` xmlns:${prefix}="${name}"`).join("");
  return xml.replace(/<rss version="2.0"[^>]*>/, `<rss version="2.0"${declared}>`);
}
