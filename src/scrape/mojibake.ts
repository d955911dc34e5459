import { memoize } from "../memoize.ts";
import { lazyPattern } from "./lazy-pattern.ts";

/**
 * Detects mojibake: text whose bytes were read in a wrong charset. The text alone rarely shows that; a comparison with
 * the earlier text does.
 */

/** Charsets that a website may write its pages in. */
const WRITTEN = ["utf-8", "euc-kr", "windows-1252"] as const;
/** Charsets in which pages are read by mistake. Most of them accept any bytes. */
const READ = "windows-1252 windows-1251 windows-1250 koi8-r iso-8859-2 euc-kr shift_jis gbk big5".split(" ");

/** Number of characters that are compared, from the first one that is not ASCII. */
const COMPARED = 300;

const NOT_ASCII = /[^\p{ASCII}]/u;

/** Whether text has characters that a wrong charset would change. */
export const canBeMisread = (text: string): boolean => NOT_ASCII.test(text);

/**
 * Whether `after` is `before` with its bytes read in a wrong charset. Either may be a longer cut of the same text. A
 * few U+FFFD are no sign: some titles of the website always have them.
 */
export function isMisread(before: string, after: string): boolean {
  const start = before.search(NOT_ASCII);
  if (start < 0 || after === before || before.slice(0, start) !== after.slice(0, start)) return false;
  const [text, seen] = [before.slice(start, start + COMPARED), after.slice(start, start + 4 * COMPARED)];
  if (isLost(text, seen)) return true;
  return WRITTEN.some((written) => {
    const bytes = encode(text, written);
    return (
      bytes !== undefined &&
      READ.some((read) => {
        const misread = bare(new TextDecoder(read).decode(bytes));
        return misread !== bare(text) && NOT_ASCII.test(misread) && isSameStart(misread, bare(seen));
      })
    );
  });
}

const count = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0;

/** Whether most characters outside ASCII were lost (U+FFFD, or question marks of a database), and the others are unchanged. */
function isLost(before: string, after: string): boolean {
  const more = (pattern: RegExp) => count(after, pattern) - count(before, pattern);
  // A single one may be a question.
  const asked = more(/\?/g);
  const lost = more(/\ufffd/g) + (asked > 1 ? asked : 0);
  const ascii = (text: string) => text.replace(/[^\x21-\x7e]|\?/g, "");
  return lost > 0 && lost * 2 >= count(before, /[^\p{ASCII}\ufffd]/gu) && isStartOfOther(ascii(before), ascii(after));
}

/** The text without white space, control and format characters, which parsing can drop. */
const bare = (text: string): string => text.replace(lazyPattern.gu`[\s\p{Cc}\p{Cf}]`, "");

/** Whether both start the same, except for the last characters: a cut may have split one. */
function isSameStart(a: string, b: string): boolean {
  const shared = Math.min(a.length, b.length);
  const compared = shared > 4 ? shared - 2 : shared;
  return a.slice(0, compared) === b.slice(0, compared) && (shared > 4 || a.length === b.length);
}

const isStartOfOther = (a: string, b: string): boolean => a.startsWith(b) || b.startsWith(a);

/** A text in a charset's bytes; undefined if the charset has no bytes for it. */
function encode(text: string, charset: (typeof WRITTEN)[number]): Uint8Array | undefined {
  if (charset === "utf-8") return new TextEncoder().encode(text);
  const table = tableOf(charset);
  const bytes: number[] = [];
  for (const character of text) {
    const own = character <= "\x7f" ? [character.charCodeAt(0)] : table.get(character);
    if (!own) return undefined;
    bytes.push(...own);
  }
  return new Uint8Array(bytes);
}

/** The bytes of each character beyond ASCII; the platform decodes such charsets but encodes UTF-8 alone. */
const tableOf = memoize((charset: "euc-kr" | "windows-1252") => {
  const upper = Array.from({ length: 128 }, (_, i) => 128 + i);
  const rows = upper.filter((byte) => byte > 0xa0 && byte < 0xff);
  const codes = charset === "windows-1252" ? upper.map((byte) => [byte]) : rows.flatMap((a) => rows.map((b) => [a, b]));
  const decoder = new TextDecoder(charset);
  const table = new Map(codes.map((code) => [decoder.decode(new Uint8Array(code)), code]));
  table.delete("\ufffd");
  return table;
});

/** First bytes of UTF-8 characters as windows-1252 shows them, later ones, and both together: `â€œ`, `Ã©`, `ì„¸`. */
const FIRST = /[Â-ô]/g;
const LATER = "[\\u00a1-\\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]";
const WHOLE = new RegExp(`[ÂÃ]${LATER}|â€|[à-ï]${LATER}{2}`, "g");

/**
 * Whether a text looks like UTF-8 read as windows-1252, also where nothing is known to compare it with: most
 * letters that can begin a character are followed by what can go on with it, as in no text that people write. Nor do people
 * write more question marks than letters.
 */
export function looksMisread(text: string): boolean {
  const asked = count(text, /\?/g);
  if (asked > 2 && asked > count(text, lazyPattern.gu`\p{L}`)) return true;
  const whole = count(text, WHOLE);
  return whole > 1 && whole >= 0.6 * count(text, FIRST);
}
