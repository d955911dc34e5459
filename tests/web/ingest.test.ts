import { reset } from "cloudflare:test";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { type Bindings, bridgeOf } from "../../src/archive/bridge.ts";
import type { CommitResult } from "../../src/archive/source-commit.ts";
import { ingest } from "../../src/refresh/ingest.ts";
import { refresh, tick } from "../../src/refresh/refresh.ts";
import type { Source } from "../../src/sites/site.ts";
import { page as file } from "../pages.ts";
import { outletBridge } from "../refresh/outlet-setup.ts";
import { fragment, listingPage } from "../replica/markup.ts";
import {
  articleAt,
  ask,
  bindings,
  type CountedKv,
  countedKv,
  feedOf,
  newIsolate,
  resetAfterEach,
  serve,
  TOKEN,
} from "../simulation.ts";

let counted: CountedKv;
let env: Bindings;
beforeEach(() => {
  counted = countedKv();
  env = bindings(counted.kv);
  vi.stubGlobal("fetch", async () => new Response("", { status: 403 }));
});
resetAfterEach();

const LISTING = "https://kcnawatch.org/article/156/";
const STORY = "https://kcnawatch.org/newstream/1616457600-12345/respected-comrade/";

const FRAGMENT =
  "https://kcnawatch.org/wp-admin/admin-ajax.php?action=get_cat_by_source&die=true&from=10&to=10&sort=&id=156";

