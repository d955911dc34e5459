import { Feed, type Item } from "feed";
import { escapeHtml } from "../scrape/text.ts";
import { type Entry, type FeedDocument, GENERATOR, MEDIA_TYPES } from "./document.ts";
import { datePlaceholder, element, memoize, placeholder, Template, xmlText } from "./xml.ts";

/** RSS 2.0, with Dublin Core, content, Atom links, Media RSS and feed history where they say more. */
export function renderRss(document: FeedDocument): string {
  const type = MEDIA_TYPES.rss;
  const links = [
    element("atom:link", { rel: "self", type, href: document.self }),
    ...document.links.map(({ rel, href }) => element("atom:link", { rel, type, href })),
    ...(document.archive ? ["<fh:archive/>"] : []),
  ];
  const origins = new Map(document.entries.map(({ source }) => [source, originOf(source)]));
  return channel(document.language === undefined ? "" : "language").fill({
    namespaces: namespacesOf(document),
    title: xmlText(document.title),
    link: xmlText(document.page),
    description: xmlText(document.subtitle),
    updated: new Date(document.updated).toUTCString(),
    ttl: String(document.ttl),
    language: xmlText(document.language ?? ""),
    elements: [...links, ...document.entries.map((entry) => itemOf(entry, origins.get(entry.source) as string))].join(
      "\n",
    ),
  });
}

type ChannelSlot = "namespaces" | "title" | "link" | "description" | "updated" | "ttl" | "language" | "elements";
type ItemSlot = "title" | "link" | "id" | "published" | "summary" | "content" | "category" | "elements";

const CHANNEL = {
  title: placeholder("title"),
  link: placeholder("link"),
  description: placeholder("description"),
  updated: datePlaceholder("updated"),
  generator: GENERATOR,
  docs: "https://www.rssboard.org/rss-specification",
  // What the library has no place for, and the items; `copyright`, which no feed here has, gives way to them.
  copyright: placeholder("elements"),
};

/** The channel; `shape` names what not every channel has. */
const channel = memoize((shape) => {
  const feed = new Feed({
    ...CHANNEL,
    ttl: placeholder("ttl") as never,
    ...(shape && { language: placeholder("language") }),
  });
  return new Template<ChannelSlot>(
    feed.rss2().replace(/<rss version="2.0"[^>]*>/, `<rss version="2.0"${placeholder("namespaces")}>`),
  );
});

/** An item; `shape` names what not every item has. */
const item = memoize((shape) => {
  const feed = new Feed(CHANNEL);
  const item: Item = {
    title: placeholder("title"),
    link: placeholder("link"),
    guid: placeholder("id"),
    date: datePlaceholder("published"),
    ...(shape.includes("summary") && { description: placeholder("summary") }),
    ...(shape.includes("content") && { content: placeholder("content") }),
    category: [{ name: placeholder("category") }],
    extensions: [{ name: "slot", objects: { _text: placeholder("elements") } }],
  };
  feed.addItem(item);
  return new Template<ItemSlot>(/<item>.*<\/item>/s.exec(feed.rss2())?.[0] ?? "");
});

/** Where an item comes from, the same for all of a source. */
const originOf = ({ name, feed }: Entry["source"]): string =>
  [element("dc:creator", {}, name), element("source", { url: feed }, name)].join("\n");

function itemOf(entry: Entry, origin: string): string {
  const { source, summary, content } = entry;
  const own = [
    origin,
    element("dc:language", {}, entry.language),
    ...(entry.updated > entry.published ? [element("atom:updated", {}, entry.updated)] : []),
    ...(entry.original ? [element("atom:link", { rel: "via", href: entry.original })] : []),
    ...(entry.image ? [element("media:thumbnail", { url: entry.image })] : []),
  ];
  return item(`${summary ? "summary" : ""} ${content ? "content" : ""}`).fill({
    title: xmlText(entry.title),
    link: xmlText(entry.url),
    id: xmlText(entry.id),
    published: new Date(entry.published).toUTCString(),
    summary: summary ? xmlText(escapeHtml(summary)) : "",
    content: content ? xmlText(content) : "",
    category: xmlText(source.name),
    elements: own.join("\n"),
  });
}

/** Declares what the document uses, and nothing else. */
function namespacesOf({ archive, entries }: FeedDocument): string {
  const used: [prefix: string, name: string, used: boolean][] = [
    ["atom", "http://www.w3.org/2005/Atom", true],
    ["dc", "http://purl.org/dc/elements/1.1/", entries.length > 0],
    ["content", "http://purl.org/rss/1.0/modules/content/", entries.some(({ content }) => content)],
    ["media", "http://search.yahoo.com/mrss/", entries.some(({ image }) => image)],
    ["fh", "http://purl.org/syndication/history/1.0", archive],
  ];
  return used.map(([prefix, name, used]) => (used ? ` xmlns:${prefix}="${name}"` : "")).join("");
}
