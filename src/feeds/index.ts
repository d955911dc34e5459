import { renderAtom } from "./atom.ts";
import type { FeedDocument, Format } from "./document.ts";
import { renderJson } from "./json.ts";
import { renderRss } from "./rss.ts";

const RENDER: Record<Format, (document: FeedDocument) => string> = {
  rss: renderRss,
  atom: renderAtom,
  json: renderJson,
};

/** The bytes of a feed, as text. Pure: the same document gives the same text, always. */
export const render = (document: FeedDocument, format: Format): string => RENDER[format](document);
