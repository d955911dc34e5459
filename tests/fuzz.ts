import { spawnSync } from "node:child_process";
import { fail, readOptions } from "../src/cli/command.ts";

/** `npm run fuzz`: the random tests, with many more cases and another seed each time. */
const USAGE = `npm run fuzz [-- <file or folder of tests> …]

Runs the random tests with a free seed and 40 times as many cases. A failure prints its seed. By default these are all random
tests; give files or folders for fewer, such as tests/query.

  FUZZ=5       in the environment: five times as many cases
  SEED=<seed>  in the environment: the same cases again`;

const TESTS = ["e2e/kill.test.ts", "archive", "feeds", "query", "refresh", "scrape", "sites", "time", "web"];

const { files } = readOptions({}, USAGE, Number.POSITIVE_INFINITY);
const FUZZ = process.env.FUZZ ?? "40";
if (!(Number(FUZZ) >= 1)) fail(`FUZZ=${FUZZ}: must be a number from 1\n\n${USAGE}`);
const tests = files.length > 0 ? files : TESTS.map((name) => `tests/${name}`);
const words = ["run", "--project=!browser", ...tests];
// Ctrl-C reaches both; Vitest ends in order.
process.on("SIGINT", () => {});
process.exit(spawnSync("vitest", words, { stdio: "inherit", env: { ...process.env, FUZZ } }).status ?? 1);
