import { closeSync, existsSync, fsyncSync, openSync, renameSync, writeFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { ask, authorization, bridgeAddress, fail, fileAt, linesIn, readOptions, refusal, TRIES } from "./command.ts";

/**
 * `npm run backup -- --from https://bridge.example bridge.ndjson`: the whole archive with its journal, one line of JSON
 * per event. If the transfer breaks, it continues where it stopped. The file is replaced when the backup is complete.
 * Until then, the lines are in `bridge.ndjson.part`.
 */
const USAGE = `npm run backup -- --from <bridge> [--after <number>] <bridge.ndjson>

  --from   address of the bridge
  --after  only events after this number, into a file of their own, to continue an earlier backup

The bridge's ADMIN_TOKEN is taken from the environment.`;

const { values, files } = readOptions({ from: { type: "string" }, after: { type: "string" } }, USAGE, 1);
const file = files[0] && fileAt(files[0]);
const from = bridgeAddress(values.from, USAGE);
const headers = authorization();
let after = Number(values.after ?? 0);
if (!Number.isSafeInteger(after) || after < 0)
  fail(`--after ${values.after}: must be the number of an event\n\n${USAGE}`);
if (after > 0 && file && existsSync(file))
  fail(`${file} exists, and may have the events up to ${after}: give another file for those after them`);
const first = after + 1;

// Without a file, standard output: a pipe to another program. There npm writes lines of its own, unless it is --silent.
const part = file && `${file}.part`;
let output: number | undefined;

let tries = 0;
for (;;) {
  const before = after;
  if (await transfer()) break;
  tries = after > before ? 0 : tries + 1;
  if (tries >= TRIES) fail(`the bridge at ${from} broke the backup off ${TRIES} times after event ${after}`);
  await setTimeout(1000 * tries);
}
if (file && part && output !== undefined) {
  try {
    // Some disks say only now that they are full. And after a power cut, an earlier backup must not be replaced by nothing.
    fsyncSync(output);
    closeSync(output);
    renameSync(part, file);
  } catch (error) {
    fail(`${file} cannot be written: ${(error as Error).message}`);
  }
  console.log(after < first ? `no events after ${after}` : `events ${first} to ${after}`);
}

function write(line: string): void {
  if (part === undefined) {
    process.stdout.write(line);
    return;
  }
  try {
    output ??= openSync(part, "w");
    writeFileSync(output, line);
  } catch (error) {
    fail(`${part} cannot be written: ${(error as Error).message}`);
  }
}

/** Writes complete lines, starting after event `after`. Returns whether the last line was received. */
async function transfer(): Promise<boolean> {
  const response = await ask(from, `/export?after=${after}`, { headers });
  if (!response.ok) fail(await refusal(response));
  if (!response.body) return false;
  try {
    for await (const line of linesIn(response.body.pipeThrough(new TextDecoderStream()))) {
      write(`${line}\n`);
      const { seq, event, end } = JSON.parse(line) as { seq?: number; event?: string; end?: number };
      if (event !== undefined && seq !== undefined) after = seq;
      if (end !== undefined) return true;
    }
  } catch {
    // The connection broke. All lines before that are whole.
  }
  return false;
}
