import { readFileSync } from "node:fs";
import { registerHooks } from "node:module";
import { fileURLToPath } from "node:url";
import { transformSync } from "esbuild";

/**
 * Node reads TypeScript by itself, but no JSX: that is compiled here, as `tsconfig.json` says. `?raw` is a file's text, as
 * in Vite. What Cloudflare's runtime provides is a stand-in.
 */

const CLOUDFLARE = new URL("cloudflare-on-node.ts", import.meta.url).href;

registerHooks({
  resolve: (name, context, nextResolve) =>
    /^cloudflare:(?:workers|test)$/.test(name) ? { url: CLOUDFLARE, shortCircuit: true } : nextResolve(name, context),
  load(url, context, nextLoad) {
    if (url.endsWith("?raw")) {
      const text = JSON.stringify(readFileSync(fileURLToPath(url), "utf8"));
      return { format: "module", source: `export default ${text}`, shortCircuit: true };
    }
    if (!url.endsWith(".tsx")) return nextLoad(url, context);
    const { code } = transformSync(readFileSync(fileURLToPath(url), "utf8"), {
      loader: "tsx",
      target: "node24",
      jsx: "automatic",
      jsxImportSource: "hono/jsx",
      sourcefile: fileURLToPath(url),
      sourcemap: "inline",
    });
    return { format: "module", source: code, shortCircuit: true };
  },
});
