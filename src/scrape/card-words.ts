import { isCount } from "./around-text.ts";
import type { Parts } from "./card-parts.ts";
import { isDate } from "./date-lines.ts";
import { lazyPattern } from "./lazy-pattern.ts";

/** Title and excerpt of the cards of a page: what most cards say alike is neither. */

interface Said {
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

export function wordsOf(cards: readonly Said[]): Words[] {
  const counts = countsOf(cards);
  const isRepeated = (text: string, least: number) => cards.length >= 3 && (counts.get(text) ?? 0) > least;
  // More than half of the cards say it: a source's name, "Read more", a logo's alt.
  const isChrome = (text: string) => isRepeated(text, cards.length / 2);
  const isLabel = (text: string) =>
    text.length <= MAX_LABEL_LENGTH && isRepeated(text, Math.max(2, (cards.length - 1) / 5));
  const words = cards.map(({ parts }) => {
    const title = titleOf(parts, isChrome);
    return { title, excerpt: excerptOf(parts, title, (text) => isChrome(text) || isLabel(text)) };
  });
  // What stands beside a card is its excerpt only if most cards have one there: it may be an advertisement.
  const apart = words.filter((_, i) => cards[i]?.within);
  const beside = words.filter(({ excerpt }, i) => excerpt && cards[i]?.within?.has(excerpt) === false);
  if (apart.length >= 3 && beside.length <= apart.length / 2) for (const one of beside) one.excerpt = "";
  return words;
}

/** How many cards say a text. */
function countsOf(cards: readonly Said[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { parts } of cards)
    for (const text of new Set([...parts.alts, ...parts.headingAlts, ...parts.texts, ...parts.headings]))
      counts.set(text, (counts.get(text) ?? 0) + 1);
  return counts;
}

function titleOf({ headings, linked, headingAlts, links, alts, anchors }: Parts, isChrome: (text: string) => boolean) {
  const heading = linked.find((text) => !isDate(text));
  if (heading !== undefined) return heading;
  const all = [headings, headingAlts, links, alts, anchors];
  for (const texts of all) for (const text of texts) if (!isChrome(text) && !isDate(text)) return text;
  // All cards of a page may have the same title ("Visits"). Then it is still a title.
  return headings[0] ?? links[0] ?? anchors[0] ?? headingAlts[0] ?? alts[0] ?? "";
}

/** The longest text that is nothing else. */
function excerptOf(parts: Parts, title: string, isNone: (text: string) => boolean): string {
  // A long link is one around the excerpt, unless it names the title: "Continue reading …".
  const isShort = (text: string) => text.length <= Math.max(title.length, MAX_LABEL_LENGTH) || text.includes(title);
  const others = new Set([...parts.headings, ...parts.anchors, ...parts.links.filter(isShort), title, parts.dated]);
  let excerpt = "";
  for (const text of parts.texts) {
    if (text.length <= excerpt.length || others.has(text) || isNone(text) || isDate(text) || isCount(text)) continue;
    if (lazyPattern.u`[\p{L}\p{N}]`.test(text)) excerpt = text;
  }
  return excerpt;
}
