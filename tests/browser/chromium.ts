import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, chromium as playwright } from "playwright-core";

/**
 * The Chromium that `npm ci` brings; nothing is downloaded, and it calls nobody by itself.
 *
 * Its package is made for Lambda: it unpacks into the folder for temporary files and takes whatever lies there, also
 * from a run that was stopped in the middle. So it gets a folder of its own. Where the machine lacks the libraries that
 * Chromium wants (a bare Debian has no NSS, and no font), those that the package has for Lambda take their place.
 */
export async function startChromium(): Promise<Browser> {
  const folder = mkdtempSync(join(tmpdir(), "chromium-"));
  const own = { TMPDIR: folder, AWS_LAMBDA_JS_RUNTIME: "nodejs24.x" };
  const executablePath = await withEnv(own, async () => {
    const { default: chromium } = await import("@sparticuz/chromium");
    return chromium.executablePath();
  });
  const fonts = join(folder, "fonts.conf");
  writeFileSync(fonts, `<fontconfig><dir>${join(folder, "fonts")}</dir><cachedir>${folder}</cachedir></fontconfig>`);
  const brought = { LD_LIBRARY_PATH: join(folder, "al2023", "lib"), FONTCONFIG_FILE: fonts };
  const runs = spawnSync(executablePath, ["--version"], { encoding: "utf8" }).status === 0;
  const browser = await playwright.launch({
    executablePath,
    // The package's own arguments are for a function that opens one page and ends; a context closed in one process
    // would take the browser with it.
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
    env: { ...(process.env as Record<string, string>), ...(!runs && brought) },
    headless: true,
  });
  browser.on("disconnected", () => rmSync(folder, { recursive: true, force: true }));
  return browser;
}

/** Runs with variables set, and leaves them as they were. */
async function withEnv<T>(variables: Record<string, string>, run: () => Promise<T>): Promise<T> {
  const before = Object.keys(variables).map((name) => [name, process.env[name]] as const);
  // The package adds to these two by itself.
  const added = ["LD_LIBRARY_PATH", "FONTCONFIG_PATH"].map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, variables);
  try {
    return await run();
  } finally {
    for (const [name, value] of [...before, ...added]) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
}
