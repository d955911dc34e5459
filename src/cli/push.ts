import { readFileSync } from "node:fs";
import { newestPath } from "../sites/addresses.ts";
import { BUILT_IN } from "../sites/index.ts";
import { ask, authorization, bridgeAddress, fail, readOptions } from "./command.ts";

/**
 * `npm run push -- --to https://bridge.example --source kcna-en`: fetches a listing from the machine that it runs on
 * and pushes it to a bridge. Use it in a crontab at home if the website blocks the bridge.
 */
const USAGE = `npm run push -- --to <bridge> --source <id> [--url <page>] [--file <page.html>]

  --to      address of the bridge
  --source  id of the source, such as kcna-en
  --url     address of the page: a listing, a load-more fragment or an article; the source's listing by default
  --file    the page itself, fetched before; otherwise it is fetched now

The bridge's ADMIN_TOKEN is taken from the environment.`;

const { values } = readOptions(["to", "source", "url", "file"], USAGE);
const { source, url, file } = values;
if (!source) fail(USAGE);
const to = bridgeAddress(values.to, USAGE);
const headers = authorization();
const known = BUILT_IN.find(({ id }) => id === source);
const page = url ?? (known && known.site.origin + newestPath(known));
if (!page || !URL.canParse(page))
  fail(`--url is needed: ${source} is not one of ${BUILT_IN.map(({ id }) => id).join(", ")}`);

async function fetched(address: string): Promise<{ body: Uint8Array<ArrayBuffer>; type: string }> {
  const response = await fetch(address, { signal: AbortSignal.timeout(30_000) }).catch((error) =>
    fail(`${address} could not be fetched: ${error.cause ?? error}`),
  );
  if (!response.ok) fail(`${address} answered ${response.status}`);
  return {
    body: new Uint8Array(await response.arrayBuffer()),
    type: response.headers.get("content-type") ?? "text/html",
  };
}

function fromFile(path: string): { body: Uint8Array<ArrayBuffer>; type: string } {
  try {
    return { body: new Uint8Array(readFileSync(path)), type: "text/html" };
  } catch (error) {
    fail(`${path} could not be read: ${(error as Error).message}`);
  }
}

const { body, type } = file ? fromFile(file) : await fetched(page);
const answer = await ask(to, `/ingest/${encodeURIComponent(source)}?url=${encodeURIComponent(page)}`, {
  method: "POST",
  headers: { ...headers, "content-type": type },
  body,
});
const result = await answer.text();
if (!answer.ok) fail(`the bridge answered ${answer.status}: ${result}`);
console.log(result);
