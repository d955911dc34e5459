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

/** How many links to share the article or to others a node has, and what it says beside these and their headings. */
interface Said {
  links: number;
  /** Before the first link, and after it. */
  before: string;
  after: string;
}

/**
 * Whether an element is a list of other articles or of tags, buttons to share the article, or a count of its readers. Each
 * node is read once, however deep it is nested.
 *
 * @param isOther whether an `href` is that of another article of the website
 */
export function aroundText(isOther: (href: string) => boolean): (element: Element) => boolean {
  const read: (node: AnyNode) => Said = memoize((node: AnyNode): Said => {
    if (isText(node)) return said(0, saidBy(node.data));
    if (!isTag(node) || LABEL.test(node.name)) return said(0);
    const { href, rel } = node.attribs;
    const leadsAway = (address: string) =>
      isOther(address) || SHARE.test(address.slice(0, MAX_HREF_LENGTH)) || /\btag\b/i.test(rel ?? "");
    if (node.name === "a" && href && leadsAway(href.trim())) return said(1);
    return node.children.map(read).reduce(joined, said(0));
  });
  const isList = (node: AnyNode): boolean => {
    const { links, before, after } = read(node);
    if (links === 0 || after !== "") return false;
    return before === "" || (links > 1 && before.length <= MAX_LABEL_LENGTH && !SENTENCE_END.test(before));
  };
  /** Whether it is a heading, or a bold line, right above such a list or comments. */
  const isLabel = (element: Element): boolean => {
    if (!LABEL.test(element.name) && !isBold(element)) return false;
    const next = nodeBehind(element);
    if (next === null || !isTag(next) || !BLOCK.has(next.name)) return false;
    return isOfComments(next) || (isList(next) && read(next).links > 1);
  };
  return (element) => {
    if (isLabel(element)) return true;
    if (!BLOCK.has(element.name)) return false;
    if (isOfComments(element) || isList(element)) return true;
    const { links, before } = read(element);
    if (links > 0 || before === "" || (element.name !== "p" && !isLine(element))) return false;
    // A number alone may be that of a part: "(1)".
    const text = textOf(element);
    return lazyPattern.u`\p{L}`.test(text) && isCount(text);
  };
}

export const isOfComments = ({ attribs }: Element): boolean =>
  COMMENTS.test(attribs.class ?? "") || COMMENTS.test(attribs.id ?? "");

const isBlank = (node: AnyNode): boolean => isText(node) && node.data.trim() === "";

const isBold = ({ name, children }: Element): boolean =>
  BLOCK.has(name) && children.every((child) => isBlank(child) || (isTag(child) && /^(?:b|strong)$/.test(child.name)));

/** The node behind an element, past white space. */
function nodeBehind({ next }: Element): AnyNode | null {
  return next && isBlank(next) ? next.next : next;
}

const said = (links: number, before = "", after = ""): Said => ({ links, before, after });

function joined(a: Said, b: Said): Said {
  const links = a.links + b.links;
  return a.links > 0
    ? said(links, a.before, a.after || b.before || b.after)
    : said(links, short(a.before + b.before), b.after);
}

/** Longer ones are no labels, whatever they say. */
const short = (text: string): string => text.slice(0, MAX_LABEL_LENGTH + 1);

function saidBy(data: string): string {
  const text = short(data.trim());
  return lazyPattern.u`[\p{L}\p{N}]`.test(data) && !isDate(data) ? text : "";
}

/** Whether a text counts readers or comments, or is a number, and says nothing else. */
export function isCount(text: string): boolean {
  if (text.length > 40 || !/\d/.test(text)) return false;
  const words = lazyPattern.giu`read|views?|viewed|times|hits|comments?|조회수?|회|댓글|просмотр\p{L}*|раза?|vistas|visitas|comentarios|浏览|阅读|次|閲覧数?|回`;
  return !lazyPattern.u`\p{L}`.test(text.replace(words, ""));
}
