import { type AnyNode, type Element, hasChildren, isTag, isText } from "domhandler";
import type { ScrapedArticle } from "../article.ts";
import { type Card, findCards } from "../scrape/cards.ts";
import { printedDate } from "../scrape/dates.ts";
import { languageOf } from "../scrape/language.ts";
import { type Outline, outlineOf } from "../scrape/outline.ts";
import { failure, parsePage } from "../scrape/page.ts";
import { isUploadedBefore, logoDetector } from "../scrape/pictures.ts";
import { sanitizeBody } from "../scrape/sanitize.ts";
import { cutAtWord, oneLine, plainText } from "../scrape/text.ts";
import { dayOf } from "../time.ts";
import type { Location, Site, Source } from "./site.ts";

/**
 * KCNA Watch, NK News' archive of North Korean state media. Its sources live in three number spaces that nothing
 * maps onto each other: `/article/<n>/` pages, the ids of the "More Articles" button, and those of the search.
 */
interface KcnaWatchLocation extends Location {
  /** Number of a source's own page: `/article/156/`. */
  article?: number;
  /** Id of the "More Articles" fragments; the only listing that can be paged. */
  loadMore?: number;
  /** Source id of the search. */
  search?: number;
  newstream?: true;
}

const ORIGIN = "https://kcnawatch.org";
const HOSTS = ["kcnawatch.org", "www.kcnawatch.org", "kcnawatch.xyz", "www.kcnawatch.xyz"];
/** Printed dates are Korean days. */
const TIME_ZONE = "Asia/Pyongyang";
/** Articles a load-more fragment holds: the website's own page size. */
const FRAGMENT_SIZE = 10;

/** `/newstream/1769737240-205284/slug/`, with older articles nested one folder deeper. */
const ARTICLE = /^\/newstream\/(\d{6,12}-\d{1,12})(?:\/(.*))?$/;
const ANY_ARTICLE = /\/newstream\/\d{6,12}-\d{1,12}\b/;

/** Characters of the first card before its first link, and of the last after its last, and some more. */
const CARD_MARGIN = 1500;
/** A medium's name as cards of mixed listings print it: `Rodong Sinmun (En)`. */
const PUBLISHER = /^(?:more from |source: )?([^<>()]{2,40} \([A-Z][a-z]\))$/i;
/** Characters of an excerpt on the website, for articles that no listing has shown. */
const EXCERPT_LENGTH = 125;
/** Characters kept of a title and of an excerpt: several times the longest that the website prints. */
const MAX_TITLE_LENGTH = 500;
const MAX_EXCERPT_LENGTH = 2000;
/** Characters of an address; the website cuts a slug at 200. */
const MAX_URL_LENGTH = 2000;
/** Times of intake that a key can tell: the website is younger, and no key is of the future. */
const MIN_COLLECTED_AT = Date.UTC(2000);
const MAX_COLLECTED_AT = Date.UTC(2100);

const locationOf = (source: Source) => source.location as KcnaWatchLocation;
const hasSeveralPublishers = (source: Source) => locationOf(source).newstream === true;

function loadMore(id: number, from: number): string {
  return `/wp-admin/admin-ajax.php?action=get_cat_by_source&die=true&from=${from}&to=${FRAGMENT_SIZE}&sort=&id=${id}`;
}

