import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { loadEnvFile } from "../../src/platform/node-env-file.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "env-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** What a file adds to an environment. */
function read(content: string | Buffer, env: Record<string, string> = {}) {
  const file = join(folder, ".env");
  writeFileSync(file, content);
  loadEnvFile(file, env);
  return env;
}

describe("a file .env", () => {
  test("is read as editors on Windows save it: with a mark at its beginning, and two characters at the end of a line", () => {
    expect(read("\uFEFFHUB=off\r\nSITES = '[{\r\n}]'\r\n# a comment\r\n")).toEqual({ HUB: "off", SITES: "[{\n}]" });
  });

  test("does not replace what is in the environment, and need not exist", () => {
    expect(read("HUB=off\nPORT=1\n", { PORT: "2" })).toEqual({ HUB: "off", PORT: "2" });
    loadEnvFile(join(folder, "none"), {});
  });

  test("in UTF-16 is an error, not one without variables: the bridge would not be private", () => {
    for (const mark of ["\uFEFF", ""]) {
      const utf16 = Buffer.from(`${mark}ACCESS_KEY=a-key-that-is-long\n`, "utf16le");
      expect(() => read(utf16)).toThrow(/\.env cannot be read: it must be a text in UTF-8$/);
    }
  });

  test("with the quotes of wrangler.toml is an error that says which it takes: they would be an empty text", () => {
    for (const line of ['SITES = """[{', "  export  SITES='''[{", 'SITES  =  """[{'])
      expect(() => read(`HUB=off\n${line}\n}]"""\n`)).toThrow(/\.env: SITES has three quotes/);
    expect(read(`# in TOML: SITES = """\nHUB=off\n`)).toEqual({ HUB: "off" });
    expect(read('SITES=\'"""\'')).toEqual({ SITES: '"""' });
  });

  test("that is a folder is an error that says so", () => {
    expect(() => loadEnvFile(folder, {})).toThrow(/cannot be read: EISDIR: /);
  });
});
