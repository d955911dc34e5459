import { describe, expect, test, vi } from "vitest";
import { OUTLET_FAULTS, type OutletFault } from "../replica/outlets/faults.ts";
import { plainTitle } from "../replica/outlets/http.ts";
import { FILLERS, STORIES } from "../replica/outlets/stories.ts";
import { ask, feedOf, resetAfterEach } from "../simulation.ts";
import { type OutletBridge, outletBridge } from "./outlet-setup.ts";

/** The bridge and the outlets' own websites, with what these do to whoever reads them. */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const EVENING = Date.parse("2026-10-06T21:00:00+09:00");
const LATEST = "/en/article/list/a666dda1282180e0ee1b4427b0574ae7";

resetAfterEach();

const titlesOf = async ({ env }: OutletBridge, source: string, query = "limit=500") =>
  (await feedOf(env, `/feeds/${source}.json?${query}`)).items.map(({ title }) => title);

const shownTitles = ({ world }: OutletBridge) => world.shown("kcna", "en").map(({ title }) => plainTitle(title));

test("a tick of all built-in sources reads each of them, within 50 requests", async () => {
  const outlets = outletBridge();
  const outcomes = await outlets.tickAt(EVENING);
  expect(outlets.asked.length).toBeLessThanOrEqual(50);
  expect(outcomes.filter(({ ok }) => !ok)).toEqual([]);
  expect(outcomes.map(({ source }) => source).sort()).toEqual(outlets.bridge.sources.map(({ id }) => id).sort());
  for (const { source, added } of outcomes) expect([source, added > 0]).toEqual([source, true]);
  const day = outlets.world.shown("kcna", "ru")[0]?.day;
  const [item] = (await feedOf(outlets.env, "/feeds/kp-kcna-ru.json")).items;
  expect(item).toMatchObject({ language: "ru", date_published: expect.stringMatching(/^2026-10-0[56]T/) });
  expect(day).toBe("2026-10-06");
});

describe("kcna.kp fails, and nothing wrong is kept, the others are on time, and it recovers by itself", () => {
  const reasons: Record<(typeof OUTLET_FAULTS)[number], string | undefined> = {
    reset: "network",
    "cut-off": "network",
    truncated: "truncated",
    "home-page": "wrong-page",
    "other-article": "wrong-page",
    kcsc: "blocked",
    "web-page-blocked": "blocked",
    huge: undefined,
    "404": "http-404",
    "500": "http-500",
  };

  test.each(OUTLET_FAULTS)("%s", async (fault) => {
    // Stories of the last six hours come while it fails.
    const outlets = outletBridge({ FOLLOW: "kcna-en, kp-kcna-en, kp-rodong-ko" });
    await outlets.tickAt(EVENING - 9 * HOUR);
    const before = await titlesOf(outlets, "kp-kcna-en");
    expect(before.length).toBeGreaterThan(10);
    outlets.network.fault("kcna", fault as OutletFault);
    const outcomes = await outlets.tickAt(EVENING - 2 * HOUR);
    const failed = outcomes.find(({ source }) => source === "kp-kcna-en");
    expect(failed?.reason).toBe(reasons[fault]);
    for (const id of ["kcna-en", "kp-rodong-ko"]) {
      expect([id, outcomes.find(({ source }) => source === id)?.added]).not.toEqual([id, 0]);
    }
    if (reasons[fault]) expect(await titlesOf(outlets, "kp-kcna-en")).toEqual(before);
    outlets.network.fault("kcna", undefined);
    for (let time = EVENING - 2 * HOUR; time <= EVENING; time += 30 * MINUTE) await outlets.tickAt(time);
    const after = await titlesOf(outlets, "kp-kcna-en");
    expect(new Set(after)).toEqual(new Set(shownTitles(outlets).slice(0, after.length)));
    expect(after.length).toBeGreaterThan(before.length);
  });
});

test.each(["home-page", "other-article", "kcsc", "web-page-blocked", "truncated"] as const)(
  "a text is never taken from the wrong page: %s in the place of articles",
  async (fault) => {
    const outlets = outletBridge({ FOLLOW: "kp-kcna-en", DEFAULT_SOURCE: "kp-kcna-en", BODIES_PER_TICK: "20" });
    outlets.network.fault("kcna", fault, "/en/article/detail");
    await outlets.tickAt(EVENING);
    await outlets.tickAt(EVENING + 30 * MINUTE);
    expect(outlets.network.paths("kcna").some((path) => path.includes("/detail/"))).toBe(true);
    const { items } = await feedOf(outlets.env, "/feeds/kp-kcna-en.json?content=full&limit=500");
    const texts = new Map(
      outlets.world.shown("kcna", "en").map(({ id, paragraphs }) => [`tag:kcna.kp,2026:${id}`, paragraphs]),
    );
    for (const { id, content_html = "" } of items) {
      const own = texts.get(id)?.join(" ") ?? "";
      if (content_html)
        expect(own).toContain(
          content_html
            .replace(/<[^<>]*>/g, " ")
            .trim()
            .slice(0, 30),
        );
    }
    outlets.network.fault("kcna", undefined, "/en/article/detail");
    for (let hour = 1; hour <= 31; hour += 2) await outlets.tickAt(EVENING + hour * HOUR);
    const later = (await feedOf(outlets.env, "/feeds/kp-kcna-en.json?content=full&limit=500")).items;
    expect(later.every(({ content_html }) => Boolean(content_html))).toBe(true);
  },
);