export const kcnawatch: Site = {
  id: "kcnawatch",
  name: "KCNA Watch",
  origin: ORIGIN,
  aliases: HOSTS,
  timeZone: TIME_ZONE,
  sources: [
    { id: "kcna-en", name: "KCNA.kp (En)", language: "en", location: { article: 156 } },
    { id: "newstream", name: "KCNA Watch Newstream", language: "mul", location: { newstream: true } },
    { id: "rodong-ko", name: "Rodong Sinmun (Kr)", language: "ko", location: { loadMore: 189661 } },
    { id: "kcna-ko", name: "KCNA.kp (Kr)", language: "ko", location: { search: 190036 } },
  ],

  listing(source) {
    const location = locationOf(source);
    if (location.newstream) return "/newstream/";
    if (location.article !== undefined) return `/article/${location.article}/`;
    if (location.loadMore !== undefined) return loadMore(location.loadMore, 0);
    return `/?s=&source=${location.search}&sort=recent`;
  },

  older(source, page) {
    const { loadMore: id } = locationOf(source);
    return id === undefined ? undefined : loadMore(id, page * FRAGMENT_SIZE);
  },

  offset(source, path) {
    const { pathname, searchParams } = new URL(path, ORIGIN);
    if (path === kcnawatch.listing(source)) return 0;
    // The fragments of a source's page continue the page: both are its one list.
    if (!pathname.endsWith("/admin-ajax.php")) return undefined;
    const from = searchParams.get("from") ?? "";
    return /^\d{1,6}$/.test(from) ? Number(from) : undefined;
  },

  isAnswer(asked, path) {
    const from = new URL(asked, ORIGIN);
    const to = new URL(path, ORIGIN);
    const key = articleKey(from.pathname);
    if (key !== undefined) return articleKey(to.pathname) === key;
    const bare = (path: string) => path.replace(/\/+$/, "");
    const kept = [...from.searchParams].every(([name, value]) => (to.searchParams.get(name) ?? "") === value);
    return kept && bare(from.pathname) === bare(to.pathname);
  },

  listingRegion(html) {
    const first = html.search(ANY_ARTICLE);
    if (first < 0) return html;
    const chrome = Math.max(...["</header>", "</nav>", "<main"].map((mark) => html.lastIndexOf(mark, first)));
    return html.slice(Math.max(0, chrome, first - CARD_MARGIN), html.lastIndexOf("/newstream/") + CARD_MARGIN);
  },

  parseListing(html, source, url) {
    const fragment = url.includes("/admin-ajax.php");
    // WordPress answers 0 to an action that it does not know, and nothing at a list's end.
    if (fragment && html.trim() === "0")
      return failure("layout-changed", "the website no longer knows the load-more action");
    if (fragment && html.trim() === "" && !url.includes("from=0&")) return { articles: [] };
    const page = parsePage(html, ANY_ARTICLE);
    if ("failure" in page) return page;

    const found = findCards(page, keyOfHref(url));
    if ("failure" in found) return found;
    const { cards, linked } = found;
    const outline = outlineOf(page);
    if (cards.length === 0 && outline.elements.some(isSignUp)) {
      return failure("sign-up", "the website shows its sign-up form instead of the listing");
    }
    if (linked === 0) return failure("layout-changed", "the page holds no article link");
    if (cards.length === 0)
      return failure("unreadable-dates", `none of ${linked} articles has a date that can be read`);
    const heading = outline.elements.find(({ name }) => name === "title");
    const title = heading ? outline.textOf(heading) : "";
    const isGeneric = () => !html.includes(source.name) || publishersOf(outline).size > 1;
    if (!hasSeveralPublishers(source) && /^newstream\b/i.test(title) && isGeneric()) {
      return failure("wrong-page", "the website shows the newstream of all sources instead of this one's listing");
    }
    return { articles: articlesOf(cards, source, url) };
  },

  parseArticle(html, source, url) {
    const page = parsePage(html, ANY_ARTICLE);
    if ("failure" in page) return page;
    const key = articleKey(new URL(url).pathname);
    if (key === undefined) return failure("layout-changed", "the address is not that of an article");
    const outline = outlineOf(page);
    const facts = bylineOf(outline);
    const found = findCards(page, keyOfHref(url));
    if ("failure" in found) return found;
    const { cards, linked } = found;
    if (!facts) {
      if (outline.elements.some(isSignUp)) {
        return failure("sign-up", "the website shows its sign-up form instead of the article");
      }
      if (linked > 1) return failure("wrong-page", "the website shows a list of articles instead of the article");
      return failure("layout-changed", "the page has no line that says the article's date and source");
    }
    const title = titleAbove(outline, facts.line);
    if (!title) return failure("layout-changed", "the page has no title above the line with its date");
    const pictureUrl = pictureTeller(source, url);
    const isPicture = (src: string) => pictureUrl(src) !== undefined;
    const { content, isChrome } = contentOf(outline, facts.line);
    const body = sanitizeBody(content, url, isPicture, isChrome);
    const excerpt = cutAtWord(plainText(body?.html ?? ""), EXCERPT_LENGTH);
    const more = isOwnPublisher(source, facts.publisher) ? articlesOf(cards, source, url) : [];
    const [article] = articlesOf([{ key, href: url, title, excerpt, day: facts.day }], source, url);
    return {
      story: {
        article: article as ScrapedArticle,
        publisher: facts.publisher,
        ...(facts.original && { original: facts.original }),
        ...(body && { body: body.html }),
        ...(body?.image && { image: body.image }),
        related: more.filter((other) => other.key !== key),
      },
    };
  },

  ownsPage(source, path) {
    const { article, loadMore, search } = locationOf(source);
    const { pathname, searchParams } = new URL(path, ORIGIN);
    const number = /^\/article\/(\d+)\/?$/.exec(pathname)?.[1];
    // Nothing maps the number spaces onto each other: a number of another space can be this source's, unless it is
    // known to be another's.
    const isOurs = (space: "loadMore" | "search", own: number | undefined, id: string | null) =>
      own === undefined
        ? !kcnawatch.sources.some(({ location }) => String(location[space]) === id)
        : id === String(own);
    if (number) return article === undefined ? false : Number(number) === article;
    if (pathname.endsWith("/admin-ajax.php")) return isOurs("loadMore", loadMore, searchParams.get("id"));
    if (searchParams.has("source")) return isOurs("search", search, searchParams.get("source"));
    return articleKey(pathname) !== undefined || hasSeveralPublishers(source);
  },

  ownsPublisher(source, publisher, others) {
    if (hasSeveralPublishers(source) || publisher.toLowerCase() === source.name.toLowerCase()) return true;
    if (others.some(({ name }) => name.toLowerCase() === publisher.toLowerCase())) return false;
    // What an operator calls a further source may be anything, and so may a name in another script.
    const isBuiltIn = kcnawatch.sources.some(({ id, location }) => id === source.id && location === source.location);
    if (!isBuiltIn || /[^\p{Script=Latin}\p{Script=Common}]/u.test(publisher)) return true;
    const printed = nameOf(publisher);
    return printed.base === nameOf(source.name).base && (!printed.language || printed.language === source.language);
  },

  parseLocation(entry) {
    const location: Record<string, number> = {};
    for (const [space, id] of Object.entries(entry)) {
      if (!["article", "loadMore", "search"].includes(space)) return { error: `there is no field ${space}` };
      if (typeof id !== "number" || !Number.isSafeInteger(id) || id <= 0) {
        return { error: `${space} must be a positive whole number` };
      }
      location[space] = id;
    }
    if (Object.keys(location).length === 0) {
      return { error: "one of article (a page number), loadMore or search (a source id) is needed" };
    }
    return { location };
  },

  articleKey,
};

