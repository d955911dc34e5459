/** Text as people read it, independent of markup. */
import { lazyPattern } from "./lazy-pattern.ts";

// XML 1.0 section 2.2 allows no control characters but tab, line feed and carriage return, and neither U+FFFE nor
// U+FFFF; U+007F to U+009F (except U+0085, a line break) and the noncharacters of every plane are allowed and
// discouraged. No reader shows any of them.
const FORBIDDEN = () =>
  lazyPattern.gu`[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f\p{Noncharacter_Code_Point}]`;
const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** Most texts in Latin letters: found in a fraction of the time that the two expressions take. */
const PRINTABLE_ASCII = /^[ -~]*$/;

/** Without what XML cannot carry: control characters, noncharacters, lone surrogates. Keeps line breaks. */
export function legalText(text: string): string {
  if (PRINTABLE_ASCII.test(text)) return text;
  const legal = text.replace(FORBIDDEN(), "");
  return legal.isWellFormed() ? legal : legal.replace(LONE_SURROGATE, "");
}

const DECOMPOSED = /[\u0300-\u036f\u1100-\u11ff\u3099\u309a]/;

/** With each letter and its marks as one character (NFC): some editors write them apart, and nobody sees a difference. */
export const composed = (text: string): string => (DECOMPOSED.test(text) ? text.normalize("NFC") : text);

const UNSEEN = /[\u00ad\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/;
/** Invisible in a word, or changes the direction of a line: soft hyphens, zero-width spaces, bidirectional controls. */
const HIDDEN = /[\u00ad\u200b\u2060\ufeff\u202a-\u202e\u2066-\u2069]/g;
// Joiners and direction marks shape Persian, Hindi and emoji. After letters that never join they only hide.
const JOINERS = () =>
  lazyPattern.gu`(?<=^|[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Hangul}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{N}\p{P}\p{Z}])[\u200c-\u200f]+`;

const BLANK = /^[ \n\t\r]+$/;
/** White space other than a single space, which stays as it is: a long text has hardly any. */
const SPACES = /[\s\u0085]{2,}|[^\S ]|\u0085/g;

/** Removes illegal and invisible characters, and folds each run of white space to one space, also at the ends. */
export function foldSpace(text: string): string {
  // What is between the tags of a page, mostly.
  if (BLANK.test(text)) return " ";
  if (PRINTABLE_ASCII.test(text)) return text.includes("  ") ? text.replace(/ {2,}/g, " ") : text;
  const legal = composed(legalText(text));
  const seen = UNSEEN.test(legal) ? legal.replace(HIDDEN, "").replace(JOINERS(), "") : legal;
  return seen.replace(SPACES, " ");
}

/** Folds a text to one line without white space at the ends. */
export function oneLine(text: string): string {
  return foldSpace(text).trim();
}

/** Sanitized HTML has these within words, as in `<b>김정은</b>동지`. */
const WITHIN_WORD = /<\/?(?:a|b|strong|i|em|u|s|sub|sup|small|code)(?: [^<>]*)?>/g;

/** What sanitized HTML says, as one line. */
export function plainText(html: string): string {
  const bare = html
    .replace(WITHIN_WORD, "")
    .replace(/<[^<>]*>/g, " ")
    .replace(/&#(?:(\d+)|x([0-9a-f]+));/gi, (_, decimal, hex) => {
      const code = decimal ? Number(decimal) : Number.parseInt(hex, 16);
      if (code === AMPERSAND) return "&amp;";
      return code <= 0x10ffff ? String.fromCodePoint(code) : "";
    });
  return oneLine(ENTITIES.reduce((text, [entity, character]) => text.replaceAll(entity, character), bare));
}

/** Beside these elements, no browser shows white space. */
const BLOCK_TAG =
  / ?(<\/?(?:p|br|hr|h[2-6]|ul|ol|li|dl|dt|dd|blockquote|pre|figure|figcaption|table|caption|thead|tbody|tfoot|tr|td|th)\b[^<>]*>) ?/g;

/** Sanitized HTML without the white space that no browser shows. Websites print it in one answer and not in the next. */
export const withoutHiddenSpace = (html: string): string =>
  html
    .replace(/(?:\s|&nbsp;)+/g, " ")
    .replace(BLOCK_TAG, "$1")
    .trim();

const AMPERSAND = 38;
/** The entities that a serializer writes; it writes every other character as it is. The ampersand's is read last. */
const ENTITIES = [
  ["&lt;", "<"],
  ["&gt;", ">"],
  ["&quot;", '"'],
  ["&apos;", "'"],
  ["&nbsp;", " "],
  ["&amp;", "&"],
] as const;

/** Characters of a text that are its excerpt, if no listing prints one. */
export const EXCERPT_LENGTH = 125;

/** Cuts a text to at most `most` characters, between words. A word of more than half that length is cut itself. */
export function cutAtWord(text: string, most: number): string {
  if (text.length <= most) return text;
  const word = text.lastIndexOf(" ", most);
  return legalText(text.slice(0, word < most / 2 ? most : word)).trim();
}

/** Whether the second half of a character of two UTF-16 units is at `at`. */
export const isLowSurrogate = (text: string, at: number): boolean => /[\udc00-\udfff]/.test(text.charAt(at));

/** Escapes text for HTML content and quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}
