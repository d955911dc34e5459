import { expect, test, vi } from "vitest";
import { bridgeOf } from "../../src/archive/bridge.ts";
import { refresh, tick } from "../../src/refresh/refresh.ts";
import { refreshSite } from "../../src/refresh/refresh-site.ts";
import type { Round } from "../../src/refresh/round.ts";
import type { Site, Source } from "../../src/sites/site.ts";
import { ask, bindings, feedOf, newIsolate, page, serve } from "../simulation.ts";
import {
  articles,
  articlesOf,
  bridge,
  counted,
  HOUR,
  MINUTE,
  NOW,
  newBridgeBeforeEach,
  only,
  statusOf,
  website,
} from "./setup.ts";

newBridgeBeforeEach();

const gapsOf = async (id: string) => (await statusOf(id)).stats?.gaps.map(({ after, before }) => ({ after, before }));

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

test("a tick makes 45 requests at most; sources that are left have not failed, and are the first of the next tick", async () => {
  const sources = Array.from({ length: 50 }, (_, i) => ({
    id: `s-${i}`,
    name: `S ${i}`,
    language: "en",
    article: 900 + i,
  }));
  const variables = { FOLLOW: "kcna-en", SOURCES: JSON.stringify(sources) };
  const asked = serve(new Map(), () => page("", 500));
  const many = bridgeOf(bindings(counted.kv, { ...variables, BODIES_PER_TICK: "0" }));
  expect(await tick(many, NOW)).toHaveLength(45);
  const first = new Set(asked);
  expect([asked.length, first.size]).toEqual([45, 45]);
  asked.length = 0;
  await tick(many, NOW + MINUTE);
  expect(asked.slice(0, 5).filter((path) => first.has(path))).toEqual([]);
  // Requests for article pages are kept for them.
  asked.length = 0;
  await tick(bridgeOf(bindings(counted.kv, { ...variables, BODIES_PER_TICK: "20" })), NOW + HOUR);
  expect(asked).toHaveLength(25);
});

const site = (id: string) => ({
  ...{ id, name: id, origin: `https://${id}.example.org`, timeZone: "UTC", language: "en" },
  ...{ article: "/news/([0-9]+)", body: "article" },
  sources: Array.from({ length: 30 }, (_, i) => ({ id: `${id}-${i}`, name: `${id} ${i}`, listing: `/list/${i}` })),
});
const reading = (...sites: string[]) =>
  bridgeOf(bindings(counted.kv, { FOLLOW: "kcna-en", SITES: JSON.stringify(sites.map(site)), BODIES_PER_TICK: "0" }));

test("websites that are read side by side share the 45 requests: a source for which none is left has not failed", async () => {
  const asked = serve(new Map(), () => page("", 500));
  const outcomes = await tick(reading("one", "two", "three"), NOW);
  expect(asked).toHaveLength(45);
  expect(outcomes.filter(({ reason }) => reason !== "http-500")).toEqual([]);
});

test("a source has not failed if no request is left to follow the website's redirect; it stays due", async () => {
  const listing = /^\/list\/\d+\/?$/;
  const asked = serve(new Map(), ({ pathname }) =>
    listing.test(pathname) ? page("", 301, { location: `${pathname}/` }) : page("", 500),
  );
  const redirected = reading("one");
  const outcomes = await tick(redirected, NOW);
  expect(asked).toHaveLength(45);
  const reasons = outcomes.map(({ source, reason }) => [source, reason]);
  expect(reasons.at(-1)).toEqual(["one-14", "no-request-left"]);
  expect(new Set(reasons.slice(0, -1).map(([, reason]) => reason))).toEqual(new Set(["http-500"]));
  expect(await redirected.archive.statuses(["one-14"])).toEqual({});
});

test("the requests that are kept for a website's article pages are its own: listings of others do not take them", async () => {
  const asked = serve(website);
  const { archive } = bridge;
  const sources = only("kcna-en");
  const { site } = sources[0] as Source;
  const budget = { left: 5 };
  const duePages: typeof archive.duePages = (...values) => {
    budget.left = 0;
    return archive.duePages(...values);
  };
  const round: Round = {
    ...{ bridge: { ...bridge, archive: { ...archive, duePages } }, budget, now: NOW },
    ...{ statuses: {}, hasTime: () => true, isOnDemand: false, publishesAtOnce: false, isPublished: false },
    ...{ outcomes: new Map(), articlePages: new Map([[site, 3]]) },
  };
  await refreshSite(round, site, sources);
  expect(asked.filter((path) => path.startsWith("/newstream/"))).toHaveLength(3);
  expect(budget.left).toBe(0);
});

