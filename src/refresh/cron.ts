import type { Bridge } from "../archive/bridge.ts";
import { isDueThisMinute } from "../archive/schedule.ts";
import { MINUTE } from "../time.ts";
import { tick } from "./refresh.ts";

/** A timer: see `platform/node-timer.ts`. */
type Every = (interval: number, work: (scheduledTime: number) => Promise<unknown>) => () => Promise<void>;

/**
 * The cron on Node. Each website has runs of its own: kcna.kp takes up to 90 seconds for a page, and many minutes for a run.
 *
 * @returns stops it, and resolves when the runs that are under way have ended
 */
export function startCron(bridge: Bridge, every: Every): () => Promise<void> {
  const sites = Map.groupBy(bridge.sources, ({ site }) => site);
  const stops = [...sites.values()].map((sources) =>
    every(MINUTE, (now) => tick(bridge, now, isDueThisMinute, sources)),
  );
  return async () => {
    await Promise.all(stops.map((stop) => stop()));
  };
}
