import { isArticle } from "../article.ts";
import type { Snapshots } from "../platform/snapshots.ts";
import { latestOf } from "../time.ts";
import { type ArchiveClient, isUnreachable } from "./client.ts";
import { type Latest, latestKey, STATUS_KEY, type Status } from "./snapshot.ts";

/**
 * The snapshots, in the memory of this isolate for some seconds: a busy feed costs a KV operation every few seconds, not
 * one a request. A snapshot that is behind the archive is served, and renewed from the archive after the response. If
 * this isolate itself has just written the change, the snapshot is renewed before. If the snapshots cannot be read, the
 * archive is read; if that cannot be reached either, the memory is served.
 */
export interface Cached {
  latest: Map<string, Latest>;
  status: Status;
  /** Whether the archive could not be reached when it was last tried here. */
  unavailable: boolean;
}

interface Remembered {
  value: Latest | undefined;
  /** When the snapshot was last read, and when this value was first read. */
  at: number;
  readAt: number;
  /** Whether the snapshot was older than this value when it was last read. */
  isAhead?: boolean;
}

interface Memory {
  latest: Map<string, Remembered>;
  status?: { value: Status; at: number };
  health?: { status: Status; reachable: boolean; at: number };
  /** The last event that this isolate itself has caused, by source. */
  written: Map<string, number>;
}

const FRESH = 10_000;
/** KV can return an older value for up to 60 seconds after a write. */
const PROPAGATION = 60_000;
const NO_STATUS: Status = { seq: 0, at: "", sources: {} };

const memories = new WeakMap<Snapshots, Memory>();

function memoryOf(snapshots: Snapshots): Memory {
  let memory = memories.get(snapshots);
  if (!memory) {
    memory = { latest: new Map(), written: new Map() };
    memories.set(snapshots, memory);
  }
  return memory;
}

/** Where the newest articles are read. */
interface ArchiveAccess {
  snapshots: Snapshots;
  archive: ArchiveClient;
}

/**
 * @param behind takes work that may continue after the response
 * @throws ArchiveUnavailable if neither the snapshots nor the archive can be read and nothing is in memory
 */
export async function readCached(
  { snapshots, archive }: ArchiveAccess,
  sources: readonly string[],
  now: number,
  behind: (work: Promise<unknown>) => void,
): Promise<Cached> {
  const memory = memoryOf(snapshots);
  const isFresh = (entry?: { at: number }) => entry !== undefined && now - entry.at < FRESH && now >= entry.at;
  let failed = false;
  if (!isFresh(memory.status) || !sources.every((source) => isFresh(memory.latest.get(source)))) {
    try {
      take(memory, await snapshots.get([STATUS_KEY, ...sources.map(latestKey)]), sources, now);
    } catch (error) {
      failed = true;
      console.error(JSON.stringify({ event: "snapshots", error: String(error).slice(0, 200) }));
    }
  }
  const wasUnreachable = isUnreachable(archive);
  const isMissing = (source: string) => !memory.latest.get(source)?.value;
  const first = failed ? sources : sources.filter((source) => isBehindOwn(memory, source) || mustExist(memory, source));
  try {
    if (failed) await renewStatus(memory, archive, now);
    if (first.length > 0) await renew(memory, archive, first, now);
  } catch (error) {
    if (!memory.status || (first.length > 0 && sources.every(isMissing))) throw error;
  }
  const later = sources.filter(
    (source) => !first.includes(source) && (isBehind(memory, source) || isDoubtful(memory, source, now)),
  );
  if (later.length > 0) behind(renew(memory, archive, later, now).catch(() => undefined));
  // Otherwise nothing may ask the archive for a long time; responses should say at once that it is back.
  else if (wasUnreachable && first.length === 0) behind(renewStatus(memory, archive, now).catch(() => undefined));
  return remembered(memory, archive, sources);
}

/**
 * How the sources are doing, from the archive itself; where it cannot be reached, from the snapshots.
 *
 * @throws ArchiveUnavailable where neither can be read and nothing is remembered
 */
export async function readHealth(
  { snapshots, archive }: ArchiveAccess,
  now: number,
): Promise<{ status: Status; reachable: boolean }> {
  const memory = memoryOf(snapshots);
  const { health } = memory;
  if (health && now - health.at < FRESH && now >= health.at) return health;
  try {
    await renewStatus(memory, archive, now);
  } catch (error) {
    const read = await snapshots.get([STATUS_KEY]).catch(() => undefined);
    if (read) take(memory, read, [], now);
    else if (!memory.status) throw error;
    // Not remembered: the next report tries again.
    return { status: memory.status?.value ?? NO_STATUS, reachable: false };
  }
  memory.health = { status: memory.status?.value ?? NO_STATUS, reachable: true, at: now };
  return memory.health;
}

/** How the sources are doing, from the archive itself. */
export async function readStatus({ snapshots, archive }: ArchiveAccess, now: number): Promise<Status> {
  const memory = memoryOf(snapshots);
  await renewStatus(memory, archive, now);
  return memory.status?.value ?? NO_STATUS;
}

/** Reads these sources from the archive itself. */
export async function readArchive(
  { snapshots, archive }: ArchiveAccess,
  sources: readonly string[],
  now: number,
): Promise<Cached> {
  const memory = memoryOf(snapshots);
  await renew(memory, archive, sources, now);
  return remembered(memory, archive, sources);
}

