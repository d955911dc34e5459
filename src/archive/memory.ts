import type { Health } from "./health.ts";
import { type Latest, readLatest } from "./store.ts";

/**
 * What this isolate has read or written in the last seconds. A busy feed then costs a KV read every few seconds
 * instead of one a request; what a refresh in this isolate writes is remembered at once, though KV itself may go on
 * answering with the older value (or with none) for a minute.
 */
interface Memory {
  latest: Map<string, { value: Latest | undefined; at: number }>;
  health?: { value: Health; at: number };
}

const FRESH = 10_000;
/** How long an own write is trusted over what KV says. */
const PROPAGATION = 60_000;

const memories = new WeakMap<KVNamespace, Memory & { written: Map<string, number> }>();

function memoryOf(kv: KVNamespace) {
  let memory = memories.get(kv);
  if (!memory) {
    memory = { latest: new Map(), written: new Map() };
    memories.set(kv, memory);
  }
  return memory;
}

/** `readLatest`, or what is remembered of it. */
export async function recall(
  kv: KVNamespace,
  sources: readonly string[],
  now: number,
): Promise<{ latest: Map<string, Latest>; health: Health }> {
  const memory = memoryOf(kv);
  const isFresh = (entry?: { at: number }) => entry !== undefined && now - entry.at < FRESH && now >= entry.at;
  if (!isFresh(memory.health) || !sources.every((source) => isFresh(memory.latest.get(source)))) {
    const read = await readLatest(kv, sources);
    const own = (key: string) => now - (memory.written.get(key) ?? Number.NEGATIVE_INFINITY) < PROPAGATION;
    for (const source of sources) {
      const known = memory.latest.get(source)?.value;
      const value = read.latest.get(source);
      const older = known && own(source) && (!value || value.version < known.version);
      // The same object for the same content: what was rendered from it still holds.
      const same = known && value && value.stamp === known.stamp;
      memory.latest.set(source, { value: older || same ? known : value, at: now });
    }
    const health = own("") && memory.health ? newer(memory.health.value, read.health) : read.health;
    memory.health = { value: health, at: now };
  }
  const latest = new Map<string, Latest>();
  for (const source of sources) {
    const value = memory.latest.get(source)?.value;
    if (value) latest.set(source, value);
  }
  return { latest, health: memory.health?.value ?? { sources: {} } };
}

/** Each source's record from whichever tried it last. */
export function newer(a: Health, b: Health): Health {
  const sources = { ...a.sources };
  for (const [id, record] of Object.entries(b.sources)) {
    const known = sources[id];
    if (!known || record.tried > known.tried) sources[id] = record;
  }
  return { sources };
}

/** Remembers what has just been written. */
export function remember(
  kv: KVNamespace,
  latest: ReadonlyMap<string, Latest>,
  health: Health | undefined,
  now: number,
) {
  const memory = memoryOf(kv);
  for (const [source, value] of latest) {
    memory.latest.set(source, { value, at: now });
    memory.written.set(source, now);
  }
  if (health) {
    memory.health = { value: health, at: now };
    memory.written.set("", now);
  }
}

/** Forgets everything, as a new isolate would. */
export function forget(kv: KVNamespace): void {
  memories.delete(kv);
}
