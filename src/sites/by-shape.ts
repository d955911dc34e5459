import { type AnyNode, type Element, hasChildren, isTag, isText } from "domhandler";
import { memoize } from "../memoize.ts";
import { largestTextBlock } from "../scrape/largest-text.ts";
import type { Outline } from "../scrape/outline.ts";
import { type Failed, failure } from "../scrape/page.ts";
import { isSameTitle } from "../scrape/titles.ts";
import { keyOfHref } from "./addresses.ts";
import type { Page, ParsedArticle, Source } from "./site.ts";

/** Parses article pages of unknown markup: finds the title that the listing printed, and the largest text below it. */

const CHROME = new Set(["header", "nav", "footer", "aside", "head", "noscript", "a"]);
/** Characters of an element that says a title and nothing else. */
export const MAX_TITLE_LENGTH = 300;

/** A digit, of any width, or of Arabic or Persian. */
const DIGIT = "[\\d\\uff10-\\uff19\\u0660-\\u0669\\u06f0-\\u06f9]";
/** A date at a title's end, in parentheses, of any width: Voice of Korea's lists print it there. */
export const DATE_BEHIND = new RegExp(
  `\\s*[(（]\\s*${DIGIT}{4}\\s?[.．年년/-]\\s?${DIGIT}{1,2}\\s?[.．月월/-]\\s?${DIGIT}{1,2}\\s?[.．日일]?\\s*[)）]\\s*$`,
);

/** Fails if the listed title is nowhere, or no text is below it. Without a listed title, the first heading counts. */
export function parseByShape(
  { outline, root, url, base, dayIn, listedTitle }: Page,
  { site }: Source,
): ParsedArticle | Failed {
  const { elements, textOf } = outline;
  const linked = aroundLinks(elements);
  const isListedText = listedMatcher(listedTitle);
  const titleIn = (element: Element) => {
    const text = textOf(element, MAX_TITLE_LENGTH);
    return isListedText(text) ? text : text.replace(DATE_BEHIND, "");
  };
  const isListed = (element: Element) => isListedText(titleIn(element));
  const isTitle = (element: Element): boolean => {
    if (listedTitle === undefined) return HEADING.test(element.name) && titleIn(element) !== "";
    return isListed(element) && !element.children.some((child) => isTag(child) && isListed(child));
  };
  // A title that is a link leads to the article: such a page is a list.
  const heading = elements.find(
    (element) => !linked.has(element) && isTitle(element) && !isChrome(element, listedTitle === undefined),
  );
  if (!heading) return failure("wrong-page", "the article's title is nowhere on the page");
  const title = titleIn(heading);
  const block = largestTextBlock(root, { after: heading });
  if (!block) return failure("layout-changed", "no text of the article was found on the page");
  // The first date below the title, in a line of its own. Beside or behind a link to another article, it is that one's.
  const below = elements.slice(elements.indexOf(heading) + 1);
  const keyOf = keyOfHref(site, base);
  const own = keyOf(url.href);
  const isLink = ({ name, attribs, parent }: Element) =>
    name === "a" && (keyOf(attribs.href ?? "") ?? own) !== own && !isChrome(parent as Element);
  const around = ancestorsOf(heading);
  const other = below.findIndex(isLink);
  const item = below[other]?.parent as Element | undefined;
  const isOfOther = (element: Element) => item && !around.includes(item) && ancestorsOf(element).includes(item);
  const isDated = (element: Element) =>
    isDateLine(textOf(element, MAX_DATE_LENGTH + 1)) && !isChrome(element) && !isOfOther(element);
  const dated = below.slice(0, other < 0 ? undefined : other).find(isDated);
  const day = dated && dayIn(textOf(dated));
  const isPart = (element: Element) => element === heading || element === dated;
  // What stands in the same block before the title is no part of the text.
  const behind = block.children.slice(block.children.findIndex((child) => around.includes(child as Element)) + 1);
  return { title, day, content: textAmong(behind, outline), isChrome: isPart };
}

/** Whether a text is the title in the listing. Each is compared once: elements around one text say the same. */
export const listedMatcher = (listedTitle: string | undefined): ((text: string) => boolean) =>
  memoize((text) => listedTitle !== undefined && isSameTitle(text, listedTitle));

/**
 * Without small print, and without what has a heading of its own behind the text, as comments and lists of others have. Parts
 * that are headed from the first one on, or say more than what is above them, are the text's.
 */
export function textAmong(nodes: readonly AnyNode[], outline: Outline): AnyNode[] {
  const first = nodes.findIndex((node) => says(node, outline));
  const isHeaded = (node: AnyNode) => isTag(node) && firstWithin(node, ({ name }) => HEADING.test(name)) !== undefined;
  const end = nodes.findIndex(isHeaded);
  const lengthOf = (some: readonly AnyNode[]) => some.reduce((sum, node) => sum + textIn(node, outline).length, 0);
  const isPart = end <= first || lengthOf(nodes.slice(end)) > lengthOf(nodes.slice(0, end));
  const isSmallPrint = (node: AnyNode) => isTag(node) && SMALL_PRINT.test(outline.textOf(node, MAX_TITLE_LENGTH));
  return nodes.slice(0, isPart ? undefined : end).filter((node) => !isSmallPrint(node));
}

/** A line of its own; an article may tell of copyright. */
const SMALL_PRINT = /^(?=.{0,199}$)(?:copyright\b.*\d{4}|.*(?:©|\ball rights reserved))/i;

export const says = (node: AnyNode, outline: Outline): boolean => textIn(node, outline) !== "";

const textIn = (node: AnyNode, { textOf }: Outline): string =>
  isTag(node) ? textOf(node) : isText(node) ? node.data.trim() : "";

export const HEADING = /^h[1-4]$/;

export function firstWithin(node: AnyNode, is: (element: Element) => boolean): Element | undefined {
  if (!hasChildren(node)) return undefined;
  for (const child of node.children) {
    const found = isTag(child) && is(child) ? child : firstWithin(child, is);
    if (found) return found;
  }
  return undefined;
}

/** Characters of a line that prints a date. */
const MAX_DATE_LENGTH = 30;
const isDateLine = (text: string): boolean =>
  text.length <= MAX_DATE_LENGTH && /^\[?\(?\d{4}[.-]\s?\d{1,2}[.-]\s?\d{1,2}\.?\)?\]?$/.test(text);

/** An element and its ancestors. */
export function ancestorsOf(element: Element): Element[] {
  const around: Element[] = [];
  for (let at: AnyNode | null = element; at; at = at.parent) if (isTag(at)) around.push(at);
  return around;
}

/** The links among elements, and what is around them, each once: a page may have thousands of links in hundreds of elements. */
function aroundLinks(elements: readonly Element[]): Set<AnyNode> {
  const around = new Set<AnyNode>();
  for (const element of elements) {
    if (element.name !== "a") continue;
    for (let at: AnyNode | null = element; at && !around.has(at); at = at.parent) around.add(at);
  }
  return around;
}

/** @param areHeaders whether headers are chrome, too: the listed title in one is the article's */
export const isChrome = (element: Element, areHeaders = true): boolean =>
  ancestorsOf(element).some(({ name }) => CHROME.has(name) && (areHeaders || name !== "header"));
