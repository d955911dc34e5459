import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readOptions } from "../src/cli/command.ts";
import { PARAMETERS } from "../src/query/parameters.ts";
import { NODE_VARIABLES, ORIGIN_VARIABLES, VARIABLES } from "../src/variables.ts";

/**
 * The parts of README.md that programs write: `npm run readme` the parameters and variables, `npm run bench` its tables.
 */

const README = join(import.meta.dirname, "../README.md");
const CONTRIBUTING = join(import.meta.dirname, "../.github/CONTRIBUTING.md");

export const readme = (): string => readFileSync(README, "utf8");
export const contributing = (): string => readFileSync(CONTRIBUTING, "utf8");

const part = (name: string) => new RegExp(`(<!-- ${name}:[^>]*-->\n)([^]*?)(<!-- end -->)`);

/** The text between the markers of a part of README.md. */
export const written = (name: string): string => part(name).exec(readme())?.[2] ?? "";

/** Replaces the text between the markers of a part of README.md. */
export function write(name: string, text: string): void {
  const before = readme();
  if (!part(name).test(before)) throw new Error(`README.md has no part ${name}`);
  writeFileSync(
    README,
    before.replace(part(name), (_, start, __, end) => start + text + end),
  );
}

/** The table of parameters, from their schema. */
export function parameterTable(): string {
  const cell = (text: string) => text.replaceAll("|", "\\|");
  const rows = Object.entries(PARAMETERS).map(
    ([name, { description, accepts, default: preset = "", rsshub }]) =>
      `| \`${name}\`${rsshub ? " (RSSHub)" : ""} | ${cell(description)} | ${cell(accepts)} | ${preset} |`,
  );
  return ["| parameter | effect | value | default |", "|---|---|---|---|", ...rows, ""].join("\n");
}

/** The variables, from their schema. */
export function variableTable(): string {
  const { name, description, default: preset } = ORIGIN_VARIABLES;
  return tableOf("variable", [`| \`${name}\` | ${description} | ${preset} |`, ...variableRows(VARIABLES)]);
}

/** The variables of the server on Node, from their schema. */
export const nodeVariableTable = (): string => tableOf("variable on Node", variableRows(NODE_VARIABLES));

const variableRows = (variables: Record<string, { description: string; default: string }>): string[] =>
  Object.entries(variables).map(
    ([name, { description, default: preset }]) => `| \`${name}\` | ${description} | ${preset && `\`${preset}\``} |`,
  );

const tableOf = (first: string, rows: readonly string[]): string =>
  [`| ${first} | what it is | default |`, "|---|---|---|", ...rows, ""].join("\n");

if (import.meta.main) {
  readOptions(
    {},
    `npm run readme

Writes the tables of parameters and variables into README.md, from their schemas.`,
  );
  write("parameters", parameterTable());
  write("variables", variableTable());
  write("node variables", nodeVariableTable());
}
