/** What JavaScript objects take, asked over V8's inspector (Chrome DevTools Protocol). */

/** Milliseconds that a collection may take; a busy process comes to it late. */
const PATIENCE = 60_000;
/** Milliseconds between two requests that wake the process. */
const PACE = 100;
const COLLECTIONS = 4;

/** Bytes that live: objects, and what they hold outside of the heap, such as the bytes of a feed. */
export interface Live {
  heap: number;
  outside: number;
}

/**
 * What lives.
 *
 * A collection is a task of the isolate, and its answer comes after it: whoever asks for the size without waiting for that
 * answer gets the size before the collection, with all garbage. workerd runs such tasks beside requests only.
 *
 * @param port of the inspector
 * @param origin of the server, which is asked for `/healthz` meanwhile
 * @throws Error if the inspector does not answer
 */
export async function liveOf(port: number, origin: string): Promise<Live> {
  const inspector = await connect(port);
  let isOver = false;
  try {
    const size = sizeOf(inspector, origin).finally(() => {
      isOver = true;
    });
    while (!isOver) {
      await Promise.race([size, new Promise((later) => setTimeout(later, PACE))]);
      if (!isOver) await (await fetch(`${origin}/healthz`)).arrayBuffer();
    }
    return await size;
  } finally {
    inspector.close();
  }
}

/** Of some collections the least: what one lets go of may hold more, and ended requests hold what they had until the next. */
async function sizeOf({ send }: Inspector, origin: string): Promise<Live> {
  const least: Live = { heap: Number.POSITIVE_INFINITY, outside: Number.POSITIVE_INFINITY };
  for (let i = 0; i < COLLECTIONS; i++) {
    await (await fetch(`${origin}/healthz`)).arrayBuffer();
    await send("HeapProfiler.collectGarbage");
    const { usedSize = 0, backingStorageSize = 0 } = await send("Runtime.getHeapUsage");
    least.heap = Math.min(least.heap, usedSize);
    least.outside = Math.min(least.outside, backingStorageSize);
  }
  return least;
}

interface Inspector {
  send(method: string): Promise<{ usedSize?: number; backingStorageSize?: number }>;
  close(): void;
}

async function connect(port: number): Promise<Inspector> {
  const targets = (await (await fetch(`http://127.0.0.1:${port}/json`)).json()) as { webSocketDebuggerUrl: string }[];
  const socket = new WebSocket(targets[0]?.webSocketDebuggerUrl ?? "");
  await new Promise((open, failed) => {
    socket.addEventListener("open", open);
    socket.addEventListener("error", () => failed(new Error("the inspector does not answer")));
  });
  let count = 0;
  return {
    send(method) {
      const id = ++count;
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`the inspector did not answer ${method}`)), PATIENCE);
        socket.addEventListener("message", function take({ data }) {
          const answer = JSON.parse(String(data));
          if (answer.id !== id) return;
          clearTimeout(timer);
          socket.removeEventListener("message", take);
          resolve(answer.result);
        });
        socket.send(JSON.stringify({ id, method }));
      });
    },
    close: () => socket.close(),
  };
}