test("a website that takes a minute a page holds up no other, and its articles come when it has answered", async () => {
  const outlets = outletBridge({ FOLLOW: "kcna-en, kp-kcna-en, kp-rodong-ko" });
  outlets.network.fault("kcna", { slow: 60 });
  let release: () => void = () => undefined;
  const gate = new Promise<void>((open) => {
    release = open;
  });
  outlets.wait = () => gate;
  const ticked = outlets.tickAt(EVENING);
  await vi.waitFor(async () => expect((await titlesOf(outlets, "kcna-en")).length).toBeGreaterThan(10));
  release();
  expect(await ticked).toContainEqual(expect.objectContaining({ source: "kp-kcna-en", ok: true }));
  expect((await titlesOf(outlets, "kp-kcna-en")).length).toBeGreaterThan(10);
});

test("while its connections break off, a website's other sources are left alone, and it is for 20 minutes", async () => {
  const outlets = outletBridge({ FOLLOW: "kcna-en, kp-kcna-en, kp-kcna-ko, kp-kcna-ru" });
  outlets.network.fault("kcna", "reset");
  const failed = (await outlets.tickAt(EVENING)).find(({ reason }) => reason === "network");
  expect(Date.parse(failed?.status?.nextDue ?? "")).toBe(EVENING + 20 * MINUTE);
  expect(outlets.network.paths("kcna")).toHaveLength(1);
  const [first] = outlets.network.paths("kcna");
  await outlets.tickAt(EVENING + 15 * MINUTE);
  // The one that failed rests; the next is tried.
  expect(outlets.network.paths("kcna")).toHaveLength(2);
  expect(outlets.network.paths("kcna")[1]).not.toBe(first);
});

describe("older pages of kcna.kp", () => {
  test("are read by its form within the session of the first page, so that no gap is left", async () => {
    const outlets = outletBridge({ FOLLOW: "kp-kcna-en", DEFAULT_SOURCE: "kp-kcna-en", BODIES_PER_TICK: "0" });
    await outlets.tickAt(EVENING - 120 * HOUR);
    const before = await titlesOf(outlets, "kp-kcna-en");
    const outcomes = await outlets.tickAt(EVENING);
    const posted = outlets.network.requests.filter(({ method }) => method === "POST");
    expect(posted.length).toBeGreaterThanOrEqual(2);
    expect(new Set(posted.map(({ path }) => path))).toEqual(new Set([LATEST]));
    expect(posted[0]).toMatchObject({
      headers: { cookie: expect.stringMatching(/^JSESSIONID=[0-9A-F]{32}$/) },
      body: expect.stringMatching(/^page_num=2&cnt_per_page=15&keyword=&_csrf=[0-9a-f]{32}$/),
    });
    const after = await titlesOf(outlets, "kp-kcna-en");
    expect(after.sort()).toEqual([...shownTitles(outlets)].sort().filter((title) => after.includes(title)));
    expect(after.length).toBeGreaterThan(before.length + 25);
    expect(outcomes[0]?.status?.stats?.gaps).toEqual([]);
  });

  test("a session that the website no longer knows leaves a gap, which closes later", async () => {
    const outlets = outletBridge({ FOLLOW: "kp-kcna-en", DEFAULT_SOURCE: "kp-kcna-en", BODIES_PER_TICK: "0" });
    await outlets.tickAt(EVENING - 120 * HOUR);
    const answer = outlets.network.answer.bind(outlets.network);
    const forgetful = vi
      .spyOn(outlets.network, "answer")
      .mockImplementation((name, request) =>
        answer(name, { ...request, headers: { ...request.headers, cookie: undefined } }),
      );
    const [outcome] = await outlets.tickAt(EVENING);
    expect(outcome).toMatchObject({ ok: true, added: 15 });
    expect(outcome?.status?.stats?.gaps).toHaveLength(1);
    forgetful.mockRestore();
    let gaps: unknown;
    for (let time = EVENING + 15 * MINUTE; time <= EVENING + 2 * HOUR; time += 15 * MINUTE) {
      const [later] = await outlets.tickAt(time);
      gaps = later?.status?.stats?.gaps;
    }
    expect(gaps).toEqual([]);
    expect((await titlesOf(outlets, "kp-kcna-en")).length).toBeGreaterThan(40);
  });
});

