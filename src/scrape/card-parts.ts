import type { AnyNode, Element } from "domhandler";
import { hasChildren, isTag, isText } from "domhandler";
import { printedDate } from "./dates.ts";
import { foldSpace, oneLine } from "./text.ts";

/** The parts of a card: its headings, links, pictures, texts and its date, whatever the markup. */

/** Which article's links each node holds. */
export type LinkOwners = Map<AnyNode, string | typeof SEVERAL>;
export const SEVERAL = Symbol("links of several articles");

/** Elements whose text nobody reads. */
export const IGNORED = new Set([
  "script",
  "style",
  "noscript",
  "template",
  "form",
  "button",
  "select",
  "svg",
  "iframe",
]);
const INLINE = new Set(
  "a abbr b bdi bdo cite code data del em font i ins kbd mark q s small span strong sub sup time u var wbr".split(" "),
);
/** Characters of a text that prints little but a date, and of those beside its date. */
const MAX_DATE_LINE_LENGTH = 48;
const MAX_TEXT_BESIDE_DATE = 24;

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

/**
 * Each part is read once or twice, however much is nested in it: a heading within a heading, or a link within a
 * link, is a part of that.
 *
 * @param key of the article; what holds another's links is left out
 */
export function partsOf(nodes: readonly AnyNode[], key: string, owners: LinkOwners): Parts {
  const roots = new Set(nodes);
  const skip: Skip = (node) => IGNORED.has(node.name) || ((owners.get(node) ?? key) !== key && !roots.has(node));
  const isArticleLink = (node: Element) => node.name === "a" && owners.get(node) === key;
  const texts = (all: readonly AnyNode[]) => textsOf(all, skip, isArticleLink);
  const named = (node: Element) => texts([node]).find((text) => !isDate(text)) ?? "";
  const parts: Parts = { headings: [], linked: [], alts: [], links: [], texts: texts(nodes) };
  const headingAlts: string[] = [];
  const read: Record<Kind, (node: Element, within: Within) => void> = {
    heading: (node, within) => {
      const text = owners.has(node) || within.link ? named(node) : "";
      push(parts.headings, (owners.has(node) && text) || textOf(node, skip));
      if (within.link) push(parts.linked, text);
    },
    link: (node, within) => push(within.heading ? parts.linked : parts.links, named(node)),
    anchor: (node) => push(parts.links, textOf(node, skip)),
    time: (node) => {
      const day = parts.day ? undefined : printedDate(node.attribs.datetime ?? "")?.day;
      if (day && !printedDate(textOf(node, skip))) parts.day = day;
    },
  };
  const walk = (node: AnyNode, within: Within) => {
    if (!isTag(node) || skip(node)) return;
    if (node.name === "img") {
      push(within.heading ? headingAlts : parts.alts, oneLine(node.attribs.alt ?? ""));
      parts.image ??= node.attribs.src;
    }
    const kind = isArticleLink(node) ? "link" : KINDS.get(node.name);
    const isOuter = kind && !within[kind];
    if (isOuter) read[kind](node, within);
    for (const child of node.children) walk(child, isOuter ? { ...within, [kind]: true } : within);
  };
  for (const node of nodes) walk(node, {});
  parts.alts.unshift(...headingAlts);
  return dated(parts);
}

type Kind = "heading" | "link" | "anchor" | "time";
type Within = Partial<Record<Kind, true>>;
const KINDS = new Map<string, Kind>([
  ...[1, 2, 3, 4, 5, 6].map((level): [string, Kind] => [`h${level}`, "heading"]),
  ["a", "anchor"],
  ["time", "time"],
]);

function dated(parts: Parts): Parts {
  const titles = new Set([...parts.linked, ...parts.headings, ...parts.links, ...parts.alts]);
  const others = parts.texts.filter((text) => !titles.has(text));
  const alone = bestDateLine(others);
  // A title's own date only where it is alone.
  const title = () => parts.texts.find((text) => isDate(text) && dateLine(text));
  // A date within a sentence is the story's, not the listing's: it counts only where nothing else prints one.
  const sentence = () => others.find((text) => printedDate(text));
  const day = alone?.day ?? parts.day ?? printedDate(title() ?? sentence() ?? "")?.day;
  return { ...parts, ...(day && { day }), ...(alone && { dated: alone.text }) };
}

