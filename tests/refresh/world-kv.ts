import type { Snapshots } from "../../src/platform/snapshots.ts";
import type { World } from "./changing-world.ts";

/** Workers KV in a changing world: writes may fail, and for a minute others may read the value before the newest. */
export class WorldKv {
  readonly #world: World;
  readonly #values = new Map<string, { text: string; at: number; before?: string | undefined }>();

  constructor(world: World) {
    this.#world = world;
  }

  /** As one isolate sees it. */
  isolate(): Snapshots {
    return {
      get: async (keys) =>
        new Map(
          keys.flatMap((key) => {
            const text = this.#read(key);
            return text === undefined ? [] : [[key, JSON.parse(text)]];
          }),
        ),
      put: async (key, value) => {
        const { isActive, now, random } = this.#world;
        if (isActive && random() < 0.1) throw new Error("KV takes one write a second for a key");
        this.#values.set(key, { text: JSON.stringify(value), at: now, before: this.#values.get(key)?.text });
      },
    };
  }

  #read(key: string): string | undefined {
    const { isActive, now, random } = this.#world;
    const value = this.#values.get(key);
    return value && isActive && now - value.at < 60_000 && random() < 0.5 ? value.before : value?.text;
  }

  /** Copies that are ahead of the archive, or, after rest, not the same. */
  wrong(isAtRest: boolean): string[] {
    const { archive } = this.#world.service;
    return this.#world.sources.flatMap(({ id }) => {
      const text = this.#values.get(`latest:${id}`)?.text;
      const { status: _, ...copy } = text === undefined ? {} : JSON.parse(text);
      const { seq } = archive.store.sources.get(id);
      if (copy.seq > seq) return [`KV: ${id} is at ${copy.seq}, the archive at ${seq}`];
      const latest = archive.latest([id])[0]?.[1] ?? {};
      return isAtRest && JSON.stringify(copy) !== JSON.stringify(latest) ? [`KV: ${id} differs after rest`] : [];
    });
  }
}
