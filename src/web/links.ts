import type { View } from "../archive/find.ts";
import type { Format } from "../feeds/document.ts";

/** The addresses of the bridge's own pages and feeds. */

/** Where they begin. */
export interface Base {
  /** Without a slash at its end. */
  url: string;
  /** The key that came in the address: whoever uses a link of the answer has no other. Entries get about and have none. */
  key?: string;
}

/** An address of the bridge's own, from its path, query and fragment. */
export function ownUrl({ url, key }: Base, place: string): string {
  if (!key) return url + place;
  const own = new URL(place, "https://own.invalid");
  own.searchParams.set("key", key);
  return url + own.href.slice(own.origin.length);
}

/** `/feeds/kcna-en/2026-01.atom?q=…`; without a format, the page for people. */
export function feedUrl(base: Base, sources: string, view: View, format: Format | undefined, query: string): string {
  return ownUrl(base, feedPath(sources, view, format, query));
}

function feedPath(sources: string, view: View, format: Format | undefined, query: string): string {
  const place = typeof view === "object" ? `/${view.month}` : view === "changes" ? "/changes" : "";
  return `/feeds/${sources}${place}${format ? `.${format}` : ""}${query && `?${query}`}`;
}

/** The question's tag URI: without format and host, so that it is the same wherever and however it is asked. */
export const feedId = (sources: string, view: View, query: string): string =>
  `tag:kcnawatch.org,2026:${feedPath(sources, view, undefined, query).slice(1)}`;
