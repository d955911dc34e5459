import { globSync, readFileSync } from "node:fs";
import { resolve } from "node:path";

/** What Stryker says of a mutant. Lines and columns count from 0. */
export interface Mutant {
  id: string;
  fileName: string;
  location: Record<"start" | "end", { line: number; column: number }>;
  replacement: string;
  status?: string;
}

interface SourceFile {
  name: string;
  mutate: boolean;
  content: string;
}

/** What is used of Stryker's instrumenter. */
interface Instrumenter {
  instrument(files: SourceFile[], options: object): Promise<{ files: SourceFile[]; mutants: Mutant[] }>;
}

const nothing = () => {};
const never = () => false;
const silent = {
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
  // In a package of its own (package.json beside this file): the types are checked where it is not installed, too.
  const { Instrumenter } = await import("@stryker-mutator/instrumenter" as string);
  const instrumenter: Instrumenter = new Instrumenter(silent);
  const { files: instrumented, mutants } = await instrumenter.instrument(files, {
    plugins: null,
    excludedMutations: ["StringLiteral"],
    ignorers: [],
  });
  return {
    code: new Map(instrumented.map(({ name, content }) => [resolve(name), content])),
    mutants: mutants.filter(({ status }) => status !== "Ignored"),
  };
}
