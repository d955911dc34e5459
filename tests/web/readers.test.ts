import { parseAtomFeed } from "feedsmith";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { type Bindings, bridgeOf } from "../../src/archive/bridge.ts";
import { refresh } from "../../src/refresh/refresh.ts";
import type { Shown } from "../replica/markup.ts";
import {
  allItems,
  articleAt,
  ask,
  bindings,
  countedKv,
  feedOf,
  type Listings,
  resetAfterEach,
  serve,
} from "../simulation.ts";

/** What other people's readers and archivers make of the feeds. */

const HOUR = 3600_000;
const DAY = 24 * HOUR;
/** Noon in Korea. */
const NOW = Date.parse("2026-06-10T03:00:00Z");

let env: Bindings;
let website: Listings;
const sources = () => bridgeOf(env).sources;

beforeEach(() => {
  env = bindings(countedKv().kv, { BODIES_PER_TICK: "0" });
  website = new Map([["156", []]]);
  serve(website);
  vi.useFakeTimers({ now: NOW, toFake: ["Date"] });
});
resetAfterEach();

/** Takes articles (newest first) in as the website would list them: some at a time, over and over. */
async function keep(shown: Shown[]): Promise<void> {
  for (let end = shown.length; end > 0; end -= 12) {
    website.set("156", shown.slice(Math.max(0, end - 12), end + 4));
    await refresh(bridgeOf(env), sources().slice(0, 1), Date.now());
  }
}

const every = (step: number, count: number, newest = NOW) =>
  Array.from({ length: count }, (_, i) => articleAt(newest - i * step, Math.floor((newest - i * step) / 1000)));

const linkOf = (xml: string, rel: string) =>
  new RegExp(`<link rel="${rel}"[^>]*href="https://bridge.example([^"]*)"`).exec(xml)?.[1]?.replaceAll("&#x26;", "&");
const textOf = async (path: string) => (await ask(env, path)).text();

/** A client of RFC 5005: an archive document is read once, for ever; pages until they reach what is known. */
class Client {
  readonly ids = new Set<string>();
  readonly #archives = new Set<string>();

  async poll(path: string): Promise<void> {
    const first = await textOf(path);
    for (let at = linkOf(first, "prev-archive"); at && !this.#archives.has(at); ) {
      this.#archives.add(at);
      let xml = await textOf(at);
      const before = linkOf(xml, "prev-archive");
      this.#take(xml);
      for (let next = linkOf(xml, "next"); next; next = linkOf(xml, "next")) {
        xml = await textOf(next);
        this.#take(xml);
      }
      at = before;
    }
    let xml = first;
    while (this.#take(xml)) {
      const next = linkOf(xml, "next");
      if (!next) break;
      xml = await textOf(next);
    }
  }

  /** Whether all of the document was new. */
  #take(xml: string): boolean {
    const ids = (parseAtomFeed(xml).entries ?? []).map(({ id }) => id ?? "");
    const isNew = ids.every((id) => !this.ids.has(id));
    for (const id of ids) this.ids.add(id);
    return isNew;
  }
}

