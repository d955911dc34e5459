import type { Browser, BrowserContextOptions, Locator } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Shown } from "../replica/markup.ts";
import { startNode } from "../replica/node.ts";
import { type Replica, startReplica } from "../replica/replica.ts";
import { printedDay } from "../replica/website.ts";
import { type RunningBridge, TOKEN } from "../replica/worker.ts";
import { startChromium } from "./chromium.ts";
import { openPage, violations } from "./page.ts";

/**
 * What a reader does in the morning, in a real browser: each task within three clicks from the home page. On Node, since
 * the Worker sends the same pages (`tests/e2e/runtimes.test.ts`).
 */

const HOUR = 3600_000;
const KOREAN_MISSILE = "미싸일총국 시험발사 진행";
const OLDER_MISSILE = "미싸일련합부대 훈련";

let replica: Replica;
let browser: Browser;
let bridge: RunningBridge;
let open: Awaited<ReturnType<typeof openPage>>;
let clicks: number;

beforeAll(async () => {
  replica = await startReplica();
  const [english = [], rodong = [], korean = []] = ["156", "189661", "190036"].map((n) => replica.listings.get(n));
  // More than a month, so that there are two bars and two months; two articles of the last day.
  for (const [i, article] of english.entries()) date(article, Date.now() - (i < 2 ? 1 + i : i * 70) * HOUR, i);
  for (const [i, article] of rodong.entries()) date(article, Date.now() - (30 + i * 47) * HOUR, 100 + i);
  for (const [i, article] of korean.entries()) date(article, Date.now() - (40 + i * 70) * HOUR, 200 + i);
  Object.assign(rodong[1] as Shown, { title: KOREAN_MISSILE });
  Object.assign(rodong[8] as Shown, { title: OLDER_MISSILE });
  const edited = rodong[0] as Shown;
  bridge = await startNode({ KCNAWATCH_ORIGIN: replica.origin, ADMIN_TOKEN: TOKEN });
  await refresh();
  edited.title = `${edited.title} (정정)`;
  await refresh();
  browser = await startChromium();
});
afterAll(async () => {
  await browser?.close();
  await bridge?.stop();
  await replica?.close();
});
afterEach(() => open.context.close());

function date(article: Shown, ms: number, digits: number): void {
  article.key = `${Math.floor(ms / 1000)}-${1000 + digits}`;
  article.printed = printedDay(ms);
}

const refresh = () =>
  fetch(`${bridge.origin}/refresh/all`, { method: "POST", headers: { authorization: `Bearer ${TOKEN}` } });

async function goHome(options: BrowserContextOptions = {}): Promise<void> {
  open = await openPage(browser, () => bridge.origin, options);
  clicks = 0;
  await open.page.goto(bridge.origin);
}

async function click(locator: Locator): Promise<void> {
  clicks++;
  await locator.click();
}

/** Types into the search field and sends it, which counts as a click. */
async function search(words: string): Promise<void> {
  clicks++;
  await open.page.getByRole("searchbox", { name: "Search" }).fill(words);
  await open.page.keyboard.press("Enter");
  await open.page.waitForURL(/[?&]q=/);
}

const link = (name: string | RegExp) => open.page.getByRole("link", { name, exact: typeof name === "string" }).first();
const titles = () => open.page.locator("article h3").allTextContents();
const feedTitles = async (path: string) =>
  ((await (await fetch(bridge.origin + path)).json()) as { items: { title: string }[] }).items.map(
    ({ title }) => title,
  );

const LOOKS: [name: string, options: BrowserContextOptions][] = [
  ["desktop", {}],
  ["phone, dark", { viewport: { width: 360, height: 740 }, colorScheme: "dark", hasTouch: true, isMobile: true }],
];

