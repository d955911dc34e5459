import { type AnyNode, type Element, isTag, isText } from "domhandler";
import { printedDate } from "../scrape/dates.ts";
import { largestTextBlock } from "../scrape/largest-text.ts";
import { lazyPattern } from "../scrape/lazy-pattern.ts";
import type { Outline } from "../scrape/outline.ts";
import { hasClass } from "../scrape/selector.ts";
import { oneLine } from "../scrape/text.ts";
import {
  ancestorsOf,
  firstWithin,
  HEADING,
  isChrome,
  listedMatcher,
  MAX_TITLE_LENGTH,
  says,
  textAmong,
} from "./by-shape.ts";
import type { Page, ParsedArticle } from "./site.ts";

/** The markup of KCNA Watch's article pages, and of the forms and lists that it sometimes shows instead. */

/** A medium's name as cards of mixed listings print it: `Rodong Sinmun (En)`. */
const PUBLISHER = /^(?:[|·] ?)?(?:more from |source: )?([^<>()]{2,40} \([A-Z][a-z]\))$/i;

export const isPublisher = (text: string): boolean => PUBLISHER.test(text);

/** `Date: 23/03/2021 | Source: KCNA.kp (En) | Read original version at source`: what makes a page an article's. */
export function bylineOf({ elements, textOf }: Outline, hosts: readonly string[]) {
  const lines = elements.flatMap((line) => readByline(line, textOf(line, MAX_BYLINE_LENGTH)) ?? []);
  // A part of the byline, or a line of the story, may begin like one, but names no source. The innermost block is it.
  const named = lines.filter(({ publisher }) => publisher !== undefined);
  const bylines = named.length > 0 ? named : lines;
  const blocks = bylines.filter(({ line }) => BLOCKS.has(line.name));
  const likely = blocks.length > 0 ? blocks : bylines;
  const byline = likely.findLast(({ day }) => day === likely[0]?.day);
  if (!byline) return undefined;
  const { line, day } = byline;
  const parts = [line, ...partsBehind(line, textOf)];
  const source = parts.map((part) => SOURCE_ALONE.exec(textOf(part, MAX_BYLINE_LENGTH))?.[1]).find(Boolean);
  const isElsewhere = ({ name, attribs: { href = "" } }: Element): boolean => {
    const host = name === "a" && /^\s*https?:\/\//i.test(href) && URL.parse(href)?.hostname;
    return Boolean(host) && !hosts.includes(host as string);
  };
  const original = parts.map((part) => (isElsewhere(part) ? part : firstWithin(part, isElsewhere))).find(Boolean);
  return {
    line: parts.at(-1) as Element,
    day,
    publisher: (byline.publisher ?? source ?? "").replace(/\bread original\b.*/i, "").replace(SEPARATORS, ""),
    original: original && new URL(original.attribs.href as string).href,
  };
}

/** The other lines of a byline, if each part of it is an element: source, and link to the original. */
function partsBehind(line: Element, textOf: Outline["textOf"]): Element[] {
  const parts: Element[] = [];
  for (let at: AnyNode | null = line.next; at; at = at.next) {
    if (isTag(at) && PART.test(textOf(at, MAX_BYLINE_LENGTH))) parts.push(at);
    else if (isTag(at) || (isText(at) && /[^\s|·•]/.test(at.data))) break;
  }
  return parts;
}

const PART = /^(?:Source ?: ?.{1,60}|(?:Source ?: ?.{1,60})?Read original\b.{0,40})$/i;
const SOURCE_ALONE = /^Source ?: ?(.*)$/i;
const SEPARATORS = /^[\s|·•–—-]+|[\s|·•–—-]+$/g;

const DATE = /^(?:Date|Published|Posted)(?: on)? ?: ?/i;
const SOURCE = /^Source ?: ?([^|·]{1,60}?) ?[|·] ?(?=(?:Date|Published|Posted)\b)/i;
/** What may stand between day and source, a clock among it. */
const BEHIND = () => lazyPattern.u`^[^\p{L}]*(?:[AaPp]\.?[Mm]\.?)?[^\p{L}]*(?:[Ss]ource|SOURCE) ?: ?([^|·•]*)`;
const BLOCKS = new Set(["p", "div", "span", "ul", "li", "td"]);
/** Maximum length of a byline. The rest of a longer text is the article. */
const MAX_BYLINE_LENGTH = 200;

/** Day and source of an element that begins as a byline does; the source may come first. */
function readByline(line: Element, text: string): { line: Element; day: string; publisher?: string } | undefined {
  const [before = "", first] = SOURCE.exec(text) ?? [];
  const [label = ""] = DATE.exec(text.slice(before.length)) ?? [];
  const printed = text.slice(before.length + label.length);
  const date = label === "" ? undefined : printedDate(printed);
  // A weekday may precede it.
  if (!date || printed.indexOf(date.text) > 12) return undefined;
  const publisher = first ?? BEHIND().exec(printed.slice(printed.indexOf(date.text) + date.text.length))?.[1];
  return { line, day: date.day, ...(publisher !== undefined && { publisher }) };
}

/**
 * The last heading before the byline, else what says the listed title, else the first heading behind the byline, if it is above
 * the text; the page's own title is generic.
 */