describe("archives (RFC 5005)", () => {
  test("a client that keeps archives gets each of 577 articles, however seldom it looks", async () => {
    const all = every(3 * HOUR, 577).reverse();
    const often = new Client();
    const seldom = new Client();
    let [next, day] = [0, 0];
    for (let now = NOW - 577 * 3 * HOUR; next < all.length; now += DAY, day++) {
      vi.setSystemTime(now);
      const until = all.findIndex(({ key }) => Number(key.split("-")[0]) * 1000 > now);
      const listed = all.slice(0, until < 0 ? all.length : until);
      website.set("156", listed.slice(-16).reverse());
      next = listed.length;
      if (next === 0) continue;
      await refresh(bridgeOf(env), sources().slice(0, 1), now);
      if (day % 2 === 1) await often.poll("/feeds/kcna-en.atom");
      if (day % 23 === 1) await seldom.poll("/feeds/kcna-en.atom");
    }
    for (const client of [often, seldom, new Client()]) {
      await client.poll("/feeds/kcna-en.atom");
      expect(client.ids.size).toBe(577);
    }
  });

  test("a month that may still grow is no archive document: no mark, not immutable, and no link to it as one", async () => {
    await keep(every(DAY, 75));
    const isArchive = async (path: string) => {
      const response = await ask(env, path);
      const marked = (await response.text()).includes("fh:archive");
      expect(response.headers.get("cache-control")?.includes("immutable")).toBe(marked);
      return marked;
    };
    expect(await isArchive("/feeds/kcna-en/2026-06.atom")).toBe(false);
    expect(await isArchive("/feeds/kcna-en/2026-05.atom")).toBe(true);
    const june = await textOf("/feeds/kcna-en/2026-06.atom");
    expect(linkOf(june, "current")).toBe("/feeds/kcna-en.atom");
    expect(linkOf(june, "prev-archive")).toBe("/feeds/kcna-en/2026-05.atom");
    expect(linkOf(await textOf("/feeds/kcna-en.atom"), "prev-archive")).toBe("/feeds/kcna-en/2026-05.atom");
    expect(linkOf(await textOf("/feeds/kcna-en/2026-05.atom"), "next-archive")).toBeUndefined();
    // Two days after its end the website may still take an article of it in; after three it counts as finished.
    for (const [now, finished] of [
      ["2026-07-02T14:59:59Z", false],
      ["2026-07-03T15:00:00Z", true],
    ] as const) {
      vi.setSystemTime(Date.parse(now));
      expect(await isArchive("/feeds/kcna-en/2026-06.rss")).toBe(finished);
      expect(linkOf(await textOf("/feeds/kcna-en.atom"), "prev-archive")).toBe(
        `/feeds/kcna-en/2026-${finished ? "06" : "05"}.atom`,
      );
    }
  });

  test("a month of which nothing is kept is not there, as feed and as page", async () => {
    await keep(every(DAY, 20));
    for (const path of ["/feeds/kcna-en/2020-01.json", "/feeds/kcna-en/2026-07.atom", "/feeds/kcna-en/2026-04"]) {
      const response = await ask(env, path, { headers: { accept: "text/html" } });
      expect([path, response.status, response.headers.get("cache-control")]).toEqual([path, 404, "no-store"]);
    }
    const detail = (await ask(env, "/feeds/kcna-en/2020-01.json")).json();
    expect(await detail).toMatchObject({ detail: expect.stringContaining("from 2026-05 to 2026-06") });
    // Of this month something is kept, whatever the question leaves of it.
    expect((await feedOf(env, "/feeds/kcna-en/2026-05.json?q=nothing")).items).toEqual([]);
  });
});

test("an Atom entry is the same bytes in every document, and its source is the source's Atom feed", async () => {
  const own = every(HOUR, 80);
  await keep(own);
  // Other articles of the same seconds, from another source.
  website.set(
    "189661",
    own.slice(0, 16).map((article, i) => ({ ...article, key: article.key.replace(/\d+$/, String(9000 + i)) })),
  );
  const rodong = sources().findIndex(({ id }) => id === "rodong-ko");
  await refresh(bridgeOf(env), sources().slice(rodong, rodong + 1), NOW);
  const entries = new Map<string, Set<string>>();
  for (const path of [
    "/feeds/kcna-en.atom",
    "/feeds/kcna-en.atom?limit=5",
    "/feeds/kcna-en.atom?q=article",
    "/feeds/kcna-en/2026-06.atom",
    "/feeds/kcna-en+rodong-ko.atom",
    "/feeds/all.atom?sort=oldest&limit=500",
    "/feeds/all/2026-06.atom",
  ]) {
    for (const [entry] of (await textOf(path)).matchAll(/<entry.*?<\/entry>/gs)) {
      const id = /<id>([^<]*)/.exec(entry)?.[1] ?? "";
      entries.set(id, (entries.get(id) ?? new Set()).add(entry));
    }
  }
  expect(entries.size).toBe(90);
  for (const [, same] of entries) expect(same.size).toBe(1);
  const [[entry = ""] = []] = entries.values();
  const source = /<source>.*<\/source>/s.exec(entry)?.[0] ?? "";
  // The W3C's validator warns of a source without a date. It is the feed's of when the entry came.
  expect(source).toContain(`<updated>${new Date(NOW).toISOString()}</updated>`);
  expect(entry).toContain("<updated>2026-06-");
  const self = linkOf(source, "self") ?? "";
  expect(self).toMatch(/^\/feeds\/[\w-]+\.atom$/);
  const feed = await textOf(self);
  expect(linkOf(feed, "self")).toBe(self);
  expect(/<id>([^<]*)/.exec(feed)?.[1]).toBe(/<id>([^<]*)/.exec(source)?.[1]);
  // RSS says the same of the source's RSS feed.
  expect(await textOf("/feeds/kcna-en.rss")).toContain('<source url="https://bridge.example/feeds/kcna-en.rss">');
});