describe("a morning", () => {
  describe.each(LOOKS)("%s", (_, options) => {
    beforeEach(() => {
      return goHome(options);
    });
    afterEach(() => {
      expect(clicks).toBeLessThanOrEqual(3);
      expect(open.complaints).toEqual([]);
    });

    test("what is new since yesterday", async () => {
      await click(link(/new in 24 hours/));
      expect(await titles()).toEqual(await feedTitles("/feeds/all.json?since=24h"));
      expect((await titles()).length).toBe(2);
    });

    test("what Rodong Sinmun changed", async () => {
      await click(link("Changes"));
      await click(link("Rodong Sinmun (Kr)"));
      await open.page.waitForURL(/rodong-ko\/changes/);
      expect(await open.page.locator("ins").allInnerTexts()).toEqual([expect.stringContaining("(정정)")]);
    });

    test("whether anything is gone: only edits are seen", async () => {
      expect(await open.page.getByRole("list", { name: "The last 24 hours" }).textContent()).not.toContain("no longer");
      await click(link("Changes"));
      expect(await open.page.locator("article .tag").allTextContents()).toEqual(["edited"]);
    });

    test("articles on missiles in Korean of this week, in either spelling", async () => {
      await search("미사일");
      expect(await titles()).toEqual([KOREAN_MISSILE, OLDER_MISSILE]);
      await click(link("Korean"));
      await click(link("7 days"));
      await open.page.waitForURL(/since=7d/);
      expect(await titles()).toEqual([KOREAN_MISSILE]);
      expect(await open.page.getByRole("list", { name: "Filters" }).getByRole("listitem").allInnerTexts()).toEqual(
        ["All sources", "미사일", "of the last 7 days", "in Korean"].map((text) => expect.stringContaining(text)),
      );
      expect(await open.page.title()).toContain("미사일, of the last 7 days, in Korean");
      await open.page.getByRole("link", { name: "Remove: of the last 7 days" }).click();
      await open.page.waitForURL((url) => !url.search.includes("since"));
      expect(await titles()).toEqual([KOREAN_MISSILE, OLDER_MISSILE]);
    });

    test("the text of an article, its versions, and how to cite it", async () => {
      const title = (await titles())[0] as string;
      await click(open.page.locator("article h3 a").first());
      expect(await open.page.locator("h1").textContent()).toBe(title);
      await click(link("cite"));
      const cited = await open.page.locator("section", { has: open.page.locator("#cite") }).textContent();
      expect(cited).toContain(`“${title}”`);
      expect(cited).toMatch(/\/articles\/kcnawatch\/[\d-]+\/v\d/);
      expect(cited).toMatch(/[0-9a-f]{64}/);
    });

    test("the month of an event, and its day", async () => {
      const month = new Date(Date.now() + 9 * HOUR - 35 * 24 * HOUR).toISOString().slice(0, 7);
      await click(open.page.locator(`.months a[href$="/${month}"]`));
      await open.page.waitForURL(new RegExp(month));
      expect(await titles()).toEqual((await feedTitles(`/feeds/all/${month}.json`)).slice(0, 24));
      await click(open.page.getByRole("navigation", { name: "Days" }).getByRole("link").last());
      await open.page.waitForURL(/until=/);
    });

    test("how often a word was used, by month", async () => {
      await search("미사일");
      const bars = await open.page.locator(".chart .count").allTextContents();
      expect(bars.length).toBeGreaterThanOrEqual(2);
      expect(bars.reduce((sum, count) => sum + Number(count), 0)).toBe(2);
    });

    test("whether the bridge is well", async () => {
      await click(link("Health"));
      expect(await open.page.locator("h1").textContent()).toBe("Health");
    });

    test("a feed of what was searched", async () => {
      await search("미사일");
      const address = (await open.page.locator("#address").textContent()) ?? "";
      expect(await link("your reader").getAttribute("href")).toBe(`feed:${address}`);
      const response = await fetch(address);
      expect(response.headers.get("content-type")).toContain("application/rss+xml");
      expect(await response.text()).toContain(KOREAN_MISSILE);
    });

    test("all sources, to import", async () => {
      const answered = open.page.waitForResponse(/feeds\.opml/);
      await click(link("OPML, to import all"));
      expect((await answered).headers()["content-type"]).toContain("text/x-opml");
    });
  });

  test.each([true, false])("with the keyboard alone, script: %s", async (javaScriptEnabled) => {
    await goHome({ javaScriptEnabled });
    const { page } = open;
    await tabTo(/^Search$/);
    await page.keyboard.type("미사일");
    await page.keyboard.press("Enter");
    await page.waitForURL(/q=/);
    const list = page.url();
    await tabTo(KOREAN_MISSILE);
    await page.keyboard.press("Enter");
    await page.waitForURL(/articles/);
    expect(await page.locator("h1").textContent()).toBe(KOREAN_MISSILE);
    await tabTo(/^\d versions?$/);
    await page.keyboard.press("Enter");
    await page.waitForURL(/#versions/);
    expect(await page.getByText("Version 1").count()).toBeGreaterThan(0);
    await page.goBack();
    await tabTo(/^[A-Z][a-z]+ 20\d\d$/);
    await page.keyboard.press("Enter");
    await page.waitForURL(/rodong-ko\/20\d\d-\d\d/);
    expect(await titles()).toContain(KOREAN_MISSILE);
    await page.goto(list);
    await tabTo("RSS");
    expect(await page.locator(":focus").getAttribute("href")).toContain("/feeds/all.rss?q=");
    expect(open.complaints).toEqual([]);
  });

  test("the list, the text and the home page do not move while they load, and axe finds nothing in Korean", async () => {
    await goHome();
    for (const path of ["/", "/feeds/all?q=미사일", "/feeds/rodong-ko?content=full"]) {
      await open.page.goto(bridge.origin + path);
      const shift = await open.page.evaluate(`new Promise((resolve) => {
        let sum = 0;
        new PerformanceObserver((list) => { for (const entry of list.getEntries()) sum += entry.value })
          .observe({ type: "layout-shift", buffered: true });
        requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => resolve(sum), 50)));
      })`);
      expect([path, shift]).toEqual([path, 0]);
      expect(await violations(open.context, open.page)).toEqual([]);
    }
  });
});

/** Presses Tab until the element with this text has the focus. */
async function tabTo(text: string | RegExp): Promise<void> {
  const focused = open.page.locator(":focus");
  for (let i = 0; i < 150; i++) {
    await open.page.keyboard.press("Tab");
    if ((await focused.count()) === 0) continue;
    const name = ((await focused.getAttribute("aria-label")) ?? (await focused.textContent()) ?? "").trim();
    if (typeof text === "string" ? name === text : text.test(name)) return;
  }
  throw new Error(`Tab does not reach ${text}`);
}
