import { spawn } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { QUIET } from "./replica/worker.ts";

/** `npm test`: lint, types and every test, side by side; one line at the end says how it went. */

/** Where the tests' files are: in memory where it has room, since they write thousands of small databases. */
function temporary(): string {
  const memory = "/dev/shm";
  try {
    const { bavail, bsize } = statfsSync(memory);
    // The browser is unpacked there and started.
    const isExecutable = !/^\S+ \/dev\/shm \S+ \S*noexec/m.test(readFileSync("/proc/mounts", "utf8"));
    return bavail * bsize > 4e9 && isExecutable ? memory : tmpdir();
  } catch {
    return tmpdir();
  }
}

const folder = mkdtempSync(join(temporary(), "tests-"));
// One test runs the bridge as another user.
chmodSync(folder, 0o755);
const report = join(folder, "report.json");
const env = {
  ...process.env,
  ...QUIET,
  TMPDIR: folder,
  // Hundreds of processes load the same modules and start the same builds: each is made once.
  NODE_COMPILE_CACHE: join(folder, "compiled"),
  BUILDS: join(folder, "builds"),
};
// Ctrl-C ends the tests as well; then the folder is removed.
process.on("SIGINT", () => {});
const SLOWEST = 5;

/** Runs a command; what it prints comes at its end, unless it `isShown` while it runs. Returns whether it succeeded. */
function run(what: string, isShown: boolean, command: string, ...args: string[]): Promise<boolean> {
  const child = spawn(command, args, { stdio: isShown ? "inherit" : ["ignore", "pipe", "pipe"], env });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (chunk) => {
      output += chunk;
    });
  }
  return new Promise((ended) => {
    let isOver = false;
    const end = (isOk: boolean, why = "") => {
      if (isOver) return;
      isOver = true;
      console.log(`\n== ${what}: ${isOk ? "passed" : "FAILED"}${why}\n${output}`.trimEnd());
      ended(isOk);
    };
    child.once("error", (error) => end(false, `, it cannot run: ${error.message}`));
    child.once("close", (code) => end(code === 0));
  });
}

async function checkTypes(): Promise<boolean> {
  return (
    (await run("binding types", false, "npm", "run", "--silent", "types")) &&
    (await run("types", false, "tsc")) &&
    (await run("types of the tests", false, "tsc", "--project", "tests"))
  );
}

interface Report {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  testResults: { name: string; startTime: number; endTime: number }[];
}

const vitest = [
  "run",
  "--reporter=default",
  "--reporter=json",
  `--outputFile.json=${report}`,
  ...process.argv.slice(2),
];
const [areTested, ...checks] = await Promise.all([
  run("tests", true, "vitest", ...vitest),
  run("lint", false, "npm", "run", "--silent", "lint"),
  checkTypes(),
]);
let passed = checks.filter(Boolean).length;
let failed = checks.length - passed;
try {
  const tests = JSON.parse(readFileSync(report, "utf8")) as Report;
  passed += tests.numPassedTests;
  // A test that did not run is one that failed: nothing is left out in silence.
  const left = tests.numFailedTests + tests.numPendingTests + tests.numTodoTests;
  failed += areTested ? left : Math.max(1, left);
  const seconds = tests.testResults.map(({ name, startTime, endTime }) => ({
    name,
    seconds: (endTime - startTime) / 1000,
  }));
  const slowest = seconds.sort((a, b) => b.seconds - a.seconds).slice(0, SLOWEST);
  const lines = slowest.map(
    ({ name, seconds }) => `${seconds.toFixed(0).padStart(4)} s  ${relative(process.cwd(), name)}`,
  );
  console.log(`\nthe slowest files:\n${lines.join("\n")}`);
} catch (error) {
  console.error(`\nthe tests left no report: ${error}`);
  failed++;
}
rmSync(folder, { recursive: true, force: true });
console.log(`\n${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
