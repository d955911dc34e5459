import { expect, test } from "vitest";
import { Archive } from "../../src/archive/archive.ts";
import { countByMonth } from "../../src/archive/counts.ts";
import type { PageCommit } from "../../src/archive/source-commit.ts";
import type { ScrapedArticle } from "../../src/article.ts";
import { nodeSql } from "../../src/platform/node.ts";
import { HOUR, NOW, shownAt } from "./fixtures.ts";

/** Copies of one article on three websites and more, each with a source of its name. */

const TITLE = "Modern Houses Built in Two Counties of Kangwon Province";
const SITES = ["kcnawatch", "kcna", "rodong"];
const empty = () => new Archive(nodeSql(":memory:"));
const shown = (name: string, title = TITLE, more: Partial<ScrapedArticle> = {}): ScrapedArticle => ({
  ...shownAt(NOW, title),
  ...{ key: name, id: `tag:example.org,2026:${name}`, url: `https://example.org/${name}`, ...more },
});

function list(archive: Archive, site: string, articles: readonly ScrapedArticle[], now: number, outlet = "kcna") {
  const listing = { source: site, site, timeZone: "Asia/Pyongyang", outlet, unbroken: false, articles };
  return archive.commit([{ source: site, listings: [listing] }], now)[0];
}

function read(archive: Archive, site: string, article: ScrapedArticle, more: Partial<PageCommit>, now: number) {
  const page = { source: site, site, timeZone: "Asia/Pyongyang", article, ...more };
  return archive.commit([{ source: site, pages: [page] }], now)[0];
}

const named = (site: string, key: string) => ({ copyOf: { site, key } });
const text = (...words: string[]) =>
  `<p>${words.flatMap((word) => Array.from({ length: 40 }, (_, i) => `${word}${i}`)).join(" ")}</p>`;

async function found(archive: Archive, sources: readonly string[], query = "") {
  const { articles, bodies } = await archive.find({ sources, view: "newest", query, now: NOW + 99 * HOUR });
  return articles.map((article) => ({ ...article, html: bodies[article.id] }));
}

/** The keys of what a feed shows, each with those of its copies in their order. */
const groups = async (archive: Archive, sources: readonly string[] = SITES) =>
  Object.fromEntries(
    (await found(archive, sources)).map(({ key, copies = [] }) => [key, copies.map(({ key }) => key)]),
  );

const count = (archive: Archive, event: string) =>
  archive.store.sql.column<number>("SELECT count(*) FROM journal WHERE event = ?", [event])[0];

test("three copies are one, the first seen first, with the first text that one of them has; nothing is joined twice", async () => {
  const archive = empty();
  for (const [i, site] of ["rodong", "kcnawatch", "kcna"].entries()) list(archive, site, [shown(site)], NOW + i * HOUR);
  expect(await groups(archive)).toEqual({ rodong: ["kcnawatch", "kcna"] });
  expect(await groups(archive, ["kcna", "kcnawatch"])).toEqual({ kcnawatch: ["rodong", "kcna"] });
  const joined = count(archive, "joined");
  expect(
    list(archive, "kcna", [shown("kcna", TITLE, { url: "https://example.org/new" })], NOW + 4 * HOUR)?.error,
  ).toBeUndefined();
  expect(
    read(archive, "kcna", shown("kcna"), { ...named("rodong", "rodong"), body: text("last") }, NOW + 4 * HOUR),
  ).toMatchObject({ enriched: 1 });
  expect(count(archive, "joined")).toBe(joined);
  expect((await found(archive, SITES, "content=full"))[0]?.html).toBe(text("last"));
  expect(archive.article("rodong", "rodong", "all")?.copies.map(({ article }) => article.key)).toEqual([
    "kcnawatch",
    "kcna",
  ]);
});

test("two whose texts have nothing in common are apart; the third stays with the same one of them, whichever changes", async () => {
  const archive = empty();
  for (const site of SITES) list(archive, site, [shown(site)], NOW);
  // A twentieth of the words are the same.
  const long = (name: string) => text("same", ...Array.from({ length: 10 }, (_, i) => `${name}${i}-`));
  read(archive, "kcnawatch", shown("kcnawatch"), { body: long("one") }, NOW + HOUR);
  read(archive, "rodong", shown("rodong"), { body: long("other") }, NOW + 2 * HOUR);
  const apart = { kcnawatch: [], kcna: ["rodong"] };
  expect(await groups(archive)).toEqual(apart);
  const joined = count(archive, "joined");
  for (const [i, site] of [...SITES, ...SITES].entries()) {
    list(archive, site, [shown(site, `${TITLE}${".".repeat(i + 1)}`)], NOW + (3 + i) * HOUR);
    expect([site, await groups(archive)]).toEqual([site, apart]);
  }
  expect(count(archive, "joined")).toBe(joined);
});

