import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type NodeProcess, startNode } from "../replica/node.ts";
import { type Replica, startReplica } from "../replica/replica.ts";
import { TOKEN } from "../replica/worker.ts";

/** The hub of a server on Node that is killed: its subscriber gets everything, from the next process. */

const TOPIC = "https://bridge.example/feeds/kcna-en.rss";

let folder: string;
let replica: Replica;
let reader: Server;
let port: number;
let got: { method: string; body: string; at: number }[];
/** Whether pushes are left without an answer, as if they had not arrived. */
let isHeld: boolean;
const running: NodeProcess[] = [];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "push-"));
  replica = await startReplica();
  got = [];
  isHeld = false;
  reader = createServer(async (request, response) => {
    // The process that sends it may be killed meanwhile.
    const body = await text(request).catch(() => undefined);
    if (body === undefined || (isHeld && request.method === "POST")) return;
    got.push({ method: request.method ?? "", body, at: Date.now() });
    response.end(new URL(request.url ?? "", "http://x").searchParams.get("hub.challenge") ?? "");
  });
  await new Promise<void>((ready) => reader.listen(0, "127.0.0.1", ready));
  port = (reader.address() as AddressInfo).port;
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((each) => each.stop()));
  await replica.close();
  reader.close();
  rmSync(folder, { recursive: true, force: true });
});

async function start(): Promise<NodeProcess> {
  const variables = {
    KCNAWATCH_ORIGIN: replica.origin,
    ADMIN_TOKEN: TOKEN,
    PUBLIC_URL: "https://bridge.example",
    PRIVATE_SUBSCRIBERS: `127.0.0.1:${port}`,
  };
  const started = await startNode(variables, join(folder, "data"));
  running.push(started);
  return started;
}
const refresh = ({ origin }: NodeProcess) =>
  fetch(`${origin}/refresh/kcna-en`, { method: "POST", headers: { authorization: `Bearer ${TOKEN}` } });
const publish = (title: string) => {
  const listing = replica.listings.get("156") ?? [];
  const [newest] = listing;
  if (!newest) throw new Error("the listing is empty");
  const key = `${Number(newest.key.split("-")[0]) + 60}-${Number(newest.key.split("-")[1]) + 1}`;
  listing.unshift({ ...newest, key, slug: "news", title });
};
const pushes = () => got.filter(({ method }) => method === "POST");

test("kill -9 between commit and delivery loses nothing; without it, a push takes less than 5 s", async () => {
  const first = await start();
  await refresh(first);
  const { status } = await fetch(`${first.origin}/hub`, {
    method: "POST",
    body: new URLSearchParams({
      "hub.mode": "subscribe",
      "hub.callback": `http://127.0.0.1:${port}/cb`,
      "hub.topic": TOPIC,
    }),
  });
  expect(status).toBe(202);
  await expect.poll(() => got.length, { timeout: 20_000 }).toBe(1);
  // The subscription is written down after the reader's answer.
  const subscriptions = async () =>
    ((await (await fetch(`${first.origin}/health`)).json()) as { hub: { subscriptions: number } }).hub.subscriptions;
  await expect.poll(subscriptions, { timeout: 20_000, interval: 500 }).toBe(1);

  publish("News before the crash");
  isHeld = true;
  await refresh(first);
  process.kill(first.pid, "SIGKILL");
  await first.ended;
  isHeld = false;
  const second = await start();
  await expect.poll(() => pushes().length, { timeout: 20_000 }).toBe(1);
  expect(pushes()[0]?.body).toContain("News before the crash");

  publish("News after the crash");
  await refresh(second);
  const committed = Date.now();
  await expect.poll(() => pushes().length, { timeout: 20_000 }).toBe(2);
  expect((pushes()[1]?.at ?? 0) - committed).toBeLessThan(5000);
  // On a busy machine, what the article pages add comes after the push, and is pushed then.
  const feed = async () => (await fetch(`${second.origin}/feeds/kcna-en.rss`)).text();
  await expect.poll(async () => pushes().at(-1)?.body === (await feed()), { timeout: 20_000 }).toBe(true);
  expect(got.filter(({ method }) => method === "GET")).toHaveLength(1);
});
