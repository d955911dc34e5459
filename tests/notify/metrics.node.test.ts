import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { countsOf } from "../../src/platform/counters.ts";
import { HOUR, page, shownAt } from "../archive/fixtures.ts";
import { agreeing, ORIGIN, pushedBridge, receivers, subscribe } from "./receivers.ts";

/** What monitors learn of webhooks and the hub from `/metrics`. */

const START = Date.parse("2026-11-20T09:00:00Z");
const WEBHOOKS = JSON.stringify([{ url: "https://hook.example/secret-path", as: "text", feed: "kcna-en" }]);

/** What tests before have counted: the counts are those of the process. */
let before: Map<string, number>;

beforeEach(() => {
  before = new Map(
    countsOf("deliveries").map(({ labels: { kind, result }, value }) => [
      `deliveries_total{kind="${kind}",result="${result}"}`,
      value,
    ]),
  );
  vi.useFakeTimers({ now: START, toFake: ["Date"] });
  vi.spyOn(console, "log").mockImplementation(() => {});
  vi.spyOn(console, "error").mockImplementation(() => {});
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

/** The values of the metrics that begin with `feed_bridge_deliver`, of this test alone. */
async function deliveries(bridge: ReturnType<typeof pushedBridge>): Promise<Record<string, number>> {
  const lines = (await (await bridge.ask("/metrics")).text()).split("\n");
  return Object.fromEntries(
    lines.flatMap((line) => {
      const [, name, value] = /^feed_bridge_(deliver\S+) (\S+)$/.exec(line) ?? [];
      const own = Number(value) - (before.get(name ?? "") ?? 0);
      return name && !(before.has(name) && own === 0) ? [[name, own]] : [];
    }),
  );
}

test("deliveries are counted by result, and the oldest one that waits has its age", async () => {
  let status = 204;
  receivers({
    "hook.example": () => new Response(null, { status }),
    "reader.example": (request, init) => {
      if (request.method === "POST" && status !== 204) throw new TypeError("fetch failed");
      return agreeing(request, init);
    },
  });
  const bridge = pushedBridge({ WEBHOOKS });
  const old = page(START - HOUR, 12);
  await bridge.commit(old);
  await subscribe(bridge, {
    "hub.callback": "https://reader.example/push",
    "hub.topic": `${ORIGIN}/feeds/kcna-en.rss`,
  });
  await bridge.run();
  // Twelve articles are new to the webhook, and none to the subscriber.
  expect(await deliveries(bridge)).toEqual({
    'deliveries_total{kind="webhook",result="ok"}': 12,
    'deliveries_waiting{kind="push"}': 0,
    'deliveries_waiting{kind="webhook"}': 0,
    'delivery_oldest_age_seconds{kind="push"}': 0,
    'delivery_oldest_age_seconds{kind="webhook"}': 0,
  });

  status = 503;
  await bridge.commit([shownAt(START - 1000, "News"), ...old]);
  await bridge.run();
  vi.setSystemTime(START + 3000);
  expect(await deliveries(bridge)).toEqual({
    'deliveries_total{kind="webhook",result="ok"}': 12,
    'deliveries_total{kind="webhook",result="http-5xx"}': 1,
    'deliveries_total{kind="push",result="no-answer"}': 1,
    'deliveries_waiting{kind="push"}': 1,
    'deliveries_waiting{kind="webhook"}': 1,
    'delivery_oldest_age_seconds{kind="push"}': 3,
    'delivery_oldest_age_seconds{kind="webhook"}': 3,
  });

  // An hour later the receivers are back.
  status = 204;
  vi.setSystemTime(START + HOUR);
  await bridge.run();
  expect(await deliveries(bridge)).toMatchObject({
    'deliveries_total{kind="webhook",result="ok"}': 13,
    'deliveries_total{kind="push",result="ok"}': 1,
    'deliveries_waiting{kind="push"}': 0,
    'delivery_oldest_age_seconds{kind="webhook"}': 0,
  });
});

test("with hub and webhooks off, the archive is not asked for deliveries, and there are no such metrics", async () => {
  receivers({});
  const bridge = pushedBridge({ HUB: "off" });
  await bridge.commit(page(START - HOUR, 12));
  const notify = vi.spyOn(bridge.service(), "notify");
  expect(await deliveries(bridge)).toEqual({});
  expect(notify).not.toHaveBeenCalled();
});

test("only a webhook that is off counts as off, and a source that was never read has no age of an article", async () => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  receivers({
    "hook.example": () => new Response(null, { status: 204 }),
    "gone.example": () => new Response(null, { status: 410 }),
  });
  const hooks = ["hook", "gone"].map((name) => ({ url: `https://${name}.example/`, as: "text", feed: "kcna-en" }));
  const bridge = pushedBridge({ WEBHOOKS: JSON.stringify(hooks) });
  await bridge.commit(page(START - HOUR, 1));
  const outcome = { ok: false, reason: "blocked", detail: "a block page" } as const;
  await bridge.service().commit([{ source: "rodong-ko", outcome }], START, true);
  await bridge.run();
  const text = await (await bridge.ask("/metrics")).text();
  expect(text).toContain("feed_bridge_webhooks_off 1\n");
  // Without samples, a family is left out.
  expect(text).not.toContain("hub_last_delivery_age_seconds");
  expect(text).toContain('feed_bridge_source_failures{source="rodong-ko"} 1\n');
  expect(text.match(/^feed_bridge_source_newest_article_age_seconds\{.*/gm)).toEqual([
    'feed_bridge_source_newest_article_age_seconds{source="kcna-en"} 3600',
  ]);
});
