import { type AnyNode, type Element, hasChildren, isTag, isText } from "domhandler";
import { isOfComments } from "./around-text.ts";
import { oneLine } from "./text.ts";
import { IGNORED, isLine } from "./text-blocks.ts";

/** Finds the text of a page of unknown markup: the element with the longest paragraphs. Each node is read once. */

/** Characters of a text; a shorter one is a caption or a menu. Some articles are one short sentence. */
const MIN_LENGTH = 15;
/** The end of a sentence: a menu, a programme or a line of small print has none. */
const SENTENCE_END = /[.!?。！？؟…][)"'”’»》〉」』）]*\s*(?:\([^()]{1,10}\))?$/;
/** Characters of a paragraph's end that are looked at. */
const TAIL_LENGTH = 30;
const SMALL_PRINT = /copyright|©|all rights reserved/i;
const CHROME = new Set(["header", "nav", "footer", "aside"]);
const PARAGRAPH = new Set("p span b strong i em u font blockquote ul ol li".split(" "));

/** The text of a node outside of links. */
interface Said {
  length: number;
  tail: string;
  isSmallPrint: boolean;
  /** Whether there is a link, whose text does not count. */
  isLinked?: boolean;
}

const NOTHING: Said = { length: 0, tail: "", isSmallPrint: false };
const LINK: Said = { ...NOTHING, isLinked: true };

/** An element, and its children as far as the text goes. */
interface Block {
  element: Element;
  children: readonly AnyNode[];
}

/** Where the text stands. */
interface Place {
  /** The title's element, or a line below it: a block before it does not count. */
  after?: Element;
  /** The first element behind the text; what holds it does not count either. */
  before?: Element;
  /** Whether `after` may hold the text, too; a title that ends like a sentence is none. */
  holdsText?: boolean;
}

/**
 * The largest block of paragraphs. The text of links does not count.
 *
 * @returns undefined if no element says as much as a sentence
 */
export function largestTextBlock(root: AnyNode, { after, before, holdsText = false }: Place): Block | undefined {
  let largest: (Block & { length: number }) | undefined;
  let isReached = after === undefined;
  const around = new Set<AnyNode>();
  for (let at = after?.parent; at; at = at.parent) around.add(at);
  // A form that holds the title is around the whole page.
  const isBeside = (node: AnyNode): boolean => isSkipped(node) && !around.has(node);
  /** Compares an element with the largest one. Sentences above that begin a text that goes on in it, and ends with the last. */
  const compare = (node: AnyNode, own: readonly [AnyNode, Said][]): void => {
    if (!isTag(node) || PARAGRAPH.has(node.name)) return;
    const most = largest?.length ?? 0;
    const part = own.findIndex(([child]) => child === largest?.element);
    const goesOn = part > 0 && textLength(paragraphsIn(own.slice(0, part))) > 0;
    const length = textLength(paragraphsIn(own)) + (goesOn ? most : 0);
    if (length <= most) return;
    const last = own.findLastIndex(([child, said], i) => i <= part || isSentenceOf(child, said));
    const behind = goesOn ? own.length - 1 - last : 0;
    largest = { element: node, children: node.children.slice(0, node.children.length - behind), length };
  };
  const read = (node: AnyNode): Said => {
    if (node === after) isReached = holdsText;
    if (node === before) isReached = false;
    if (isText(node)) return saidBy(oneLine(node.data));
    if (!hasChildren(node) || isBeside(node)) return isNamed(node, "a") ? LINK : NOTHING;
    let own: [AnyNode, Said][] = [];
    const all: Said[] = [];
    for (const child of node.children) {
      const said = read(child);
      all.push(said);
      isReached ||= child === after && !holdsText;
      // An element that holds title and text has its paragraphs behind the title, or behind what holds that.
      if (child === after || around.has(child)) own = [];
      else own.push([child, said]);
    }
    if (isReached) compare(node, own);
    const said = together(all);
    // What stands beside a link in a list is its day, or a count.
    return said.isLinked && isNamed(node, "li") ? LINK : said;
  };
  read(root);
  return largest;
}

const isNamed = (node: AnyNode, name: string): boolean => isTag(node) && node.name === name;

const isSkipped = (node: AnyNode): boolean =>
  isTag(node) && (node.name === "a" || CHROME.has(node.name) || IGNORED.has(node.name) || isOfComments(node));

const isParagraph = (node: AnyNode): boolean => isText(node) || (isTag(node) && PARAGRAPH.has(node.name));

const isSentenceOf = (node: AnyNode, said: Said): boolean => (isParagraph(node) || isLine(node)) && isSentence(said);

/** The paragraphs among an element's children: lines of one class are such, if two or more of them are sentences. */
function paragraphsIn(own: readonly [AnyNode, Said][]): Said[] {
  const lines = Map.groupBy(
    own.filter(([node]) => isLine(node)),
    ([node]) => (node as Element).attribs.class,
  );
  const alike = [...lines.values()].filter((one) => one.filter(([, said]) => isSentence(said)).length > 1);
  return [...own.filter(([node]) => isParagraph(node)), ...alike.flat()].map(([, said]) => said);
}

/** Characters of an element's own paragraphs; 0 if they are no text. */
function textLength(own: readonly Said[]): number {
  const { length } = together(own);
  return length >= MIN_LENGTH && own.some(isSentence) ? length : 0;
}

const saidBy = (text: string): Said => ({
  length: text.length,
  tail: text.slice(-TAIL_LENGTH),
  isSmallPrint: SMALL_PRINT.test(text),
});

const isSentence = ({ tail, isSmallPrint }: Said): boolean => SENTENCE_END.test(tail) && !isSmallPrint;

function together(parts: readonly Said[]): Said {
  const said = { ...NOTHING };
  for (const { length, tail, isSmallPrint, isLinked } of parts) {
    said.length += length;
    said.isLinked ||= isLinked;
    said.tail = tail || said.tail;
    said.isSmallPrint ||= isSmallPrint;
  }
  return said;
}
