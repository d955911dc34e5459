import { Feed } from "feed";
import { escapeHtml } from "../scrape/text.ts";
import { type FeedDocument, GENERATOR, MEDIA_TYPES } from "./document.ts";
import { attributeText, element, Slots } from "./xml.ts";

/** Atom 1.0 (RFC 4287) with feed paging and archiving (RFC 5005). */
export function renderAtom(document: FeedDocument): string {
  const slots = new Slots();
  const type = MEDIA_TYPES.atom;
  const feed = new Feed({
    id: document.id,
    title: slots.text(document.title),
    description: slots.text(document.subtitle),
    updated: new Date(document.updated),
    generator: GENERATOR,
    // The library has no place for further elements; `rights`, which no feed here has, gives way to them.
    copyright: slots.elements([
      element("link", { rel: "alternate", type: "text/html", href: document.page }),
      element("link", { rel: "self", type, href: document.self }),
      ...document.links.map(({ rel, href }) => element("link", { rel, type, href })),
      ...(document.archive ? [element("fh:archive", { "xmlns:fh": "http://purl.org/syndication/history/1.0" })] : []),
    ]),
  });
  const updates = new Set<number>();
  for (const entry of document.entries) {
    const { source } = entry;
    // Two of one second, from two sources: validators warn of it, and a millisecond tells them apart.
    let updated = Date.parse(entry.updated);
    while (updates.has(updated)) updated++;
    updates.add(updated);
    const from = [
      element("id", {}, source.id),
      element("title", {}, source.name),
      element("updated", {}, entry.updated),
      element("link", { rel: "self", type, href: source.feed }),
      element("link", { rel: "alternate", type: "text/html", href: source.page }),
    ];
    feed.addItem({
      id: entry.id,
      // The library says type="html" of titles and summaries: the text is HTML that prints the plain one.
      title: slots.text(escapeHtml(entry.title)),
      link: entry.url,
      date: new Date(updated),
      published: new Date(entry.published),
      // Validators and some readers want a text of every entry: where there is none, the title is it.
      ...((entry.summary || !entry.content) && { description: slots.text(escapeHtml(entry.summary || entry.title)) }),
      ...(entry.content && { content: slots.text(entry.content) }),
      author: [{ name: slots.text(source.name) }],
      category: [{ term: slots.attribute(source.name) }],
      copyright: slots.elements([
        ...(entry.original ? [element("link", { rel: "via", href: entry.original })] : []),
        ...(entry.image ? [element("link", { rel: "related", href: entry.image, title: "Picture" })] : []),
        `<source>${from.join("")}</source>`,
      ]),
    });
  }
  return slots.fill(withLanguages(feed.atom1(), document));
}

/** Says the language of the feed and of each entry, in the structure before the texts come in. */
function withLanguages(xml: string, document: FeedDocument): string {
  const languages = document.entries.map(({ language }) => language).values();
  const feed = document.language ? `<feed xml:lang="${attributeText(document.language)}" ` : "<feed ";
  return xml
    .replace("<feed ", feed)
    .replace(/<entry>/g, () => `<entry xml:lang="${attributeText(languages.next().value ?? "und")}">`);
}
