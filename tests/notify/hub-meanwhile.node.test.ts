import { createHmac } from "node:crypto";
import { beforeEach, expect, test, vi } from "vitest";
import { HOUR, page, shownAt } from "../archive/fixtures.ts";
import {
  agreeing,
  clockAt,
  ORIGIN,
  type PushedBridge,
  pushedBridge,
  type Received,
  receivers,
  subscribe,
} from "./receivers.ts";

/** What happens to a subscription while its feed is rendered. */

const START = Date.parse("2026-11-20T09:00:00Z");

let bridge: PushedBridge;
let received: Received[];
let status: number;

clockAt(START);
beforeEach(async () => {
  status = 204;
  received = receivers({
    "reader.example": (request, init) =>
      request.method === "GET" ? agreeing(request, init) : new Response(null, { status }),
  });
  bridge = pushedBridge();
  await bridge.commit(page(START - HOUR, 12));
  await ask({ "hub.secret": "first" });
  await bridge.run();
  received.length = 0;
});

const ask = (form: Record<string, string>) =>
  subscribe(bridge, {
    "hub.callback": "https://reader.example/",
    "hub.topic": `${ORIGIN}/feeds/kcna-en.rss?q=news`,
    ...form,
  });
const publish = () => bridge.commit([shownAt(Date.now() - 1000, "News"), ...page(START - HOUR, 12)]);
const deliveries = () => bridge.sql.rows("SELECT * FROM delivery");
const isSubscribed = () => bridge.sql.rows("SELECT 1 FROM subscription").length > 0;

function whileRendering(work: () => Promise<void>): void {
  const { archive } = bridge.service();
  const find = archive.find.bind(archive);
  vi.spyOn(archive, "find").mockImplementation(async (...query) => {
    await work();
    return find(...query);
  });
}
const untilItHasLeft = async () => {
  while (isSubscribed()) await new Promise((turn) => setImmediate(turn));
};

test("who leaves is sent nothing, and leaves nothing that would be due for ever", async () => {
  await publish();
  await ask({ "hub.mode": "unsubscribe" });
  whileRendering(untilItHasLeft);
  await bridge.run();
  expect(deliveries()).toEqual([]);
  expect(received.map(({ method }) => method)).toEqual(["GET"]);
  // 0.2.0 left such a row.
  bridge.sql.run("INSERT INTO delivery (kind, receiver, seq, created, due) VALUES ('push', '1', 1, 1, 1)");
  await bridge.run();
  expect(deliveries()).toEqual([]);
});

test("who leaves is sent nothing, also where a push has failed before", async () => {
  status = 500;
  await publish();
  await bridge.run();
  vi.setSystemTime(Date.now() + 10_000);
  await ask({ "hub.mode": "unsubscribe" });
  whileRendering(untilItHasLeft);
  await bridge.run();
  expect(received.map(({ method }) => method)).toEqual(["POST", "GET"]);
});

test("who renews with another secret gets the push with that", async () => {
  status = 500;
  await publish();
  await bridge.run();
  vi.setSystemTime(Date.now() + 10_000);
  status = 204;
  whileRendering(async () => bridge.sql.run("UPDATE subscription SET secret = 'second'"));
  await bridge.run();
  const [, push] = received;
  const digest = createHmac("sha256", "second").update(push?.body ?? "");
  expect(push?.headers.get("x-hub-signature")).toBe(`sha256=${digest.digest("hex")}`);
});
