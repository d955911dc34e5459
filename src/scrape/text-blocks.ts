import { type AnyNode, type Element, hasChildren, isTag, isText } from "domhandler";
import { dateLine, MAX_DATE_LINE_LENGTH } from "./date-lines.ts";
import { foldSpace, oneLine } from "./text.ts";

/** What elements say, in blocks as a browser shows them. */

/** Elements whose text nobody reads. */
export const IGNORED = new Set("script style noscript template form button select svg iframe".split(" "));
const INLINE = new Set(
  "a abbr b bdi bdo cite code data del em font i ins kbd mark nobr q s small span strong sub sup time u var wbr".split(
    " ",
  ),
);

/** An element of the website's own making (`august_name`) is inline, too, as in a browser (CSS 2.2, section 9.2.4). */
export const isInline = (name: string): boolean => INLINE.has(name) || name.includes("-") || name.includes("_");

const isBlock = ({ name }: Element): boolean =>
  !isInline(name) && name !== "br" && name !== "img" && !IGNORED.has(name);

/** Whether it is a `div` that holds a line of text and no block: a paragraph, in all but the name. */
export const isLine = (node: AnyNode): boolean =>
  isTag(node) &&
  node.name === "div" &&
  node.children.every(
    (child) => !isTag(child) || isInline(child.name) || child.name === "br" || child.name === "img",
  ) &&
  node.children.some((child) => (isText(child) ? child.data.trim() !== "" : isTag(child) && isInline(child.name)));

/** Which elements are not read. */
export type Skip = (element: Element) => boolean;
const isIgnored: Skip = ({ name }) => IGNORED.has(name);

/** All that a node says, as one line. */
export function textOf(node: AnyNode, skip: Skip = isIgnored): string {
  let text = "";
  const walk = (at: AnyNode) => {
    if (isText(at)) text += at.data;
    else if (hasChildren(at) && !(isTag(at) && skip(at))) {
      const edge = isTag(at) && !isInline(at.name) ? " " : "";
      text += edge;
      for (const child of at.children) walk(child);
      text += edge;
    }
  };
  walk(node);
  return oneLine(text);
}

/**
 * The blocks of text, each once: a run of inline content up to the next block's edge. Within a run, these are blocks of their
 * own: an article's link; each line, if one of them is a date; an inline element that prints a date and nothing else; and
 * inline elements beside a block or such a link, with no text between them (`<h3>…</h3><i>Source</i><span>Excerpt</span>`).
 *
 * @param hasLink whether an element is or holds a link to the article
 */
export function textsOf(
  nodes: readonly AnyNode[],
  skip: Skip = isIgnored,
  hasLink: (element: Element) => boolean = () => false,
): string[] {
  const only = onlyText(nodes, skip);
  if (only !== undefined) return only === "" ? [] : [only];
  const reader = new BlockReader(skip, hasLink);
  reader.readAll(nodes);
  return reader.end();
}

/** What nodes say that hold one text and nothing else, however deep: a block, whatever surrounds it. */
function onlyText([node, ...others]: readonly AnyNode[], skip: Skip): string | undefined {
  if (!node || others.length > 0) return undefined;
  if (isText(node)) return oneLine(node.data);
  return isTag(node) && !skip(node) ? onlyText(node.children, skip) : undefined;
}

class BlockReader {
  readonly #skip: Skip;
  readonly #hasLink: (element: Element) => boolean;
  readonly #blocks = new Set<string>();
  /** Pieces of text of the run, a line feed where a line breaks; how long they are together. */
  #run: string[] = [];
  #length = 0;
  #endsInSpace = true;

  constructor(skip: Skip, hasLink: (element: Element) => boolean) {
    this.#skip = skip;
    this.#hasLink = hasLink;
  }

  /** Reads siblings. */
  readAll(nodes: readonly AnyNode[]): void {
    // Most elements hold one text.
    const isApart =
      nodes.length > 1 &&
      nodes.some((node) => isTag(node) && (isBlock(node) || this.#hasLink(node))) &&
      !nodes.some((node) => isText(node) && node.data.trim() !== "");
    for (const node of nodes) {
      const isPart = isApart && isTag(node) && isInline(node.name);
      if (isPart) this.#endRun();
      if (isText(node)) this.#readText(node.data);
      else if (isTag(node)) this.#readElement(node);
      if (isPart) this.#endRun();
    }
  }

  #isLink(element: Element): boolean {
    return element.name === "a" && this.#hasLink(element);
  }

  end(): string[] {
    this.#endRun();
    return [...this.#blocks];
  }

  #readText(data: string): void {
    const text = foldSpace(data);
    this.#add(this.#endsInSpace && text.startsWith(" ") ? text.slice(1) : text);
  }

  #readElement(element: Element): void {
    if (this.#skip(element)) return;
    if (element.name === "br") this.#add("\n");
    else if ((!isInline(element.name) && element.name !== "img") || this.#isLink(element)) {
      this.#endRun();
      this.readAll(element.children);
      this.#endRun();
    } else this.#readInline(element);
  }

  #readInline(element: Element): void {
    const [start, before, run] = [this.#run.length, this.#length, this.#run];
    this.readAll(element.children);
    if (element.name === "a") return;
    // Of the run that goes on; a block within began another.
    const isSame = run === this.#run;
    this.#cutDate(isSame ? start : 0, isSame ? this.#length - before : this.#length);
  }

  /** Makes the end of the run a block of its own if it is a date: the last `length` characters, from piece `start` on. */
  #cutDate(start: number, length: number): void {
    if (length > MAX_DATE_LINE_LENGTH + 2) return;
    if (!dateLine(this.#run.slice(start).join("").replaceAll("\n", " ").trim())) return;
    const date = this.#run.splice(start);
    this.#endRun();
    this.#file(date);
  }

  #add(piece: string): void {
    if (piece === "") return;
    this.#run.push(piece);
    this.#length += piece.length;
    this.#endsInSpace = piece.endsWith(" ") || piece.endsWith("\n");
  }

  #endRun(): void {
    this.#file(this.#run);
    this.#run = [];
    this.#length = 0;
  }

  #file(pieces: readonly string[]): void {
    const run = pieces.join("").trim();
    const lines = run.includes("\n") ? run.split("\n").map((line) => line.trim()) : [run];
    const isApart = lines.length === 1 || lines.some((line) => dateLine(line));
    const texts = isApart ? lines : [lines.filter(Boolean).join(" ")];
    for (const text of texts) if (text) this.#blocks.add(text);
  }
}
