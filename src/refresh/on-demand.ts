import type { Bridge } from "../archive/bridge.ts";
import { type Cached, readArchive, readCached, readStatuses } from "../archive/cache.ts";
import { isOverdue } from "../archive/schedule.ts";
import { logError } from "../log.ts";
import type { Source } from "../sites/site.ts";
import { isWithin, MINUTE } from "../time.ts";
import { refresh } from "./refresh.ts";

/**
 * Fresh articles for readers. A reader gets what is kept at once. If the cron did not run when it should have, a refresh
 * runs after the response. A reader waits only if nothing is kept. However many ask at once, the website sees one fetch.
 */
export interface LatestArticles extends Cached {
  /** Whether a source is overdue and is being refreshed after this response. */
  refreshing: boolean;
}

/** After this time (milliseconds) a refresh starts no further source: Cloudflare ends `waitUntil` after 30 seconds. */
const DEADLINE = 10_000;
/** How long a reader waits for another reader's refresh: `DEADLINE`, ten seconds for the last source, and the commit. */
const MAX_WAIT = 25_000;

/**
 * For how long no reader causes a refresh of a source whose last one could not be stored, milliseconds: it stays overdue, so
 * that each reader would have the website asked again.
 */
const PAUSE_AFTER_ERROR = MINUTE;

/** Sources that this isolate is refreshing for readers, and when that started (milliseconds). */
const inFlight = new Map<string, number>();
/** By bridge: when the last refresh of such a source was, milliseconds. */
const resting = new WeakMap<object, Map<string, number>>();

/** The newest articles of the sources. */
export async function latestFor(
  bridge: Bridge,
  sources: readonly Source[],
  now: number,
  runAfterResponse: (work: Promise<unknown>) => void,
): Promise<LatestArticles> {
  const ids = sources.map(({ id }) => id);
  const cached = await readCached(bridge, ids, now, runAfterResponse);
  const overdue = sources.filter(({ id }) => isOverdue(cached.status.sources[id], cached.latest.has(id), now));
  if (overdue.length === 0) return { ...cached, refreshing: false };
  const work = refreshFree(bridge, overdue, cached.latest, now);
  runAfterResponse(work);
  if (cached.latest.size > 0) return { ...cached, refreshing: true };
  await work;
  await waitForInFlight(overdue);
  const after = await readCached(bridge, ids, now, runAfterResponse);
  return { ...(after.unavailable ? await readArchive(bridge, ids, now) : after), refreshing: false };
}

/** Refreshes the sources that nobody in this isolate is refreshing. */
async function refreshFree(bridge: Bridge, sources: readonly Source[], kept: Cached["latest"], now: number) {
  const rests = resting.get(bridge.snapshots) ?? new Map<string, number>();
  resting.set(bridge.snapshots, rests);
  const free = sources.filter(({ id }) => !isInFlight(id) && !isWithin(PAUSE_AFTER_ERROR, rests.get(id), now));
  if (free.length === 0) return;
  const ids = free.map(({ id }) => id);
  for (const id of ids) inFlight.set(id, Date.now());
  try {
    // A snapshot can be out of date. The website is asked only if the archive, too, says that the source is overdue.
    const statuses = await readStatuses(bridge, ids, now);
    const due = free.filter(({ id }) => isOverdue(statuses[id], kept.has(id), now));
    if (due.length === 0) return;
    await refresh(bridge, due, now, { articlePages: 0, deadline: DEADLINE, statuses }).catch((error) => {
      for (const id of ids) rests.set(id, now);
      throw error;
    });
  } catch (error) {
    logError("refresh", error);
  } finally {
    for (const id of ids) inFlight.delete(id);
  }
}

async function waitForInFlight(sources: readonly Source[]): Promise<void> {
  // Polls, because the other promise may never settle: an invocation that ends takes its promises with it.
  const until = Date.now() + MAX_WAIT;
  while (sources.some(({ id }) => isInFlight(id)) && Date.now() < until)
    await new Promise((wait) => setTimeout(wait, 20));
}

const isInFlight = (id: string) => isWithin(MAX_WAIT, inFlight.get(id), Date.now());