test("what a page names is one article, whatever the texts, and whichever of them changes", async () => {
  const archive = empty();
  const titled = shown("b", "The Title That the Outlet Has Given It");
  list(archive, "kcnawatch", [shown("a")], NOW);
  list(archive, "kcna", [titled], NOW);
  read(archive, "kcnawatch", shown("a"), { ...named("kcna", "b"), body: text("one") }, NOW);
  for (const [i, body] of [text("other"), text("third")].entries()) {
    read(archive, "kcna", titled, { body }, NOW + (2 * i + 1) * HOUR);
    expect(await groups(archive)).toEqual({ a: ["b"] });
    read(archive, "kcnawatch", shown("a"), { body: text(`own${i}`) }, NOW + (2 * i + 2) * HOUR);
    expect(await groups(archive)).toEqual({ a: ["b"] });
  }
});

test("a page that names an article of another website takes it from one that only a title had joined with it", async () => {
  const archive = empty();
  list(archive, "kcna", [shown("original")], NOW);
  list(archive, "kcnawatch", [shown("by-title")], NOW);
  list(archive, "rodong", [shown("third")], NOW);
  list(archive, "kcnawatch", [shown("by-name", "A Title of Its Own, Which No Other Article Has")], NOW);
  expect(await groups(archive)).toEqual({ original: ["by-title", "third"], "by-name": [] });
  read(
    archive,
    "kcnawatch",
    shown("by-name", "A Title of Its Own, Which No Other Article Has"),
    named("kcna", "original"),
    NOW + HOUR,
  );
  expect(await groups(archive)).toEqual({ original: ["third", "by-name"], "by-title": [] });
  // The one that was named first stays: a website has one copy.
  read(archive, "kcnawatch", shown("by-title"), named("kcna", "original"), NOW + 2 * HOUR);
  expect(await groups(archive)).toEqual({ original: ["third", "by-name"], "by-title": [] });
});

test("a page that names an article of its own website joins nothing; one that is not kept yet is waited for", async () => {
  const archive = empty();
  const titles = ["The First of Two Articles on One Website", "The Second of Two Articles on One Website"] as const;
  list(archive, "kcna", [shown("a", titles[0]), shown("b", titles[1])], NOW);
  read(archive, "kcna", shown("a", titles[0]), named("kcna", "b"), NOW);
  expect(await groups(archive)).toEqual({ a: [], b: [] });
  list(archive, "kcnawatch", [shown("c", TITLE)], NOW);
  read(archive, "kcnawatch", shown("c", TITLE), named("rodong", "later"), NOW);
  // It names another article of that website, so an equal title says nothing.
  list(archive, "rodong", [shown("other", TITLE)], NOW + HOUR);
  expect((await groups(archive)).c).toEqual([]);
  list(archive, "rodong", [shown("later", "Whatever the Outlet Calls It")], NOW + HOUR);
  expect((await groups(archive)).c).toEqual(["later"]);
});

test("what a page names on one website does not keep its title from joining it with another", async () => {
  const archive = empty();
  list(archive, "kcnawatch", [shown("a")], NOW);
  read(archive, "kcnawatch", shown("a"), named("rodong", "unknown"), NOW);
  list(archive, "kcna", [shown("b")], NOW);
  expect(await groups(archive)).toEqual({ a: ["b"] });
});

test("a title that a website has twice joins none of the two, whichever is looked at", async () => {
  const archive = empty();
  list(archive, "kcna", [shown("original")], NOW);
  list(archive, "kcnawatch", [shown("once"), shown("again", TITLE, { collectedAt: NOW - HOUR })], NOW);
  expect(await groups(archive)).toEqual({ original: [], once: [], again: [] });
});

test("a short title joins articles only if their texts are alike; Korean says as much in half the letters", async () => {
  for (const [title, isLong] of [
    ["Press Review", false],
    ["Press Review of 10", false],
    ["Press Review of 100", true],
    ["조선의 새소식들을", true],
    ["조선의 소식들을", false],
    ["조선 DPRK 소식", false],
    ["朝鮮的新聞報道一覽", true],
  ] as const) {
    const archive = empty();
    for (const site of ["kcna", "rodong"]) list(archive, site, [shown(site, title)], NOW);
    expect([title, Object.keys(await groups(archive)).length]).toEqual([title, isLong ? 1 : 2]);
    if (isLong || /\d/.test(title)) continue;
    for (const site of ["kcna", "rodong"])
      read(archive, site, shown(site, title), { body: text("same", site[0] as string) }, NOW);
    for (const site of ["kcna", "rodong"])
      read(archive, site, shown(site, title), { body: text("same", "alike") }, NOW + HOUR);
    expect([title, await groups(archive)]).toEqual([title, { kcna: ["rodong"] }]);
  }
});

