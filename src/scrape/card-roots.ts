import { type AnyNode, type Document, type Element, hasChildren, isTag } from "domhandler";
import { memoize } from "../memoize.ts";
import { type LinkOwners, SEVERAL } from "./card-parts.ts";
import { printedDate } from "./dates.ts";
import { IGNORED, textsOf } from "./text-blocks.ts";

/** Finds the article links of a page, and the element of each card. */

/** Elements that are never a part of a card, even on a page with one card. */
const PAGE = new Set(["html", "body", "main"]);
const CHROME = new Set(["header", "nav", "footer"]);
/** The roles that ARIA gives these elements (WAI-ARIA 1.2, section 5.3.4). */
const CHROME_ROLES = new Set(["navigation", "banner", "contentinfo"]);
/** A header inside one of these is a part of that, not of the page (HTML, section 4.3.8). */
const SECTIONING = new Set(["article", "section", "main", "aside", "li"]);

interface ArticleLink {
  link: Element;
  key: string;
  href: string;
  place: number;
}

/** Where a link stands. If a page has links in several kinds of places, those of the last kind are its listing. */
const [ASIDE, ELSEWHERE, LISTING] = [0, 1, 2] as const;

/** @param listingIds ids of the elements that hold the listing, if the website has such */
export function articleLinks(
  root: Document,
  keyOf: (href: string) => string | undefined,
  listingIds: readonly string[],
): ArticleLink[] {
  const links: ArticleLink[] = [];
  const isForm = (node: AnyNode) => isTag(node) && node.name === "form";
  const isChrome = (node: Element, sectioned: boolean) =>
    (IGNORED.has(node.name) && !isForm(node)) ||
    CHROME_ROLES.has(node.attribs.role ?? "") ||
    (CHROME.has(node.name) && !sectioned && !isOfCard(node, keyOf));
  const walk = (node: AnyNode, sectioned: boolean, place: number) => {
    const found = links.length;
    if (isTag(node)) {
      if (isChrome(node, sectioned)) return;
      const href = node.name === "a" ? node.attribs.href : undefined;
      const key = href === undefined ? undefined : keyOf(href.trim());
      if (key !== undefined) links.push({ link: node, key, href: (href as string).trim(), place });
      // What is nested in a card's footer is the card's as well.
      sectioned ||= SECTIONING.has(node.name) || CHROME.has(node.name);
      if (node.name === "aside") place = ASIDE;
      else if (listingIds.includes(node.attribs.id ?? "")) place = LISTING;
    }
    if (hasChildren(node)) for (const child of node.children) walk(child, sectioned, place);
    // A form around a listing, or the whole page (ASP.NET), is read as any other element.
    if (isForm(node) && links.length > found) (node as Element).name = "div";
  };
  walk(root, false, ELSEWHERE);
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
  return keys.size === 1 && textsOf([node]).some(printedDate);
}

/** Which nodes contain links of one article, and which contain links of several. */
export function linkOwners(links: readonly ArticleLink[]): LinkOwners {
  const owners: LinkOwners = new Map();
  for (const { link, key } of links) {
    for (let at: AnyNode | null = link; at; at = at.parent) {
      const held = owners.get(at);
      // All ancestors are marked already.
      if (held === key || held === SEVERAL) break;
      owners.set(at, held === undefined ? key : SEVERAL);
    }
  }
  return owners;
}

/** The elements of the cards, in the order of their first links. */
export function cardRoots(links: readonly ArticleLink[], owners: LinkOwners) {
  const hasChrome = chromeFinder(owners);
  const around = new Map<AnyNode, Element>();
  const roots = new Map<Element, { key: string; href: string }>();
  for (const { link, key, href } of links) {
    const path = [link];
    let card: Element | undefined;
    for (let at = link as Element; !card; ) {
      const out = at.parent;
      if (!out || !isTag(out) || owners.get(out) !== key || PAGE.has(out.name) || hasChrome(out)) card = at;
      else {
        card = around.get(out);
        path.push(out);
        at = out;
      }
    }
    for (const node of path) around.set(node, card);
    if (!roots.has(card)) roots.set(card, { key, href });
  }
  // A card inside a card of the same article is a part of that.
  for (const [card, { key }] of [...roots]) {
    let outer = card.parent as Element | null;
    while (outer && !roots.has(outer)) outer = outer.parent as Element | null;
    if (outer && roots.get(outer)?.key === key) roots.delete(card);
  }
  return roots;
}

/** Whether the direct children of an element show that it is more than a card. */
function chromeFinder(owners: LinkOwners): (element: Element) => boolean {
  // A footer within another is read once, for both.
  const isDated: (footer: Element) => boolean = memoize((footer: Element) => {
    const inner: Element[] = [];
    const isInner = (node: Element) => node !== footer && node.name === "footer" && inner.push(node) > 0;
    const own = textsOf([footer], (node) => IGNORED.has(node.name) || isInner(node));
    return own.some(printedDate) || inner.some(isDated);
  });
  const isChrome = (node: AnyNode) =>
    isTag(node) &&
    (node.name === "nav" || (node.name === "h1" && !owners.has(node)) || (node.name === "footer" && !isDated(node)));
  return memoize((element: Element) => element.children.some(isChrome));
}
