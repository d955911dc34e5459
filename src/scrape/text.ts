/** Text as people read it, whatever the markup did to it. */

// XML 1.0 section 2.2 allows no control characters but tab, line feed and carriage return, and neither U+FFFE nor
// U+FFFF; U+007F to U+009F are allowed and discouraged. No reader shows any of them.
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is to go.
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f\ufffe\uffff]/g;
const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** Without what XML cannot carry: control characters, noncharacters, lone surrogates. Keeps line breaks. */
export function legalText(text: string): string {
  return text.replace(FORBIDDEN, "").replace(LONE_SURROGATE, "");
}

/** One line: legal, white space folded, none at the ends. */
export function oneLine(text: string): string {
  return legalText(text).replace(/\s+/g, " ").trim();
}

/** Escapes text for HTML content and quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}
