import type { Bridge } from "../archive/bridge.ts";
import { type Cached, readArchive, readCached, readStatus } from "../archive/cache.ts";
import { isOverdue } from "../archive/schedule.ts";
import type { Source } from "../sites/site.ts";
import { refresh } from "./refresh.ts";

/**
 * Freshness for readers: what is kept is served at once, a refresh runs behind the answer if the cron did not run when
 * it should have, and a reader waits only where nothing is kept. However many ask at once, the website sees one fetch.
 */
export interface LatestArticles extends Cached {
  /** Whether a source is overdue and is being refreshed behind this answer. */
  refreshing: boolean;
}

/** A reader's refresh begins no further source after this: what runs behind an answer is ended after 30 seconds. */
const DEADLINE = 10_000;
/** How long a reader waits for another's refresh: that, the last source's ten seconds, and the writing. */
const MAX_WAIT = 25_000;

/** Sources that this isolate is refreshing for readers, and since when. */
const inFlight = new Map<string, number>();

/** The newest articles of the sources. */
export async function latestFor(
  bridge: Bridge,
  sources: readonly Source[],
  now: number,
  behind: (work: Promise<unknown>) => void,
): Promise<LatestArticles> {
  const ids = sources.map(({ id }) => id);
  const cached = await readCached(bridge, ids, now, behind);
  const overdue = sources.filter(({ id }) => isOverdue(cached.status.sources[id], cached.latest.has(id), now));
  if (overdue.length === 0) return { ...cached, refreshing: false };
  const work = refreshFree(bridge, overdue, cached.latest, now);
  behind(work);
  if (cached.latest.size > 0) return { ...cached, refreshing: true };
  await work;
  await waitForInFlight(overdue);
  return { ...(await readArchive(bridge, ids, now)), refreshing: false };
}

/** Refreshes what nobody in this isolate is refreshing yet. */
async function refreshFree(
  bridge: Bridge,
  sources: readonly Source[],
  kept: Cached["latest"],
  now: number,
): Promise<void> {
  const free = sources.filter(({ id }) => !isInFlight(id));
  if (free.length === 0) return;
  for (const { id } of free) inFlight.set(id, Date.now());
  try {
    // Snapshots can be late, the archive is not: the website is asked only if the archive says so too.
    const { sources: statuses } = await readStatus(bridge, now);
    const due = free.filter(({ id }) => isOverdue(statuses[id], kept.has(id), now));
    if (due.length > 0) await refresh(bridge, due, now, { articlePages: 0, deadline: DEADLINE, statuses });
  } catch (error) {
    console.error(JSON.stringify({ event: "refresh", error: String(error).slice(0, 200) }));
  } finally {
    for (const { id } of free) inFlight.delete(id);
  }
}

/** Waits for those that others refresh. */
async function waitForInFlight(sources: readonly Source[]): Promise<void> {
  // Looking again instead of awaiting the other's promise: an invocation that ends takes its promises with it.
  const until = Date.now() + MAX_WAIT;
  while (sources.some(({ id }) => isInFlight(id)) && Date.now() < until)
    await new Promise((wait) => setTimeout(wait, 20));
}

const isInFlight = (id: string) => Date.now() - (inFlight.get(id) ?? Number.NEGATIVE_INFINITY) < MAX_WAIT;
