import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Answer, OutletRequest } from "./http.ts";
import { OUTLETS, OutletNetwork } from "./network.ts";
import type { OutletName } from "./stories.ts";
import { World } from "./world.ts";

/** The outlets' websites as HTTP servers on loopback, for the demo and for tests end to end. */
export interface OutletServers {
  world: World;
  network: OutletNetwork;
  /** Where each one listens: `http://127.0.0.1:…`. */
  origins: Readonly<Record<OutletName, string>>;
  /** Requests that each one answered at the same time, at most. */
  peaks: Readonly<Record<OutletName, number>>;
  close(): Promise<void>;
}

interface OutletServersOptions {
  /** Seconds in which kcna.kp resets every connection after more than three at once; 0 is never. */
  banSeconds?: number;
}

/** Connections at once that kcna.kp bears. */
const MAX_CONNECTIONS = 3;

export async function startOutlets(
  world = new World(),
  { banSeconds = 0 }: OutletServersOptions = {},
): Promise<OutletServers> {
  const network = new OutletNetwork(world);
  const peaks = { kcna: 0, rodong: 0, vok: 0, mfa: 0, chosonsinbo: 0 };
  const sockets = new Set<Socket>();
  const servers: Server[] = [];
  const origins = { ...peaks } as unknown as Record<OutletName, string>;
  for (const name of Object.keys(OUTLETS) as OutletName[]) {
    let atOnce = 0;
    let bannedUntil = 0;
    const server = createServer(async (incoming, response) => {
      atOnce++;
      response.on("close", () => atOnce--);
      peaks[name] = Math.max(peaks[name], atOnce);
      if (name === "kcna" && banSeconds > 0 && atOnce > MAX_CONNECTIONS) bannedUntil = Date.now() + banSeconds * 1000;
      const request = await read(incoming);
      if (Date.now() < bannedUntil) response.destroy();
      else send(network.answer(name, request), response);
    });
    server.on("connection", (socket) => {
      sockets.add(socket);
      socket.on("close", () => sockets.delete(socket));
    });
    await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
    origins[name] = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    servers.push(server);
  }
  return {
    world,
    network,
    origins,
    peaks,
    async close() {
      for (const socket of sockets) socket.destroy();
      await Promise.all(servers.map((server) => new Promise((closed) => server.close(closed))));
    },
  };
}

async function read(incoming: IncomingMessage): Promise<OutletRequest> {
  let body = "";
  for await (const chunk of incoming) body += chunk;
  const headers = Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]));
  return { method: incoming.method ?? "GET", path: incoming.url ?? "/", headers, body };
}

function send({ status, headers, body, seconds, breaks }: Answer, response: ServerResponse): void {
  const answer = () => {
    if (breaks === "before") return response.destroy();
    response.writeHead(status, { ...headers, "content-length": Buffer.byteLength(body) });
    if (breaks === "within") return response.write(body.slice(0, body.length / 2), () => response.destroy());
    return response.end(body);
  };
  if (!seconds) answer();
  else {
    const timer = setTimeout(answer, seconds * 1000);
    response.on("close", () => clearTimeout(timer));
  }
}
