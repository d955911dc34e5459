import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

/** How many times as many random cases: `npm run fuzz`. */
const FUZZ = Number(process.env.FUZZ ?? 1);

/** Three kinds of tests: in workerd with a real KV namespace; the Worker as users run it; a real browser. */
export default defineConfig({
  test: {
    provide: { fuzz: FUZZ },
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
              bindings: { ADMIN_TOKEN: "", ACCESS_KEY: "" },
              ratelimits: { RATE_LIMITER: { namespace_id: "1", simple: { limit: 20, period: 60 } } },
            },
          }),
        ],
        test: {
          name: "workerd",
          include: ["tests/**/*.test.ts", "tests/**/*.test.tsx"],
          exclude: ["tests/e2e/**", "tests/browser/**", "tests/**/*.node.test.ts"],
          testTimeout: 60_000 * FUZZ,
        },
      },
      { test: { name: "node", include: ["tests/**/*.node.test.ts"], testTimeout: 60_000 * FUZZ } },
      { test: { name: "e2e", include: ["tests/e2e/**/*.test.ts"], testTimeout: 120_000, hookTimeout: 120_000 } },
      { test: { name: "browser", include: ["tests/browser/**/*.test.ts"], testTimeout: 60_000, hookTimeout: 120_000 } },
    ],
  },
});