test("today's paper follows yesterday's, however few articles it has; a day without a paper is a gap", async () => {
  const stories = FILLERS.slice(0, 14).map((story, n) => ({
    ...story,
    daysAgo: [2, 0][n - 12] ?? 3,
    outlets: { rodong: ["ko" as const] },
  }));
  const outlets = outletBridge(
    { FOLLOW: "kp-rodong-ko", DEFAULT_SOURCE: "kp-rodong-ko", BODIES_PER_TICK: "0" },
    stories,
  );
  const added = async (daysAgo: number) => {
    for (const story of stories) if (story.daysAgo > daysAgo) outlets.world.delete(story.id);
    const [outcome] = await outlets.tickAt(EVENING - daysAgo * 24 * HOUR);
    expect(outcome).toMatchObject({ ok: true });
    return { added: outcome?.added, gaps: outcome?.status?.stats?.gaps.length };
  };
  expect(await added(3)).toEqual({ added: 12, gaps: 0 });
  expect(await added(2)).toEqual({ added: 1, gaps: 0 });
  expect(await added(0)).toEqual({ added: 1, gaps: 1 });
});

test("a page of Choson Sinbo that is mostly of the other edition is read", async () => {
  const outlets = outletBridge({ FOLLOW: "chosonsinbo-ko", BODIES_PER_TICK: "0" });
  const post = (id: number, path = "") => ({
    id,
    date: "2026-10-06T12:00:00",
    link: `https://chosonsinbo.com/${path}${id}/`,
    title: { rendered: path ? `見出し ${id}` : `제목 ${id}` },
  });
  const posts = Array.from({ length: 12 }, (_, n) => post(12 - n));
  vi.stubGlobal("fetch", async () => Response.json(posts.slice(0, 20)));
  expect(await outlets.tickAt(EVENING)).toMatchObject([{ ok: true, added: 12 }]);
  posts.unshift(post(40), ...Array.from({ length: 18 }, (_, n) => post(39 - n, "jp/")));
  expect(await outlets.tickAt(EVENING + HOUR)).toMatchObject([{ ok: true, added: 1 }]);
});

test("the texts of Choson Sinbo are those of its listing, if it has no address for each post; no post is gone for that", async () => {
  const outlets = outletBridge({ FOLLOW: "chosonsinbo-ko", DEFAULT_SOURCE: "chosonsinbo-ko", BODIES_PER_TICK: "20" });
  const post = (id: number) => ({
    id,
    date: "2026-10-06T12:00:00",
    link: `https://chosonsinbo.com/${id}/`,
    title: { rendered: `제목 ${id}` },
    content: { rendered: `<p>본문 ${id}</p>` },
  });
  let newest = 12;
  vi.stubGlobal("fetch", async ({ pathname }: URL) => {
    if (!pathname.endsWith("/posts")) return new Response("", { status: 404 });
    return Response.json(Array.from({ length: 12 }, (_, i) => post(newest - i)));
  });
  for (let i = 0; i < 20; i++) {
    await outlets.tickAt(EVENING + i * 8 * HOUR);
    newest = Math.min(newest + 1, 15);
  }
  const { items } = await feedOf(outlets.env, "/feeds/chosonsinbo-ko.json?content=full&since=2026-10-01");
  expect(items.map(({ title, content_html }) => [title, content_html])).toEqual(
    Array.from({ length: 15 }, (_, i) => [`제목 ${15 - i}`, `<p>본문 ${15 - i}</p>`]),
  );
  expect((await feedOf(outlets.env, "/feeds/chosonsinbo-ko/changes.json")).items).toEqual([]);
});

test("a post of Choson Sinbo that is deleted is told as gone, as the other posts are there at their own addresses", async () => {
  const outlets = outletBridge({ FOLLOW: "chosonsinbo-ko", DEFAULT_SOURCE: "chosonsinbo-ko", BODIES_PER_TICK: "20" });
  const posts = Array.from({ length: 12 }, (_, i) => ({
    id: 12 - i,
    date: "2026-10-06T12:00:00",
    link: `https://chosonsinbo.com/${12 - i}/`,
    title: { rendered: `제목 ${12 - i}` },
    content: { rendered: `<p>본문 ${12 - i}</p>` },
  }));
  vi.stubGlobal("fetch", async ({ pathname }: URL) => {
    if (pathname.endsWith("/posts")) return Response.json(posts);
    const post = posts.find(({ id }) => pathname.endsWith(`/posts/${id}`));
    return post ? Response.json(post) : new Response("", { status: 404 });
  });
  await outlets.tickAt(EVENING);
  posts.splice(5, 1);
  for (const hours of [2, 9, 16]) await outlets.tickAt(EVENING + hours * HOUR);
  const changes = (await feedOf(outlets.env, "/feeds/chosonsinbo-ko/changes.json")).items;
  expect(changes.map(({ title }) => title)).toEqual([expect.stringContaining("제목 7")]);
});

