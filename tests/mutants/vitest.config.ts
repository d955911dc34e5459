import { defineConfig } from "vitest/config";

/** The tests that run for each mutant, all of them on Node; `MUTANTS_TESTS` says which (see run.ts). */
export default defineConfig({
  test: {
    provide: { fuzz: 1, seed: 20261126 },
    onConsoleLog: () => false,
    include: (process.env.MUTANTS_TESTS ?? "").split(" "),
    // They need workerd, or take long and say nothing about the rooms that are mutated.
    exclude: [
      "tests/query/random.test.ts",
      "tests/archive/{noise,garbled}.test.ts",
      "tests/sites/{second-website,mutated}.test.ts",
      "tests/web/openapi.node.test.ts",
    ],
    setupFiles: "tests/seed.ts",
    testTimeout: 60_000,
  },
});
