import { neighboursOf } from "../archive/months.ts";
import { INTERVAL } from "../archive/schedule.ts";
import type { View } from "../archive/search.ts";
import type { Result } from "../archive/select.ts";
import type { Article, ArticleCopy } from "../article.ts";
import type { Entry, FeedDocument, FeedLink, Format, OtherAddress } from "../feeds/document.ts";
import { type Query, withCursor } from "../query/query.ts";
import { plainText } from "../scrape/text.ts";
import type { Source } from "../sites/site.ts";
import { changeEntry, deletedIn } from "./change-entry.ts";
import type { FeedPath } from "./feed-cache.ts";
import { queryText } from "./filters.ts";
import {
  articleUrl,
  type Base,
  type FeedAddress,
  feedId,
  feedUrl,
  iconUrl,
  pageUrl,
  withKeyInAddress,
} from "./links.ts";
import { siteNames, sitesOf } from "./site-names.ts";
import type { Selection } from "./sources.ts";

/**
 * A result as a feed document, without the access key.
 *
 * @param url where the bridge's own addresses begin
 */
export function feedDocument(url: string, path: FeedPath, query: Query, result: Result): FeedDocument {
  const { selection, view, format } = path;
  const { name, sources } = selection;
  const language = commonLanguage(sources);
  const base: Base = { url };
  const originBy = originsOf(base, sources, format);
  return {
    id: feedId(name, view, query.canonical),
    title: feedTitle(selection, view, query),
    subtitle: subtitleOf(selection, view),
    language,
    updated: result.changed,
    self: feedUrl(base, { name, view, format, query: query.canonical }),
    page: pageUrl(base, name, view, query.canonical),
    icon: iconUrl(base),
    ttl: INTERVAL / 60_000,
    links: linksOf(base, { name, view, format }, query, result),
    about: sources[0]?.site.origin ?? url,
    archive: typeof view === "object" && result.archived.includes(view.month),
    ...(view === "changes" && { deleted: deletedIn(result) }),
    entries: result.articles.map((article) => {
      const entry = articleEntry(base, article, originBy(article.source), query, result.bodies[article.id]);
      const change = result.changes?.[article.key];
      return change ? { ...changeEntry(entry, change), page: articleUrl(base, change.article) } : entry;
    }),
  };
}

/** The same document with the access key in the addresses that its reader follows. Entries are passed on and have none. */
export const withKey = (document: FeedDocument, key: string): FeedDocument => ({
  ...document,
  self: withKeyInAddress(document.self, key),
  links: document.links.map(({ rel, href }) => ({ rel, href: withKeyInAddress(href, key) })),
});

/**
 * The title of a feed, with every filter that says which articles it has.
 *
 * @param words the search words, if they are not in their canonical order
 */
export function feedTitle({ name, sources }: Selection, view: View, query: Query, words?: string): string {
  const names =
    name === "all" ? `${siteNames(sitesOf(sources))}: all sources` : sources.map((source) => source.name).join(" + ");
  const place = typeof view === "object" ? `, ${view.month}` : view === "changes" ? ", changes" : "";
  const asked = queryText(query, words);
  return names + place + (asked && ` – ${asked}`);
}

function subtitleOf({ name, sources }: Selection, view: View): string {
  const site = siteNames(sitesOf(sources));
  const whose = name === "all" ? "All sources" : sources.map((source) => source.name).join(", ");
  return view === "changes" ? `Edits, deletions and returns seen in ${whose} on ${site}` : `${whose} on ${site}`;
}

/** The language of the feed where it has one. */
function commonLanguage(sources: readonly Source[]): string | undefined {
  const [first, ...rest] = new Set(sources.map(({ language }) => language));
  return first !== "mul" && rest.length === 0 ? first : undefined;
}

/**
 * Paging and archives (RFC 5005): the rest of a cut feed; the finished month before and after; where the feed itself
 * is. A month that is not finished yet is not archived: its articles are in the feed and behind its next links.
 */
