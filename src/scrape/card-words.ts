import { isCount } from "./around-text.ts";
import type { Parts } from "./card-parts.ts";
import { isDate } from "./date-lines.ts";

/** Title and excerpt of the cards of a page: what most cards say alike is neither. */

/** Marks between links, and nothing else. */
const MARKS = /^[\s!-/:-@[-`{-~·•»«…–—]+$/;

/** A part of the page that is a card of the article with that key. */
export interface Region {
  key: string;
  href: string;
  parts: Parts;
  /** Of a card with parts beside it, what it says itself. */
  within?: ReadonlySet<string>;
}

interface Words {
  title: string;
  /** Once; empty if none is printed. */
  excerpt: string;
}

/** Characters of a label: a category, a source. An excerpt in a link of its own is longer, a link to comments is not. */
const MAX_LABEL_LENGTH = 40;

export function wordsOf(cards: readonly Region[]): Words[] {
  const { chrome, labels } = repeated(cards);
  const words = cards.map(({ parts }) => {
    const title = titleOf(parts, chrome);
    return { title, excerpt: excerptOf(parts, title, labels) };
  });
  // What stands beside a card is its excerpt only if most cards have one there: it may be an advertisement.
  const apart = new Set(cards.filter(({ within }) => within).map(({ key }) => key));
  const beside = cards.flatMap(({ key, within }, i) => {
    const one = words[i] as Words;
    return one.excerpt && within?.has(one.excerpt) === false ? [{ key, one }] : [];
  });
  if (apart.size >= 3 && new Set(beside.map(({ key }) => key)).size <= apart.size / 2)
    for (const { one } of beside) one.excerpt = "";
  return words;
}

/**
 * Of at least three cards, the texts that more than half share (a source's name, "Read more", a logo's alt), and these with the
 * short ones that three and a fifth share (a category).
 */
function repeated(cards: readonly Region[]): { chrome: Set<string>; labels: Set<string> } {
  const counts = new Map<string, number>();
  for (const { parts } of cards)
    for (const text of new Set([...parts.alts, ...parts.headingAlts, ...parts.texts, ...parts.headings]))
      counts.set(text, (counts.get(text) ?? 0) + 1);
  const [chrome, labels] = [new Set<string>(), new Set<string>()];
  for (const [text, count] of counts) {
    if (count < 2 || cards.length < 3) continue;
    const isChrome = count > cards.length / 2;
    if (isChrome) chrome.add(text);
    if (isChrome || (count > 2 && count >= cards.length / 5 && text.length <= MAX_LABEL_LENGTH)) labels.add(text);
  }
  return { chrome, labels };
}

function titleOf({ headings, linked, headingAlts, links, alts, anchors }: Parts, chrome: Set<string>): string {
  const heading = linked.find((text) => !isDate(text));
  if (heading !== undefined) return heading;
  const all = [headings, headingAlts, links, alts, anchors];
  for (const texts of all) for (const text of texts) if (!chrome.has(text) && !isDate(text)) return text;
  // All cards of a page may have the same title ("Visits"). Then it is still a title.
  return headings[0] ?? links[0] ?? anchors[0] ?? headingAlts[0] ?? alts[0] ?? "";
}

/** The longest text that is nothing else. */
function excerptOf(parts: Parts, title: string, labels: Set<string>): string {
  // A long link is one around the excerpt, unless it names the title: "Continue reading …".
  const isShort = (text: string) => text.length <= Math.max(title.length, MAX_LABEL_LENGTH) || text.includes(title);
  const others = new Set([...parts.headings, ...parts.anchors, ...parts.links.filter(isShort), title, parts.dated]);
  let excerpt = "";
  for (const text of parts.texts) {
    if (text.length <= excerpt.length || others.has(text) || labels.has(text) || isFacts(text)) continue;
    if (!MARKS.test(text)) excerpt = text;
  }
  return excerpt;
}

/** Between the parts of a line such as "By Kim | January 30, 2026 | 31 views". */
const SEPARATOR = /\s[|·•]\s/;

/** Whether a text is a date or a count and nothing else; or a line of such and of labels. A sentence may have a date before it. */
function isFacts(text: string): boolean {
  const parts = text.split(SEPARATOR);
  const isLine = parts.length === 1 || parts.every(({ length }) => length <= MAX_LABEL_LENGTH);
  return isLine && parts.some((part) => isDate(part) || isCount(part));
}
