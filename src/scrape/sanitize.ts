import { isTag } from "domhandler";
import filterXss, { type IFilterXSSOptions } from "xss";
import { parseHtml } from "./page.ts";
import { legalText, oneLine } from "./text.ts";

/**
 * Bodies for other people's readers: what an article says, and nothing that acts. Two passes with one
 * allowlist: over the tree, which leaves nothing that two parsers could read differently; over the text that it
 * becomes, by a library made for it, in case the first was wrong.
 */
export interface Body {
  html: string;
  /** Address of the first picture. */
  image?: string;
}

const TEXT = ["p", "br", "b", "strong", "i", "em", "u", "s", "sub", "sup", "small", "hr", "blockquote", "pre", "code"];
const STRUCTURE = ["h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "dl", "dt", "dd", "figure", "figcaption"];
const TABLE = ["table", "caption", "thead", "tbody", "tfoot", "tr"];
/** Removed with all that they hold; any other element that is not allowed leaves its text. */
const REMOVED =
  "script style noscript template iframe frame frameset object embed applet form input button select textarea svg math link meta base title audio video canvas dialog head xmp plaintext".split(
    " ",
  );

const allow = (names: string[], attributes: string[] = []) =>
  Object.fromEntries(names.map((name) => [name, attributes]));

/** Element to its attributes. */
const ALLOWED: Record<string, string[]> = {
  ...allow([...TEXT, ...STRUCTURE, ...TABLE]),
  ...allow(["td", "th"], ["colspan", "rowspan"]),
  a: ["href", "rel"],
  img: ["src", "alt", "width", "height"],
};

const OPTIONS: IFilterXSSOptions = {
  whiteList: ALLOWED,
  stripIgnoreTag: true,
  stripIgnoreTagBody: REMOVED,
  allowCommentTag: false,
  css: false,
};

/** Where pages that load pictures late keep the address; it becomes `src`. */
const LAZY = "data-src";
const kept = (names: string[], name: string) => names.includes(name) || (name === LAZY && names.includes("src"));

/** Addresses of images that show no article. */
const NOT_A_PICTURE = /logo|pixel|spacer|blank|tracking|1x1|\.svg(?:$|\?)/i;

/**
 * @param html what the website has between the tags of the body
 * @param base address that relative ones are relative to
 * @param isPicture whether an image shows the article, not the website
 * @returns undefined where no text and no picture is left
 */
export function sanitizeBody(html: string, base: string, isPicture: (src: string) => boolean): Body | undefined {
  const $ = parseHtml(html);
  $(REMOVED.join(",")).remove();
  $("*")
    .contents()
    .filter((_, node) => node.type === "comment")
    .remove();
  for (const element of $("*").toArray()) {
    if (!isTag(element)) continue;
    const names = Object.hasOwn(ALLOWED, element.name) ? ALLOWED[element.name] : undefined;
    if (!names) $(element).replaceWith($(element).contents());
    else for (const name of Object.keys(element.attribs)) if (!kept(names, name)) delete element.attribs[name];
  }
  $("a").each((_, link) => {
    const href = absolute($(link).attr("href"), base);
    if (href) $(link).attr({ href, rel: "noopener noreferrer" });
    else $(link).replaceWith($(link).contents());
  });
  let image: string | undefined;
  $("img").each((_, img) => {
    const src = absolute($(img).attr("src") ?? $(img).attr(LAZY), base);
    const size = Number($(img).attr("width") ?? 100);
    if (!src || size < 3 || NOT_A_PICTURE.test(src) || !isPicture(src)) {
      $(img).remove();
      return;
    }
    $(img).attr("src", src).removeAttr(LAZY);
    image ??= src;
  });
  const clean = mend(filterXss(legalText($.html()), OPTIONS));
  if (!image && oneLine(clean.replace(/<[^>]*>/g, "")) === "") return undefined;
  return { html: clean, ...(image && { image }) };
}

/** An http(s) address, undefined for any other (`javascript:`, `data:`) and for none. */
function absolute(address: string | undefined, base: string): string | undefined {
  if (!address || !URL.canParse(address.trim(), base)) return undefined;
  const { protocol, href } = new URL(address.trim(), base);
  return protocol === "https:" || protocol === "http:" ? href : undefined;
}

/** What the website's own making leaves behind: the wire's end mark, a space before a comma, empty paragraphs. */
function mend(html: string): string {
  return (
    html
      // Serialized within double quotes everywhere, an apostrophe needs no entity, and old readers do not know this one.
      .replaceAll("&apos;", "'")
      .replace(/\s{0,9}-0-((?:<\/?(?:p|span|b|strong|em|i|u|br|img)\b[^>]*>|&nbsp;|\s)*)$/, "$1")
      .replace(/([\p{L}\p{N}]|<\/(?:a|b|strong|i|em|u|small)>) ,/gu, "$1,")
      .replace(/<p>(?:\s|&nbsp;|<br[^>]*>|<\/?(?:span|b|strong|em|i|u)>)*<\/p>/g, "")
      .replace(/(?:<br[^>]*>\s*){3,}/g, "<br><br>")
      .trim()
  );
}