export function linksOf(
  base: Base,
  { name, view, format }: Required<Pick<FeedAddress, "name" | "view">> & Pick<FeedAddress, "format">,
  query: Query,
  { next, archived }: Pick<Result, "next" | "archived">,
): FeedLink[] {
  const links: FeedLink[] = [];
  // An archive document is whole (RFC 5005, section 4): neither cursor nor limit goes with it.
  const plain = withCursor(query, undefined, ["limit"]);
  const month = (of: string) => feedUrl(base, { name, view: { month: of }, format, query: plain });
  if (next) links.push({ rel: "next", href: feedUrl(base, { name, view, format, query: withCursor(query, next) }) });
  if (view === "changes") return links;
  const { before, after } = neighboursOf(view, archived);
  if (before) links.push({ rel: "prev-archive", href: month(before) });
  if (after) links.push({ rel: "next-archive", href: month(after) });
  if (typeof view === "object") links.push({ rel: "current", href: feedUrl(base, { name, format, query: plain }) });
  return links;
}

/** @param base without the access key: entries are passed on */
export function articleEntry(base: Base, article: Article, source: Entry["source"], query: Query, html = ""): Entry {
  const text = query.brief && html ? plainText(startOf(html, query.brief)) : article.excerpt;
  const summary = query.brief ? cut(text, query.brief) : text;
  return {
    id: article.id,
    url: article.url,
    title: article.title,
    summary: summary || undefined,
    // `brief` shortens the text, so the full text is left out.
    content: query.brief ? undefined : html || undefined,
    published: article.published,
    updated: article.updated,
    language: article.language,
    source,
    sourceUpdated: article.firstSeen > article.updated ? article.firstSeen : undefined,
    original: article.original,
    image: article.image,
    related: relatedOf(article),
    page: articleUrl(base, article),
    extension: {
      source: article.source,
      key: article.key,
      day: article.day,
      date_precision: article.dayOnly ? "day" : "second",
      first_seen: article.firstSeen,
      earlier_titles: article.earlierTitles ?? [],
      copies: article.copies?.map(otherAddress),
      reprints: article.reprints?.map(otherAddress),
      gone: article.gone,
    },
  };
}

/** Links to the same article on other websites, and to its reprints; undefined if there are none. */
function relatedOf({ copies = [], reprints = [] }: Article): Entry["related"] {
  const linkTo = (what: string) => (copy: ArticleCopy) => ({
    href: copy.url,
    title: `${what} ${new URL(copy.url).hostname}`,
  });
  const related = [...copies.map(linkTo("Also at")), ...reprints.map(linkTo("Also printed at"))];
  return related.length > 0 ? related : undefined;
}

const otherAddress = ({ site, source, url, firstSeen }: ArticleCopy): OtherAddress => ({
  site,
  source,
  url,
  first_seen: firstSeen,
});

/** The source that an entry comes from, as entries say it. */
export const originOf = (base: Base, id: string, name: string, format: Format): Entry["source"] => ({
  id: feedId(id),
  name,
  feed: feedUrl(base, { name: id, format }),
  page: pageUrl(base, id),
});

/** Gives the source of an entry by its id; one that is none of these sources has its id as its name. */
export function originsOf(base: Base, sources: readonly Source[], format: Format): (id: string) => Entry["source"] {
  const known = new Map(sources.map(({ id, name }) => [id, originOf(base, id, name, format)]));
  return (id) => known.get(id) ?? originOf(base, id, id, format);
}

/** Cut to so many characters, never within one. */
function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  // A character has one or two UTF-16 units.
  const characters = [...text.slice(0, 2 * most + 2)];
  return characters.length <= most ? text : `${characters.slice(0, most).join("")}…`;
}

/** The beginning of HTML that has more than `most` characters as plain text; all of it, if it is short. */
function startOf(html: string, most: number): string {
  for (let length = 4 * most + 1000; length < html.length; length *= 4) {
    const start = html.slice(0, html.lastIndexOf("<", length));
    if (plainText(start).length > 2 * most) return start;
  }
  return html;
}
