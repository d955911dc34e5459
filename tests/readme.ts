import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PARAMETERS } from "../src/query/parameters.ts";

/** The parts of README.md that programs write: `npm run readme` writes the parameters, `npm run bench` its table. */

const FILE = join(import.meta.dirname, "../README.md");

export const readme = (): string => readFileSync(FILE, "utf8");

const part = (name: string) => new RegExp(`(<!-- ${name}:[^>]*-->\n)([^]*?)(<!-- end -->)`);

/** What stands between a part's marks. */
export const written = (name: string): string => part(name).exec(readme())?.[2] ?? "";

export function write(name: string, text: string): void {
  const before = readme();
  if (!part(name).test(before)) throw new Error(`README.md has no part ${name}`);
  writeFileSync(
    FILE,
    before.replace(part(name), (_, start, __, end) => start + text + end),
  );
}

/** The parameters, as their schema has them. */
export function parameterTable(): string {
  const cell = (text: string) => text.replaceAll("|", "\\|");
  const rows = Object.entries(PARAMETERS).map(
    ([name, { description, accepts, default: preset = "", rsshub }]) =>
      `| \`${name}\`${rsshub ? " (RSSHub)" : ""} | ${cell(description)} | ${cell(accepts)} | ${preset} |`,
  );
  return ["| parameter | what it does | takes | default |", "|---|---|---|---|", ...rows, ""].join("\n");
}

if (import.meta.main) write("parameters", parameterTable());
