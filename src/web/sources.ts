import { nearest } from "../query/near-name.ts";
import type { Settings } from "../settings.ts";
import type { Source } from "../sites/site.ts";
import { notFound } from "./http/problem.ts";

export interface Selection {
  /** As the path spells it canonically: `kcna-en`, `kcna-en+rodong-ko`, `all`. */
  name: string;
  sources: readonly Source[];
  ids: readonly string[];
}

/** Reads `kcna-en`, several joined by `+`, or `all`; the error says which id is unknown and which may be meant. */
export function selectSources(settings: Settings, text: string): Selection | { error: string } {
  const { sources } = settings;
  if (text === "all") return selectionOf("all", sources);
  const wanted = new Set(text.split(/[+ ]/));
  for (const id of wanted) {
    if (sources.some((source) => source.id === id)) continue;
    const unfollowed = unfollowedSource(settings, id);
    if (unfollowed) return unfollowed;
    if (id === "all") return { error: '"all" is every source already: it stands alone, without "+"' };
    if (id === "") return { error: 'a source is missing before, after or between "+"' };
    const typed = id.slice(0, 60);
    const ids = sources.map((source) => source.id);
    const near = nearest(typed.toLowerCase(), ids, 3);
    const hint = near ? `did you mean ${near}?` : `there are ${ids.join(", ")}, or all of them as "all"`;
    return { error: `there is no source "${typed}"; ${hint}` };
  }
  const selected = sources.filter(({ id }) => wanted.has(id));
  return selectionOf(selected.map(({ id }) => id).join("+"), selected);
}

/** @throws HttpError if there is none of this name */
export function requireSources(settings: Settings, text: string): Selection {
  const selection = selectSources(settings, text);
  if ("error" in selection) throw notFound(selection.error);
  return selection;
}

/** How to follow a built-in source that this bridge does not read; undefined if there is no such source. */
export function unfollowedSource({ unfollowed }: Settings, id: string): { error: string } | undefined {
  if (!unfollowed.some((source) => source.id === id)) return undefined;
  return { error: `this bridge does not follow the source "${id}"; its operator can add it to the variable FOLLOW` };
}

/** Listings of one source before those that mix several: an article that both show is named after its own source. */
function selectionOf(name: string, selected: readonly Source[]): Selection {
  const sources = selected.toSorted((a, b) => Number(a.language === "mul") - Number(b.language === "mul"));
  return { name, sources, ids: sources.map(({ id }) => id) };
}
