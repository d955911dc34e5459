import { beforeEach, expect, test, vi } from "vitest";
import { bridgeOf } from "../../src/archive/bridge.ts";
import { tick } from "../../src/refresh/refresh.ts";
import { articleAt, bindings, countedKv, feedOf, page, resetAfterEach, serve } from "../simulation.ts";

/** A website of `SITES` whose articles KCNA Watch has, too: its article pages name them as their originals. */

const NOW = Date.parse("2026-06-10T03:00:00Z");
const SITE = {
  id: "times",
  name: "The Times of Pyongyang",
  language: "en",
  origin: "https://times.example",
  timeZone: "Asia/Pyongyang",
  listing: "/news/",
  article: "/news/([0-9]+)",
  body: ".text",
};
const LISTING = `<h3><a href="/news/7">Bridge opened over the river</a></h3><time>10.6.2026</time>
  <h3><a href="/news/6">Other news of the week</a></h3><time>9.6.2026</time>`;
const ARTICLE = "<h1>Bridge opened over the river</h1><time>10.6.2026</time><div class='text'><p>It is long.</p></div>";

beforeEach(() => {
  vi.useFakeTimers({ now: NOW, toFake: ["Date"] });
  vi.spyOn(console, "log").mockImplementation(() => {});
});
resetAfterEach();

test("the two are one article, though nobody knew the website when the bridge was made", async () => {
  const env = bindings(countedKv().kv, { FOLLOW: "kcna-en", SITES: JSON.stringify([SITE]) });
  const story = {
    ...articleAt(NOW - 3600_000, 1, "A new bridge, in the archive's words"),
    original: "https://times.example/news/7?from=list",
  };
  serve(new Map([["156", [story, articleAt(NOW - 7200_000, 2)]]]), ({ origin, pathname }) => {
    if (origin !== SITE.origin) return undefined;
    if (pathname === SITE.listing) return page(LISTING);
    return pathname === "/news/7" ? page(ARTICLE) : page("", 503);
  });
  for (let i = 0; i < 3; i++) await tick(bridgeOf(env), NOW + i);

  const { items } = await feedOf(env, "/feeds/all.json");
  expect(items).toHaveLength(3);
  const joined = items.filter(({ _bridge }) => _bridge?.copies);
  const addresses = joined.flatMap(({ url, _bridge }) => [url, ...(_bridge?.copies ?? []).map((copy) => copy.url)]);
  expect(addresses.toSorted()).toEqual([
    `https://kcnawatch.org/newstream/${story.key}/${story.slug}/`,
    "https://times.example/news/7",
  ]);
});
