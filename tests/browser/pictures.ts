import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { startReplica } from "../replica/replica.ts";
import { printedDay } from "../replica/website.ts";
import { startWorker, TOKEN } from "../replica/worker.ts";
import { startChromium } from "./chromium.ts";

/** Takes the README's pictures, of the pages as they look with some days of the replica's articles. */
const FOLDER = join(import.meta.dirname, "../../.github/pictures");
const HOUR = 3600_000;

const replica = await startReplica();
for (const [number, listing] of replica.listings) {
  const hours = 5 + (Number(number) % 7);
  for (const [i, article] of listing.entries()) {
    const collectedAt = Date.now() - (1 + i * hours) * HOUR - (i % 5) * 7 * 60_000;
    article.key = `${Math.floor(collectedAt / 1000)}-${1000 + i}`;
    article.printed = printedDay(collectedAt);
  }
}
const worker = await startWorker({ KCNAWATCH_ORIGIN: replica.origin, ADMIN_TOKEN: TOKEN });
await fetch(`${worker.origin}/refresh/all`, { method: "POST", headers: { authorization: `Bearer ${TOKEN}` } });

const PAGES: Record<string, string> = {
  home: "/?source=kcna-en&words=kim+jong+un&without=weather#builder",
  feed: "/feeds/all?q=kim",
  health: "/health",
};
const LOOKS = {
  light: { viewport: { width: 960, height: 720 }, colorScheme: "light" },
  dark: { viewport: { width: 960, height: 720 }, colorScheme: "dark" },
  phone: { viewport: { width: 390, height: 720 }, colorScheme: "light" },
} as const;

mkdirSync(FOLDER, { recursive: true });
const browser = await startChromium();
for (const [look, options] of Object.entries(LOOKS)) {
  const page = await (await browser.newContext(options)).newPage();
  for (const [name, path] of Object.entries(PAGES)) {
    await page.goto(worker.origin + path);
    await page.evaluate("scrollTo(0, 0)");
    await page.screenshot({ path: join(FOLDER, `${name}-${look}.png`) });
  }
}
await browser.close();
await worker.stop();
await replica.close();
