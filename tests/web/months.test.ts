import { parseAtomFeed } from "feedsmith";
import { beforeEach, expect, test } from "vitest";
import { type Bindings, bridgeOf } from "../../src/archive/bridge.ts";
import { refresh, tick } from "../../src/refresh/refresh.ts";
import { listing, page } from "../archive/fixtures.ts";
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

/** Months, paging and edits, asked for as readers ask. */

const HOUR = 3600_000;
const DAY = 24 * HOUR;
const NEWEST = Date.parse("2026-06-15T00:00:00Z");

let env: Bindings;
let website: Listings;
const at = (hours: number) => articleAt(NEWEST - hours * HOUR, hours + 10, `Article ${hours} hours before`);

beforeEach(async () => {
  env = bindings(countedKv().kv, { BODIES_PER_TICK: "0" });
  website = new Map([["156", []]]);
  serve(website);
  const kcna = bridgeOf(env).sources.slice(0, 1);
  // 420 articles, six hours apart, over three and a half months.
  for (let oldest = 419; oldest >= 0; oldest -= 10) {
    website.set(
      "156",
      Array.from({ length: Math.min(16, 420 - oldest + 9) }, (_, i) => at((oldest - 9 + i) * 6)).slice(0, 16),
    );
    await refresh(bridgeOf(env), kcna, Date.now());
  }
});
resetAfterEach();

test("next links lead through the whole archive, each article once, in order", async () => {
  const items = await allItems(env, "/feeds/kcna-en.json?limit=33");
  expect(items.map(({ title }) => title)).toEqual(
    Array.from({ length: 420 }, (_, i) => `Article ${i * 6} hours before`),
  );
  const oldest = await allItems(env, "/feeds/kcna-en.json?limit=100&sort=oldest");
  expect(oldest.map(({ id }) => id)).toEqual(items.map(({ id }) => id).reverse());
  expect((await feedOf(env, "/feeds/kcna-en.json?limit=500")).items).toHaveLength(420);
});

test("a filter over a long time reads on through the months", async () => {
  const words = await allItems(env, "/feeds/kcna-en.json?q=%22article+2400+hours%22&since=2026-01-01");
  expect(words.map(({ title }) => title)).toEqual(["Article 2400 hours before"]);
  const day = await feedOf(env, "/feeds/kcna-en.json?since=2026-03-10&until=2026-03-11");
  expect(day.items).toHaveLength(8);
});

test("a question that the newest do not answer says where to go on", async () => {
  // Words are looked up in everything that is kept.
  const found = await feedOf(env, "/feeds/kcna-en.json?q=%222400+hours%22");
  expect([found.items.length, found.next_url]).toEqual([1, undefined]);
  // A pattern has to read each of them.
  const older = page(NEWEST - 2600 * HOUR, 700);
  await bridgeOf(env).archive.commit([listing(older, { unbroken: false })], Date.now(), true);
  const costly = `/feeds/kcna-en.json?filter=${older.at(-1)?.title.replace(" ", "+")}`;
  const first = await feedOf(env, costly);
  expect(first.items).toEqual([]);
  expect(first.next_url).toContain("before=");
  expect(await allItems(env, costly)).toHaveLength(1);
});

test("a text is found by its words, also once the excerpt has become longer", async () => {
  const shown = (more: string) => [
    { ...at(0), excerpt: at(0).excerpt + more, body: ["A text that names the zeppelin.", "And a second paragraph."] },
    ...Array.from({ length: 15 }, (_, i) => at((i + 1) * 6)),
  ];
  for (const more of ["", " more of the same excerpt"]) {
    website.set("156", shown(more));
    await refresh(bridgeOf(env), bridgeOf(env).sources.slice(0, 1), Date.now(), { articlePages: more ? 0 : 16 });
    const { items } = await feedOf(env, "/feeds/kcna-en.json?q=zeppelin");
    expect(items.map(({ title, content_text }) => [title, content_text?.endsWith(more)])).toEqual([
      ["Article 0 hours before", true],
    ]);
  }
});

test("a pattern that costs much reads on behind the next link", async () => {
  // RE2 has to remember of each of the last characters what it was: no two articles are alike to it.
  const pattern = new URLSearchParams({
    filter_description: "(?:[1357].{95}[1-5].{95}|[0268].{94}[0-4].{98}|[48 ].{198})x| or$",
    limit: "500",
  });
  for (const [path, count] of [
    [`/feeds/kcna-en.json?${pattern}`, 420],
    [`/feeds/kcna-en.json?${pattern}&sort=oldest`, 420],
  ] as const) {
    const first = await feedOf(env, path);
    expect(first.items.length).toBeGreaterThan(5);
    expect(first.items.length).toBeLessThan(count);
    const all = await allItems(env, path);
    expect(new Set(all.map(({ id }) => id)).size).toBe(count);
    expect(all).toHaveLength(count);
  }
  // Those that people write look at everything at once.
  const usual = new URLSearchParams({ filter: "(?i)article.*hours|missile", limit: "500" });
  expect((await feedOf(env, `/feeds/kcna-en.json?${usual}`)).items).toHaveLength(420);
});

test("a limit does not go with the archive: its documents are whole", async () => {
  const feed = await ask(env, "/feeds/kcna-en.json?limit=3&q=article");
  const link = /<https:\/\/bridge\.example([^>]*)>; rel="prev-archive"/.exec(feed.headers.get("link") ?? "")?.[1] ?? "";
  expect(link).toMatch(/^\/feeds\/kcna-en\/\d{4}-\d\d\.json\?q=article$/);
  expect((await feedOf(env, link)).items.length).toBeGreaterThan(50);
});

