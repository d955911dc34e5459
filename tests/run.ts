import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { QUIET } from "./replica/worker.ts";

/** `npm test`: lint, types and every test; one line at the end says how it went. */
const folder = mkdtempSync(join(tmpdir(), "tests-"));
const report = join(folder, "report.json");
const env = { ...process.env, ...QUIET };
let passed = 0;
let failed = 0;

function run(what: string, command: string, ...args: string[]): boolean {
  console.log(`\n== ${what}`);
  return spawnSync(command, args, { stdio: "inherit", env }).status === 0;
}

function count(ok: boolean): void {
  if (ok) passed++;
  else failed++;
}

count(run("lint", "npm", "run", "--silent", "lint"));
count(
  run("binding types", "npm", "run", "--silent", "types") &&
    run("types", "tsc") &&
    run("types of the tests", "tsc", "--project", "tests"),
);
const filters = process.argv.slice(2);
const ok = run(
  "tests",
  "vitest",
  "run",
  "--reporter=default",
  "--reporter=json",
  `--outputFile.json=${report}`,
  ...filters,
);
try {
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests } = JSON.parse(readFileSync(report, "utf8"));
  passed += numPassedTests;
  // A test that did not run is one that failed: nothing is left out in silence.
  failed += numFailedTests + numPendingTests + numTodoTests;
  if (!ok && numFailedTests === 0) failed++;
} catch {
  failed++;
}
rmSync(folder, { recursive: true, force: true });
console.log(`\n${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
