import autocannon from "autocannon";
import { listingOf, startWebsite } from "./stores.ts";

/** A bridge at full speed, on workerd (load.ts) or Node (node.ts), while its website fails half of the time. */

/** How often the website changes between answering and failing, milliseconds. */
const MOOD = 2000;
/** Articles on the listing of each source. */
export const SOURCES = [16, 17, 18];
export const IDS = SOURCES.map((n) => `listed-${n}`);
export const TOKEN = "a-token-for-the-load";

export const PATHS = [
  ...IDS.flatMap((id) => ["rss", "atom", "json"].map((format) => `/feeds/${id}.${format}`)),
  "/feeds/listed-16+listed-17.rss",
  "/feeds/listed-17.rss?q=kim+-weather",
  "/feeds/listed-18.json?content=full",
  "/feeds/listed-16",
  // Not /health: it is 503 while all sources fail, as it promises.
  "/healthz",
];

export function flappingWebsite() {
  const began = Date.now();
  return startWebsite(
    (number) => (SOURCES.includes(number) ? listingOf(number, number) : undefined),
    () => Math.floor((Date.now() - began) / MOOD) % 2 === 1,
    20,
  );
}

/** The bridge's variables for the website at an address. */
export const variablesFor = (address: string) => ({
  KCNAWATCH_ORIGIN: `http://${address}`,
  SOURCES: JSON.stringify(SOURCES.map((n) => ({ id: `listed-${n}`, name: `${n}`, language: "en", article: n }))),
  ADMIN_TOKEN: TOKEN,
});

export interface FullSpeed {
  requests: number;
  /** Responses by status. */
  statuses: Record<string, number>;
  errors: number;
  /** Memory at the beginning, in the middle and at the end, as `memoryOf` measures it. */
  memory: number[];
}

/**
 * Sends requests for some seconds, after a warm-up that only counts its errors.
 *
 * @param least requests to be answered, if a busy machine takes longer for them
 * @param requestOf the n-th request
 */
export async function fullSpeed(
  url: string,
  { warmUp, seconds, least = 0 }: { warmUp: number; seconds: number; least?: number },
  requestOf: (n: number) => { path: string; headers?: Record<string, string> },
  memoryOf: () => number | Promise<number>,
): Promise<FullSpeed> {
  let n = 0;
  const requests = [{ setupRequest: (request: autocannon.Request) => ({ ...request, ...requestOf(n++) }) }];
  const run = (duration: number) => autocannon({ url, connections: 32, duration, requests });
  const results = [await run(warmUp)];
  const memory = [await memoryOf()];
  for (let half = 0; half < 2; half++) {
    for (let total = 0, isFirst = true; isFirst || total < least / 2; isFirst = false) {
      const result = await run(seconds / 2);
      results.push(result);
      total += result.requests.total;
    }
    memory.push(await memoryOf());
  }
  const measured = results.slice(1);
  const statuses: Record<string, number> = {};
  for (const { statusCodeStats } of measured)
    for (const [status, { count }] of Object.entries(statusCodeStats ?? {}))
      statuses[status] = (statuses[status] ?? 0) + (count ?? 0);
  return {
    requests: measured.reduce((sum, { requests }) => sum + requests.total, 0),
    statuses,
    errors: results.reduce((sum, { errors, timeouts }) => sum + errors + timeouts, 0),
    memory,
  };
}
