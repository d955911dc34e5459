import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { listingOf, startKv, startWebsite } from "./stores.ts";
import { build, ROOT, type RunningWorkerd, startWorkerd } from "./workerd.ts";

/**
 * Listings of sources of which nothing is kept: fetched, parsed, merged, stored and rendered for the first reader. With
 * another commit's Worker beside it, both answer the same requests turn by turn, so that what else the machine does
 * falls on both.
 */

/** Milliseconds of processor time for a request, and until its answer was whole. */
interface ColdTime {
  cpu: number;
  wait: number;
}
type ColdTimes = Record<keyof ColdTime, { median: number; fastest: number }>;

const DAY = 86_400_000;
const FIRST_NUMBER = 20_000;
/** Sources, each asked for once, by articles listed; and how often the Workers are started anew. */
const SOURCES: Record<number, number> = { 20: 60, 1000: 20 };
const ROUNDS: Record<number, number> = { 20: 4, 1000: 2 };
/** Of the sources, those that only warm the isolate up. */
const WARM_UP = 0.2;

/**
 * @param scripts Workers made of `measured.ts`
 * @param count articles of a listing
 */
export async function coldTimes(scripts: readonly string[], count: number): Promise<ColdTimes[]> {
  const sources = Array.from({ length: SOURCES[count] ?? 20 }, (_, i) => ({
    ...{ id: `cold-${i}`, name: `cold-${i}`, language: "en", article: FIRST_NUMBER + i },
  }));
  // Each source has days of its own: a website does not publish 1,000 articles a day.
  const pages = sources.map((_, i) =>
    listingOf(FIRST_NUMBER + i, count, Date.parse("2025-01-01T00:00:00Z") - i * 30 * DAY),
  );
  const website = await startWebsite((number) => pages[number - FIRST_NUMBER]);
  const times: ColdTime[][] = scripts.map(() => []);
  for (let round = 0; round < (ROUNDS[count] ?? 1); round++) {
    const started = await Promise.all(scripts.map((script) => start(script, website.address, JSON.stringify(sources))));
    for (const [i, { id }] of sources.entries()) {
      const turns = [...started.entries()];
      for (const [which, { worker }] of i % 2 === 0 ? turns : turns.reverse()) {
        const time = await ask(worker, `/feeds/${id}.rss`);
        if (i >= sources.length * WARM_UP) times[which]?.push(time);
      }
    }
    for (const { stop } of started) await stop();
  }
  await website.close();
  const of = (list: readonly ColdTime[], what: keyof ColdTime) => {
    const sorted = list.map((time) => time[what]).sort((a, b) => a - b);
    return { median: sorted[sorted.length >> 1] ?? 0, fastest: sorted[0] ?? 0 };
  };
  return times.map((list) => ({ cpu: of(list, "cpu"), wait: of(list, "wait") }));
}

async function start(script: string, address: string, sources: string) {
  const kv = await startKv(new Map(), () => true);
  const variables = { SOURCES: sources, KCNAWATCH_ORIGIN: `http://${address}`, BODIES_PER_TICK: "0" };
  const worker = await startWorkerd({ script, variables, kv: kv.address });
  const stop = async () => {
    await worker.stop();
    await kv.close();
  };
  return { worker, stop };
}

/** What the archive writes after the answer counts too; milliseconds. */
const SETTLING = 25;

async function ask(worker: RunningWorkerd, path: string): Promise<ColdTime> {
  const before = worker.cpu() ?? Number.NaN;
  const began = performance.now();
  const response = await fetch(worker.origin + path, { headers: { "x-forget": "all" } });
  const answer = await response.text();
  if (response.status !== 200) throw new Error(`${path}: ${response.status} ${answer.slice(0, 200)}`);
  const wait = performance.now() - began;
  await setTimeout(SETTLING);
  return { cpu: (worker.cpu() ?? Number.NaN) - before, wait };
}

/** The Worker of another commit, built with this one's packages. */
export function buildCommit(commit: string): string {
  const folder = mkdtempSync(join(tmpdir(), "commit-"));
  const git = (...values: string[]) =>
    execFileSync("git", values, { cwd: ROOT, stdio: ["ignore", "ignore", "inherit"] });
  git("worktree", "add", "--detach", folder, commit);
  try {
    symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
    return build("tests/bench/measured.ts", folder).script;
  } finally {
    git("worktree", "remove", "--force", folder);
    rmSync(folder, { recursive: true, force: true });
  }
}
