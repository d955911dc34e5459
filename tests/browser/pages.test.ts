import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { RUNTIMES, startNode } from "../replica/node.ts";
import { type Replica, startReplica } from "../replica/replica.ts";
import { type RunningBridge, TOKEN } from "../replica/worker.ts";
import { XSS } from "../xss.ts";
import { startChromium } from "./chromium.ts";
import { openPage, violations } from "./page.ts";

/**
 * The pages in a real browser, against the bridge as users run it: on Node, and one of them on the Worker. That both send
 * the same pages is tested in `tests/e2e/runtimes.test.ts`.
 */

let replica: Replica;
let bridges: Map<string, RunningBridge>;
/** The one that is under test. */
let worker: RunningBridge;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let complaints: string[];

const hostile = { id: "hostile", name: "Hostile <b>name</b>", language: "en", article: 666 };

beforeAll(async () => {
  replica = await startReplica();
  replica.listings.set(
    "666",
    XSS.map((attack, i) => ({
      key: `${1769737240 - i * 60}-${100 + i}`,
      slug: `x-${i}`,
      title: attack,
      excerpt: `${i} ${attack}`,
      printed: "January 30, 2026",
    })).slice(0, 16),
  );
  const variables = {
    KCNAWATCH_ORIGIN: replica.origin,
    ADMIN_TOKEN: TOKEN,
    SOURCES: JSON.stringify([hostile]),
  };
  bridges = new Map();
  for (const { runtime, start } of RUNTIMES) {
    worker = await start(variables);
    bridges.set(runtime, worker);
    await refresh("all");
  }
  browser = await startChromium();
});
afterAll(async () => {
  await browser?.close();
  for (const bridge of bridges?.values() ?? []) await bridge.stop();
  await replica?.close();
});

const refresh = (source: string) =>
  fetch(`${worker.origin}/refresh/${source}`, { method: "POST", headers: { authorization: `Bearer ${TOKEN}` } });

async function open(options: BrowserContextOptions = {}): Promise<void> {
  await context?.close();
  ({ context, page, complaints } = await openPage(browser, () => worker.origin, options));
}

beforeEach(() => open());
afterEach(async () => {
  await context.close();
});

beforeEach(() => {
  worker = bridges.get("Node") as RunningBridge;
});

describe("building a feed", () => {
  test.each(RUNTIMES)(
    "on $runtime, words typed make the address and the preview, which agrees with the feed; its address is copied",
    async ({ runtime }) => {
      worker = bridges.get(runtime) as RunningBridge;
      await open();
      await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: worker.origin });
      await page.goto(worker.origin);
      await page.getByLabel("With these words").fill("houses");
      await page.getByLabel("Without these words").fill("kangwon");
      await page.getByLabel("Format").selectOption("json");
      const address = page.locator("#address");
      await expect
        .poll(() => address.textContent(), { timeout: 5000 })
        .toBe(`${worker.origin}/feeds/kcna-en.json?q=-kangwon+houses`);
      const preview = await page.locator("#result h3").allTextContents();
      expect(preview).toEqual(["Modern Houses Built in S. Hwanghae Province of DPRK"]);
      const feed = (await (await fetch((await address.textContent()) ?? "")).json()) as { items: { title: string }[] };
      expect(feed.items.map(({ title }) => title)).toEqual(preview);
      expect(await page.locator("#result mark").allTextContents()).toEqual(["Houses", "houses"]);

      await page.getByRole("button", { name: "Copy" }).click();
      await page.getByRole("button", { name: "Copied" }).waitFor();
      expect(await page.evaluate("navigator.clipboard.readText()")).toBe(await address.textContent());
      expect(complaints).toEqual([]);
    },
  );

  test("several sources, a day and the whole text; a mistake is said in words", async () => {
    await page.goto(worker.origin);
    await page.getByLabel("Rodong Sinmun (Kr)").check();
    await page.getByLabel("Since").fill("2026-01-30");
    await page.getByLabel("Text").selectOption("full");
    await expect
      .poll(() => page.locator("#address").textContent())
      .toBe(`${worker.origin}/feeds/kcna-en+rodong-ko.rss?content=full&since=2026-01-30`);
    await page.getByLabel("With these words").fill('"unbalanced');
    await expect.poll(() => page.locator("#result .bad").textContent()).toContain("quote");
  });

  test("without script it is a form that does the same", async () => {
    await open({ javaScriptEnabled: false });
    await page.goto(worker.origin);
    await page.getByLabel("With these words").fill("houses");
    await page.getByLabel("Format").selectOption("atom");
    await page.getByRole("button", { name: "Make the feed" }).click();
    await page.waitForURL(/words=houses/);
    expect(await page.locator("#address").textContent()).toBe(`${worker.origin}/feeds/kcna-en.atom?q=houses`);
    expect(await page.getByLabel("With these words").inputValue()).toBe("houses");
    expect(await page.locator("#result h3").count()).toBe(2);
  });

  test("common readers are a click away", async () => {
    await page.goto(worker.origin);
    const links = await page.locator("#result .formats a").evaluateAll((all) => all.map((a) => a.getAttribute("href")));
    expect(links[0]).toBe(`feed:${worker.origin}/feeds/kcna-en.rss`);
    expect(links).toContain(
      `https://feedly.com/i/subscription/feed/${encodeURIComponent(`${worker.origin}/feeds/kcna-en.rss`)}`,
    );
  });
});

