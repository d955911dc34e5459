import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import manifest from "../../package.json" with { type: "json" };

const ROOT = join(import.meta.dirname, "../..");
/** The files of the developers' commands that take no other program's options, and of one command of operators. */
const COMMANDS = Object.entries(manifest.scripts)
  .map(([name, script]) => [name, /(?:^|; )node (\S+\.ts)$/.exec(script)?.[1] ?? ""] as const)
  .filter(([name, file]) => (file.startsWith("tests/") && name !== "test") || name === "push");

/** With no program but Node: whatever one of them starts, it fails. */
const run = (file: string, option: string) =>
  promisify(execFile)(process.execPath, [file, option], { cwd: ROOT, env: {}, timeout: 30_000 }).catch(
    (error) => error,
  );

test("every command prints its usage with --help, and does nothing else", async () => {
  expect(COMMANDS.length).toBeGreaterThan(7);
  const runs = COMMANDS.map(async ([name, file]) => {
    const { stdout, stderr, code } = await run(file, "--help");
    expect([stdout.slice(0, 8 + name.length), stderr, code], name).toEqual([`npm run ${name}`, "", undefined]);
  });
  await Promise.all(runs);
}, 60_000);

test("a token that is missing is named with the place where it belongs: the server's .env is not read", async () => {
  const { stderr, code } = await run("src/cli/backup.ts", "--from=http://127.0.0.1:1");
  expect([stderr, code]).toEqual([expect.stringMatching(/^ADMIN_TOKEN is not set in the environment .*\.env/), 1]);
});

test("an unknown option is an error of one line, and the usage", async () => {
  const { stderr, code } = await run("tests/fuzz.ts", "--nonsense");
  expect([stderr.split("\n").slice(0, 3), code]).toEqual([
    ["Unknown option '--nonsense'", "", expect.stringMatching(/^npm run fuzz /)],
    1,
  ]);
});
