import leven from "leven";
import * as v from "valibot";
import { NODE_VARIABLES, origin, VARIABLES, type Variable } from "./variables.ts";

/** Reads the variables from the environment, with errors that an operator understands. */

/** Variables and bindings as the runtime hands them over: anything may be missing or wrong. */
export type Environment = Readonly<Record<string, unknown>>;

/** A variable that cannot be used. The message names it and may contain its value: it is for the log only. */
export class SettingError extends Error {
  override name = "SettingError";
}

const ALL_VARIABLES = { ...VARIABLES, ...NODE_VARIABLES };

type Name = keyof typeof ALL_VARIABLES;

/**
 * The setting that a variable's value means.
 *
 * @throws SettingError naming the variable and what it takes
 */
export function readVariable<N extends Name>(
  env: Environment,
  name: N,
): v.InferOutput<(typeof ALL_VARIABLES)[N]["schema"]> {
  const variable: Variable = ALL_VARIABLES[name];
  return parse(name, env[name], variable.default, variable.schema) as never;
}

/**
 * Checks each of these variables, so that an operator sees all mistakes at once.
 *
 * @throws SettingError naming all variables that are wrong, and what they take
 */
export function checkVariables(env: Environment, names: readonly string[]): void {
  const errors = names.flatMap((name) => {
    try {
      readVariable(env, name as Name);
      return [];
    } catch (error) {
      return [(error as SettingError).message];
    }
  });
  if (errors.length > 0) throw new SettingError(errors.join("; "));
}

/** The variable for the address at which a site is fetched: `KCNAWATCH_ORIGIN`. */
export const originVariable = (siteId: string): string =>
  `${siteId.toUpperCase().replaceAll("-", "_")}${ORIGIN_SUFFIX}`;

const ORIGIN_SUFFIX = "_ORIGIN";

/**
 * The address at which a site is fetched: its own, or the one of its variable. Private addresses are allowed there.
 *
 * @throws SettingError naming the variable and what it takes
 */
export function readOrigin(env: Environment, site: { id: string; origin: string }): string {
  const name = originVariable(site.id);
  return parse(name, env[name], site.origin, origin) as string;
}

function parse(name: string, value: unknown, preset: string, schema: Variable["schema"]): unknown {
  const given = value === undefined || value === null || value === "" ? preset : value;
  // Wrangler hands over a number in wrangler.toml as a number.
  const text = typeof given === "number" ? String(given) : given === "" ? undefined : given;
  const result = v.safeParse(schema, text);
  if (!result.success) throw new SettingError(`${name}: ${result.issues[0].message}`);
  return result.output;
}

/**
 * Refuses a variable that nobody reads if its name is close to a known one: a misspelt secret must not leave a bridge
 * open. The environment of a Node process has many other variables, so that "close" is narrow (see `isClose`).
 *
 * @throws SettingError naming the variable and the one that is meant
 */
export function refuseMisspelt(env: Environment, sites: readonly { id: string }[]): void {
  const known = [...Object.keys(ALL_VARIABLES), ...sites.map(({ id }) => originVariable(id))];
  for (const [name, value] of Object.entries(env)) {
    if (known.includes(name) || !isVariable(value)) continue;
    const meant = known.find((other) => isClose(name, other));
    if (meant) throw new SettingError(`${name.slice(0, 60)}: there is no such variable; did you mean ${meant}?`);
  }
}

/** Bindings are objects. Variables are texts, and in wrangler.toml also numbers and arrays. */
const isVariable = (value: unknown): boolean =>
  (typeof value === "string" && value !== "") || typeof value === "number" || Array.isArray(value);

/** How many letters may differ, by the length of a name: one from 5 letters on, two from 9 on. */
const tolerance = (length: number) => (length >= 9 ? 2 : length >= 5 ? 1 : 0);

/**
 * Whether a name is another one misspelt: in other case, with other or without separators, or with a few other letters.
 * Names of sites' origins are compared without their common ending: `CORS_ORIGIN` is not `VOK_ORIGIN`.
 */
function isClose(name: string, known: string): boolean {
  const a = name.toUpperCase().replaceAll("-", "_");
  if (a.replaceAll("_", "") === known.replaceAll("_", "")) return true;
  const areOrigins = a.endsWith(ORIGIN_SUFFIX) && known.endsWith(ORIGIN_SUFFIX);
  const end = areOrigins ? -ORIGIN_SUFFIX.length : undefined;
  const [x, y] = [a.slice(0, end), known.slice(0, end)];
  const most = tolerance(y.length);
  return Math.abs(x.length - y.length) <= most && leven(x, y) <= most;
}

/** What is wrong with an entry of a list: a field that nobody knows or that is missing, or the entry as a whole. */
export const unknownField = ({ expected }: { expected: string | null }, rule: string): string => {
  if (expected === "never") return "there is no field of this name";
  return expected?.startsWith('"') ? `is missing; the entry ${rule}` : rule;
};

/**
 * An entry of a list, checked.
 *
 * @param at where it stands: `SITES[0]`
 * @throws SettingError naming the first field that is wrong, and what it takes
 */
export function parseEntry<Schema extends v.GenericSchema>(
  schema: Schema,
  entry: unknown,
  at: string,
  messageOf = ({ message }: v.BaseIssue<unknown>): string => message,
): v.InferOutput<Schema> {
  const result = v.safeParse(schema, entry, { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw new SettingError(`${fieldAt(at, issue.path)}: ${messageOf(issue)}`);
}

/** `SITES[0].sources[1].listing`. */
const fieldAt = (at: string, path: readonly { key: unknown }[] = []): string =>
  path.reduce((text, { key }) => text + (typeof key === "number" ? `[${key}]` : `.${String(key)}`), at);