function push(list: string[], text: string): void {
  if (text) list.push(text);
}

interface DateLine {
  day: string;
  text: string;
  /** How many characters it prints beside the date. */
  rest: number;
}

/** The day of a text that prints little but a date ("Date:" before it is let pass). */
function dateLine(text: string): DateLine | undefined {
  if (text.length >= MAX_DATE_LINE_LENGTH) return undefined;
  const date = printedDate(text);
  const rest = text.length - (date?.text.length ?? 0);
  return date && rest <= MAX_TEXT_BESIDE_DATE ? { day: date.day, text, rest } : undefined;
}

/** Of texts that print little but a date, the one that prints least else. */
export function bestDateLine(texts: readonly string[]): DateLine | undefined {
  let least: DateLine | undefined;
  for (const text of texts) {
    const date = dateLine(text);
    if (date && (!least || date.rest < least.rest)) least = date;
  }
  return least;
}

/** Whether a text is a date and nothing else. */
export function isDate(text: string): boolean {
  if (text.length > 2 * MAX_DATE_LINE_LENGTH) return false;
  const date = printedDate(text);
  return date !== undefined && !/[\p{L}\p{N}]/u.test(text.replace(date.text, ""));
}

/** Which elements are not read. */
type Skip = (element: Element) => boolean;
const isUnread: Skip = ({ name }) => IGNORED.has(name);

export function textOf(node: AnyNode, skip: Skip = isUnread): string {
  let text = "";
  const walk = (at: AnyNode) => {
    if (isText(at)) text += at.data;
    else if (isTag(at) && at.name === "br") text += " ";
    else if (hasChildren(at) && !(isTag(at) && skip(at))) {
      for (const child of at.children) walk(child);
      if (isTag(at) && !INLINE.has(at.name)) text += " ";
    }
  };
  walk(node);
  return oneLine(text);
}

/**
 * The blocks of text, each once: a run of inline content up to the next block's edge. An article's link stands for
 * itself; so do the lines of a run of which one is a date, and what is inline and prints a date and nothing else.
 */
export function textsOf(
  nodes: readonly AnyNode[],
  skip: Skip = isUnread,
  standsAlone: (element: Element) => boolean = () => false,
): string[] {
  const blocks = new Set<string>();
  // Pieces of text of the run, a line feed where a line breaks; how long they are together.
  let run: string[] = [];
  let length = 0;
  let endsInSpace = true;
  const add = (piece: string) => {
    if (piece === "") return;
    run.push(piece);
    length += piece.length;
    endsInSpace = piece.endsWith(" ") || piece === "\n";
  };
  const file = (pieces: readonly string[]) => {
    const lines = pieces
      .join("")
      .split("\n")
      .map((line) => line.trim());
    const texts = lines.some((line) => dateLine(line)) ? lines : [lines.filter(Boolean).join(" ")];
    for (const text of texts) if (text) blocks.add(text);
  };
  const edge = () => {
    file(run);
    run = [];
    length = 0;
    endsInSpace = true;
  };
  const walk = (node: AnyNode) => {
    if (isText(node)) {
      const said = foldSpace(node.data);
      add(endsInSpace && said.startsWith(" ") ? said.slice(1) : said);
    } else if (isTag(node)) {
      if (skip(node)) return;
      if (node.name === "br") return add("\n");
      const block = (!INLINE.has(node.name) && node.name !== "img") || standsAlone(node);
      if (block) edge();
      const [at, before, of] = [run.length, length, run];
      for (const child of node.children) walk(child);
      if (block) edge();
      else if (node.name !== "a" && node.children.length > 0) {
        // Of the run that goes on; an edge within began another.
        const start = of === run ? at : 0;
        const since = of === run ? length - before : length;
        if (
          since === 0 ||
          since > MAX_DATE_LINE_LENGTH + 2 ||
          !dateLine(run.slice(start).join("").replaceAll("\n", " ").trim())
        )
          return;
        const date = run.splice(start);
        edge();
        file(date);
      }
    } else if (hasChildren(node)) for (const child of node.children) walk(child);
  };
  for (const node of nodes) walk(node);
  edge();
  return [...blocks];
}
