import { reset } from "cloudflare:test";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Bindings } from "../../src/archive/bridge.ts";
import { type Bridge, bridgeOf } from "../../src/archive/bridge.ts";
import { isDue, isOverdue, nextDue } from "../../src/archive/schedule.ts";
import { isQuiet } from "../../src/archive/source-status.ts";
import worker from "../../src/index.ts";
import { decode } from "../../src/refresh/fetch.ts";
import { refresh, tick } from "../../src/refresh/refresh.ts";
import { kcnawatch } from "../../src/sites/kcnawatch.ts";
import type { Site } from "../../src/sites/site.ts";
import { listingPage, type Shown } from "../replica/markup.ts";
import {
  articleAt,
  ask,
  bindings,
  type CountedKv,
  countedKv,
  feedOf,
  type Listings,
  page,
  serve,
} from "../simulation.ts";
import { journal } from "./object.ts";

const NOW = Date.parse("2026-06-01T00:00:00Z");
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let counted: CountedKv;
let bridge: Bridge;
let website: Listings;

beforeEach(() => {
  counted = countedKv();
  bridge = bridgeOf(bindings(counted.kv, { BODIES_PER_TICK: "0" }));
  website = new Map([["156", articles(NOW, 16)]]);
});
afterEach(async () => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  await reset();
});

const articles = (newest: number, count: number) =>
  Array.from({ length: count }, (_, i) => articleAt(newest - i * HOUR, (newest - i * HOUR) / MINUTE));
const only = (id: string) => bridge.sources.filter((source) => source.id === id);
const statusOf = async (id: string) => {
  const status = (await bridge.archive.status(NOW)).sources[id];
  if (!status) throw new Error(`no status of ${id}`);
  return status;
};
const articlesOf = async (id: string) => (await statusOf(id)).stats?.articles ?? 0;
const gapsOf = async (id: string) => (await statusOf(id)).stats?.gaps.map(({ after, before }) => ({ after, before }));

describe("due", () => {
  test("after a success in 15 minutes; after failures in 1, 2, 4 … minutes, 6 hours at most, or as the website asks", () => {
    expect(nextDue(NOW, 0) - NOW).toBe(15 * MINUTE);
    expect([1, 2, 3, 4, 9, 10, 1000].map((n) => (nextDue(NOW, n) - NOW) / MINUTE)).toEqual([1, 2, 4, 8, 256, 360, 360]);
    expect(nextDue(NOW, 1, 3600) - NOW).toBe(HOUR);
  });

  test("Retry-After is kept to, in seconds and as a date, and the first success forgets it", async () => {
    for (const [value, seconds] of [
      ["600", 600],
      [new Date(Date.now() + 900_000).toUTCString(), 900],
    ] as const) {
      serve(website, () => page("busy", 503, { "retry-after": value }));
      await refresh(bridge, only("kcna-en"), NOW);
      const status = await statusOf("kcna-en");
      expect(Math.abs(Date.parse(status.nextDue) - NOW - seconds * 1000)).toBeLessThan(3000);
      expect(isDue(status, NOW + seconds * 1000 - 5000)).toBe(false);
      serve(website);
      await refresh(bridge, only("kcna-en"), NOW + 1);
      expect(await statusOf("kcna-en")).toMatchObject({ failures: 0, lastFailure: { reason: "http-503" } });
    }
  });

  test("the cron leaves a failing source alone until it is due", async () => {
    website.set("156", 500);
    const asked = serve(website);
    await tick(bridge, NOW);
    await tick(bridge, NOW + 30_000);
    expect(asked.filter((path) => path === "/article/156/")).toHaveLength(1);
    await tick(bridge, NOW + MINUTE);
    expect(asked.filter((path) => path === "/article/156/")).toHaveLength(2);
    expect(await statusOf("kcna-en")).toMatchObject({ failures: 2 });
  });

  test("a reader's request does the cron's work only when the cron is behind, or nothing is kept", () => {
    const status = { lastAttempt: "", failures: 0, nextDue: "2026-06-01T00:00:00Z" };
    expect(isOverdue(status, true, NOW + 4 * MINUTE)).toBe(false);
    expect(isOverdue(status, true, NOW + 5 * MINUTE)).toBe(true);
    expect(isOverdue(status, false, NOW)).toBe(true);
    expect(isOverdue(undefined, false, NOW)).toBe(true);
  });
});

