import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import autocannon from "autocannon";
import { Hono } from "hono";
import { type NodeProcess, startNode } from "../replica/node.ts";
import { listingOf, startWebsite } from "./stores.ts";

/**
 * `npm run load -- --node`: the server on Node at full speed with the website failing half of the time, then a cached
 * feed and a 304 against a Hono server that answers the same bytes as a constant, turn by turn on the same Node.
 */

const TOKEN = "a-token-for-the-load";
const SOURCES = [16, 17, 18];
/** How often the website changes between answering and failing, milliseconds. */
const MOOD = 2000;

export interface NodeLoad {
  requests: number;
  statuses: Record<string, number>;
  errors: number;
  /** Megabytes of resident memory at the beginning, in the middle and at the end. */
  memory: number[];
  /** Requests a second, as a part of the constant server's. */
  ratios: Record<string, number>;
}

export async function loadNode(seconds: number): Promise<NodeLoad> {
  const began = Date.now();
  const website = await startWebsite(
    (number) => (SOURCES.includes(number) ? listingOf(number, number) : undefined),
    () => Math.floor((Date.now() - began) / MOOD) % 2 === 1,
    20,
  );
  const bridge = await startNode({
    KCNAWATCH_ORIGIN: `http://${website.address}`,
    SOURCES: JSON.stringify(SOURCES.map((n) => ({ id: `listed-${n}`, name: `${n}`, language: "en", article: n }))),
    ADMIN_TOKEN: TOKEN,
    PUBLIC_URL: "https://bridge.example",
    // Memory that only waits to be collected is not to be measured: in a small heap it does not wait.
    NODE_OPTIONS: "--max-old-space-size=100",
  });
  try {
    const refresh = () =>
      fetch(`${bridge.origin}/refresh/${SOURCES.map((n) => `listed-${n}`).join("+")}`, {
        method: "POST",
        headers: { authorization: `Bearer ${TOKEN}` },
      }).then((response) => response.arrayBuffer());
    for (let i = 0; i < 8; i++) await refresh();
    const result = await full(bridge, seconds, refresh);
    return { ...result, ratios: await ratiosOf(bridge) };
  } finally {
    await bridge.stop();
    await website.close();
  }
}

async function full(bridge: NodeProcess, seconds: number, refresh: () => Promise<unknown>) {
  const ids = SOURCES.map((n) => `listed-${n}`);
  const paths = [
    ...ids.flatMap((id) => ["rss", "atom", "json"].map((format) => `/feeds/${id}.${format}`)),
    "/feeds/listed-16+listed-17.rss",
    "/feeds/listed-17.rss?q=kim+-weather",
    "/feeds/listed-18.json?content=full",
    "/feeds/listed-16",
    // Not /health: it is 503 while all sources fail, as it promises.
    "/healthz",
    "/metrics",
  ];
  let n = 0;
  const run = (duration: number) =>
    autocannon({
      url: bridge.origin,
      connections: 32,
      duration,
      requests: [{ setupRequest: (request) => ({ ...request, path: paths[n++ % paths.length] as string }) }],
    });
  // The website is read all the time.
  let isOver = false;
  const reading = (async () => {
    while (!isOver) await refresh();
  })();
  const warmUp = await run(Math.max(5, seconds / 4));
  const memory = [residentOf(bridge.pid)];
  const halves: autocannon.Result[] = [];
  for (let half = 0; half < 2; half++) {
    halves.push(await run(seconds / 2));
    memory.push(residentOf(bridge.pid));
  }
  isOver = true;
  await reading;
  const statuses: Record<string, number> = {};
  for (const { statusCodeStats } of halves)
    for (const [status, { count }] of Object.entries(statusCodeStats ?? {}))
      statuses[status] = (statuses[status] ?? 0) + (count ?? 0);
  return {
    requests: halves.reduce((sum, { requests }) => sum + requests.total, 0),
    statuses,
    errors: [warmUp, ...halves].reduce((sum, { errors, timeouts }) => sum + errors + timeouts, 0),
    memory,
  };
}

/** Megabytes that a process has in memory (proc(5)). */
const residentOf = (pid: number): number =>
  Math.round(Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1000);

const PATH = "/feeds/listed-16.rss";

async function ratiosOf(bridge: NodeProcess): Promise<Record<string, number>> {
  const feed = await fetch(bridge.origin + PATH, { headers: { "accept-encoding": "identity" } });
  const body = await feed.text();
  const headers = [...feed.headers].filter(([name]) => !/^(?:content-length|date|connection|keep-alive)$/.test(name));
  const etag = feed.headers.get("etag") ?? "";
  const ratios: Record<string, number> = {};
  for (const [name, own, answer] of [
    ["cached feed", {}, { status: 200, headers, body }],
    ["304", { "if-none-match": etag }, { status: 304, headers, body: null }],
  ] as const) {
    const constant = await startConstant(JSON.stringify(answer));
    const rates: Record<string, number> = { bridge: 0, constant: 0 };
    // Turn by turn, the best of each: what else the machine does falls on both.
    for (let turn = 0; turn < 4; turn++) {
      for (const [which, origin] of [
        ["bridge", bridge.origin],
        ["constant", constant.origin],
      ] as const) {
        const { requests } = await autocannon({ url: origin + PATH, connections: 16, duration: 3, headers: own });
        rates[which] = Math.max(rates[which] ?? 0, requests.average);
      }
    }
    constant.stop();
    ratios[name] = Math.round(((rates.bridge ?? 0) / (rates.constant ?? 1)) * 100) / 100;
  }
  return ratios;
}

/** A Hono server in a process of its own, which answers everything with one recorded answer. */
async function startConstant(answer: string): Promise<{ origin: string; stop(): void }> {
  const child = spawn(process.execPath, [import.meta.filename, "--constant"], {
    env: { ...process.env, ANSWER: answer },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const origin = await new Promise<string>((ready) =>
    child.stdout.once("data", (chunk) => ready(String(chunk).trim())),
  );
  return { origin, stop: () => child.kill() };
}

function serveConstant(): void {
  const { status, headers, body } = JSON.parse(process.env.ANSWER ?? "") as {
    status: number;
    headers: [string, string][];
    body: string | null;
  };
  const app = new Hono();
  app.all("*", () => new Response(body, { status, headers }));
  const server = createServer(getRequestListener(app.fetch));
  server.listen(0, "127.0.0.1", () => console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
}

if (import.meta.main && process.argv.includes("--constant")) serveConstant();
