import type { Element } from "domhandler";
import type { ScrapedArticle } from "../article.ts";
import { logError } from "../log.ts";
import { memoize } from "../memoize.ts";
import { aroundText } from "../scrape/around-text.ts";
import { type Card, type Cards, findCards } from "../scrape/cards.ts";
import { printedDate } from "../scrape/dates.ts";
import { isInScriptOf, languageOf } from "../scrape/language.ts";
import { addYears, completeYears, dateWithoutYear, localizeTimes } from "../scrape/local-dates.ts";
import { isNotFoundPage } from "../scrape/not-found.ts";
import { type Outline, outlineOf } from "../scrape/outline.ts";
import { type Failed, failure, parsePage } from "../scrape/page.ts";
import { isUploadedBefore, logoDetector } from "../scrape/pictures.ts";
import { sanitizeBody } from "../scrape/sanitize.ts";
import { cutAtWord, EXCERPT_LENGTH, oneLine, plainText } from "../scrape/text.ts";
import { isSameTitle } from "../scrape/titles.ts";
import { dayOf } from "../time.ts";
import { articleKey, canonicalPath, firstArticleLink, hostsOf, keyOfHref, MAX_URL_LENGTH } from "./addresses.ts";
import type { ArticlePageResult, Listing, Page, ParsedArticle, Paths, Site, Source } from "./site.ts";

/** Reads the pages of any website: what its listing shows, and what an article's page says. */

/** Characters kept of a title and of an excerpt: several times the longest that websites print. */
const MAX_TITLE_LENGTH = 500;
const MAX_EXCERPT_LENGTH = 2000;

/** A page that was fetched, or pushed. */
interface FetchedPage {
  html: string;
  source: Source;
  /** Where it came from. */
  address: string;
  /** Milliseconds; by default this moment. */
  now?: number;
}

/** Reads a listing page or fragment. */
export function readListing({ html, source, address, now = Date.now() }: FetchedPage): Listing {
  const { site } = source;
  const url = new URL(address);
  const fragment = site.readFragment?.(html, url, source);
  if (fragment) return "failure" in fragment ? fragment : { articles: articlesOf(fragment.cards, source, url) };
  const page = pageOf(html, site, url, now);
  if ("failure" in page) return page;
  const found = page.cards();
  if ("failure" in found) return found;
  const { cards, linked } = found;
  const wrong = site.checkListing?.(page, found, source);
  if (wrong) return wrong;
  if (linked === 0) return failure("layout-changed", "the page holds no article link");
  if (cards.length === 0) return failure("unreadable-dates", `none of ${linked} articles has a date that can be read`);
  if (site.showsOtherPages && cards.filter((card) => isForeign(card, source, page)).length > cards.length / 2)
    return failure("wrong-page", `the website shows a listing in another language than ${source.language}`);
  return { articles: articlesOf(cards, source, page.base, page.paths) };
}

/** Whether a card is in another language than the source, by its letters or by its address. */
const isForeign = ({ title, href }: Card, source: Source, { base, paths }: Page): boolean =>
  !isInScriptOf(title, source.language) ||
  source.site.ownsPage?.(source, new URL(paths.get(href) ?? href, base)) === false;

/** The longest text that is kept, as JSON. The longest reports of a congress have a fifth of it. */
const MAX_TEXT_BYTES = 1_000_000;
/** In JSON a character takes up to six bytes (`\u0001`). */
const MAX_BYTES_OF_CHARACTER = 6;

/** A page that should be an article's. */
export interface FetchedArticle extends FetchedPage {
  /** The title that the listing printed, where that is known. */
  listedTitle?: string | undefined;
}

