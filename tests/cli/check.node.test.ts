import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";

/** `npm run check` with a file of secrets: its exit code and what it prints. */
async function check(secrets: string): Promise<[code: number | undefined, stdout: string, stderr: string]> {
  const folder = mkdtempSync(join(tmpdir(), "check-"));
  const file = join(folder, "secrets");
  writeFileSync(file, secrets);
  const words = [join(import.meta.dirname, "../../src/cli/check.ts"), "--secrets", file];
  const ended = await new Promise<[number | undefined, string, string]>((done) =>
    execFile(process.execPath, words, (error, stdout, stderr) =>
      done([error?.code as number | undefined, stdout.replaceAll(file, "secrets"), stderr]),
    ),
  );
  rmSync(folder, { recursive: true });
  return ended;
}

test("npm run check, which a deployment asks first, ends with 1 and a line for a secret that is too short", async () => {
  expect(await check("ADMIN_TOKEN=short\n")).toEqual([1, "", "ADMIN_TOKEN: must have at least 16 characters\n"]);
});

test("an empty secret is none, as in a copy of .dev.vars.example, and is not named among those that are right", async () => {
  const secrets = "ADMIN_TOKEN=\nMETRICS_TOKEN=sixteen-letters!\n";
  expect(await check(secrets)).toEqual([
    undefined,
    "the variables are right: wrangler.toml and secrets (METRICS_TOKEN)\n",
    "",
  ]);
});

test("a variable that is larger than Cloudflare takes is an error, before the deployment", async () => {
  const webhooks = (count: number) =>
    JSON.stringify(Array.from({ length: count }, (_, i) => `https://hook.example/${String(i).padStart(100, "0")}`));
  const [code, , error] = await check(`WEBHOOKS=${webhooks(50)}\n`);
  const bytes = webhooks(50).length;
  expect([code, error]).toEqual([1, `WEBHOOKS: has ${bytes} bytes, and Cloudflare takes 5120 (5 KB) of a variable\n`]);
});

test("an expression of a webhook that RE2 does not take is an error of check, not of the first event", async () => {
  const webhook = { url: "https://hook.example/", as: "text", feed: "kcna-en?filter_title=(missile" };
  const variables = `PUBLIC_URL=https://bridge.example\nWEBHOOKS='${JSON.stringify([webhook])}'\n`;
  const [code, , error] = await check(variables);
  expect([code, error]).toEqual([
    1,
    "WEBHOOKS[0].feed: filter_title is not a valid regular expression of RE2 (error parsing regexp: missing closing ): `(missile`)\n",
  ]);
});
