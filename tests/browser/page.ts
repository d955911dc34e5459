import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";

/** A page in a browser, watched. */

interface OpenPage {
  context: BrowserContext;
  page: Page;
  /** Whatever the console or the Content-Security-Policy complains of, and whatever runs or is asked that should not. */
  complaints: string[];
}

/** @param originOf the only origin that may be asked */
export async function openPage(
  browser: Browser,
  originOf: () => string,
  options: BrowserContextOptions = {},
): Promise<OpenPage> {
  const context = await browser.newContext({ viewport: { width: 1100, height: 900 }, ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("dialog", (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    return dialog.dismiss();
  });
  page.on("request", (request) => {
    if (!request.url().startsWith(originOf()) && !request.url().startsWith("data:"))
      complaints.push(`asked ${request.url()}`);
  });
  return { context, page, complaints };
}

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Accessibility violations, run in a world of its own so that the page's policy holds. */
export async function violations(context: BrowserContext, page: Page): Promise<string[]> {
  const session = await context.newCDPSession(page);
  const { frameTree } = await session.send("Page.getFrameTree");
  // The same world again, where the page has it already.
  const world = { frameId: frameTree.frame.id, worldName: "axe" };
  const { executionContextId } = await session.send("Page.createIsolatedWorld", world);
  const evaluate = async (expression: string) => {
    const { result } = await session.send("Runtime.evaluate", {
      expression,
      contextId: executionContextId,
      awaitPromise: true,
    });
    return String(result.value);
  };
  if ((await evaluate("typeof axe")) === "undefined") await evaluate(axe);
  const found = await evaluate(
    "axe.run().then((r) => JSON.stringify(r.violations.map((v) => v.id + ': ' + v.nodes.map((n) => n.html + n.failureSummary).join(' | '))))",
  );
  await session.detach();
  return JSON.parse(found);
}
