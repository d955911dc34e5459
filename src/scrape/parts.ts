import type { AnyNode } from "domhandler";
import { hasChildren, isTag, isText } from "domhandler";
import { machineDate, printedDate } from "./dates.ts";
import { oneLine } from "./text.ts";

/** The parts of a card: its headings, links, pictures, texts and its date, whatever the markup. */

/** Which article's links each node holds. */
export type Holds = Map<AnyNode, string | typeof MANY>;
export const MANY = Symbol("links of several articles");

/** Elements whose text nobody reads. */
export const UNREAD = new Set(["script", "style", "noscript", "template", "form", "button", "select", "svg", "iframe"]);
const INLINE = new Set(
  "a abbr b bdi bdo cite code data del em font i ins kbd mark q s small span strong sub sup time u var wbr".split(" "),
);
const HEADING = /^h[1-6]$/;

export interface Parts {
  headings: string[];
  /** Headings around or within the article's link: what they say is the title, whoever else says it. */
  linked: string[];
  /** The text that prints the day. */
  dated?: string;
  alts: string[];
  links: string[];
  texts: string[];
  day?: string;
  image?: string;
}

export function partsOf(nodes: AnyNode[], holds: Holds): Parts {
  const parts: Parts = { headings: [], linked: [], alts: [], links: [], texts: textsOf(nodes, holds) };
  const headingAlts: string[] = [];
  const walk = (node: AnyNode, inHeading: boolean, inLink: boolean) => {
    if (!isTag(node) || UNREAD.has(node.name)) return;
    const heading = HEADING.test(node.name);
    const link = isArticleLink(node, holds);
    const text = heading || link ? (textsOf([node], holds).find((text) => !isDate(text)) ?? "") : "";
    if (heading) push(parts.headings, (holds.has(node) && text) || textOf(node));
    if (heading && inLink) push(parts.linked, text);
    if (link) push(inHeading ? parts.linked : parts.links, text);
    else if (node.name === "a") push(parts.links, textOf(node));
    else if (node.name === "img") {
      push(inHeading ? headingAlts : parts.alts, oneLine(node.attribs.alt ?? ""));
      parts.image ??= node.attribs.src;
    } else if (node.name === "time") {
      const day = machineDate(node.attribs.datetime ?? "");
      if (day && !printedDate(textOf(node))) parts.day ??= day;
    }
    for (const child of node.children) walk(child, inHeading || heading, inLink || link);
  };
  for (const node of nodes) walk(node, false, false);
  parts.alts.unshift(...headingAlts);

  const titles = new Set([...parts.linked, ...parts.headings, ...parts.links, ...parts.alts]);
  const others = parts.texts.filter((text) => !titles.has(text));
  // Of texts that print little but a date, the one that prints least else; a title's own date only where it is alone.
  const dated = others.flatMap((text) => dateAlone(text) ?? []).sort((a, b) => a.rest - b.rest)[0];
  const linkedDate = parts.texts.map((text) => (isDate(text) ? dateAlone(text) : undefined)).find((date) => date);
  // A date within a sentence is the story's, not the listing's: it counts only where nothing else prints one.
  const within = others.map((text) => printedDate(text)?.day).find((day) => day);
  const day = dated?.day ?? parts.day ?? linkedDate?.day ?? within;
  if (day) parts.day = day;
  if (dated) parts.dated = dated.text;
  return parts;
}

const isArticleLink = (node: AnyNode, holds: Holds): boolean =>
  isTag(node) && node.name === "a" && typeof holds.get(node) === "string";

function push(list: string[], text: string): void {
  if (text) list.push(text);
}

/** The day of a text that prints little but a date ("Date:" before it is let pass), and how much else it prints. */
export function dateAlone(text: string): { day: string; text: string; rest: number } | undefined {
  const date = printedDate(text);
  const rest = text.length - (date?.text.length ?? 0);
  return date && rest <= 24 && text.length < 48 ? { day: date.day, text, rest } : undefined;
}

/** Whether a text is a date and nothing else. */
export function isDate(text: string): boolean {
  const date = printedDate(text);
  return date !== undefined && !/[\p{L}\p{N}]/u.test(text.replace(date.text, ""));
}

export function textOf(node: AnyNode): string {
  let text = "";
  const walk = (at: AnyNode) => {
    if (isText(at)) text += at.data;
    else if (isTag(at) && at.name === "br") text += " ";
    else if (hasChildren(at) && !(isTag(at) && UNREAD.has(at.name))) {
      for (const child of at.children) walk(child);
      if (isTag(at) && !INLINE.has(at.name)) text += " ";
    }
  };
  walk(node);
  return oneLine(text);
}

/**
 * The blocks of text, each once: a run of inline content up to the next block's edge. An article's link stands for
 * itself; so do the lines of a run of which one is a date.
 */
export function textsOf(nodes: AnyNode[], holds: Holds): string[] {
  const blocks = new Set<string>();
  let run = [""];
  const edge = () => {
    const lines = run.map(oneLine);
    const texts = lines.some((line) => dateAlone(line)) ? lines : [oneLine(lines.join(" "))];
    for (const text of texts) if (text) blocks.add(text);
    run = [""];
  };
  const walk = (node: AnyNode) => {
    if (isText(node)) run[run.length - 1] += node.data;
    else if (isTag(node)) {
      if (UNREAD.has(node.name)) return;
      const block = !INLINE.has(node.name) && node.name !== "br" && node.name !== "img";
      // A span with a date and nothing else stands for itself, though it is inline.
      if (block || isArticleLink(node, holds) || (node.name !== "a" && dateAlone(textOf(node)))) {
        edge();
        for (const child of node.children) walk(child);
        edge();
      } else if (node.name === "br") run.push("");
      else for (const child of node.children) walk(child);
    } else if (hasChildren(node)) for (const child of node.children) walk(child);
  };
  for (const node of nodes) walk(node);
  edge();
  return [...blocks];
}
