import { startReplica } from "./replica.ts";
import { startWorker } from "./worker.ts";

/** `npm run demo -- --still`: the replica of the website and the Worker on loopback; no account, no internet. */

// Before anything is started: whoever is told to end while it starts leaves nothing behind either.
const ending = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => ending.abort());
// npm hands a signal to its shell alone, and the shell to nobody: whoever started this being gone is one as well.
const starter = process.ppid;
setInterval(() => process.ppid !== starter && ending.abort(), 500);

const replica = await startReplica();
try {
  const variables = { KCNAWATCH_ORIGIN: replica.origin, ADMIN_TOKEN: "demo-token-for-you" };
  const worker = await startWorker(variables, ending.signal);
  try {
    await show(worker.origin);
    if (!ending.signal.aborted) await new Promise((end) => ending.signal.addEventListener("abort", end));
  } finally {
    await worker.stop();
  }
} catch (error) {
  if (!ending.signal.aborted) {
    console.error((error as Error).message);
    process.exitCode = 1;
  }
}
await replica.close();
process.exit();

async function show(origin: string): Promise<void> {
  const feeds = ["rss", "atom", "json"].map((format) => `${origin}/feeds/kcna-en.${format}`);
  const { items } = (await (await fetch(feeds[2] as string)).json()) as { items: { title: string }[] };
  console.log(`
The feed bridge runs, with a small replica of KCNA Watch behind it. ${items.length} articles, the newest:
  ${items[0]?.title}

  ${origin}/   the bridge in a browser
${feeds.map((feed) => `  ${feed}`).join("\n")}

Ctrl-C ends both.`);
}
