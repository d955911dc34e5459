import { globSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Mutant } from "@stryker-mutator/api/core";
import type { Logger } from "@stryker-mutator/api/logging";
import { Instrumenter } from "@stryker-mutator/instrumenter";

const nothing = () => {};
const never = () => false;
const silent: Logger = {
  ...{ trace: nothing, debug: nothing, info: nothing, warn: nothing, error: nothing, fatal: nothing },
  ...{ isTraceEnabled: never, isDebugEnabled: never, isInfoEnabled: never },
  ...{ isWarnEnabled: never, isErrorEnabled: never, isFatalEnabled: never },
};

/** The code of files with all of its mutants in it, by path, each switched on by `globalThis.__stryker__.activeMutant`. */
export async function instrument(
  patterns: string[],
  except: string[] = [],
): Promise<{ code: Map<string, string>; mutants: Mutant[] }> {
  const names = globSync(patterns, { exclude: except }).sort();
  if (names.length === 0) throw new Error(`no file is named ${patterns.join(", ")}`);
  const files = names.map((name) => ({ name, mutate: true, content: readFileSync(name, "utf8") }));
  const { files: instrumented, mutants } = await new Instrumenter(silent).instrument(files, {
    plugins: null,
    excludedMutations: ["StringLiteral"],
    ignorers: [],
  });
  return {
    code: new Map(instrumented.map(({ name, content }) => [resolve(name), content])),
    mutants: mutants.filter(({ status }) => status !== "Ignored"),
  };
}
