import { type AnyNode, type Element, hasChildren, isTag, isText } from "domhandler";
import { oneLine } from "./text.ts";
import { IGNORED } from "./text-blocks.ts";

/** The text of a page of which nothing else is known: the element whose own paragraphs say most. */

/** Characters of a text; what is shorter is a caption, a menu or a line of small print. */
const MIN_LENGTH = 40;
const CHROME = new Set(["header", "nav", "footer", "aside"]);

/**
 * The largest block of paragraphs; what links say does not count.
 *
 * @param after what stands before this element is left out: the text follows the title
 * @returns undefined where no element says as much as a short article does
 */
export function largestTextBlock(root: AnyNode, after?: Element): Element | undefined {
  let largest: { element: Element; length: number } | undefined;
  let isReached = after === undefined;
  const walk = (node: AnyNode): void => {
    if (node === after) isReached = true;
    if (!hasChildren(node) || (isTag(node) && (CHROME.has(node.name) || IGNORED.has(node.name)))) return;
    for (const child of node.children) walk(child);
    // An element that begins before the title may hold title and text; its paragraphs count from the title on.
    if (!isTag(node) || !isReached || node.name === "p") return;
    const length = ownLength(node, after);
    if (length >= MIN_LENGTH && length > (largest?.length ?? 0)) largest = { element: node, length };
  };
  walk(root);
  return largest?.element;
}

/** Characters of an element's own paragraphs: of its `p`, and of the text that stands in it directly. */
function ownLength({ children }: Element, after: Element | undefined): number {
  let length = 0;
  let isReached = after === undefined || !children.includes(after);
  for (const child of children) {
    if (child === after) isReached = true;
    else if (isReached && (isText(child) || (isTag(child) && PARAGRAPH.has(child.name))))
      length += unlinked(child).length;
  }
  return length;
}

const PARAGRAPH = new Set("p span b strong i em u font blockquote".split(" "));

function unlinked(node: AnyNode): string {
  let text = "";
  const walk = (at: AnyNode) => {
    if (isText(at)) text += at.data;
    else if (hasChildren(at) && !(isTag(at) && (at.name === "a" || IGNORED.has(at.name)))) at.children.forEach(walk);
  };
  walk(node);
  return oneLine(text);
}
