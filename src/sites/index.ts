import { articleAt } from "./addresses.ts";
import { chosonsinbo } from "./chosonsinbo.ts";
import { kcna } from "./kcna.ts";
import { kcnawatch } from "./kcnawatch.ts";
import { mfa } from "./mfa.ts";
import { rodong } from "./rodong.ts";
import type { Site, Source } from "./site.ts";
import { vok } from "./vok.ts";

/** The websites that the bridge can read. A new one is a file beside this and a line here. */
export const SITES: Readonly<Record<string, Site>> = { kcnawatch, kcna, rodong, chosonsinbo, vok, mfa };

/** The outlet's own article that an address leads to: what an archive of several outlets names as the original. */
export function outletArticle(address: string): { site: string; key: string } | undefined {
  const outlets = Object.values(SITES).filter((site) => site.sources.some(({ outlet }) => outlet === site.id));
  const found = articleAt(outlets, address);
  return found && { site: found.site.id, key: found.key };
}

export const toSources = (site: Site): Source[] => site.sources.map((source) => ({ location: {}, ...source, site }));

/** The sources that are there without any setting, the first the default. */
export const BUILT_IN: readonly Source[] = Object.values(SITES).flatMap(toSources);
