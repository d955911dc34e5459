import { readFileSync } from "node:fs";
import { wait } from "../../random.ts";

/** What a process takes while it is under load. */

export interface Sample {
  /** Seconds since the beginning. */
  at: number;
  /** Megabytes that the process has in memory (proc(5)). */
  resident: number;
  /** Megabytes of its objects, garbage collected; each minute. */
  heap?: number;
}

const residentOf = (pid: number): number =>
  Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1000;

/** Samples every ten seconds. */
export async function watchMemory(pid: number, heapOf: () => Promise<number>, signal: AbortSignal): Promise<Sample[]> {
  const began = Date.now();
  const samples: Sample[] = [];
  for (let i = 0; !signal.aborted; i++) {
    const heap = i % 6 === 5 ? { heap: (await heapOf()) / 1e6 } : {};
    samples.push({ at: (Date.now() - began) / 1000, resident: residentOf(pid), ...heap });
    await wait(10_000);
  }
  return samples;
}

/** Megabytes by which a line through the second half of the samples rises, from its beginning to its end. */
export function rise(
  samples: readonly Sample[],
  take: (sample: Sample) => number | undefined,
): { from: number; by: number } {
  const all = samples.flatMap((sample) => {
    const value = take(sample);
    return value === undefined ? [] : [{ x: sample.at, y: value }];
  });
  const half = all.slice(Math.floor(all.length / 2));
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [x, y] = [mean(half.map((p) => p.x)), mean(half.map((p) => p.y))];
  const spread = half.reduce((sum, p) => sum + (p.x - x) ** 2, 0);
  const slope = half.reduce((sum, p) => sum + (p.x - x) * (p.y - y), 0) / spread;
  const length = (half.at(-1)?.x ?? 0) - (half[0]?.x ?? 0);
  return { from: y - (slope * length) / 2, by: slope * length };
}
