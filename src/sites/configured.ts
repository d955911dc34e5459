import type { Element } from "domhandler";
import type { RE2JS } from "re2js";
import { instantDay } from "../scrape/local-dates.ts";
import { failure } from "../scrape/page.ts";
import { parseSelector } from "../scrape/selector.ts";
import type { Page, Site, Source, SourceDefinition } from "./site.ts";

/** A website as the variable `SITES` describes it, checked. */
export interface SiteDescription {
  id: string;
  name: string;
  origin: string;
  aliases: readonly string[];
  timeZone: string;
  /** RE2; its group is the key. */
  article: string;
  /** CSS selectors of the text, the title and the date on an article's page. */
  body: string;
  title?: string;
  date?: string;
  datesWithoutYear: boolean;
  /** The number of articles on one page of the listing. */
  pageSize: number;
  /** Each with `listing`, and with `older` where the listing can be paged. */
  sources: readonly (SourceDefinition & { location: { listing: string; older?: string } })[];
}

/** Characters of a path that the pattern is tried on: with its size, this bounds what a page's links can cost. */
const MAX_PATH_LENGTH = 300;

/**
 * The site of a description.
 *
 * The pattern runs on RE2, which takes linear time: an engine that backtracks could be kept busy by a page's links. It
 * is loaded when a page is first read, since most bridges need none.
 */
export function configuredSite(description: SiteDescription): Site {
  const { id, name, origin, timeZone, aliases, datesWithoutYear, pageSize } = description;
  // Reprints are of different outlets, so its articles must have one.
  const sources = description.sources.map((source) => ({ ...source, outlet: id }));
  let pattern: RE2JS | undefined;
  return {
    id,
    name,
    origin,
    aliases,
    idPrefix: `tag:${new URL(origin).hostname},2026:`,
    timeZone,
    sources,
    ...(datesWithoutYear && { datesWithoutYear }),

    async load() {
      if (pattern) return;
      const { RE2JS } = await import("re2js");
      pattern = RE2JS.compile(description.article);
    },

    articleKey({ pathname, search }) {
      if (!pattern) throw new Error(`a page of ${id} is read before its pattern is loaded`);
      const path = pathname + search;
      if (path.length > MAX_PATH_LENGTH) return undefined;
      const matcher = pattern.matcher(path);
      return matcher.lookingAt() ? (matcher.group(1) ?? undefined) : undefined;
    },

    listingPath(source, page) {
      const { listing, older } = placeOf(source);
      if (page === 0) return listing;
      return older?.replaceAll("{page}", String(page + 1)).replaceAll("{offset}", String(page * pageSize));
    },

    listingOffset(source, { pathname, search }) {
      for (let page = 1; page <= MAX_PAGES; page++) {
        const path = this.listingPath(source, page);
        if (path === undefined) return undefined;
        if (path === pathname + search) return page * pageSize;
      }
      return undefined;
    },

    locationFields: ["listing", "older"],
    parseLocation({ listing, older }) {
      if (!isPath(listing, origin)) return { error: `listing must be ${PATH}` };
      if (older === undefined) return { location: { listing } };
      return isOlderPath(older, origin) ? { location: { listing, older } } : { error: `older must be ${OLDER_PATH}` };
    },

    parseArticle(page) {
      const find = (selector: string) => parseSelector(selector)?.outermost(page.root) ?? [];
      const found = find(description.body);
      const title = firstText(page, description.title ? find(description.title) : headings(page));
      if (found.length === 0) return failure("layout-changed", `nothing on the page matches ${description.body}`);
      if (!title) return failure("layout-changed", "the page has no title");
      const dates = description.date ? find(description.date) : page.outline.elements.filter(isTime);
      return { title, day: firstDay(page, dates, timeZone), content: found.flatMap(({ children }) => children) };
    },
  };
}

/** Pages of a listing whose addresses are known. */
const MAX_PAGES = 100;

const placeOf = ({ location }: Source) => location as { listing: string; older?: string };
const isTime = ({ name }: Element) => name === "time";

export const PATH = 'a path of the website, such as "/news/"';
export const OLDER_PATH = 'a path with {page} (2 for the second) or {offset}, such as "/news/?page={page}"';

/** Whether it is a path, with or without a query, that stays on the website. */
export function isPath(value: unknown, origin: string): value is string {
  if (typeof value !== "string" || !/^\/[\x21-\x7e]{0,500}$/.test(value) || !URL.canParse(value, origin)) return false;
  return new URL(value, origin).origin === origin && !value.includes("#");
}

export const isOlderPath = (value: unknown, origin: string): value is string =>
  isPath(value, origin) && /\{(?:page|offset)\}/.test(value);

/** The page's main headings first, then what the browser's tab says. */
function headings({ outline }: Page): Element[] {
  const named = (name: string) => outline.elements.filter((element) => element.name === name);
  return ["h1", "h2", "title"].flatMap(named);
}

function firstText({ outline }: Page, elements: readonly Element[]): string {
  for (const element of elements) {
    const text = outline.textOf(element);
    if (text) return text;
  }
  return "";
}

/** The first day that one of the elements says, for machines or in print. */
function firstDay(page: Page, elements: readonly Element[], timeZone: string): string | undefined {
  for (const element of elements) {
    const { datetime = "" } = element.attribs;
    const day = instantDay(datetime, timeZone) ?? page.dayIn(datetime) ?? page.dayIn(page.outline.textOf(element, 200));
    if (day) return day;
  }
  return undefined;
}
