import { createHmac } from "node:crypto";
import fc from "fast-check";
import { expect, test, vi } from "vitest";
import { HOUR, page, shownAt } from "../archive/fixtures.ts";
import { runs } from "../runs.ts";
import { clockAt, ORIGIN, pushedBridge, receivers, subscribe } from "./receivers.ts";

/** Subscribers that come, renew and leave while articles appear and pushes fail: what each has in the end. */

const START = Date.parse("2026-11-20T09:00:00Z");
clockAt(START);

const PATH = "/feeds/kcna-en.json?q=missile";
const CALLBACKS = ["https://one.example/", "https://two.example/"];
const old = page(START - HOUR, 12);

const step = fc.record({
  what: fc.constantFrom("subscribe", "subscribe", "unsubscribe", "publish", "fail", "run", "run", "restart"),
  callback: fc.constantFrom(...CALLBACKS),
  secret: fc.constantFrom("first", "second"),
  /** Turns of the event loop until the answer to a request, and seconds until the next step. */
  turns: fc.nat(12),
  seconds: fc.constantFrom(0, 1, 60, 7200),
});

const at = { callback: "https://one.example/", secret: "first", turns: 0, seconds: 1 };
/** The answer to the second request comes first. */
const OVERTAKING = [
  { ...at, what: "subscribe", turns: 2, seconds: 0 },
  { ...at, what: "unsubscribe" },
];
/** The feed is rendered for who is leaving. */
const LEAVING = ["subscribe", "run", "publish", "unsubscribe", "run"].map((what) => ({ ...at, what }));

const turn = () => new Promise((next) => setImmediate(next));

test("each subscriber has the feed with its last secret, and who has left gets nothing", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 6, maxLength: 20 }), async (steps) => {
      const failing = new Set<string>();
      const got = new Map<string, { body: string; signature: string | null }>();
      const answer = async ({ method, url, body, headers }: ReturnType<typeof receivers>[number]) => {
        for (let left = Number(url.searchParams.get("hub.verify_token")); left > 0; left--) await turn();
        if (method === "GET") return new Response(url.searchParams.get("hub.challenge"));
        if (failing.has(url.origin)) return new Response(null, { status: 500 });
        got.set(url.href, { body, signature: headers.get("x-hub-signature") });
        return new Response(null, { status: 204 });
      };
      receivers({ "one.example": answer, "two.example": answer });
      const bridge = pushedBridge();
      const articles = [...old];
      await bridge.commit(articles);
      /** The secrets of those that have asked last to be subscribed. */
      const wanted = new Map<string, string>();
      for (const { what, callback, secret, turns, seconds } of steps) {
        if (what === "publish") {
          articles.unshift(shownAt(Date.now() - 1000, `A missile of second ${Date.now() / 1000}`));
          await bridge.commit(articles.slice(0, 20));
        } else if (what === "fail") {
          const { origin } = new URL(callback);
          if (!failing.delete(origin)) failing.add(origin);
        } else if (what === "run") await bridge.run();
        else if (what === "restart") bridge.restart();
        else {
          const form = { "hub.callback": callback, "hub.topic": ORIGIN + PATH, "hub.verify_token": String(turns) };
          expect((await subscribe(bridge, { ...form, "hub.mode": what, "hub.secret": secret })).status).toBe(202);
          if (what === "subscribe") wanted.set(callback, secret);
          else wanted.delete(callback);
        }
        vi.setSystemTime(Date.now() + seconds * 1000);
      }
      failing.clear();
      await bridge.run();
      got.clear();
      vi.setSystemTime(Date.now() + 9 * HOUR);
      await bridge.commit([shownAt(Date.now() - 1000, "The last missile"), ...articles.slice(0, 20)]);
      await bridge.run();
      const body = await (await bridge.ask(PATH)).text();
      const signed = (secret: string) => `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;
      const expected = [...wanted].map(([callback, secret]) => [callback, { body, signature: signed(secret) }]);
      expect(Object.fromEntries(got)).toEqual(Object.fromEntries(expected));
    }),
    { numRuns: runs(5), examples: [[OVERTAKING], [LEAVING]] },
  );
});