/** Reads an article page. */
export function readArticlePage(fetched: FetchedArticle): ArticlePageResult {
  const { source, address, listedTitle } = fetched;
  const { site } = source;
  const url = new URL(address);
  const key = articleKey(site, url);
  if (key === undefined) return failure("layout-changed", "the address is not that of an article");
  const parsed = parseArticle(fetched, url, key);
  if ("failure" in parsed) return parsed;
  const other = otherArticle(site, parsed.title, listedTitle);
  if (other) return other;
  const { content, isChrome, base = url } = parsed;
  const pictureUrl = pictureFinder(source, base);
  const isPicture = (src: string) => pictureUrl(src) !== undefined;
  const keyOf = keyOfHref(site, base);
  const isAround = aroundText((href) => (keyOf(href) ?? key) !== key);
  const isRemoved = (element: Element) => isChrome?.(element) || isAround(element);
  const body = content ? sanitizeBody(content, base.href, isPicture, isRemoved) : undefined;
  if (body && jsonBytes(body.html) > MAX_TEXT_BYTES)
    return failure("too-large", `the text is larger than ${MAX_TEXT_BYTES / 1e6} MB`);
  // What is not listed is not looked for: that takes as long as all else.
  const found = parsed.listsSource ? parsed.cards() : { cards: [] };
  if ("failure" in found) return found;
  const excerpt = cutAtWord(plainText(body?.html ?? ""), EXCERPT_LENGTH);
  const { publisher } = parsed;
  const original = (parsed.original ?? "").length > MAX_URL_LENGTH ? undefined : parsed.original;
  const card = { key, href: parsed.address, title: parsed.title, excerpt, day: parsed.day || undefined };
  const article = scraped(card, source, url) ?? { ...undated(card, source, url), day: "" };
  const related = articlesOf(found.cards, source, base).filter((other) => other.key !== key);
  return { story: { article, publisher, original, body: body?.html, image: body?.image, related } };
}

/**
 * The length of a text as JSON in UTF-8: a backup has it in one line, `/import` takes 2 MiB, and a Durable Object keeps 2 MB in
 * a row. Escapes make a text of `>` or of quotation marks several times as long as its page.
 */
const jsonBytes = (html: string): number =>
  html.length * MAX_BYTES_OF_CHARACTER <= MAX_TEXT_BYTES ? 0 : new TextEncoder().encode(JSON.stringify(html)).length;

/** Whether the page is another article's, by its title. */
function otherArticle(site: Site, title: string, listedTitle?: string): Failed | undefined {
  if (!site.showsOtherPages || listedTitle === undefined || isSameTitle(title, listedTitle)) return undefined;
  return failure("wrong-page", `the website shows "${cutAtWord(title, 80)}" instead of the article`);
}

/** What the site finds in an article page, or in an article that is no page. */
type FoundArticle = Omit<ParsedArticle, "content"> &
  Pick<Page, "cards"> & { content?: ParsedArticle["content"] | string; address: string; base?: URL };

function parseArticle(fetched: FetchedArticle, url: URL, key: string): FoundArticle | Failed {
  const { html, source, now = Date.now(), listedTitle } = fetched;
  const { site } = source;
  const fragment = site.readArticleFragment?.(html, key);
  if (fragment && "failure" in fragment) return fragment;
  if (fragment) return { ...fragment, content: fragment.html, cards: () => ({ cards: [], linked: 0 }) };
  const page = pageOf(html, site, url, now);
  if ("failure" in page) return page;
  if (isNotFoundPage(page.outline, listedTitle))
    return failure("not-found", "the website says that there is no such page");
  const parsed = site.parseArticle(Object.assign(page, { listedTitle }), source);
  return "failure" in parsed ? parsed : { ...parsed, cards: page.cards, address: url.href, base: page.base };
}

/** A parsed page for a site, or why it cannot be parsed. */
export function pageOf(html: string, site: Site, url: URL, now: number): Page | Failed {
  const root = parsePage(html, () => firstArticleLink(site, html) >= 0);
  if ("failure" in root) return root;
  const today = dayOf(now, site.timeZone);
  const paths: Paths = new Map();
  const outline = memoize<Outline, void>(() => outlineOf(root));
  const base = baseOf(html, site, url, outline);
  return {
    html,
    url,
    root,
    paths,
    base,
    get outline() {
      return outline();
    },
    dayIn: (text) => printedDate(text)?.day ?? (site.datesWithoutYear && dateWithoutYear(text, today)?.day),
    // Only when it is asked for: an article's text is taken from the page as it is.
    cards: memoize<Cards | Failed, void>(() => {
      if (/<time\b/i.test(html)) localizeTimes(root, site.timeZone);
      if (site.datesWithoutYear) addYears(root, today);
      const find = () => findCards(root, keyOfHref(site, base, paths), site.readCard, site.listingIds);
      const found = find();
      if ("failure" in found || found.cards.length > 0 || found.linked === 0) return found;
      return completeYears(root, today) ? find() : found;
    }),
  };
}

