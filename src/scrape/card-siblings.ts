import { type AnyNode, type Document, type Element, hasChildren, isTag, type ParentNode } from "domhandler";
import { memoize } from "../memoize.ts";
import { holdsLink, type LinkOwners } from "./card-parts.ts";
import { bestDateLine, dateLine } from "./date-lines.ts";
import { textOf, textsOf } from "./text-blocks.ts";

/** The elements of the cards. */
type Roots = ReadonlyMap<AnyNode, unknown>;

/** The parts of a card whose parts are siblings. */
interface Siblings {
  /** The siblings after the card, up to the next one; those before it, if each card is a link to more. */
  after: readonly AnyNode[];
  /** The date above it, if the listing prints each day above its articles. */
  above?: { day: string; text: string };
}

/** Finds what belongs to a card and is not in its element. */
export function cardSiblings(root: Document, roots: Roots, owners: LinkOwners): (card: Element) => Siblings {
  const rowIn = memoize((parent: Element["parent"]) => rowOf(parent?.children ?? [], roots, owners));
  let days: ReturnType<typeof daysAbove> | undefined;
  return (card) => {
    const { after, above } = rowIn(card.parent).get(card) ?? { after: [] };
    if (above) return { after, above };
    days ??= daysAbove(root, roots, owners);
    return { after, above: days.get(card) };
  };
}

/** The dates above cards that lie in elements of their own: a list below each day, or a section for each. */
function daysAbove(root: Document, roots: Roots, owners: LinkOwners): Map<AnyNode, Siblings["above"]> {
  const found: { card?: AnyNode; date?: Siblings["above"] }[] = [];
  const walk = (node: AnyNode) => {
    if (roots.has(node)) found.push({ card: node });
    else if (owners.has(node) && hasChildren(node)) node.children.forEach(walk);
    else found.push({ date: bestDateLine(textsOf([node])) });
  };
  listingOf(root, roots, owners).forEach(walk);
  const [first, last] = [found.findIndex(({ card }) => card), found.findLastIndex(({ card }) => card)];
  const isAbove = [found.slice(0, first), found.slice(first, last)].every((part) => part.some(({ date }) => date));
  const days = new Map<AnyNode, Siblings["above"]>();
  let above: Siblings["above"];
  for (const { card, date } of isAbove ? found : []) {
    if (card) days.set(card, above);
    else above = date ?? above;
  }
  return days;
}

/** What the innermost element around all cards holds. */
function listingOf({ children }: ParentNode, roots: Roots, owners: LinkOwners): AnyNode[] {
  const [only, ...others] = children.filter((child) => owners.has(child));
  const isInner = only && others.length === 0 && !roots.has(only) && hasChildren(only);
  return isInner ? listingOf(only, roots, owners) : children;
}

/** Behind a link of the page's own, as in a ticker, they begin what is no part of a card. A header may print today's date. */
const PART_OF_PAGE = /^(?:header|nav|main)$/;

const isHeading = (node: AnyNode): boolean => isTag(node) && /^h[1-6]$/.test(node.name);

/** What stands before cards that all say the same ("Read more"), if each has a day and a text there. */
function rowBefore(siblings: readonly AnyNode[], roots: Roots): Map<AnyNode, Siblings> | undefined {
  const cards = siblings.filter((node) => roots.has(node));
  const [said, ...others] = new Set(cards.map((card) => textOf(card)));
  // Links around pictures say nothing.
  if (cards.length < 2 || !said || others.length > 0) return undefined;
  let start = 0;
  const parts = cards.map((card) => {
    const nodes = siblings.slice(start, siblings.indexOf(card, start));
    start += nodes.length + 1;
    const texts = textsOf(nodes);
    return { card, nodes, texts, days: texts.filter((text) => dateLine(text)) };
  });
  if (parts.some(({ texts, days }) => days.length === 0 || days.length === texts.length)) return undefined;
  const areHeaded = parts.every(({ nodes }) => nodes.some(isHeading));
  const row = parts.map(({ card, nodes, days }): [AnyNode, Siblings] => {
    // What has no link may stand before it. Without headings, nobody knows where that ends.
    const isOwn = areHeaded || days.length === 1;
    const first = nodes.findLastIndex(isHeading) + (areHeaded ? 0 : 1);
    return [card, { after: isOwn ? nodes.slice(first) : [] }];
  });
  return new Map(row);
}

/** All cards among siblings, each with what is its own. */
function rowOf(siblings: readonly AnyNode[], roots: Roots, owners: LinkOwners): Map<AnyNode, Siblings> {
  const before = rowBefore(siblings, roots);
  if (before) return before;
  const dates = siblings.map((node) => (owners.has(node) ? undefined : bestDateLine(textsOf([node]))));
  // Before the first card a date, and more dates later: each day stands above its articles.
  const first = siblings.findIndex((node) => roots.has(node));
  const isAbove = dates.slice(0, first).some(Boolean) && dates.filter(Boolean).length > 1;
  const row = new Map<AnyNode, Siblings & { after: AnyNode[] }>();
  let above: Siblings["above"];
  let current: AnyNode[] | undefined;
  let isDated = false;
  siblings.forEach((node, i) => {
    // Behind the card's day, a day beside a link is that of something else: of a video, of an advertisement.
    if (dates[i] && isDated && isTag(node) && holdsLink(node)) current = undefined;
    isDated = dates[i] !== undefined || (isDated && !roots.has(node));
    if (isAbove && dates[i]) {
      above = dates[i];
      current = undefined;
    } else if (roots.has(node)) {
      current = [];
      row.set(node, { after: current, ...(above && { above }) });
    } else if (owners.has(node) || (isTag(node) && PART_OF_PAGE.test(node.name))) current = undefined;
    else current?.push(node);
  });
  return row;
}
