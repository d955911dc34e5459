import { setTimeout } from "node:timers/promises";
import { ask, authorization, bridgeAddress, fail, readOptions } from "./command.ts";

/**
 * `npm run backup -- --from https://bridge.example > bridge.ndjson`: the whole archive with its journal, one line of
 * JSON per event. If the transfer breaks, it continues where it stopped.
 */
const USAGE = `npm run backup -- --from <bridge> [--after <number>] > bridge.ndjson

  --from   address of the bridge
  --after  only events after this number, to continue an earlier backup

The bridge's ADMIN_TOKEN is taken from the environment.`;

const { values } = readOptions(["from", "after"], USAGE);
const from = bridgeAddress(values.from, USAGE);
const headers = authorization();
let after = Number(values.after ?? 0);
if (!Number.isSafeInteger(after) || after < 0) fail(USAGE);

/** Failed tries in a row before the command gives up. */
const TRIES = 5;
let tries = 0;
for (;;) {
  const before = after;
  if (await transfer()) break;
  tries = after > before ? 0 : tries + 1;
  if (tries >= TRIES) fail(`the bridge at ${from} broke the backup off ${TRIES} times after event ${after}`);
  await setTimeout(1000 * tries);
}

/** Writes whole lines, starting behind event `after`. Returns whether the last line has come. */
async function transfer(): Promise<boolean> {
  const response = await ask(from, `/export?after=${after}`, { headers });
  if (!response.ok && response.status !== 503) {
    fail(`the bridge answered ${response.status}: ${await response.text()}`);
  }
  if (!response.ok || !response.body) return false;
  let text = "";
  try {
    for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      const lines = text.split("\n");
      text = lines.pop() ?? "";
      for (const line of lines) {
        process.stdout.write(`${line}\n`);
        const { seq, event, end } = JSON.parse(line) as { seq?: number; event?: string; end?: number };
        if (event !== undefined && seq !== undefined) after = seq;
        if (end !== undefined) return true;
      }
    }
  } catch {
    // The connection broke. All lines before that are whole.
  }
  return false;
}
