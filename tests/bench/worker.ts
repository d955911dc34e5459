import { STATUS_KEY } from "../../src/archive/snapshot.ts";
import { type FullSpeed, flappingWebsite, fullSpeed, IDS, PATHS, SOURCES, TOKEN, variablesFor } from "./full-speed.ts";
import { pagesOf, publish, push, startKv } from "./stores.ts";
import { build, startWorkerd } from "./workerd.ts";

/**
 * Full speed for a while, with the website failing half of the time and the cron never coming by: every look at the
 * archive finds that the website should have been read long ago, so that readers' requests set off every refresh.
 */
/** `memory` is in bytes of the Worker's memory, garbage collected. */
interface Load extends FullSpeed {
  /** Requests that the website saw, and how many of them at the same time at most. */
  fetches: number;
  atOnce: number;
}

/**
 * @param least requests, on a machine that does something else in that time
 * @param kept articles of each source
 */
export async function loadWorker(seconds: number, least?: number, kept = 2000): Promise<Load> {
  const values = new Map<string, string>();
  let isFilled = false;
  // What is written of the status is lost, as if by a stop: so the cron is always far behind.
  const kv = await startKv(values, (key) => !isFilled || key !== STATUS_KEY);
  const website = await flappingWebsite();
  const worker = await startWorkerd({
    script: build("tests/bench/measured.ts").script,
    kv: kv.address,
    variables: { ...variablesFor(website.address), OVERDUE: "1" },
  });
  for (const count of SOURCES) {
    for (const page of pagesOf(count, kept)) await push(worker.origin, TOKEN, `listed-${count}`, page);
  }
  isFilled = true;
  await publish(worker.origin, values, IDS);
  const before = website.requests;
  await fetch(`${worker.origin}/health`, { headers: { "x-forget": "all" } });
  const etag = (await fetch(`${worker.origin}/feeds/listed-16.rss`)).headers.get("etag") ?? "";
  const paths = [...PATHS, "/feeds/listed-16/2026-01.atom"];
  const requestOf = (n: number) => {
    const path = paths[n % paths.length] as string;
    const headers: Record<string, string> = {};
    if (path === "/feeds/listed-16.rss") headers["if-none-match"] = etag;
    // Now and then a new isolate, which remembers nothing.
    if (n % 200 === 0) headers["x-forget"] = "all";
    return { path, headers };
  };
  const duration = { warmUp: Math.max(1, seconds / 6), seconds, least };
  const result = await fullSpeed(worker.origin, duration, requestOf, async () => {
    const { heap, outside } = await worker.live();
    return heap + outside;
  });
  await worker.stop();
  await Promise.all([kv.close(), website.close()]);
  return { ...result, fetches: website.requests - before, atOnce: website.most };
}
