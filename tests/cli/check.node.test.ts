import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";

test("npm run check, which a deployment asks first, ends with 1 and a line for a secret that is too short", async () => {
  const folder = mkdtempSync(join(tmpdir(), "check-"));
  const secrets = join(folder, "secrets");
  writeFileSync(secrets, "ADMIN_TOKEN=short\n");
  const words = [join(import.meta.dirname, "../../src/cli/check.ts"), "--secrets", secrets];
  const ended = await new Promise((done) =>
    execFile(process.execPath, words, (error, stdout, stderr) => done([error?.code, stdout, stderr])),
  );
  rmSync(folder, { recursive: true });
  expect(ended).toEqual([1, "", "ADMIN_TOKEN: must have at least 16 characters\n"]);
});