async function push(
  body: BodyInit,
  url: string | { raw: string } = LISTING,
  more: { token?: string; type?: string; source?: string } = {},
) {
  const query = typeof url === "string" ? `url=${encodeURIComponent(url)}` : url.raw;
  const response = await ask(env, `/ingest/${more.source ?? "kcna-en"}?${query}`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${more.token ?? TOKEN}`,
      "content-type": more.type ?? "text/html; charset=utf-8",
    },
    body,
  });
  return { status: response.status, answer: (await response.json()) as Record<string, unknown> };
}

/** Number of the archive's last event. */
const journal = async () => (await bridgeOf(env).archive.status(Date.now())).seq;

test("a listing, a fragment and an article page are taken in; the second time nothing changes and nothing is written", async () => {
  expect(
    await push(
      file("load-more-10"),
      "https://kcnawatch.org/wp-admin/admin-ajax.php?action=get_cat_by_source&from=10&to=10&id=1",
    ),
  ).toMatchObject({
    status: 200,
    answer: { kind: "listing", articles: 6, new: 6, changed: 0 },
  });
  expect((await push(file("source-156"))).answer).toEqual({ kind: "listing", articles: 16, new: 10, changed: 0 });
  expect((await push(file("article"), STORY)).answer).toEqual({ kind: "article", articles: 17, new: 1, changed: 0 });
  const { items } = await feedOf(env, "/feeds/kcna-en.json?content=full");
  expect(items).toHaveLength(17);
  expect(items.at(-1)).toMatchObject({
    title: "Respected Comrade Kim Jong Un Sends Verbal Message to President Xi Jinping",
    date_published: "2021-03-23T00:00:00Z",
  });
  expect(items.at(-1)?.content_html).toContain("the Chinese people.</p>");

  const before = await journal();
  expect((await push(file("source-156"))).answer).toMatchObject({ new: 0, changed: 0 });
  expect((await push(file("article"), STORY)).answer).toMatchObject({ new: 0, changed: 0 });
  expect(await journal()).toBe(before);
});

test("a bridge that is blocked is healthy while it is fed", async () => {
  expect((await ask(env, "/feeds/kcna-en.rss")).status).toBe(503);
  await push(file("source-156"));
  const health = (await (await ask(env, "/health")).json()) as {
    sources: { id: string; state: string; articles: number }[];
  };
  expect(health.sources[0]).toMatchObject({ id: "kcna-en", state: "quiet", articles: 16 });
  expect((await ask(env, "/feeds/kcna-en.rss")).status).toBe(200);
});

test("what is wrong is said, and nothing is stored", async () => {
  const cases: [Awaited<ReturnType<typeof push>>, number, string][] = [
    [await push(file("source-156"), LISTING, { token: "wrong" }), 401, "token is wrong"],
    [await push(file("source-156"), "https://evil.example/article/156/"), 400, "url takes"],
    [await push(file("source-156"), "https://kcnawatch.org.evil.example/"), 400, "url takes"],
    [await push(file("source-156"), "ftp://kcnawatch.org/"), 400, "url takes"],
    [await push(file("source-156"), "nonsense"), 400, "url takes"],
    [await push(file("source-156"), { raw: `url=${LISTING}&url=${LISTING}` }), 400, "url is given more than once"],
    [
      await push(file("load-more-10"), { raw: `url=${FRAGMENT}` }),
      400,
      'no parameter "die"; in url, "&" is written as',
    ],
    [await push(file("source-156"), "https://kcnawatch.org/article/163/"), 422, "not a page of the source"],
    [await push(file("source-156"), LISTING, { source: "nothing" }), 404, "no source"],
    [await push("{}", LISTING, { type: "application/json" }), 415, "text/html"],
    [await push("just words"), 422, "not HTML"],
    [await push(file("signup")), 422, "sign-up"],
    [await push(file("challenge")), 422, "bot check"],
    [await push(""), 422, "no content"],
    [await push("x".repeat(2 * 1024 * 1024 + 1)), 413, "2 MiB"],
    [await push(file("source-156"), STORY), 422, "list of articles"],
  ];
  for (const [{ status, answer }, expected, words] of cases) {
    expect([status, answer.detail]).toEqual([expected, expect.stringContaining(words)]);
  }
  expect([counted.calls.filter((call) => call === "commit"), await journal()]).toEqual([[], 0]);
  const without = await ask(env, `/ingest/kcna-en?url=${LISTING}`, { method: "POST", body: file("source-156") });
  expect([without.status, without.headers.get("www-authenticate")]).toEqual([401, 'Bearer realm="kcna-feed-bridge"']);
});

const KP_LISTING = "http://www.kcna.kp/en/article/list/a666dda1282180e0ee1b4427b0574ae7";
const KP_STORY = "http://www.kcna.kp/en/article/detail/0f1e2d3c4b5a69788796a5b4c3d2e1f0";

test.each([
  ["an MHTML archive", "From: <Saved by Blink>\r\nMIME-Version: 1.0\r\n\r\n", /(?=<)/, "saved as MHTML"],
  ["Chrome's translation", '<html class="js translated-ltr">', /<html[^>]*>/, "translated"],
  ["Edge's translation", "<h2 _msttexthash='77'>", /<h2>/, "translated"],
  ["Firefox's translation", '<h2 id="t" data-moz-translations-id="3">', /<h2>/, "translated"],
])("a page that a browser has changed is refused: %s", async (_, changed, place, words) => {
  const page = file("article").replace(place, changed);
  expect(page).toContain(changed);
  const { status, answer } = await push(page, STORY);
  expect([status, answer.reason, answer.detail]).toEqual([422, "rejected", expect.stringContaining(words)]);
  expect(await journal()).toBe(0);
});

test("an article page of which nothing can be stored yet is no success: its day is in the listing", async () => {
  env = bindings(counted.kv, { FOLLOW: "kp-kcna-en" });
  const story = file("kcna-kp-article");
  const { status, answer } = await push(story, KP_STORY, { source: "kp-kcna-en" });
  expect([status, answer.reason, answer.detail]).toEqual([
    422,
    "unreadable-dates",
    expect.stringContaining("push the listing first"),
  ]);
  expect((await push(file("kcna-kp-list"), KP_LISTING, { source: "kp-kcna-en" })).status).toBe(200);
  expect(await push(story, KP_STORY, { source: "kp-kcna-en" })).toMatchObject({ status: 200, answer: { changed: 1 } });
});

test("a page that seems to be another article's is no success, unless it stays so for a day", async () => {
  await push(file("article"), STORY);
  const other = "Maize Harvest Ends Across Counties";
  const page = file("article")
    .replaceAll("Respected Comrade Kim Jong Un Sends Verbal Message to President Xi Jinping", other)
    .replace(/<div class="article-content">.*?<\/div>/s, `<div class="article-content"><p>${other}.</p></div>`);
  const { status, answer } = await push(page, STORY);
  expect([status, answer.reason, answer.detail]).toEqual([422, "wrong-page", expect.stringContaining(other)]);
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 25 * 3600_000 });
  expect(await push(page, STORY)).toMatchObject({ status: 200, answer: { changed: 1 } });
  vi.useRealTimers();
});

test("a compressed body is refused wherever one is taken, and the answer says how to send it", async () => {
  const form = "application/x-www-form-urlencoded";
  for (const [path, type] of [
    [`/ingest/kcna-en?url=${LISTING}`, "text/html"],
    ["/import", "application/x-ndjson"],
    ["/hub", form],
  ] as const) {
    const sent = async (coding: string) => {
      const headers = { authorization: `Bearer ${TOKEN}`, "content-type": type, "content-encoding": coding };
      const response = await ask(env, path, { method: "POST", headers, body: "x" });
      return { response, detail: ((await response.json()) as { detail: string }).detail };
    };
    for (const coding of ["gzip", "GZIP", "br, gzip"]) {
      const { response, detail } = await sent(coding);
      expect([path, response.status, response.headers.get("accept-encoding")]).toEqual([path, 415, "identity"]);
      expect(detail).toContain(`without the Content-Encoding ${coding}`);
    }
    expect([path, [400, 422].includes((await sent("Identity")).response.status)]).toEqual([path, true]);
  }
  expect(await journal()).toBe(0);
});

test("without ADMIN_TOKEN set the operator's routes are not there", async () => {
  env = bindings(counted.kv, { ADMIN_TOKEN: "" });
  expect((await push(file("source-156"))).status).toBe(404);
  for (const method of ["POST", "GET", "OPTIONS"])
    expect((await ask(env, "/refresh/kcna-en", { method })).status).toBe(404);
});

test("refresh says what happened", async () => {
  const response = await ask(env, "/refresh/kcna-en", {
    method: "POST",
    headers: { authorization: `bearer ${TOKEN}` },
  });
  expect(await response.json()).toMatchObject({
    source: "kcna-en",
    ok: false,
    reason: "http-403",
    detail: expect.stringContaining("refuses"),
  });
});

test("a source that is fed because the website blocks the bridge is not asked for, nor called failing, while it is fed", async () => {
  const settings = bridgeOf(env);
  const start = Date.now();
  const state = async () => {
    const { sources } = (await (await ask(env, "/health")).json()) as { sources: { state: string }[] };
    return sources[0]?.state;
  };
  await tick(settings, start);
  expect(await state()).toBe("failing");
  vi.useFakeTimers({ toFake: ["Date"] });
  for (let i = 1; i <= 8; i++) {
    vi.setSystemTime(start + i * 15 * 60_000);
    const before = await journal();
    await push(file("source-156"));
    if (i > 1) expect(await journal()).toBe(before);
    await tick(settings, Date.now());
    expect(await state()).toBe("quiet");
  }
  // When nobody pushes any more, the bridge tries for itself again.
  vi.setSystemTime(start + 4 * 3600_000);
  await tick(settings, Date.now());
  expect(await state()).toBe("failing");
  vi.useRealTimers();
});

test("an older part of a listing says nothing of how its source is doing: one that fails goes on failing, one that is fed is fed", async () => {
  const settings = bridgeOf(env);
  const start = Date.now();
  const state = async () => (await settings.archive.statuses(["kcna-en"]))["kcna-en"];
  await tick(settings, start);
  expect((await push(file("load-more-10"), FRAGMENT)).answer.new).toBeGreaterThan(0);
  expect(await state()).toMatchObject({ failures: 1 });
  await push(file("source-156"));
  await push(file("load-more-10"), FRAGMENT);
  await tick(settings, start + 15 * 60_000);
  expect(await state()).toMatchObject({ failures: 0, pushed: true, typicalCount: 16 });
});

test("an article of another source is not taken in", async () => {
  const { status, answer } = await push(file("article"), STORY, { source: "rodong-ko" });
  expect([status, answer.reason, answer.detail]).toEqual([
    422,
    "rejected",
    expect.stringContaining("KCNA.kp (En), not by Rodong Sinmun"),
  ]);
});

test("a further source takes no article of a publisher that another source has; those of others it takes", async () => {
  const vok = { id: "vok-en", name: "Voice of Korea (EN)", language: "en", article: 163 };
  env = bindings(counted.kv, { SOURCES: JSON.stringify([vok]) });
  const taken = await push(file("article"), STORY, { source: "vok-en" });
  expect([taken.status, taken.answer.reason]).toEqual([422, "rejected"]);
  const other = file("article").replaceAll("KCNA.kp (En)", "Somebody Else (En)");
  expect((await push(other, STORY, { source: "vok-en" })).status).toBe(200);
});

test("what the archive refuses, or fails to keep, is not acknowledged", async () => {
  const bridge = bridgeOf(env);
  const [source] = bridge.sources as [Source];
  const pushed = (result: Partial<CommitResult> | undefined) => {
    const none = { source: source.id, added: 0, edited: 0, enriched: 0, gone: 0, back: 0, seq: 0 };
    const archive = { ...bridge.archive, commit: async () => (result ? [{ ...none, ...result }] : []) };
    const page = {
      url: new URL(LISTING),
      bytes: new TextEncoder().encode(file("source-156")),
      contentType: "text/html",
    };
    return ingest({ ...bridge, archive }, source, page, Date.now());
  };
  const failure = { reason: "garbled", detail: "letters of another charset" } as const;
  expect(await pushed({ failure })).toEqual({ failure });
  await expect(pushed({ error: "no memory" })).rejects.toThrow("no memory");
  await expect(pushed(undefined)).rejects.toThrow("nothing was committed");
  const changes = { added: 1, edited: 2, enriched: 3 };
  expect(await pushed(changes)).toEqual({ kind: "listing", articles: 16, new: 1, changed: 5 });
});

test("what was pushed is read at once, also where the feed was just read", async () => {
  await push(file("load-more-10"), FRAGMENT);
  expect((await feedOf(env, "/feeds/kcna-en.json")).items).toHaveLength(6);
  await push(file("source-156"));
  expect((await feedOf(env, "/feeds/kcna-en.json")).items).toHaveLength(16);
});

test("a page of a mirror is taken as the website's: its links are the website's own, as when the bridge reads it", async () => {
  const mirror = "http://127.0.0.1:9";
  env = bindings(counted.kv, { KCNAWATCH_ORIGIN: mirror });
  const copy = file("source-156").replaceAll("https://kcnawatch.org/", `${mirror}/`);
  expect((await push(copy, `${mirror}/article/156/`)).answer).toMatchObject({ articles: 16, new: 16 });
});

test("a page whose address has the parameters that mail and social media add, or two slashes, is the page without them", async () => {
  const site = { id: "far", name: "Far News", origin: "https://far.example", timeZone: "Asia/Seoul" };
  env = bindings(counted.kv, {
    SITES: JSON.stringify([{ ...site, language: "en", listing: "/?list=1", article: "/a/(\\d+)$", body: "article" }]),
  });
  const list = '<h2><a href="/a/1">A first title</a></h2><time datetime="2026-02-01">1 February 2026</time>';
  const page = `<h1>A first title</h1><article><p>${"The words of the article. ".repeat(20)}</p></article>`;
  const from = async (path: string, html: string) => {
    const { status, answer } = await push(html, site.origin + path, { source: "far" });
    return [status, answer.kind ?? answer.detail];
  };
  expect(await from("/?utm_source=mail&list=1&fbclid=Iw0", list)).toEqual([200, "listing"]);
  expect(await from("/a/1?utm_source=mail&gclid=2", page)).toEqual([200, "article"]);
  expect(await from("//a/1", page)).toEqual([200, "article"]);
  expect((await from("/a/1?print=1", page))[0]).toBe(422);
});

test("a page of another article than the listing named is refused, where a website is known to mix them up", async () => {
  const outlets = outletBridge({ FOLLOW: "kp-kcna-en", DEFAULT_SOURCE: "kp-kcna-en", BODIES_PER_TICK: "0" });
  await outlets.tickAt(Date.parse("2026-10-06T21:00:00+09:00"));
  env = outlets.env;
  const { items } = await feedOf(env, "/feeds/kp-kcna-en.json?limit=2");
  const [own, other] = items.map(({ url }) => url) as [string, string];
  const html = async (url: string) =>
    (await fetch(new URL(new URL(url).pathname, outlets.bridge.origins.get("http://www.kcna.kp")))).text();
  const wrong = await push(await html(other), own, { source: "kp-kcna-en" });
  expect([wrong.status, wrong.answer.reason]).toEqual([422, "wrong-page"]);
  expect((await push(await html(own), own, { source: "kp-kcna-en" })).status).toBe(200);
});

test("a pushed page that is older than the listing which was fetched is corrected at the next look, also if that is unchanged", async () => {
  const now = Date.parse("2026-06-01T00:00:00Z");
  const at = (title?: string) => articleAt(now, 1, title);
  const listings = new Map([["156", [at("Second title")]]]);
  const look = async () => {
    serve(listings);
    const source = bridgeOf(env).sources.filter(({ id }) => id === "kcna-en");
    return (await refresh(bridgeOf(env), source, Date.now()))[0]?.edited;
  };
  vi.spyOn(Date, "now").mockReturnValue(now + 60_000);
  await push(listingPage("KCNA.kp (En)", [at()]));
  vi.mocked(Date.now).mockReturnValue(now + 120_000);
  expect(await look()).toBe(1);
  vi.mocked(Date.now).mockReturnValue(now + 180_000);
  expect((await push(listingPage("KCNA.kp (En)", [at()]))).answer).toMatchObject({ changed: 1 });
  vi.mocked(Date.now).mockReturnValue(now + 240_000);
  expect(await look()).toBe(1);
  expect((await feedOf(env, "/feeds/kcna-en.json")).items[0]?.title).toBe("Second title");
});

test("a page pushed into an archive that was lost does not pass for the listing that is fetched", async () => {
  vi.stubGlobal("fetch", async () => new Response(file("source-156"), { headers: { "content-type": "text/html" } }));
  const settings = bridgeOf(bindings(counted.kv, { BODIES_PER_TICK: "0" }));
  const kcna = settings.sources.slice(0, 1);
  await refresh(settings, kcna, Date.now());
  await reset();
  await push(file("article").replace(/<div id="latest_article_wrapper".*<\/main>/s, "</main>"), STORY);
  await refresh(settings, kcna, Date.now());
  expect((await feedOf(env, "/feeds/kcna-en.json")).items).toHaveLength(17);
});

describe("what is acknowledged is kept", () => {
  const NOW = Date.parse("2026-06-10T03:00:00Z");
  const every = (from: number, count: number) =>
    Array.from({ length: count }, (_, i) => articleAt(NOW - (from + i) * 3600_000, 5000 - from - i));
  const fragmentAt = (from: number) =>
    `https://kcnawatch.org/wp-admin/admin-ajax.php?action=get_cat_by_source&from=${from}&to=10&id=1`;
  const titles = async () => (await feedOf(env, "/feeds/kcna-en.json?limit=500")).items.map(({ title }) => title);

  beforeEach(() => {
    env = bindings(counted.kv, { BODIES_PER_TICK: "0" });
  });

  test("of eight pushes side by side", async () => {
    const pages = Array.from({ length: 8 }, (_, i) => every(i * 10, 10));
    const answers = await Promise.all(pages.map((shown, i) => push(fragment(shown), fragmentAt(i * 10))));
    expect(answers.map(({ status, answer }) => [status, answer.new])).toEqual(pages.map(() => [200, 10]));
    expect(await titles()).toEqual(pages.flat().map(({ title }) => title));
  });

  test("pushes one after the other, faster than KV takes writes of a key", async () => {
    const pages = Array.from({ length: 5 }, (_, i) => every(i * 10, 10));
    for (const [i, shown] of pages.entries())
      expect((await push(fragment(shown), fragmentAt(i * 10))).status).toBe(200);
    expect(await titles()).toEqual(pages.flat().map(({ title }) => title));
  });

  test("of a push during a tick", async () => {
    const pushed = every(0, 1);
    const website = new Map([["156", every(1, 16)]]);
    let during: ReturnType<typeof push> | undefined;
    serve(website, (url) => {
      if (url.pathname === "/article/156/") during ??= push(fragment(pushed), fragmentAt(0));
      return undefined;
    });
    await tick(bridgeOf(env), Date.now());
    expect(await during).toMatchObject({ status: 200, answer: { new: 1 } });
    newIsolate(env);
    expect(await titles()).toEqual([...pushed, ...every(1, 16)].map(({ title }) => title));
  });
});
