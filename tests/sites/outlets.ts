import { articleKey } from "../../src/sites/addresses.ts";
import { SITES, toSources } from "../../src/sites/index.ts";
import { readArticlePage, readListing } from "../../src/sites/reader.ts";
import type { Location, Source } from "../../src/sites/site.ts";
import { readSourceSettings } from "../../src/source-settings.ts";

/** What tests of the outlets' sites share: reading a page as the bridge does, in an hour after the pages were made. */

const NOW = Date.parse("2026-10-06T12:00:00Z");

export function sourceOf(id: string): Source {
  const source = Object.values(SITES)
    .flatMap(toSources)
    .find((one) => one.id === id);
  if (!source) throw new Error(`there is no source ${id}`);
  return source;
}

const addressOf = ({ site }: Source, path: string) => new URL(path, site.origin).href;

/** The articles of a listing page, or the reason why it is none. */
export function listing(id: string, html: string, page = 0) {
  const source = sourceOf(id);
  const path = source.site.listingPath(source, page) as string;
  const read = readListing({ html, source, address: addressOf(source, path), now: NOW });
  return "failure" in read ? read.failure.reason : read.articles;
}

/** An article page read, or the reason why it is none. */
export function article(id: string, path: string, html: string, listedTitle?: string) {
  const source = sourceOf(id);
  const read = readArticlePage({ html, source, address: addressOf(source, path), now: NOW, listedTitle });
  return "failure" in read ? read.failure.reason : read.story;
}

export function keyOf(id: string, path: string): string | undefined {
  const source = sourceOf(id);
  return articleKey(source.site, new URL(path, source.site.origin));
}

/** The location that an entry of SOURCES gives a further listing of a website. */
export function locationOf(site: string, language: string, place: object): Location | undefined {
  const { sources } = readSourceSettings({ SOURCES: [{ id: "further", name: "Further", language, site, ...place }] });
  return sources.find(({ id }) => id === "further")?.location;
}
