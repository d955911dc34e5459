import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { KCNA_WATCH_SOURCES } from "../followed.ts";

/** The Worker as users try it: `wrangler dev` on a free port of loopback, with an archive of its own. */

export interface RunningBridge {
  origin: string;
  stop(): Promise<void>;
}

/** The operator's token, in tests. */
export const TOKEN = "a-token-for-the-tests";

const ROOT = join(import.meta.dirname, "../..");

/** Nothing of Wrangler calls anything outside the machine: no `Request.cf`, no telemetry, no look for updates. */
export const QUIET = {
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
  WRANGLER_SEND_METRICS: "false",
  WRANGLER_SEND_ERROR_REPORTS: "false",
  WRANGLER_HIDE_BANNER: "true",
  NO_COLOR: "1",
};

/**
 * @param variables of wrangler.toml, and secrets
 * @param signal ends it, also while it starts; then nothing is left of it
 */
export async function startWorker(variables: Record<string, string>, signal: AbortSignal): Promise<RunningBridge> {
  checkWritable(join(ROOT, ".wrangler/tmp"));
  const [port, inspector] = [await freePort(), await freePort()];
  const folder = mkdtempSync(join(tmpdir(), "bridge-"));
  const followed = { FOLLOW: KCNA_WATCH_SOURCES, ...variables };
  const vars = Object.entries(followed).flatMap(([name, value]) => ["--var", `${name}:${value}`]);
  const child = spawn(
    process.execPath,
    [
      join(ROOT, "node_modules/wrangler/bin/wrangler.js"),
      ...["dev", "--ip", "127.0.0.1", "--port", String(port), "--inspector-port", String(inspector)],
      ...["--persist-to", folder, "--show-interactive-dev-session=false", ...vars],
    ],
    { cwd: ROOT, env: { ...process.env, ...QUIET }, stdio: ["ignore", "pipe", "pipe"], detached: true },
  );
  let output = "";
  child.stdout.on("data", (chunk) => {
    output += chunk;
  });
  child.stderr.on("data", (chunk) => {
    output += chunk;
  });
  const stop = async () => {
    await end(child);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  const origin = `http://127.0.0.1:${port}`;
  const deadline = Date.now() + 60_000;
  while (!(await answers(origin))) {
    if (hasEnded(child) || Date.now() > deadline || signal.aborted) {
      await stop();
      throw new Error(`the Worker did not start:\n${output}`);
    }
    await new Promise((wait) => setTimeout(wait, 100));
  }
  return { origin, stop };
}

/** Wrangler builds into this folder; where it cannot, it says so to nobody and waits for ever. */
function checkWritable(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
    rmSync(mkdtempSync(join(folder, "writable-")), { recursive: true });
  } catch (error) {
    throw new Error(`${folder} cannot be written to: ${(error as Error).message}`);
  }
}

const hasEnded = ({ exitCode, signalCode }: ChildProcess) => exitCode !== null || signalCode !== null;

/** Whether something answers there. */
export async function answers(origin: string): Promise<boolean> {
  try {
    // A path that reads nothing and fetches nothing.
    return (await fetch(`${origin}/there-is-nothing-here`)).status > 0;
  } catch {
    return false;
  }
}

/** Ends the process and all that it started. */
async function end(child: ChildProcess): Promise<void> {
  if (hasEnded(child) || child.pid === undefined) return;
  const gone = new Promise((exit) => child.once("exit", exit));
  const signal = (name: NodeJS.Signals) => {
    try {
      process.kill(-(child.pid as number), name);
    } catch {
      // Gone already.
    }
  };
  signal("SIGTERM");
  const timer = setTimeout(() => signal("SIGKILL"), 3000);
  await gone;
  clearTimeout(timer);
  signal("SIGKILL");
}

/** Whether nothing listens at a port of loopback. */
export async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  const listening = new Promise<boolean>((known) => {
    server.once("error", () => known(false));
    server.listen(port, "127.0.0.1", () => known(true));
  });
  const free = await listening;
  if (free) await new Promise((closed) => server.close(closed));
  return free;
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}
