import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";

/** The commands as the README has them, through npm: it writes lines of its own to standard output. */

/** A text may have ends of lines that are none of JSON's. */
const FIRST_LINES = '{"format":"kcna-feed-bridge/1"}\n{"seq":1,"event":"added","html":"a\u2028b\u2029c\u0085d"}\n';
const PROBLEM = '{"status":422,"detail":"line 1 is no line of a backup","reason":"rejected"}';
const LINES = `${FIRST_LINES}{"end":1}\n`;

const folder = mkdtempSync(join(tmpdir(), "backup-"));
const file = join(folder, "bridge.ndjson");
let imported: string;
/** The characters of each part. */
let parts: number[];
/** Whether the bridge breaks its export off, and then refuses to continue it. */
let broken: boolean;
/** What the bridge sends after event 1, if its export breaks off within the line of event 2; none if it does not. */
let rest: string;
/** What the bridge answers to the next requests instead, one after the other; 0 breaks the connection. */
let refusals: number[];
const bridge = createServer(async (request, response) => {
  const refusal = refusals.shift();
  if (refusal === 0) return response.destroy();
  if (refusal && refusal !== 200)
    return response
      .writeHead(refusal, { "retry-after": new Date(0).toUTCString() })
      .end(refusal === 422 ? PROBLEM : "");
  if (rest && request.url === "/export?after=1") return response.end(rest);
  if (rest && request.method === "GET") return response.write(`${FIRST_LINES}{"seq":2,"ev`, () => response.destroy());
  if (request.url === "/export?after=0") return response.end(broken ? FIRST_LINES : LINES);
  if (request.method === "GET") return response.writeHead(401).end();
  const part = await text(request);
  imported += part;
  parts.push(part.length);
  return response.end('{"restored":1,"seq":1}');
});

beforeAll(() => new Promise<void>((ready) => bridge.listen(0, "127.0.0.1", ready)));
afterAll(() => {
  bridge.close();
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  rmSync(file, { force: true });
  rmSync(`${file}.part`, { force: true });
  broken = false;
  [imported, parts, rest] = ["", [], ""];
  refusals = [];
});

interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

function start(program: string, words: string[], more: Record<string, string>): Promise<Ended> {
  const options = {
    env: { ...process.env, ADMIN_TOKEN: "a-token-of-the-operator", ...more },
    cwd: import.meta.dirname,
  };
  return new Promise((done) =>
    execFile(program, words, options, (error, stdout, stderr) =>
      done({ code: Number(error?.code ?? 0), stdout, stderr }),
    ),
  );
}

const wordsOf = (command: string, words: string[]) => [
  command === "backup" ? "--from" : "--to",
  `http://127.0.0.1:${(bridge.address() as AddressInfo).port}`,
  ...words,
];

const npmRun = (command: string, ...words: string[]) =>
  start("npm", ["run", command, "--", ...wordsOf(command, words)], { npm_config_loglevel: "notice" });

/** Without npm, which takes longer to start than the command. */
const runWith = (more: Record<string, string>, command: string, ...words: string[]) =>
  start(process.execPath, [join(import.meta.dirname, `../../src/cli/${command}.ts`), ...wordsOf(command, words)], more);
const run = (command: string, ...words: string[]) => runWith({}, command, ...words);

test("a backup is written to the file, and restored from it, in the folder where npm was called", async () => {
  const given = relative(import.meta.dirname, file);
  const backup = await npmRun("backup", given);
  expect(backup).toMatchObject({ code: 0, stderr: "" });
  expect(backup.stdout).toContain("\nevents 1 to 1\n");
  expect(readFileSync(file, "utf8")).toBe(LINES);
  expect(await npmRun("restore", given)).toMatchObject({ code: 0, stderr: "" });
  expect(imported).toBe(LINES);
});

test("an address without https:// is an error that names it", async () => {
  for (const address of ["bridge.example", "localhost:8787", "ftp://bridge.example"]) {
    const { code, stderr } = await run("backup", "--from", address, file);
    expect([code, stderr.split("\n")[0]]).toEqual([1, `"${address}" is not an address such as https://bridge.example`]);
  }
});

