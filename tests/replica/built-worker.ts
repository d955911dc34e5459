import { join } from "node:path";
import { buildSync } from "esbuild";
import { startKv } from "../bench/stores.ts";
import { startWorkerd } from "../bench/workerd.ts";
import { buildOnce } from "./builds.ts";
import type { RunningBridge } from "./worker.ts";

/**
 * The Worker, built as a deployment is, in workerd itself: it starts in a tenth of the time that `wrangler dev` takes,
 * under which `npm run demo -- --still` and `npm run dev` run it (`tests/e2e/readme.test.ts`).
 *
 * @param variables of wrangler.toml, and secrets
 */
export async function startBuiltWorker(variables: Record<string, string>): Promise<RunningBridge> {
  const kv = await startKv(new Map(), () => true);
  try {
    const worker = await startWorkerd({ script: buildOnce("worker.js", script), variables, kv: kv.address });
    return {
      origin: worker.origin,
      async stop() {
        await worker.stop();
        await kv.close();
      },
    };
  } catch (error) {
    await kv.close();
    throw error;
  }
}

/** What Wrangler has esbuild make of it; `tests/e2e/readme.test.ts` has Wrangler itself build it. */
function script(): string {
  const { outputFiles } = buildSync({
    entryPoints: [join(import.meta.dirname, "scheduled.ts")],
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    target: "es2024",
    conditions: ["workerd", "worker", "browser"],
    external: ["cloudflare:*"],
  });
  return outputFiles[0]?.text ?? "";
}
