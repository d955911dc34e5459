import { existsSync, readFileSync } from "node:fs";
import { parseEnv } from "node:util";

/** Three quotes begin a text of several lines in TOML; here they would be an empty one, and the rest be ignored. */
const TOML_QUOTES = /^\s*(?:export\s+)?(\w+)\s*=\s*(?:"""|''')/m;

const NO_UTF_8 = "it must be a text in UTF-8";

/**
 * Adds the variables of a file to the environment, whose own count more. Node's `loadEnvFile` does the same, but to it the
 * mark that Windows puts at the beginning of a text is part of the first name, and a text in UTF-16 has no variables: the key
 * of a private bridge would be ignored.
 *
 * @throws Error that names the file
 */
export function loadEnvFile(file: string, env: Record<string, string | undefined>): void {
  if (!existsSync(file)) return;
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(readFileSync(file));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new Error(`${file} cannot be read: ${code === "ERR_ENCODING_INVALID_ENCODED_DATA" ? NO_UTF_8 : message}`);
  }
  // UTF-16 without its mark.
  if (text.includes("\0")) throw new Error(`${file} cannot be read: ${NO_UTF_8}`);
  const [, name] = TOML_QUOTES.exec(text) ?? [];
  if (name) throw new Error(`${file}: ${name} has three quotes, as in wrangler.toml; here it takes one: ${name}='…'`);
  for (const [name, value] of Object.entries(parseEnv(text))) env[name] ??= value;
}
