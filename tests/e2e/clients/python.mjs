import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { loadPyodide } from "pyodide";

/** `python3 <script> <arguments>`, for machines without Python: only what the example needs of it. */
const [script, ...words] = process.argv.slice(2);
const python = await loadPyodide();
const file = resolve(words.at(-1));
python.mountNodeFS("/files", dirname(file));
// Pyodide has no sockets: another process fetches, and this one waits for it.
python.globals.set("fetch_text", (address) => {
  const curl = join(import.meta.dirname, "curl.mjs");
  const { status, stdout } = spawnSync(process.execPath, [curl, address], { encoding: "utf8", maxBuffer: 1e9 });
  if (status !== 0) throw new Error(`${address} could not be fetched`);
  return stdout;
});
python.globals.set("arguments", python.toPy([script, ...words.slice(0, -1), file.replace(dirname(file), "/files")]));
python.runPython(`
import io, sys, urllib.request
sys.argv = list(arguments)
urllib.request.urlopen = lambda address: io.BytesIO(fetch_text(address).encode())
`);
try {
  python.runPython(readFileSync(script, "utf8"));
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