describe("paging on", () => {
  test("a source that can be paged is read on until it overlaps", async () => {
    website.set("189661", articles(NOW, 30));
    const asked = serve(website);
    await refresh(bridge, only("rodong-ko"), NOW);
    website.set("189661", articles(NOW + 35 * HOUR, 65));
    await refresh(bridge, only("rodong-ko"), NOW + 35 * HOUR);
    expect(asked.map((path) => /from=(\d+)/.exec(path)?.[1])).toEqual(["0", "0", "10", "20", "30"]);
    expect(await articlesOf("rodong-ko")).toBe(45);
    expect(await gapsOf("rodong-ko")).toEqual([]);
  });

  test("ten pages at most; what is left is a gap, said in health", async () => {
    website.set("189661", articles(NOW, 30));
    serve(website);
    await refresh(bridge, only("rodong-ko"), NOW);
    website.set("189661", articles(NOW + 300 * HOUR, 330));
    const asked = serve(website);
    await refresh(bridge, only("rodong-ko"), NOW + 300 * HOUR);
    expect(asked).toHaveLength(10);
    expect(await gapsOf("rodong-ko")).toEqual([{ after: "2026-06-01T00:00:00Z", before: "2026-06-09T09:00:00Z" }]);
    const report = (await (await ask(bindings(counted.kv), "/health")).json()) as {
      sources: { id: string; gaps: unknown[] }[];
    };
    expect(report.sources.find(({ id }) => id === "rodong-ko")?.gaps).toHaveLength(1);
  });

  test("where a source cannot be paged, the gap is kept as a fact", async () => {
    serve(website);
    await refresh(bridge, only("kcna-en"), NOW);
    website.set("156", articles(NOW + 100 * HOUR, 116));
    await refresh(bridge, only("kcna-en"), NOW + 100 * HOUR);
    expect(await gapsOf("kcna-en")).toEqual([{ after: "2026-06-01T00:00:00Z", before: "2026-06-04T13:00:00Z" }]);
  });
});

