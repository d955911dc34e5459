import { load } from "cheerio";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { settingsOf } from "../../src/settings.ts";
import { healthReport } from "../../src/web/health.ts";
import { HealthPage } from "../../src/web/pages/health.tsx";
import { HOUR, page } from "../archive/fixtures.ts";
import { type PushedBridge, pushedBridge, receivers } from "../notify/receivers.ts";

/** `/health` and `/health/{source}`, as pages and as JSON. */

const NOW = Date.parse("2026-06-15T00:00:00Z");
const DAY = 24 * HOUR;
let bridge: PushedBridge;

beforeAll(async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: NOW - 30 * DAY });
  receivers({});
  bridge = pushedBridge();
  await bridge.commit(page(NOW - 30 * DAY, 5));
  vi.setSystemTime(NOW);
  for (const { id } of settingsOf({}).sources)
    if (id !== "kcna-en") await bridge.commit(page(NOW - HOUR, 3), { source: id });
  // It shares no article with the first listing.
  await bridge.commit(page(NOW - HOUR, 4));
});
afterAll(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const pageAt = async (path: string) =>
  load(await (await bridge.ask(path, { headers: { accept: "text/html" } })).text());

test("the page draws each source's arrivals with its gaps on the same axis, and says the same in words", async () => {
  const $ = await pageAt("/health");
  const first = $(".health > li").first();
  expect(first.find("h2 a").attr("href")).toMatch(/\/health\/kcna-en$/);
  const picture = first.find("svg");
  expect(picture.attr("viewBox")).toBe("0 0 90 40");
  expect(picture.attr("aria-label")).toMatch(/: 9 articles in 90 days, at most \d a day; 1 gap$/);
  const gap = picture.find("rect.gap");
  expect(Number(gap.attr("x"))).toBeCloseTo(89 - 30 + 9 / 24, 1);
  expect(Number(gap.attr("width"))).toBeCloseTo(30 - 4 / 24, 1);
  expect($("[style]")).toHaveLength(0);
  expect($(".health > li").eq(1).find("rect.gap")).toHaveLength(0);
});

test("a source has a page with its history, and the same as JSON", async () => {
  vi.setSystemTime(NOW + 2 * HOUR);
  const $ = await pageAt("/health/kcna-en");
  expect($("h1").text()).toBe("KCNA.kp (En)");
  expect($(".card h3").text()).toContain("articles may be missing");
  const report = await (await bridge.ask("/health/kcna-en")).json();
  expect(report).toMatchObject({
    id: "kcna-en",
    articles: 9,
    gone: 0,
    articles_per_day: { "2026-05-16": 5 },
    history: [{ kind: "gap", from: "2026-05-16T00:00:00Z", ended: null }],
  });
  expect((await bridge.ask("/health/kcna-en+rodong-ko")).status).toBe(404);
  expect((await bridge.ask("/health/nobody")).status).toBe(404);
});

test("without the archive, the page says so and shows what is known", async () => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  vi.spyOn(bridge.service().archive, "incidents").mockImplementation(() => {
    throw new Error("gone");
  });
  const $ = await pageAt("/health/kcna-en");
  expect($("main").text()).toContain("The archive cannot be reached at present.");
  expect($("svg")).toHaveLength(1);
});

test("of one subscription and one delivery, the page speaks as of one", () => {
  const deliveries = { subscriptions: 1, delivered: 1, tried: 1, hubFails: false, webhooks: {} };
  const report = healthReport(settingsOf({}), { seq: 0, at: "", sources: {}, deliveries }, NOW);
  const html = String(HealthPage({ base: { url: "" }, sources: [], report, states: {}, days: [], now: NOW }));
  expect(load(html)("p.ok").text()).toBe("Hub: 1 subscription, 1 delivery in the last day, 100 % of them successful.");
});
