import type { Site, Source } from "../sites/site.ts";

/** The websites of some sources, each once. */
export const sitesOf = (sources: readonly Source[]): Site[] => [...new Set(sources.map(({ site }) => site))];

/** Websites that are named one by one. */
const MAX_NAMED = 3;

/** `KCNA Watch`, `KCNA Watch and KCNA`, or `KCNA Watch and 7 other websites`. */
export function siteNames(sites: readonly Pick<Site, "name">[]): string {
  const names = sites.map(({ name }) => name);
  const [first = ""] = names;
  if (names.length > MAX_NAMED) return `${first} and ${names.length - 1} other websites`;
  const last = names.pop() ?? "";
  return names.length > 0 ? `${names.join(", ")} and ${last}` : last;
}