describe("a feed's page", () => {
  test("days, lines, marked words, paging and the filtered feeds for autodiscovery", async () => {
    await page.goto(`${worker.origin}/feeds/kcna-en?q=pyongyang&limit=6`);
    expect(await page.locator(".rows h2").allTextContents()).toEqual([
      "Friday, 30 January 2026",
      "Thursday, 29 January 2026",
    ]);
    expect(await page.locator("article h3").count()).toBe(6);
    expect(await page.locator("article mark").first().textContent()).toBe("Pyongyang");
    const found = await page
      .locator("link[rel=alternate]")
      .evaluateAll((all) => all.map((a) => a.getAttribute("href")));
    expect(found).toEqual(
      ["rss", "atom", "json"].map((format) => `${worker.origin}/feeds/kcna-en.${format}?limit=6&q=pyongyang`),
    );
    for (const href of found) expect((await fetch(href ?? "")).status).toBe(200);
    await page.getByRole("link", { name: "Older articles" }).click();
    await page.waitForURL(/before=/);
    expect(await page.locator("article h3").first().textContent()).toBe(
      "Meeting Held in DPRK to Review Agriculture for 2025",
    );
    expect(complaints).toEqual([]);
  });

  test("empty and failing are said in words; a mistake is a page, in the place of a feed it is data", async () => {
    await page.goto(`${worker.origin}/feeds/kcna-en?q=zzzz`);
    expect(await page.locator("main").textContent()).toContain("Nothing matches");
    replica.faults.set("/article/156/", "503");
    await refresh("kcna-en");
    replica.faults.clear();
    await page.goto(`${worker.origin}/feeds/kcna-en`);
    expect(await page.getByRole("status").textContent()).toContain("the website has an internal error (503)");
    await page.goto(`${worker.origin}/health`);
    expect(await page.locator(".health").textContent()).toContain("http-503");
    await refresh("kcna-en");
    complaints.length = 0;
    const wrong = await page.goto(`${worker.origin}/feeds/kcna-en?limt=5`);
    expect(wrong?.status()).toBe(400);
    expect(await page.locator("main").textContent()).toContain("did you mean limit?");
    const data = await page.goto(`${worker.origin}/feeds/kcna-en.rss?limt=5`);
    expect(data?.headers()["content-type"]).toBe("application/problem+json");
  });
});

/** An article of the replica; below, it is edited before its pages are looked at. */
const ARTICLE = "/articles/kcnawatch/1769737240-205284";

const PAGES = [
  "/",
  "/feeds/kcna-en?q=pyongyang",
  "/feeds/all",
  "/feeds/kcna-en/2026-01",
  "/feeds/kcna-en/changes",
  "/feeds/kcna-en/status",
  ARTICLE,
  `${ARTICLE}/v1`,
  `${ARTICLE}?from=1&view=side-by-side`,
  "/health",
  "/nothing",
];

describe("quality", () => {
  beforeAll(async () => {
    const [first, ...others] = replica.listings.get("156") ?? [];
    if (!first) throw new Error("the replica lists nothing");
    replica.listings.set("156", [{ ...first, title: `${first.title}, Corrected` }, ...others]);
    await refresh("kcna-en");
  });

  test.each(PAGES)(
    "%s: no accessibility violation, light and dark, wide and narrow; nothing runs over the edge",
    async (path) => {
      await page.goto(worker.origin + path);
      for (const colorScheme of ["light", "dark"] as const) {
        for (const width of [1100, 360]) {
          await page.emulateMedia({ colorScheme });
          await page.setViewportSize({ width, height: 800 });
          expect(await violations(context, page)).toEqual([]);
          expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
          expect(complaints.filter((text) => !text.includes("404"))).toEqual([]);
        }
      }
    },
  );

  test("the longest state of a source fits on the narrowest phone (WCAG 1.4.10)", async () => {
    await page.goto(worker.origin);
    await page.setViewportSize({ width: 320, height: 640 });
    const write = 'span.textContent = "cannot be read; articles may be missing"';
    await page.evaluate(`for (const span of document.querySelectorAll(".list .dot + span")) ${write}`);
    expect(await page.locator(".list .dot + span").count()).toBeGreaterThan(2);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(320);
  });

  test("dark is dark", async () => {
    const paper = () => page.evaluate("getComputedStyle(document.body).backgroundColor");
    await page.goto(worker.origin);
    expect(await paper()).toBe("rgb(255, 255, 255)");
    await open({ colorScheme: "dark" });
    await page.goto(worker.origin);
    expect(await paper()).toBe("rgb(18, 20, 23)");
  });

  test("the keyboard reaches the content first, then everything", async () => {
    await page.goto(worker.origin);
    await page.keyboard.press("Tab");
    expect(await page.evaluate("document.activeElement.textContent.trim()")).toBe("Skip to content");
    await page.keyboard.press("Enter");
    await page.waitForURL(/#main$/, { waitUntil: "commit" });
  });

  test("Korean is marked as Korean", async () => {
    await page.goto(`${worker.origin}/feeds/rodong-ko`);
    expect(await page.locator("article h3").first().getAttribute("lang")).toBe("ko");
    expect(await page.locator("article summary").first().getAttribute("lang")).toBe("ko");
  });

  test.each(PAGES)("%s is small and allows nothing from elsewhere", async (path) => {
    const response = await fetch(worker.origin + path, { headers: { accept: "text/html" } });
    expect((await response.arrayBuffer()).byteLength).toBeLessThan(40_000);
    const policy = response.headers.get("content-security-policy") ?? "";
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/unsafe|\*|https?:/);
  });
});

