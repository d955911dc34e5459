import { tell } from "../archive/bodies.ts";
import type { Noise } from "../archive/health.ts";
import { currentHealth } from "../archive/memory.ts";
import { commit, open, replace, take } from "../archive/opened.ts";
import { instant } from "../article.ts";
import { type Failure, failure } from "../scrape/page.ts";
import type { Settings } from "../settings.ts";
import type { Source } from "../sites/site.ts";
import { PUSHED } from "./due.ts";
import { decode } from "./fetch.ts";
import { garbledListing, garbledStory, withoutGarbled } from "./garbled.ts";
import { muted, withoutNoise } from "./noise.ts";
import { recordOf } from "./record.ts";
import { keepHealth } from "./refresh.ts";
import { listBelow } from "./stories.ts";

/** A page that was fetched elsewhere. */
export interface Pushed {
  /** Where it was fetched. */
  url: URL;
  bytes: Uint8Array;
  contentType: string;
}

export interface Ingested {
  kind: "listing" | "article";
  /** Articles on the page. */
  articles: number;
  new: number;
  changed: number;
}

/** Takes in a listing, a load-more fragment or an article page, as if the bridge had fetched it itself. */
export async function ingest(
  settings: Settings,
  source: Source,
  { url, bytes, contentType }: Pushed,
  now: number,
): Promise<Ingested | { failure: Failure }> {
  const { site } = source;
  const { kv } = settings;
  const path = url.pathname + url.search;
  if (!site.belongs(source, path)) {
    return failure("rejected", `${path.slice(0, 100)} is not a page of the source ${source.id}`);
  }
  const html = decode(bytes, contentType);
  const from = new URL(path, site.origin).href;
  if (site.keyOf(url.pathname) !== undefined) {
    const page = site.readStory(html, source, from);
    if ("failure" in page) return page;
    const { article, more, medium, ...told } = page.story;
    const others = settings.sources.filter((other) => other.site === site && other !== source);
    if (medium && !site.mayPublish(source, medium, others)) {
      return failure("rejected", `the article is of ${medium}, not of ${source.name} (${source.id})`);
    }
    const opened = await open(kv, source.id, [article, ...more]);
    const before = opened.kept.find(({ key }) => key === article.key);
    const garbled = garbledStory(page.story, before ?? { title: "", excerpt: "" });
    if (garbled) return garbled;
    const { noise } = (await currentHealth(kv, now)).sources[source.id] ?? {};
    const below = muted(withoutGarbled(more, opened.kept), opened.kept, noise);
    const counts = take(opened, below, now, listBelow(source));
    // An article that no listing has shown yet is taken in from its own page.
    const known = opened.kept.some(({ key }) => key === article.key);
    const own = known ? { added: 0, edited: 0 } : take(opened, [article], now, "apart");
    const kept = opened.kept.find(({ key }) => key === article.key);
    const after = kept && (await tell(kv, kept, told, now));
    if (after) replace(opened, [after]);
    await keep(settings, source, opened, now);
    const changed = counts.edited + (after && known ? 1 : 0);
    return { kind: "article", articles: 1 + more.length, new: counts.added + own.added, changed };
  }
  const listing = site.readListing(html, source, from);
  if ("failure" in listing) return listing;
  const opened = await open(kv, source.id, listing.articles);
  const garbled = garbledListing(listing.articles, opened.kept);
  if (garbled) return garbled;
  const before = (await currentHealth(kv, now)).sources[source.id]?.noise;
  const { articles, noise } = withoutNoise(withoutGarbled(listing.articles, opened.kept), opened.kept, before, now);
  const { added, edited } = take(opened, articles, now);
  await keep(settings, source, opened, now, { count: listing.articles.length, noise });
  return { kind: "listing", articles: listing.articles.length, new: added, changed: edited };
}

const noiseOf = ({ noise }: { noise: Noise | undefined }) => noise && { noise };

/** Writes what changed; where nothing did, nothing is written, health included. */
async function keep(
  settings: Settings,
  source: Source,
  opened: Awaited<ReturnType<typeof open>>,
  now: number,
  shown?: { count: number; noise: Noise | undefined },
): Promise<void> {
  const latest = await commit(settings.kv, opened, now);
  const before = (await currentHealth(settings.kv, now)).sources[source.id];
  // A listing that comes where the website cannot be read holds the cron off, for as long as more come.
  const pushed = shown !== undefined && before !== undefined && (before.failures > 0 || before.pushed === true);
  const soon = pushed && Date.parse(before.nextDue) - now < PUSHED / 2;
  const quieter = shown !== undefined && JSON.stringify(shown.noise) !== JSON.stringify(before?.noise);
  if (latest === opened.latest && before?.failures === 0 && !soon && !quieter) return;
  const gathered =
    shown === undefined
      ? { unchanged: true as const }
      : { opened, shown: shown.count, added: 0, edited: 0, pages: 1, validators: {}, ...noiseOf(shown) };
  const health = recordOf(before, gathered, latest, now);
  if (pushed) Object.assign(health, { pushed: true, nextDue: instant(now + PUSHED) });
  await keepHealth(
    settings,
    [{ source: source.id, ok: true, added: 0, edited: 0, health, ...(latest && { latest }) }],
    now,
  );
}
