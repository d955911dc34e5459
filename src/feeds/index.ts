import { renderAtom } from "./atom.ts";
import type { FeedDocument, Format } from "./document.ts";
import { renderJson } from "./json.ts";
import { renderRss } from "./rss.ts";

const RENDER: Record<Format, (document: FeedDocument) => string> = {
  rss: renderRss,
  atom: renderAtom,
  json: renderJson,
};

/** Renders a feed. The same document always gives the same text. */
export const render = (document: FeedDocument, format: Format): string => RENDER[format](document);
