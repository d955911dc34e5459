import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";
import { liveOf } from "./heap.ts";

/** Keeps 5 MB of objects and 5 MB of bytes, leaves 20 MB of garbage with each request, and prints its address and inspector. */
const SERVER = `
  const kept = [Array.from({ length: 625_000 }, (_, i) => i + 0.5), new Uint8Array(5e6).fill(1)];
  const inspector = require("node:inspector");
  inspector.open(0, "127.0.0.1");
  const server = require("node:http").createServer((_, response) => {
    globalThis.garbage = [Array.from({ length: 625_000 }, (_, i) => i + 0.5), new Uint8Array(15e6), kept.length];
    delete globalThis.garbage;
    response.end();
  }).listen(0, "127.0.0.1", () => console.log(server.address().port, new URL(inspector.url()).port));
`;

test("the size is that of what lives, inside and outside of the heap, and not of garbage", async () => {
  const child = spawn(process.execPath, ["-e", SERVER], { env: {}, stdio: ["ignore", "pipe", "ignore"] });
  try {
    const [printed] = await once(child.stdout, "data");
    const [port, inspector] = String(printed).split(" ").map(Number);
    const origin = `http://127.0.0.1:${port}`;
    for (let i = 0; i < 3; i++) {
      await (await fetch(origin)).arrayBuffer();
      // Node itself takes some 5 MB.
      const { heap, outside } = await liveOf(inspector as number, origin);
      expect(heap / 1e6).toBeGreaterThan(7);
      expect(heap / 1e6).toBeLessThan(14);
      expect(outside / 1e6).toBeGreaterThan(5);
      expect(outside / 1e6).toBeLessThan(10);
    }
  } finally {
    child.kill();
  }
});
