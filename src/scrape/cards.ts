import type { AnyNode, Document, Element } from "domhandler";
import { hasChildren, isTag } from "domhandler";
import { printedDate } from "./dates.ts";
import { dateAlone, type Holds, isDate, MANY, type Parts, partsOf, textOf, textsOf, UNREAD } from "./parts.ts";

/**
 * Cards: what a listing shows of each article, whatever the markup.
 *
 * A card is known by the article it links to and by nothing else: it is the largest element around the link that
 * holds no other article's link. Where the parts of a card lie flat beside each other, it is the link's element with
 * its neighbours up to the next article's. Class names and tags are hints at most: websites change them.
 */
export interface Card {
  key: string;
  /** As printed: may be relative, and on another host of the site. */
  href: string;
  title: string;
  /** Plain text, once; empty where none is printed. */
  excerpt: string;
  /** The printed day, `2026-01-30`; undefined where none can be read. */
  day?: string;
  /** `src` of the first picture, as printed. */
  image?: string;
}

export interface Cards {
  /** In the listing's order, an article once. */
  cards: Card[];
  /** Article links outside page chrome, dated or not. */
  linked: number;
}

/** Elements that are never part of one card, however little else a page holds. */
const PAGE = new Set(["html", "body", "main"]);
const CHROME = new Set(["header", "nav", "footer"]);
/** A header inside one of these is a part of that, not of the page (HTML, section 4.3.8). */
const SECTIONING = new Set(["article", "section", "main", "aside", "li"]);
/**
 * Finds the cards of a parsed page.
 *
 * @param keyOf the article's key for an `href`, undefined for any other link
 */
export function findCards(root: Document, keyOf: (href: string) => string | undefined): Cards {
  // What stands aside is listed elsewhere as well ("Trending"), unless nothing else is listed.
  const all = articleLinks(root, keyOf);
  const inPlace = all.filter(({ aside }) => !aside);
  const links = inPlace.length > 0 ? inPlace : all;
  const holds: Holds = new Map();
  for (const { link, key } of links) {
    for (let at: AnyNode | null = link; at; at = at.parent) {
      const held = holds.get(at);
      if (held === undefined) holds.set(at, key);
      else if (held !== key) holds.set(at, MANY);
    }
  }

  const roots = new Map<Element, { key: string; href: string }>();
  for (const { link, key, href } of links) {
    const card = cardAround(link, key, holds);
    if (!roots.has(card)) roots.set(card, { key, href });
  }

  const regions = [...roots].map(([card, link]) => ({
    ...link,
    nodes: [card] as AnyNode[],
    parts: partsOf([card], holds),
  }));
  if (regions.some((region) => !region.parts.day)) {
    for (const region of regions) {
      if (region.parts.day) continue;
      region.nodes = [...region.nodes, ...neighbours(region.nodes[0] as Element, roots, holds)];
      region.parts = partsOf(region.nodes, holds);
    }
  }

  const chrome = repeated(regions.map(({ parts }) => [...new Set([...parts.alts, ...parts.texts, ...parts.headings])]));
  const cards: Card[] = [];
  const seen = new Map<string, Card>();
  for (const { key, href, parts } of regions) {
    const card = cardOf(key, href, parts, chrome);
    const known = seen.get(key);
    if (!known) {
      seen.set(key, card);
      cards.push(card);
    } else if (card.day && !known.day) {
      // A bare link first (a ticker, a "most read" box), the card proper later: the card and its place count.
      cards.splice(cards.indexOf(known), 1);
      cards.push(card);
      seen.set(key, card);
    } else {
      known.title ||= card.title;
      known.excerpt ||= card.excerpt;
    }
  }
  return { cards: inListing(cards), linked: seen.size };
}

interface ArticleLink {
  link: Element;
  key: string;
  href: string;
  aside: boolean;
}

function articleLinks(root: Document, keyOf: (href: string) => string | undefined): ArticleLink[] {
  const links: ArticleLink[] = [];
  const walk = (node: AnyNode, sectioned: boolean, aside: boolean) => {
    if (isTag(node)) {
      if (CHROME.has(node.name) && !sectioned && !isOfCard(node, keyOf)) return;
      if (UNREAD.has(node.name)) return;
      const role = node.attribs.role;
      if (role === "navigation" || role === "banner" || role === "contentinfo") return;
      const href = node.name === "a" ? node.attribs.href : undefined;
      const key = href === undefined ? undefined : keyOf(href.trim());
      if (key !== undefined) links.push({ link: node, key, href: (href as string).trim(), aside });
      sectioned ||= SECTIONING.has(node.name);
      aside ||= node.name === "aside";
    }
    if (hasChildren(node)) for (const child of node.children) walk(child, sectioned, aside);
  };
  walk(root, false, false);
  return links;
}

