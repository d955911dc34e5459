import type { Health } from "../archive/health.ts";
import { recall } from "../archive/memory.ts";
import type { Latest } from "../archive/store.ts";
import type { Settings } from "../settings.ts";
import type { Source } from "../sites/site.ts";
import { isOverdue } from "./due.ts";
import { refresh } from "./refresh.ts";

/**
 * Freshness for readers: what is kept is served at once, a refresh runs behind the answer if the cron has not come
 * by, and a reader waits only where nothing is kept. However many ask at once, the website sees one fetch.
 */
export interface Kept {
  latest: Map<string, Latest>;
  health: Health;
  /** Whether what the website has now may be newer. */
  stale: boolean;
}

/** A reader's refresh begins no further source after this: what runs behind an answer is ended after 30 seconds. */
const BEHIND = 10_000;
/** How long a reader waits for another's refresh: that, the last source's ten seconds, and the writing. */
const PATIENCE = 25_000;

/** Sources that this isolate is refreshing for readers, and since when. */
const flights = new Map<string, number>();

export async function keptOf(
  settings: Settings,
  sources: readonly Source[],
  now: number,
  behind: (work: Promise<unknown>) => void,
): Promise<Kept> {
  const ids = sources.map(({ id }) => id);
  const kept = await recall(settings.kv, ids, now);
  const overdue = sources.filter(({ id }) => isOverdue(kept.health.sources[id], kept.latest.has(id), now));
  if (overdue.length === 0) return { ...kept, stale: false };
  const work = refreshFree(settings, overdue, now);
  behind(work);
  if (kept.latest.size > 0) return { ...kept, stale: true };
  await work;
  await landed(overdue);
  return { ...(await recall(settings.kv, ids, now)), stale: false };
}

/** Refreshes what nobody in this isolate is refreshing yet. */
async function refreshFree(settings: Settings, sources: readonly Source[], now: number): Promise<void> {
  const free = sources.filter(({ id }) => !isFlying(id));
  if (free.length === 0) return;
  for (const { id } of free) flights.set(id, Date.now());
  try {
    await refresh(settings, free, now, { stories: 0, patience: BEHIND });
  } catch (error) {
    console.error(JSON.stringify({ event: "refresh", error: String(error).slice(0, 200) }));
  } finally {
    for (const { id } of free) flights.delete(id);
  }
}

/** Waits for those that others refresh. */
async function landed(sources: readonly Source[]): Promise<void> {
  // Looking again instead of awaiting the other's promise: an invocation that ends takes its promises with it.
  const until = Date.now() + PATIENCE;
  while (sources.some(({ id }) => isFlying(id)) && Date.now() < until) await scheduler.wait(20);
}

const isFlying = (id: string) => Date.now() - (flights.get(id) ?? Number.NEGATIVE_INFINITY) < PATIENCE;
