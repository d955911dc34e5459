import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { lockFolder } from "../../src/platform/node-lock.ts";

const LOCKS = join(import.meta.dirname, "../../src/platform/node-lock.ts");

/** A process that takes the folder and waits until it is killed. It collects its garbage: nothing else refers to the lock. */
async function holder(folder: string) {
  const script = `import { lockFolder } from ${JSON.stringify(LOCKS)}; lockFolder(process.argv[1]); gc(); setImmediate(() => { gc(); console.log("held"); }); setInterval(() => {}, 1e6);`;
  const child = spawn(process.execPath, ["--expose-gc", "--input-type=module", "--eval", script, folder], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await new Promise((held) => child.stdout.once("data", held));
  return child;
}

test("a folder belongs to one process: another is told which, until that has ended, however it ended", async () => {
  const folder = join(mkdtempSync(join(tmpdir(), "lock-")), "new");
  const child = await holder(folder);
  try {
    expect(() => lockFolder(folder)).toThrow(`in use by process ${child.pid} on `);
  } finally {
    const ended = new Promise((exit) => child.once("exit", exit));
    child.kill("SIGKILL");
    await ended;
  }
  // What the dead process left says its number still; nobody has the lock.
  expect(readFileSync(join(folder, "bridge.pid"), "utf8")).toContain(`process ${child.pid} `);
  const release = lockFolder(folder);
  expect(readFileSync(join(folder, "bridge.pid"), "utf8")).toContain(`process ${process.pid} `);
  release();
  expect(readdirSync(folder)).toEqual(["bridge.lock"]);
  lockFolder(folder)();
  rmSync(join(folder, ".."), { recursive: true });
});

test("a folder of which nothing can be removed any more is released nevertheless: the process ends in order", () => {
  const folder = mkdtempSync(join(tmpdir(), "lock-"));
  const owner = join(folder, "bridge.pid");
  const release = lockFolder(folder);
  // Nothing is read-only to root, but it cannot remove a folder as a file either.
  rmSync(owner);
  mkdirSync(owner);
  release();
  rmSync(owner, { recursive: true });
  lockFolder(folder)();
  rmSync(folder, { recursive: true });
});

test("a folder that cannot be made or written to is an error that names it", () => {
  // Under these no folder can be made, whoever asks.
  for (const place of ["/proc/data", "/proc/some/data"])
    expect(() => lockFolder(place)).toThrow(`DATA: the folder ${place} cannot be written to: `);
  const folder = mkdtempSync(join(tmpdir(), "lock-"));
  writeFileSync(join(folder, "file"), "");
  const below = join(folder, "file", "data");
  expect(() => lockFolder(below)).toThrow(`DATA: the folder ${below} cannot be written to: `);
  expect(() => lockFolder(join(folder, "file"))).toThrow("file cannot be written to: EEXIST: file already exists");
  rmSync(folder, { recursive: true });
});
