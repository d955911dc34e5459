import { articlePage, fragment, listingPage, type Shown } from "./markup.ts";

/**
 * What KCNA Watch answers to a path: listings, load-more fragments, the search by source, article pages. The server on
 * loopback (`replica.ts`) and the network of tests in workerd (`../simulation.ts`) answer with it.
 */
export interface Website {
  /**
   * What each source lists, newest first, by the source's number on the website; a number in place of the articles is
   * a status to fail with. `newstream` is the listing of all sources: if it is absent, it is made of the others.
   */
  listings: Map<string, Shown[] | number>;
  /** Names of sources, by number. */
  names?: Readonly<Record<string, string>>;
  /** The publisher that article pages name, and no list below them; if absent, the source's name and its listing. */
  publisher?: string;
}

/** Articles on a listing page, on the one of all sources, and in a fragment. */
export const PAGE = 16;
const NEWSTREAM_PAGE = 20;
export const FRAGMENT = 10;

export interface Answer {
  status: number;
  html: string;
}

const NOT_FOUND: Answer = { status: 404, html: listingPage("Page not found", []) };

/** @param path path and query */
export function answerTo(website: Website, path: string): Answer {
  const { pathname, searchParams } = new URL(path, "http://website");
  if (pathname === "/newstream/") return newstream(website);
  const key = /^\/newstream\/(\d+-\d+)\//.exec(pathname)?.[1];
  if (key) return article(website, key);
  if (pathname === "/wp-admin/admin-ajax.php") {
    if (searchParams.get("action") !== "get_cat_by_source") return { status: 200, html: "0" };
    return part(website, searchParams.get("id") ?? "", Number(searchParams.get("from")));
  }
  const number = /^\/article\/(\d+)\/$/.exec(pathname)?.[1] ?? (pathname === "/" && searchParams.get("source"));
  return number ? listing(website, number) : NOT_FOUND;
}

function newstream(website: Website): Answer {
  const own = website.listings.get("newstream");
  if (own !== undefined) return typeof own === "number" ? failing(own) : listing(website, "newstream");
  const all = articlesOf(website).sort((a, b) => (a.key < b.key ? 1 : -1));
  return { status: 200, html: listingPage("Newstream", all.slice(0, NEWSTREAM_PAGE)) };
}

function listing({ listings, names = {} }: Website, number: string): Answer {
  const articles = listings.get(number);
  if (articles === undefined) return NOT_FOUND;
  if (typeof articles === "number") return failing(articles);
  return { status: 200, html: listingPage(names[number] ?? `Source ${number}`, articles.slice(0, PAGE)) };
}

function part({ listings }: Website, number: string, from: number): Answer {
  const articles = listings.get(number) ?? [];
  if (typeof articles === "number") return failing(articles);
  return { status: 200, html: fragment(articles.slice(from, from + FRAGMENT)) };
}

function article({ listings, names = {}, publisher }: Website, key: string): Answer {
  for (const [number, articles] of listings) {
    const shown = typeof articles === "number" ? undefined : articles.find((article) => article.key === key);
    if (!shown || typeof articles === "number") continue;
    if (publisher !== undefined) return { status: 200, html: articlePage(publisher, shown, []) };
    return { status: 200, html: articlePage(names[number] ?? "", shown, articles.slice(0, PAGE)) };
  }
  return NOT_FOUND;
}

const failing = (status: number): Answer => ({ status, html: "failing" });

const articlesOf = ({ listings }: Website): Shown[] =>
  [...listings.values()].flatMap((articles) => (typeof articles === "number" ? [] : articles));

const KOREAN_DAY = new Intl.DateTimeFormat("en-US", {
  timeZone: "Asia/Seoul",
  month: "long",
  day: "2-digit",
  year: "numeric",
});

/** `January 30, 2026`, of an instant's Korean day (milliseconds). */
export const printedDay = (ms: number): string => KOREAN_DAY.format(ms);
