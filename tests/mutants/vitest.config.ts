import { join } from "node:path";
import { defineConfig } from "vitest/config";

const STAND_IN = join(import.meta.dirname, "../cloudflare-on-node.ts");

/** All tests of a room run in one process, on Node; see mutant-runner.ts. */
export default defineConfig({
  resolve: { alias: { "cloudflare:workers": STAND_IN, "cloudflare:test": STAND_IN } },
  test: {
    // Half of the random cases is enough to notice most mutants, and for tests that count what they have tried.
    provide: { fuzz: 0.5, seed: 20261126 },
    onConsoleLog: () => false,
    // They need workerd, or take long and say nothing about the rooms that are mutated.
    exclude: [
      "tests/query/random.test.ts",
      "tests/archive/{noise,garbled}.test.ts",
      "tests/sites/second-website.test.ts",
      "tests/web/openapi.node.test.ts",
    ],
    setupFiles: "tests/seed.ts",
    testTimeout: 60_000,
    runner: "tests/mutants/mutant-runner.ts",
    pool: "forks",
    isolate: false,
    maxWorkers: 1,
    reporters: [{}],
  },
});
