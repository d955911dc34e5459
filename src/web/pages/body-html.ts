import { escapeHtml, plainText } from "../../scrape/text.ts";

/** An article's sanitized text, for the bridge's own pages. */

/**
 * The text as a page shows it. The page loads no picture: each is named in its place, with its address. Headings are
 * one level below the page's own, so that their order is right (WCAG 1.3.1).
 */
export function bodyHtml(html: string): string {
  let openLinks = 0;
  return html
    .replace(/<a\b[^<>]*>|<\/a>|<img\b[^<>]*>/g, (tag) => {
      if (tag.startsWith("<img")) return pictureHtml(tag, openLinks > 0);
      openLinks += tag === "</a>" ? -1 : 1;
      return tag;
    })
    .replace(/<(\/?)h[2-6]>/g, "<$1h3>")
    .replace(/<(a|h3)\b[^<>]*>\s*<\/\1>/g, "");
}

/** A link cannot be in a link (HTML, section 4.5.1): the address of a picture in one is only text. */
function pictureHtml(tag: string, isInLink: boolean): string {
  const { address, name } = pictureOf(tag);
  const shown = escapeHtml(address);
  const link = isInLink ? shown : `<a href="${shown}" rel="noopener noreferrer">${shown}</a>`;
  return `<span class="picture">Picture${name && ` “${escapeHtml(name)}”`}: ${link}</span>`;
}

/** The address and the description of a picture. Attributes are read in order: a value can look like another attribute. */
function pictureOf(tag: string): { address: string; name: string } {
  const attributes = new Map(
    [...tag.slice(4).matchAll(/([\w-]+)(?:="([^"]*)")?/g)].map(([, name = "", value = ""]) => [name, value]),
  );
  return { address: plainText(attributes.get("src") ?? ""), name: plainText(attributes.get("alt") ?? "") };
}

/** Ends of what stands in a paragraph of its own. */
const BLOCK_END = /<\/(?:p|h[2-6]|li|dt|dd|figure|figcaption|blockquote|pre|tr|caption)>|<(?:br|hr)[^<>]*>/g;

/** The text as plain text with a line a paragraph, for comparing two versions. Pictures are named in their places. */
export function textInLines(html: string): string {
  const named = html.replace(/<img\b[^<>]*>/g, (tag) => {
    const { address, name } = pictureOf(tag);
    return `\n${escapeHtml(`Picture${name && ` “${name}”`}: ${address}`)}\n`;
  });
  const lines = named.replace(BLOCK_END, "\n").split("\n").map(plainText);
  return lines.filter((line) => line !== "").join("\n\n");
}

const RIGHT_TO_LEFT = /^(?:ar|fa|he|ur)\b/;

/** The attributes of an element with a text in a language. */
export const languageAttributes = (language: string): { lang: string; dir?: "rtl" } => ({
  lang: language,
  ...(RIGHT_TO_LEFT.test(language) && { dir: "rtl" }),
});
