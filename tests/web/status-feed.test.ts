import { reset } from "cloudflare:test";
import { parseFeed } from "feedsmith";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type Bindings, bridgeOf } from "../../src/archive/bridge.ts";
import { tick } from "../../src/refresh/refresh.ts";
import { articleAt, ask, bindings, countedKv, type JsonFeed, type Listings, newIsolate, serve } from "../simulation.ts";

/** Outages and gaps as a feed: one entry each, updated in place. */

/** A failed comparison prints the page: without its style. */
const mainOf = (page: string) => /<main.*<\/main>/s.exec(page)?.[0] ?? page;

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const NOW = Date.parse("2026-06-10T03:00:00Z");

describe("the feed and its page", () => {
  let env: Bindings;
  let website: Listings;
  let now: number;

  beforeEach(async () => {
    vi.useFakeTimers({ now: NOW, toFake: ["Date"] });
    now = NOW;
    env = bindings(countedKv().kv, { BODIES_PER_TICK: "0" });
    website = new Map([["156", Array.from({ length: 16 }, (_, i) => articleAt(NOW - i * HOUR, i + 1))]]);
    serve(website);
    await tick(bridgeOf(env), now);
  });
  afterEach(async () => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
    await reset();
  });

  async function pass(hours: number): Promise<void> {
    for (const end = now + hours * HOUR; now < end; ) {
      now += 15 * MINUTE;
      vi.setSystemTime(now);
      await tick(bridgeOf(env), now);
    }
    newIsolate(env);
  }
  const PATH = "/feeds/kcna-en/status";
  const items = async (path = PATH) => ((await (await ask(env, `${path}.json`)).json()) as JsonFeed).items;

  test("without an entry it has the date of any other feed without one, which validators believe", async () => {
    for (const path of ["/feeds/kcna-en/status.atom", "/feeds/kcna-en/changes.atom"]) {
      const response = await ask(env, path);
      expect([path, response.headers.get("last-modified")]).toEqual([path, "Thu, 01 Jan 2026 00:00:00 GMT"]);
      expect(await response.text()).toContain("<updated>2026-01-01T00:00:00.000Z</updated>");
    }
  });

  test("an outage is one entry, which its end updates in place, in every format", async () => {
    expect(await items()).toEqual([]);
    const good = website.get("156") as never;
    website.set("156", 503);
    await pass(2);
    expect(await items()).toEqual([]);
    await pass(8);
    const [during] = await items();
    expect(during?.title).toMatch(/^KCNA\.kp \(En\) has been unreadable since 2026-06-10 03:15 UTC$/);
    expect(during?._bridge).toMatchObject({ kind: "outage", source: "kcna-en", ended: null });
    website.set("156", good);
    await pass(7);
    const after = await items();
    expect(after).toHaveLength(1);
    expect(after[0]).toMatchObject({ id: during?.id, date_published: during?.date_published });
    expect(after[0]?.title).toMatch(/could not be read for \d+ hours/);
    expect(Date.parse(after[0]?.date_modified ?? "")).toBeGreaterThan(Date.parse(during?.date_modified ?? ""));
    for (const format of ["rss", "atom"]) {
      const response = await ask(env, `${PATH}.${format}`);
      expect(Date.parse(response.headers.get("last-modified") ?? "")).toBe(Date.parse(after[0]?.date_modified ?? ""));
      const text = await response.text();
      expect(parseFeed(text).format).toBe(format);
      expect(text).toContain(during?.id as string);
      const etag = response.headers.get("etag") as string;
      expect((await ask(env, `${PATH}.${format}`, { headers: { "if-none-match": etag } })).status).toBe(304);
    }
    const page = mainOf(await (await ask(env, PATH, { headers: { accept: "text/html" } })).text());
    expect(page).toContain(`<h2>${after[0]?.title}</h2>`);
    expect((await items("/feeds/all/status")).map(({ id }) => id)).toContain(during?.id);
  });

  test("a gap is reported by the feed, by the page of the source and by its month, in words", async () => {
    now += 100 * HOUR;
    website.set(
      "156",
      Array.from({ length: 16 }, (_, i) => articleAt(now - i * HOUR, 100 + i)),
    );
    await pass(2);
    const [gap] = await items();
    expect(gap?.title).toBe("KCNA.kp (En): articles may be missing (4 days)");
    expect(gap?.content_html).toContain("the listing had moved on before it was read.");
    for (const path of ["/feeds/kcna-en", "/feeds/kcna-en/2026-06"]) {
      const page = mainOf(await (await ask(env, path, { headers: { accept: "text/html" } })).text());
      expect(page).toContain(
        "Articles of KCNA.kp (En) may be missing between 10 Jun 2026, 12:00 and 14 Jun 2026, 01:00 in Korea.",
      );
      expect(page).toContain('/feeds/kcna-en/status">Outages and gaps</a>');
    }
  });

  test("it has no parameters, and knows its sources and formats", async () => {
    for (const [path, status] of [
      [`${PATH}.rss?limit=5`, 400],
      // What mail and social media add to links is no parameter anywhere.
      [`${PATH}.rss?utm_source=mail&fbclid=1&_=2`, 200],
      [`${PATH}.xml`, 404],
      ["/feeds/nobody/status.rss", 404],
    ] as const)
      expect([path, (await ask(env, path)).status]).toEqual([path, status]);
  });
});