/** A footer or header with a date and the link of one article is a card's, wherever it stands. */
function isOfCard(node: Element, keyOf: (href: string) => string | undefined): boolean {
  if (node.name === "nav" || (node.parent && isTag(node.parent) && PAGE.has(node.parent.name))) return false;
  const keys = new Set<string>();
  const walk = (at: AnyNode) => {
    const key = isTag(at) && at.name === "a" ? keyOf((at.attribs.href ?? "").trim()) : undefined;
    if (key !== undefined) keys.add(key);
    if (hasChildren(at)) for (const child of at.children) walk(child);
  };
  walk(node);
  return keys.size === 1 && printedDate(textOf(node)) !== undefined;
}

function cardAround(link: Element, key: string, holds: Holds): Element {
  let card = link;
  for (let at = link.parent; at && isTag(at); at = at.parent) {
    if (holds.get(at) !== key || PAGE.has(at.name) || at.children.some(isChrome)) break;
    card = at;
  }
  return card;
}

const isChrome = (node: AnyNode): boolean =>
  isTag(node) && (node.name === "nav" || node.name === "h1" || (node.name === "footer" && !printedDate(textOf(node))));

/** The siblings that belong to a card whose parts lie flat beside each other. */
function neighbours(card: Element, roots: Map<Element, unknown>, holds: Holds): AnyNode[] {
  const siblings = card.parent?.children ?? [];
  const isRoot = (node: AnyNode) => isTag(node) && roots.has(node);
  const isDate = (node: AnyNode) => !holds.has(node) && textsOf([node], holds).some((text) => dateAlone(text));
  const at = siblings.indexOf(card);
  // Before the first card a date, and more dates later: each day stands above its articles.
  const firstRoot = siblings.findIndex(isRoot);
  const above = siblings.slice(0, firstRoot).some(isDate) && siblings.filter(isDate).length > 1;
  const date = above ? siblings.slice(0, at).findLast(isDate) : undefined;
  const next = siblings.findIndex((node, i) => i > at && (isRoot(node) || holds.has(node) || (above && isDate(node))));
  return [...(date ? [date] : []), ...siblings.slice(at + 1, next < 0 ? undefined : next)];
}

function cardOf(key: string, href: string, parts: Parts, chrome: Set<string>): Card {
  const own = (texts: string[]) => texts.find((text) => !chrome.has(text) && !isDate(text));
  const named =
    parts.linked.find((text) => !isDate(text)) ?? own(parts.headings) ?? own(parts.alts) ?? own(parts.links);
  // All cards of a page may bear one title ("Visits"): then it is no chrome.
  const title = named ?? parts.headings[0] ?? parts.links[0] ?? parts.alts[0] ?? "";
  let excerpt = "";
  for (const text of parts.texts) {
    const other =
      text !== title && text !== parts.dated && !chrome.has(text) && !isDate(text) && !parts.headings.includes(text);
    if (other && !parts.links.includes(text) && text.length > excerpt.length) excerpt = text;
  }
  return {
    key,
    href,
    title,
    excerpt,
    ...(parts.day && { day: parts.day }),
    ...(parts.image && { image: parts.image }),
  };
}

/** Texts that more than half of at least three cards share: a source's name, "Read more", a logo's alt. */
function repeated(cards: string[][]): Set<string> {
  const counts = new Map<string, number>();
  for (const texts of cards) for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  const chrome = new Set<string>();
  for (const [text, count] of counts) if (cards.length >= 3 && count > cards.length / 2) chrome.add(text);
  return chrome;
}

/** From the first dated card to the last: an undated link outside is a box beside the listing, one within is a card. */
function inListing(cards: Card[]): Card[] {
  const first = cards.findIndex((card) => card.day);
  const last = cards.findLastIndex((card) => card.day);
  return first < 0 ? [] : cards.slice(first, last + 1);
}
