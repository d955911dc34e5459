import fc from "fast-check";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { random } from "../random.ts";
import { runs } from "../runs.ts";
import { type Chances, QUIET } from "./chances.ts";
import { HOUR } from "./changing-websites.ts";
import { World } from "./changing-world.ts";
import { wrongIn } from "./converged.ts";

/**
 * Websites that change at random and fail, caches that show old copies, pages that are pushed, processes that end: some
 * days later, when all is at rest, the archive is what the websites show, and everybody who reads it has the same.
 */

beforeEach(() => {
  for (const method of ["log", "error", "warn"] as const) vi.spyOn(console, method).mockImplementation(() => {});
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

/** Evenings in Korea before a new month, a new year and a leap day that does not come; and a morning. */
const STARTS = ["2026-06-30T13:10:00Z", "2026-12-31T13:00:00Z", "2026-02-28T14:30:00Z", "2026-08-15T06:00:00Z"];

const DAY = 24 * HOUR;
const YEAR = 365 * DAY;
/** By how much a clock is wrong: since 1970, it was not set. */
const SKEWS = [-Date.parse("2026-01-01T00:00:00Z"), -DAY, 2 * DAY, YEAR];

async function wrongAt(seed: number, chances: Partial<Chances>, days = 2, rest = 6): Promise<string[]> {
  const start = Date.parse(STARTS[seed % STARTS.length] as string);
  const world = new World(seed, { ...QUIET, ...chances }, start);
  vi.spyOn(Date, "now").mockImplementation(() => world.clock);
  vi.stubGlobal("fetch", world.fetch);
  return wrongIn(world, days, rest);
}

/** What may happen in one world: half of it does. */
function chancesOf(seed: number): Partial<Chances> {
  const chance = random(seed);
  const some = (most: number) => (chance() < 0.5 ? chance() * most : 0);
  const is = () => chance() < 0.4;
  const chances = {
    edit: 0.2 + some(0.3),
    outlet: is(),
    pinned: chance() < 0.2,
    stale: some(0.35),
    lag: some(10),
    push: some(0.1),
    oldPush: some(1),
    fault: some(0.04),
    pause: chance() < 0.2 ? 0.01 : 0,
    kill: some(0.1),
    overlap: is(),
    observed: is(),
    // A new bridge sends its webhooks what comes later.
    ...(chance() < 0.2 ? { restore: true } : { webhook: is(), hub: is() }),
    kv: is(),
  };
  const skew = chance() < 0.3 ? (SKEWS[Math.floor(chance() * SKEWS.length)] ?? 0) : 0;
  // Looks that are left out say no more what an old copy is. In a year, leases end.
  const old = skew === 0 ? {} : { lag: 0, stale: 0, oldPush: 0, pause: 0 };
  return { ...chances, ...old, skew, ...(skew === YEAR && { hub: false }) };
}

const seed = fc.integer({ min: 1, max: 1_000_000 });

test(
  "after old copies of listings and articles in turns with new ones, the archive is what the website shows",
  () =>
    fc.assert(
      fc.asyncProperty(seed, async (seed) => {
        const chances = { stale: 0.35, edit: 0.5, push: seed % 2 ? 0.05 : 0, oldPush: 0.5 };
        expect(await wrongAt(seed, chances)).toEqual([]);
      }),
      { numRuns: runs(3), examples: [[8], [13], [21]], endOnFailure: true },
    ),
  120_000 * runs(1),
);

test(
  "whatever websites, caches, pushes and processes do: each article is kept once, nothing is lost, and no edit is made up",
  () =>
    fc.assert(
      fc.asyncProperty(seed, async (seed) => {
        expect(await wrongAt(seed, chancesOf(seed))).toEqual([]);
      }),
      { numRuns: runs(2), endOnFailure: true },
    ),
  120_000 * runs(1),
);
