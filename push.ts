import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { BUILT_IN } from "./src/sites/index.ts";

/**
 * `npm run push -- --to https://bridge.example --source kcna-en`: fetches a listing from the machine that it runs on
 * and pushes it into a bridge. A line of crontab at home keeps a bridge fed that the website blocks.
 */
const USAGE = `npm run push -- --to <bridge> --source <id> [--url <page>] [--file <page.html>]

  --to      address of the bridge
  --source  id of the source, such as kcna-en
  --url     address of the page: a listing, a load-more fragment or an article; the source's listing by default
  --file    the page itself, fetched before; otherwise it is fetched now

The bridge's ADMIN_TOKEN is taken from the environment.`;

function fail(message: string): never {
  console.error(message);
  process.exit(1);
}

function options() {
  try {
    const string = { type: "string" } as const;
    return parseArgs({ options: { to: string, source: string, url: string, file: string } }).values;
  } catch (error) {
    fail(`${(error as Error).message}\n\n${USAGE}`);
  }
}

const { to, source, url, file } = options();
const token = process.env.ADMIN_TOKEN;
if (!to || !URL.canParse(to) || !source) fail(USAGE);
if (!token) fail("ADMIN_TOKEN is not set");
const known = BUILT_IN.find(({ id }) => id === source);
const page = url ?? (known && known.site.origin + known.site.listing(known));
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
const target = `${to.replace(/\/+$/, "")}/ingest/${encodeURIComponent(source)}?url=${encodeURIComponent(page)}`;
const answer = await fetch(target, {
  method: "POST",
  headers: { authorization: `Bearer ${token}`, "content-type": type },
  body,
}).catch((error) => fail(`the bridge at ${to} could not be reached: ${error.cause ?? error}`));
const told = await answer.text();
if (!answer.ok) fail(`the bridge answered ${answer.status}: ${told}`);
console.log(told);
