import { expect, test } from "vitest";
import { HOUR, page } from "../archive/fixtures.ts";
import { clockAt, type PushedBridge, pushedBridge, receivers } from "../notify/receivers.ts";

/** What the home page says of the last 24 hours, made of the snapshots of the newest 200 articles of each source. */

const NOW = Date.parse("2026-06-15T00:00:00Z");
clockAt(NOW);

const notesOf = async (bridge: PushedBridge) => {
  const html = await (await bridge.ask("/", { headers: { accept: "text/html" } })).text();
  const [, notes = ""] = /<ul class="notes"[^>]*>(.*?)<\/ul>/s.exec(html) ?? [];
  return notes.replace(/<[^>]*>/g, "");
};

test.each([
  [{ of: 5, apart: HOUR }, "5 new in 24 hours"],
  [{ of: 30, apart: HOUR }, "24 new in 24 hours"],
  // The oldest of the 200 is from within the day, or from before it.
  [{ of: 210, apart: 432_000 }, "at least 200 new in 24 hours"],
  [{ of: 210, apart: 440_000 }, "197 new in 24 hours"],
  [{ of: 200, apart: 60_000 }, "200 new in 24 hours"],
  [{ of: 5, apart: 0 }, ""],
])("of %j: %s", async ({ of, apart }, notes) => {
  receivers({});
  const bridge = pushedBridge({ FOLLOW: "kcna-en" });
  await bridge.commit(apart > 0 ? page(NOW - 1000, of, apart) : page(NOW - 25 * HOUR, of));
  expect(await notesOf(bridge)).toBe(notes);
});
