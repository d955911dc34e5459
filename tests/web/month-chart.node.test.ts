import { load } from "cheerio";
import { expect, test } from "vitest";
import type { Latest, Status } from "../../src/archive/snapshot.ts";
import type { Source } from "../../src/sites/site.ts";
import { articlesByMonth, gapSentences } from "../../src/web/months.ts";
import { MonthChart } from "../../src/web/pages/month-chart.tsx";
import { HOUR, page, shownAt } from "../archive/fixtures.ts";
import { clockAt, pushedBridge, receivers } from "../notify/receivers.ts";

/** The bar chart of counts, as HTML. */

const NOW = Date.parse("2026-06-10T03:00:00Z");
clockAt(NOW);

const monthsBack = (count: number) =>
  Array.from({ length: count }, (_, i) => ({
    month: new Date(Date.UTC(2026, 5 - (count - 1 - i), 1)).toISOString().slice(0, 7),
    matches: i,
    articles: i === 0 ? 0 : 40,
    complete: i > 1,
  }));
const chart = (count: number, query = "q=kim") =>
  load(
    String(MonthChart({ base: { url: "https://b.example", key: "k" }, name: "all", query, months: monthsBack(count) })),
  );

test("each bar is a link to the month's search, with month, number, total and share as text", () => {
  const $ = chart(3, "before=2026-01-01T00%3A00%3A00Z_1&limit=5&q=kim");
  const bars = $(".bars li > *").toArray();
  expect(bars.map((bar) => $(bar).attr("href"))).toEqual([
    undefined,
    "https://b.example/feeds/all/2026-05?q=kim&key=k",
    "https://b.example/feeds/all/2026-06?q=kim&key=k",
  ]);
  expect(bars.map((bar) => $(bar).text())).toEqual([
    "0Apr 2026 of 0 articles; some may be missing",
    "1May 2026 of 40 articles, 2.5 %; some may be missing",
    "2Jun 2026 of 40 articles, 5.0 %",
  ]);
  expect(
    $("rect")
      .toArray()
      .map((rect) => $(rect).attr("height")),
  ).toEqual(["0", "50", "100"]);
});

test("it has no inline style, shows two years at most and nothing of a single month", () => {
  const $ = chart(60);
  expect($("[style]")).toHaveLength(0);
  expect($("li")).toHaveLength(24);
  expect($("li").last().text()).toContain("Jun 2026");
  expect(chart(1)("body").html()).toBe("");
});

test("a search of an archive of one month says how many articles match, in the calendar", async () => {
  receivers({});
  const bridge = pushedBridge();
  await bridge.commit([...page(NOW - HOUR, 3), { ...shownAt(NOW - 9 * HOUR), title: "Comrades visit a hothouse" }]);
  const calendarOf = async (path: string) => {
    const $ = load(await (await bridge.ask(path, { headers: { accept: "text/html" } })).text());
    return $(".months a").text().trim();
  };
  expect(await calendarOf("/feeds/kcna-en")).toBe("Jun 4");
  expect(await calendarOf("/feeds/kcna-en?q=hothouse")).toBe("Jun 1");
  expect(await calendarOf("/feeds/kcna-en?q=nothingatall")).toBe("");
});

test("one is one in words: one version, one article, one more gap", async () => {
  const bridge = pushedBridge();
  const article = shownAt(NOW - HOUR);
  await bridge.commit([article]);
  const answer = await bridge.ask(`/articles/kcnawatch/${article.key}/v2`, { headers: { accept: "application/json" } });
  expect(await answer.json()).toMatchObject({ detail: "the article has 1 version, and no version 2" });
  const health = await (await bridge.ask("/health", { headers: { accept: "text/html" } })).text();
  expect(health).toContain("1 article in 90 days");
  const gap = { after: "2026-06-01T00:00:00Z", before: "2026-06-02T00:00:00Z" };
  const stats = { gaps: Array.from({ length: 6 }, () => gap) };
  const status = { sources: { a: { stats } } } as unknown as Status;
  expect(gapSentences("newest", [{ id: "a", name: "A" } as Source], status).at(-1)).toBe(
    "There is 1 more gap; see Health.",
  );
});

test("a gap is told on the pages of the months that it touches, in Korea, and on no other month's", () => {
  const gap = { after: "2026-03-31T14:59:59Z", before: "2026-04-30T15:00:00Z" };
  const status = { sources: { a: { stats: { gaps: [gap] } } } } as unknown as Status;
  const sentences = (month: string) => gapSentences({ month }, [{ id: "a", name: "A" } as Source], status).length;
  expect(["2026-02", "2026-03", "2026-04", "2026-05", "2026-06"].map(sentences)).toEqual([0, 1, 1, 1, 0]);
});

test("numbers of months that several sources have are added up, which is exact for one source alone", () => {
  const latest = (months: Record<string, number>) => ({ months }) as Latest;
  const one = new Map([["a", latest({ "2026-02": 3, "2026-01": 1 })]]);
  expect(articlesByMonth(one)).toEqual({
    months: new Map(Object.entries({ "2026-01": 1, "2026-02": 3 })),
    isExact: true,
  });
  const both = articlesByMonth(new Map([...one, ["b", latest({ "2026-02": 2 })]]));
  expect(both).toEqual({ months: new Map(Object.entries({ "2026-01": 1, "2026-02": 5 })), isExact: false });
});
