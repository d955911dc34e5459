import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { Webhook } from "standardwebhooks";

/** Receivers of webhooks and subscribers of the hub on loopback: healthy ones, and some that nobody wants. */

const SECRET = `whsec_${Buffer.from("a secret of at least 24 bytes, made up").toString("base64")}`;
/** Milliseconds that a slow receiver takes: less than the bridge waits. */
const SLOW = 8_000;

/** How the hostile ones answer a message. */
const HOSTILE: Record<string, (response: ServerResponse) => void> = {
  slow: (response) => void setTimeout(() => response.end(), SLOW),
  hang: () => {},
  error: (response) => response.writeHead(500).end(),
  close: (response) => response.destroy(),
  redirect: (response) => response.writeHead(302, { location: "http://127.0.0.1:1/" }).end(),
  endless(response) {
    const timer = setInterval(() => response.write("x".repeat(10_000)), 50);
    response.on("close", () => clearInterval(timer));
  },
  over: (response) => response.writeHead(410).end(),
};

/**
 * Webhooks of healthy receivers by their path: the feed, and the events. That a source adds an article is the same event
 * for all who ask; what happened to an article before a source listed it is in a journal that is read later.
 */
export const WEBHOOKS = {
  all: { feed: "all", events: ["added", "edited", "text", "enriched", "gone", "back"] },
  search: { feed: "kcna-en+rodong-ko?q=missile|미싸일", events: ["added"] },
  one: { feed: "pushed-en", events: ["added"] },
} as const;

/** Topics of healthy subscribers by their path. */
export const TOPICS = {
  rss: "/feeds/kcna-en.rss",
  atom: "/feeds/rodong-ko.atom?content=full",
  json: "/feeds/all.json?limit=50",
  search: "/feeds/all.rss?q=kim",
} as const;

interface Message {
  seq: number;
  type: string;
  /** The same if a message is repeated. */
  id: string;
}

export interface Receivers {
  /** Host and port. */
  address: string;
  /** The variable `WEBHOOKS`. */
  webhooks: string;
  /** Events that each healthy receiver of a webhook was sent, in this order. */
  messages: Map<string, Message[]>;
  /** Feeds that each healthy subscriber was sent. */
  pushes: Map<string, string[]>;
  hostileRequests: number;
  faults: string[];
  close(): Promise<void>;
}

export async function startReceivers(): Promise<Receivers> {
  const messages = new Map(Object.keys(WEBHOOKS).map((name) => [name, []] as [string, Message[]]));
  const pushes = new Map(Object.keys(TOPICS).map((name) => [name, []] as [string, string[]]));
  const state = { hostileRequests: 0, faults: [] as string[] };
  const server = createServer(async (request, response) => {
    const body = await text(request).catch(() => "");
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://receiver");
    const [, kind = "", name = ""] = pathname.split("/");
    if (kind === "never" || kind.startsWith("hostile")) state.hostileRequests++;
    const challenge = searchParams.get("hub.challenge");
    if (kind === "never") return response.end("no");
    if (challenge !== null) return response.end(challenge);
    if (kind.startsWith("hostile")) return HOSTILE[name]?.(response);
    if (kind === "hook") messages.get(name)?.push(received(request, body, state.faults));
    else {
      const before = pushes.get(name)?.at(-1);
      if (before === body) state.faults.push(`the subscriber ${name} got the same feed twice`);
      pushes.get(name)?.push(body);
    }
    response.writeHead(204).end();
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const webhooks = JSON.stringify([
    ...Object.entries(WEBHOOKS).map(([name, webhook]) => ({
      url: `http://${address}/hook/${name}`,
      secret: SECRET,
      ...webhook,
    })),
    ...Object.keys(HOSTILE).map((name) => ({
      url: `http://${address}/hostile-hook/${name}`,
      feed: "all",
      secret: SECRET,
    })),
  ]);
  return Object.assign(state, {
    address,
    webhooks,
    messages,
    pushes,
    async close() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  });
}

function received(request: IncomingMessage, body: string, faults: string[]): Message {
  try {
    new Webhook(SECRET).verify(body, request.headers as Record<string, string>);
  } catch (error) {
    faults.push(`a webhook's signature is wrong: ${error}`);
  }
  const { type, data } = JSON.parse(body) as { type: string; data: { seq: number } };
  return { seq: data.seq, type, id: String(request.headers["webhook-id"]) };
}

/** Callbacks of healthy and hostile subscribers, with their topics. */
export function callbacks(address: string): { callback: string; topic: string }[] {
  return [
    ...Object.entries(TOPICS).map(([name, topic]) => ({ callback: `http://${address}/reader/${name}`, topic })),
    ...Object.keys(HOSTILE).map((name) => ({
      callback: `http://${address}/hostile-reader/${name}`,
      topic: TOPICS.json,
    })),
  ];
}
