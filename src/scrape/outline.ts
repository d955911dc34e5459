import { type AnyNode, type Document, type Element, hasChildren, isTag, isText } from "domhandler";
import { foldSpace } from "./text.ts";
import { isInline } from "./text-blocks.ts";

/** The elements of a page and their texts. Each text is read once, however deep it is nested. */
export interface Outline {
  /** In the page's order: an element before what it holds. */
  elements: readonly Element[];
  /** The text of an element as one line, at most `most` characters. */
  textOf(element: Element, most?: number): string;
}

/** Reads a page once. */
export function outlineOf(root: Document): Outline {
  const spans = new Map<Element, { start: number; end: number }>();
  let text = "";
  let endsInSpace = true;
  const endWord = (): void => {
    if (!endsInSpace) text += " ";
    endsInSpace = true;
  };
  const walk = (node: AnyNode): void => {
    // Lines and blocks are apart, as a browser shows them.
    const isApart = isTag(node) && !isInline(node.name);
    if (isApart) endWord();
    if (isText(node)) {
      const said = foldSpace(node.data);
      const next = endsInSpace && said.startsWith(" ") ? said.slice(1) : said;
      if (next !== "") endsInSpace = next.endsWith(" ");
      text += next;
    }
    if (!hasChildren(node)) return;
    const span = { start: text.length, end: 0 };
    if (isTag(node)) spans.set(node, span);
    for (const child of node.children) walk(child);
    span.end = text.length;
    if (isApart) endWord();
  };
  walk(root);
  return {
    elements: [...spans.keys()],
    textOf(element, most = Number.POSITIVE_INFINITY) {
      const { start, end } = spans.get(element) as { start: number; end: number };
      return text.slice(start, Math.min(end, start + most)).trim();
    },
  };
}
