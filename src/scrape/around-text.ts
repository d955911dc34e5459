import { type AnyNode, type Element, isTag, isText } from "domhandler";
import { memoize } from "../memoize.ts";
import { isDate } from "./date-lines.ts";
import { lazyPattern } from "./lazy-pattern.ts";
import { isLine, textOf } from "./text-blocks.ts";

/** What stands within an article's text and is none of it. It changes at each look, and would pass for edits. */

const BLOCK = new Set("p div ul ol dl li table section aside nav center marquee".split(" "));
const LABEL = /^(?:h[1-6]|button)$/;
/**
 * An address at which people share another one, or a part of the same page. One below `/share/` that names no other is a page
 * like any other.
 */
const SHARE = new RegExp(
  "^(?:#|javascript|mailto:\\?|whatsapp)|/(?:sharer?|shareArticle|intent|submit|pin/create|msg/text)" +
    "(?:(?:\\.php|/)?$|(?:\\.php|/[^?#]*)?\\?(?:.*&)?(?:url|u|text|href|link|title|body|media|via|status)=)",
  "i",
);
/** Characters of an address that are looked at, since each `/share` in it is tried up to its end. */
const MAX_HREF_LENGTH = 1000;

/** Names that websites give the part with their readers' comments. */
const COMMENTS = /(?:^|\s)(?:comments|comments?[-_]?(?:list|box|area|section|wrap|form)|disqus_thread)(?:\s|$)/i;

/** Characters of a label before a list of links: "You may also like". */
const MAX_LABEL_LENGTH = 30;

/** A label has none; a short article has. */
const SENTENCE_END = /[.!?。．！？؟]/;

/** Stands for a link that leads to another article, or shares this one, in what a node says. */
const LINK = "\ufffc";
/** What a node says, up to the first words behind a link; of two links and more, two. */
const START = new RegExp(
  `^([^${LINK}]{0,${MAX_LABEL_LENGTH + 1}})[^${LINK}]*(${LINK}?${LINK}?)${LINK}*([^${LINK}]?).*$`,
  "s",
);
/** Links with nothing behind them, and what is before them. */
const LIST = new RegExp(`^([^${LINK}]*)(${LINK}+)$`);

/**
 * Whether an element is a list of other articles or of tags, buttons to share the article, or a count of its readers. Each
 * node is read once, however deep it is nested.
 *
 * @param isOther whether an `href` is that of another article of the website
 */
export function aroundText(isOther: (href: string) => boolean): (element: Element) => boolean {
  const read: (node: AnyNode) => string = memoize((node: AnyNode): string => {
    if (isText(node)) return saidBy(node.data);
    if (!isTag(node) || LABEL.test(node.name)) return "";
    const { href, rel } = node.attribs;
    const leadsAway = (address: string) =>
      isOther(address) ||
      (SHARE.test(address.slice(0, MAX_HREF_LENGTH)) && !(address.startsWith("#") && holdsPicture(node))) ||
      /\btag\b/i.test(rel ?? "");
    if (node.name === "a" && href && leadsAway(href.trim())) return LINK;
    return node.children.map(read).join("").replace(START, "$1$2$3");
  });
  const isList = (node: AnyNode, least = 1): boolean => {
    const [, label = "", links = ""] = LIST.exec(read(node)) ?? [];
    return links.length >= least && (label === "" || (links.length > 1 && isShort(label)));
  };
  /** Whether it is a heading, or a short bold line, right above such a list or comments. */
  const isLabel = (element: Element): boolean => {
    if (!LABEL.test(element.name) && !(isBold(element) && isShort(read(element)))) return false;
    const next = nodeBehind(element);
    if (next === null || !isTag(next) || !BLOCK.has(next.name)) return false;
    return isOfComments(next) || isList(next, 2);
  };
  return (element) => {
    if (isLabel(element)) return true;
    if (!BLOCK.has(element.name)) return false;
    if (isOfComments(element) || isList(element)) return true;
    const said = read(element);
    if (said.includes(LINK) || said === "" || (element.name !== "p" && !isLine(element))) return false;
    // A number alone may be that of a part: "(1)".
    const text = textOf(element);
    return lazyPattern.u`\p{L}`.test(text) && isCount(text);
  };
}

export const isOfComments = ({ attribs }: Element): boolean =>
  COMMENTS.test(attribs.class ?? "") || COMMENTS.test(attribs.id ?? "");

/** Whether the words of a node are as short as a label. */
const isShort = (said: string): boolean => said.length <= MAX_LABEL_LENGTH && !SENTENCE_END.test(said);

/** A link to a part of the page may be one around a picture, which a script shows larger. */
const holdsPicture = ({ children }: Element): boolean =>
  children.some((child) => isTag(child) && (child.name === "img" || holdsPicture(child)));

const isBlank = (node: AnyNode): boolean => isText(node) && node.data.trim() === "";

const isBold = ({ name, children }: Element): boolean =>
  BLOCK.has(name) && children.every((child) => isBlank(child) || (isTag(child) && /^(?:b|strong)$/.test(child.name)));

/** The node behind an element, past white space. */
function nodeBehind({ next }: Element): AnyNode | null {
  return next && isBlank(next) ? next.next : next;
}

/** The words of a text, without a date. */
function saidBy(data: string): string {
  const text = data.replaceAll(LINK, "").trim();
  return lazyPattern.u`[\p{L}\p{N}]`.test(text) && !isDate(text) ? text : "";
}

/** Whether a text counts readers or comments, or is a number, and says nothing else. */
export function isCount(text: string): boolean {
  if (text.length > 40 || !/\d/.test(text)) return false;
  const words = lazyPattern.giu`read|views?|viewed|times|hits|comments?|조회수?|회|댓글|просмотр\p{L}*|раза?|vistas|visitas|comentarios|浏览|阅读|次|閲覧数?|回`;
  return !lazyPattern.u`\p{L}`.test(text.replace(words, ""));
}
