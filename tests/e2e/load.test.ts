import { expect, test, vi } from "vitest";
import { loadNode } from "../bench/node.ts";
import { loadWorker } from "../bench/worker.ts";

// Beside other tests, on a busy machine.
vi.setConfig({ testTimeout: 300_000 });

/** The short form of `npm run load -- --full-speed`. */
test("full speed, the website failing half of the time: no 5xx, no fetch storm, memory flat", async () => {
  const { requests, statuses, errors, fetches, atOnce, memory } = await loadWorker(1, 500, 60);
  console.log(JSON.stringify({ requests, statuses, errors, fetches, atOnce, memory }));
  expect(requests).toBeGreaterThanOrEqual(500);
  expect(Object.keys(statuses).filter((status) => status !== "200" && status !== "304")).toEqual([]);
  expect(errors).toBe(0);
  expect(atOnce).toBe(1);
  // One request in 200 comes to an isolate that remembers nothing, and finds three sources due.
  expect(fetches).toBeLessThan((requests / 200) * 3 * 3);
  const [first = 0, , last = 0] = memory;
  expect(last).toBeLessThan(first * 1.25 + 3e6);
});

test("on Node: full speed, the website failing half of the time: no 5xx, memory flat", async () => {
  const { requests, statuses, errors, memory, ratios } = await loadNode(1, 2, 500);
  console.log(JSON.stringify({ requests, statuses, errors, memory, ratios }));
  expect(requests).toBeGreaterThanOrEqual(500);
  expect(Object.keys(statuses)).toEqual(["200"]);
  expect(errors).toBe(0);
  const [first = 0, , last = 0] = memory;
  expect(last).toBeLessThan(first * 1.25 + 3);
  // By processor time, since other tests run beside; the figure to hold is 0.8, of `npm run load -- --full-speed`.
  expect(ratios["cached feed"]?.cpu).toBeGreaterThan(0.4);
});
