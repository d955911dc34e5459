import { readOptions } from "../../src/cli/command.ts";
import { type DemoStep, demoScript, demoVariables, demoWorld } from "./demo-script.ts";
import { startNode } from "./node.ts";
import { startOutlets } from "./outlets/servers.ts";
import { startReplica } from "./replica.ts";
import { freePort, isFree } from "./worker.ts";

/** `npm run demo`: the bridge with small replicas of websites, on loopback; no account, no internet. */
const USAGE = `npm run demo [-- --still]

Starts the bridge on Node with small replicas of KCNA Watch and kcna.kp. In the first minute the website publishes, edits,
deletes, fails and leaves a gap, kcna.kp has the same story, and the terminal says where to look. It needs no account and no
internet access. Ctrl-C ends everything.

  --still  starts the Worker instead, and a website that does not change`;

const PORT = 8787;
const TOKEN = "demo-token-for-you";
/** Milliseconds between two looks at the website: what takes a quarter of an hour otherwise. */
const LOOK = 3000;

const { values: options } = readOptions({ still: { type: "boolean" } }, USAGE);
if (options.still) await import("./demo-still.ts");
else await live();

async function live(): Promise<void> {
  // Before anything is started: whoever is told to end while it starts leaves nothing behind either.
  const ending = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => ending.abort());
  // npm hands a signal to its shell alone, and the shell to nobody: whoever started this being gone is one as well.
  const starter = process.ppid;
  setInterval(() => process.ppid !== starter && ending.abort(), 500);

  const replica = await startReplica();
  const outlets = await startOutlets(demoWorld(Date.now()));
  const script = demoScript(replica, outlets.world, Date.now());
  try {
    const port = (await isFree(PORT)) ? PORT : await freePort();
    const variables = {
      ...demoVariables(replica, outlets),
      ADMIN_TOKEN: TOKEN,
      BODIES_PER_TICK: "10",
      PORT: String(port),
    };
    const bridge = await startNode(variables, undefined, ending.signal);
    try {
      await play(bridge.origin, script, ending.signal);
    } finally {
      await bridge.stop();
    }
  } catch (error) {
    if (!ending.signal.aborted) {
      console.error((error as Error).message.trim());
      process.exitCode = 1;
    }
  }
  await Promise.all([replica.close(), outlets.close()]);
  process.exit();
}

async function play(origin: string, script: readonly DemoStep[], signal: AbortSignal): Promise<void> {
  const post = (path: string, body?: string) =>
    fetch(origin + path, {
      method: "POST",
      headers: { authorization: `Bearer ${TOKEN}`, "content-type": "text/html" },
      ...(body !== undefined && { body }),
    });
  await post("/refresh/all");
  console.log(`
The feed bridge runs on Node, with small replicas of KCNA Watch and kcna.kp behind it. It looks every ${LOOK / 1000} seconds.

  ${origin}/   the bridge in a browser
  ${origin}/feeds/kcna-en.rss
  ${origin}/feeds/kcna-en.atom
  ${origin}/feeds/kcna-en.json

The next minute shows what websites do. Ctrl-C ends everything.
`);
  const began = Date.now();
  const left = [...script];
  while (!signal.aborted) {
    const step = left[0];
    if (step && Date.now() - began >= step.after * 1000) {
      left.shift();
      await step.act((source, path, page) =>
        post(`/ingest/${source}?url=${encodeURIComponent(`https://kcnawatch.org${path}`)}`, page),
      );
      await post("/refresh/all").catch(() => undefined);
      console.log(
        `${String(step.after).padStart(3)} s  ${step.says}\n       ${step.look.map((path) => origin + path).join("\n       ")}`,
      );
    } else {
      await new Promise((wait) => {
        const timer = setTimeout(wait, step ? 500 : LOOK);
        signal.addEventListener("abort", () => [clearTimeout(timer), wait(undefined)], { once: true });
      });
      if (!signal.aborted && Math.floor((Date.now() - began) / LOOK) > Math.floor((Date.now() - began - 500) / LOOK)) {
        await post("/refresh/all").catch(() => undefined);
      }
    }
  }
}
