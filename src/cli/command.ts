import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { setTimeout } from "node:timers/promises";
import { type ParseArgsOptionsConfig, parseArgs } from "node:util";
import { readVariable } from "../environment.ts";
import { networkError } from "../platform/network-error.ts";
import { retryAfterOf } from "../platform/retry-after.ts";
import { concatenate, DataUrlFilter } from "../scrape/data-urls.ts";
import type { Site } from "../sites/site.ts";

/** Shared by the commands: options, the operator's token, errors in one line. */

/** Characters that are shown of what a bridge refuses with. */
const MAX_REFUSAL = 500;

/** Ends the command with one line on standard error. */
export function fail(message: string): never {
  console.error(message);
  process.exit(1);
}

/**
 * The options of a command and its other arguments. The command ends here with `--help`, and with what it does not accept.
 *
 * @param options as `node:util` has them
 * @param maxFiles how many arguments that are no options it accepts
 */
export function readOptions<const Options extends ParseArgsOptionsConfig>(
  options: Options,
  usage: string,
  maxFiles = 0,
): Pick<ReturnType<typeof parseArgs<{ options: Options; allowPositionals: true }>>, "values"> & { files: string[] } {
  if (["--help", "-h"].some((option) => process.argv.includes(option))) {
    console.log(usage);
    process.exit(0);
  }
  try {
    const { values, positionals } = parseArgs({ options, allowPositionals: true } as const);
    if (positionals.length > maxFiles) throw new Error(`Unexpected argument "${positionals[maxFiles]}"`);
    return { values, files: positionals };
  } catch (error) {
    // Node adds to an unknown option how to give it as an argument, which no command of ours needs.
    fail(`${(error as Error).message.split(". To specify")[0]}\n\n${usage}`);
  }
}

/** The address of a bridge without a trailing slash. */
export function bridgeAddress(value: string | undefined, usage: string): string {
  if (!value) fail(`the address of the bridge is missing\n\n${usage}`);
  if (!/^https?:\/\//i.test(value) || !URL.canParse(value))
    fail(`"${value}" is not an address such as https://bridge.example\n\n${usage}`);
  return value.replace(/\/+$/, "");
}

/** What a bridge said instead of doing what it was asked, in one line: of a problem (RFC 9457) its detail and its reason. */
export async function refusal(response: Response): Promise<string> {
  const text = (await response.text()).trim();
  let said = text;
  try {
    const { detail = text, reason } = JSON.parse(text) as { detail?: string; reason?: string };
    said = reason ? `${detail} (${reason})` : detail;
  } catch {
    // A proxy's page, or nothing.
  }
  return `the bridge answered ${response.status}: ${said.slice(0, MAX_REFUSAL)}`;
}

export function authorization(): { authorization: string } {
  const token = process.env.ADMIN_TOKEN;
  if (!token) fail("ADMIN_TOKEN is not set in the environment (a file .env is for the server only)");
  return { authorization: `Bearer ${token}` };
}

interface Content {
  /** Without the pictures inside it: a page can have 16 MB of them, and a bridge takes 2 MiB. */
  body: Uint8Array<ArrayBuffer>;
  /** `Content-Type`; empty if nobody says it. */
  type: string;
}

function contentOf(bytes: Uint8Array, type = ""): Content {
  const filter = new DataUrlFilter();
  return { body: concatenate([...filter.push(bytes), filter.end()]), type };
}

/** How long a website may take, in milliseconds, if it is not known to be slower. */
const TIMEOUT = 30_000;

/**
 * Fetches a page, by the name that the bridge has at websites.
 *
 * @param site whose page it is, if it is known
 * @throws Error in one line
 */
export async function downloadPage(address: string, site?: Site): Promise<Content> {
  const timeout = Math.max(TIMEOUT, site?.politeness?.timeout ?? 0);
  const headers = { "user-agent": readVariable(process.env, "USER_AGENT") };
  const response = await fetch(address, { headers, signal: AbortSignal.timeout(timeout) }).catch((error) => {
    throw new Error(`${address} could not be fetched: ${networkError(error)}`);
  });
  if (!response.ok) throw new Error(`${address} answered ${response.status}`);
  return contentOf(await response.bytes(), response.headers.get("content-type") ?? "");
}

/** The path of a file that is named in the folder where npm was called: npm runs a command in the project's. */
export const fileAt = (path: string): string => resolve(process.env.INIT_CWD ?? ".", path);

/** @throws Error in one line */
export function readPageFile(path: string): Content {
  try {
    return contentOf(readFileSync(fileAt(path)));
  } catch (error) {
    throw new Error(`${path} could not be read: ${(error as Error).message}`);
  }
}

/** The whole lines of a text. Only LF ends one: `node:readline` also splits at U+2028 and U+2029, which texts may have. */
export async function* linesIn(chunks: AsyncIterable<string>): AsyncGenerator<string> {
  let text = "";
  for await (const chunk of chunks) {
    const lines = (text + chunk).split("\n");
    text = lines.pop() ?? "";
    yield* lines;
  }
}

/** Failed tries in a row before a command gives up. */
export const TRIES = 5;
let reached = false;

/**
 * Sends a request that may be repeated to a bridge. If the bridge has no time for it, or the connection to a bridge that was
 * reached before breaks, it is sent again. If the bridge cannot be reached, the command ends.
 */
export async function ask(bridge: string, path: string, init: RequestInit): Promise<Response> {
  for (let tries = 1; ; tries++) {
    const response = await fetch(bridge + path, init).catch((error) => {
      if (!reached || tries === TRIES) fail(`the bridge at ${bridge} could not be reached: ${networkError(error)}`);
    });
    reached = true;
    if (response && (tries === TRIES || ![429, 503].includes(response.status))) return response;
    const seconds = (response && retryAfterOf(response.headers)) ?? tries;
    console.error(`the bridge ${response ? `answered ${response.status}` : "broke off"}: next try in ${seconds} s`);
    await response?.body?.cancel();
    await setTimeout(1000 * seconds);
  }
}
