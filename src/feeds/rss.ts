// RSS: the library `feed` writes the structure once per kind of item; `Template` (xml.ts) fills in the texts.
import { Feed, type Item } from "feed";
import { memoize } from "../memoize.ts";
import { escapeHtml } from "../scrape/text.ts";
import { type Entry, type FeedDocument, GENERATOR, MEDIA_TYPES, PAGE_TITLE } from "./document.ts";
import { datePlaceholder, element, placeholder, rssDates, Template, xmlOfHtml, xmlText } from "./xml.ts";

/** Renders RSS 2.0 with elements of Dublin Core, content, Atom, Media RSS and feed history (RFC 5005). */
export function renderRss(document: FeedDocument, items: string): string {
  const type = MEDIA_TYPES.rss;
  const links = [
    element("atom:link", { rel: "self", type, href: document.self }),
    imageOf(document),
    ...(document.hub ? [element("atom:link", { rel: "hub", href: document.hub })] : []),
    ...document.links.map(({ rel, href }) => element("atom:link", { rel, type, href })),
    ...(document.archive ? ["<fh:archive/>"] : []),
  ];
  return channel(document.language === undefined ? "" : "language").fill({
    namespaces: namespacesOf(document),
    title: xmlText(document.title),
    link: xmlText(document.page),
    description: xmlText(document.subtitle),
    updated: new Date(document.updated).toUTCString(),
    ttl: String(document.ttl),
    language: xmlText(document.language ?? ""),
    elements: links.join("\n") + items,
  });
}

/** The items, each on a new line. */
export function rssItems(entries: readonly Entry[]): string {
  const [fromSource, date] = [memoize(sourceElements), rssDates()];
  let items = "";
  for (const entry of entries) items += `\n${itemOf(entry, fromSource(entry.source), date(entry.published))}`;
  return items;
}

/** Title and link are those of the channel (RSS 2.0, "image"). */
const imageOf = ({ icon, title, page }: FeedDocument): string =>
  `<image>${element("url", {}, icon)}${element("title", {}, title)}${element("link", {}, page)}</image>`;

type ChannelSlot = "namespaces" | "title" | "link" | "description" | "updated" | "ttl" | "language" | "elements";
type ItemSlot = "title" | "link" | "id" | "published" | "summary" | "content" | "category" | "elements";

const CHANNEL = {
  title: placeholder("title"),
  link: placeholder("link"),
  description: placeholder("description"),
  updated: datePlaceholder("updated"),
  generator: GENERATOR,
  docs: "https://www.rssboard.org/rss-specification",
  // No feed has `copyright`, so its place is used for the items and for elements that the library does not know.
  copyright: placeholder("elements"),
};

/** The template of the channel. `shape` is "language" if the channel has that element. */
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

/** The template of an item. `shape` names its optional elements. */
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

/** The elements that name an item's source. They are the same for all items of a source. */
const sourceElements = ({ name, feed }: Entry["source"]): string =>
  [element("dc:creator", {}, name), element("source", { url: feed }, name)].join("\n");

function itemOf(entry: Entry, fromSource: string, published: string): string {
  const { source, summary, content, updated, original, related, image } = entry;
  let elements = `${fromSource}\n<dc:language>${xmlText(entry.language)}</dc:language>`;
  if (updated > entry.published) elements += `\n${element("atom:updated", {}, updated)}`;
  if (original) elements += `\n${element("atom:link", { rel: "via", href: original })}`;
  for (const link of related ?? [])
    elements += `\n${element("atom:link", { rel: "related", type: "text/html", ...link })}`;
  if (image) elements += `\n${element("media:thumbnail", { url: image })}`;
  return item(`${summary ? "summary" : ""} ${content ? "content" : ""}`).fill({
    title: xmlText(entry.title),
    link: xmlText(entry.url),
    id: xmlText(entry.id),
    published,
    summary: summary ? xmlOfHtml(summary) : "",
    content: content ? xmlText(content + pageLine(entry)) : "",
    category: xmlText(source.name),
    elements,
  });
}

/** The last line of a text: readers of RSS show no related link. */
const pageLine = ({ page }: Entry): string => (page ? `<p><a href="${escapeHtml(page)}">${PAGE_TITLE}</a></p>` : "");

/** Declares only the namespaces that the document uses. */
function namespacesOf({ archive, entries }: FeedDocument): string {
  const namespaces: [prefix: string, uri: string, isUsed: boolean][] = [
    ["atom", "http://www.w3.org/2005/Atom", true],
    ["dc", "http://purl.org/dc/elements/1.1/", entries.length > 0],
    ["content", "http://purl.org/rss/1.0/modules/content/", entries.some(({ content }) => content)],
    ["media", "http://search.yahoo.com/mrss/", entries.some(({ image }) => image)],
    ["fh", "http://purl.org/syndication/history/1.0", archive],
  ];
  return namespaces.map(([prefix, uri, isUsed]) => (isUsed ? ` xmlns:${prefix}="${uri}"` : "")).join("");
}
