import { readFileSync } from "node:fs";
import { wait } from "../../random.ts";
import type { Live } from "../heap.ts";

/** What a process takes at rest: nobody asks for anything, what was under way has ended, and garbage is collected. */
export interface Sample {
  /** Seconds since the beginning. */
  at: number;
  /** Megabytes of objects, and of what they hold outside of the heap. */
  heap: number;
  outside: number;
  /** Megabytes that the process has in memory. */
  resident: number;
}

/** Milliseconds between two samples. */
const EVERY = 30_000;
/** Samples in the second half of a load that are enough to judge it. */
const ENOUGH = 4;
/** Parts of what it was in the middle of the load that a size may have risen by at the end, or else megabytes. */
const MAX_RISE = {
  // The newest 200 articles of each source are kept, and a load of ten minutes publishes that many.
  heap: { part: 0.1, megabytes: 2 },
  // Where thousands of articles are published, each remembered feed gets longer: up to 8 MiB of them.
  outside: { part: 0.1, megabytes: 4 },
  resident: { part: 0.1, megabytes: 0 },
};

/** Megabytes that a process has in memory (`VmRSS`), or has had at most (`VmHWM`; proc(5)). */
export const residentOf = (pid: number, field: "VmRSS" | "VmHWM" = "VmRSS"): number =>
  Number(new RegExp(`^${field}:\\s+(\\d+) kB`, "m").exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1000;

/** @param liveAtRest lets the load rest meanwhile */
export async function watchMemory(
  pid: number,
  liveAtRest: () => Promise<Live>,
  signal: AbortSignal,
): Promise<Sample[]> {
  const began = Date.now();
  const samples: Sample[] = [];
  for (let due = EVERY; ; due += EVERY) {
    while (Date.now() - began < due && !signal.aborted) await wait(200);
    if (signal.aborted) return samples;
    const at = (Date.now() - began) / 1000;
    const { heap, outside } = await liveAtRest();
    samples.push({ at, heap: heap / 1e6, outside: outside / 1e6, resident: residentOf(pid) });
  }
}

/** What rises in the second half of a load: in the first, caches are filled and code is compiled. */
export function checkMemory(samples: readonly Sample[]): string[] {
  const half = samples.slice(Math.floor(samples.length / 2));
  if (half.length < ENOUGH) return [`memory was measured ${samples.length} times, which says nothing: load for longer`];
  return (["heap", "outside", "resident"] as const).flatMap((what) => {
    const { from, by } = rise(half.map((sample) => ({ x: sample.at, y: sample[what] })));
    if (by <= Math.max(from * MAX_RISE[what].part, MAX_RISE[what].megabytes)) return [];
    return [`memory (${what}) rose from ${from.toFixed(1)} by ${by.toFixed(1)} MB in the second half`];
  });
}

/** The line with the median of the slopes between any two points (Theil and Sen): a point far off does not move it. */
function rise(points: readonly { x: number; y: number }[]): { from: number; by: number } {
  const slopes = points.flatMap((p, i) => points.slice(i + 1).map((q) => (q.y - p.y) / (q.x - p.x)));
  const slope = median(slopes);
  const first = points[0]?.x ?? 0;
  const from = median(points.map(({ x, y }) => y - slope * (x - first)));
  return { from, by: slope * ((points.at(-1)?.x ?? 0) - first) };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? 0) + (sorted[Math.floor(middle)] ?? 0)) / 2;
}