test("a gap of Choson Sinbo closes, although whole pages of its listing are of the other edition", async () => {
  const outlets = outletBridge({ FOLLOW: "chosonsinbo-ko", DEFAULT_SOURCE: "chosonsinbo-ko", BODIES_PER_TICK: "0" });
  const isKorean = (id: number) => id % 4 === 0 && (id < 230 || id > 290);
  const timeOf = (id: number) => EVENING + id * HOUR;
  const post = (id: number) => ({
    id,
    date: new Date(timeOf(id) + 9 * HOUR).toISOString().slice(0, 19),
    link: `https://chosonsinbo.com/${isKorean(id) ? "" : "jp/"}${id}/`,
    title: { rendered: `제목 ${id}` },
  });
  const looksAt = async (newest: number, failing?: number) => {
    vi.stubGlobal("fetch", async (url: URL) => {
      const page = Number(url.searchParams.get("page") ?? 1);
      if (page === failing) return new Response("", { status: 502 });
      return Response.json(Array.from({ length: 20 }, (_, i) => post(newest - 20 * (page - 1) - i)));
    });
    const [outcome] = await outlets.tickAt(timeOf(newest));
    return outcome?.status?.stats?.gaps.length;
  };
  await looksAt(100);
  // Ten pages at most; then one that cannot be read.
  expect(await looksAt(440)).toBe(1);
  for (let newest = 441; newest < 444; newest++) await looksAt(newest);
  expect(await looksAt(444)).toBe(0);
  expect(await looksAt(520, 3)).toBe(1);
  expect(await looksAt(521)).toBe(0);
  const every = Array.from({ length: 521 - 80 }, (_, i) => 521 - i).filter(isKorean);
  expect(await titlesOf(outlets, "chosonsinbo-ko")).toEqual(every.map((id) => `제목 ${id}`));
});

test("a story on KCNA Watch and on the outlet's own website is one item of all", async () => {
  const outlets = outletBridge(
    { FOLLOW: "kcna-en, kp-kcna-en, kp-rodong-ko, rodong-ko", BODIES_PER_TICK: "20" },
    STORIES,
  );
  for (let time = EVENING; time <= EVENING + 6 * HOUR; time += 15 * MINUTE) await outlets.tickAt(time);
  const { items } = await feedOf(outlets.env, "/feeds/kcna-en+kp-kcna-en.json?limit=500");
  const greenhouse = items.filter(({ title }) => title.includes("Greenhouse"));
  expect(greenhouse).toHaveLength(1);
  expect(JSON.stringify(greenhouse)).toMatch(
    /kcnawatch\.org\/newstream.*www\.kcna\.kp|www\.kcna\.kp.*kcnawatch\.org\/newstream/s,
  );
  const ids = items.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  // Those on one side stay, and two reviews of two days are two.
  for (const title of ["Table Tennis Hall Opens in Sariwon", "Floating Restaurant Renovated in Hamhung"]) {
    expect(items.filter((item) => item.title === title)).toHaveLength(1);
  }
  // Today's is joined by its link; yesterday's has none, and its title comes back: nothing says that the two are one.
  expect(items.filter(({ title }) => title === "Press Review")).toHaveLength(3);
});

test("an article whose page has no text is listed without one, and health says so", async () => {
  const outlets = outletBridge({ FOLLOW: "kp-vok-en", DEFAULT_SOURCE: "kp-vok-en", BODIES_PER_TICK: "20" });
  await outlets.tickAt(EVENING);
  const { items } = await feedOf(outlets.env, "/feeds/kp-vok-en.json?content=full");
  const withoutText = items.filter(({ content_html }) => !content_html).map(({ id }) => id.split(":").at(-1));
  expect(withoutText.length).toBeGreaterThan(2);
  expect(withoutText.length).toBeLessThan(items.length);
  const health = (await (await ask(outlets.env, "/health")).json()) as {
    sources: { unreadable_articles: { key: string; detail: string }[] }[];
  };
  const unreadable = health.sources.flatMap((source) => source.unreadable_articles);
  expect(unreadable.map(({ key }) => key).sort()).toEqual(withoutText.slice(0, unreadable.length).sort());
  expect(unreadable[0]?.detail).toBe("no text of the article was found on the page");
});