test("eight websites at most share an article", async () => {
  const archive = empty();
  const sites = Array.from({ length: 9 }, (_, i) => `site${i}`);
  for (const site of sites) list(archive, site, [shown(site)], NOW);
  expect(await groups(archive, sites)).toEqual({ site0: sites.slice(1, 8), site8: [] });
});

test("with once=true a feed tells reprints by the order in which they were listed, each with its copies once, and of its sources alone", async () => {
  const archive = empty();
  const outlets = [
    ["kcna", "kcna"],
    ["rodong", "rodong"],
    ["minju", "minju"],
    ["kcnawatch", "rodong"],
  ] as const;
  for (const [i, [site, outlet]] of outlets.entries()) {
    const title = outlet === "rodong" ? TITLE : `What ${outlet} Calls the Article of the Day`;
    // The later a website lists it, the older it is.
    list(archive, site, [shown(site, title, { collectedAt: NOW - i * HOUR })], NOW + i * HOUR, outlet);
    read(archive, site, shown(site, title), { body: text("same", "text") }, NOW + i * HOUR);
  }
  const once = (sources: readonly string[]) => found(archive, sources, "once=true");
  const all = outlets.map(([site]) => site);
  const [item, ...others] = await once(all);
  expect(others).toEqual([]);
  expect([item?.key, item?.reprints?.map(({ key }) => key)]).toEqual(["kcna", ["rodong", "minju"]]);
  expect(item).not.toHaveProperty("copies");
  expect(item?.enrichedAt).toBe("2026-06-01T03:00:00Z");
  const counted = async (sources: readonly string[], query: string) =>
    (await countByMonth(archive.store, { sources, query, now: NOW + 99 * HOUR })).months.map(({ matches }) => matches);
  expect([await counted(all, "once=true"), await counted(all, ""), await counted(["minju"], "once=true")]).toEqual([
    [1],
    [3],
    [1],
  ]);
  const [own] = await once(["rodong"]);
  expect(own?.copies?.map(({ key }) => key)).toEqual(["kcnawatch"]);
  expect(own).not.toHaveProperty("reprints");
  expect(own).not.toHaveProperty("hiddenSince");
  expect(own?.joinedAt).toBe("2026-06-01T03:00:00Z");
  // A source counts wherever it stands among those that list an article.
  const rodong = { source: "extra", site: "rodong", timeZone: "Asia/Pyongyang", unbroken: false };
  archive.commit([{ source: "extra", listings: [{ ...rodong, articles: [shown("rodong")] }] }], NOW + 9 * HOUR);
  expect((await once(["kcna", "extra"]))[0]?.reprints?.map(({ key }) => key)).toEqual(["rodong"]);
  read(
    archive,
    "kcna",
    shown("kcna", "What kcna Calls the Article of the Day"),
    { image: "https://example.org/1.jpg" },
    NOW + 10 * HOUR,
  );
  expect((await once(all))[0]?.enrichedAt).toBe("2026-06-01T10:00:00Z");
  // Who reads the journal gets all of them.
  const events = await archive.events({ sources: all, query: "", after: { seq: 0, digest: "" }, limit: 99, now: NOW });
  for (const { article } of "events" in events ? events.events : []) expect(article).not.toHaveProperty("reprints");
});

test("a search with once=true shows the first reprint that matches, though one that does not match was listed before", async () => {
  const archive = empty();
  const sites = ["kcna", "rodong", "minju"];
  for (const [i, site] of sites.entries()) {
    const title = `What ${site} Calls the Article of the ${site === "kcna" ? "Day" : "Grand Day"}`;
    list(archive, site, [shown(site, title)], NOW + i * HOUR, site);
    read(archive, site, shown(site, title), { body: text("same", "text") }, NOW + i * HOUR);
  }
  const queries = {
    "": "kcna",
    "&q=title:day": "kcna",
    "&q=title:grand": "rodong",
    '&q="grand day"': "rodong",
    "&q=-kcna": "rodong",
    '&q=text1 -"kcna calls"': "rodong",
    "&q=title:minju": "minju",
    "&filter_title=Grand": "rodong",
    "&filter=minju": "minju",
    "&q=text1": "kcna",
  };
  for (const [query, first] of Object.entries(queries)) {
    const items = await found(archive, sites, `once=true${query}`);
    const others = sites.filter((site) => site !== first);
    expect([query, items.map(({ key }) => key)]).toEqual([query, [first]]);
    expect(items[0]?.reprints?.map(({ key }) => key)).toEqual(others);
    const { months } = await countByMonth(archive.store, {
      sources: sites,
      query: `once=true${query}`,
      now: NOW + HOUR,
    });
    expect([query, months.map(({ matches, articles }) => [matches, articles])]).toEqual([query, [[1, 1]]]);
  }
});
