import { spawn } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { getRequestListener } from "@hono/node-server";
import autocannon from "autocannon";
import { Hono } from "hono";
import { type NodeProcess, startNode } from "../replica/node.ts";
import { freePort } from "../replica/worker.ts";
import { type FullSpeed, flappingWebsite, fullSpeed, IDS, PATHS, TOKEN, variablesFor } from "./full-speed.ts";
import { liveOf } from "./heap.ts";
import { residentOf } from "./load/memory.ts";
import { cpuOf } from "./workerd.ts";

/**
 * `npm run load -- --full-speed`: the server on Node at full speed with the website failing half of the time, then a cached
 * feed and a 304 against a Hono server that answers the same bytes as a constant, turn by turn on the same Node.
 */

/** `memory` is what objects take after a collection, in megabytes. */
interface NodeLoad extends FullSpeed {
  /** Megabytes of the process at the same moments. V8 lets its young generation grow under load, up to some 150. */
  resident: number[];
  /** Requests a second, as a part of the constant server's. */
  ratios: Record<string, Compared>;
}

/**
 * @param turns of each server in the comparison; one with less than all compares cached feeds only
 * @param least requests, on a machine that does something else in that time
 */
export async function loadNode(seconds: number, turns = TURNS, least?: number): Promise<NodeLoad> {
  const website = await flappingWebsite();
  const inspector = await freePort();
  const resident: number[] = [];
  const bridge = await startNode({
    ...variablesFor(website.address),
    PUBLIC_URL: "https://bridge.example",
    NODE_OPTIONS: `--inspect=127.0.0.1:${inspector}`,
  });
  try {
    const refresh = () =>
      fetch(`${bridge.origin}/refresh/${IDS.join("+")}`, {
        method: "POST",
        headers: { authorization: `Bearer ${TOKEN}` },
      }).then((response) => response.arrayBuffer());
    for (let i = 0; i < 8; i++) await refresh();
    // The website is read all the time.
    let isOver = false;
    const reading = (async () => {
      while (!isOver) await refresh();
    })();
    const paths = [...PATHS, "/metrics"];
    const result = await fullSpeed(
      bridge.origin,
      { warmUp: Math.max(1, seconds / 4), seconds, least },
      (n) => ({ path: paths[n % paths.length] as string }),
      async () => {
        resident.push(Math.round(residentOf(bridge.pid)));
        const { heap, outside } = await liveOf(inspector, bridge.origin);
        return Math.round((heap + outside) / 1e6);
      },
    );
    isOver = true;
    await reading;
    return { ...result, resident, ratios: await ratiosOf(bridge, turns) };
  } finally {
    await bridge.stop();
    await website.close();
  }
}

const PATH = "/feeds/listed-16.rss";
/** Turns of each server, and seconds of a turn; those of a short comparison are half as long. */
const TURNS = 6;
const TURN_SECONDS = 2;

interface Compared {
  /** Requests a second of the fastest turn: the bridge's as a part of the constant server's. */
  requests: number;
  /** Processor time a request of the cheapest turn: the constant server's as a part of the bridge's. */
  cpu: number;
  /** The bridge's, in microseconds. */
  cpuMicroseconds: number;
}

/**
 * Against a Hono server on the same Node that answers with the same headers and the same bytes, as a body that is encoded
 * once: turn by turn, the best of each, since what else the machine does falls on both.
 */
async function ratiosOf(bridge: NodeProcess, turns: number): Promise<Record<string, Compared>> {
  const feed = await fetch(bridge.origin + PATH, { headers: { "accept-encoding": "identity" } });
  const body = await feed.text();
  const headers = [...feed.headers].filter(([name]) => !/^(?:content-length|date|connection|keep-alive)$/.test(name));
  const gzipped = await fetch(bridge.origin + PATH, { headers: { "accept-encoding": "gzip" } });
  const etag = feed.headers.get("etag") ?? "";
  const ratios: Record<string, Compared> = {};
  const kinds = [
    ["cached feed", {}, { status: 200, headers, body }],
    [
      "cached feed, gzip",
      { "accept-encoding": "gzip" },
      { status: 200, headers: [...headers, ["content-encoding", "gzip"]], body: await gzipped.text(), gzip: true },
    ],
    ["304", { "if-none-match": etag }, { status: 304, headers, body: null }],
  ] as const;
  for (const [name, own, answer] of kinds.slice(0, turns < TURNS ? 1 : undefined)) {
    const constant = await startConstant(JSON.stringify(answer));
    const best = { bridge: { rate: 0, cpu: Infinity }, constant: { rate: 0, cpu: Infinity } };
    for (let turn = 0; turn < turns; turn++) {
      for (const [which, { origin, pid }] of [
        ["bridge", bridge],
        ["constant", constant],
      ] as const) {
        const before = cpuOf(pid) ?? Number.NaN;
        const { requests } = await autocannon({
          url: origin + PATH,
          connections: 16,
          duration: turns < TURNS ? TURN_SECONDS / 2 : TURN_SECONDS,
          headers: own,
        });
        const cpu = ((cpuOf(pid) ?? Number.NaN) - before) / requests.total;
        best[which] = { rate: Math.max(best[which].rate, requests.average), cpu: Math.min(best[which].cpu, cpu) };
      }
    }
    constant.stop();
    ratios[name] = {
      requests: Math.round((best.bridge.rate / best.constant.rate) * 100) / 100,
      cpu: Math.round((best.constant.cpu / best.bridge.cpu) * 100) / 100,
      cpuMicroseconds: Math.round(best.bridge.cpu * 1000),
    };
  }
  return ratios;
}

/** A Hono server in a process of its own, which answers everything with one recorded answer. */
async function startConstant(answer: string): Promise<{ origin: string; pid: number; stop(): void }> {
  const child = spawn(process.execPath, [import.meta.filename, "--constant"], {
    env: { ...process.env, ANSWER: answer },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const origin = await new Promise<string>((ready) =>
    child.stdout.once("data", (chunk) => ready(String(chunk).trim())),
  );
  return { origin, pid: child.pid as number, stop: () => child.kill() };
}

function serveConstant(): void {
  const { status, headers, body, gzip } = JSON.parse(process.env.ANSWER ?? "") as {
    status: number;
    headers: [string, string][];
    body: string | null;
    gzip?: true;
  };
  const text = body === null ? null : new Uint8Array(Buffer.from(body));
  const bytes = text && gzip ? new Uint8Array(gzipSync(text)) : text;
  const app = new Hono();
  app.all("*", () => new Response(bytes, { status, headers }));
  const server = createServer(getRequestListener(app.fetch));
  server.listen(0, "127.0.0.1", () => console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
}

if (import.meta.main && process.argv.includes("--constant")) serveConstant();
