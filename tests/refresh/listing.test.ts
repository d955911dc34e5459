import { reset } from "cloudflare:test";
import { expect, test, vi } from "vitest";
import { listingCommit } from "../../src/refresh/listing.ts";
import { refresh } from "../../src/refresh/refresh.ts";
import { kcnawatch } from "../../src/sites/kcnawatch.ts";
import type { Site, Source } from "../../src/sites/site.ts";
import { journal } from "../archive/object.ts";
import { listingPage, type Shown } from "../replica/markup.ts";
import { page, serve } from "../simulation.ts";
import { articles, articlesOf, bridge, HOUR, NOW, newBridgeBeforeEach, only, statusOf, website } from "./setup.ts";

newBridgeBeforeEach();

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

test("after the clock was put back, the whole page is asked for once", async () => {
  const sent: (string | null)[] = [];
  vi.stubGlobal("fetch", async (_: URL, init: RequestInit) => {
    sent.push(new Headers(init.headers).get("if-none-match"));
    if (sent.at(-1)) return new Response(null, { status: 304 });
    return page(listingPage("KCNA.kp (En)", articles(NOW, 16)), 200, { etag: '"v1"' });
  });
  for (const hours of [9, 0, 1, 2])
    expect(await refresh(bridge, only("kcna-en"), NOW + hours * HOUR)).toMatchObject([{ ok: true }]);
  expect(sent).toEqual([null, '"v1"', null, '"v1"']);
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
  expect(await refresh(bridge, only("kcna-en"), NOW + 23 * HOUR)).toMatchObject([{ reason: "too-few-articles" }]);
  const [later] = await refresh(bridge, only("kcna-en"), NOW + 26 * HOUR);
  expect(later).toMatchObject({ ok: true, added: 1 });
});

test("a clock that is days behind the website's and its articles gives them no dates", async () => {
  let [date, listed] = ["", articles(NOW, 16)];
  vi.stubGlobal("fetch", async () => page(listingPage("KCNA.kp (En)", listed), 200, { date }));
  const read = async (now: number, websites: number) => {
    date = new Date(websites).toUTCString();
    return (await refresh(bridge, only("kcna-en"), now))[0];
  };
  const behind = NOW - 72 * HOUR;
  expect(await read(behind, NOW)).toMatchObject({
    ...{ ok: false, reason: "clock", added: 0 },
    detail: "the bridge's clock says 2026-05-29T00:00:00Z, the website's 2026-06-01T00:00:00Z: set it",
  });
  expect(await articlesOf("kcna-en")).toBe(0);
  // A website that is a day ahead, and one whose clock alone is wrong.
  expect(await read(NOW, NOW + 24 * HOUR)).toMatchObject({ ok: true, added: 16 });
  listed = articles(NOW + HOUR, 17);
  expect(await read(NOW + HOUR, NOW + 240 * HOUR)).toMatchObject({ ok: true, added: 1 });
  // The archive knows what time it is.
  listed = articles(NOW + 2 * HOUR, 18);
  expect(await read(behind, NOW)).toMatchObject({ ok: true, added: 1 });
  // Days that are misprinted, while both clocks are right.
  listed = articles(NOW + 96 * HOUR, 18);
  expect(await read(NOW + 3 * HOUR, NOW + 3 * HOUR)).toMatchObject({ ok: true, added: 18 });
});

test("a redirect to the listing of another source is a failure, and none of its articles is stored as this one's", async () => {
  website.set("163", articles(NOW, 16)).delete("156");
  serve(website, ({ pathname }) =>
    pathname === "/article/156/" ? page("", 302, { location: "/article/163/" }) : undefined,
  );
  expect(await refresh(bridge, only("kcna-en"), NOW)).toMatchObject([
    { ok: false, reason: "redirect", detail: "the website shows /article/163/ instead of the listing" },
  ]);
  expect(await articlesOf("kcna-en")).toBe(0);
});

test("a listing that usually shows fewer than eight articles may show one", async () => {
  serve(website.set("156", articles(NOW, 7)));
  await refresh(bridge, only("kcna-en"), NOW);
  website.set("156", articles(NOW + HOUR, 1));
  expect(await refresh(bridge, only("kcna-en"), NOW + HOUR)).toMatchObject([{ ok: true, added: 1 }]);
});

test("only the newest page is a look at the listing; a list below an article is unbroken unless languages are mixed", () => {
  const of = (id: string, page?: number) => {
    const [source] = only(id) as [Source];
    const path = page === undefined ? undefined : source.site.listingPath(source, page);
    const { unbroken, isLook, from } = listingCommit(source, [], path);
    return { unbroken, isLook, from };
  };
  expect(of("rodong-ko", 0)).toEqual({ unbroken: true, isLook: true, from: 0 });
  expect(of("rodong-ko", 2)).toEqual({ unbroken: true, isLook: false, from: 20 });
  expect(of("rodong-ko")).toEqual({ unbroken: true, isLook: false, from: undefined });
  expect(of("newstream")).toEqual({ unbroken: false, isLook: false, from: undefined });
  expect(of("newstream", 0)).toEqual({ unbroken: true, isLook: true, from: 0 });
});

test("a listing without anything new is a success", async () => {
  serve(website);
  await refresh(bridge, only("kcna-en"), NOW);
  const [again] = await refresh(bridge, only("kcna-en"), NOW + HOUR);
  expect(again).toMatchObject({ ok: true, added: 0 });
});
