import { kcnawatch } from "./kcnawatch.ts";
import type { Site, Source } from "./site.ts";

/** The websites that the bridge can read. A new one is a file beside this and a line here. */
export const SITES: Readonly<Record<string, Site>> = { kcnawatch };

export const sourcesOf = (site: Site): Source[] => site.sources.map((source) => ({ location: {}, ...source, site }));

/** The sources that are there without any setting, the first the default. */
export const BUILT_IN: readonly Source[] = Object.values(SITES).flatMap(sourcesOf);
