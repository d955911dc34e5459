import type { View } from "../archive/search.ts";
import { FORMATS, isFormat } from "../feeds/document.ts";
import type { Settings } from "../settings.ts";
import type { FeedPath } from "./feed-cache.ts";
import { selectSources } from "./sources.ts";

/** `2026-01`, a month that there is. */
export const MONTH = /^\d{4}-(?:0[1-9]|1[0-2])$/;

/** `kcna-en.rss` as `kcna-en` and `rss`. */
export function splitFormat(file: string): [name: string, format: string | undefined] {
  const dot = file.lastIndexOf(".");
  return dot < 0 ? [file, undefined] : [file.slice(0, dot), file.slice(dot + 1)];
}

export const FORMATS_TEXT = `feeds come as ${FORMATS.map((name) => `.${name}`).join(", ")}`;

/**
 * The feed that a path names.
 *
 * @param path behind `/feeds`: `/kcna-en.rss`, `/kcna-en/2026-01.atom`
 */
export function parseFeedPath(settings: Settings, path: string): FeedPath | { error: string } {
  const [, first = "", second, further] = path.split("/");
  const [last, format] = splitFormat(second ?? first);
  const view = second === undefined ? "newest" : viewOf(last);
  if (further !== undefined || !view) return { error: "the hub has no such feed; a status feed must be polled" };
  if (!isFormat(format)) return { error: FORMATS_TEXT };
  const selection = selectSources(settings, second === undefined ? last : first);
  return "error" in selection ? selection : { selection, view, format };
}

function viewOf(name: string): View | undefined {
  if (name === "changes") return name;
  return MONTH.test(name) ? { month: name } : undefined;
}
