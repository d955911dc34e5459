import { logError } from "../log.ts";
import type { Snapshots } from "../platform/snapshots.ts";
import { isWithin } from "../time.ts";
import { type ArchiveClient, isUnreachable } from "./client.ts";
import { type Latest, latestKey, STATUS_KEY, type Status, snapshotOf, statusOf } from "./snapshot.ts";
import {
  addNewer,
  isBehind,
  isFresh,
  keep,
  memoryOf,
  mustRenew,
  needsCheck,
  newStatus,
  PROPAGATION,
  statusFor,
} from "./snapshot-memory.ts";
import type { CommitResult } from "./source-commit.ts";
import { wasPutBack } from "./wrong-clock.ts";

/**
 * Keeps the snapshots in the memory of this isolate for some seconds. So a busy feed costs one KV operation every few
 * seconds. A snapshot that is older than the archive is served, and is renewed from the archive after the response. If
 * this isolate itself wrote the change, the snapshot is renewed before the response. If the snapshots cannot be read, the
 * archive is read. If the archive cannot be reached either, the memory is served.
 */
export interface Cached {
  latest: Map<string, Latest>;
  /** With these sources. */
  status: Status;
  /** Whether the archive could not be reached when it was last tried here. */
  unavailable: boolean;
  /** What `isUnchanged` compares. */
  state: object;
}

/** Whether the memory is as it was when this was read. */
export const isUnchanged = ({ state }: Pick<Cached, "state">, { snapshots, archive }: Stores): boolean =>
  memoryOf(snapshots).state === state && !isUnreachable(archive);

/** The two places where the newest articles are stored. */
interface Stores {
  snapshots: Snapshots;
  archive: ArchiveClient;
}

/**
 * The newest articles of the sources, and the status of all sources.
 *
 * @param runAfterResponse takes work that may continue after the response
 * @throws ArchiveUnavailable if neither the snapshots nor the archive can be read and nothing is in memory
 */
export async function readCached(
  stores: Stores,
  sources: readonly string[],
  now: number,
  runAfterResponse: (work: Promise<unknown>) => void,
): Promise<Cached> {
  const memory = memoryOf(stores.snapshots);
  let failed = false;
  try {
    await readStale(stores, sources, now);
  } catch (error) {
    failed = true;
    logError("snapshots", error);
  }
  const wasUnreachable = isUnreachable(stores.archive);
  const isMissing = (source: string) => !memory.latest.get(source)?.value;
  const first = failed ? sources : sources.filter((source) => mustRenew(memory, source));
  try {
    if (failed) await renewStatus(stores, now);
    if (first.length > 0) await renew(stores, first, now);
  } catch (error) {
    if (!memory.status || (first.length > 0 && sources.every(isMissing))) throw error;
  }
  const later = sources.filter(
    (source) => !first.includes(source) && (isBehind(memory, source) || needsCheck(memory, source, now)),
  );
  if (later.length > 0) runAfterResponse(renew(stores, later, now).catch(() => undefined));
  // Nothing else may ask the archive for a long time, and responses should soon say that it is back.
  else if (wasUnreachable && first.length === 0) runAfterResponse(renewStatus(stores, now).catch(() => undefined));
  return cachedOf(stores, sources);
}

/**
 * The status of the sources, from the archive itself. If it cannot be reached, from the snapshots.
 *
 * @throws ArchiveUnavailable if neither can be read and nothing is in memory
 */
export async function readHealth(
  stores: Stores & { sources: readonly { id: string }[] },
  now: number,
): Promise<{ status: Status; reachable: boolean }> {
  const memory = memoryOf(stores.snapshots);
  const { health } = memory;
  if (health && isFresh(health, now)) return health;
  try {
    await renewStatus(stores, now);
  } catch (error) {
    try {
      await read(stores, [], now, [STATUS_KEY]);
      // What was read for a reader alone has its status in its own snapshot, until all are written.
      const missing = stores.sources.map(({ id }) => id).filter((id) => !memory.status?.value.sources[id]);
      if (missing.length > 0) await read(stores, missing, now);
    } catch {
      if (!memory.status) throw error;
    }
    // This is not cached: the next call tries the archive again.
    return { status: statusFor(memory), reachable: false };
  }
  memory.health = { status: statusFor(memory), reachable: true, at: now };
  return memory.health;
}

