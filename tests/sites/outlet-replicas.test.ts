import { describe, expect, test } from "vitest";
import { newestPath, ownsPage } from "../../src/sites/addresses.ts";
import { SITES, toSources } from "../../src/sites/index.ts";
import type { Source } from "../../src/sites/site.ts";
import { plainTitle } from "../replica/outlets/http.ts";
import { OutletNetwork } from "../replica/outlets/network.ts";
import type { Language, OutletName } from "../replica/outlets/stories.ts";
import { type Publication, World } from "../replica/outlets/world.ts";
import { article, listing } from "./outlets.ts";

/** Every built-in source of the outlets reads what the replica of its website shows, story by story. */

const network = new OutletNetwork(new World());
const { kcnawatch: _, ...OUTLETS } = SITES;
const SOURCES = Object.values(OUTLETS).flatMap(toSources);

const textAt = async (source: Source, path: string) => {
  const response = await network.fetch(source.site.origin + path);
  if (response?.status !== 200) throw new Error(`${path}: ${response?.status}`);
  return response.text();
};

const shownBy = (source: Source) => network.world.shown(source.site.id as OutletName, source.language as Language);

/** Rodong's list has the leader's stories in a part of its own above the others. */
const byKey = (a: { key: string }, b: { key: string }) => (a.key < b.key ? -1 : 1);

const expected = (source: Source, { id, title, day }: Publication) => ({
  key: source.site.id === "rodong" ? `${source.language}-${id}` : id,
  title: plainTitle(title),
  day,
  language: source.language,
});

const PAGE_SIZE: Partial<Record<string, number>> = { kcna: 15 };

describe.each(SOURCES.map((source) => [source.id, source] as const))("%s", (id, source) => {
  test("its listing is the stories that the website shows", async () => {
    const shown = shownBy(source).slice(0, PAGE_SIZE[source.site.id] ?? 20);
    const read = listing(id, await textAt(source, newestPath(source)));
    if (typeof read === "string") throw new Error(read);
    const words = read.map(({ key, title, day, language }) => ({ key, title, day, language }));
    expect(shown.length).toBeGreaterThan(0);
    expect(words.sort(byKey)).toEqual(shown.map((one) => expected(source, one)).sort(byKey));
  });

  test("its listing and its articles are pages of its own, and of no other listing's source", async () => {
    const read = listing(id, await textAt(source, newestPath(source)));
    if (typeof read === "string") throw new Error(read);
    const others = SOURCES.filter(({ site }) => site === source.site).filter(
      (other) => newestPath(other) !== newestPath(source),
    );
    const pages = read.map(({ key, url }) => source.site.articlePagePath?.(key) ?? url);
    for (const path of [newestPath(source), ...pages]) {
      const owners = [source, ...others].filter((one) => ownsPage(one, new URL(path, source.site.origin)));
      expect([path, owners]).toEqual([path, [source]]);
    }
  });

  test("an article's text is its paragraphs, or the reason why there is none", async () => {
    const read = listing(id, await textAt(source, newestPath(source)));
    if (typeof read === "string") throw new Error(read);
    for (const { key, url, title } of read.slice(0, 9)) {
      const path = source.site.articlePagePath?.(key) ?? url.slice(source.site.origin.length);
      const story = shownBy(source).find((one) => expected(source, one).key === key) as Publication;
      const page = article(id, path, await textAt(source, path), title);
      // Every third page of Voice of Korea has no text that a reader without scripts sees.
      const hasText = source.site.id !== "vok" || Number(key.slice(-3)) % 3 !== 2;
      if (!hasText) expect([key, page]).toEqual([key, "layout-changed"]);
      else if (typeof page === "string") throw new Error(`${key}: ${page}`);
      else expect([key, wordsOf(page.body)]).toEqual([key, wordsOf(paragraphsOf(story).join(" "))]);
    }
  });
});

/** Behind the paywall a Japanese text ends after its first paragraph. */
const paragraphsOf = ({ publisher, language, paragraphs }: Publication) =>
  publisher === "chosonsinbo" && language === "ja" ? paragraphs.slice(0, 1) : paragraphs;

const wordsOf = (html = "") =>
  html
    .replace(/<[^<>]*>/g, " ")
    .replace(/ ,/g, ",")
    .replace(/\s+/g, " ")
    .trim();
