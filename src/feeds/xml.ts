import { legalText } from "../scrape/text.ts";

/**
 * What the `feed` library needs around it. It escapes some texts, forgets others, puts the rest into CDATA sections,
 * and has no place for elements such as `link rel="next"`. So it is handed markers and builds the structure; the
 * texts, escaped here and in one way, take the markers' places afterwards. Nothing outside this room knows of that.
 */
export class Slots {
  readonly #contents: string[] = [];

  /** A marker for a plain text. */
  text(text: string): string {
    return this.#put(xmlText(text));
  }

  /** A marker for a plain text that the library puts into an attribute. */
  attribute(text: string): string {
    return this.#put(attributeText(text));
  }

  /** A marker for elements, to be the content of a holder: `slot`, or the copyright that no feed here has. */
  elements(elements: readonly string[]): string {
    return this.#put(elements.join("\n"));
  }

  #put(content: string): string {
    this.#contents.push(content);
    // U+FFFF cannot be in any text: it is stripped as illegal in XML.
    return `\uffff${this.#contents.length - 1}\uffff`;
  }

  /** The library's output with the contents in their places, holders giving way to theirs. */
  fill(xml: string): string {
    const marker =
      /(?:<!\[CDATA\[|<(?:slot|rights|copyright)>)?\uffff(\d+)\uffff(?:\]\]>|<\/(?:slot|rights|copyright)>)?/g;
    return xml.replace(/\n +</g, "\n<").replace(marker, (_, slot) => this.#contents[Number(slot)] as string);
  }
}

const REFERENCES: Record<string, string> = { "&": "&#x26;", "<": "&#x3C;", ">": "&#x3E;" };

/**
 * Text as XML content. Numeric references are what the W3C validator accepts in an RSS title and every
 * reader decodes once (RSS Advisory Board, Best Practices Profile, character data).
 */
export function xmlText(text: string): string {
  return legalText(text).replace(/[&<>]/g, (character) => REFERENCES[character] as string);
}

export const attributeText = (text: string): string => xmlText(text).replaceAll('"', "&#x22;");

/** One element; attributes that are undefined are left out. */
export function element(name: string, attributes: Record<string, string | undefined>, text?: string): string {
  let tag = `<${name}`;
  for (const [attribute, value] of Object.entries(attributes)) {
    if (value !== undefined) tag += ` ${attribute}="${attributeText(value)}"`;
  }
  return text === undefined ? `${tag}/>` : `${tag}>${xmlText(text)}</${name}>`;
}
