import { type AnyNode, type Element, isTag, isText } from "domhandler";
import { bestDateLine, isDate } from "./date-lines.ts";
import { printedDate } from "./dates.ts";
import { addressesOf } from "./pictures.ts";
import { oneLine } from "./text.ts";
import { IGNORED, type Skip, textOf, textsOf } from "./text-blocks.ts";
import { isCut, isSameTitle } from "./titles.ts";

/** The parts of a card: its headings, links, pictures, texts and its date, whatever the markup. */

/** The article whose links each node contains. */
export type LinkOwners = Map<AnyNode, string | typeof SEVERAL>;
export const SEVERAL = Symbol("links of several articles");

export interface Parts {
  headings: string[];
  /** Headings around or within the article's link. They are the title, even if other cards have the same text. */
  linked: string[];
  /** The text that prints the day. */
  dated?: string;
  headingAlts: string[];
  alts: string[];
  /** What the article's links say, and what other links do. */
  links: string[];
  anchors: string[];
  /** All that the article's links say. */
  lines: string[];
  texts: string[];
  day?: string;
  image?: string;
}

/**
 * Reads the parts of a card. However deep elements are nested, each is read at most twice: a heading inside a heading, or
 * a link inside a link, belongs to the outer one.
 *
 * @param key the article's key; elements with links of other articles are left out
 */
export function partsOf(nodes: readonly AnyNode[], key: string, owners: LinkOwners): Parts {
  const roots = new Set(nodes);
  const skip: Skip = (node) =>
    IGNORED.has(node.name) || ((owners.get(node) ?? key) !== key && !roots.has(node)) || isBadge(node);
  const hasLink = (node: Element) => owners.get(node) === key;
  const texts = (all: readonly AnyNode[]) => textsOf(all, skip, hasLink);
  const firstOf = (all: readonly string[]) => all.find((text) => !isDate(text)) ?? "";
  const parts: Parts = {
    headings: [],
    linked: [],
    headingAlts: [],
    alts: [],
    links: [],
    anchors: [],
    lines: [],
    texts: texts(nodes),
  };
  const links: Element[] = [];
  const read: Record<Kind, (node: Element, within: Within) => void> = {
    heading: (node, within) => {
      const text = firstOf(texts([node]));
      const isElsewhere = !owners.has(node) && !within.link && holdsLink(node);
      push(isElsewhere ? parts.anchors : parts.headings, (owners.has(node) && text) || textOf(node, skip));
      if (within.link) push(parts.linked, wholeTitle(text, linkAround(node)));
    },
    link: (node, within) => {
      const lines = texts([node]);
      const title = firstOf(lines);
      const whole = wholeTitle(title, node);
      push(within.heading ? parts.linked : parts.links, whole);
      if (whole !== title) push(parts.anchors, title);
      parts.lines.push(...lines);
      links.push(node);
    },
    anchor: (node) => push(parts.anchors, textOf(node, skip)),
    time: (node) => {
      const day = parts.day ? undefined : printedDate(node.attribs.datetime ?? "")?.day;
      if (day && !printedDate(textOf(node, skip))) parts.day = day;
    },
  };
  const walk = (node: AnyNode, within: Within) => {
    if (!isTag(node) || skip(node)) return;
    if (node.name === "img") {
      push(within.heading ? parts.headingAlts : parts.alts, oneLine(node.attribs.alt ?? ""));
      // Beside a card, a picture that leads elsewhere is an advertisement's, or another story's.
      if (!within.isBeside || !within.anchor) parts.image ??= addressesOf(node.attribs)[0];
    }
    const kind = node.name === "a" && hasLink(node) ? "link" : KINDS.get(node.name);
    const isOuter = kind && !within[kind];
    if (isOuter) read[kind](node, within);
    for (const child of node.children) walk(child, isOuter ? { ...within, [kind]: true } : within);
  };
  for (const node of nodes) walk(node, node === nodes[0] ? {} : { isBeside: true });
  // A title that is a date: nothing else names the article.
  const { headings, linked, headingAlts, alts, anchors } = parts;
  if (![headings, linked, headingAlts, alts, parts.links, anchors].some(({ length }) => length > 0))
    for (const link of links) push(parts.links, textOf(link, skip));
  const lined = links.find(isLined);
  // If the card prints another date, one in the title's lines is a part of the title.
  if (lined && bestDateLine(textsOf(nodes, (node) => skip(node) || node === lined)))
    joinLines(parts, texts([lined]), textOf(lined, skip));
  addDate(parts);
  return parts;
}

