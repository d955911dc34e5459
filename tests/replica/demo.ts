import { startReplica } from "./replica.ts";
import { startWorker } from "./worker.ts";

/** `npm run demo`: the replica of the website and the Worker on loopback; no account, no internet. */
const replica = await startReplica();
const worker = await startWorker({ KCNAWATCH_ORIGIN: replica.origin, ADMIN_TOKEN: "demo-token-for-you" });

const feeds = ["rss", "atom", "json"].map((format) => `${worker.origin}/feeds/kcna-en.${format}`);
const { items } = (await (await fetch(feeds[2] as string)).json()) as { items: { title: string }[] };
console.log(`
The feed bridge runs, with a small replica of KCNA Watch behind it. ${items.length} articles, the newest:
  ${items[0]?.title}

  ${worker.origin}/   the bridge in a browser
${feeds.map((feed) => `  ${feed}`).join("\n")}

Ctrl-C ends both.`);

const stop = async () => {
  await Promise.all([worker.stop(), replica.close()]);
  process.exit(0);
};
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, stop);
// npm hands a signal to its shell alone, and the shell to nobody: whoever started this being gone is one as well.
const starter = process.ppid;
setInterval(() => process.ppid !== starter && stop(), 500);