const LANGUAGES: Record<string, string> = { kr: "ko", cn: "zh", ch: "zh", jp: "ja", sp: "es" };

/** `KCNA.kp (En)`: what it is called, and in which language; the case varies. */
function nameOf(publisher: string): { base: string; language?: string } {
  const [, base = "", suffix] = /^(.*?)\s*(?:\(([a-z]{2})\))?$/i.exec(publisher.trim().toLowerCase()) ?? [];
  return { base, ...(suffix && { language: LANGUAGES[suffix] ?? suffix }) };
}

function articleKey(path: string): string | undefined {
  return ARTICLE.exec(path)?.[1];
}

/** Article keys of the links on the page at `url`; links to other hosts have none. */
function keyOfHref(url: string): (href: string) => string | undefined {
  const own = new URL(url).hostname;
  return (href) => {
    if (href.length > MAX_URL_LENGTH || !ANY_ARTICLE.test(href) || !URL.canParse(href, url)) return undefined;
    const { hostname, pathname } = new URL(href, url);
    return hostname === own || HOSTS.includes(hostname) ? articleKey(pathname) : undefined;
  };
}

interface Byline {
  line: Element;
  day: string;
  publisher: string;
  original?: string;
}

/** `Date: 23/03/2021 | Source: KCNA.kp (En) | Read original version at source`: what makes a page an article's. */
function bylineOf({ elements, textOf }: Outline): Byline | undefined {
  const line = elements.findLast(
    (element) => BYLINE_ELEMENTS.has(element.name) && BYLINE.test(textOf(element, MAX_BYLINE_LENGTH)),
  );
  if (!line) return undefined;
  const [, printed = "", publisher = ""] = BYLINE.exec(textOf(line, MAX_BYLINE_LENGTH)) ?? [];
  const day = printedDate(printed)?.day;
  if (!day) return undefined;
  const original = firstWithin(line, ({ name, attribs: { href = "" } }) => {
    const isElsewhere = name === "a" && /^https?:\/\//i.test(href) && URL.canParse(href);
    return isElsewhere && !HOSTS.includes(new URL(href).hostname);
  });
  return {
    line,
    day,
    publisher: publisher.trim(),
    ...(original && { original: new URL(original.attribs.href as string).href }),
  };
}

