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
});
