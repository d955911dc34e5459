import { logError } from "../log.ts";
import { MINUTE } from "../time.ts";

/** The alarm on Node: like a Durable Object's, it rings once, at the earliest instant that was asked for, and again if it fails. */
interface Alarm {
  /** @param at milliseconds */
  set(at: number): void;
  /** Resolves when what is under way has ended. */
  stop(): Promise<void>;
}

/** What `setTimeout` can wait for, milliseconds. */
const LONGEST = 2 ** 31 - 1;

/** @param ring returns when it is to ring next; undefined: not until it is set */
export function alarm(ring: () => Promise<number | undefined>): Alarm {
  let timer: NodeJS.Timeout | undefined;
  let wanted = Number.POSITIVE_INFINITY;
  let running: Promise<void> | undefined;
  let isStopped = false;
  const plan = () => {
    clearTimeout(timer);
    if (isStopped || running || wanted === Number.POSITIVE_INFINITY) return;
    const left = Math.max(0, wanted - Date.now());
    timer = setTimeout(left > LONGEST ? plan : start, Math.min(LONGEST, left));
  };
  // Also if the clock was put back meanwhile: who rings knows what is due then.
  const start = () => {
    wanted = Number.POSITIVE_INFINITY;
    running = ring()
      .then((next) => {
        wanted = Math.min(wanted, next ?? Number.POSITIVE_INFINITY);
      })
      .catch((error) => {
        logError("alarm", error);
        wanted = Math.min(wanted, Date.now() + MINUTE);
      })
      .finally(() => {
        running = undefined;
        plan();
      });
  };
  return {
    set(at) {
      wanted = Math.min(wanted, at);
      plan();
    },
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
