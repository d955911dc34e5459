import type { Format } from "../feeds/document.ts";
import type { Part } from "./answer.ts";

/** The addresses of the bridge's own pages and feeds. */

/** `/feeds/kcna-en/2026-01.atom?q=…`; without a format, the page for people. */
export function feedUrl(base: string, sources: string, part: Part, format: Format | undefined, query: string): string {
  const place = typeof part === "object" ? `/${part.month}` : part === "changes" ? "/changes" : "";
  return `${base}/feeds/${sources}${place}${format ? `.${format}` : ""}${query && `?${query}`}`;
}

/** The question's tag URI: without format and host, so that it is the same wherever and however it is asked. */
export const feedId = (sources: string, part: Part, query: string): string =>
  `tag:kcnawatch.org,2026:${feedUrl("", sources, part, undefined, query).slice(1)}`;