test("months chain from the feed to the oldest and back, and together hold everything once", async () => {
  const link = (xml: string, rel: string) =>
    new RegExp(`<link rel="${rel}"[^>]*href="https://bridge.example([^"]*)"`).exec(xml)?.[1]?.replaceAll("&#x26;", "&");
  let path = link(await (await ask(env, "/feeds/kcna-en.atom")).text(), "prev-archive");
  const months: string[] = [];
  const ids: string[] = [];
  while (path) {
    months.push(path);
    const xml = await (await ask(env, path)).text();
    ids.push(...(parseAtomFeed(xml).entries ?? []).map(({ id }) => id ?? ""));
    expect(link(xml, "current")).toBe("/feeds/kcna-en.atom");
    expect(xml).toContain("<fh:archive");
    if (months.length > 1) expect(link(xml, "next-archive")).toBe(months.at(-2));
    path = link(xml, "prev-archive");
  }
  expect(months).toEqual(["06", "05", "04", "03"].map((month) => `/feeds/kcna-en/2026-${month}.atom`));
  expect(new Set(ids).size).toBe(420);
  expect(ids).toHaveLength(420);
});

test("edits are a feed of their own: old and new words marked, an entry an edit", async () => {
  const kcna = bridgeOf(env).sources.slice(0, 1);
  const before = await feedOf(env, "/feeds/kcna-en.json");
  const edit = async (title: string) => {
    website.set("156", [{ ...at(0), title }, ...Array.from({ length: 15 }, (_, i) => at((i + 1) * 6))]);
    await refresh(bridgeOf(env), kcna, Date.now());
  };
  expect((await feedOf(env, "/feeds/kcna-en/changes.json")).items).toEqual([]);
  await edit("Article with other words <b>");
  await edit("Article once more");
  const { items } = await feedOf(env, "/feeds/kcna-en/changes.json");
  expect(items.map(({ title }) => title)).toEqual([
    "Edited (title): Article once more",
    "Edited (title): Article with other words <b>",
  ]);
  expect(items[1]?.content_html).toContain("<del>[-before-]</del> <ins>{+words &#60;b&#62;+}</ins>");
  expect(new Set(items.map(({ id }) => id)).size).toBe(2);
  for (const { id } of items) expect(id).toMatch(new RegExp(`^${before.items[0]?.id}/revision/\\d+$`));
  const after = await feedOf(env, "/feeds/kcna-en.json");
  expect(after.items[0]).toMatchObject({
    id: before.items[0]?.id,
    date_published: before.items[0]?.date_published,
    title: "Article once more",
  });
  expect(Date.parse(after.items[0]?.date_modified ?? "")).toBeGreaterThan(
    Date.parse(before.items[0]?.date_modified ?? ""),
  );
  expect(after.items[0]?._bridge?.earlier_titles).toEqual(["Article 0 hours before", "Article with other words <b>"]);
  expect((await feedOf(env, "/feeds/kcna-en/changes.json?limit=1")).next_url).toContain("/changes.json?before=");
});

test("OPML lists every source, in a format, with the question kept", async () => {
  const response = await ask(env, "/feeds.opml?format=atom&q=kim");
  expect(response.headers.get("content-type")).toContain("text/x-opml");
  const opml = await response.text();
  for (const { id } of bridgeOf(env).sources)
    expect(opml).toContain(`xmlUrl="https://bridge.example/feeds/${id}.atom?q=kim"`);
  expect((await ask(env, "/feeds.opml?format=pdf")).status).toBe(400);
  expect((await ask(env, "/feeds.opml?limit=0")).status).toBe(400);
});

test("several sources are one feed, by date, each entry naming its own; `all` are all", async () => {
  website.set(
    "189661",
    Array.from({ length: 10 }, (_, i) => articleAt(NEWEST - i * DAY - 60_000, 9000 + i, `로동신문 ${i}`)),
  );
  await tick(bridgeOf(env), Date.now());
  const { items } = await feedOf(env, "/feeds/rodong-ko+kcna-en.json?limit=20");
  const dates = items.map(({ date_published }) => date_published);
  expect(dates).toEqual(dates.toSorted().reverse());
  expect(new Set(items.map((item) => (item as never as { authors: { name: string }[] }).authors[0]?.name))).toEqual(
    new Set(["KCNA.kp (En)", "Rodong Sinmun (Kr)"]),
  );
  expect((await feedOf(env, "/feeds/all.json?lang=ko&limit=500")).items).toHaveLength(10);
  const self = async (path: string) => ((await (await ask(env, path)).json()) as { feed_url: string }).feed_url;
  expect(await self("/feeds/rodong-ko+kcna-en.json")).toBe(await self("/feeds/kcna-en+rodong-ko+kcna-en.json"));
});

test("a month without articles says which months have some", async () => {
  const detail = async (path: string) => ((await (await ask(env, path)).json()) as { detail: string }).detail;
  expect(await detail("/feeds/kcna-en/2020-01.rss")).toBe(
    "there are no articles of 2020-01; there are some from 2026-03 to 2026-06",
  );
  website.set("189661", [at(6)]);
  await refresh(
    bridgeOf(env),
    bridgeOf(env).sources.filter(({ id }) => id === "rodong-ko"),
    Date.now(),
  );
  expect(await detail("/feeds/rodong-ko/2020-01.rss")).toBe(
    "there are no articles of 2020-01; there are some of 2026-06",
  );
});

test("the title of a page has the words in the order in which they were typed, as its heading has", async () => {
  const html = await (
    await ask(env, "/feeds/kcna-en?q=hours+before+article", { headers: { accept: "text/html" } })
  ).text();
  expect(html).toMatch(/<title>[^<]* – hours before article<\/title>/);
  expect(html).toContain("<h1>Search: hours before article");
});
