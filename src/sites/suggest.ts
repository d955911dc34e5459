import { type Element, isTag, isText } from "domhandler";
import type { Outline } from "../scrape/outline.ts";
import { configuredSite, type SiteDescription } from "./configured.ts";
import { readListing } from "./reader.ts";
import type { Page, Source } from "./site.ts";

/** Suggests an entry for the variable `SITES` from a listing page. */

export interface Suggestion extends Pick<SiteDescription, "id" | "name" | "origin" | "timeZone" | "article" | "body"> {
  language: string;
  listing: string;
  datesWithoutYear?: true;
}

/** Shapes of addresses that are tried, those of most links first. */
const MAX_SHAPES = 8;
/** Links of one shape that make a listing. */
const MIN_LINKS = 3;

/** @returns the entry with which most articles can be read; undefined if no links look like articles */
export async function suggestSite(page: Page, now: number): Promise<Suggestion | undefined> {
  const { hostname, origin, pathname, search } = page.url;
  const id = (hostname.replace(/^www\./, "").split(".")[0] ?? "").replace(/[^a-z0-9]+/g, "-") || "site";
  const named = (name: string) => page.outline.elements.find((element) => element.name === name);
  const title = named("title");
  const entry = {
    id,
    name: (title && page.outline.textOf(title, 100)) || hostname,
    origin,
    timeZone: "UTC",
    language: named("html")?.attribs.lang?.split("-")[0]?.toLowerCase() || "en",
    listing: pathname + search,
    body: "article",
  };
  let best: { suggestion: Suggestion; count: number } | undefined;
  for (const article of patterns(page)) {
    for (const datesWithoutYear of [false, true]) {
      const suggestion = { ...entry, article, ...(datesWithoutYear && ({ datesWithoutYear } as const)) };
      const count = await articlesWith(suggestion, page, now);
      if (count > (best?.count ?? 0)) best = { suggestion, count };
    }
  }
  return best?.suggestion;
}

/** A selector of the text on an article page: of the element with the longest paragraphs. */
export function suggestBody({ elements, textOf }: Outline): string | undefined {
  const lengths = new Map<Element, number>();
  for (const element of elements) {
    const { parent } = element;
    if (element.name !== "p" || !parent || !isTag(parent)) continue;
    lengths.set(parent, (lengths.get(parent) ?? 0) + textOf(element).length);
  }
  const [[body] = []] = [...lengths].sort(([, a], [, b]) => b - a);
  if (!body) return undefined;
  const own = [body.attribs.id, body.attribs.class?.trim().split(/\s+/)[0]];
  const [id, name] = own.map((word) => (word && /^[A-Za-z_][\w-]*$/.test(word) ? word : undefined));
  return id ? `#${id}` : body.name + (name ? `.${name}` : "");
}

async function articlesWith(suggestion: Suggestion, { html, url }: Page, now: number): Promise<number> {
  const site = configuredSite(describe(suggestion));
  await site.load?.();
  const listing = readListing({ html, source: { ...site.sources[0], site } as Source, address: url.href, now });
  return "articles" in listing ? listing.articles.length : 0;
}

function describe(suggestion: Suggestion): SiteDescription {
  const { id, name, language, listing, datesWithoutYear = false, ...rest } = suggestion;
  const sources = [{ id, name, language, location: { listing } }];
  return { ...rest, id, name, aliases: [], datesWithoutYear, pageSize: 1, sources };
}

