import type { Health, SourceHealth } from "../archive/health.ts";
import { newer, remember } from "../archive/memory.ts";
import { commit, type Latest, readHealth, writeHealth } from "../archive/store.ts";
import { failure } from "../scrape/page.ts";
import type { Settings } from "../settings.ts";
import type { Source } from "../sites/site.ts";
import { isDue, longestDueFirst } from "./due.ts";
import type { Budget, Visit } from "./fetch.ts";
import { type Gathered, gather } from "./listing.ts";
import { recordOf } from "./record.ts";

/** What came of one source's refresh. */
export interface Outcome {
  source: string;
  ok: boolean;
  added: number;
  edited: number;
  /** Why not, in a word and in a sentence. */
  reason?: string;
  detail?: string;
  health: SourceHealth;
  latest?: Latest;
}

/** Outgoing requests of one invocation; Cloudflare's free plan allows 50. */
const REQUESTS = 45;

/** The cron: every source that is due, the longest due first, as far as the outgoing requests go. */
export async function tick(settings: Settings, now: number): Promise<Outcome[]> {
  const health = await readHealth(settings.kv);
  const record = (source: Source) => health.sources[source.id];
  const due = settings.sources
    .filter((source) => isDue(record(source), now))
    .sort((a, b) => longestDueFirst(record(a), record(b)));
  return refresh(settings, due, now, health);
}

/**
 * Refreshes sources one after the other: each fetched, merged and written, whatever becomes of the others.
 *
 * @param health what `health` holds, if it has just been read
 */
export async function refresh(
  settings: Settings,
  sources: readonly Source[],
  now: number,
  health?: Health,
): Promise<Outcome[]> {
  const { kv } = settings;
  const before = health ?? (await readHealth(kv));
  const budget: Budget = { left: REQUESTS };
  const outcomes: Outcome[] = [];
  for (const source of sources) {
    if (budget.left <= 0) break;
    outcomes.push(await refreshOne(settings, source, budget, before.sources[source.id], now));
  }
  if (outcomes.length === 0) return outcomes;

  const known = new Set(settings.sources.map(({ id }) => id));
  // Another invocation may have written meanwhile: only the records of these sources are ours.
  const others = outcomes.length < known.size && !health ? newer(before, await readHealth(kv)) : before;
  const after: Health = { sources: {} };
  for (const [id, record] of Object.entries(others.sources)) if (known.has(id)) after.sources[id] = record;
  for (const { source, health } of outcomes) after.sources[source] = health;
  await writeHealth(kv, after);
  const latest = new Map(outcomes.flatMap(({ source, latest }) => (latest ? [[source, latest] as const] : [])));
  remember(kv, latest, after, now);
  return outcomes;
}

async function refreshOne(
  settings: Settings,
  source: Source,
  budget: Budget,
  before: SourceHealth | undefined,
  now: number,
): Promise<Outcome> {
  const { kv, origins, userAgent } = settings;
  const visit: Visit = {
    site: source.site,
    origin: origins.get(source.site.origin) ?? source.site.origin,
    userAgent,
    budget,
  };
  const started = Date.now();
  let gathered: Gathered;
  let latest: Latest | undefined;
  try {
    gathered = await gather(kv, source, visit, before, now);
    latest = "opened" in gathered ? await commit(kv, gathered.opened, now) : undefined;
  } catch (error) {
    // What nobody foresaw must not keep the other sources from being refreshed.
    gathered = failure("fault", `the bridge has an error of its own (${String(error).slice(0, 200)})`);
  }
  const health = recordOf(before, gathered, latest, now);
  const outcome: Outcome = {
    source: source.id,
    ok: !("failure" in gathered),
    added: "added" in gathered ? gathered.added : 0,
    edited: "edited" in gathered ? gathered.edited : 0,
    ...("failure" in gathered && gathered.failure),
    health,
    ...(latest && { latest }),
  };
  const { health: _, latest: __, ...line } = outcome;
  console.log(JSON.stringify({ event: "refresh", ...line, ms: Date.now() - started, nextDue: health.nextDue }));
  return outcome;
}