function linkAround(node: Element): Element {
  let at = node;
  while (at.name !== "a" && at.parent && isTag(at.parent)) at = at.parent;
  return at;
}

/** A title that is cut is whole in the link's attribute, which a browser shows as a tooltip. */
function wholeTitle(title: string, { attribs }: Element): string {
  const whole = isCut(title) ? oneLine(attribs.title ?? "") : "";
  return whole.length > title.length && isSameTitle(title, whole) ? whole : title;
}

/** Whether a link to a page is in an element: in a heading, to another article or to a category. */
export const holdsLink = ({ children }: Element): boolean =>
  children.some((child) => isTag(child) && ((child.name === "a" && leadsAway(child.attribs)) || holdsLink(child)));

const leadsAway = ({ href }: Element["attribs"]): boolean =>
  href !== undefined && !/^\s*(?:#|javascript:|$)/i.test(href);

const BADGE = /^\s*(?:n|new|새글|신규)!?\s*$/i;

/** Whether it marks a title as new: the last words of a link, which the website takes away some days later. */
function isBadge({ children, parent, prev, next, name }: Element): boolean {
  // Nearly every element is something else, and this is asked of each.
  const text = prev === null || children.length !== 1 ? undefined : children[0];
  if (!text || !isText(text) || text.data.length > 6) return false;
  return BADGE.test(text.data) && name !== "a" && isTag(parent as AnyNode) && (!next || isBlank(next));
}

const isBlank = (node: AnyNode): boolean => isText(node) && node.data.trim() === "" && node.next === null;

/** Whether a link is nothing but lines of text: not a whole card. */
const isLined = ({ children }: Element): boolean =>
  children.some((child) => isTag(child) && child.name === "br") &&
  children.every((child) => !isTag(child) || (!BLOCK.test(child.name) && !isDate(textOf(child))));
const BLOCK = /^(?:h[1-6]|p|div|ul|ol|dl|table|section|article|figure|time)$/;

/** Makes one title of its lines, which are apart if one of them is a date. */
function joinLines(parts: Parts, lines: readonly string[], title: string): void {
  if (lines.length < 2) return;
  for (const list of [parts.headings, parts.linked, parts.links])
    list.forEach((text, i) => {
      if (lines.includes(text)) list[i] = title;
    });
  parts.texts = [title, ...parts.texts.filter((text) => !lines.includes(text))];
}

type Kind = "heading" | "link" | "anchor" | "time";
type Within = Partial<Record<Kind | "isBeside", true>>;
const KINDS = new Map<string, Kind>([
  ...[1, 2, 3, 4, 5, 6].map((level): [string, Kind] => [`h${level}`, "heading"]),
  ["a", "anchor"],
  ["time", "time"],
]);

/** Reads the day, of the texts that are no titles. */
function addDate(parts: Parts): void {
  const { texts, linked, headings, links, anchors, headingAlts, alts } = parts;
  const titles = new Set([...linked, ...headings, ...links, ...anchors, ...headingAlts, ...alts]);
  const others = texts.filter((text) => !titles.has(text));
  const alone = bestDateLine(others);
  if (alone) {
    parts.day = alone.day;
    parts.dated = alone.text;
  }
  if (parts.day) return;
  // A title's own date only where it is alone, and one within a sentence, which is the story's, if there is no other.
  const day = printedDate(texts.find(isDate) ?? others.find((text) => printedDate(text)) ?? "")?.day;
  if (day) parts.day = day;
}

function push(list: string[], text: string): void {
  if (text) list.push(text);
}