/** A part of an address that differs from article to article. */
const PARTS: [RegExp, pattern: string][] = [
  [/^[0-9a-f]{16,}/, "[0-9a-f]+"],
  [/^[0-9]+/, "[0-9]+"],
  [/^[^/?&=#]*(?:-[^/?&=#]*-|%)[^/?&=#]*/, "[^/?]+"],
];

/** The number of `AKR20261128` and of `article25`. */
const WITHIN_WORD: (typeof PARTS)[number] = [/^[0-9]{2,}/, "[0-9]+"];
const SEGMENT: (typeof PARTS)[number] = [/^[^/?]+/, "[^/?]+"];

interface Shape {
  pattern: (group: number) => string;
  /** The values of each part that differs. */
  values: Set<string>[];
  links: Set<string>;
}

/** Patterns for the addresses of the page's links: those that fix most of an address first, and of these those of most links. */
const patterns = (page: Page): string[] =>
  (["nothing", "last", "others", "all"] as const).flatMap((free) => patternsWith(page, free));

/** Which segments of a path may be any text, not only where it has a number or a title. */
type Free = "nothing" | "last" | "others" | "all";

function patternsWith({ outline, url }: Page, free: Free): string[] {
  const shapes = new Map<string, Shape>();
  for (const { name, attribs } of outline.elements) {
    if (name !== "a" || !attribs.href || attribs.href.length > 300 || !URL.canParse(attribs.href, url.href)) continue;
    const to = new URL(attribs.href, url);
    if (to.host !== url.host) continue;
    const parts = partsOf(to, free);
    const shape = parts.map(({ text, pattern }) => pattern ?? text).join("\n");
    const known = shapes.get(shape) ?? newShape(parts);
    known.links.add(to.href);
    parts.filter(({ pattern }) => pattern).forEach(({ text }, i) => void known.values[i]?.add(text));
    shapes.set(shape, known);
  }
  return [...shapes.values()]
    .filter(({ links, values }) => links.size >= MIN_LINKS && values.length > 0)
    .sort((a, b) => b.links.size - a.links.size)
    .slice(0, MAX_SHAPES)
    .map(({ links, pattern, values }) => {
      // The key is the first part that has the most different values; a month or a day only if there is no other.
      const sizes = values.map((of) => of.size - ([...of].every((value) => /^\d\d?$/.test(value)) ? links.size : 0));
      return pattern(sizes.indexOf(Math.max(...sizes)));
    });
}

interface Part {
  text: string;
  /** Undefined if it is the same for all. */
  pattern?: string;
}

function partsOf({ pathname, search }: URL, free: Free): Part[] {
  const parts: Part[] = [];
  const last = pathname.replace(/\/$/, "").lastIndexOf("/");
  const path = pathname + search;
  for (let rest = path; rest !== ""; ) {
    const at = path.length - rest.length;
    const before = parts.at(-1)?.text.at(-1) ?? "/";
    const isFree = free === "all" || free === (at > last ? "last" : "others");
    const forms =
      before === "/" && at < pathname.length && isFree ? [SEGMENT] : /[/?&=._-]/.test(before) ? PARTS : [WITHIN_WORD];
    const found = forms.find(([form]) => form.test(rest));
    const text = found ? (found[0].exec(rest)?.[0] ?? "") : (rest[0] ?? "");
    const previous = parts.at(-1);
    if (found) parts.push({ text, pattern: found[1] });
    else if (previous && !previous.pattern) previous.text += text;
    else parts.push({ text });
    rest = rest.slice(text.length);
  }
  return parts;
}

function newShape(parts: readonly Part[]): Shape {
  const varying = parts.filter(({ pattern }) => pattern);
  return {
    links: new Set(),
    values: varying.map(() => new Set()),
    pattern(group) {
      let text = "";
      let at = -1;
      for (const part of parts) {
        if (part.pattern) at++;
        text += part.pattern ? (at === group ? `(${part.pattern})` : part.pattern) : escapeRegex(part.text);
        // After the key, there is mostly a slug, which can be missing.
        if (at === group) break;
      }
      return text;
    },
  };
}

const escapeRegex = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** The texts of a page's links, by address: what a reader of the listing could follow. */
export function linksOf({ outline, url }: Page): Map<string, string> {
  const links = new Map<string, string>();
  for (const element of outline.elements) {
    const { href } = element.attribs;
    if (element.name !== "a" || !href || !URL.canParse(href, url.href)) continue;
    const text = outline.textOf(element, 80) || element.children.find(isText)?.data || "";
    const to = new URL(href, url).href;
    if (!links.get(to)) links.set(to, text);
  }
  return links;
}
