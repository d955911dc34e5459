import { lazyPattern } from "../scrape/lazy-pattern.ts";
import { failure } from "../scrape/page.ts";
import { articleKey } from "./addresses.ts";
import {
  bylineOf,
  contentOf,
  headingOf,
  isPublisher,
  isSignUp,
  LISTING_IDS,
  publishersOf,
  SIGN_UP_PATH,
} from "./kcnawatch-article.ts";
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

const HOSTS = ["kcnawatch.org", "www.kcnawatch.org", "kcnawatch.xyz", "www.kcnawatch.xyz"];
/** Articles a load-more fragment holds: the website's own page size. */
const FRAGMENT_SIZE = 10;
/** Times of intake that a key can tell: the website is younger, and no key is of the future. */
const MIN_COLLECTED_AT = Date.UTC(2000);
const MAX_COLLECTED_AT = Date.UTC(2100);

/** A page's title is the first; a later one is a picture's. */
const TITLE = /<title\b[^<>]*>\s*([^<]*)/i;

const locationOf = (source: Source) => source.location as KcnaWatchLocation;
const hasSeveralPublishers = (source: Source) => locationOf(source).newstream === true;
const isFragment = ({ pathname }: URL) => pathname.endsWith("/admin-ajax.php");

function loadMore(id: number, from: number): string {
  return `/wp-admin/admin-ajax.php?action=get_cat_by_source&die=true&from=${from}&to=${FRAGMENT_SIZE}&sort=&id=${id}`;
}

