import { logError } from "../log.ts";

/**
 * Runs work at every multiple of an interval of the clock (at :00, :15, :30 and :45 for 15 minutes), and at once. One
 * run never begins before the one before it has ended, and a run that fails does not keep the next from running.
 *
 * @param interval milliseconds
 * @param work gets the instant for which it was planned, in milliseconds
 * @returns stops the timer, and resolves when the run that is under way has ended
 */
export function every(interval: number, work: (scheduledTime: number) => Promise<unknown>): () => Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  const run = async (scheduledTime: number) => {
    try {
      await work(scheduledTime);
    } catch (error) {
      logError("cron", error);
    }
    if (isStopped) return;
    const now = Date.now();
    const next = (Math.floor(now / interval) + 1) * interval;
    timer = setTimeout(() => {
      running = run(next);
    }, next - now);
  };
  let running = run(Date.now());
  return async () => {
    isStopped = true;
    clearTimeout(timer);
    await running;
  };
}
