import { createHash } from "node:crypto";
import { type Checker, type CheckResult, CheckStatus } from "@stryker-mutator/api/check";
import type { Mutant, StrykerOptions } from "@stryker-mutator/api/core";
import { commonTokens, declareClassPlugin, PluginKind, tokens } from "@stryker-mutator/api/plugin";

/** A plugin of Stryker that tries only one mutant in `sample.oneIn`, chosen by `sample.seed`: the others count as not compiled. */
class Sample implements Checker {
  static inject = tokens(commonTokens.options);
  readonly #options: { oneIn: number; seed: string };

  constructor(options: StrykerOptions) {
    this.#options = options.sample as { oneIn: number; seed: string };
  }

  async init(): Promise<void> {}

  async check(mutants: Mutant[]): Promise<Record<string, CheckResult>> {
    return Object.fromEntries(mutants.map((mutant) => [mutant.id, this.#result(mutant)]));
  }

  #result({ fileName, location, replacement }: Mutant): CheckResult {
    const { oneIn, seed } = this.#options;
    const file = fileName.slice(fileName.lastIndexOf("/src/"));
    const hash = createHash("sha256")
      .update(JSON.stringify([seed, file, location, replacement]))
      .digest();
    if (hash.readUInt32BE() % oneIn === 0) return { status: CheckStatus.Passed };
    return { status: CheckStatus.CompileError, reason: "not in the sample" };
  }
}

export const strykerPlugins = [declareClassPlugin(PluginKind.Checker, "sample", Sample)];
