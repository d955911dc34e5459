import { accessSync, constants, existsSync } from "node:fs";
import { join } from "node:path";
import type { Bridge } from "./archive/bridge.ts";
import { localBridge } from "./archive/local.ts";
import { NEVER } from "./archive/result-size.ts";
import type { ArchiveService } from "./archive/service.ts";
import { SettingError } from "./environment.ts";
import { log, logError } from "./log.ts";
import { createDeliveries } from "./notify/deliveries.ts";
import { networkError } from "./platform/network-error.ts";
import { nodeSql } from "./platform/node.ts";
import { alarm } from "./platform/node-alarm.ts";
import { loadEnvFile } from "./platform/node-env-file.ts";
import { guardFetch } from "./platform/node-fetch.ts";
import { lockFolder } from "./platform/node-lock.ts";
import { startLog } from "./platform/node-log.ts";
import { rateLimiter } from "./platform/node-rate-limit.ts";
import { startServer } from "./platform/node-server.ts";
import { nodeSettings } from "./platform/node-settings.ts";
import { every } from "./platform/node-timer.ts";
import type { RateLimiter } from "./platform/rate-limiter.ts";
import { hostAndPort, hostOf } from "./public-host.ts";
import { startCron } from "./refresh/cron.ts";
import { type Settings, settingsOf } from "./settings.ts";
import { instant, MINUTE } from "./time.ts";
import { NODE_VARIABLES, VARIABLES } from "./variables.ts";
import { createApp } from "./web/app.ts";
import { feedsOf } from "./web/topics.ts";
import { compileExpressions } from "./webhook-settings.ts";

/** `npm start`: the bridge as a server on Node, with its archive in a file. */
const USAGE = `npm start [-- --health]

Starts the bridge as a server. Its variables are in the environment, or in the file .env of the folder where it starts; README
says what they are: ${Object.keys({ ...NODE_VARIABLES, ...VARIABLES }).join(", ")}.

  --health  only asks the server that runs whether it is alive; ends with 1 if it is not`;

/** How long requests and a tick that are under way may continue after a signal to stop, in milliseconds. */
const PATIENCE = 10_000;
/** How far the clock may be behind the archive before the log says so, in milliseconds. */
const CLOCK_TOLERANCE = 5 * MINUTE;

/** How long after the first signal others are the same one, milliseconds: on Ctrl-C, npm passes on what the terminal has sent. */
const SAME_SIGNAL = 1000;

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

if (process.argv.includes("--help")) {
  console.log(USAGE);
  process.exit(0);
}
startLog(process.stdout);
process.on("uncaughtException", (error) => {
  logError("crash", error.stack ?? error);
  process.exit(1);
});
try {
  loadEnvFile(".env", process.env);
  const unknown = process.argv.slice(2).find((option) => option !== "--health");
  if (unknown) throw new Error(`there is no option ${unknown}; variables take their place, such as PORT=8080`);
  if (process.argv.includes("--health")) process.exit((await isHealthy()) ? 0 : 1);
  await start();
} catch (error) {
  // What is wrong with a variable is in the log already.
  if (!(error instanceof SettingError)) logError("start", (error as Error).message);
  process.exit(1);
}

async function isHealthy(): Promise<boolean> {
  const { host, port } = nodeSettings(process.env);
  const name = host === "0.0.0.0" ? "127.0.0.1" : host === "::" ? "[::1]" : host.includes(":") ? `[${host}]` : host;
  const response = await fetch(`http://${name}:${port}/healthz`, { signal: AbortSignal.timeout(5000) }).catch((error) =>
    logError("health", networkError(error)),
  );
  return response?.ok ?? false;
}

async function start(): Promise<void> {
  const { host, port, data, trustedProxies, cron, rateLimit } = nodeSettings(process.env);
  const settings = settingsOf(process.env);
  await compileExpressions(settings.webhooks);
  const limiter = rateLimit > 0 ? rateLimiter(rateLimit) : undefined;
  const own = [...settings.origins].filter(([site, origin]) => site !== origin);
  const { privateReceivers, privateSubscribers } = settings;
  guardFetch(
    new Set([...own.map(([, origin]) => hostAndPort(origin)), ...privateReceivers, ...privateSubscribers]),
    new Set([...[...settings.origins].flat(), ...settings.webhooks.map(({ url }) => url)].map(hostOf)),
  );
  const unlock = lockFolder(data);
  const { sql, bridge, archive, service } = openArchive(join(data, "archive.db"), settings, limiter);
  // The events of an archive tell a clock that is behind; the dates of the first articles could not be mended.
  if (archive.store.head().seq === 0 && instant(Date.now()) < NEVER)
    throw new Error(
      `the clock says ${instant(Date.now())}: set it first, because articles get dates that never change`,
    );
  const app = createApp(() => bridge);
  const bindings = {};
  const server = await startServer({
    host,
    port,
    trustedProxies,
    handle: (...request) => app.fetch(request[0], bindings, request[1]),
  });
  const stopDeliveries = startDeliveries(service, bridge);
  log("start", { origin: server.origin, data, events: archive.store.head().seq, pid: process.pid });
  const stopCron = cron ? startCron(bridge, every) : async () => {};
  const stopClock = every(MINUTE, async () => checkClock(archive.store.head().at, Date.now()));

  const stop = async (signal: string) => {
    // A later signal ends the process at once. Everything that was committed is stored.
    const first = performance.now();
    const isLater = () => performance.now() - first > SAME_SIGNAL;
    for (const name of SIGNALS) process.removeAllListeners(name).on(name, () => isLater() && process.exit(1));
    log("stop", { signal });
    service.stopWaiting();
    const over = new Promise((done) => setTimeout(done, PATIENCE).unref());
    await Promise.race([Promise.all([server.close(PATIENCE), stopCron(), stopClock(), stopDeliveries?.()]), over]);
    sql.close();
    unlock();
    process.exit(0);
  };
  for (const signal of SIGNALS) process.once(signal, stop);
}

/** Sends what is due, also what an earlier process left. Returns what stops it; undefined if there is nothing to send. */
function startDeliveries(service: ArchiveService, bridge: Bridge): (() => Promise<unknown>) | undefined {
  const notifier = createDeliveries(service.archive.store, bridge, feedsOf(bridge), (at) => timer.set(at));
  const timer = alarm(async () => {
    await notifier?.run();
    return notifier?.next();
  });
  service.notifier = notifier;
  timer.set(notifier?.next() ?? Number.POSITIVE_INFINITY);
  return notifier && (() => Promise.all([timer.stop(), notifier.stop()]));
}

/** @throws Error that names the file */
function openArchive(file: string, settings: Settings, limiter?: RateLimiter) {
  try {
    // SQLite opens a file that may only be read, and would say so at the first article.
    if (existsSync(file)) accessSync(file, constants.W_OK);
    const sql = nodeSql(file);
    return { sql, ...localBridge(settings, sql, limiter) };
  } catch (error) {
    throw new Error(`the archive ${file} cannot be opened: ${(error as Error).message}`);
  }
}

/** Logs that the clock is wrong. New events get the date of the last event until the clock has passed it. */
function checkClock(newest: string, now: number): void {
  const behind = newest === "" ? 0 : Date.parse(newest) - now;
  if (behind <= CLOCK_TOLERANCE) return;
  const error = `the clock is ${Math.round(behind / MINUTE)} minutes behind the archive's newest event (${newest})`;
  logError("clock", error);
}
