// Atom: the library `feed` writes the structure once per kind of entry; `Template` (xml.ts) fills in the texts.
import { Feed, type Item } from "feed";
import { memoize } from "../memoize.ts";
import { type DeletedEntry, type Entry, type FeedDocument, GENERATOR, MEDIA_TYPES, PAGE_TITLE } from "./document.ts";
import { attributeText, datePlaceholder, element, placeholder, Template, xmlOfHtml, xmlText } from "./xml.ts";

const type = MEDIA_TYPES.atom;

/** Renders Atom 1.0 (RFC 4287) with feed paging and archiving (RFC 5005). */
export function renderAtom(document: FeedDocument, entries: string): string {
  const links = [
    element("link", { rel: "alternate", type: "text/html", href: document.page }),
    element("link", { rel: "self", type, href: document.self }),
    element("icon", {}, document.icon),
    // Each entry has an author. Without an entry the feed needs one (RFC 4287, section 4.1.1; Ruby's parser insists).
    ...(document.entries.length > 0 ? [] : [`<author>${element("name", {}, document.title)}</author>`]),
    ...(document.hub ? [element("link", { rel: "hub", href: document.hub })] : []),
    ...document.links.map(({ rel, href }) => element("link", { rel, type, href })),
    ...(document.archive ? [element("fh:archive", { "xmlns:fh": "http://purl.org/syndication/history/1.0" })] : []),
  ];
  return feed("").fill({
    language: document.language ? ` xml:lang="${attributeText(document.language)}"` : "",
    id: xmlText(document.id),
    title: xmlText(document.title),
    subtitle: xmlText(document.subtitle),
    updated: new Date(document.updated).toISOString(),
    elements: [...links, ...(document.deleted ?? []).map(deletedEntry)].join("\n") + entries,
  });
}

/** The entries, each on a new line. */
export function atomEntries(entries: readonly Entry[]): string {
  const fromSource = memoize(sourceElement);
  let xml = "";
  for (const entry of entries) xml += `\n${entryXml(entry, fromSource(entry.source))}`;
  return xml;
}

/** A deleted entry (RFC 6721, section 3). */
const deletedEntry = ({ ref, when, comment }: DeletedEntry): string =>
  element("at:deleted-entry", { "xmlns:at": "http://purl.org/atompub/tombstones/1.0", ref, when }).replace(
    "/>",
    `>${element("at:comment", {}, comment)}</at:deleted-entry>`,
  );

type Slot = "language" | "id" | "title" | "updated" | "elements";
type FeedSlot = Slot | "subtitle";
type EntrySlot = Slot | "link" | "summary" | "content" | "author" | "category" | "published";

const FEED = {
  id: placeholder("id"),
  title: placeholder("title"),
  description: placeholder("subtitle"),
  updated: datePlaceholder("updated"),
  generator: GENERATOR,
  // No feed has `rights`, so its place is used for the entries and for elements that the library does not know.
  copyright: placeholder("elements"),
};

const feed = memoize(
  () => new Template<FeedSlot>(new Feed(FEED).atom1().replace(/<feed [^>]*/, (tag) => tag + placeholder("language"))),
);

/** The template of an entry. `shape` names its optional elements. */
const entry = memoize((shape) => {
  const feed = new Feed(FEED);
  const item: Item = {
    title: placeholder("title"),
    id: placeholder("id"),
    link: placeholder("link"),
    date: datePlaceholder("updated"),
    published: datePlaceholder("published"),
    ...(shape.includes("summary") && { description: placeholder("summary") }),
    ...(shape.includes("content") && { content: placeholder("content") }),
    author: [{ name: placeholder("author") }],
    category: [{ term: placeholder("category") }],
    copyright: placeholder("elements"),
  };
  feed.addItem(item);
  const [xml = ""] = /<entry>.*<\/entry>/s.exec(feed.atom1()) ?? [];
  // The library writes titles as HTML. Many readers do not look at the type, and would show the references in it.
  const plainTitle = xml.replace('<title type="html">', "<title>");
  return new Template<EntrySlot>(plainTitle.replace("<entry>", `<entry xml:lang="${placeholder("language")}">`));
});

/** The beginning of the element that names an entry's source. It is the same for all entries of a source. */
function sourceElement({ id, name, feed, page }: Entry["source"]): string {
  const elements = [
    element("id", {}, id),
    element("title", {}, name),
    element("link", { rel: "self", type, href: feed }),
    element("link", { rel: "alternate", type: "text/html", href: page }),
  ];
  return `<source>${elements.join("")}<updated>`;
}

/**
 * Renders an entry. An entry is the same bytes in every document, so it contains nothing about other entries: the
 * `updated` of its `source` (RFC 4287, section 4.2.11) is that of the source's feed when the entry last changed it.
 */
function entryXml(shown: Entry, fromSource: string): string {
  const { summary, content, source, original, page, image } = shown;
  let elements = original ? `${element("link", { rel: "via", href: original })}\n` : "";
  if (page) elements += `<link rel="related" type="text/html" href="${attributeText(page)}" title="${PAGE_TITLE}"/>\n`;
  for (const link of shown.related ?? [])
    elements += `${element("link", { rel: "related", type: "text/html", ...link })}\n`;
  if (image) elements += pictureElements(image);
  // Validators and some readers require a text in every entry. If there is none, the title is used.
  const text = summary || (content ? undefined : shown.title);
  return entry(`${text ? "summary" : ""} ${content ? "content" : ""}`).fill({
    language: attributeText(shown.language),
    title: xmlText(shown.title),
    id: xmlText(shown.id),
    link: attributeText(shown.url),
    updated: atomDate(shown.updated),
    published: atomDate(shown.published),
    // The library writes type="html" for summaries, so the plain text is escaped as HTML first.
    summary: text ? xmlOfHtml(text) : "",
    content: content ? xmlText(content) : "",
    author: xmlText(source.name),
    category: attributeText(source.name),
    elements: `${elements + fromSource}${atomDate(shown.sourceUpdated ?? shown.updated)}</updated></source>`,
  });
}

/** A picture: a link, and what readers show beside an entry (Media RSS). */
const pictureElements = (href: string): string =>
  [
    element("link", { rel: "related", href, title: "Picture" }),
    element("media:thumbnail", { "xmlns:media": "http://search.yahoo.com/mrss/", url: href }),
    "",
  ].join("\n");

/** An instant with milliseconds. */
const atomDate = (instant: string): string => `${instant.slice(0, 19)}.000Z`;
