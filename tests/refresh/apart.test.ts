import { env as cloudflare } from "cloudflare:workers";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { type Bindings, bridgeOf } from "../../src/archive/bridge.ts";
import type { Status } from "../../src/archive/snapshot.ts";
import { refresh, tick } from "../../src/refresh/refresh.ts";
import { kcnawatch } from "../../src/sites/kcnawatch.ts";
import type { Site } from "../../src/sites/site.ts";
import { articlePage, type Shown } from "../replica/markup.ts";
import {
  articleAt,
  ask,
  bindings,
  type CountedKv,
  countedKv,
  feedOf,
  type Listings,
  newIsolate,
  page,
  resetAfterEach,
  serve,
} from "../simulation.ts";

/** One thing wrong does not stop the rest: a page, a card, a source, a record, a document. */

const HOUR = 3600_000;
const NOW = Date.parse("2026-06-01T00:00:00Z");

let counted: CountedKv;
let env: Bindings;
let website: Listings;
let errors: Record<string, unknown>[];

const listed = (newest: number, count: number) =>
  Array.from({ length: count }, (_, i) => articleAt(newest - i * HOUR, (newest - i * HOUR) / 60_000));
const only = (id: string) => bridgeOf(env).sources.filter((source) => source.id === id);

interface Report {
  id: string;
  state: string;
  articles: number;
  unreadable_articles: { key: string; detail: string }[];
}
const health = async () => {
  const response = await ask(env, "/health");
  expect([200, 503]).toContain(response.status);
  return ((await response.json()) as { sources: Report[] }).sources;
};

beforeEach(() => {
  counted = countedKv();
  env = bindings(counted.kv, { BODIES_PER_TICK: "3" });
  website = new Map([["156", listed(NOW, 16)]]);
  errors = [];
  vi.spyOn(console, "error").mockImplementation((line: string) => void errors.push(JSON.parse(line)));
  vi.spyOn(Date, "now").mockReturnValue(NOW + 60_000);
});
resetAfterEach();

