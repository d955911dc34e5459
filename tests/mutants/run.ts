import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Stryker } from "@stryker-mutator/core";

/**
 * `npm run mutants [-- --room query --files src/query/times.ts --sample 12 --seed 1]`: changes the code in thousands of
 * small ways, one at a time, and prints which changes (mutants) no test notices, and the share that a test does, by room.
 * `--sample 12` tries one mutant in twelve. Words of messages are not mutated.
 */

interface Room {
  mutate: string[];
  tests: string;
}

const ROOMS: Record<string, Room> = {
  archive: {
    mutate: ["src/archive/*.ts", "!src/archive/{client,object,schema,service}.ts"],
    tests: "tests/archive/*.test.ts tests/refresh/*.node.test.ts tests/web/*.node.test.ts",
  },
  query: { mutate: ["src/query/*.ts"], tests: "tests/query/*.test.ts" },
  feeds: { mutate: ["src/feeds/*.ts"], tests: "tests/feeds/*.test.ts" },
  scrape: { mutate: ["src/scrape/*.ts"], tests: "tests/scrape/*.test.ts tests/sites/*.test.ts" },
};

const { values } = parseArgs({
  options: {
    room: { type: "string" },
    files: { type: "string" },
    sample: { type: "string", default: "1" },
    seed: { type: "string", default: "1" },
  },
});
const oneIn = Number(values.sample);
if (!Number.isInteger(oneIn) || oneIn < 1) throw new Error(`--sample ${values.sample}: one mutant in how many?`);
const names = values.room ? [values.room] : Object.keys(ROOMS);
const folder = mkdtempSync(join(tmpdir(), "mutants-"));

const shares: string[] = [];
for (const name of names) {
  const room = ROOMS[name];
  if (!room) throw new Error(`there is no room ${name}; there are ${Object.keys(ROOMS).join(", ")}`);
  process.env.MUTANTS_TESTS = room.tests;
  const results = await new Stryker({
    testRunner: "vitest",
    plugins: ["@stryker-mutator/vitest-runner", "./tests/mutants/sample.ts"],
    vitest: { configFile: "tests/mutants/vitest.config.ts", related: true },
    mutate: values.files ? [values.files] : room.mutate,
    mutator: { excludedMutations: ["StringLiteral"] },
    coverageAnalysis: "perTest",
    checkers: oneIn > 1 ? ["sample"] : [],
    sample: { oneIn, seed: values.seed },
    tempDirName: folder,
    disableTypeChecks: false,
    reporters: ["progress-append-only"],
    concurrency: 1,
    tsconfigFile: "tests/mutants/none.json",
    allowConsoleColors: false,
  }).runMutationTest();
  const tried = results.filter(({ status }) => !["CompileError", "Ignored"].includes(status));
  const alive = tried.filter(({ status }) => ["Survived", "NoCoverage"].includes(status));
  for (const { fileName, location, replacement, status } of alive) {
    const file = fileName.slice(fileName.lastIndexOf("src/"));
    console.log(`${file}:${location.start.line}:${location.start.column} ${status} => ${replacement}`);
  }
  const killed = tried.length - alive.length;
  shares.push(`${name}: ${killed} of ${tried.length} mutants killed, ${((killed / tried.length) * 100).toFixed(1)} %`);
}
rmSync(folder, { recursive: true, force: true });
console.log(shares.join("\n"));
