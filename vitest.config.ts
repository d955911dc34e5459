import { availableParallelism } from "node:os";
import { join } from "node:path";
import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";
import { KCNA_WATCH_SOURCES } from "./tests/followed.ts";

/** How many times as many random cases: `npm run fuzz`. */
const FUZZ = Number(process.env.FUZZ ?? 1);
/** The seed of random cases; `null` is another one in every run. See tests/seed.ts. */
const SEED = process.env.SEED ? Number(process.env.SEED) : FUZZ === 1 ? 20261126 : null;
/** Node itself loads the modules: Vite's runner makes every call of an imported function slow, and loading too. */
const NATIVE = {
  experimental: { viteModuleRunner: false },
  execArgv: [`--import=${join(import.meta.dirname, "tests/native.ts")}`],
};
const e2e = { ...NATIVE, testTimeout: 120_000 * FUZZ, hookTimeout: 120_000 };
/**
 * Tests that say something about Cloudflare. `npm run fuzz` runs all that can run there; `npm test` runs the others on Node,
 * with a stand-in for Cloudflare, in a third of the time.
 */
const IN_WORKERD =
  FUZZ === 1
    ? [
        "tests/{notify,platform}/*.test.ts",
        "tests/archive/{object-alarm,rows-read,used-up-rows}.test.ts",
        "tests/refresh/{day,listing,outlets-day,refresh}.test.ts",
        "tests/web/{backup,http,ingest,metrics,outage,response-cache,safety,shared-cache}.test.ts",
        "tests/sites/second-website.test.ts",
      ]
    : ["tests/**/*.test.ts"];
/** Tests that run on Node alone, and those of other projects. */
const ELSEWHERE = ["tests/{e2e,browser}/**", "tests/**/*.node.test.ts"];
/**
 * Tests on Node that change nothing of the process, such as its log, share one. That of the cron has its own: it counts every
 * request of its process, and once there were some that another file had left behind.
 */
const SHARED_ON_NODE = ["tests/{archive,bench,notify,refresh,web}/!(cron).node.test.ts"];

const workerd = () => ({
  // Not of source maps that packages leave out.
  logLevel: "error" as const,
  plugins: [
    cloudflareTest({
      wrangler: { configPath: "./wrangler.toml" },
      miniflare: {
        cf: false,
        // Of what a test reports: the sockets are on this machine.
        compatibilityFlags: ["no_web_socket_compression"],
        bindings: { ADMIN_TOKEN: "", ACCESS_KEY: "", FOLLOW: KCNA_WATCH_SOURCES },
        ratelimits: { RATE_LIMITER: { namespace_id: "1", simple: { limit: 20, period: 60 } } },
      },
    }),
  ],
});

/** Files that take longest, the longest first: they begin first, so that no core waits for one of them at the end. */
const LONGEST = [
  "e2e/faults",
  "e2e/runtimes",
  "e2e/load",
  "browser/pages",
  "e2e/slow-pages",
  "browser/morning",
  "e2e/readme",
  "e2e/kill",
  "refresh/day",
  "refresh/convergence",
  "refresh/outlets-day",
  "refresh/outlets",
  "refresh/article-pages",
  "web/months",
  "web/bounds",
  "archive/noise",
  "refresh/overlap",
  "archive/snapshot",
  "archive/archive",
  "refresh/record",
];
/** Projects whose files share a process, while the next file is of the same one: they come at the end, side by side. */
const TOGETHER = ["workerd", "worker-on-node", "node-shared"];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const index = LONGEST.findIndex((name) => moduleId.includes(`/tests/${name}.`));
      return index < 0 ? LONGEST.length : index;
    };
    const place = ({ project }: TestSpecification) => TOGETHER.indexOf(project.name);
    // The others stay with those of their project.
    return (await super.sort(files)).sort((a, b) => place(a) - place(b) || rank(a) - rank(b));
  }
}

/** Kinds of tests: in workerd with a real KV namespace; on Node; the bridge as users run it; a real browser. */
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
          // The files share one Worker, in which each module is loaded once.
          isolate: false,
          include: IN_WORKERD,
          exclude: ELSEWHERE,
          setupFiles: ["tests/seed.ts", "tests/shared-worker.ts"],
          testTimeout: 60_000 * FUZZ,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: "worker-on-node",
          ...NATIVE,
          isolate: false,
          include: ["tests/**/*.test.ts"],
          exclude: [...ELSEWHERE, ...IN_WORKERD],
          setupFiles: ["tests/seed.ts", "tests/shared-worker.ts"],
          testTimeout: 60_000 * FUZZ,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: "node",
          include: ["tests/**/*.node.test.ts"],
          exclude: SHARED_ON_NODE,
          setupFiles: "tests/seed.ts",
          testTimeout: 60_000 * FUZZ,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: "node-shared",
          ...NATIVE,
          isolate: false,
          include: SHARED_ON_NODE,
          setupFiles: "tests/seed.ts",
          testTimeout: 60_000 * FUZZ,
          hookTimeout: 60_000,
        },
      },
      { test: { name: "e2e", include: ["tests/e2e/**/*.test.ts"], ...e2e } },
      { test: { name: "browser", include: ["tests/browser/**/*.test.ts"], ...e2e } },
    ],
  },
});
