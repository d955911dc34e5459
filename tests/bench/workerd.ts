import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { KCNA_WATCH_SOURCES } from "../followed.ts";
import { answers, freePort, QUIET } from "../replica/worker.ts";
import { type Live, liveOf } from "./heap.ts";

/** The built Worker in workerd itself: `wrangler dev` puts a proxy before it that costs twenty times the Worker. */

export const ROOT = join(import.meta.dirname, "../..");

interface Bundle {
  script: string;
  /** Bytes, gzipped: what Cloudflare counts. */
  size: number;
}

/**
 * Builds an entry as a deployment would, minified.
 *
 * @param root of the project, with its packages
 */
export function build(entry: string, root = ROOT): Bundle {
  const folder = mkdtempSync(join(tmpdir(), "bundle-"));
  execFileSync(
    process.execPath,
    [
      join(root, "node_modules/wrangler/bin/wrangler.js"),
      ...["deploy", entry, "--dry-run", "--minify", "--outdir", folder],
    ],
    { cwd: root, env: { ...process.env, ...QUIET }, stdio: ["ignore", "ignore", "inherit"] },
  );
  const name = (entry.split("/").at(-1) as string).replace(/\.ts$/, ".js");
  const script = readFileSync(join(folder, name));
  rmSync(folder, { recursive: true });
  return { script: script.toString(), size: gzipSync(script, { level: 9 }).length };
}

export interface RunningWorkerd {
  origin: string;
  pid: number;
  /** Milliseconds from the start of the process to the first answer. */
  started: number;
  /** Milliseconds of processor time so far; undefined where the system does not tell (it is read from /proc). */
  cpu(): number | undefined;
  /** Of them, those that V8 has compiled for; undefined where that is not logged. */
  compiling(): number | undefined;
  live(): Promise<Live>;
  /** Kills the process (SIGKILL), whatever it is at. */
  stop(): Promise<void>;
}

interface Setting {
  script: string;
  /** Texts by binding name. */
  variables?: Record<string, string>;
  /** Host and port of the HTTP service behind the KV binding SNAPSHOTS; with it, there is the archive's object. */
  kv?: string;
  /** Folder of the archive's object; one that is removed at the end where none is named. */
  disk?: string;
  /** Whether V8 logs what it compiles. */
  logsCompiling?: boolean;
}

/** The archive's object in workerd's configuration (`workerd.capnp`). */
const OBJECT = `  durableObjectNamespaces = [(className = "ArchiveObject", uniqueKey = "archive", enableSql = true)],
  durableObjectStorage = (localDisk = "disk"),
`;

export async function startWorkerd({
  script,
  variables = {},
  kv,
  disk,
  logsCompiling,
}: Setting): Promise<RunningWorkerd> {
  const folder = mkdtempSync(join(tmpdir(), "workerd-"));
  const [port, inspector] = [await freePort(), await freePort()];
  writeFileSync(join(folder, "worker.js"), script);
  const bindings = Object.entries({ FOLLOW: KCNA_WATCH_SOURCES, ...variables }).map(([name, value], i) => {
    writeFileSync(join(folder, `${i}.txt`), value);
    return `(name = "${name}", text = embed "${i}.txt")`;
  });
  const archive = disk ?? join(folder, "disk");
  const log = logsCompiling && join(folder, "v8.log");
  if (kv) {
    mkdirSync(archive, { recursive: true });
    bindings.push('(name = "SNAPSHOTS", kvNamespace = "kv")');
    bindings.push('(name = "ARCHIVE", durableObjectNamespace = "ArchiveObject")');
  }
  const date = /^compatibility_date = "(.*)"/m.exec(readFileSync(join(ROOT, "wrangler.toml"), "utf8"))?.[1];
  const services = [
    '(name = "main", worker = .main)',
    '(name = "internet", network = (allow = ["private", "public"]))',
    ...(kv
      ? [
          `(name = "kv", external = (address = "${kv}", http = ()))`,
          `(name = "disk", disk = (path = "${archive}", writable = true))`,
        ]
      : []),
  ];
  writeFileSync(
    join(folder, "config.capnp"),
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [${services.join(", ")}],
  v8Flags = [${log ? `"--log-function-events", "--logfile=${log}", "--no-logfile-per-isolate"` : ""}],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")],
);
const main :Workerd.Worker = (
  modules = [(name = "worker.js", esModule = embed "worker.js")],
  compatibilityDate = "${date}",
  bindings = [${bindings.join(", ")}],
${kv ? OBJECT : ""});
`,
  );
  const began = performance.now();
  const child = spawn(
    join(ROOT, "node_modules/workerd/bin/workerd"),
    ["serve", join(folder, "config.capnp"), `--inspector-addr=127.0.0.1:${inspector}`],
    { stdio: ["ignore", "ignore", "pipe"] },
  );
  let errors = "";
  child.stderr.on("data", (chunk) => {
    errors += chunk;
  });
  const stop = async () => {
    await end(child);
    rmSync(folder, { recursive: true, force: true });
  };
  const origin = `http://127.0.0.1:${port}`;
  while (!(await answers(origin))) {
    if (child.exitCode !== null || performance.now() - began > 20_000) {
      await stop();
      throw new Error(`workerd did not start:\n${errors}`);
    }
    await new Promise((wait) => setTimeout(wait, 2));
  }
  const started = performance.now() - began;
  const pid = child.pid as number;
  const compiling = () => (log ? compiledFor(log) + (cpuOf(pid, /^V8/) ?? Number.NaN) : undefined);
  return { origin, pid, started, cpu: () => cpuOf(pid), compiling, live: () => liveOf(inspector, origin), stop };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((exit) => child.once("exit", exit));
  child.kill("SIGKILL");
  await gone;
}

/** What V8's log says of the thread that runs: `function,interpreter,<script>,<start>,<end>,<milliseconds>,…`. */
function compiledFor(log: string): number {
  const steps = /^function,(?:parse-function|interpreter|baseline),(?:[^,]*,){3}([\d.]+)/gm;
  return [...readFileSync(log, "utf8").matchAll(steps)].reduce((sum, [, time]) => sum + Number(time), 0);
}

/**
 * Milliseconds of processor time of a process so far (Linux, Documentation/scheduler/sched-stats).
 *
 * @param names of the threads that count; without it, all do
 */
export function cpuOf(pid: number | undefined, names = /^/): number | undefined {
  try {
    const read = (thread: string, what: string) => readFileSync(`/proc/${pid}/task/${thread}/${what}`, "utf8");
    const threads = readdirSync(`/proc/${pid}/task`).filter((thread) => names.test(read(thread, "comm")));
    const times = threads.map((thread) => read(thread, "schedstat").split(" ")[0]);
    return times.reduce((sum, time) => sum + Number(time), 0) / 1e6;
  } catch {
    return undefined;
  }
}
