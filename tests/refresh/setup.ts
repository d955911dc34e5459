import { reset } from "cloudflare:test";
import { afterEach, beforeEach, vi } from "vitest";
import { type Bridge, bridgeOf } from "../../src/archive/bridge.ts";
import type { SourceStatus } from "../../src/archive/source-status.ts";
import type { Shown } from "../replica/markup.ts";
import { articleAt, bindings, type CountedKv, countedKv, type Listings } from "../simulation.ts";

/** A new bridge before each test, and a website that lists 16 articles of KCNA. It reads no article pages. */

export const NOW = Date.parse("2026-06-01T00:00:00Z");
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

export let counted: CountedKv;
export let bridge: Bridge;
export let website: Listings;

/** Is called by each test file that uses what is above. */
export function newBridgeBeforeEach(): void {
  beforeEach(() => {
    counted = countedKv();
    bridge = bridgeOf(bindings(counted.kv, { BODIES_PER_TICK: "0" }));
    website = new Map([["156", articles(NOW, 16)]]);
  });
  afterEach(async () => {
    vi.unstubAllGlobals();
    vi.restoreAllMocks();
    await reset();
  });
}

/** Articles an hour apart, newest first. */
export const articles = (newest: number, count: number): Shown[] =>
  Array.from({ length: count }, (_, i) => articleAt(newest - i * HOUR, (newest - i * HOUR) / MINUTE));

export const only = (id: string) => bridge.sources.filter((source) => source.id === id);

export async function statusOf(id: string): Promise<SourceStatus> {
  const status = (await bridge.archive.status(NOW)).sources[id];
  if (!status) throw new Error(`no status of ${id}`);
  return status;
}

export const articlesOf = async (id: string) => (await statusOf(id)).stats?.articles ?? 0;
