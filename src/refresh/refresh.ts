import type { Health, SourceHealth } from "../archive/health.ts";
import { currentHealth, remember } from "../archive/memory.ts";
import { commit, open as openArchive } from "../archive/opened.ts";
import { type Latest, writeHealth } from "../archive/store.ts";
import { failure } from "../scrape/page.ts";
import type { Settings } from "../settings.ts";
import type { Source } from "../sites/site.ts";
import { isDue, longestDueFirst } from "./due.ts";
import type { Budget, Visit } from "./fetch.ts";
import { type Gathered, gather } from "./listing.ts";
import { recordOf } from "./record.ts";
import { readStories, type Work } from "./stories.ts";

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
  const health = await currentHealth(settings.kv, now);
  const record = (source: Source) => health.sources[source.id];
  const due = settings.sources
    .filter((source) => isDue(record(source), now))
    .sort((a, b) => longestDueFirst(record(a), record(b)));
  return refresh(settings, due, now, { stories: settings.bodiesPerTick });
}

/** How far a refresh goes. */
export interface Extent {
  /** Article pages to read. */
  stories: number;
  /** Milliseconds after which no further source is begun; the others stay due. */
  patience?: number;
}

/**
 * Refreshes sources one after the other, whatever becomes of the others: their listings first, then some article
 * pages, then everything is written, a source once.
 */
export async function refresh(
  settings: Settings,
  sources: readonly Source[],
  now: number,
  { stories, patience = Number.POSITIVE_INFINITY }: Extent = { stories: 0 },
): Promise<Outcome[]> {
  const { kv } = settings;
  const began = Date.now();
  const before = await currentHealth(kv, now);
  const budget: Budget = { left: REQUESTS - stories };
  const readings: Reading[] = [];
  for (const source of sources) {
    if (budget.left <= 0 || Date.now() - began > patience) break;
    readings.push(await read(settings, source, budget, before.sources[source.id], now, stories > 0));
  }
  if (readings.length === 0) return [];
  budget.left += stories;
  if (stories > 0) {
    try {
      await readStories(kv, readings.flatMap(workOf), stories, now);
    } catch (error) {
      console.error(JSON.stringify({ event: "stories", error: messageOf(error) }));
    }
  }
  const outcomes: Outcome[] = [];
  for (const reading of readings) outcomes.push(await write(settings, reading, now));
  await keepHealth(settings, outcomes, now);
  return outcomes;
}

/** A source's listing, read and merged in memory. */
interface Reading {
  source: Source;
  visit: Visit;
  before: SourceHealth | undefined;
  gathered: Gathered;
  stories: NonNullable<SourceHealth["stories"]>;
  ms: number;
}

async function read(
  settings: Settings,
  source: Source,
  budget: Budget,
  before: SourceHealth | undefined,
  now: number,
  open: boolean,
): Promise<Reading> {
  const { kv, origins, userAgent } = settings;
  const { site } = source;
  const visit: Visit = { site, origin: origins.get(site.origin) ?? site.origin, userAgent, budget };
  const started = Date.now();
  let gathered: Gathered;
  try {
    gathered = await gather(kv, source, visit, before, now);
    if (open && "unchanged" in gathered) gathered = { ...gathered, opened: await openArchive(kv, source.id, []) };
  } catch (error) {
    gathered = fault(error);
  }
  return { source, visit, before, gathered, stories: { ...before?.stories }, ms: Date.now() - started };
}

/** What nobody foresaw must not keep the other sources from being refreshed. */
const fault = (error: unknown): Gathered =>
  failure("fault", `the bridge has an error of its own (${messageOf(error)})`);

const messageOf = (error: unknown) => String(error).slice(0, 200);

function workOf({ source, visit, before, gathered, stories }: Reading): Work[] {
  if (!("opened" in gathered) || !gathered.opened) return [];
  const noise = "shown" in gathered ? gathered.noise : before?.noise;
  return [{ source, visit, opened: gathered.opened, noise, stories }];
}

async function write(settings: Settings, reading: Reading, now: number): Promise<Outcome> {
  const { source, before, stories, ms } = reading;
  let { gathered } = reading;
  let latest: Latest | undefined;
  try {
    latest = "opened" in gathered && gathered.opened ? await commit(settings.kv, gathered.opened, now) : undefined;
  } catch (error) {
    gathered = fault(error);
  }
  const health = recordAfter(source, before, gathered, latest, now);
  if (Object.keys(stories).length > 0) health.stories = stories;
  else delete health.stories;
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
  console.log(JSON.stringify({ event: "refresh", ...line, ms, nextDue: health.nextDue }));
  return outcome;
}

/** `recordOf`; where it cannot be made of what was recorded, the source begins anew as one that failed. */
function recordAfter(
  { id }: Source,
  before: SourceHealth | undefined,
  gathered: Gathered,
  latest: Latest | undefined,
  now: number,
): SourceHealth {
  try {
    return recordOf(before, gathered, latest, now);
  } catch (error) {
    console.error(JSON.stringify({ event: "record", source: id, error: messageOf(error) }));
    return recordOf(undefined, fault(error), undefined, now);
  }
}

/**
 * Writes the records of these sources beside those that another invocation may have written meanwhile. Where KV takes
 * no more writes (there are 1,000 a day, and one a second for a key), this isolate still remembers them, so that the
 * website is not asked again by every reader.
 */
export async function keepHealth(settings: Settings, outcomes: readonly Outcome[], now: number): Promise<void> {
  const { kv } = settings;
  const known = new Set(settings.sources.map(({ id }) => id));
  const after: Health = { sources: {} };
  for (const [id, record] of Object.entries((await currentHealth(kv, now)).sources))
    if (known.has(id)) after.sources[id] = record;
  for (const { source, health } of outcomes) after.sources[source] = health;
  const latest = new Map(outcomes.flatMap(({ source, latest }) => (latest ? [[source, latest] as const] : [])));
  remember(kv, latest, after, now);
  try {
    await writeHealth(kv, after);
  } catch (error) {
    console.error(JSON.stringify({ event: "health", error: messageOf(error) }));
  }
}
