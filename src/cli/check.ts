import { existsSync, readFileSync } from "node:fs";
import { parseEnv } from "node:util";
import { unstable_readConfig as readConfig } from "wrangler";
import { settingsOf } from "../settings.ts";
import { VARIABLES } from "../variables.ts";
import { compileExpressions } from "../webhook-settings.ts";
import { fail, readOptions } from "./command.ts";

/**
 * `npm run check`: checks the variables of wrangler.toml and the secrets of .dev.vars before a deployment. The bridge
 * makes the same checks, but only when the first reader gets an error.
 */
const USAGE = `npm run check [-- --config <wrangler.toml>] [--secrets <.dev.vars>]

  --config   wrangler.toml by default
  --secrets  .dev.vars by default, if it is there`;

const { values } = readOptions({ config: { type: "string" }, secrets: { type: "string" } }, USAGE);
const config = values.config ?? "wrangler.toml";
const secrets = values.secrets ?? ".dev.vars";

/** Variables of a file; `read` says how they stand in it. */
function variables(file: string, read: (file: string) => Record<string, unknown>): Record<string, unknown> {
  try {
    return read(file);
  } catch (error) {
    return fail(`${file} could not be read: ${(error as Error).message.split("\n")[0]}`);
  }
}

const open = variables(config, (file) => {
  if (!existsSync(file)) throw new Error("there is no such file");
  return readConfig({ config: file }).vars;
});
const secret =
  values.secrets || existsSync(secrets)
    ? variables(secrets, (file) => parseEnv(readFileSync(file, "utf8")) as Record<string, unknown>)
    : {};

for (const [name, variable] of Object.entries(VARIABLES)) {
  if ("secret" in variable && open[name])
    fail(`${config}: ${name} is a secret: remove it from there, and set it with npx wrangler secret put ${name}`);
}
/** Bytes of a variable that Cloudflare takes. */
const MAX_BYTES = 5 * 1024;
for (const [name, value] of Object.entries({ ...open, ...secret })) {
  const bytes = Buffer.byteLength(typeof value === "string" ? value : JSON.stringify(value));
  if (bytes > MAX_BYTES) fail(`${name}: has ${bytes} bytes, and Cloudflare takes ${MAX_BYTES} (5 KB) of a variable`);
}
try {
  // Errors are printed here, one per line.
  console.error = () => {};
  await compileExpressions(settingsOf({ ...open, ...secret }).webhooks);
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exit(1);
}
// A secret that is empty is none.
const names = Object.keys(secret).filter((name) => secret[name]);
console.log(`the variables are right: ${config}${names.length > 0 ? ` and ${secrets} (${names.join(", ")})` : ""}`);