describe("polite", () => {
  test("validators go back to the website, and its 304 is a success that writes no article", async () => {
    const sent: Headers[] = [];
    vi.stubGlobal("fetch", async (_: URL, init: RequestInit) => {
      const headers = new Headers(init.headers);
      sent.push(headers);
      if (headers.get("if-none-match") === '"v1"') return new Response(null, { status: 304 });
      return page(listingPage("KCNA.kp (En)", articles(NOW, 16)), 200, {
        etag: '"v1"',
        "last-modified": "Mon, 01 Jun 2026 00:00:00 GMT",
      });
    });
    await refresh(bridge, only("kcna-en"), NOW);
    const before = await journal();
    const [outcome] = await refresh(bridge, only("kcna-en"), NOW + HOUR);
    expect(outcome).toMatchObject({ ok: true, added: 0, edited: 0 });
    expect(await journal()).toEqual(before);
    expect(sent[0]?.get("if-none-match")).toBeNull();
    expect(sent[1]?.get("if-modified-since")).toBe("Mon, 01 Jun 2026 00:00:00 GMT");
    expect(await statusOf("kcna-en")).toMatchObject({ failures: 0, lastSuccess: "2026-06-01T01:00:00Z" });
    expect(await articlesOf("kcna-en")).toBe(16);
  });

  test("a 304 is no success where nothing was asked conditionally, nor where nothing is kept", async () => {
    const sent: Headers[] = [];
    const never = async (_: URL, init: RequestInit) => {
      sent.push(new Headers(init.headers));
      return new Response(null, { status: 304 });
    };
    const failed = { ok: false, reason: "http-304" };
    vi.stubGlobal("fetch", never);
    expect(await refresh(bridge, only("kcna-en"), NOW)).toMatchObject([failed]);
    expect(await statusOf("kcna-en")).toMatchObject({ failures: 1 });
    // Kept, but the page came without validators.
    serve(website);
    await refresh(bridge, only("kcna-en"), NOW + HOUR);
    vi.stubGlobal("fetch", never);
    expect(await refresh(bridge, only("kcna-en"), NOW + 2 * HOUR)).toMatchObject([failed]);
    // With validators, until the operator has reset the archive.
    serve(website, () => page(listingPage("KCNA.kp (En)", articles(NOW, 16)), 200, { etag: '"v1"' }));
    await refresh(bridge, only("kcna-en"), NOW + 3 * HOUR);
    vi.stubGlobal("fetch", never);
    expect(await refresh(bridge, only("kcna-en"), NOW + 4 * HOUR)).toMatchObject([{ ok: true }]);
    await reset();
    expect(await refresh(bridge, only("kcna-en"), NOW + 5 * HOUR)).toMatchObject([failed]);
    expect(sent.map((headers) => headers.get("if-none-match"))).toEqual([null, null, '"v1"', null]);
  });

  test("a website that answers 304 for ever is asked for the whole page once a day", async () => {
    const whole = () => page(listingPage("KCNA.kp (En)", articles(NOW, 16)), 200, { etag: '"v1"' });
    const conditional: boolean[] = [];
    let broken = false;
    vi.stubGlobal("fetch", async (_: URL, init: RequestInit) => {
      conditional.push(new Headers(init.headers).has("if-none-match"));
      return broken || conditional.at(-1) ? new Response(null, { status: 304 }) : whole();
    });
    const looks = async (from: number) => {
      conditional.length = 0;
      for (let hours = from; hours < from + 24; hours++) {
        await refresh(bridge, only("kcna-en"), NOW + hours * HOUR);
      }
      return conditional.filter((is) => !is).length;
    };
    expect(await looks(0)).toBe(1);
    expect(await looks(24)).toBe(1);
    expect(await statusOf("kcna-en")).toMatchObject({ failures: 0 });
    broken = true;
    await looks(48);
    expect((await statusOf("kcna-en")).failures).toBeGreaterThan(0);
  });

  test("validators go to the address that they came from and to no other", async () => {
    const asked: [address: string, tag: string | null][] = [];
    const moved = { to: "" };
    vi.stubGlobal("fetch", async (url: URL, init: RequestInit) => {
      asked.push([url.href, new Headers(init.headers).get("if-none-match")]);
      if (moved.to && !url.search) return page("", 302, { location: moved.to });
      return page(listingPage("KCNA.kp (En)", articles(NOW, 16)), 200, { etag: '"v1"' });
    });
    const look = async (more: Partial<Bindings>) => {
      const own = bridgeOf(bindings(counted.kv, { BODIES_PER_TICK: "0", ...more }));
      asked.length = 0;
      await refresh(own, own.sources.slice(0, 1), NOW);
      return asked.map(([address, tag]) => `${new URL(address).host}${new URL(address).pathname} ${tag}`);
    };
    const other = { SOURCES: '[{"id":"kcna-en","name":"KCNA.kp (En)","language":"en","article":163}]' };
    const mirror = { KCNAWATCH_ORIGIN: "http://127.0.0.1:9" };
    expect(await look({})).toEqual(["kcnawatch.org/article/156/ null"]);
    expect(await look({})).toEqual(['kcnawatch.org/article/156/ "v1"']);
    expect(await look(other)).toEqual(["kcnawatch.org/article/163/ null"]);
    expect(await look(mirror)).toEqual(["127.0.0.1:9/article/156/ null"]);
    expect(await look({})).toEqual(["kcnawatch.org/article/156/ null"]);
    moved.to = "/article/156/?x=1";
    await look({});
    // Only the last hop has been seen before.
    expect(await look({})).toEqual(["kcnawatch.org/article/156/ null", 'kcnawatch.org/article/156/ "v1"']);
  });

  test("a page that is the same but for its chrome is not read again, unless the archive is a new one", async () => {
    const read = vi.spyOn(kcnawatch as Required<Site>, "readFragment");
    let nonce = 0;
    let listed = articles(NOW, 16);
    let tagged = false;
    vi.stubGlobal("fetch", async (_: URL, init: RequestInit) => {
      if (tagged && new Headers(init.headers).has("if-none-match")) return new Response(null, { status: 304 });
      const html = listingPage("KCNA.kp (En)", listed).replace("<header>", `<header><i>${++nonce}</i>`);
      return page(html, 200, tagged ? { etag: '"v1"' } : {});
    });
    const reads = async (now: number) => {
      read.mockClear();
      const [outcome] = await refresh(bridge, only("kcna-en"), now);
      expect(outcome?.ok).toBe(true);
      return read.mock.calls.length;
    };
    for (const validators of [false, true]) {
      tagged = validators;
      const start = NOW + (validators ? 12 * HOUR : 0);
      listed = articles(start, 16);
      expect(await reads(start)).toBe(1);
      expect(await reads(start)).toBe(0);
      // An edit in the last card is seen.
      listed = listed.with(15, { ...(listed[15] as Shown), excerpt: "An excerpt that was edited." });
      if (!validators) expect(await reads(start + HOUR)).toBe(1);
      // The operator has reset the archive.
      await reset();
      expect(await reads(start + 2 * HOUR)).toBe(1);
      expect(await articlesOf("kcna-en")).toBe(16);
      expect(await reads(start + 3 * HOUR)).toBe(0);
    }
  });

  test("redirects are followed within the site's own hosts, to the origin that is fetched, three at most", async () => {
    const asked: string[] = [];
    const run = async (to: (url: URL) => string | undefined) => {
      asked.length = 0;
      vi.stubGlobal("fetch", async (url: URL) => {
        asked.push(url.href);
        const location = to(url);
        return location ? page("", 302, { location }) : page(listingPage("KCNA.kp (En)", articles(NOW, 16)));
      });
      const [outcome] = await refresh(bridge, only("kcna-en"), NOW);
      return outcome?.reason ?? "ok";
    };
    expect(await run((url) => (url.search ? undefined : "https://www.kcnawatch.xyz/article/156/?x=1"))).toBe("ok");
    expect(asked).toEqual(["https://kcnawatch.org/article/156/", "https://www.kcnawatch.xyz/article/156/?x=1"]);
    const moved = (url: URL) => (url.host === "kcnawatch.org" ? `http://kcnawatch.xyz${url.pathname}` : undefined);
    expect(await run(moved)).toBe("ok");
    expect(asked).toEqual(["https://kcnawatch.org/article/156/", "https://kcnawatch.xyz/article/156/"]);
    // A mirror stands for all of the website's hosts.
    const own = bridge;
    bridge = bridgeOf(bindings(counted.kv, { KCNAWATCH_ORIGIN: "http://127.0.0.1:9" }));
    expect(await run((url) => (url.search ? undefined : "https://kcnawatch.xyz/article/156/?x=1"))).toBe("ok");
    expect(asked).toEqual(["http://127.0.0.1:9/article/156/", "http://127.0.0.1:9/article/156/?x=1"]);
    bridge = own;
    for (const elsewhere of [
      "https://kcnawatch.org.evil.example/",
      "http://169.254.169.254/",
      "file:///etc/passwd",
      "//evil.example/",
    ]) {
      expect(await run(() => elsewhere)).toBe("redirect");
      expect(asked).toHaveLength(1);
    }
    expect(await run((url) => url.href)).toBe("redirect");
    expect(asked).toHaveLength(4);
    expect(await run((url) => (url.pathname === "/newstream/" ? undefined : "/newstream/"))).toBe("redirect");
  });

  test("one request at a time, though readers ask for several sources at once", async () => {
    let at = 0;
    let most = 0;
    const listing = () => page(listingPage("KCNA.kp (En)", articles(NOW, 16)));
    vi.stubGlobal("fetch", async () => {
      most = Math.max(most, ++at);
      await scheduler.wait(30);
      at--;
      return listing();
    });
    const env = bindings(counted.kv);
    await Promise.all(["kcna-en", "kcna-ko", "newstream"].map((id) => feedOf(env, `/feeds/${id}.json`)));
    expect(most).toBe(1);
  });
});

