import { runDurableObjectAlarm } from "cloudflare:test";
import { env as runtime } from "cloudflare:workers";
import { beforeEach, expect, test, vi } from "vitest";
import { type Bindings, bridgeOf } from "../../src/archive/bridge.ts";
import { tick } from "../../src/refresh/refresh.ts";
import { articleAt, ask, bindings, countedKv, resetAfterEach, serve } from "../simulation.ts";

/** Deliveries on Cloudflare: the alarm of the archive's object sends them. */

const HOUR = 3600_000;
const TOPIC = "https://bridge.example/feeds/kcna-en.json";

let env: Bindings;
let listed: ReturnType<typeof articleAt>[];
let posts: string[];

beforeEach(async () => {
  posts = [];
  env = bindings(countedKv().kv, { BODIES_PER_TICK: "0" });
  listed = Array.from({ length: 12 }, (_, i) => articleAt(Date.now() - (i + 1) * HOUR, i + 1));
  serve(new Map([["156", listed]]));
  const fetchListing = fetch;
  vi.stubGlobal("fetch", async (address: string, init: RequestInit = {}) => {
    const url = new URL(address);
    if (url.host !== "reader.example") return fetchListing(address);
    if (init.method === "POST") posts.push(String(init.body));
    return new Response(url.searchParams.get("hub.challenge"));
  });
  await tick(bridgeOf(env), Date.now());
});
resetAfterEach();

const ring = () => {
  const namespace = (runtime as Bindings).ARCHIVE;
  return runDurableObjectAlarm(namespace.get(namespace.idFromName("archive")));
};

test("a subscriber is asked, gets the feed once, and sees what a poll sees", async () => {
  // Nobody has subscribed: nothing is set.
  expect(await ring()).toBe(false);
  const { status } = await ask(env, "/hub", {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({
      "hub.mode": "subscribe",
      "hub.callback": "https://reader.example/cb",
      "hub.topic": TOPIC,
    }),
  });
  expect(status).toBe(202);
  await ring();
  listed.unshift(articleAt(Date.now() - 1000, 99, "News"));
  await tick(bridgeOf(env), Date.now() + HOUR);
  await expect.poll(() => posts.length || ring().then(() => posts.length)).toBe(1);
  expect(posts[0]).toBe(await (await ask(env, "/feeds/kcna-en.json")).text());
  expect(JSON.parse(posts[0] ?? "").items[0].title).toBe("News");
  expect(await ring()).toBe(false);
});