test("of 30 websites each gets its texts: those whose listings are read in a tick get a page each", async () => {
  const list = [3, 2, 1].map((id) => `<li>2026-05-31 <a href="/news/${id}">News number ${id}</a></li>`).join("");
  const withTexts = new Set<string>();
  const asked = serve(new Map(), ({ hostname, pathname }) => {
    if (pathname.startsWith("/list/")) return page(`<ul>${list}</ul>`);
    if (hostname.endsWith(".example.org")) withTexts.add(hostname);
    return undefined;
  });
  const ids = Array.from({ length: 30 }, (_, i) => `site-${i}`);
  const sites = ids.map(site).map((one) => ({ ...one, sources: one.sources.slice(0, 1) }));
  const env = bindings(counted.kv, { FOLLOW: "kcna-en", SITES: JSON.stringify(sites) });
  for (const minutes of [0, 5]) {
    asked.length = 0;
    await tick(bridgeOf(env), NOW + minutes * MINUTE);
    expect(asked.length).toBeLessThanOrEqual(45);
  }
  expect(withTexts.size).toBe(30);
});

test("no more requests wait for an answer than a Worker has connections, and websites that take minutes leave some free", async () => {
  const outlets = "kp-kcna-en, kp-rodong-ko, kp-vok-ko, kp-mfa-ko";
  const ids = Array.from({ length: 9 }, (_, i) => `site-${i}`);
  const sites = ids.map(site).map((one) => ({ ...one, sources: one.sources.slice(0, 1) }));
  const env = bindings(counted.kv, { FOLLOW: outlets, SITES: JSON.stringify(sites), BODIES_PER_TICK: "0" });
  const waiting: { isSlow: boolean; answer: () => void }[] = [];
  vi.stubGlobal("fetch", (url: URL) => {
    const isSlow = url.host.endsWith(".kp");
    return new Promise((resolve) => waiting.push({ isSlow, answer: () => resolve(page("", 500)) }));
  });
  let outcomes: unknown[] | undefined;
  const work = tick(bridgeOf(env), NOW).then((all) => (outcomes = all));
  const asked = () => [waiting.filter(({ isSlow }) => isSlow).length, waiting.filter(({ isSlow }) => !isSlow).length];
  // Each time, one of them is answered: a quick one, if there is one.
  const slow = [3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 2, 1];
  const quick = [3, 3, 3, 3, 3, 3, 3, 2, 1, 0, 0, 0, 0];
  for (const [i, expected] of slow.entries()) {
    await vi.waitFor(() => expect(asked()).toEqual([expected, quick[i]]));
    // Others would be asked within some turns of the event loop.
    for (let turn = 0; turn < 10; turn++) await new Promise((next) => setTimeout(next));
    expect(asked()).toEqual([expected, quick[i]]);
    waiting.sort((a, b) => Number(a.isSlow) - Number(b.isSlow));
    waiting.shift()?.answer();
  }
  await work;
  expect(outcomes).toHaveLength(13);
});

test("a card without a title is no edit: the article keeps the title that its listing printed before", async () => {
  let title = "";
  serve(new Map(), ({ pathname }) => {
    const cards = [`News 3`, title, "News 1"].map(
      (text, i) => `<li>2026-05-31 <a href="/news/${3 - i}">${text}</a></li>`,
    );
    return pathname === "/list/0" ? page(`<ul>${cards.join("")}</ul>`) : undefined;
  });
  const one = reading("one");
  const edited: (number | undefined)[] = [];
  for (const [hours, printed] of ["News of the day", "", "News of the day", "News of the night"].entries()) {
    title = printed;
    edited.push((await tick(one, NOW + hours * HOUR)).find(({ source }) => source === "one-0")?.edited);
  }
  expect(edited).toEqual([0, 0, 0, 1]);
});

test("what a tick has stored is published at its end, also if every listing had something new", async () => {
  serve(website.set("189661", articles(NOW - 30 * MINUTE, 16)));
  await refresh(bridge, [...only("kcna-en"), ...only("rodong-ko")], NOW);
  const env = bindings(counted.kv, { BODIES_PER_TICK: "0" });
  newIsolate(env);
  counted.unreachable = true;
  vi.spyOn(Date, "now").mockReturnValue(NOW);
  expect((await feedOf(env, "/feeds/kcna-en+rodong-ko.json?limit=50")).items).toHaveLength(16 + 10);
});

