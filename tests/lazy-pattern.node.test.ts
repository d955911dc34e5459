import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const SRC = join(import.meta.dirname, "../src");
/** Runs on Node alone, where no isolate starts. */
const NODE_ONLY = /^(?:cli|platform\/node)/;

test("no new isolate checks an expression with classes of Unicode before it uses it", () => {
  const files = globSync("**/*.{ts,tsx}", { cwd: SRC }).filter((file) => !NODE_ONLY.test(file));
  const lines = files.flatMap((file) =>
    readFileSync(join(SRC, file), "utf8")
      .split("\n")
      .map((line) => `${file}: ${line.trim()}`),
  );
  const classes = lines.filter((line) => /\\p\{(?!ASCII)/i.test(line) && !/: (?:\/\/|\/?\*)/.test(line));
  expect(classes.length).toBeGreaterThan(20);
  expect(classes.filter((line) => !line.includes("lazyPattern."))).toEqual([]);
});
