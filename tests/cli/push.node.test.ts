import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, expect, test } from "vitest";

/** `npm run push`, with a website and a bridge that are one server. */

const server = createServer(async (request, response) => {
  asked.push(`${request.method} ${request.url}`);
  agents.add(request.headers["user-agent"]);
  if (request.method === "POST") {
    types.push(request.headers["content-type"]);
    return response.end(`got ${await text(request)}`);
  }
  if (refused && request.url?.includes(refused)) return response.writeHead(403).end();
  return response.setHeader("content-type", "text/html").end(listing);
});
const asked: string[] = [];
/** `Content-Type` of what was pushed. */
const types: (string | undefined)[] = [];
/** Who the website and the bridge were told that asks. */
const agents = new Set<string | undefined>();
let listing = "the listing";
const folder = mkdtempSync(join(tmpdir(), "push-"));
/** A part of the addresses that the website refuses. */
let refused: string | undefined;
await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

const push = (to: string, env: Record<string, string>) => run(["--to", to, "--source", "kcna-en"], env);

async function run(options: string[], env: Record<string, string> = {}, node: string[] = []) {
  const script = join(import.meta.dirname, "../../src/cli/push.ts");
  const child = spawn(process.execPath, [...node, script, ...options], {
    env: { PATH: process.env.PATH, ADMIN_TOKEN: "a-token-for-the-tests", ...env },
  });
  const ended = new Promise<number | null>((end) => child.once("close", end));
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { output, errors, code: await ended };
}

test("a page is fetched at {SITE}_ORIGIN by the name that the bridge has, and pushed as the website's own; a bridge that is not there is named with the reason", async () => {
  const { output, errors } = await push(origin, { KCNAWATCH_ORIGIN: origin });
  expect([output, errors, [...agents]]).toEqual([
    "got the listing\n",
    "",
    ["kcna-feed-bridge/1 (feed reader bridge)", "node"],
  ]);
  const [fetched = "", pushed = ""] = asked;
  expect(fetched).toMatch(/^GET \/\S+$/);
  expect(pushed).toContain(encodeURIComponent(`https://kcnawatch.org${fetched.slice(4)}`));
  const nobody = await push("http://127.0.0.1:9009", { KCNAWATCH_ORIGIN: origin });
  expect(nobody.errors).toMatch(/^the bridge at \S+ could not be reached: .*ECONNREFUSED/);
});

test("of several sources, one that fails does not stop those behind it, and the command ends with 1", async () => {
  refused = "/article/156/";
  const sources = ["--source", "kcna-en,rodong-ko+kcna-en"];
  const { output, errors, code } = await run(["--to", origin, ...sources], { KCNAWATCH_ORIGIN: origin });
  refused = undefined;
  expect([output, errors, code]).toEqual([
    "rodong-ko: got the listing\n",
    `kcna-en: ${origin}/article/156/ answered 403\n`,
    1,
  ]);
});

test("a website is waited for as long as the bridge waits for it: kcna.kp may take 80 seconds", async () => {
  // Says how long instead of waiting.
  const told = "AbortSignal.timeout = (ms) => (console.error(ms), new AbortController().signal)";
  const { output, errors } = await run(["--to", origin, "--source", "kp-kcna-en"], { KCNA_ORIGIN: origin }, [
    `--import=data:text/javascript,${encodeURIComponent(told)}`,
  ]);
  expect([output, errors]).toEqual(["got the listing\n", "90000\n"]);
});

test("the pictures inside a page are not pushed: a page of rodong.rep.kp has 16 MB of them, and a bridge takes 2 MiB", async () => {
  listing = `the <img src="data:image/png;base64,${"A".repeat(3_000_000)}"> listing`;
  const file = join(folder, "page.html");
  writeFileSync(file, listing);
  const options = ["--to", origin, "--source", "kp-rodong-ko"];
  const pushed = await Promise.all([run(options, { RODONG_ORIGIN: origin }), run([...options, "--file", file])]);
  listing = "the listing";
  const expected = { output: 'got the <img src="data:"> listing\n', errors: "", code: 0 };
  expect(pushed).toEqual([expected, expected]);
});

test("the links of a mirror's page are pushed as the website's, whatever its charset: the bridge need not know the mirror", async () => {
  listing = `<a href="${origin}/a/">a</a> <a href="//${origin.slice(7)}/b/">b</a> <a href="/c/">c</a> 김`;
  const { output } = await run(["--to", origin, "--source", "kcna-en"], { KCNAWATCH_ORIGIN: origin });
  listing = "the listing";
  const links = '<a href="https://kcnawatch.org/a/">a</a> <a href="//kcnawatch.org/b/">b</a> <a href="/c/">c</a> 김';
  expect(output).toBe(`got ${links}\n`);
});

test("a page that was saved is not said to be HTML: what Choson Sinbo's API answers is none, and was refused", async () => {
  const file = join(folder, "posts.json");
  writeFileSync(file, "[]");
  types.length = 0;
  const { output, errors } = await run(["--to", origin, "--source", "chosonsinbo-ko", "--file", file]);
  expect([output, errors, types]).toEqual(["got []\n", "", [undefined]]);
});

test("a source that is not built in is an error before anything is fetched, and so is one address for two sources", async () => {
  asked.length = 0;
  const wrong: [options: string[], error: RegExp][] = [
    [["kcna-em"], /^kcna-em is not built in; did you mean kcna-en\?/],
    [["mine"], /^mine is not built in, so it needs --url; built in are kcna-en, /],
    [["kcna-en,kcna-ko", "--url", `${origin}/`], /^--url and --file are for one source/],
  ];
  const results = await Promise.all(wrong.map(([options]) => run(["--to", origin, "--source", ...options])));
  expect(results.map(({ errors, code }) => [errors, code])).toEqual(
    wrong.map(([, error]) => [expect.stringMatching(error), 1]),
  );
  expect(asked).toEqual([]);
});