describe("edits", () => {
  const edited = async (more: Partial<Shown>) => {
    const all = every(6 * HOUR, 10);
    const [first, ...rest] = all as [Shown, ...Shown[]];
    await keep([{ ...first, title: "A visits B" }, ...rest]);
    website.set("156", [{ ...first, title: "A visits B", ...more }, ...rest]);
    vi.setSystemTime(NOW + HOUR);
    await refresh(bridgeOf(env), sources().slice(0, 1), NOW + HOUR);
  };
  const plain = (html = "") => html.replace(/<[^>]*>/g, "");

  test("are legible where neither <del> nor <ins> shows", async () => {
    await edited({ title: "Nobody visits B" });
    const [item] = (await feedOf(env, "/feeds/kcna-en/changes.json")).items;
    expect(plain(item?.content_html)).toBe("[-A-] {+Nobody+} visits B");
    expect(item?.content_html).toContain("<del>[-A-]</del> <ins>{+Nobody+}</ins>");
    expect((item as never as { summary: string }).summary).toBe("Before: A visits B After: Nobody visits B");
    expect(plain(await textOf("/feeds/kcna-en/changes"))).toContain("[-A-] {+Nobody+} visits B");
  });

  test("have the extension object that other items have, of their article", async () => {
    await edited({ title: "Nobody visits B" });
    const [edit] = (await feedOf(env, "/feeds/kcna-en/changes.json")).items;
    const [item] = (await feedOf(env, "/feeds/kcna-en.json")).items;
    // And what changed.
    expect(edit?._bridge).toEqual({ ...item?._bridge, change: expect.objectContaining({ kind: "edited" }) });
    expect(item?._bridge).toMatchObject({
      source: "kcna-en",
      key: every(HOUR, 1)[0]?.key,
      day: "2026-06-10",
      earlier_titles: ["A visits B"],
    });
  });

  test("an edit's item does not change with later ones", async () => {
    await edited({ title: "Nobody visits B" });
    const [before] = (await feedOf(env, "/feeds/kcna-en/changes.json")).items;
    const [first, ...rest] = every(6 * HOUR, 10) as [Shown, ...Shown[]];
    for (const [i, more] of [{ excerpt: "Another excerpt" }, { title: "C visits B" }].entries()) {
      website.set("156", [{ ...first, title: "Nobody visits B", ...more }, ...rest]);
      vi.setSystemTime(NOW + (i + 2) * HOUR);
      await refresh(bridgeOf(env), sources().slice(0, 1), NOW + (i + 2) * HOUR);
    }
    const { items } = await feedOf(env, "/feeds/kcna-en/changes.json");
    expect(items[2]).toEqual(before);
    expect(items.map(({ title, _bridge }) => [title, _bridge?.earlier_titles])).toEqual([
      ["Edited (title, excerpt): C visits B", ["A visits B", "Nobody visits B"]],
      ["Edited (excerpt): Nobody visits B", ["A visits B"]],
      ["Edited (title): Nobody visits B", ["A visits B"]],
    ]);
  });
});