/** How these sources are doing, from the archive itself. */
export async function readStatuses(stores: Stores, ids: readonly string[], now: number): Promise<Status["sources"]> {
  const memory = memoryOf(stores.snapshots);
  const statuses = await stores.archive.statuses(ids);
  memory.status ??= { value: newStatus(), at: 0, heardAt: now };
  for (const [id, status] of Object.entries(statuses)) keep(memory.status.value, id, status);
  memory.state = {};
  return statuses;
}

/** The newest articles of the sources, from the archive itself. */
export async function readArchive(stores: Stores, sources: readonly string[], now: number): Promise<Cached> {
  await renew(stores, sources, now);
  return cachedOf(stores, sources);
}

/** Caches the results of commits of this isolate. */
export function cacheWrites(
  stores: Pick<Stores, "snapshots">,
  results: readonly Pick<CommitResult, "source" | "seq" | "status" | "latest">[],
  now: number,
): void {
  const memory = memoryOf(stores.snapshots);
  // The results are the status of some sources only. Without a cached status, the status of all is read at the next call.
  const { value, at } = memory.status ?? { value: newStatus(), at: 0 };
  for (const { source, seq, status, latest } of results) {
    memory.written.set(source, seq);
    if (latest) memory.latest.set(source, { value: latest, at: now, readAt: now });
    const known = status ?? value.sources[source];
    if (known) keep(value, source, { ...known, seq });
  }
  memory.status = { value, at, heardAt: now };
  memory.state = {};
  delete memory.health;
}

async function readStale(stores: Stores, sources: readonly string[], now: number): Promise<void> {
  const memory = memoryOf(stores.snapshots);
  const stale = sources.filter((source) => !isFresh(memory.latest.get(source), now));
  const isStatusFresh = isFresh(memory.status, now);
  if (isStatusFresh && stale.length === 0) return;
  // A source that was never asked for is read alone. Those that were are read together, so that they stay in step.
  if (isStatusFresh && !stale.some((source) => memory.latest.has(source))) await read(stores, stale, now);
  else await read(stores, sources, now, [STATUS_KEY]);
}

/** @param status the key of the status of all, if that is read too */
async function read(
  { snapshots }: Stores,
  sources: readonly string[],
  now: number,
  status: [typeof STATUS_KEY] | [] = [],
): Promise<void> {
  const memory = memoryOf(snapshots);
  const values = await snapshots.get([...status, ...sources.map(latestKey)]);
  const own: Record<string, unknown> = {};
  for (const source of sources) {
    const value = snapshotOf(values.get(latestKey(source)));
    // Not one that a clock which was ahead has left: nothing later would replace it.
    if (value?.status && !wasPutBack(value.status, now)) own[source] = value.status;
    const known = memory.latest.get(source);
    const isAhead = known?.value !== undefined && known.value.seq > (value?.seq ?? 0);
    // The same content stays the same object, so nothing is computed again. And a feed never goes back to older content.
    if (isAhead || (known?.value && known.value.seq === value?.seq))
      memory.latest.set(source, { ...known, at: now, isAhead });
    else memory.latest.set(source, { value, at: now, readAt: now });
  }
  const all = addNewer(statusOf(values.get(STATUS_KEY)), statusOf({ sources: own }));
  const known = memory.status;
  const isRecent = isWithin(PROPAGATION, known?.heardAt, now);
  const at = status.length > 0 ? now : (known?.at ?? 0);
  memory.status = { value: known && isRecent ? addNewer(known.value, all) : all, at, heardAt: now };
  memory.state = {};
}

async function renew(stores: Stores, sources: readonly string[], now: number): Promise<void> {
  const memory = memoryOf(stores.snapshots);
  const latest = new Map(await stores.archive.latest(sources));
  for (const source of sources) memory.latest.set(source, { value: latest.get(source), at: now, readAt: now });
  memory.state = {};
}

async function renewStatus(stores: Stores, now: number): Promise<void> {
  const memory = memoryOf(stores.snapshots);
  memory.status = { value: await stores.archive.status(now), at: now, heardAt: now };
  memory.state = {};
}

function cachedOf(stores: Stores, sources: readonly string[]): Cached {
  const memory = memoryOf(stores.snapshots);
  const latest = new Map<string, Latest>();
  for (const source of sources) {
    const value = memory.latest.get(source)?.value;
    if (value) latest.set(source, value);
  }
  const status = statusFor(memory, sources);
  return { latest, status, unavailable: isUnreachable(stores.archive), state: memory.state };
}