describe("charsets", () => {
  const bytes = (...codes: number[]) => new Uint8Array(codes);
  const [pyong, yang] = [
    [0xc6, 0xf2],
    [0xbe, 0xe7],
  ] as const;
  const ascii = (text: string) => [...text].map((c) => c.charCodeAt(0));
  test("the one that the header or the page names", () => {
    expect(decode(bytes(...pyong, ...yang), "text/html; charset=EUC-KR")).toBe("평양");
    expect(decode(bytes(...ascii('<meta charset="euc-kr">'), ...pyong), "text/html")).toContain("평");
    expect(decode(new TextEncoder().encode("평양’s"), "text/html; charset=utf-8")).toBe("평양’s");
  });
  test("a wrong or unknown one does not spoil the page", () => {
    expect(decode(bytes(...pyong, ...yang), "text/html; charset=utf-8")).toBe("평양");
    expect(decode(new TextEncoder().encode("평양"), "text/html; charset=x-nonsense")).toBe("평양");
    expect(decode(bytes(0x61, 0xff, 0x62), "text/html")).toBe("a\ufffdb");
  });
});

describe("broken or quiet", () => {
  test("far fewer articles than usual are a failure, and after a day the new usual", async () => {
    serve(website);
    await refresh(bridge, only("kcna-en"), NOW);
    website.set("156", articles(NOW + HOUR, 3));
    const [few] = await refresh(bridge, only("kcna-en"), NOW + HOUR);
    expect(few).toMatchObject({
      ok: false,
      reason: "too-few-articles",
      detail: "the page shows 3 articles where it usually shows 16",
    });
    const [later] = await refresh(bridge, only("kcna-en"), NOW + 26 * HOUR);
    expect(later).toMatchObject({ ok: true, added: 1 });
  });

  test("a listing without anything new is a success", async () => {
    serve(website);
    await refresh(bridge, only("kcna-en"), NOW);
    const [again] = await refresh(bridge, only("kcna-en"), NOW + HOUR);
    expect(again).toMatchObject({ ok: true, added: 0 });
  });

  test("silent for more than twice its longest silence: quiet, which is no failure", async () => {
    serve(website);
    await refresh(bridge, only("kcna-en"), NOW);
    const status = await statusOf("kcna-en");
    expect(isQuiet(status, NOW + 47 * HOUR)).toBe(false);
    expect(isQuiet(status, NOW + 49 * HOUR)).toBe(true);
  });

  test("health is down only where nothing can be served", async () => {
    const status = async () => {
      const response = await ask(bindings(counted.kv), "/health");
      return [response.status, ((await response.json()) as { status: string }).status];
    };
    serve(new Map(), () => page("", 500));
    expect(await status()).toEqual([200, "ok"]);
    await tick(bridge, NOW);
    expect(await status()).toEqual([503, "down"]);
    serve(website);
    await refresh(bridge, only("kcna-en"), NOW);
    expect(await status()).toEqual([200, "degraded"]);
  });
});