describe("hostile articles", () => {
  test("nothing of them runs in the pages, or in a reader that shows the feeds' HTML", async () => {
    for (let start = 0; start < XSS.length; start += 16) {
      const from = Math.min(start, XSS.length - 16);
      const some = XSS.slice(from, from + 16);
      replica.listings.set(
        "666",
        some.map((attack, i) => ({
          key: `${1769737240 - (from + i) * 60}-${100 + from + i}`,
          slug: `x-${i}`,
          title: attack,
          excerpt: `${i} ${attack}`,
          printed: "January 30, 2026",
          body: [attack],
        })),
      );
      for (let i = 0; i < 6; i++) await refresh("hostile");
    }
    const articles = XSS.slice(0, 24).map((_, i) => `/articles/kcnawatch/${1769737240 - i * 60}-${100 + i}`);
    const pages = [
      "/",
      "/?source=hostile",
      "/feeds/hostile?limit=100",
      "/feeds/hostile/2026-01",
      "/health",
      ...articles,
    ];
    for (const path of pages) {
      await page.goto(worker.origin + path);
      await page.evaluate(
        "document.querySelectorAll('a,h3,p').forEach((e) => { e.dispatchEvent(new Event('mouseover')); e.focus && e.focus() })",
      );
    }
    for (const format of ["rss", "atom"])
      await page.goto(`${worker.origin}/feeds/hostile.${format}?content=full&limit=100`).catch(() => {});
    const feed = (await (await fetch(`${worker.origin}/feeds/hostile.json?content=full&limit=100`)).json()) as {
      items: { title: string; content_html?: string; content_text?: string }[];
    };
    expect(feed.items.length).toBe(XSS.length);
    const html = feed.items
      .map(
        ({ content_html, content_text }) =>
          `<div>${content_html ?? ""}${content_html ? "" : (content_text ?? "").replaceAll("<", "&lt;")}</div>`,
      )
      .join("");
    await page.goto("about:blank");
    await page.setContent(`<!DOCTYPE html>${html}`);
    await page.waitForTimeout(300);
    expect(await page.locator("script,iframe,object,embed,form,style,[onerror],[onload],[onclick]").count()).toBe(0);
    expect(complaints.filter((text) => text.startsWith("dialog"))).toEqual([]);
  });
});

describe("a private bridge", () => {
  let closed: RunningBridge;
  beforeAll(async () => {
    closed = await startNode({
      KCNAWATCH_ORIGIN: replica.origin,
      ADMIN_TOKEN: TOKEN,
      ACCESS_KEY: "open & shut & open",
    });
    const headers = { authorization: `Bearer ${TOKEN}` };
    await fetch(`${closed.origin}/refresh/all`, { method: "POST", headers });
  });
  afterAll(() => closed?.stop());

  test("asks for its key once; then everything on its pages works, the address to copy too", async () => {
    await page.goto(closed.origin);
    await page.getByLabel("Key").fill("open & shut & open");
    await page.getByRole("button", { name: "Open" }).click();
    await page.waitForURL(/key=/);
    await page.getByLabel("With these words").fill("houses");
    const address = page.locator("#address");
    const url = `${closed.origin}/feeds/kcna-en.rss?q=houses&key=open+%26+shut+%26+open`;
    await expect.poll(() => address.textContent(), { timeout: 5000 }).toBe(url);
    expect((await fetch(url)).status).toBe(200);
    expect(await page.locator("#result").textContent()).toContain("the address contains its key");
    await page.getByRole("link", { name: "see all of them" }).click();
    await page.waitForURL(/\/feeds\/kcna-en\?/);
    expect(await page.locator("aside").textContent()).toContain("the address contains its key");
    await page.getByRole("searchbox").fill("kangwon");
    await page.keyboard.press("Enter");
    await page.waitForURL(/q=kangwon/);
    expect(await page.locator("article h3").count()).toBe(1);
    await page.getByRole("link", { name: "Health" }).click();
    await page.waitForURL(/\/health\?/);
    expect(await page.locator("h1").textContent()).toBe("Health");
  });
});
