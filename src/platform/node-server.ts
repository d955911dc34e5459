import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse, STATUS_CODES } from "node:http";
import { type AddressInfo, BlockList, isIP, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { getRequestListener } from "@hono/node-server";
import { logError } from "../log.ts";

/** The HTTP server on Node, in front of an application that answers `Request` with `Response`. */
interface ServerOptions {
  host: string;
  port: number;
  /** Whose `X-Forwarded-*` count. */
  trustedProxies: BlockList;
  /** Milliseconds after which a client that takes nothing of its answer is given up. */
  patience?: number;
  /** Connections at a time; more are closed. */
  maxConnections?: number;
  handle(request: Request, context: ExecutionContext): Response | Promise<Response>;
}

export interface RunningServer {
  /** `http://127.0.0.1:8787` */
  origin: string;
  /** Takes no more requests, and resolves when those under way and the work behind them have ended, or after `patience` ms. */
  close(patience: number): Promise<void>;
}

/**
 * Milliseconds a request's headers, and a whole request, may take: a client that trickles is one that hangs. So is one that
 * takes nothing of its answer for as long as a whole request may take.
 */
const HEADERS_TIMEOUT = 20_000;
const REQUEST_TIMEOUT = 60_000;
/** Longer than the minute that proxies usually keep a connection: the server must not be the one that closes it. */
const KEEP_ALIVE_TIMEOUT = 65_000;
/** Connections at a time: each is a file descriptor, and systems commonly give a process 1,024. */
const MAX_CONNECTIONS = 800;

/** @throws Error where it cannot listen: the port is taken, or the address is not of this machine */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { host, port, trustedProxies, patience = REQUEST_TIMEOUT, handle } = options;
  const { maxConnections = MAX_CONNECTIONS } = options;
  // Looking an address up costs more than all else that is done for a request here.
  const proxies = trustedProxies.rules.length > 0 ? trustedProxies : undefined;
  let isClosing = false;
  const behind = new Set<Promise<unknown>>();
  const context = {
    waitUntil(work: Promise<unknown>) {
      const settled: Promise<unknown> = work.catch(() => undefined).finally(() => behind.delete(settled));
      behind.add(settled);
    },
    passThroughOnException() {},
    props: {},
  } as unknown as ExecutionContext;
  const listener = getRequestListener((request) => handle(request, context), {
    // HTTP/1.0 has no Host, and simple monitors speak it.
    hostname: `${isIP(host) === 6 ? `[${host}]` : host}:${port}`,
    errorHandler: (error) => {
      // A Host or a path that makes no address; everything else is answered by the application itself.
      logError("request", error);
      const headers = { "content-type": "application/problem+json", "cache-control": "no-store" };
      return new Response(problemText(400, NOT_HTTP), { status: 400, headers });
    },
  });
  const server = createServer(
    { headersTimeout: HEADERS_TIMEOUT, requestTimeout: REQUEST_TIMEOUT, keepAliveTimeout: KEEP_ALIVE_TIMEOUT },
    (incoming, outgoing) => {
      adoptClient(incoming, proxies);
      // A connection that is kept alive would keep the server from stopping.
      outgoing.once("close", () => isClosing && setImmediate(() => server.closeIdleConnections()));
      // With a listener, Node lets an answer that is still being made take its time.
      outgoing.on("timeout", (socket: Socket) => socket.writableLength > 0 && socket.destroy());
      void listener(incoming, outgoing as ServerResponse);
    },
  );
  server.on("clientError", refuse);
  server.maxConnections = maxConnections;
  server.timeout = patience;
  server.listen(port, host);
  await once(server, "listening").catch((cause: Error) => {
    throw new Error(`HOST and PORT: the server cannot listen at ${host}, port ${port}: ${cause.message}`, { cause });
  });
  const { address, port: bound, family } = server.address() as AddressInfo;
  return {
    origin: `http://${family === "IPv6" ? `[${address}]` : address}:${bound}`,
    async close(patience) {
      isClosing = true;
      const closed = new Promise<void>((done) => server.close(() => done()));
      server.closeIdleConnections();
      const timer = setTimeout(() => server.closeAllConnections(), patience);
      await closed;
      await Promise.race([Promise.all(behind), new Promise((over) => setTimeout(over, patience).unref())]);
      clearTimeout(timer);
    },
  };
}

const NOT_HTTP = "the request is not one of HTTP";

const problemText = (status: number, detail: string): string =>
  JSON.stringify({ type: "about:blank", title: STATUS_CODES[status], status, detail });

/** Node's codes of requests that it cannot read; of all others it is 400. */
const STATUS_OF = new Map([
  ["HPE_HEADER_OVERFLOW", 431],
  ["ERR_HTTP_REQUEST_TIMEOUT", 408],
]);

/** What Node says of a request that it cannot read. */
interface ClientError extends NodeJS.ErrnoException {
  /** The bytes that came last. */
  rawPacket?: Buffer;
}

