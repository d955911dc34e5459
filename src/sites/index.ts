import { articleKey, hostsOf } from "./addresses.ts";
import { chosonsinbo } from "./chosonsinbo.ts";
import { kcna } from "./kcna.ts";
import { kcnawatch } from "./kcnawatch.ts";
import { mfa } from "./mfa.ts";
import { rodong } from "./rodong.ts";
import type { Site, Source } from "./site.ts";
import { vok } from "./vok.ts";

/** The websites that the bridge can read. A new one is a file beside this and a line here. */
export const SITES: Readonly<Record<string, Site>> = { kcnawatch, kcna, rodong, chosonsinbo, vok, mfa };

/**
 * The outlet's own article that an address leads to: what an archive of several outlets names as the original.
 *
 * @param sources that the bridge reads: a website of `SITES` is an outlet, too
 */
export async function outletArticle(
  address: string,
  sources: readonly Source[],
): Promise<{ site: string; key: string } | undefined> {
  const outlets = Object.values(SITES).filter((site) => site.sources.some(({ outlet }) => outlet === site.id));
  const configured = sources.flatMap(({ site }) => (SITES[site.id] === site ? [] : site));
  const url = URL.parse(address);
  const site = url && [...outlets, ...configured].find((site) => hostsOf(site).includes(url.host));
  if (!site) return undefined;
  await site.load?.();
  const key = articleKey(site, url);
  return key === undefined ? undefined : { site: site.id, key };
}

/** The sources that a website has without any setting. */
export const toSources = (site: Site): Source[] => site.sources.map((source) => ({ location: {}, ...source, site }));

/** The sources that are there without any setting, the first the default. */
export const BUILT_IN: readonly Source[] = Object.values(SITES).flatMap(toSources);
