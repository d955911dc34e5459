import { createReadStream } from "node:fs";
import { ask, authorization, bridgeAddress, fail, fileAt, linesIn, readOptions, refusal } from "./command.ts";

/**
 * `npm run restore -- --to https://bridge.example bridge.ndjson`: imports a backup into an empty bridge, or into one
 * that the backup continues. It can be repeated: events that are stored already are only compared.
 */
const USAGE = `npm run restore -- --to <bridge> <bridge.ndjson>

  --to  address of the bridge

The bridge's ADMIN_TOKEN is taken from the environment.`;

const { values, files } = readOptions({ to: { type: "string" } }, USAGE, 1);
const to = bridgeAddress(values.to, USAGE);
const [file] = files;
if (!file) fail(`the file of the backup is missing\n\n${USAGE}`);
const headers = { ...authorization(), "content-type": "application/x-ndjson" };

/** Characters per request, but for a line that is longer: the archive has little CPU time for each. */
const PART = 128 * 1024;

let part = "";
let seq = 0;
let begun = false;
let complete = false;

/** A file's text. Its last line may lack the line feed. */
async function* textOf(path: string): AsyncGenerator<string> {
  yield* createReadStream(fileAt(path), "utf8");
  yield "\n";
}

async function send(): Promise<void> {
  if (part === "") return;
  const response = await ask(to, "/import", { method: "POST", headers, body: part });
  if (!response.ok) fail(await refusal(response));
  seq = ((await response.json()) as { seq: number }).seq;
  part = "";
}

try {
  for await (const line of linesIn(textOf(file))) {
    if (line.trim() === "") continue;
    // What npm writes to standard output before a backup that was made with `>`.
    if (!begun && !line.startsWith("{")) continue;
    begun = true;
    if (line.startsWith('{"end":')) complete = true;
    if (part.length + line.length >= PART) await send();
    part += `${line}\n`;
  }
  await send();
} catch (error) {
  fail(`${file} could not be read: ${(error as Error).message}`);
}
if (!begun) fail(`${file} is no backup, which is lines of JSON: npm run backup makes one`);
if (!complete) fail(`${file} is not whole: its last line is missing; ${seq} events were restored`);
console.log(`${seq} events`);
