import { spawn } from "node:child_process";
import { expect, test } from "vitest";
import { answers, freePort } from "../replica/worker.ts";
import { liveOf } from "./heap.ts";

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
      const { heap, outside } = await liveOf(inspector, origin);
      expect(heap / 1e6).toBeGreaterThan(7);
      expect(heap / 1e6).toBeLessThan(14);
      expect(outside / 1e6).toBeGreaterThan(5);
      expect(outside / 1e6).toBeLessThan(10);
    }
  } finally {
    child.kill();
  }
});
