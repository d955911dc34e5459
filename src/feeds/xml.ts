// The library `feed` writes the structure of RSS and Atom; this file works around its gaps: it turns the library's output
// into templates, escapes all texts in one way, and writes the elements that the library does not know.
import { memoize } from "../memoize.ts";
import { legalText } from "../scrape/text.ts";

/**
 * A template made from XML that contains placeholders.
 *
 * The library `feed` escapes only some texts, puts others into CDATA sections, has no property for elements such as
 * `link rel="next"`, and spends most of its time on indentation. So it writes each kind of entry once, with placeholders
 * instead of texts. After that, a feed is rendered by filling templates. Only this folder knows about the templates.
 */
export class Template<Slot extends string> {
  readonly #literals: string[] = [];
  readonly #slots: Slot[] = [];

  /** @param xml output of the library; elements named `slot`, `rights` and `copyright` are replaced by their placeholder */
  constructor(xml: string) {
    const marker = /(?:<!\[CDATA\[|<(slot|rights|copyright)>)?slot:(\w+);(?:\]\]>|<\/\1>)?/g;
    const flat = xml.replace(/\n +</g, "\n<");
    let at = 0;
    for (const match of flat.matchAll(marker)) {
      this.#literals.push(flat.slice(at, match.index));
      this.#slots.push(match[2] as Slot);
      at = match.index + match[0].length;
    }
    this.#literals.push(flat.slice(at));
  }

  /** @param texts one per placeholder, escaped */
  fill(texts: Readonly<Record<Slot, string>>): string {
    let xml = this.#literals[0] as string;
    for (let i = 0; i < this.#slots.length; i++) xml += texts[this.#slots[i] as Slot] + this.#literals[i + 1];
    return xml;
  }
}

/** A placeholder that the library accepts as a text, an address or an id. */
export const placeholder = (name: string): string => `slot:${name};`;

/** A placeholder that the library accepts as a date. */
export const datePlaceholder = (name: string): Date =>
  Object.assign(new Date(0), { toISOString: () => placeholder(name), toUTCString: () => placeholder(name) });

const REFERENCES: Record<string, string> = { "&": "&#x26;", "<": "&#x3C;", ">": "&#x3E;" };

/** ASCII that is neither a control character nor escaped. */
const PLAIN = /^[ !"#$%'-;=?-~]*$/;
const PLAIN_IN_HTML = /^[ !#$%(-;=?-~]*$/;

/**
 * Escapes a text as XML content. It uses numeric references: the W3C validator accepts them in an RSS title, and every
 * reader decodes them exactly once (RSS Advisory Board, Best Practices Profile, character data).
 */
export function xmlText(text: string): string {
  // Most texts have nothing to escape and nothing that is illegal: one test tells.
  if (PLAIN.test(text)) return text;
  const legal = legalText(text);
  return /[&<>]/.test(legal) ? legal.replace(/[&<>]/g, (character) => REFERENCES[character] as string) : legal;
}

/** Escapes a plain text as HTML, and that as XML content. */
export function xmlOfHtml(text: string): string {
  if (PLAIN_IN_HTML.test(text)) return text;
  const legal = legalText(text);
  if (!/[&<>"']/.test(legal)) return legal;
  return legal.replace(/[&<>"']/g, (character) => `&#x26;#${character.charCodeAt(0)};`);
}

/** Gives the instants of RSS: as `toUTCString` writes them, in a fraction of the time for many instants of a day. */
export function rssDates(): (instant: string) => string {
  const dayOf = memoize((day: string) => new Date(day).toUTCString().slice(0, -"00:00:00 GMT".length));
  return (instant) => `${dayOf(instant.slice(0, 10))}${instant.slice(11, 19)} GMT`;
}

/** Escapes a text as an XML attribute in double quotes. */
export const attributeText = (text: string): string => xmlText(text).replaceAll('"', "&#x22;");

/** An XML element from unescaped texts. It omits attributes that are undefined. */
export function element(name: string, attributes: Record<string, string | undefined>, text?: string): string {
  let tag = `<${name}`;
  for (const [attribute, value] of Object.entries(attributes)) {
    if (value !== undefined) tag += ` ${attribute}="${attributeText(value)}"`;
  }
  return text === undefined ? `${tag}/>` : `${tag}>${xmlText(text)}</${name}>`;
}