/** What a page's relative addresses are relative to: its first `base`, if that is on the website (HTML, section 4.2.3). */
function baseOf(html: string, site: Site, url: URL, outline: () => Outline): URL {
  if (!/<base\b/i.test(html)) return url;
  const element = outline().elements.find(({ name, attribs }) => name === "base" && attribs.href !== undefined);
  const base = URL.parse(element?.attribs.href ?? "", url.href);
  return base && /^https?:$/.test(base.protocol) && [url.host, ...hostsOf(site)].includes(base.host) ? base : url;
}

function articlesOf(cards: readonly Card[], source: Source, url: URL, paths?: Paths): ScrapedArticle[] {
  const pictureUrl = pictureFinder(source, url);
  const pictures = cards.map(({ image, day }) => image && pictureUrl(image, day));
  const shown = new Map<string, number>();
  for (const picture of pictures) if (picture) shown.set(picture, (shown.get(picture) ?? 0) + 1);
  return cards.flatMap((card, i) => {
    const picture = pictures[i];
    try {
      // A picture on several cards is not a picture of one article.
      const image = picture && shown.get(picture) === 1 ? { image: picture } : {};
      const article = scraped(card, source, url, paths);
      return article ? [{ ...article, ...image }] : [];
    } catch (error) {
      // An unexpected error on one card must not affect the others.
      logError("card", error, { source: source.id, key: card.key });
      return [];
    }
  });
}

/** An article as its card shows it; undefined if it has no day. */
function scraped(card: Card, source: Source, url: URL, paths?: Paths): ScrapedArticle | undefined {
  const article = undated(card, source, url, paths);
  // Without a readable date, the day is that on which the website collected the article.
  const { collectedAt } = article;
  const day = card.day ?? (collectedAt === undefined ? undefined : dayOf(collectedAt, source.site.timeZone));
  return day === undefined ? undefined : { ...article, day };
}

function undated(card: Card, { site, language }: Source, url: URL, paths?: Paths): Omit<ScrapedArticle, "day"> {
  const { key, href } = card;
  const path = paths?.get(href) ?? canonicalPath(site, new URL(href, url), key);
  const title = cutAtWord(card.title || titleFromPath(new URL(href, url).pathname, key), MAX_TITLE_LENGTH);
  const excerpt = cutAtWord(card.excerpt, MAX_EXCERPT_LENGTH);
  const collectedAt = card.collectedAt ?? site.collectedAt?.(key);
  return {
    key,
    id: site.idPrefix + key,
    url: site.origin + path,
    title,
    excerpt,
    ...(collectedAt !== undefined && { collectedAt }),
    ...(card.title === "" && { isUntitled: true }),
    language: language === "mul" ? languageOf(title, excerpt) : language,
  };
}

/**
 * Returns the address of an article's picture, and undefined for any other image: most thumbnails are logos. If the
 * article's day is given, an image that was uploaded long before it does not count.
 */
function pictureFinder({ name, site }: Source, url: URL): (src: string, day?: string) => string | undefined {
  const isLogo = logoDetector([name, site.name, ...(site.publishers ?? [])]);
  // Most cards of a listing show the same logo.
  const pictureAt = memoize((src) => {
    const to = src.length > MAX_URL_LENGTH ? null : URL.parse(src, url.href);
    return to && /^https?:$/.test(to.protocol) && !isLogo(to.pathname) ? to : undefined;
  });
  return (src, day) => {
    const to = pictureAt(src);
    return to && !(day && isUploadedBefore(to.pathname, day)) ? to.href : undefined;
  };
}

/** The title of a card that prints none, from its address: the words of the last folder after that of the key. */
function titleFromPath(pathname: string, key: string): string {
  const folders = pathname.split("/").filter(Boolean);
  const behind = folders.findIndex((folder) => folder.includes(key)) + 1;
  const slug = behind > 0 ? (folders.slice(behind).pop() ?? "") : "";
  const words = oneLine(decodeLossy(slug).replace(/-+/g, " "));
  return words ? words[0]?.toUpperCase() + words.slice(1) : "Untitled";
}

/** Decodes a slug. The website may cut it within a character, so an end that cannot be decoded is left out. */
function decodeLossy(slug: string): string {
  for (let end = slug.length; end > Math.max(0, slug.length - 12); end--) {
    try {
      return decodeURIComponent(slug.slice(0, end));
    } catch {}
  }
  return "";
}
