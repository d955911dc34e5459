import { beforeEach, expect, test } from "vitest";
import { Archive } from "../../src/archive/archive.ts";
import { nodeSql } from "../../src/platform/node.ts";
import { HOUR, NOW } from "./fixtures.ts";

/** What the status of the bridge says of push. */

const DAY = 24 * HOUR;
let archive: Archive;
beforeEach(() => {
  archive = new Archive(nodeSql(":memory:"));
});
const deliveries = () => archive.status(NOW).deliveries;
const insert = (table: string, row: Record<string, string | number | null>) =>
  archive.store.sql.run(
    `INSERT INTO ${table} (${Object.keys(row).join(", ")}) VALUES (${Object.keys(row)
      .map(() => "?")
      .join(", ")})`,
    Object.values(row),
  );

let subscribers = 0;
function subscription(more: { succeeded?: number; failing_since?: number; expires?: number } = {}) {
  const callback = `https://reader.example/${++subscribers}`;
  const row = { callback, host: "reader.example", topic: "t", base: "b", sources: "kcna-en", seq: 0, latency: 0 };
  insert("subscription", { ...row, expires: NOW + DAY, ...more });
}
const webhook = (id: string, off: string | null = null) => insert("webhook", { id, seq: 0, digest: "", off });
const delivery = (kind: "push" | "webhook", at: number, more: Record<string, string | number | null> = {}) =>
  insert("delivery", { kind, receiver: "1", seq: 1, created: NOW - 2 * HOUR, attempts: 1, at, ...more });

test("nothing, if nobody has subscribed and there is no webhook, whatever was delivered once", () => {
  delivery("push", NOW - HOUR);
  subscription({ expires: NOW });
  expect(deliveries()).toBeUndefined();
});

test("subscriptions that have not expired, deliveries of a day, and the last that succeeded", () => {
  subscription();
  subscription({ succeeded: NOW - 3 * HOUR });
  subscription({ succeeded: NOW - HOUR, failing_since: NOW - 2 * DAY });
  subscription({ expires: NOW - 1, succeeded: NOW });
  delivery("push", NOW - HOUR);
  delivery("push", NOW - HOUR, { error: "http-500" });
  delivery("push", NOW - HOUR, { due: NOW + HOUR });
  delivery("push", NOW - DAY);
  delivery("webhook", NOW - HOUR);
  expect(deliveries()).toEqual({
    ...{ subscriptions: 3, delivered: 1, tried: 3, lastDelivered: "2026-05-31T23:00:00Z", hubFails: false },
    webhooks: {},
  });
});

test("the hub fails if each subscriber that was tried has failed for a day", () => {
  subscription();
  expect(deliveries()).toEqual({ subscriptions: 1, delivered: 0, tried: 0, hubFails: false, webhooks: {} });
  subscription({ succeeded: NOW - 9 * DAY, failing_since: NOW - DAY });
  expect(deliveries()?.hubFails).toBe(true);
  subscription({ failing_since: NOW - DAY + 1 });
  expect(deliveries()?.hubFails).toBe(false);
});

test("webhooks that are off, and since when one waits for another try", () => {
  webhook("well");
  webhook("off", "2026-05-30T00:00:00Z");
  webhook("failing");
  delivery("webhook", NOW - HOUR, { receiver: "failing", due: NOW + HOUR });
  delivery("webhook", NOW - HOUR, { receiver: "well", due: NOW + HOUR, attempts: 0 });
  delivery("webhook", NOW - HOUR, { receiver: "well" });
  delivery("push", NOW - HOUR, { receiver: "well", due: NOW + HOUR });
  expect(deliveries()).toMatchObject({ subscriptions: 0, tried: 1 });
  expect(deliveries()?.webhooks).toEqual({
    well: {},
    off: { off: "2026-05-30T00:00:00Z" },
    failing: { failingSince: "2026-05-31T22:00:00Z" },
  });
});
