import { spawnSync } from "node:child_process";
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * The programs that the example clients use: the machine's own, else the same programs from npm (jq and Python as
 * WebAssembly, and a few lines for `curl -fsS`). With TOOLS=npm the latter are used in any case.
 */
export function clientTools(folder: string): { PATH: string } {
  const bin = (name: string, script: string) => {
    const file = join(folder, name);
    writeFileSync(file, `#!${process.execPath} --no-warnings\n${script}`);
    chmodSync(file, 0o755);
  };
  const isMissing = (name: string) =>
    process.env.TOOLS === "npm" || spawnSync(name, ["--version"], { stdio: "ignore" }).status !== 0;
  const shims = { curl: "curl.mjs", jq: "jq.mjs", python3: "python.mjs", sha256sum: "sha256sum.mjs" };
  for (const [name, file] of Object.entries(shims)) {
    if (isMissing(name)) bin(name, `import(${JSON.stringify(join(import.meta.dirname, file))});`);
  }
  return { PATH: `${folder}:${process.env.PATH}` };
}
