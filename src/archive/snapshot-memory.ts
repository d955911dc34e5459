import type { Snapshots } from "../platform/snapshots.ts";
import { isWithin, latestOf } from "../time.ts";
import type { Latest, Status } from "./snapshot.ts";

/** What an isolate remembers of the snapshots, and what it knows of their age. */

interface CachedSource {
  value: Latest | undefined;
  /** When the snapshot was last read, and when this value was first read. */
  at: number;
  readAt: number;
  /** Whether the snapshot was older than this value when it was last read. */
  isAhead?: boolean;
}

interface Memory {
  latest: Map<string, CachedSource>;
  /** Changes in place, since there may be many sources. `at`: when all were read; `heardAt`: when any was read or written. */
  status?: { value: Status; at: number; heardAt: number };
  health?: { status: Status; reachable: boolean; at: number };
  /** The last event that this isolate itself has caused, by source. */
  written: Map<string, number>;
  /** Another object after each change of the memory. */
  state: object;
}

const FRESH = 10_000;
/** KV can return an older value for up to 60 seconds after a write. */
export const PROPAGATION = 60_000;
const NO_STATUS: Status = { seq: 0, at: "", sources: {} };
export const newStatus = (): Status => ({ ...NO_STATUS, sources: {} });

const memories = new WeakMap<Snapshots, Memory>();

/** What this isolate remembers of some snapshots: the same object for the same snapshots. */
export function memoryOf(snapshots: Snapshots): Memory {
  let memory = memories.get(snapshots);
  if (!memory) {
    memory = { latest: new Map(), written: new Map(), state: {} };
    memories.set(snapshots, memory);
  }
  return memory;
}

/** Whether what was read at `at` needs not be read again. Both are milliseconds. */
export const isFresh = (entry: { at: number } | undefined, now: number): boolean => isWithin(FRESH, entry?.at, now);

/** Puts the status of a source in the place of the one before. If it knows of a later event, the journal's end moves. */
export function keep(status: Status, id: string, one: Status["sources"][string]): void {
  status.sources[id] = one;
  if (one.seq <= status.seq) return;
  status.seq = one.seq;
  status.headAt = undefined;
}

type SourceState = Status["sources"][string];

/** Whether a status is later: after a look, a gap can close without another one. */
const isLater = (one: SourceState, other: SourceState): boolean =>
  one.lastAttempt > other.lastAttempt || (one.lastAttempt === other.lastAttempt && one.seq > other.seq);

/** Adds the status of each source that is later. */
export function addNewer(status: Status, other: Status): Status {
  for (const [id, one] of Object.entries(other.sources)) {
    const known = status.sources[id];
    if (!known || isLater(one, known)) keep(status, id, { ...one, seq: Math.max(one.seq, known?.seq ?? 0) });
  }
  const { deliveries, changes } = status.at > other.at ? status : other;
  const { seq, headAt } = other.headAt !== undefined && other.seq >= status.seq ? other : status;
  return Object.assign(status, { seq, headAt, at: latestOf([status.at, other.at]), deliveries, changes });
}

const seqOf = (memory: Memory, source: string) => memory.latest.get(source)?.value?.seq ?? 0;

/** Whether the status knows of a later event of the source than its articles here include. */
export const isBehind = (memory: Memory, source: string) =>
  (memory.status?.value.sources[source]?.seq ?? 0) > seqOf(memory, source);

/** Whether it is older than what this isolate itself has written, or the archive has articles and there is no snapshot. */
export const mustRenew = (memory: Memory, source: string) =>
  isBehind(memory, source) &&
  (!memory.latest.get(source)?.value || (memory.written.get(source) ?? 0) > seqOf(memory, source));

/** Whether the cached value has been newer than the snapshot for so long that only the archive can tell which is right. */
export function needsCheck(memory: Memory, source: string, now: number): boolean {
  const known = memory.latest.get(source);
  return known?.isAhead === true && now - known.readAt >= PROPAGATION;
}

/** What is known of these sources, or of all. It stays as it is. */
export function statusFor({ status }: Memory, ids?: readonly string[]): Status {
  const { value = NO_STATUS } = status ?? {};
  const known = ids?.flatMap((id) => (value.sources[id] ? [[id, value.sources[id]]] : []));
  return { ...value, sources: known ? Object.fromEntries(known) : { ...value.sources } };
}
