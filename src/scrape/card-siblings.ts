import { type AnyNode, type Element, isTag } from "domhandler";
import { memoize } from "../memoize.ts";
import type { LinkOwners } from "./card-parts.ts";
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
  return (card) => rowIn(card.parent).get(card) ?? { after: [] };
}

/** All cards among siblings, each with what is its own. */
function rowOf(siblings: readonly AnyNode[], roots: ReadonlyMap<Element, unknown>, owners: LinkOwners) {
  const isRoot = (node: AnyNode) => isTag(node) && roots.has(node);
  const dates = siblings.map((node) => (owners.has(node) ? undefined : bestDateLine(textsOf([node]))));
  // Before the first card a date, and more dates later: each day stands above its articles.
  const isAbove = dates.slice(0, siblings.findIndex(isRoot)).some(Boolean) && dates.filter(Boolean).length > 1;
  const row = new Map<AnyNode, Siblings & { after: AnyNode[] }>();
  let above: Siblings["above"];
  let current: AnyNode[] | undefined;
  siblings.forEach((node, i) => {
    if (isAbove && dates[i]) {
      above = dates[i];
      current = undefined;
    } else if (isRoot(node)) {
      current = [];
      row.set(node, { after: current, ...(above && { above }) });
    } else if (owners.has(node)) current = undefined;
    else current?.push(node);
  });
  return row;
}
