import { availableParallelism } from "node:os";
import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";
import { KCNA_WATCH_SOURCES } from "./tests/followed.ts";

/** How many times as many random cases: `npm run fuzz`. */
const FUZZ = Number(process.env.FUZZ ?? 1);
/** The seed of random cases; `null` is another one in every run. See tests/seed.ts. */
const SEED = process.env.SEED ? Number(process.env.SEED) : FUZZ === 1 ? 20261126 : null;
/** Tests that measure memory under load: alone on the machine, after all others. */
const MEASURED = ["tests/e2e/load.test.ts"];
const e2e = { testTimeout: 120_000 * FUZZ, hookTimeout: 120_000 };
/** Tests in workerd that keep nothing outside of themselves share one Worker, in which each module is loaded once. */
const SHARED = [
  "tests/{feeds,scrape}/*.test.ts",
  "tests/query/!(random).test.ts",
  "tests/sites/!(second-website).test.ts",
];

/** The same of tests in Node: not of what changes the process, such as its `fetch` or its log. */
const SHARED_ON_NODE = ["tests/{archive,notify,refresh,web}/*.node.test.ts"];

const workerd = () => ({
  // Not of source maps that packages leave out.
  logLevel: "error" as const,
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
});

/** Files that take longest, the longest first: they begin first, so that no core waits for one of them at the end. */
const LONGEST = [
  "e2e/slow-pages",
  "browser/pages",
  "e2e/faults",
  "e2e/kill",
  "web/validators",
  "refresh/day",
  "refresh/overlap",
  "e2e/readme",
  "browser/morning",
  "e2e/runtimes",
  "archive/model",
  "refresh/record",
  "refresh/outlets-day",
  "refresh/outlets",
  "archive/events",
  "e2e/node",
  "e2e/demo",
];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const index = LONGEST.findIndex((name) => moduleId.includes(`/tests/${name}.`));
      return index < 0 ? LONGEST.length : index;
    };
    // The others stay with those of their project, since only neighbours share a process.
    return (await super.sort(files)).sort((a, b) => groupOf(a) - groupOf(b) || rank(a) - rank(b));
  }
}

const groupOf = ({ project }: TestSpecification): number => project.config.sequence.groupOrder;

/** Kinds of tests: in workerd with a real KV namespace; in Node; the bridge as users run it; a real browser. */
export default defineConfig({
  test: {
    provide: { fuzz: FUZZ, seed: SEED },
    // One more than there are cores: tests of the bridge as users run it often wait.
    maxWorkers: Math.max(3, availableParallelism() + 1),
    sequence: { sequencer: LongestFirst },
    // The lines that each refresh logs are for operators.
    onConsoleLog: (log) => !log.includes('"event":"refresh"'),
    projects: [
      {
        ...workerd(),
        test: {
          name: "workerd",
          include: ["tests/**/*.test.ts", "tests/**/*.test.tsx"],
          exclude: ["tests/e2e/**", "tests/browser/**", "tests/**/*.node.test.ts", ...SHARED],
          setupFiles: "tests/seed.ts",
          testTimeout: 60_000 * FUZZ,
        },
      },
      {
        ...workerd(),
        test: {
          name: "workerd-shared",
          isolate: false,
          include: SHARED,
          exclude: ["tests/**/*.node.test.ts"],
          setupFiles: "tests/seed.ts",
          testTimeout: 60_000 * FUZZ,
        },
      },
      {
        test: {
          name: "node",
          include: ["tests/**/*.node.test.ts"],
          exclude: SHARED_ON_NODE,
          setupFiles: "tests/seed.ts",
          testTimeout: 60_000 * FUZZ,
        },
      },
      {
        test: {
          name: "node-shared",
          isolate: false,
          include: SHARED_ON_NODE,
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