export function headingOf({ outline, listedTitle }: Page, line: Element, siteName: string): Element | undefined {
  const { elements, textOf } = outline;
  const at = elements.indexOf(line);
  const isHeading = (element: Element) =>
    HEADING.test(element.name) && textOf(element) !== "" && textOf(element) !== siteName;
  const above = elements.slice(0, at).findLast(isHeading);
  if (above) return MORE_FROM.test(textOf(above)) ? undefined : above;
  const isListed = listedMatcher(listedTitle);
  const isLink = (element: Element) => firstWithin(element, ({ name }) => name === "a") !== undefined;
  const listed = elements.findLast(
    (element) => isListed(textOf(element, MAX_TITLE_LENGTH)) && !isChrome(element) && !isLink(element),
  );
  if (listed) return listed;
  const behind = elements.slice(at).find(isHeading);
  if (!behind || MORE_FROM.test(textOf(behind))) return undefined;
  const around = new Set(ancestorsOf(behind));
  const between = elements.slice(at, elements.indexOf(behind)).filter((element) => !around.has(element));
  return between.some((element) => textOf(element).length > MAX_BYLINE_LENGTH) ? undefined : behind;
}

const MORE_FROM = /^more from\b/i;

/**
 * The body: the content of the element with the website's name for it; otherwise what is between the byline and the
 * next heading, either beside the byline or the largest text.
 */
export function contentOf(
  { outline, root, url }: Page,
  byline: Element,
  heading: Element,
): Pick<ParsedArticle, "content" | "isChrome"> {
  const isChrome = chromeOf(outline);
  const named = outline.elements.find((element) => hasClass(element, "article-content"));
  if (named) return { content: named.children, isChrome };
  const { elements, textOf } = outline;
  let line = elements.indexOf(heading) > elements.indexOf(byline) ? heading : byline;
  for (let out = line.parent; out && isTag(out) && textOf(out) === textOf(line); out = out.parent) line = out;
  const isBehind = (one: Element) => HEADING.test(one.name) || isOfList(one) || isOtherArticle(one, url);
  const isEnd = (at: Element) =>
    at.name === "article" || isBehind(at) || firstWithin(at, (one) => isOtherArticle(one, url)) !== undefined;
  const behind: AnyNode[] = [];
  for (let at = line.next; at && !(isTag(at) && isEnd(at)); at = at.next) behind.push(at);
  const content = textAmong(behind, outline).filter((at) => !isTag(at) || CONTENT.test(at.name));
  if (content.some((at) => says(at, outline))) return { content, isChrome };
  const below = elements.slice(elements.indexOf(line) + 1);
  const block = largestTextBlock(root, { after: line, before: below.find(isBehind), holdsText: true });
  const above = new Set<AnyNode>([...ancestorsOf(byline), ...ancestorsOf(heading)]);
  const children = block?.children.slice(block.children.findLastIndex((child) => above.has(child)) + 1);
  return { content: children, isChrome: (element) => above.has(element) || isChrome(element) };
}

const CONTENT = /^(?:p|div|section|blockquote|pre|figure|ul|ol|dl|table|h[56]|br|b|strong|i|em|span|font|nobr|a)$/;

/** The page that the website redirects visitors to who should sign up. */
export const SIGN_UP_PATH = /^\/free-member-form/;

/** Whether a page asks visitors to sign up: it has the form, or is the one that the website redirects them to. */
export const isSignUp = ({ url, outline }: Pick<Page, "url" | "outline">): boolean =>
  SIGN_UP_PATH.test(url.pathname) ||
  outline.elements.some(
    (element) =>
      hasClass(element, "nk-paywall-free-member-form") ||
      (element.name === "form" && element.attribs.action?.includes("free-member-form")),
  );

/** The elements of its listings: on a source's page, below an article, and on a page of a search. */
export const LISTING_IDS = ["latest_article_wrapper", "search_wrapper"];
const CHROME_IDS = new Set([...LISTING_IDS, "more_results"]);
const CHROME_CLASSES = ["article-desc", "more-full-link"];
const CHROME_WORDS =
  /^(?:upgrade to nk pro(?: today)?|browse|kcna watch logo|more articles|read original version at source)$/i;
/** Characters of the longest of these words, and then some. */
const CHROME_LENGTH = 50;

/** Whether it is a link to another article, as lists have. */
function isOtherArticle({ name, attribs: { href = "" } }: Element, url: URL): boolean {
  const key = name === "a" && /\/newstream\/(\d+-\d+)/.exec(href)?.[1];
  return typeof key === "string" && !url.pathname.includes(key);
}

const isOfList = (element: Element): boolean =>
  CHROME_IDS.has(element.attribs.id ?? "") || CHROME_CLASSES.some((name) => hasClass(element, name));

/** Finds elements within a body that belong to the page: the list of other articles ("More from …") and fixed labels. */
function chromeOf({ textOf }: Outline): (element: Element) => boolean {
  const ended = new Set<Element["parent"]>();
  return (element) => {
    if (ended.has(element.parent) || isOfList(element)) return true;
    const text = textOf(element, CHROME_LENGTH);
    if (/^h[1-6]$/.test(element.name) && MORE_FROM.test(text)) {
      ended.add(element.parent);
      return true;
    }
    return /^(?:p|div|span|a|li|small)$/.test(element.name) && CHROME_WORDS.test(text);
  };
}

/** The media that the page names by themselves. */
export function publishersOf({ elements }: Outline): Set<string> {
  const said = elements.flatMap(({ children }) => children.filter(isText)).map(({ data }) => data);
  return new Set(said.flatMap((text) => PUBLISHER.exec(oneLine(text))?.[1]?.toLowerCase() ?? []));
}
