import { type AnyNode, type Element, isTag, isText } from "domhandler";
import { memoize } from "../memoize.ts";
import { lazyPattern } from "./lazy-pattern.ts";
import { isLine, textOf } from "./text-blocks.ts";

/** What stands within an article's text and is none of it. It changes at each look, and would pass for edits. */

const BLOCK = new Set("p div ul ol dl li table section aside nav center marquee".split(" "));
const LABEL = /^(?:h[1-6]|button)$/;
/** An address at which people share another one. One below `/share/` that names no other is a page like any other. */
const SHARE = new RegExp(
  "^(?:javascript|mailto:\\?|whatsapp)|/(?:sharer?|shareArticle|intent|submit|pin/create|msg/text)" +
    "(?:(?:\\.php|/)?$|(?:\\.php|/[^?#]*)?\\?(?:.*&)?(?:url|u|text|href|link|title|body|media|via|status)=)",
  "i",
);
/** Characters of an address that are looked at, since each `/share` in it is tried up to its end. */
const MAX_HREF_LENGTH = 1000;

/** Whether a node has links to share the article or to others, and whether it says more than these and their headings. */
interface Said {
  links: boolean;
  says: boolean;
}

/**
 * Whether an element is a list of other articles or of tags, buttons to share the article, or a count of its readers. Each
 * node is read once, however deep it is nested.
 *
 * @param isOther whether an `href` is that of another article of the website
 */
export function aroundText(isOther: (href: string) => boolean): (element: Element) => boolean {
  const read: (node: AnyNode) => Said = memoize((node: AnyNode): Said => {
    if (isText(node)) return { links: false, says: lazyPattern.u`[\p{L}\p{N}]`.test(node.data) };
    if (!isTag(node) || LABEL.test(node.name)) return { links: false, says: false };
    const { href, rel } = node.attribs;
    const leadsAway = (address: string) =>
      isOther(address) || SHARE.test(address.slice(0, MAX_HREF_LENGTH)) || /\btag\b/i.test(rel ?? "");
    if (node.name === "a" && href && leadsAway(href.trim())) return { links: true, says: false };
    const all = node.children.map(read);
    return { links: all.some(({ links }) => links), says: all.some(({ says }) => says) };
  });
  return (element) => {
    if (!BLOCK.has(element.name)) return false;
    const { links, says } = read(element);
    if (links) return !says;
    if (!says || (element.name !== "p" && !isLine(element))) return false;
    // A number alone may be that of a part: "(1)".
    const text = textOf(element);
    return lazyPattern.u`\p{L}`.test(text) && isCount(text);
  };
}

/** Whether a text counts readers or comments, or is a number, and says nothing else. */
export function isCount(text: string): boolean {
  if (text.length > 40 || !/\d/.test(text)) return false;
  const words = lazyPattern.giu`read|views?|viewed|times|hits|comments?|조회수?|회|댓글|просмотр\p{L}*|раза?|vistas|visitas|comentarios|浏览|阅读|次|閲覧数?|回`;
  return !lazyPattern.u`\p{L}`.test(text.replace(words, ""));
}
