import type { Health } from "./health.ts";
import { type Latest, readHealth, readLatest } from "./store.ts";

/**
 * What this isolate has read or written in the last seconds. A busy feed then costs a KV read every few seconds
 * instead of one a request; what a refresh in this isolate writes is remembered at once, though KV itself may go on
 * answering with the older value (or with none) for a minute.
 */
interface Memory {
  latest: Map<string, { value: Latest | undefined; at: number }>;
  health?: { value: Health; at: number };
  /** When this isolate wrote a source's `latest`, and under "" when it wrote `health`. */
  written: Map<string, number>;
}

const FRESH = 10_000;
/** How long an own write is trusted over what KV says. */
const PROPAGATION = 60_000;

const memories = new WeakMap<KVNamespace, Memory>();

function memoryOf(kv: KVNamespace): Memory {
  let memory = memories.get(kv);
  if (!memory) {
    memory = { latest: new Map(), written: new Map() };
    memories.set(kv, memory);
  }
  return memory;
}

/** `readLatest`, or what is remembered of it. Of no sources: health alone. */
export async function recall(
  kv: KVNamespace,
  sources: readonly string[],
  now: number,
): Promise<{ latest: Map<string, Latest>; health: Health }> {
  const memory = memoryOf(kv);
  const isFresh = (entry?: { at: number }) => entry !== undefined && now - entry.at < FRESH && now >= entry.at;
  if (!isFresh(memory.health) || !sources.every((source) => isFresh(memory.latest.get(source)))) {
    let read: Awaited<ReturnType<typeof readLatest>>;
    try {
      read = await readLatest(kv, sources);
    } catch (error) {
      // What is remembered is better than no answer.
      const known = sources.length === 0 ? memory.health : sources.some((source) => memory.latest.get(source)?.value);
      if (!known) throw error;
      console.error(JSON.stringify({ event: "kv", error: String(error).slice(0, 200) }));
      return remembered(memory, sources);
    }
    const own = (key: string) => now - (memory.written.get(key) ?? Number.NEGATIVE_INFINITY) < PROPAGATION;
    for (const source of sources) {
      const known = memory.latest.get(source)?.value;
      const value = read.latest.get(source);
      const older = known && own(source) && (!value || value.version < known.version);
      // The same object for the same content: what was rendered from it still holds.
      const same = known && value && value.stamp === known.stamp;
      memory.latest.set(source, { value: older || same ? known : value, at: now });
    }
    memory.health = { value: withOwn(memory, read.health, now), at: now };
  }
  return remembered(memory, sources);
}

function remembered(memory: Memory, sources: readonly string[]): { latest: Map<string, Latest>; health: Health } {
  const latest = new Map<string, Latest>();
  for (const source of sources) {
    const value = memory.latest.get(source)?.value;
    if (value) latest.set(source, value);
  }
  return { latest, health: memory.health?.value ?? { sources: {} } };
}

/** `health` as it is now, what this isolate has just written included: KV may not tell it for a minute. */
export async function currentHealth(kv: KVNamespace, now: number): Promise<Health> {
  return withOwn(memoryOf(kv), await readHealth(kv), now);
}

function withOwn({ health, written }: Memory, read: Health, now: number): Health {
  const own = now - (written.get("") ?? Number.NEGATIVE_INFINITY) < PROPAGATION;
  return own && health ? newer(health.value, read) : read;
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