/** Answers a request that Node cannot read. */
function refuse({ code = "", rawPacket }: ClientError, socket: Duplex & { _httpMessage?: ServerResponse }): void {
  // Nothing is written into an answer that has begun. Only this field, which Node itself asks here, says which answer it is.
  if (code === "ECONNRESET" || !socket.writable || socket._httpMessage?.headersSent) {
    socket.destroy();
    return;
  }
  const isAddress = code === "HPE_INVALID_URL";
  const location = isAddress && rawPacket && encodedQuery(rawPacket);
  const status = location ? 301 : (STATUS_OF.get(code) ?? 400);
  const body = problemText(status, isAddress ? "the address has characters that must be written as %XX" : NOT_HTTP);
  const headers = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    ...(location ? [`Location: ${location}`] : []),
    "Content-Type: application/problem+json",
    `Content-Length: ${body.length}`,
    "Cache-Control: no-store",
    "Connection: close",
  ];
  socket.end(`${headers.join("\r\n")}\r\n\r\n${body}`, () => socket.destroy());
}

/**
 * Where a request for `?q=미사일` leads: curl and Go send letters beyond ASCII as they are. Cloudflare takes such requests;
 * Node's parser cannot be told to. A query alone is right whatever a proxy has taken off the path.
 */
function encodedQuery(packet: Buffer): string | undefined {
  const [, query] = /^GET \/[!->@-~]*(\?[!-~\x80-\xff]*) HTTP\/1\.[01]\r\n/.exec(packet.toString("latin1")) ?? [];
  const encoded = query?.replace(/[\x80-\xff]/g, (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase()}`);
  return encoded === query ? undefined : encoded;
}

/** Headers that say who the client is. From anyone but a trusted proxy they are what a client likes to say. */
const OF_PROXIES = /^(?:x-forwarded-(?:for|host|proto|port)|x-real-ip|forwarded|cf-connecting-ip)$/i;

/**
 * Puts the client's address where Cloudflare puts it (`CF-Connecting-IP`), and the address that it asked for into the
 * request's target.
 */
function adoptClient(incoming: IncomingMessage, trustedProxies: BlockList | undefined): void {
  const { headers, rawHeaders, socket } = incoming;
  const peer = plainAddress(socket.remoteAddress ?? "");
  const isTrusted = isIn(trustedProxies, peer);
  const chain = isTrusted ? listOf(headers["x-forwarded-for"]).map(withoutPort).map(plainAddress) : [];
  const proto = isTrusted ? listOf(headers["x-forwarded-proto"]).at(-1) : undefined;
  const claimed = isTrusted ? listOf(headers["x-forwarded-host"]).at(-1) : undefined;
  const host = [claimed, headers.host].find((name) => name !== undefined && HOST.test(name));
  dropProxyHeaders(incoming);
  // The last address that is no trusted proxy. A client can invent the addresses before it.
  const client = chain.findLast((address) => !isIn(trustedProxies, address)) ?? peer;
  const address = isIP(client) ? client : peer;
  rawHeaders.push("CF-Connecting-IP", address);
  headers["cf-connecting-ip"] = address;
  const path = incoming.url ?? "/";
  if (path.startsWith("/") && host && (host === claimed || proto === "https"))
    incoming.url = `${proto === "https" ? "https" : "http"}://${host}${path}`;
}

/** A name or an address, and perhaps a port. What has more in it would become a part of the path behind it. */
const HOST = /^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i;

/** Deletes the headers that only a proxy may set. Node keeps each header twice. */
function dropProxyHeaders({ headers, rawHeaders }: IncomingMessage): void {
  for (let i = rawHeaders.length - 2; i >= 0; i -= 2) {
    if (!OF_PROXIES.test(rawHeaders[i] as string)) continue;
    const [name = ""] = rawHeaders.splice(i, 2);
    delete headers[name.toLowerCase()];
  }
}

const listOf = (value: string | string[] | undefined): string[] =>
  String(value ?? "")
    .split(",")
    .map((part) => part.trim())
    .filter(Boolean);

/** An address without the port that some proxies add (`203.0.113.5:4711`, `[2001:db8::1]:4711`). */
const withoutPort = (address: string): string => address.replace(/^(?:\[([^\]]*)\]|([\d.]+))(?::\d+)?$/, "$1$2");

/** An IPv4 address that came in an IPv6 socket, as IPv4. */
const plainAddress = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/i, "");

function isIn(list: BlockList | undefined, address: string): boolean {
  if (!list) return false;
  const version = isIP(address);
  return version !== 0 && list.check(address, version === 4 ? "ipv4" : "ipv6");
}

/** Addresses and networks (`127.0.0.1`, `10.0.0.0/8`); undefined if one is none. */
export function networksOf(entries: readonly string[]): BlockList | undefined {
  const list = new BlockList();
  for (const entry of entries) {
    const [network = "", prefix, more] = entry.split("/");
    const version = isIP(network);
    const longest = version === 4 ? 32 : 128;
    if (version === 0 || more !== undefined || (prefix !== undefined && !/^\d{1,3}$/.test(prefix))) return undefined;
    if (Number(prefix ?? longest) > longest) return undefined;
    list.addSubnet(network, Number(prefix ?? longest), version === 4 ? "ipv4" : "ipv6");
  }
  return list;
}
