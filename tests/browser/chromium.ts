import chromium from "@sparticuz/chromium";
import { type Browser, chromium as playwright } from "playwright-core";

/**
 * The Chromium that `npm ci` brings; nothing is downloaded, and it calls nobody by itself. Its package's own arguments
 * are for a function that opens one page and ends; a context closed in one process would take the browser with it.
 */
export async function startChromium(): Promise<Browser> {
  return playwright.launch({
    executablePath: await chromium.executablePath(),
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
    headless: true,
  });
}
