import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { logLine } from "../../src/platform/node-log.ts";

const NOW = new Date("2026-11-26T10:00:00Z");

describe("the log", () => {
  test("is a line of JSON an event, with its time and level", () => {
    const line = logLine("json", "error", ['{"event":"commit","error":"the disk is full"}'], NOW);
    expect(JSON.parse(line)).toEqual({
      time: "2026-11-26T10:00:00.000Z",
      level: "error",
      event: "commit",
      error: "the disk is full",
    });
  });

  test.each([[["{no JSON"]], [["two\nlines", 3]], [[new Error("broken")]]])(
    "%s is one line of JSON as well",
    (values) => {
      const line = logLine("json", "info", values, NOW);
      expect(line).not.toContain("\n");
      expect(JSON.parse(line).message).toContain(values[0] instanceof Error ? "broken" : values[0]);
    },
  );

  test("is text on a terminal, and nothing that a website said controls the terminal", () => {
    const hostile = JSON.stringify({ event: "refresh", source: "kcna-en", ok: false, detail: "\u001b[2Ja\r\nb\u0007" });
    expect(logLine("text", "info", [hostile], NOW).slice(8)).toBe("  refresh  source=kcna-en  ok=false  detail=a b ");
  });

  const MODULE = join(import.meta.dirname, "../../src/platform/node-log.ts");
  /** Writes to its log now and later, and ends with 7 as long as an error does not end it before. */
  const WRITER = `import { startLog } from ${JSON.stringify(MODULE)}; startLog(process.stdout); console.log("one");
    process.stdin.once("end", () => { for (let i = 0; i < 9; i++) console.error("more"); setImmediate(() => process.exit(7)); }).resume();`;
  const write = (stdout: "pipe" | number) =>
    spawn(process.execPath, ["--input-type=module", "--eval", WRITER], { stdio: ["pipe", stdout, "inherit"] });

  test("that nobody reads any more does not end the bridge", async () => {
    const child = write("pipe");
    const ended = new Promise((exit) => child.once("exit", exit));
    await new Promise((logged) => child.stdout?.once("data", logged));
    child.stdout?.destroy();
    child.stdin?.end();
    expect(await ended).toBe(7);
  });

  test("on a disk that is full does not end the bridge", async () => {
    const full = openSync("/dev/full", "w");
    const child = write(full);
    const ended = new Promise((exit) => child.once("exit", exit));
    child.stdin?.end();
    expect(await ended).toBe(7);
    closeSync(full);
  });
});
