import type { View } from "../archive/search.ts";
import type { Format } from "../feeds/document.ts";

/** The addresses of the bridge's own pages and feeds, and the ids of its feeds. */

/** Where the addresses begin. */
export interface Base {
  /** Without a slash at its end. */
  url: string;
  /** The access key that came in the address. The reader's next requests need it. Links in entries do not have it. */
  key?: string;
}

const KEY_PARAMETER = "key";

/** The access key in an address. The bridge's own links hand it on; a key that came in a header is not handed on. */
export const keyInAddress = (url: URL): string | undefined => url.searchParams.get(KEY_PARAMETER) ?? undefined;

/** @param address whole, with its host */
export function withKeyInAddress(address: string, key: string): string {
  const url = new URL(address);
  url.searchParams.set(KEY_PARAMETER, key);
  return url.href;
}

/** An address of the bridge's own, from its path, query and fragment. */
export const ownUrl = ({ url, key }: Base, place: string): string =>
  key ? withKeyInAddress(url + place, key) : url + place;

/** What the address of a feed says. */
export interface FeedAddress {
  /** Of the sources: `kcna-en+rodong-ko`, `all`. */
  name: string;
  view?: View;
  /** Undefined: the page for people. */
  format?: Format | undefined;
  query?: string;
}

/** `/feeds/kcna-en/2026-01.atom?q=…`; without a format, the page for people. */
export const feedUrl = (base: Base, address: FeedAddress): string => ownUrl(base, feedPath(address));

/** The page of a feed: `/feeds/kcna-en/2026-01?q=…`. */
export const pageUrl = (base: Base, name: string, view?: View, query?: string): string =>
  feedUrl(base, { name, view, query });

function feedPath({ name, view = "newest", format, query = "" }: FeedAddress): string {
  const place = typeof view === "object" ? `/${view.month}` : view === "changes" ? "/changes" : "";
  return `/feeds/${name}${place}${format ? `.${format}` : ""}${query && `?${query}`}`;
}

/** Begins the ids of all feeds, whatever their sites (RFC 4151). Readers know feeds by their ids: never change it. */
const FEED_ID_PREFIX = "tag:kcnawatch.org,2026:";

/** The tag URI of a query: without format and host, so that it is the same at every address and in every format. */
export const feedId = (name: string, view?: View, query?: string): string =>
  FEED_ID_PREFIX + feedPath({ name, view, query }).slice(1);

/** `/feeds/kcna-en/status.atom`; without a format, the page for people. */
export const statusUrl = (base: Base, sources: string, format: Format | undefined): string =>
  ownUrl(base, `/feeds/${sources}/status${format ? `.${format}` : ""}`);

/** `/feeds/kcna-en/counts.json?q=…`; parameters that counts do not take are left out by `countsFor`. */
export const countsUrl = (base: Base, sources: string, format: "json" | "csv", query: string): string =>
  ownUrl(base, `/feeds/${sources}/counts.${format}${query && `?${query}`}`);

/** The icon, without the key: readers give the address to services that fetch icons. */
export const iconUrl = ({ url }: Base): string => `${url}/icon.png`;

/** The id of a status feed; of one of its entries, with what stands below it. Never change it. */
export const statusId = (sources: string, below = ""): string => `${FEED_ID_PREFIX}feeds/${sources}/status${below}`;

/** `/articles/kcnawatch/1769737240-205284`, and what stands below it: `/v2`, `/timemap`, `.json`. */
export const articleUrl = (base: Base, { site, key }: { site: string; key: string }, below = ""): string =>
  ownUrl(base, `/articles/${encodeURIComponent(site)}/${encodeURIComponent(key)}${below}`);
