import { describe, expect, test, vi } from "vitest";
import { type Bindings, bridgeOf } from "../../src/archive/bridge.ts";
import { isDue } from "../../src/archive/schedule.ts";
import { fetchPage, TIMEOUT } from "../../src/refresh/fetch.ts";
import { decode } from "../../src/refresh/page-bytes.ts";
import { refresh } from "../../src/refresh/refresh.ts";
import { listingPage } from "../replica/markup.ts";
import { bindings, feedOf, page, serve } from "../simulation.ts";
import { articles, bridge, counted, NOW, newBridgeBeforeEach, only, statusOf, website } from "./setup.ts";

newBridgeBeforeEach();

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

test("redirects are followed within the site's own hosts, to the origin that is fetched, three at most", async () => {
  const asked: string[] = [];
  let fetching = bridge;
  const run = async (to: (url: URL) => string | undefined) => {
    asked.length = 0;
    vi.stubGlobal("fetch", async (url: URL) => {
      asked.push(url.href);
      const location = to(url);
      return location ? page("", 302, { location }) : page(listingPage("KCNA.kp (En)", articles(NOW, 16)));
    });
    const [outcome] = await refresh(fetching, only("kcna-en"), NOW);
    return outcome?.reason ?? "ok";
  };
  expect(await run((url) => (url.search ? undefined : "https://www.kcnawatch.xyz/article/156/?x=1"))).toBe("ok");
  expect(asked).toEqual(["https://kcnawatch.org/article/156/", "https://www.kcnawatch.xyz/article/156/?x=1"]);
  const moved = (url: URL) => (url.host === "kcnawatch.org" ? `http://kcnawatch.xyz${url.pathname}` : undefined);
  expect(await run(moved)).toBe("ok");
  expect(asked).toEqual(["https://kcnawatch.org/article/156/", "https://kcnawatch.xyz/article/156/"]);
  // Two slashes are one: its first folder names no host.
  expect(await run((url) => (url.pathname[1] === "/" ? undefined : `${url.origin}/${url.pathname}`))).toBe("ok");
  expect(asked).toEqual(["https://kcnawatch.org/article/156/", "https://kcnawatch.org//article/156/"]);
  // A mirror stands for all of the website's hosts.
  fetching = bridgeOf(bindings(counted.kv, { KCNAWATCH_ORIGIN: "http://127.0.0.1:9" }));
  expect(await run((url) => (url.search ? undefined : "https://kcnawatch.xyz/article/156/?x=1"))).toBe("ok");
  expect(asked).toEqual(["http://127.0.0.1:9/article/156/", "http://127.0.0.1:9/article/156/?x=1"]);
  fetching = bridge;
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
  // What is at the address of the sign-up form says no more, even if it redirects to itself.
  expect(await run(() => "/free-member-form/?from=listing")).toBe("sign-up");
  expect(asked).toHaveLength(1);
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

test("a request that was lost while the clock was ahead keeps no other waiting until then", async () => {
  const clock = vi.spyOn(Date, "now").mockReturnValue(NOW + 24 * 3600_000);
  const sent = Promise.withResolvers<void>();
  vi.stubGlobal("fetch", () => {
    sent.resolve();
    return new Promise(() => {});
  });
  refresh(bridge, only("kcna-en"), NOW);
  await sent.promise;
  clock.mockReturnValue(NOW);
  serve(website);
  await refresh(bridge, only("kcna-en"), NOW);
  expect(await statusOf("kcna-en")).toMatchObject({ failures: 0 });
}, 5000);

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
    const older = '<meta http-equiv="Content-Type" content="text/html; charset = windows-1251">';
    expect(decode(bytes(...ascii(older), 0xcc, 0xc8, 0xc4), "text/html")).toBe(`${older}МИД`);
    expect(decode(new TextEncoder().encode("평양’s"), "text/html; charset=utf-8")).toBe("평양’s");
  });
  test("the older one of the page's language, if it names none that fits", () => {
    const [chinese, japanese] = [bytes(0xb3, 0xaf, 0xcf, 0xca), bytes(0x92, 0xa9, 0x91, 0x4e)];
    for (const type of ["text/html", "text/html; charset=utf-8"]) {
      for (const language of ["zh", "zh-CN", "zh-Hans"]) expect(decode(chinese, type, language)).toBe("朝鲜");
      expect(decode(japanese, type, "ja")).toBe("朝鮮");
      expect(decode(bytes(...pyong, ...yang), type, "en")).toBe("평양");
    }
  });
  test("a wrong or unknown one does not spoil the page", () => {
    expect(decode(bytes(...pyong, ...yang), "text/html; charset=utf-8")).toBe("평양");
    expect(decode(new TextEncoder().encode("평양"), "text/html; charset=x-nonsense")).toBe("평양");
    expect(decode(bytes(0x61, 0xff, 0x62), "text/html")).toBe("a\ufffdb");
    // A title that is cut within a character leaves the rest of the page as it is.
    const cut = [...pyong, 0xc6, 0x3c, ...yang];
    expect(decode(bytes(...cut), "text/html; charset=EUC-KR")).toBe("평\ufffd<양");
    expect(decode(bytes(...cut), "text/html")).toBe("평\ufffd<양");
    const utf8 = [...new TextEncoder().encode("평양"), 0xec, 0x3c];
    expect(decode(bytes(...utf8), "text/html; charset=EUC-KR")).toBe("평양\ufffd<");
    // That is how a website's wrong look is told from an edit.
    expect(decode(new TextEncoder().encode("é"), "text/html; charset=iso-8859-1")).toBe("Ã©");
    const chinese = [0xb3, 0xaf, 0xcf, 0xca];
    expect(decode(bytes(...ascii("<meta charset=gb2312>"), ...chinese), "text/html; charset=utf-8")).toContain("朝鲜");
  });
  test("an XML declaration and a byte order mark name it, too", () => {
    for (const declared of ['<?xml version="1.0" encoding="windows-1251"?>', "\n<?xml encoding = 'windows-1251'?>"])
      expect(decode(bytes(...ascii(declared), 0xcc, 0xc8, 0xc4), "application/xhtml+xml")).toBe(`${declared}МИД`);
    expect(decode(bytes(0xff, 0xfe, 0x00, 0xac), "text/html; charset=utf-8")).toBe("가");
    expect(decode(bytes(0xfe, 0xff, 0xac, 0x00), "text/html")).toBe("가");
  });
  test("what is read as ASCII is not in UTF-16, whatever it says; and a wrong header puts no other name before UTF-8", () => {
    for (const declared of [
      '<?xml version="1.0" encoding="utf-16"?>',
      "<meta charset=UTF-16LE>",
      '<meta charset="utf-16">',
    ]) {
      for (const text of [`${declared}평양`, `${declared}평양.`])
        expect(decode(new TextEncoder().encode(text), "text/html")).toBe(text);
    }
    const marked = bytes(
      0xef,
      0xbb,
      0xbf,
      ...ascii("<meta charset=iso-8859-1>"),
      ...new TextEncoder().encode("é"),
      0x20,
    );
    expect(decode(marked, "text/html; charset=iso-2022-jp")).toBe("<meta charset=iso-8859-1>é ");
  });
  test("one that writes everything in ASCII's bytes is read as such only if it is named", () => {
    const japanese = [0x1b, 0x24, 0x42, 0x44, 0x2b, 0x1b, 0x28, 0x42];
    expect(decode(bytes(...japanese), "text/html; charset=ISO-2022-JP")).toBe("朝");
    expect(decode(bytes(0x41, 0), "text/html; charset=utf-16")).toBe("A");
  });
});