test("a bridge that has no time for a part, or restarts, gets it again: a limit of requests ends no restore", async () => {
  const lines = `${FIRST_LINES}${'{"seq":2,"event":"added"}\n'.repeat(6000)}{"end":2}\n`;
  writeFileSync(file, lines);
  refusals = [429, 503, 200, 0, 429];
  expect(await run("restore", file)).toMatchObject({ code: 0 });
  expect([imported, refusals]).toEqual([lines, []]);
  refusals = [503, 429];
  expect(await run("backup", file)).toMatchObject({
    code: 0,
    stderr: expect.stringMatching(/429: next try in 0 s$/m),
  });
  expect(readFileSync(file, "utf8")).toBe(LINES);
  refusals = [429, 429, 429, 429, 429, 429];
  expect((await run("restore", file)).stderr).toMatch(/the bridge answered 429: $/m);
});

test("a long line is a part of its own: the bridge takes 2 MiB at once", async () => {
  const long = `{"seq":2,"event":"text","html":"${"x".repeat(2_000_000)}"}\n`;
  const lines = `${FIRST_LINES}${'{"seq":2,"event":"added"}\n'.repeat(4500)}${long}{"end":2}\n`;
  writeFileSync(file, lines);
  expect(await run("restore", file)).toMatchObject({ code: 0 });
  expect(imported).toBe(lines);
  expect(Math.max(...parts)).toBe(long.length);
});

test("a transfer that breaks within a line is continued after the event before it", async () => {
  rest = '{"seq":2,"event":"edited"}\n{"end":2}\n';
  const { code, stdout, stderr } = await run("backup", file);
  expect([code, stderr, readFileSync(file, "utf8")]).toEqual([0, "", FIRST_LINES + rest]);
  expect(stdout).toContain("events 1 to 2\n");
});

test("a backup that npm's own lines precede is restored", async () => {
  const { stdout } = await npmRun("backup");
  expect(stdout).not.toBe(LINES);
  writeFileSync(file, stdout);
  expect(await run("restore", file)).toMatchObject({ code: 0 });
  expect(imported).toBe(LINES);
});

test("a file that is no backup is named as that, nothing of it is sent; and what the bridge refuses is said in words", async () => {
  writeFileSync(file, "# Feed bridge\n\nWhat this is\n");
  expect(await run("restore", file)).toMatchObject({
    code: 1,
    stderr: `${file} is no backup, which is lines of JSON: npm run backup makes one\n`,
  });
  expect(imported).toBe("");
  writeFileSync(file, '{"name":"kcna-feed-bridge"}\n');
  refusals = [422];
  expect(await run("restore", file)).toMatchObject({
    code: 1,
    stderr: "the bridge answered 422: line 1 is no line of a backup (rejected)\n",
  });
});

test("a backup that fails leaves the earlier one as it was", async () => {
  writeFileSync(file, LINES);
  broken = true;
  const { code, stderr } = await run("backup", file);
  expect(code).toBe(1);
  expect(stderr).toContain("401");
  expect(readFileSync(file, "utf8")).toBe(LINES);
  expect(readFileSync(`${file}.part`, "utf8")).toBe(FIRST_LINES);
});

test("a disk that fails only when all is to be on it (a quota, a network) leaves the earlier backup as it was", async () => {
  writeFileSync(file, '{"format":"kcna-feed-bridge/1"}\n{"end":0}\n');
  const failing = `import fs from "node:fs"; import { syncBuiltinESMExports } from "node:module";
    fs.fsyncSync = () => { throw new Error("EDQUOT: quota exceeded") }; syncBuiltinESMExports();`;
  const NODE_OPTIONS = `--import=data:text/javascript,${encodeURIComponent(failing)}`;
  expect(await runWith({ NODE_OPTIONS }, "backup", file)).toEqual({
    code: 1,
    stdout: "",
    stderr: `${file} cannot be written: EDQUOT: quota exceeded\n`,
  });
  expect(readFileSync(file, "utf8")).toContain('{"end":0}');
});

test("a folder in the place of the file is an error in one line", async () => {
  const { code, stderr } = await run("backup", folder);
  rmSync(`${folder}.part`);
  expect([code, stderr.split(":")[0], stderr.split("\n")]).toEqual([
    1,
    `${folder} cannot be written`,
    [expect.any(String), ""],
  ]);
});

test("a part of the archive does not replace an earlier backup", async () => {
  writeFileSync(file, LINES);
  const { code, stderr } = await run("backup", "--after", "1", file);
  expect(code).toBe(1);
  expect(stderr).toContain(`${file} exists`);
  expect(readFileSync(file, "utf8")).toBe(LINES);
});

test("a backup that the bridge refuses leaves no file", async () => {
  const { code, stderr } = await run("backup", "--after", "7", file);
  expect(code).toBe(1);
  expect(stderr).toContain("401");
  expect(existsSync(`${file}.part`)).toBe(false);
});