describe("KV that is behind or silent, an archive out of reach", () => {
  test("one source's status does not take back another's", async () => {
    serve(
      new Map([
        ["156", articles(NOW, 16)],
        ["189661", articles(NOW, 10)],
      ]),
    );
    await refresh(bridge, only("kcna-en"), NOW);
    counted.stale.set("status", null);
    await refresh(bridge, only("rodong-ko"), NOW + 5000);
    counted.stale.clear();
    expect(await articlesOf("kcna-en")).toBe(16);
    expect(await articlesOf("rodong-ko")).toBe(10);
  });

  test("where the archive cannot be written, readers are answered and the website is not asked by each of them", async () => {
    const asked = serve(website);
    const env = bindings(counted.kv, { BODIES_PER_TICK: "0" });
    counted.unreachable = true;
    for (let i = 0; i < 10; i++) expect((await ask(env, "/feeds/kcna-en.rss")).status).toBe(503);
    expect(asked.length).toBeLessThanOrEqual(1);
    counted.unreachable = false;
    await refresh(bridge, only("kcna-en"), Date.now());
    counted.unreachable = true;
    asked.length = 0;
    vi.spyOn(Date, "now").mockReturnValue(Date.now() + HOUR);
    for (let i = 0; i < 10; i++) expect((await ask(env, "/feeds/kcna-en.rss")).status).toBe(200);
    expect(asked.length).toBeLessThanOrEqual(1);
  });

  test("where KV does not answer, what is remembered is served", async () => {
    serve(website);
    const env = bindings(counted.kv, { BODIES_PER_TICK: "0" });
    await refresh(bridge, only("kcna-en"), Date.now());
    expect((await ask(env, "/feeds/kcna-en.rss")).status).toBe(200);
    counted.deaf = true;
    vi.spyOn(Date, "now").mockReturnValue(Date.now() + MINUTE);
    expect((await ask(env, "/feeds/kcna-en.rss")).status).toBe(200);
  });
});

describe("stale", () => {
  test("stale articles are served at once and refreshed behind the answer", async () => {
    serve(website);
    await refresh(bridge, only("kcna-en"), Date.now() - HOUR);
    website.set("156", articles(NOW + HOUR, 17));
    const env = bindings(counted.kv);
    expect((await feedOf(env, "/feeds/kcna-en.json")).items).toHaveLength(16);
    expect((await feedOf(env, "/feeds/kcna-en.json")).items).toHaveLength(17);
  });

  test("a website that hangs does not hold up a reader of what is kept", async () => {
    serve(website);
    await refresh(bridge, only("kcna-en"), Date.now() - HOUR);
    let hung = 0;
    vi.stubGlobal("fetch", () => {
      hung++;
      return new Promise(() => {});
    });
    const behind: Promise<unknown>[] = [];
    const context = {
      waitUntil: (work: Promise<unknown>) => behind.push(work),
      passThroughOnException() {},
      props: {},
    };
    const response = await worker.fetch(
      new Request("https://bridge.example/feeds/kcna-en.rss"),
      bindings(counted.kv),
      context as never,
    );
    expect(response.status).toBe(200);
    expect(response.headers.get("cache-status")).toContain("detail=refreshing");
    await scheduler.wait(50);
    expect(hung).toBe(1);
  });
});
