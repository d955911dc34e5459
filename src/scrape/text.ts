/** Text as people read it, whatever the markup did to it. */

// XML 1.0 section 2.2 allows no control characters but tab, line feed and carriage return, and neither U+FFFE nor
// U+FFFF; U+007F to U+009F are allowed and discouraged. No reader shows any of them.
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is to go.
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f\ufffe\uffff]/g;
const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** Without what XML cannot carry: control characters, noncharacters, lone surrogates. Keeps line breaks. */
export function legalText(text: string): string {
  const legal = text.replace(FORBIDDEN, "");
  return legal.isWellFormed() ? legal : legal.replace(LONE_SURROGATE, "");
}

/** One line: legal, white space folded, none at the ends. */
export function oneLine(text: string): string {
  return legalText(text).replace(/\s+/g, " ").trim();
}

/** What sanitized HTML says, as one line. */
export function plainText(html: string): string {
  const bare = html.replace(/<[^>]*>/g, " ");
  return oneLine(
    bare.replace(/&(?:#(\d+)|#x([0-9a-f]+)|(\w+));/gi, (whole, decimal, hex, name) => {
      if (name) return ENTITIES[name as string] ?? whole;
      const code = decimal ? Number(decimal) : Number.parseInt(hex, 16);
      return code <= 0x10ffff ? String.fromCodePoint(code) : "";
    }),
  );
}

/** The entities that a serializer writes; it writes every other character as it is. */
const ENTITIES: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: " " };

/** Cut at a word to so many characters at most. */
export function cutAtWord(text: string, most: number): string {
  if (text.length <= most) return text;
  const cut = text.slice(0, most);
  return legalText(cut.slice(0, Math.max(cut.lastIndexOf(" "), most / 2))).trim();
}

/** Escapes text for HTML content and quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}