/** Remembers what this isolate has committed. */
export function cacheWrites(
  { snapshots }: Pick<ArchiveAccess, "snapshots">,
  results: readonly {
    source: string;
    seq: number;
    status?: Status["sources"][string] | Omit<Status["sources"][string], "seq">;
  }[],
  now: number,
): void {
  const memory = memoryOf(snapshots);
  const status = memory.status?.value ?? NO_STATUS;
  const sources = { ...status.sources };
  for (const { source, seq, status } of results) {
    memory.written.set(source, seq);
    if (status) sources[source] = { ...status, seq };
    else if (sources[source]) sources[source] = { ...sources[source], seq };
  }
  // What one commit says of its sources is not the status of all: an isolate that knows no other reads that first.
  memory.status = { value: { ...status, sources }, at: memory.status ? now : now - FRESH };
  delete memory.health;
}

/** Forgets everything, as a new isolate would. */
export function clear(snapshots: Snapshots): void {
  memories.delete(snapshots);
}

function take(memory: Memory, read: Map<string, unknown>, sources: readonly string[], now: number): void {
  for (const source of sources) {
    const value = snapshotOf(read.get(latestKey(source)));
    const known = memory.latest.get(source);
    const isAhead = known?.value !== undefined && known.value.seq > (value?.seq ?? 0);
    // The same object for the same content: it need not be looked at again. And a feed never goes back.
    if (isAhead || (known?.value && known.value.seq === value?.seq))
      memory.latest.set(source, { ...known, at: now, isAhead });
    else memory.latest.set(source, { value, at: now, readAt: now });
  }
  const status = statusOf(read.get(STATUS_KEY));
  const known = memory.status;
  const isRecent = known !== undefined && now - known.at < PROPAGATION;
  memory.status = { value: isRecent ? newer(known.value, status) : status, at: now };
}

/** Each source's status from whichever is of the later attempt. */
function newer(a: Status, b: Status): Status {
  const sources = { ...a.sources };
  for (const [id, status] of Object.entries(b.sources)) {
    const known = sources[id];
    if (!known || status.lastAttempt > known.lastAttempt)
      sources[id] = { ...status, seq: Math.max(status.seq, known?.seq ?? 0) };
  }
  const { deliveries } = a.at > b.at ? a : b;
  return { seq: Math.max(a.seq, b.seq), at: latestOf([a.at, b.at]), sources, ...(deliveries && { deliveries }) };
}

/** A stored value as a snapshot; undefined where it is none. An article that is none is left out. */
function snapshotOf(value: unknown): Latest | undefined {
  const { articles } = (value ?? {}) as Partial<Latest>;
  return Array.isArray(articles) ? { ...(value as Latest), articles: articles.filter(isArticle) } : undefined;
}

/** A stored value as the status of all sources. A source's status that is none is left out, as if it had none. */
function statusOf(value: unknown): Status {
  const { seq, at, sources, deliveries } = (value ?? {}) as Partial<Status>;
  const valid = Object.entries(sources ?? {}).filter(
    ([, status]) =>
      typeof status?.lastAttempt === "string" &&
      typeof status.seq === "number" &&
      typeof status.failures === "number" &&
      !Number.isNaN(Date.parse(status.nextDue)),
  );
  const isStats = typeof deliveries?.subscriptions === "number" && typeof deliveries.webhooks === "object";
  return {
    seq: Number(seq) || 0,
    at: String(at ?? ""),
    sources: Object.fromEntries(valid),
    ...(isStats && { deliveries }),
  };
}

const seqOf = (memory: Memory, source: string) => memory.latest.get(source)?.value?.seq ?? 0;

const isBehind = (memory: Memory, source: string) =>
  (memory.status?.value.sources[source]?.seq ?? 0) > seqOf(memory, source);

/** Whether it is behind what this isolate itself has written. */
const isBehindOwn = (memory: Memory, source: string) =>
  isBehind(memory, source) && (memory.written.get(source) ?? 0) > seqOf(memory, source);

/** Whether what is remembered is newer than the snapshot for so long that the archive has to say which of them is right. */
function isDoubtful(memory: Memory, source: string, now: number): boolean {
  const known = memory.latest.get(source);
  return known?.isAhead === true && now - known.readAt >= PROPAGATION;
}

/** Whether there is no copy of a source of which the archive has articles. */
const mustExist = (memory: Memory, source: string) => isBehind(memory, source) && !memory.latest.get(source)?.value;

async function renew(memory: Memory, archive: ArchiveClient, sources: readonly string[], now: number): Promise<void> {
  const latest = new Map(await archive.latest(sources));
  for (const source of sources) memory.latest.set(source, { value: latest.get(source), at: now, readAt: now });
}

async function renewStatus(memory: Memory, archive: ArchiveClient, now: number): Promise<void> {
  memory.status = { value: await archive.status(now), at: now };
}

function remembered(memory: Memory, archive: ArchiveClient, sources: readonly string[]): Cached {
  const latest = new Map<string, Latest>();
  for (const source of sources) {
    const value = memory.latest.get(source)?.value;
    if (value) latest.set(source, value);
  }
  return {
    latest,
    status: memory.status?.value ?? NO_STATUS,
    unavailable: isUnreachable(archive),
  };
}
