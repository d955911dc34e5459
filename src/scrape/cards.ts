import { type AnyNode, type Document, type Element, isTag } from "domhandler";
import { partsOf } from "./card-parts.ts";
import { articleLinks, cardRoots, linkOwners } from "./card-roots.ts";
import { cardSiblings } from "./card-siblings.ts";
import { type Region, wordsOf } from "./card-words.ts";
import { isMonthFirst, monthFirstDay } from "./dates.ts";
import { type Failed, failure } from "./page.ts";

/**
 * Cards: what a listing shows of each article, whatever the markup.
 *
 * A card is known by the article it links to and by nothing else: it is the largest element around the link that
 * holds no other article's link. Where the parts of a card lie flat beside each other, it is the link's element with
 * its neighbours up to the next article's. Class names and tags are hints at most: websites change them.
 */
export interface Card {
  key: string;
  /** As printed: may be relative, and on another host of the site. */
  href: string;
  title: string;
  /** Plain text, once; empty if none is printed. */
  excerpt: string;
  /** The printed day, `2026-01-30`; undefined if none can be read. */
  day?: string;
  /** `src` of the first picture, as printed. */
  image?: string;
  /** When the website published it (milliseconds), where it says so. */
  collectedAt?: number;
}

export interface Cards {
  /** In the listing's order, an article once. */
  cards: Card[];
  /** Article links outside page chrome, dated or not. */
  linked: number;
}

/** Articles that a page links; a listing for people has some twenty. */
const MAX_ARTICLES = 1000;

/**
 * Finds the cards of a parsed page. A page with more cards than a listing can have is a failure.
 *
 * @param keyOf the article's key for an `href`, undefined for any other link
 * @param readCard corrects a card for its website; `texts` are all texts that the card prints, `lines` those of its links
 * @param listingIds ids of the elements that hold the listing, if the website has such
 */
export function findCards(
  root: Document,
  keyOf: (href: string) => string | undefined,
  readCard: (card: Card, texts: readonly string[], lines: readonly string[]) => Card = (card) => card,
  listingIds: readonly string[] = [],
): Cards | Failed {
  const all = articleLinks(root, keyOf, listingIds);
  if (new Set(all.map(({ key }) => key)).size > MAX_ARTICLES)
    return failure("layout-changed", `the page links more than ${MAX_ARTICLES} articles`);
  // Links in an `aside` ("Trending"), or outside a known listing, repeat it. They count only if there are no others.
  const best = all.reduce((most, { place }) => Math.max(most, place), 0);
  const links = all.filter(({ place }) => place === best);
  const owners = linkOwners(links);
  const roots = cardRoots(links, owners);
  const siblingsOf = cardSiblings(root, roots, owners);
  const regions = [...roots].map(([card, { key, href }]): Region => {
    const own = partsOf([card], key, owners);
    if (own.day && !DESCRIBED.test(card.name)) return { key, href, parts: own };
    const { after, above } = siblingsOf(card);
    const beside = own.day ? descriptionOf(card, after) : after;
    const parts = beside.length > 0 ? partsOf([card, ...beside], key, owners) : own;
    const { day, dated } = own.day ? own : { day: above?.day ?? parts.day, dated: above?.text ?? parts.dated };
    return { key, href, parts: { ...parts, day, dated }, within: new Set(own.texts) };
  });
  if (isMonthFirst(regions.flatMap(({ parts }) => parts.dated ?? [])))
    for (const { parts } of regions) parts.day = monthFirstDay(parts.dated ?? "") ?? parts.day;

  const cards = new Map<string, Card>();
  wordsOf(regions).forEach((words, i) => {
    const { key, href, parts } = regions[i] as Region;
    const card = readCard({ key, href, ...words, day: parts.day, image: parts.image }, parts.texts, parts.lines);
    const known = cards.get(key);
    if (known && (known.day || !card.day)) {
      known.title ||= card.title;
      if (card.excerpt !== known.title) known.excerpt ||= card.excerpt;
      return;
    }
    // First a bare link (a ticker, a "most read" box), later the real card: the card and its position count.
    cards.delete(key);
    cards.set(key, card);
  });
  return { cards: inListing([...cards.values()]), linked: cards.size };
}

/** Elements that may hold a title with its day, and have what describes them behind them. */
const DESCRIBED = /^(?:dt|h[1-6])$/;

/** The descriptions of a term (HTML, section 4.4.9), or the paragraph behind a heading. */
function descriptionOf({ name }: Element, after: readonly AnyNode[]): AnyNode[] {
  const named = (wanted: string) => after.filter((node) => isTag(node) && node.name === wanted);
  return name === "dt" ? named("dd") : named("p").slice(0, 1);
}

/** The cards from the first dated one to the last. An undated link before or after them is no part of the listing. */
function inListing(cards: Card[]): Card[] {
  const isDated = ({ day }: Card) => day !== undefined;
  return cards.slice(cards.findIndex(isDated), cards.findLastIndex(isDated) + 1);
}