describe("an article page", () => {
  const texts = async () =>
    (await feedOf(env, "/feeds/kcna-en.json?content=full")).items.filter(({ content_html }) => content_html).length;

  test("a malformed link on one leaves it its text, and the others theirs", async () => {
    const [first] = listed(NOW, 1) as [Shown];
    serve(website, (url) => {
      if (!url.pathname.includes(first.key)) return undefined;
      return page(articlePage("KCNA.kp (En)", first, []).replace(/http:\/\/www\.kcna\.kp[^"]*/, "http://["));
    });
    await refresh(bridgeOf(env), only("kcna-en"), NOW, { articlePages: 3 });
    expect(await texts()).toBe(3);
  });

  test("one that cannot be read for a fault of the bridge's is put off, logged and told in health; the others are read", async () => {
    const [first] = listed(NOW, 1) as [Shown];
    const real = kcnawatch.parseArticle;
    vi.spyOn(kcnawatch, "parseArticle").mockImplementation((page, source) => {
      if (page.url.href.includes(first.key)) throw new TypeError("no such thing");
      return real(page, source);
    });
    const asked = serve(website);
    await refresh(bridgeOf(env), only("kcna-en"), NOW, { articlePages: 3 });
    expect(await texts()).toBe(2);
    expect(errors).toEqual([
      { event: "article", source: "kcna-en", key: first.key, error: "TypeError: no such thing" },
    ]);
    expect((await health())[0]?.unreadable_articles).toEqual([{ key: first.key, detail: "TypeError: no such thing" }]);
    const html = await (await ask(env, "/health", { headers: { accept: "text/html" } })).text();
    expect(html).toContain(first.key);
    // Not at once again; but never given up, since the fault may be mended any day. Then health forgets it.
    asked.length = 0;
    for (let i = 1; i < 4; i++)
      await refresh(bridgeOf(env), only("kcna-en"), NOW + i * 15 * 60_000 - 1, { articlePages: 3 });
    expect(asked.join()).not.toContain(first.key);
    for (let i = 1; i < 8; i++)
      await refresh(bridgeOf(env), only("kcna-en"), NOW + i * 25 * HOUR, { articlePages: 20 });
    vi.mocked(kcnawatch.parseArticle).mockRestore();
    await refresh(bridgeOf(env), only("kcna-en"), NOW + 9 * 25 * HOUR, { articlePages: 20 });
    expect((await health())[0]?.unreadable_articles).toEqual([]);
    expect(await texts()).toBe(16);
  });
});

describe("a listing", () => {
  test("an article without a day that there can be is left out, the others are taken in", async () => {
    const odd = { ...articleAt(NOW, 7), key: "999999999999-1", printed: "no date" };
    website.set("156", [...listed(NOW, 5), odd, ...listed(NOW - 5 * HOUR, 10)]);
    serve(website);
    const [outcome] = await refresh(bridgeOf(env), only("kcna-en"), NOW);
    expect(outcome).toMatchObject({ ok: true });
    const days = (await bridgeOf(env).archive.latest(["kcna-en"])).flatMap(([, { articles }]) =>
      articles.map(({ day }) => day),
    );
    expect(days.length).toBeGreaterThanOrEqual(15);
    for (const day of days) expect(day).toMatch(/^2026-/);
    // The reader leaves it out: neither its date nor its key says a day.
    expect(errors).toEqual([]);
  });

  test("a card that cannot be read for a fault of the bridge's is left out and logged, the others are taken in", async () => {
    // A day that no other test of this process has: the texts of days are remembered.
    const odd = { ...articleAt(NOW, 7), key: "1234567890-1", printed: "no date" };
    website.set("156", [...listed(NOW, 5), odd, ...listed(NOW - 5 * HOUR, 10)]);
    serve(website);
    const real = Date.prototype.toISOString;
    vi.spyOn(Date.prototype, "toISOString").mockImplementation(function (this: Date) {
      if (Math.abs(this.getTime() - 1_234_567_890_000) < 24 * HOUR) throw new TypeError("no such thing");
      return real.call(this);
    });
    expect(await refresh(bridgeOf(env), only("kcna-en"), NOW)).toMatchObject([{ ok: true, added: 15 }]);
    expect(errors).toMatchObject([{ event: "card", source: "kcna-en", key: odd.key }]);
  });

  test("an older page that cannot be read leaves a gap, and the newer ones are taken in", async () => {
    website.set("189661", listed(NOW, 30));
    serve(website);
    await refresh(bridgeOf(env), only("rodong-ko"), NOW);
    website.set("189661", listed(NOW + 35 * HOUR, 65));
    const real = kcnawatch.readFragment as NonNullable<Site["readFragment"]>;
    vi.spyOn(kcnawatch as Required<Site>, "readFragment").mockImplementation((html, url, source) => {
      if (url.href.includes("from=20")) throw new TypeError("no such thing");
      return real(html, url, source);
    });
    const [outcome] = await refresh(bridgeOf(env), only("rodong-ko"), NOW + 35 * HOUR);
    expect(outcome).toMatchObject({ ok: true, added: 20 });
    expect(outcome?.status?.stats?.gaps).toHaveLength(1);
  });
});

describe("a snapshot", () => {
  const put = (key: string, value: string) => (cloudflare as Bindings).SNAPSHOTS.put(key, value);
  const ids = async (path: string) => (await feedOf(env, path)).items.map(({ id }) => id);

  test.each([
    ["no JSON", '{"sources":'],
    ["something else", "[7]"],
    ["null", "null"],
    ["with a status that is none", '{"seq":1,"at":"2026-06-01T00:00:00Z","sources":{"kcna-en":null,"newstream":7}}'],
    [
      "with a status that lacks what it is read for",
      '{"seq":1,"at":"","sources":{"kcna-en":{},"newstream":{"seq":9}}}',
    ],
  ])(
    "of the status that is %s: feeds, pages, health and the cron go on, and the next tick mends it",
    async (_, broken) => {
      serve(website);
      await tick(bridgeOf(env), NOW);
      await put("status", broken);
      newIsolate(env);
      for (const path of ["/", "/health", "/feeds/all.rss", "/feeds/kcna-en", "/feeds/kcna-en.json"]) {
        expect((await ask(env, path)).status, path).toBe(200);
      }
      expect((await health())[0]).toMatchObject({ id: "kcna-en", state: "ok", articles: 16 });
      newIsolate(env);
      expect(await tick(bridgeOf(env), NOW + HOUR)).toContainEqual(
        expect.objectContaining({ source: "kcna-en", ok: true }),
      );
      const mended = (await (cloudflare as Bindings).SNAPSHOTS.get<Status>("status", "json"))?.sources;
      expect(mended?.["kcna-en"]).toMatchObject({ lastAttempt: "2026-06-01T01:00:00Z", failures: 0 });
    },
  );

  test.each([
    ["no JSON", '{"version":'],
    ["something else", '{"articles":{}}'],
  ])(
    "of one source that is %s: all sources are served from the archive, and its next article mends it",
    async (_, broken) => {
      website.set("189661", listed(NOW, 10));
      serve(website);
      await tick(bridgeOf(env), NOW);
      const before = await ids("/feeds/newstream.json?limit=500");
      expect(before).toHaveLength(16);
      await put("latest:newstream", broken);
      newIsolate(env);
      for (const path of ["/feeds/kcna-en.rss", "/feeds/all.atom", "/feeds/rodong-ko"]) {
        expect((await ask(env, path)).status, path).toBe(200);
      }
      expect(await ids("/feeds/newstream.json?limit=500")).toEqual(before);
      website.set("156", listed(NOW + HOUR, 17));
      expect((await tick(bridgeOf(env), NOW + HOUR)).filter(({ ok }) => !ok).map(({ source }) => source)).toEqual([
        "kcna-ko",
      ]);
      newIsolate(env);
      counted.unreachable = true;
      expect(await ids("/feeds/newstream.json?limit=500")).toHaveLength(17);
    },
  );

  test("with an article that is none: it is left out of every feed, and the archive has it as it was", async () => {
    serve(website);
    await refresh(bridgeOf(env), only("kcna-en"), NOW);
    const [[, latest] = []] = await bridgeOf(env).archive.latest(["kcna-en"]);
    if (!latest) throw new Error("nothing is kept");
    const broken = [null, { key: "1-1" }, { ...latest.articles[0], key: "1-2", id: "x", published: "2026" }];
    await put("latest:kcna-en", JSON.stringify({ ...latest, articles: [...broken, ...latest.articles] }));
    newIsolate(env);
    for (const format of ["rss", "atom", "json"]) {
      expect((await ask(env, `/feeds/kcna-en.${format}`)).status).toBe(200);
    }
    expect(await ids("/feeds/kcna-en.json")).toHaveLength(16);
    website.set("156", listed(NOW + HOUR, 17));
    expect(await refresh(bridgeOf(env), only("kcna-en"), NOW + HOUR)).toMatchObject([{ ok: true, added: 1 }]);
  });
});
