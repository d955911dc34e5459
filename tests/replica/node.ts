import { execSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import manifest from "../../package.json" with { type: "json" };
import { KCNA_WATCH_SOURCES } from "../followed.ts";
import { buildOnce } from "./builds.ts";
import { startBuiltWorker } from "./built-worker.ts";
import { answers, freePort, type RunningBridge, TOKEN } from "./worker.ts";

/** The bridge as a server on Node, as `npm start` runs it: on a free port of loopback, with an archive of its own. */

const ROOT = join(import.meta.dirname, "../..");

/** Builds the server into a folder, with the command of `npm run build`; returns the file. */
export function buildNode(folder: string): string {
  const file = join(folder, "node.js");
  const built = buildOnce("node.js", () => {
    const PATH = [join(ROOT, "node_modules/.bin"), process.env.PATH].join(delimiter);
    // Not into dist/: somebody else may be running what is there.
    execSync(`${manifest.scripts.build} --outfile=${file}`, {
      cwd: ROOT,
      env: { ...process.env, PATH },
      stdio: "inherit",
    });
    return readFileSync(file, "utf8");
  });
  writeFileSync(file, built);
  return file;
}

export interface NodeProcess extends RunningBridge {
  /** What it printed so far. */
  output(): string;
  pid: number;
  /** Resolves with the exit code when it has ended, `null` after a signal. */
  ended: Promise<number | null>;
}

/**
 * @param variables beside HOST and DATA; without `CRON` no cron runs, without `PORT` it is a free one
 * @param data folder of the archive; a temporary one, removed at the end, where none is named
 * @param signal ends it while it starts
 * @throws Error with what it printed if it ends instead of answering
 */
export async function startNode(
  variables: Record<string, string>,
  data?: string,
  signal?: AbortSignal,
): Promise<NodeProcess> {
  const folder = mkdtempSync(join(tmpdir(), "bridge-"));
  let file: string;
  try {
    file = buildNode(folder);
  } catch (error) {
    // Ctrl-C ends the build as well.
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
  const port = variables.PORT ?? String(await freePort());
  const env = {
    // Of this process's own environment nothing may become a variable of the bridge.
    PATH: process.env.PATH ?? "",
    CRON: "off",
    FOLLOW: KCNA_WATCH_SOURCES,
    ...variables,
    PORT: port,
    DATA: data ?? join(folder, "data"),
  };
  const child = spawn(process.execPath, [file], {
    cwd: folder,
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk) => {
      output += chunk;
    });
  }
  let hasEnded = false;
  const ended = new Promise<number | null>((resolve) =>
    child.once("close", (code) => {
      hasEnded = true;
      resolve(code);
    }),
  );
  const stop = async () => {
    if (!hasEnded) child.kill("SIGTERM");
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  const origin = `http://127.0.0.1:${port}`;
  const deadline = Date.now() + 30_000;
  while (!(await answers(origin))) {
    if (hasEnded || Date.now() > deadline || signal?.aborted) {
      await stop();
      throw new Error(output);
    }
    await new Promise((wait) => setTimeout(wait, 20));
  }
  return { origin, output: () => output, stop, pid: child.pid as number, ended };
}

/** The runtimes that the bridge runs on, for tests that hold on each. */
export const RUNTIMES: {
  runtime: string;
  start(variables: Record<string, string>): Promise<RunningBridge>;
  /** Does what the cron does. */
  tick(origin: string): Promise<Response>;
}[] = [
  { runtime: "Worker", start: startBuiltWorker, tick: (origin) => fetch(`${origin}/__scheduled?cron=*/15+*+*+*+*`) },
  {
    runtime: "Node",
    start: startNode,
    tick: (origin) => fetch(`${origin}/refresh/all`, { method: "POST", headers: { authorization: `Bearer ${TOKEN}` } }),
  },
];