test("if the archive refuses an older page, the newer articles are kept, with a gap", async () => {
  serve(website.set("189661", articles(NOW, 30)));
  await refresh(bridge, only("rodong-ko"), NOW);
  website.set("189661", articles(NOW + 35 * HOUR, 65));
  const { archive } = bridge;
  const commit: typeof archive.commit = async (commits, ...more) => {
    const shown = commits[0]?.listings?.[0]?.articles.length ?? 0;
    if (shown <= 20) return archive.commit(commits, ...more);
    const none = { added: 0, edited: 0, enriched: 0, gone: 0, back: 0, seq: 0 };
    return [{ source: "rodong-ko", ...none, failure: { reason: "garbled", detail: "a broken page" } }];
  };
  const [outcome] = await refresh({ ...bridge, archive: { ...archive, commit } }, only("rodong-ko"), NOW + 35 * HOUR);
  expect(outcome).toMatchObject({ ok: true, added: 20 });
  expect(await gapsOf("rodong-ko")).toEqual([{ after: "2026-06-01T00:00:00Z", before: "2026-06-01T16:00:00Z" }]);
});

test("an error of the bridge in one source is its failure, with the reason, and no other's", async () => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  serve(website.set("163", articles(NOW, 16)));
  const sources = [...only("kcna-en"), ...only("newstream")];
  const failure = (error: string) => ({
    ...{ source: "kcna-en", ok: false, added: 0, reason: "internal-error" },
    detail: `the bridge has an error (${error})`,
  });
  const [kcna] = sources;
  const spy = vi.spyOn(kcna?.site as Required<Site>, "listingPath").mockImplementationOnce(() => {
    throw new Error("x".repeat(300));
  });
  const [read, other] = await refresh(bridge, sources, NOW);
  expect(read).toMatchObject(failure(`Error: ${"x".repeat(193)}`));
  expect(other).toMatchObject({ source: "newstream", ok: true });
  spy.mockRestore();
  const { archive } = bridge;
  const commit: typeof archive.commit = async (commits, ...more) => {
    const [one] = commits;
    if (one?.source !== "kcna-en" || !one.listings) return archive.commit(commits, ...more);
    const none = { added: 0, edited: 0, enriched: 0, gone: 0, back: 0, seq: 0 };
    return [{ source: "kcna-en", ...none, error: "no memory" }];
  };
  const broken = { ...bridge, archive: { ...archive, commit } };
  expect(await refresh(broken, sources, NOW + HOUR)).toMatchObject([failure("no memory"), { ok: true }]);
  expect(await statusOf("kcna-en")).toMatchObject({ failures: 2, lastFailure: { reason: "internal-error" } });
  expect(await refresh(bridge, sources, NOW + 2 * HOUR)).toMatchObject([{ ok: true, added: 16 }, { ok: true }]);
});

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
  const asked = serve(website);
  await refresh(bridge, only("kcna-en"), NOW);
  website.set("156", articles(NOW + 100 * HOUR, 116));
  await refresh(bridge, only("kcna-en"), NOW + 100 * HOUR);
  const gap = { after: "2026-06-01T00:00:00Z", before: "2026-06-04T13:00:00Z" };
  expect(await gapsOf("kcna-en")).toEqual([gap]);
  const logged = vi.spyOn(console, "error").mockImplementation(() => {});
  asked.length = 0;
  await refresh(bridge, only("kcna-en"), NOW + 101 * HOUR);
  expect([asked, logged.mock.calls]).toEqual([["/article/156/"], []]);
  expect(await gapsOf("kcna-en")).toEqual([gap]);
});

test("health is down until a source was read, and when the cron has not run for an hour", async () => {
  vi.useFakeTimers({ now: NOW, toFake: ["Date"] });
  const status = async () => {
    const response = await ask(bindings(counted.kv), "/health");
    return [response.status, ((await response.json()) as { status: string }).status];
  };
  serve(new Map(), () => page("", 500));
  expect(await status()).toEqual([503, "down"]);
  await tick(bridge, NOW);
  expect(await status()).toEqual([503, "down"]);
  serve(website);
  await refresh(bridge, only("kcna-en"), NOW);
  expect(await status()).toEqual([200, "degraded"]);
  vi.setSystemTime(NOW + HOUR);
  expect(await status()).toEqual([503, "down"]);
  vi.useRealTimers();
});
