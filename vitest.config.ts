import { availableParallelism } from "node:os";
import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";
import { KCNA_WATCH_SOURCES } from "./tests/followed.ts";

/** How many times as many random cases: `npm run fuzz`. */
const FUZZ = Number(process.env.FUZZ ?? 1);
/** The seed of random cases; `null` is another one in every run. See tests/seed.ts. */
const SEED = process.env.SEED ? Number(process.env.SEED) : FUZZ === 1 ? 20261126 : null;
/** Tests that measure time or memory: alone on the machine, after all others. */
const MEASURED = ["tests/e2e/load.test.ts", "tests/e2e/slow-pages.test.ts"];
const e2e = { testTimeout: 120_000, hookTimeout: 120_000 };

/** Four kinds of tests: in workerd with a real KV namespace; in Node; the bridge as users run it; a real browser. */
export default defineConfig({
  test: {
    provide: { fuzz: FUZZ, seed: SEED },
    // Vitest leaves a core to itself; with two cores that would be one test file at a time.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // The lines that each refresh logs are for operators.
    onConsoleLog: (log) => !log.includes('"event":"refresh"'),
    projects: [
      {
        // Not of source maps that packages leave out.
        logLevel: "error",
        plugins: [
          cloudflareTest({
            wrangler: { configPath: "./wrangler.toml" },
            miniflare: {
              cf: false,
              bindings: { ADMIN_TOKEN: "", ACCESS_KEY: "", FOLLOW: KCNA_WATCH_SOURCES },
              ratelimits: { RATE_LIMITER: { namespace_id: "1", simple: { limit: 20, period: 60 } } },
            },
          }),
        ],
        test: {
          name: "workerd",
          include: ["tests/**/*.test.ts", "tests/**/*.test.tsx"],
          exclude: ["tests/e2e/**", "tests/browser/**", "tests/**/*.node.test.ts"],
          setupFiles: "tests/seed.ts",
          testTimeout: 60_000 * FUZZ,
        },
      },
      {
        test: {
          name: "node",
          include: ["tests/**/*.node.test.ts"],
          setupFiles: "tests/seed.ts",
          testTimeout: 60_000 * FUZZ,
        },
      },
      { test: { name: "e2e", include: ["tests/e2e/**/*.test.ts"], exclude: MEASURED, ...e2e } },
      { test: { name: "measured", include: MEASURED, ...e2e, maxWorkers: 1, sequence: { groupOrder: 1 } } },
      { test: { name: "browser", include: ["tests/browser/**/*.test.ts"], testTimeout: 60_000, hookTimeout: 120_000 } },
    ],
  },
});