const BYLINE = /^Date: ?(\d{1,2}\/\d{1,2}\/\d{4})(?: ?\| ?Source: ?([^|]*))?/i;
const BYLINE_ELEMENTS = new Set(["p", "div", "span", "li", "td"]);
/** Characters that the facts have at most; what a larger element says beyond them is the article. */
const MAX_BYLINE_LENGTH = 200;

function firstWithin(node: AnyNode, is: (element: Element) => boolean): Element | undefined {
  if (!hasChildren(node)) return undefined;
  for (const child of node.children) {
    const found = isTag(child) && is(child) ? child : firstWithin(child, is);
    if (found) return found;
  }
  return undefined;
}

/** The last heading before the line of facts; the page's own title is generic. */
function titleAbove({ elements, textOf }: Outline, line: Element): string | undefined {
  const above = elements.slice(0, elements.indexOf(line));
  const heading = above.findLast((element) => /^h[1-4]$/.test(element.name) && textOf(element) !== "");
  return heading && textOf(heading);
}

interface Content {
  content: readonly AnyNode[];
  /** Whether an element of the content is the page's, not the article's. */
  isChrome?: (element: Element) => boolean;
}

/** The body: what the element holds that the website names so, else what stands between the facts and the next heading. */
function contentOf(outline: Outline, line: Element): Content {
  const named = outline.elements.find((element) => hasClass(element, "article-content"));
  if (named) return { content: named.children, isChrome: chromeOf(outline) };
  const content: Element[] = [];
  for (let at = line.next; at; at = at.next) {
    if (!isTag(at)) continue;
    if (/^(?:h[1-4]|article)$/.test(at.name) || at.attribs.id === "latest_article_wrapper") break;
    if (/^(?:p|div|blockquote|ul|ol|table)$/.test(at.name)) content.push(at);
  }
  return { content };
}

const hasClass = ({ attribs }: Element, name: string) => attribs.class?.split(/\s+/).includes(name) ?? false;
const isSignUp = (element: Element) =>
  hasClass(element, "nk-paywall-free-member-form") ||
  (element.name === "form" && element.attribs.action?.includes("free-member-form"));

const CHROME_IDS = new Set(["latest_article_wrapper", "search_wrapper", "more_results"]);
const CHROME_CLASSES = ["article-desc", "more-full-link"];
const CHROME_WORDS =
  /^(?:upgrade to nk pro(?: today)?|browse|kcna watch logo|more articles|read original version at source)$/i;
/** Characters of the longest of these words, and then some. */
const CHROME_LENGTH = 50;

/** What of the page around it gets into a body: its list of other articles ("More from …"), its own words. */
function chromeOf({ textOf }: Outline): (element: Element) => boolean {
  const ended = new Set<Element["parent"]>();
  return (element) => {
    if (ended.has(element.parent) || CHROME_IDS.has(element.attribs.id ?? "")) return true;
    if (CHROME_CLASSES.some((name) => hasClass(element, name))) return true;
    const text = textOf(element, CHROME_LENGTH);
    if (/^h[1-6]$/.test(element.name) && /^more from\b/i.test(text)) {
      ended.add(element.parent);
      return true;
    }
    return /^(?:p|div|span|a|li|small)$/.test(element.name) && CHROME_WORDS.test(text);
  };
}

