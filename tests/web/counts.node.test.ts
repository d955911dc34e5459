import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { settingsOf } from "../../src/settings.ts";
import { HOUR, page, shownAt } from "../archive/fixtures.ts";
import { ORIGIN, type PushedBridge, pushedBridge, receivers } from "../notify/receivers.ts";

/** `/feeds/{sources}/counts.json` and `.csv`, as programs ask for them. */

const KEY = "a-key-of-sixteen-characters";
let bridge: PushedBridge;

beforeAll(async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.parse("2026-06-15T00:00:00Z") });
  receivers({});
  bridge = pushedBridge();
  const now = Date.now();
  for (const { id } of settingsOf({}).sources) await bridge.commit(page(now - 40 * 24 * HOUR, 3), { source: id });
  await bridge.commit([shownAt(now - HOUR, "Missile"), ...page(now - 2 * HOUR, 4)]);
});
afterAll(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const json = async (path: string) => (await bridge.ask(path)).json();

test("as JSON: months with matches, totals and completeness", async () => {
  expect(await json("/feeds/kcna-en/counts.json?q=Missile")).toEqual({
    sources: ["kcna-en"],
    query: "q=missile",
    complete_since: "2026-06-14T19:00:00Z",
    months: [
      { month: "2026-05", matches: 0, articles: 3, complete: false },
      { month: "2026-06", matches: 1, articles: 5, complete: false },
    ],
  });
});

test("as CSV with a header line, by its own media type", async () => {
  const response = await bridge.ask("/feeds/kcna-en/counts.csv?q=missile&since=2026-06-01");
  expect(response.headers.get("content-type")).toBe("text/csv; charset=utf-8");
  expect(await response.text()).toBe("month,matches,articles,complete,partial\r\n2026-06,1,5,false,false\r\n");
});

test("a second request is answered from memory, and a conditional one with 304; a new article changes it", async () => {
  const counts = vi.spyOn(bridge.service().archive, "counts");
  const ask = (headers: Record<string, string> = {}) => bridge.ask("/feeds/kcna-en/counts.json?q=kim", { headers });
  const etag = (await ask()).headers.get("etag") ?? "";
  expect(counts).toHaveBeenCalledTimes(1);
  expect((await ask({ "if-none-match": etag })).status).toBe(304);
  expect(counts).toHaveBeenCalledTimes(1);
  await bridge.commit([shownAt(Date.now() - HOUR / 2, "Kim")]);
  vi.setSystemTime(Date.now() + 11_000);
  const changed = await ask({ "if-none-match": etag });
  expect([
    changed.status,
    ((await changed.json()) as { months: { matches: number }[] }).months.at(-1)?.matches,
  ]).toEqual([200, 1]);
  counts.mockRestore();
});

describe("an error says what is wrong", () => {
  test.each([
    ["/feeds/kcna-en/counts.json?limit=5", 400, "limit is a parameter of feeds"],
    ["/feeds/kcna-en/counts.json?sort=oldest", 400, "sort is a parameter of feeds"],
    ["/feeds/kcna-en/counts.csv?since=never", 400, "since takes"],
    ["/feeds/kcna-en/counts.csv?Q=x", 400, "did you mean q? There are q, since, until, once, lang, filter,"],
    ["/feeds/kcna-en/counts.csv?limits=1", 400, "; there are q, since,"],
    ["/feeds/kcna-em/counts.csv", 404, "did you mean kcna-en?"],
    ["/feeds/kcna-en/counts.xml", 404, "counts come as .json and .csv"],
    ["/feeds/kcna-en/counts", 404, "counts come as .json and .csv"],
  ])("%s", async (path, status, words) => {
    const response = await bridge.ask(path);
    expect([response.status, await response.text()]).toEqual([status, expect.stringContaining(words)]);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
  });
});

test("a HEAD does no work, and has the headers of a GET", async () => {
  const counts = vi.spyOn(bridge.service().archive, "counts");
  const response = await bridge.ask("/feeds/kcna-en/counts.csv?q=nothing", { method: "HEAD" });
  expect([response.status, response.headers.get("content-type")]).toEqual([200, "text/csv; charset=utf-8"]);
  expect(counts).not.toHaveBeenCalled();
  counts.mockRestore();
  const { headers } = await bridge.ask("/feeds/kcna-en/counts.csv?q=nothing");
  for (const name of ["cache-control", "vary", "content-type"])
    expect(response.headers.get(name)).toBe(headers.get(name));
});

test("a private bridge hands its key on in `next_url` only, and its ETag does not depend on the key", async () => {
  const closed = pushedBridge({ ACCESS_KEY: KEY });
  await closed.commit(page(Date.now(), 2));
  const next = "2026-01-01T00:00:00Z";
  vi.spyOn(closed.service().archive, "counts").mockResolvedValue({ months: [], completeSince: null, next });
  const byAddress = await closed.ask(`/feeds/kcna-en/counts.json?q=article&key=${KEY}`);
  const byHeader = await closed.ask("/feeds/kcna-en/counts.json?q=article", {
    headers: { authorization: `Bearer ${KEY}` },
  });
  expect((await closed.ask("/feeds/kcna-en/counts.json")).status).toBe(401);
  expect(byAddress.headers.get("etag")).toBe(byHeader.headers.get("etag"));
  const nextUrl = `${ORIGIN}/feeds/kcna-en/counts.json?q=article&until=2026-01-01T00%3A00%3A00Z`;
  expect(await byAddress.json()).toMatchObject({ next_url: `${nextUrl}&key=${KEY}` });
  expect(await byHeader.text()).not.toContain(KEY);
  expect([byAddress, byHeader].map(({ headers }) => headers.get("link"))).toEqual([
    `<${nextUrl}&key=${KEY}>; rel="next"`,
    `<${nextUrl}>; rel="next"`,
  ]);
});

test("with an age, they are counted again when a minute has passed; otherwise not", async () => {
  const moving = pushedBridge();
  const counts = vi.spyOn(moving.service().archive, "counts");
  const now = Math.floor(Date.now() / 60_000) * 60_000;
  vi.setSystemTime(now);
  await moving.commit([shownAt(now - HOUR + 30_000, "Missile"), shownAt(now - 30 * 24 * HOUR, "Missile")]);
  const matches = async (query: string) => {
    const { months } = (await (await moving.ask(`/feeds/kcna-en/counts.json?${query}`)).json()) as {
      months: { matches: number }[];
    };
    return months.reduce((sum, month) => sum + month.matches, 0);
  };
  const all = () => Promise.all(["since=1h", "filter_time=3600", "until=1h", "q=missile"].map(matches));
  expect(await all()).toEqual([1, 1, 1, 2]);
  vi.setSystemTime(now + 59_000);
  expect(await all()).toEqual([1, 1, 1, 2]);
  expect(counts).toHaveBeenCalledTimes(4);
  vi.setSystemTime(now + 60_000);
  expect(await all()).toEqual([0, 0, 2, 2]);
  expect(counts).toHaveBeenCalledTimes(7);
});

test("a gap that closes without a new article changes what is complete", async () => {
  const gapped = pushedBridge();
  const now = Date.now();
  const complete = async () => {
    const { months } = (await (await gapped.ask("/feeds/kcna-en/counts.json")).json()) as {
      months: { complete: boolean }[];
    };
    return months.map((month) => month.complete);
  };
  const old = page(now - 25 * 24 * HOUR, 3);
  const recent = page(now - HOUR, 3);
  await gapped.commit(old);
  await gapped.commit(recent);
  expect(await complete()).toEqual([false, false]);
  vi.setSystemTime(now + 11_000);
  await gapped.commit([...recent, ...old]);
  expect(await complete()).toEqual([false, true]);
});

test("of a source without a stored article they are 503, as its feed is: no table would say that nothing was published", async () => {
  const empty = pushedBridge();
  const response = await empty.ask("/feeds/kcna-en/counts.csv");
  expect([response.status, response.headers.get("content-type")]).toEqual([503, "application/problem+json"]);
});

test("without the archive it is 503, not a table of zeros", async () => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  vi.spyOn(bridge.service().archive, "counts").mockRejectedValue(new Error("gone"));
  const response = await bridge.ask("/feeds/kcna-en/counts.csv?q=unasked");
  expect([response.status, response.headers.has("retry-after")]).toEqual([503, true]);
});