describe("the window", () => {
  const count = async (path: string) => (await feedOf(env, path)).items.length;

  test("50 articles where those last longer than three days, and the rest behind next", async () => {
    await keep(every(4 * HOUR, 90));
    expect(await count("/feeds/kcna-en.json")).toBe(50);
    expect(await allItems(env, "/feeds/kcna-en.json")).toHaveLength(90);
  });

  test("three days counted from the newest article where those hold more, but 200 at most", async () => {
    await keep(every(HOUR, 100));
    expect(await count("/feeds/kcna-en.json")).toBe(73);
    // The clock alone takes nothing out.
    const before = await ask(env, "/feeds/kcna-en.json");
    vi.setSystemTime(NOW + 2 * DAY);
    const after = await ask(env, "/feeds/kcna-en.json");
    expect(after.headers.get("etag")).toBe(before.headers.get("etag"));
    expect(await after.text()).toBe(await before.text());
    await keep(every(10 * 60_000, 300, NOW + 3 * DAY));
    expect(await count("/feeds/kcna-en.json")).toBe(200);
    expect(new Set((await allItems(env, "/feeds/kcna-en.json")).map(({ id }) => id)).size).toBe(400);
  });

  test("a limit that is given counts alone", async () => {
    await keep(every(HOUR, 100));
    for (const limit of [1, 50, 72, 90]) expect(await count(`/feeds/kcna-en.json?limit=${limit}`)).toBe(limit);
    expect(await textOf("/feeds/kcna-en.atom?limit=50")).toContain(
      'href="https://bridge.example/feeds/kcna-en.atom?limit=50"',
    );
  });
});

describe("merged feeds and pages", () => {
  test("an article that two sources date into two months is in one of them", async () => {
    const start = Date.parse("2026-05-31T15:00:00Z");
    // The mixed listing prints the last day of May on what KCNA's own prints June 1.
    const both = every(HOUR, 10, start + 9 * HOUR);
    await keep([...both, ...every(DAY, 20, start - HOUR)]);
    const newstream = sources().findIndex(({ id }) => id === "newstream");
    const mixed = both.map((article) => ({ ...article, printed: "May 31, 2026" }));
    serve(new Map([["156", mixed]]));
    vi.setSystemTime(NOW + HOUR);
    await refresh(bridgeOf(env), sources().slice(newstream, newstream + 1), NOW + HOUR);
    const name = "kcna-en+newstream";
    // An article has one date, that of its first sight, whichever sources list it.
    expect((await feedOf(env, "/feeds/newstream/2026-06.json")).items.length).toBe(10);
    expect((await ask(env, "/feeds/newstream/2026-05.json")).status).toBe(404);
    const [june, may] = [
      await allItems(env, `/feeds/${name}/2026-06.json`),
      await allItems(env, `/feeds/${name}/2026-05.json`),
    ];
    const ids = [...june, ...may].map(({ id }) => id);
    expect(ids).toHaveLength(30);
    expect(new Set(ids).size).toBe(30);
    expect(new Set(june.map(({ _bridge }) => _bridge?.day.slice(0, 7)))).toEqual(new Set(["2026-06"]));
    const paged = (await allItems(env, `/feeds/${name}.json?limit=7&sort=oldest`)).map(({ id }) => id);
    expect(paged.toSorted()).toEqual(ids.toSorted());
  });

  test("the month before is the one before the current month", async () => {
    await keep(every(DAY, 75));
    const monthBefore = (html: string) =>
      /<a href="https:\/\/bridge.example([^"]*)"[^>]*>The month before/.exec(html)?.[1];
    expect(monthBefore(await textOf("/feeds/kcna-en"))).toBe("/feeds/kcna-en/2026-05");
    expect(monthBefore(await textOf("/feeds/kcna-en/2026-05"))).toBe("/feeds/kcna-en/2026-04");
    // On the second of a month, too, when no archive document is made of the one before yet.
    vi.setSystemTime(Date.parse("2026-07-02T00:00:00Z"));
    expect(monthBefore(await textOf("/feeds/kcna-en"))).toBe("/feeds/kcna-en/2026-06");
  });

  test("a month that a question leaves nothing of says so", async () => {
    await keep(every(DAY, 75));
    const page = await textOf("/feeds/kcna-en/2026-05?q=nothing");
    expect(page).toContain("No article of May 2026 matches");
    expect(page).not.toContain("whatever matches later");
  });
});
