import autocannon from "autocannon";
import { STATUS_KEY } from "../../src/archive/snapshot.ts";
import { listingOf, pagesOf, publish, push, startKv, startWebsite } from "./stores.ts";
import { build, type RunningWorkerd, startWorkerd } from "./workerd.ts";

/**
 * Full speed for a while, with the website failing half of the time and the cron never coming by: every look at the
 * archive finds that the website should have been read long ago, so that readers' requests set off every refresh.
 */
interface Load {
  requests: number;
  /** Answers by status. */
  statuses: Record<string, number>;
  errors: number;
  /** Requests that the website saw, and how many of them at the same time at most. */
  fetches: number;
  atOnce: number;
  /** Bytes of the Worker's memory at the beginning, in the middle and at the end, garbage collected. */
  memory: number[];
}

/** How often the website changes between answering and failing, milliseconds. */
const MOOD = 2000;
const SOURCES = [16, 17, 18];
/** Articles kept of each. */
const KEPT = 2000;
const TOKEN = "a-token-for-the-load";

export async function load(seconds: number): Promise<Load> {
  const ids = SOURCES.map((count) => `listed-${count}`);
  const values = new Map<string, string>();
  let isFilled = false;
  // What is written of the status is lost, as if by a stop: so the cron is always far behind.
  const kv = await startKv(values, (key) => !isFilled || key !== STATUS_KEY);
  const began = Date.now();
  const website = await startWebsite(
    (number) => (SOURCES.includes(number) ? listingOf(number, number) : undefined),
    () => Math.floor((Date.now() - began) / MOOD) % 2 === 1,
    20,
  );
  const worker = await startWorkerd({
    script: build("tests/bench/measured.ts").script,
    kv: kv.address,
    variables: {
      KCNAWATCH_ORIGIN: `http://${website.address}`,
      SOURCES: JSON.stringify(SOURCES.map((n) => ({ id: `listed-${n}`, name: `${n}`, language: "en", article: n }))),
      ADMIN_TOKEN: TOKEN,
      OVERDUE: "1",
    },
  });
  for (const count of SOURCES) {
    for (const page of pagesOf(count, KEPT)) await push(worker.origin, TOKEN, `listed-${count}`, page);
  }
  isFilled = true;
  await publish(worker.origin, values, ids);
  const before = website.requests;
  await fetch(`${worker.origin}/health`, { headers: { "x-forget": "all" } });
  const etag = (await fetch(`${worker.origin}/feeds/listed-16.rss`)).headers.get("etag") ?? "";
  const paths = [
    ...ids.flatMap((id) => ["rss", "atom", "json"].map((format) => `/feeds/${id}.${format}`)),
    "/feeds/listed-16+listed-17.rss",
    "/feeds/listed-17.rss?q=kim+-weather",
    "/feeds/listed-18.json?content=full",
    "/feeds/listed-16/2026-01.atom",
    "/feeds/listed-16",
    // Not /health: it is 503 while all sources fail, as it promises.
    "/healthz",
  ];
  let n = 0;
  const run = (duration: number) =>
    autocannon({
      url: worker.origin,
      connections: 32,
      duration,
      requests: [
        {
          setupRequest: (request) => {
            n++;
            const path = paths[n % paths.length] as string;
            const headers: Record<string, string> = {};
            if (path === "/feeds/listed-16.rss") headers["if-none-match"] = etag;
            // Now and then a new isolate, which remembers nothing.
            if (n % 200 === 0) headers["x-forget"] = "all";
            return { ...request, method: "GET", path, headers };
          },
        },
      ],
    });
  const warmUp = await run(Math.max(3, seconds / 6));
  const memory = [await settled(worker)];
  const halves: autocannon.Result[] = [];
  for (let half = 0; half < 2; half++) {
    halves.push(await run(seconds / 2));
    memory.push(await settled(worker));
  }
  await worker.stop();
  await Promise.all([kv.close(), website.close()]);
  const statuses: Record<string, number> = {};
  for (const { statusCodeStats } of halves)
    for (const [status, { count }] of Object.entries(statusCodeStats ?? {}))
      statuses[status] = (statuses[status] ?? 0) + (count ?? 0);
  return {
    requests: halves.reduce((sum, { requests }) => sum + requests.total, 0),
    statuses,
    errors: [warmUp, ...halves].reduce((sum, { errors, timeouts }) => sum + errors + timeouts, 0),
    fetches: website.requests - before,
    atOnce: website.most,
    memory,
  };
}

/**
 * The Worker's memory when nothing is under way any more. What one collection frees may let go of more, and workerd
 * lets go of what ended requests held when it comes by again, with the next one.
 */
async function settled(worker: RunningWorkerd): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 10; i++) {
    least = Math.min(least, await worker.heap());
    await (await fetch(`${worker.origin}/health`)).arrayBuffer();
    await new Promise((wait) => setTimeout(wait, 300));
  }
  return least;
}

if (import.meta.main) {
  const seconds = Number(process.env.LOAD_SECONDS ?? 60);
  if (process.argv.includes("--node")) {
    const { loadNode } = await import("./node.ts");
    console.log(JSON.stringify(await loadNode(seconds), null, 2));
    process.exit(0);
  }
  const { requests, statuses, errors, fetches, atOnce, memory } = await load(seconds);
  const megabytes = memory.map((bytes) => Math.round(bytes / 1e6));
  console.log(`${requests} requests in ${seconds} s: ${JSON.stringify(statuses)}, ${errors} errors
the website saw ${fetches} requests, ${atOnce} at the same time at most
memory at the beginning, in the middle and at the end: ${megabytes.join(", ")} MB`);
  process.exit(0);
}
