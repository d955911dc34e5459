import type { WriteStream } from "node:tty";
import { stripVTControlCharacters } from "node:util";

/** The log on Node: every event is one line. Programs read it as JSON, people at a terminal as text. */

type Level = "info" | "error";
type LogFormat = "json" | "text";

/** What the program writes with `console`: a JSON object with `event`, or a sentence. */
function eventOf(values: readonly unknown[]): Record<string, unknown> {
  const text = values
    .map((value) => (value instanceof Error ? (value.stack ?? String(value)) : String(value)))
    .join(" ");
  if (text.startsWith("{")) {
    try {
      return JSON.parse(text) as Record<string, unknown>;
    } catch {
      // A sentence that begins with a brace.
    }
  }
  return { event: "message", message: text };
}

/** One line of the log, without its line feed. */
export function logLine(format: LogFormat, level: Level, values: readonly unknown[], now: Date): string {
  const event = eventOf(values);
  if (format === "json") return JSON.stringify({ time: now.toISOString(), level, ...event });
  const { event: name, ...fields } = event;
  const details = Object.entries(fields).map(([key, value]) =>
    key === "message" ? String(value) : `${key}=${typeof value === "string" ? value : JSON.stringify(value)}`,
  );
  const mark = level === "error" ? "ERROR " : "";
  // Text from a website or a client must not contain control characters or line breaks for the terminal.
  const line = stripVTControlCharacters([`${mark}${name}`, ...details].join("  ")).replace(/\p{Cc}+/gu, " ");
  return `${now.toTimeString().slice(0, 8)}  ${line}`;
}

/** Sends what is written with `console.log` and `console.error` to the log. */
export function startLog(output: WriteStream | NodeJS.WriteStream): void {
  const format: LogFormat = output.isTTY ? "text" : "json";
  // A log that cannot be written (a full disk, a pipe that nobody reads any more) must not end the bridge.
  output.on("error", () => undefined);
  const write =
    (level: Level) =>
    (...values: unknown[]) => {
      output.write(`${logLine(format, level, values, new Date())}\n`);
    };
  console.log = write("info");
  console.error = write("error");
}