/** The media that the page names by themselves. */
function publishersOf({ elements }: Outline): Set<string> {
  const said = elements.flatMap(({ children }) => children.filter(isText)).map(({ data }) => data);
  return new Set(said.flatMap((text) => PUBLISHER.exec(oneLine(text))?.[1]?.toLowerCase() ?? []));
}

/** Whether "More From …" below an article lists what the source lists. */
const isOwnPublisher = (source: Source, publisher: string) =>
  hasSeveralPublishers(source) || publisher.toLowerCase() === source.name.toLowerCase();

function articlesOf(cards: Card[], source: Source, url: string): ScrapedArticle[] {
  const pictureUrl = pictureTeller(source, url);
  const pictures = cards.map(({ image, day }) => image && pictureUrl(image, day));
  const shown = new Map<string, number>();
  for (const picture of pictures) if (picture) shown.set(picture, (shown.get(picture) ?? 0) + 1);
  const read = (card: Card, i: number): ScrapedArticle[] => {
    const { pathname } = new URL(card.href, url);
    const title = cutAtWord(card.title || titleFromSlug(pathname), MAX_TITLE_LENGTH);
    const excerpt = cutAtWord(card.excerpt, MAX_EXCERPT_LENGTH);
    const collectedAt = collectedAtOf(card.key);
    // A card without a readable date has no better day than that of its intake.
    const day = card.day ?? (collectedAt === undefined ? undefined : dayOf(collectedAt, TIME_ZONE));
    if (!day) return [];
    const picture = pictures[i];
    const article = {
      key: card.key,
      id: `tag:kcnawatch.org,2026:newstream/${card.key}`,
      url: `${ORIGIN}${pathname.replace(/\/*$/, "/")}`,
      title,
      excerpt,
      day,
      ...(collectedAt !== undefined && { collectedAt }),
      language: source.language === "mul" ? languageOf(title, excerpt) : source.language,
      // What several cards show is no picture of one article.
      ...(picture && shown.get(picture) === 1 && { image: picture }),
    };
    return [article];
  };
  return cards.flatMap((card, i) => {
    try {
      return read(card, i);
    } catch (error) {
      // What nobody foresaw on one card must not keep the others out.
      console.error(JSON.stringify({ event: "card", source: source.id, key: card.key, error: String(error) }));
      return [];
    }
  });
}

/** When the website took an article in, as its key tells; undefined where that cannot be. */
function collectedAtOf(key: string): number | undefined {
  const collectedAt = Number.parseInt(key, 10) * 1000;
  return collectedAt >= MIN_COLLECTED_AT && collectedAt < MAX_COLLECTED_AT ? collectedAt : undefined;
}

/**
 * Gives the address of a picture of an article, undefined for any other image: a thumbnail is mostly the medium's logo.
 * With the article's day, what was uploaded long before it is none.
 */
function pictureTeller(source: Source, url: string): (src: string, day?: string) => string | undefined {
  const isLogo = logoDetector([source.name, ...PUBLISHERS]);
  return (src, day) => {
    if (src.length > MAX_URL_LENGTH || !URL.canParse(src, url)) return undefined;
    const { protocol, pathname, href } = new URL(src, url);
    if (!/^https?:$/.test(protocol) || isLogo(pathname)) return undefined;
    return day && isUploadedBefore(pathname, day) ? undefined : href;
  };
}

/** Media that the website archives, as far as they are known. */
const PUBLISHERS = ["KCNA.kp", "KCNA Watch", "Rodong Sinmun", "Naenara", "Voice of Korea", "Minju Choson", "NK News"];

/** A card without any title still has the words of its address. */
function titleFromSlug(pathname: string): string {
  const slug = pathname.split("/").filter(Boolean).slice(2).pop() ?? "";
  const words = oneLine(decodeLossy(slug).replace(/-+/g, " "));
  return words ? words[0]?.toUpperCase() + words.slice(1) : "Untitled";
}

/** Slugs are cut anywhere, also within a character. */
function decodeLossy(slug: string): string {
  for (let end = slug.length; end > Math.max(0, slug.length - 12); end--) {
    try {
      return decodeURIComponent(slug.slice(0, end));
    } catch {}
  }
  return "";
}
