import { spawn } from "node:child_process";
import { expect, test } from "vitest";
import { answers, freePort } from "../replica/worker.ts";
import { heapOf } from "./heap.ts";

/** Keeps 5 MB of objects and 5 MB of bytes, and leaves 20 MB of garbage with each request. */
const SERVER = `
  const kept = [Array.from({ length: 625_000 }, (_, i) => i + 0.5), new Uint8Array(5e6).fill(1)];
  require("node:http").createServer((_, response) => {
    globalThis.garbage = [Array.from({ length: 625_000 }, (_, i) => i + 0.5), new Uint8Array(15e6), kept.length];
    delete globalThis.garbage;
    response.end();
  }).listen(process.env.PORT, "127.0.0.1");
`;

test("the size is that of what lives, inside and outside of the heap, and not of garbage", async () => {
  const [port, inspector] = [await freePort(), await freePort()];
  const child = spawn(process.execPath, [`--inspect=127.0.0.1:${inspector}`, "-e", SERVER], {
    env: { PORT: String(port) },
    stdio: "ignore",
  });
  try {
    const origin = `http://127.0.0.1:${port}`;
    while (!(await answers(origin))) await new Promise((later) => setTimeout(later, 20));
    for (let i = 0; i < 3; i++) {
      await (await fetch(origin)).arrayBuffer();
      // Node itself takes some 5 MB.
      const live = (await heapOf(inspector, origin)) / 1e6;
      expect(live).toBeGreaterThan(12);
      expect(live).toBeLessThan(25);
    }
  } finally {
    child.kill();
  }
});
