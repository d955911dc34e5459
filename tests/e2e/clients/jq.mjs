import { readFileSync } from "node:fs";
import jq from "jq-wasm";

/** `jq [options] <filter> [file]`, for machines without jq. */
const options = process.argv.slice(2).filter((word) => word.startsWith("-"));
const [filter, file] = process.argv.slice(2).filter((word) => !word.startsWith("-"));
try {
  // With -j, no line is ended. The library cuts line feeds at the end: a mark stands behind them.
  const isJoined = options.some((option) => /^-\w*j/.test(option));
  const asked = isJoined ? `(${filter}), "."` : filter;
  const output = await jq.raw(readFileSync(file ?? 0, "utf8"), asked, options);
  if (output) process.stdout.write(isJoined ? output.slice(0, -1) : `${output}\n`);
  // With -e, no result and a null are a failure.
  const isEmpty = output === "" || output === "null";
  if (isEmpty && options.some((option) => /^-\w*e/.test(option))) process.exitCode = 4;
} catch (error) {
  console.error(`jq: ${error.message}`);
  process.exitCode = 5;
}
