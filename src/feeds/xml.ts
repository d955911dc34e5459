import { legalText } from "../scrape/text.ts";

/**
 * What the `feed` library needs around it. It escapes some texts, forgets others, puts the rest into CDATA sections,
 * has no place for elements such as `link rel="next"`, and spends most of a feed's time on indentation. So it is
 * handed markers instead of texts, and what it writes is cut at them into a pattern, once a shape; the texts, escaped
 * here and in one way, are put in between. Nothing outside this room knows of that.
 */
export class Template<Slot extends string> {
  readonly #literals: string[] = [];
  readonly #slots: Slot[] = [];

  /** @param xml the library's output; an element that only holds a slot for elements gives way to them */
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

  /** @param texts escaped already */
  fill(texts: Readonly<Record<Slot, string>>): string {
    let xml = this.#literals[0] as string;
    for (let i = 0; i < this.#slots.length; i++) xml += texts[this.#slots[i] as Slot] + this.#literals[i + 1];
    return xml;
  }
}

/** A marker; the library takes it for a text, an address or an id. */
export const placeholder = (name: string): string => `slot:${name};`;

/** A marker that the library takes for a date. */
export const datePlaceholder = (name: string): Date =>
  Object.assign(new Date(0), { toISOString: () => placeholder(name), toUTCString: () => placeholder(name) });

/** Makes what is asked for once, and keeps it. */
export function memoize<Value>(make: (key: string) => Value): (key: string) => Value {
  const made = new Map<string, Value>();
  return (key) => {
    const value = made.get(key) ?? make(key);
    made.set(key, value);
    return value;
  };
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
