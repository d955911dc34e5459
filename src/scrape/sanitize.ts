import { type AnyNode, type Element, isTag, isText } from "domhandler";
import filterXss, { type IFilterXSSOptions } from "xss";
import { lazyPattern } from "./lazy-pattern.ts";
import { parseHtml } from "./page.ts";
import { addressesOf } from "./pictures.ts";
import { composed, legalText, oneLine } from "./text.ts";
import { isLine } from "./text-blocks.ts";

/**
 * Sanitizes the body of an article: texts and pictures stay, active content goes. Two passes use one allowlist. The first
 * writes the parsed tree, so that no two parsers read the result differently. The second is a library for this purpose,
 * in case the first one has an error.
 */
interface Body {
  html: string;
  /** Address of the first picture. */
  image?: string;
}

const TEXT = ["p", "br", "b", "strong", "i", "em", "u", "s", "sub", "sup", "small", "hr", "blockquote", "pre", "code"];
const STRUCTURE = ["h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "dl", "dt", "dd", "figure", "figcaption"];
const TABLE = ["table", "caption", "thead", "tbody", "tfoot", "tr"];
/** Removed with all that they hold; any other element that is not allowed leaves its text. */
const REMOVED = new Set(
  "script style noscript template iframe frame frameset object embed applet form input button select textarea svg math link meta base title audio video canvas dialog head xmp plaintext".split(
    " ",
  ),
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
  stripIgnoreTagBody: [...REMOVED],
  allowCommentTag: false,
  css: false,
};

const VOID = new Set(["br", "hr", "img"]);

/** Addresses of images that show no article. */
const NOT_A_PICTURE = /logo|pixel|spacer|blank|tracking|1x1|\.svg(?:$|\?)/i;

/** Maximum number of passes until parsing changes the result no more; two are nearly always enough. */
const MAX_PASSES = 4;

/**
 * @param content the content of the body, as HTML or as nodes of the page
 * @param base address that relative ones are relative to
 * @param isPicture whether an image shows the article, not the website
 * @param isChrome whether an element is the website's, not the article's; asked in the page's order, once an element
 * @returns undefined if no text and no picture is left
 */
export function sanitizeBody(
  content: string | readonly AnyNode[],
  base: string,
  isPicture: (src: string) => boolean,
  isChrome: IsChrome = () => false,
): Body | undefined {
  const page = typeof content === "string" ? parseHtml(content) : { children: content };
  if ("failure" in page) return undefined;
  let { html, image, isLoose } = written(page.children, base, isPicture, isChrome);
  // Removed elements can leave blocks where HTML allows none. So the result is parsed again, as a browser would.
  for (let passes = 0; isLoose && passes < MAX_PASSES; passes++) {
    const again = parseHtml(html);
    if ("failure" in again) return undefined;
    const before = html;
    ({ html } = written(again.children, base, isPicture, () => false));
    if (html === before) break;
  }
  const clean = mend(filterXss(legalText(html), OPTIONS));
  if (!image && oneLine(clean.replace(/<[^<>]*>/g, "")) === "") return undefined;
  return { html: clean, image };
}

type IsChrome = (element: Element) => boolean;

/** Writes the allowed elements and attributes of nodes, and all text but that of removed elements. */
function written(nodes: readonly AnyNode[], base: string, isPicture: (src: string) => boolean, isChrome: IsChrome) {
  /** `isLoose`: an element was left out within one that is kept. */
  const result: Body & { isLoose: boolean } = { html: "", isLoose: false };
  /** Elements that are open where it writes. */
  let open = 0;
  const write = (node: AnyNode): void => {
    if (isText(node)) result.html += escapeText(composed(node.data));
    else if (isTag(node)) writeElement(node);
  };
  const writeElement = (element: Element): void => {
    const { attribs, children } = element;
    const name = isLine(element) ? "p" : element.name;
    if (REMOVED.has(name) || isChrome(element)) return;
    const attributes = attributesOf({ name, attribs }, base);
    if (name === "img") {
      const src = attributes?.src;
      if (!src || NOT_A_PICTURE.test(src) || !isPicture(src)) return;
      result.image ??= src;
    }
    if (attributes) result.html += openTag(name, attributes);
    else if (open > 0) result.isLoose = true;
    if (VOID.has(name)) return;
    if (attributes) open++;
    children.forEach(write);
    if (!attributes) return;
    open--;
    result.html += `</${name}>`;
  };
  nodes.forEach(write);
  return result;
}

/** The attributes that an element keeps, in its order; undefined if only what it holds is kept. */
function attributesOf(
  { name, attribs }: Pick<Element, "name" | "attribs">,
  base: string,
): Record<string, string> | undefined {
  const allowed = Object.hasOwn(ALLOWED, name) ? ALLOWED[name] : undefined;
  if (!allowed) return undefined;
  const attributes: Record<string, string> = {};
  for (const [key, value] of Object.entries(attribs)) if (allowed.includes(key)) attributes[key] = value;
  if (name === "a") {
    const href = absolute(attribs.href, base);
    return href ? Object.assign(attributes, { href, rel: "noopener noreferrer" }) : undefined;
  }
  if (name === "img") {
    const src = addressesOf(attribs).flatMap((address) => absolute(address, base) ?? [])[0];
    return src && !(Number(attribs.width ?? 100) < 3) ? Object.assign(attributes, { src }) : undefined;
  }
  return attributes;
}

function openTag(name: string, attributes: Record<string, string>): string {
  let tag = `<${name}`;
  for (const [key, value] of Object.entries(attributes))
    tag += value ? ` ${key}="${escapeAttribute(value)}"` : ` ${key}`;
  return `${tag}>`;
}

// As HTML serializes text and attributes (HTML, section 13.3, "escaping a string").
const escapeText = (text: string) => escapeBoth(text).replaceAll("<", "&lt;").replaceAll(">", "&gt;");
const escapeAttribute = (value: string) => escapeBoth(value).replaceAll('"', "&quot;");
const escapeBoth = (text: string) => text.replaceAll("&", "&amp;").replaceAll("\u00a0", "&nbsp;");

/** An http(s) address, undefined for any other (`javascript:`, `data:`) and for none. */
function absolute(address: string | undefined, base: string): string | undefined {
  if (!address || !URL.canParse(address.trim(), base)) return undefined;
  const { protocol, href } = new URL(address.trim(), base);
  return protocol === "https:" || protocol === "http:" ? href : undefined;
}

/** Removes leftovers of the website: end marks of agencies, spaces before commas and `’s`, empty paragraphs. */
export function mend(html: string): string {
  // Serialized within double quotes everywhere, an apostrophe needs no entity, and old readers do not know this one.
  const ended = withoutEndMarks(withoutSignature(untilEnd(html.replaceAll("&apos;", "'"))));
  const joined = ended.replace(
    lazyPattern.gu`([\p{L}\p{N}]|<\/(?:a|b|strong|i|em|u|small)>) (,|[’']s(?=[\s<]))`,
    "$1$2",
  );
  return withoutEmptyParagraphs(joined)
    .replace(/(?:<br>\s*){3,}/g, "<br><br>")
    .trim();
}

/** The last line of some texts of KCNA, its day in years of Juche: `www.kcna.kp (Juche112.5.26.)`. */
const SIGNATURE =
  /www\.kcna\.kp(?: |&nbsp;)?\((?:Juche|주체|主体|チュチェ|чучхе)(?: |&nbsp;)?\d+\.\d+\.\d+\.?\)((?:<[^<>]*>|&nbsp;|\s)*)$/i;

function withoutSignature(html: string): string {
  const found = SIGNATURE.exec(html);
  return found ? html.slice(0, found.index).trimEnd() + found[1] : html;
}

/** An end mark at the end of a line; never in a tag, whose `<` are escaped. (In Japanese texts, `－－－` also stands between two parts.) */
const LINE_END_MARK =
  /(?:-0-|[(（][끝完][)）])(?=(?:<\/(?:a|b|strong|i|em|u|small)>|&nbsp;|\s)*(?:<\/?(?!(?:a|b|strong|i|em|u|small)\b)|$))/g;

/**
 * A text up to its end mark. What stands behind it is the page's: comments, other articles. It says less than the text, and has
 * no picture: that, with the words below it, is the article's.
 */
function untilEnd(html: string): string {
  const mark = [...html.matchAll(LINE_END_MARK)].at(-1);
  if (!mark) return html;
  const end = mark.index + mark[0].length;
  const [text, behind] = [html.slice(0, end), html.slice(end)];
  const length = bare(behind).length;
  const isText = length === 0 || length >= bare(text).length || behind.includes("<img ");
  return isText ? html : text + endTags(behind);
}

/** The end tags of elements that begin before a part of HTML. */
function endTags(part: string): string {
  let tags = "";
  let open = 0;
  for (const [tag, slash, name = ""] of part.matchAll(/<(\/?)(\w+)[^<>]*>/g)) {
    if (VOID.has(name)) continue;
    if (!slash) open++;
    else if (open > 0) open--;
    else tags += tag;
  }
  return tags;
}

const bare = (html: string): string => html.replace(/<[^<>]*>|&nbsp;|\s/g, "");

/** What agencies write after the last word of a text, in their languages. The last one is a link, "to the list". */
const END_MARKS = ["-0-", "(끝)", "（끝）", "（完）", "(完)", "－－－", "목록으로"];

/** Removes end marks outside tags, if only tags and white space follow; there may be two. */
const withoutEndMarks = (html: string): string =>
  [...END_MARKS].reverse().reduce((text, mark) => withoutLast(text, mark), html);

function withoutLast(html: string, mark: string): string {
  let at = html.lastIndexOf(mark);
  for (let tag = inTag(html, at); tag >= 0; tag = inTag(html, at)) at = html.lastIndexOf(mark, tag - 1);
  if (at < 0) return html;
  const rest = html.slice(at + mark.length);
  if (bare(rest) !== "") return html;
  return html.slice(0, Math.max(0, at - 9)) + html.slice(Math.max(0, at - 9), at).trimEnd() + rest;
}

/** Where the tag starts that a place is in; -1 outside of any. */
function inTag(html: string, at: number): number {
  const start = at < 0 ? -1 : html.lastIndexOf("<", at);
  return start > html.lastIndexOf(">", at) ? start : -1;
}

function withoutEmptyParagraphs(html: string): string {
  const [before = "", ...paragraphs] = html.split("<p>");
  let kept = before;
  for (const paragraph of paragraphs) {
    const end = paragraph.indexOf("</p>");
    // Without its end, another paragraph begins within it (`<p><b><p>`).
    const isEmpty = end >= 0 && paragraph.slice(0, end).replace(EMPTY, "") === "";
    kept += isEmpty ? paragraph.slice(end + 4) : `<p>${paragraph}`;
  }
  return kept;
}

const EMPTY = /\s|&nbsp;|<br>|<\/?(?:span|b|strong|em|i|u)>/g;
