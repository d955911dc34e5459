import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, test, vi } from "vitest";
import type { Bindings } from "../../src/archive/bridge.ts";
import worker from "../../src/index.ts";
import { articleAt, resetAfterEach, serve } from "../simulation.ts";

/** What a shared cache in front of the Worker may keep: Workers Cache knows paths and queries, but no hosts and no keys. */

const NOW = Date.parse("2026-01-30T03:00:00Z");
const PATHS = [
  ...["/", "/feeds/kcna-en", "/feeds/kcna-en.rss", "/feeds/kcna-en/2026-01.atom", "/feeds/kcna-en/changes.json"],
  ...[
    "/feeds.opml",
    "/rss.xml",
    "/health",
    "/healthz",
    "/metrics",
    "/nothing",
    "/feeds/kcna-en.rss?bad=1",
    "/sync/all",
  ],
];

beforeEach(() => {
  vi.useFakeTimers({ now: NOW, toFake: ["Date"] });
  serve(new Map([["156", Array.from({ length: 16 }, (_, i) => articleAt(NOW - i * 3600_000, i))]]));
});
resetAfterEach();

/** Whether Workers Cache may keep each path's response. */
async function kept(variables: Record<string, string>, headers: Record<string, string> = {}) {
  const bindings = { ...env, ...variables } as unknown as Bindings;
  const answers: [string, string | null, boolean][] = [];
  for (const path of PATHS) {
    const context = createExecutionContext();
    const response = await worker.fetch(new Request(`https://any-host.example${path}`, { headers }), bindings, context);
    await response.arrayBuffer();
    await waitOnExecutionContext(context);
    const cacheControl = response.headers.get("cache-control");
    const forWorkersCache = response.headers.get("cloudflare-cdn-cache-control") ?? cacheControl ?? "";
    answers.push([path, cacheControl, /^public\b/.test(forWorkersCache)]);
  }
  return answers;
}

describe("a shared cache", () => {
  test("finds Cache-Control in every response", async () => {
    for (const [path, cacheControl] of await kept({})) expect(cacheControl, path).toMatch(/^(?:public|no-store)/);
  });

  test("keeps nothing with links of a host that nobody configured", async () => {
    for (const [path, , isKept] of await kept({})) expect(isKept, path).toBe(false);
    const configured = await kept({ PUBLIC_URL: "https://bridge.example" });
    expect(configured.filter(([, , isKept]) => isKept).length).toBeGreaterThan(5);
  });

  test("keeps nothing of a private bridge", async () => {
    const key = "a-key-for-the-readers";
    const variables = { ACCESS_KEY: key, PUBLIC_URL: "https://bridge.example" };
    for (const [path, cacheControl, isKept] of await kept(variables, { authorization: `Bearer ${key}` })) {
      expect([path, isKept]).toEqual([path, false]);
      expect(cacheControl, path).toMatch(/^(?:private|no-store)/);
    }
  });
});
