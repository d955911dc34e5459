import { spawn } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, expect, test } from "vitest";

/** `npm run push`, with a website and a bridge that are one server. */

const server = createServer(async (request, response) => {
  asked.push(`${request.method} ${request.url}`);
  if (request.method === "POST") return response.end(`got ${await text(request)}`);
  return response.setHeader("content-type", "text/html").end("the listing");
});
const asked: string[] = [];
await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
afterAll(() => server.close());

const push = (to: string, env: Record<string, string>) => run(["--to", to, "--source", "kcna-en"], env);

async function run(options: string[], env: Record<string, string> = {}) {
  const script = join(import.meta.dirname, "../../src/cli/push.ts");
  const child = spawn(process.execPath, [script, ...options], {
    env: { PATH: process.env.PATH, ADMIN_TOKEN: "a-token-for-the-tests", ...env },
  });
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { output, errors };
}

test("--help prints the usage, and is no error", async () => {
  const { output, errors } = await run(["--help"]);
  expect([output.split("\n")[0], errors]).toEqual([expect.stringMatching(/^npm run push -- --to <bridge>/), ""]);
});

test("a page is fetched at {SITE}_ORIGIN, and pushed as the website's own; a bridge that is not there is named with the reason", async () => {
  const { output, errors } = await push(origin, { KCNAWATCH_ORIGIN: origin });
  expect([output, errors]).toEqual(["got the listing\n", ""]);
  const [fetched = "", pushed = ""] = asked;
  expect(fetched).toMatch(/^GET \/\S+$/);
  expect(pushed).toContain(encodeURIComponent(`https://kcnawatch.org${fetched.slice(4)}`));
  const nobody = await push("http://127.0.0.1:9009", { KCNAWATCH_ORIGIN: origin });
  expect(nobody.errors).toMatch(/^the bridge at \S+ could not be reached: .*ECONNREFUSED/);
});
