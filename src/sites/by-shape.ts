import { type AnyNode, type Element, isTag } from "domhandler";
import { largestTextBlock } from "../scrape/largest-text.ts";
import { type Failed, failure } from "../scrape/page.ts";
import { isSameTitle } from "../scrape/titles.ts";
import type { Page, ParsedArticle } from "./site.ts";

/** Parses article pages of unknown markup: finds the title that the listing printed, and the largest text below it. */

const CHROME = new Set(["header", "nav", "footer", "aside", "head", "a"]);
/** Characters of an element that says a title and nothing else. */
const MAX_TITLE_LENGTH = 300;

/** A digit, of any width, or of Arabic or Persian. */
const DIGIT = "[\\d\\uff10-\\uff19\\u0660-\\u0669\\u06f0-\\u06f9]";
/** A date at a title's end, in parentheses, of any width: Voice of Korea's lists print it there. */
export const DATE_BEHIND = new RegExp(
  `\\s*[(（]\\s*${DIGIT}{4}\\s?[.．年년/-]\\s?${DIGIT}{1,2}\\s?[.．月월/-]\\s?${DIGIT}{1,2}\\s?[.．日일]?\\s*[)）]\\s*$`,
);

/** Fails if the listed title is nowhere, or no text is below it. Without a listed title, the first heading counts. */
export function parseByShape({ outline, root, dayIn, listedTitle }: Page): ParsedArticle | Failed {
  const { elements, textOf } = outline;
  const own = elements.filter((element) => !isChrome(element));
  const linked = new Set(elements.filter(({ name }) => name === "a").flatMap(ancestorsOf));
  const titleIn = (element: Element) => {
    const text = textOf(element, MAX_TITLE_LENGTH);
    return listedTitle !== undefined && isSameTitle(text, listedTitle) ? text : text.replace(DATE_BEHIND, "");
  };
  const isListed = (element: Element) => listedTitle !== undefined && isSameTitle(titleIn(element), listedTitle);
  const heading = own.find((element) => {
    // A title that is a link leads to the article: such a page is a list.
    if (linked.has(element)) return false;
    if (listedTitle === undefined) return /^h[1-4]$/.test(element.name) && titleIn(element) !== "";
    return isListed(element) && !element.children.some((child) => isTag(child) && isListed(child));
  });
  if (!heading) return failure("wrong-page", "the article's title is nowhere on the page");
  const title = titleIn(heading);
  const block = largestTextBlock(root, { after: heading });
  if (!block) return failure("layout-changed", "no text of the article was found on the page");
  // The first date below the title, in a line of its own.
  const below = own.slice(own.indexOf(heading) + 1);
  const dated = below.find((element) => isDateLine(textOf(element, MAX_DATE_LENGTH + 1)));
  const day = dated && dayIn(textOf(dated));
  const isPart = (element: Element) => element === heading || (dated !== undefined && element === dated);
  // What stands in the same block before the title is no part of the text.
  const around = ancestorsOf(heading);
  const content = block.children.slice(block.children.findIndex((child) => around.includes(child as Element)) + 1);
  return { title, day, content, isChrome: isPart };
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

const isChrome = (element: Element): boolean => ancestorsOf(element).some(({ name }) => CHROME.has(name));