test("a request says who asks, for what, and in which languages", async () => {
  let sent = new Headers();
  vi.stubGlobal("fetch", async (_: URL, init: RequestInit) => {
    sent = new Headers(init.headers);
    return page(listingPage("KCNA.kp (En)", articles(NOW, 16)));
  });
  await refresh(bridge, only("kcna-en"), NOW);
  // Some websites answer a request without a language in another one, or not at all.
  expect([...sent]).toEqual([
    ["accept", "text/html, application/xhtml+xml;q=0.9"],
    ["accept-language", "en, *;q=0.5"],
    ["user-agent", bridge.userAgent],
  ]);
});

test("a Retry-After of more than a day counts as a day, one in the past as none", async () => {
  for (const [value, seconds] of [
    ["99999999999", 86_400],
    [new Date(Date.now() + 30 * 86_400_000).toUTCString(), 86_400],
    ["Thu, 01 Jan 2026 00:00:00 GMT", 0],
    ["soon", undefined],
  ] as const) {
    serve(website, () => page("busy", 503, { "retry-after": value }));
    const [source] = only("kcna-en");
    if (!source) throw new Error("no source");
    const { site } = source;
    const fetched = await fetchPage(
      { site, origin: site.origin, userAgent: "", budget: { left: 1 }, timeout: TIMEOUT },
      "/",
    );
    expect([value, "retryAfter" in fetched ? fetched.retryAfter : undefined]).toEqual([value, seconds]);
  }
});

test("of the cookies of a session, ten are kept, each of a thousand characters at most and without attributes", async () => {
  const [source] = only("kcna-en");
  if (!source) throw new Error("no source");
  const { site } = source;
  const cookies = ["a=1; Path=/; HttpOnly", "no cookie", "=2", `long=${"x".repeat(1000)}`];
  for (let i = 0; i < 20; i++) cookies.push(`n${i}=${i}`);
  const headers = cookies.map((cookie): [string, string] => ["set-cookie", cookie]);
  vi.stubGlobal(
    "fetch",
    async () => new Response("<html></html>", { headers: [["content-type", "text/html"], ...headers] }),
  );
  const context = { site, origin: site.origin, userAgent: "", budget: { left: 1 }, timeout: TIMEOUT };
  const kept = ["a=1", ...Array.from({ length: 9 }, (_, i) => `n${i}=${i}`)];
  expect(await fetchPage(context, "/")).toMatchObject({ cookie: kept.join("; ") });
});
