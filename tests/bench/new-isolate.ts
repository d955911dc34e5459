import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { growingListing, startKv, startWebsite } from "./stores.ts";
import { type RunningWorkerd, startWorkerd } from "./workerd.ts";

/** What a new isolate costs: from the start of the process to the first answer, and its first tick. */

const STARTS = 7;
const LISTED = 16;

export const median = (list: readonly number[]) => list.toSorted((a, b) => a - b)[list.length >> 1] ?? 0;

/** Milliseconds from the start of workerd to the first answer, for each script; turn by turn. */
export async function startTimes(scripts: readonly string[], variables: Record<string, string>, kv: string) {
  const times: number[][] = scripts.map(() => []);
  for (let i = 0; i < STARTS; i++) {
    for (const [which, script] of scripts.entries()) {
      const worker = await startWorkerd({ script, variables, kv });
      times[which]?.push(worker.started);
      await worker.stop();
    }
  }
  return times.map(median);
}

/**
 * Milliseconds of processor time for a tick with one source and one new article: the first of a new isolate, which
 * compiles what it runs, and how much of that it compiles; the second; and the median of later ones.
 *
 * @param script `measured.ts`, built
 */
export async function tickTimes(
  script: string,
): Promise<{ first: number; compiling: number; second: number; later: number }> {
  const website = await startWebsite((_, time) => growingListing(1, LISTED, time));
  const kv = await startKv(new Map(), () => true);
  const disk = mkdtempSync(join(tmpdir(), "disk-"));
  const variables = {
    FOLLOW: "kcna-en",
    KCNAWATCH_ORIGIN: `http://${website.address}`,
    BODIES_PER_TICK: "0",
  };
  const firsts: number[] = [];
  const seconds: number[] = [];
  const shares: number[] = [];
  let later: number[] = [];
  for (let i = 0; i < STARTS; i++) {
    const worker = await startWorkerd({ script, variables, kv: kv.address, disk });
    const times: number[] = [];
    // The first round fills the archive; in the last one the isolate gets warm.
    for (let tick = 0; tick < (i === STARTS - 1 ? 60 : 2); tick++) times.push(await cpuOfTick(worker));
    if (i > 0) firsts.push(times[0] ?? 0);
    if (i > 0) seconds.push(times[1] ?? 0);
    later = times.slice(30);
    await worker.stop();
    const logging = await startWorkerd({ script, variables, kv: kv.address, disk, logsCompiling: true });
    const before = logging.compiling() ?? Number.NaN;
    const cpu = await cpuOfTick(logging);
    shares.push(((logging.compiling() ?? Number.NaN) - before) / cpu);
    await logging.stop();
  }
  await Promise.all([website.close(), kv.close()]);
  rmSync(disk, { recursive: true });
  const first = median(firsts);
  return { first, compiling: first * median(shares), second: median(seconds), later: median(later) };
}

async function cpuOfTick(worker: RunningWorkerd): Promise<number> {
  const before = worker.cpu() ?? Number.NaN;
  const response = await fetch(worker.origin, { headers: { "x-tick": "1" } });
  const [outcome] = (await response.json()) as { ok: boolean; reason?: string }[];
  if (!outcome?.ok) throw new Error(`the tick failed: ${outcome?.reason}`);
  return (worker.cpu() ?? Number.NaN) - before;
}
