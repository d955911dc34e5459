import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createVitest } from "vitest/node";
import type { Mutant } from "./instrument.ts";

/** What became of a mutant; `timeout` counts as killed; `unstable`: its tests fail without it too. */
export type Status = "killed" | "survived" | "timeout" | "unstable" | "not covered";

/** A test that takes so long hangs in a loop of a mutant. */
const HANGS_AFTER = 45_000;

declare module "vitest" {
  interface ProvidedContext {
    mutants: { ids: string[]; files: number; journal: string; seconds: number };
  }
}

/** Tries mutants in one process of Vitest (mutant-runner.ts), and in another one after a mutant that hangs. */
export async function tryMutants(
  tests: string[],
  code: Map<string, string>,
  mutants: Mutant[],
  { folder, seconds }: { folder: string; seconds: number },
): Promise<Map<string, Status>> {
  const journal = join(folder, "journal");
  const results = new Map<string, Status>();
  while (results.size < mutants.length) {
    const ids = mutants.map(({ id }) => id).filter((id) => !results.has(id));
    for (const file of [journal, `${journal}.sign`]) writeFileSync(file, "");
    await runVitest(tests, code, { ids, journal, seconds }, results.size);
    const lines = readFileSync(journal, "utf8")
      .split("\n")
      .slice(1)
      .filter((line) => line !== "");
    const before = results.size;
    for (const line of lines) {
      const [id = "", status] = line.split("\t");
      results.set(id, (status as Status | undefined) ?? "timeout");
    }
    if (results.size === before) throw new Error("the tests do not run, see above");
  }
  return results;
}

async function runVitest(
  include: string[],
  code: Map<string, string>,
  { ids, journal, seconds }: { ids: string[]; journal: string; seconds: number },
  done: number,
): Promise<void> {
  const vitest = await createVitest(
    "test",
    { config: "tests/mutants/vitest.config.ts", include, watch: false },
    { plugins: [{ name: "mutants", enforce: "pre", transform: (_, id) => code.get(id) }] },
  );
  const specifications = await vitest.globTestSpecifications();
  vitest.provide("mutants", { ids, files: specifications.length, journal, seconds });
  let [tried, hangs] = [0, false];
  const watch = setInterval(() => {
    const lines = readFileSync(journal, "utf8").split("\n");
    const idle = Date.now() - Math.max(...[journal, `${journal}.sign`].map((file) => statSync(file).mtimeMs));
    if (lines.length > 1 && idle > HANGS_AFTER && !hangs) {
      hangs = true;
      process.kill(Number(lines[0]), "SIGKILL");
    }
    if (lines.length > tried + 100) {
      tried = lines.length;
      console.error(`${done + Math.floor(tried / 2)} of ${done + ids.length} mutants`);
    }
  }, 1000);
  try {
    const { testModules, unhandledErrors } = await vitest.runTestSpecifications(specifications);
    for (const module of testModules) {
      for (const test of [module, ...module.children.allTests("failed")])
        for (const error of "errors" in test ? test.errors() : (test.result().errors ?? []))
          console.error(`${module.moduleId}: ${error.message.slice(0, 200)}`);
    }
    if (!hangs) for (const error of unhandledErrors) console.error(error);
  } finally {
    clearInterval(watch);
    await vitest.close();
  }
}
