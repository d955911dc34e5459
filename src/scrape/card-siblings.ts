import { type AnyNode, type Element, hasChildren, isTag } from "domhandler";
import { memoize } from "../memoize.ts";
import { holdsLink, type LinkOwners } from "./card-parts.ts";
import { bestDateLine } from "./date-lines.ts";
import { textsOf } from "./text-blocks.ts";

/** The parts of a card whose parts are siblings. */
interface Siblings {
  /** The siblings after the card, up to the next one. */
  after: readonly AnyNode[];
  /** The date above it, if the listing prints each day above its articles. */
  above?: { day: string; text: string };
}

/** @param roots the elements that cards are found in */
export function cardSiblings(roots: ReadonlyMap<Element, unknown>, owners: LinkOwners): (card: Element) => Siblings {
  const rowIn = memoize((parent: Element["parent"]) => rowOf(parent?.children ?? [], roots, owners));
  let days: ReturnType<typeof daysAbove> | undefined;
  return (card) => {
    const { after, above } = rowIn(card.parent).get(card) ?? { after: [] };
    if (above) return { after, above };
    days ??= daysAbove(roots, owners);
    return { after, above: days.get(card) };
  };
}

/** The dates above cards that lie in elements of their own: a list below each day, or a section for each. */
function daysAbove(roots: ReadonlyMap<Element, unknown>, owners: LinkOwners): Map<AnyNode, Siblings["above"]> {
  const found: { card?: Element; date?: Siblings["above"] }[] = [];
  const walk = (node: AnyNode) => {
    if (isTag(node) && roots.has(node)) found.push({ card: node });
    else if (owners.has(node) && hasChildren(node)) node.children.forEach(walk);
    else found.push({ date: bestDateLine(textsOf([node])) });
  };
  listingOf(roots)?.children.forEach(walk);
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

/** The innermost element around all cards. */
function listingOf(roots: ReadonlyMap<Element, unknown>): Element["parent"] {
  const [first, ...others] = roots.keys();
  let listing = first?.parent ?? null;
  for (const card of others) while (listing && !isWithin(card, listing)) listing = listing.parent as Element["parent"];
  return listing;
}

function isWithin(card: Element, node: NonNullable<Element["parent"]>): boolean {
  for (let at = card.parent; at; at = at.parent) if (at === node) return true;
  return false;
}

/** Behind a link of the page's own, as in a ticker, they begin what is no part of a card. A header may print today's date. */
const PART_OF_PAGE = /^(?:header|nav|main)$/;

/** All cards among siblings, each with what is its own. */
function rowOf(siblings: readonly AnyNode[], roots: ReadonlyMap<Element, unknown>, owners: LinkOwners) {
  const isRoot = (node: AnyNode) => isTag(node) && roots.has(node);
  const dates = siblings.map((node) => (owners.has(node) ? undefined : bestDateLine(textsOf([node]))));
  // Before the first card a date, and more dates later: each day stands above its articles.
  const isAbove = dates.slice(0, siblings.findIndex(isRoot)).some(Boolean) && dates.filter(Boolean).length > 1;
  const row = new Map<AnyNode, Siblings & { after: AnyNode[] }>();
  let above: Siblings["above"];
  let current: AnyNode[] | undefined;
  let isDated = false;
  siblings.forEach((node, i) => {
    // Behind the card's day, a day beside a link is that of something else: of a video, of an advertisement.
    if (dates[i] && isDated && isTag(node) && holdsLink(node)) current = undefined;
    isDated = dates[i] !== undefined || (isDated && !isRoot(node));
    if (isAbove && dates[i]) {
      above = dates[i];
      current = undefined;
    } else if (isRoot(node)) {
      current = [];
      row.set(node, { after: current, ...(above && { above }) });
    } else if (owners.has(node) || (isTag(node) && PART_OF_PAGE.test(node.name))) current = undefined;
    else current?.push(node);
  });
  return row;
}