export const kcnawatch: Site = {
  id: "kcnawatch",
  name: "KCNA Watch",
  origin: "https://kcnawatch.org",
  aliases: HOSTS.slice(1),
  idPrefix: "tag:kcnawatch.org,2026:newstream/",
  timeZone: "Asia/Pyongyang",
  // `/newstream/1769737240-205284/slug/`, with older articles nested one folder deeper.
  articlePath: /\/newstream\/(\d{6,12}-\d{1,12})(?=[/?]|$)/,
  listingIds: LISTING_IDS,
  publishers: ["KCNA.kp", "Rodong Sinmun", "Naenara", "Voice of Korea", "Minju Choson", "NK News"],
  sources: [
    { id: "kcna-en", name: "KCNA.kp (En)", language: "en", outlet: "kcna", location: { article: 156 } },
    { id: "newstream", name: "KCNA Watch Newstream", language: "mul", location: { newstream: true } },
    { id: "rodong-ko", name: "Rodong Sinmun (Kr)", language: "ko", outlet: "rodong", location: { loadMore: 189661 } },
    { id: "kcna-ko", name: "KCNA.kp (Kr)", language: "ko", outlet: "kcna", location: { search: 190036 } },
  ],

  listingPath(source, page) {
    const location = locationOf(source);
    // A source's own page cannot be paged, unless it also has the id of its fragments.
    if (page > 0)
      return location.loadMore === undefined ? undefined : loadMore(location.loadMore, page * FRAGMENT_SIZE);
    if (location.newstream) return "/newstream/";
    if (location.article !== undefined) return `/article/${location.article}/`;
    if (location.loadMore !== undefined) return loadMore(location.loadMore, 0);
    return `/?s=&source=${location.search}&sort=recent`;
  },

  listingOffset(_, url) {
    // The fragments of a source's page continue the page: both are its one list.
    const from = (isFragment(url) && url.searchParams.get("from")) || "";
    return /^\d{1,6}$/.test(from) ? Number(from) : undefined;
  },

  readFragment(text, url) {
    if (!isFragment(url)) return undefined;
    // WordPress answers 0 to an action that it does not know, and nothing at a list's end.
    if (text.trim() === "0") return failure("layout-changed", "the website no longer knows the load-more action");
    // It has no end tag of a page: it ends with that of its last card, and at times with the 0 of WordPress.
    if (text.trim() !== "" && !/>\s*0?$/.test(text.trimEnd()))
      return failure("truncated", "the fragment breaks off before its end");
    return text.trim() === "" && url.searchParams.get("from") !== "0" ? { cards: [] } : undefined;
  },

  // A card without an excerpt may print its source, which other cards do not.
  readCard: (card) => (isPublisher(card.excerpt) ? { ...card, excerpt: "" } : card),

  checkListing(page, { cards }, source) {
    const { html } = page;
    if (cards.length === 0) {
      if (!isSignUp(page)) return undefined;
      return failure("sign-up", "the website shows its sign-up form instead of the listing");
    }
    const isGeneric = () => !html.includes(source.name) || publishersOf(page.outline).size > 1;
    if (hasSeveralPublishers(source) || !/^newstream\b/i.test(TITLE.exec(html)?.[1] ?? "") || !isGeneric())
      return undefined;
    return failure("wrong-page", "the website shows the newstream of all sources instead of this one's listing");
  },

  parseArticle(page, source) {
    const { outline, cards } = page;
    const byline = bylineOf(outline, HOSTS);
    if (!byline) {
      const found = cards();
      if ("failure" in found) return found;
      if (isSignUp(page)) return failure("sign-up", "the website shows its sign-up form instead of the article");
      if (found.linked > 1) return failure("wrong-page", "the website shows a list of articles instead of the article");
      return failure("layout-changed", "the page has no line that says the article's date and source");
    }
    const { day, line, publisher, original } = byline;
    const heading = headingOf(page, line, kcnawatch.name);
    if (!heading) return failure("layout-changed", "the page has no title beside the line with its date");
    const listsSource = hasSeveralPublishers(source) || publisher.toLowerCase() === source.name.toLowerCase();
    const content = contentOf(page, line, heading);
    return { title: outline.textOf(heading), day, publisher, original, ...content, listsSource };
  },

  signUpPath: SIGN_UP_PATH,
  isSignUp,
  canonicalPath: ({ pathname }) => pathname.replace(/\/*$/, "/"),

  collectedAt(key) {
    const collectedAt = Number.parseInt(key, 10) * 1000;
    return collectedAt >= MIN_COLLECTED_AT && collectedAt < MAX_COLLECTED_AT ? collectedAt : undefined;
  },

  ownsPage(source, url) {
    const { article, loadMore, search } = locationOf(source);
    const number = /^\/article\/(\d+)\/?$/.exec(url.pathname)?.[1];
    // Nothing maps the number spaces onto each other: a number of another space can be this source's, unless it is
    // known to be another's.
    const isOurs = (space: "loadMore" | "search", own: number | undefined, id: string | null) =>
      own === undefined
        ? !kcnawatch.sources.some(({ location }) => String(location?.[space]) === id)
        : id === String(own);
    if (number) return article === undefined ? false : Number(number) === article;
    if (isFragment(url)) return isOurs("loadMore", loadMore, url.searchParams.get("id"));
    if (url.searchParams.has("source")) return isOurs("search", search, url.searchParams.get("source"));
    return articleKey(kcnawatch, url) !== undefined || hasSeveralPublishers(source);
  },

  ownsPublisher(source, publisher, others) {
    if (hasSeveralPublishers(source) || publisher.toLowerCase() === source.name.toLowerCase()) return true;
    if (others.some(({ name }) => name.toLowerCase() === publisher.toLowerCase())) return false;
    // What an operator calls a further source may be anything, and so may a name in another script.
    const isBuiltIn = kcnawatch.sources.some(({ id, location }) => id === source.id && location === source.location);
    if (!isBuiltIn || lazyPattern.u`[^\p{Script=Latin}\p{Script=Common}]`.test(publisher)) return true;
    const printed = nameOf(publisher);
    return printed.base === nameOf(source.name).base && (!printed.language || printed.language === source.language);
  },

  outletOf: (publisher) => OUTLETS.get(nameOf(publisher).base),

  locationFields: ["article", "loadMore", "search"],
  parseLocation(entry) {
    const location: Record<string, number> = {};
    for (const [space, id] of Object.entries(entry)) {
      if (typeof id !== "number" || !Number.isSafeInteger(id) || id <= 0)
        return { error: `${space} must be a positive whole number` };
      location[space] = id;
    }
    if (Object.keys(location).length === 0)
      return { error: "one of article (a page number), loadMore or search (a source id) is needed" };
    return { location };
  },
};

/** Outlets that have a website of their own in `sites/`, by the publisher's name without its language. */
const OUTLETS: ReadonlyMap<string, string> = new Map([
  ["kcna.kp", "kcna"],
  ["rodong sinmun", "rodong"],
  ["choson sinbo", "chosonsinbo"],
  ["voice of korea", "vok"],
  ["ministry of foreign affairs", "mfa"],
]);

const LANGUAGES: Record<string, string> = { kr: "ko", cn: "zh", ch: "zh", jp: "ja", sp: "es" };

/** `KCNA.kp (En)`: what it is called, and in which language; the case varies. */
function nameOf(publisher: string): { base: string; language?: string } {
  const [, base = "", suffix] = /^(.*?)\s*(?:\(([a-z]{2})\))?$/i.exec(publisher.trim().toLowerCase()) ?? [];
  return { base, ...(suffix && { language: LANGUAGES[suffix] ?? suffix }) };
}
