import fc from "fast-check";
import { expect, test } from "vitest";
import type { Archive } from "../../src/archive/archive.ts";
import { localArchive } from "../../src/archive/client.ts";
import type { View } from "../../src/archive/search.ts";
import { select } from "../../src/archive/select.ts";
import { ArchiveService } from "../../src/archive/service.ts";
import type { ScrapedArticle } from "../../src/article.ts";
import { render } from "../../src/feeds/index.ts";
import { nodeSql } from "../../src/platform/node.ts";
import { parseQuery } from "../../src/query/query.ts";
import { BUILT_IN } from "../../src/sites/index.ts";
import { feedDocument } from "../../src/web/feed-document.ts";
import { exported, HOUR, NOW, shownAt } from "../archive/fixtures.ts";
import { random } from "../random.ts";
import { runs } from "../runs.ts";

/**
 * Sixty articles on two websites, in whatever order the looks at both come: every feed of both has each article once,
 * with the id and the date that it was first served with.
 */

const SITES = { watch: "kcnawatch", outlet: "kcna" } as const;
const SOURCES = { watch: "kcna-en", outlet: "kp-kcna-en" } as const;
type Side = keyof typeof SITES;
const SIDES: readonly Side[] = ["watch", "outlet"];

interface Story {
  number: number;
  sides: readonly Side[];
  /** Whether KCNA Watch's page names the outlet's article. */
  isNamed: boolean;
  editedOn?: Side;
  shown: Record<Side, ScrapedArticle>;
}

function storyOf(number: number, next: () => number): Story {
  const only = number >= 48 ? (number % 2 ? "watch" : "outlet") : undefined;
  const at = NOW - number * 11 * HOUR;
  // Some have a title that comes back, and some another one on each website: only the original link joins these.
  const isTelling = number % 6 !== 0;
  const title = isTelling ? `Story Number ${number} of the Countryside, Word${number}` : "Press Review";
  const watch = shownAt(at, title, `Pyongyang (KCNA) -- Excerpt of story word${number}`);
  const key = String(number).padStart(32, "f");
  const outlet: ScrapedArticle = {
    key,
    id: `tag:kcna.kp,2026:${key}`,
    url: `http://www.kcna.kp/en/article/detail/${key}`,
    title: number % 12 === 6 ? `Another Title of Word${number}` : title.replaceAll(" of ", "  Of "),
    excerpt: "",
    day: number % 5 ? watch.day : shownAt(at - 24 * HOUR).day,
    language: "en",
  };
  const editedOn = next() < 0.3 ? SIDES[Math.floor(next() * 2)] : undefined;
  return {
    number,
    sides: only ? [only] : SIDES,
    isNamed: !only && (!isTelling || next() < 0.5),
    ...(editedOn && { editedOn }),
    shown: { watch, outlet },
  };
}

const isJoinedByTitle = ({ shown: { watch, outlet }, number }: Story) =>
  number % 6 !== 0 && watch.title !== "" && outlet.title !== "";

interface Operation {
  story: Story;
  side: Side;
  what: "list" | "page" | "edit";
}

/** All operations, the listing of an article before what follows from it; a page can be the first sight. */
function operationsOf(stories: readonly Story[], next: () => number): Operation[] {
  const placed = stories.flatMap((story) =>
    story.sides.flatMap((side) => {
      const list = next();
      const edit = story.editedOn === side ? [{ at: list + next() * (1 - list), what: "edit" as const }] : [];
      const rest = [{ at: next(), what: "page" as const }, ...edit];
      return [{ at: list, what: "list" as const }, ...rest].map(({ at, what }) => ({ at, story, side, what }));
    }),
  );
  return placed.sort((a, b) => a.at - b.at);
}

function commit(archive: Archive, { story, side, what }: Operation, now: number): void {
  const [source, site] = [SOURCES[side], SITES[side]];
  const article = story.shown[side];
  if (what === "edit") article.title = `${article.title}, Corrected on the ${side}`;
  const common = { source, site, timeZone: "Asia/Pyongyang", outlet: "kcna" };
  const copyOf = side === "watch" && story.isNamed && { copyOf: { site: "kcna", key: story.shown.outlet.key } };
  const body = `<p>The text of story ${story.number}, as word${story.number} has it. ${"It goes on at length. ".repeat(9)}</p>`;
  const [result] = archive.commit(
    [
      what === "page"
        ? { source, pages: [{ ...common, article, body, ...copyOf }] }
        : { source, listings: [{ ...common, articles: [article], unbroken: false }] },
    ],
    now,
  );
  if (result?.error) throw new Error(result.error);
}

const sourceOf = (id: string) => ({ ...(BUILT_IN[0] as (typeof BUILT_IN)[number]), id, name: id, language: "en" });

/** The ids and dates of a feed, by the feed's own text. */
async function feedOf(
  service: ArchiveService,
  ids: readonly string[],
  view: View,
  query: string,
  format: "rss" | "atom" | "json",
) {
  const parsed = await parseQuery(new URLSearchParams(query), NOW);
  if ("error" in parsed) throw new Error(parsed.error.detail);
  const latest = new Map(service.archive.latest(ids));
  const result = await select(localArchive(service), { sources: ids, latest, view, query: parsed.query, now: NOW });
  const selection = { name: ids.join("+"), sources: ids.map(sourceOf), ids };
  const text = render(
    feedDocument("https://bridge.example", { selection, view, format }, parsed.query, result),
    format,
  );
  const items =
    format === "json"
      ? (JSON.parse(text) as { items: { id: string; date_published: string }[] }).items.map((item) => [
          item.id,
          item.date_published,
        ])
      : text
          .split(format === "rss" ? "<item>" : "<entry")
          .slice(1)
          .map((item) => [
            /<(?:guid|id)[^>]*>([^<]*)</.exec(item)?.[1] ?? "",
            /<(?:pubDate|published)>([^<]*)</.exec(item)?.[1] ?? "",
          ]);
  const dates = items.map(([id = "", date = ""]) => [id, new Date(date).toISOString()] as const);
  return { ids: dates.map(([id]) => id), dates, next: result.next, text, changed: result.changed };
}

test("each of sixty articles is once in every feed of both websites, under the id that was served first", async () => {
  let [joined, checks] = [0, 0];
  await fc.assert(
    fc.asyncProperty(fc.nat(), async (seed) => {
      const next = random(seed);
      const stories = Array.from({ length: 60 }, (_, number) => storyOf(number, next));
      const service = new ArchiveService(nodeSql(":memory:"), { get: async () => new Map(), put: async () => {} });
      const both = next() < 0.5 ? ["kcna-en", "kp-kcna-en"] : ["kp-kcna-en", "kcna-en"];
      const seenAs = new Map<Story, Side[]>();
      const namedBy = new Set<Story>();
      const dateOf = new Map<string, string>();
      const isOne = (story: Story) => seenAs.get(story)?.length === 2 && (namedBy.has(story) || isJoinedByTitle(story));
      const check = async () => {
        checks++;
        const expected = stories.flatMap((story) => {
          const sides = seenAs.get(story) ?? [];
          return (isOne(story) ? sides.slice(0, 1) : sides).map((side) => story.shown[side].id);
        });
        const newest = await feedOf(service, both, "newest", "limit=500", "json");
        expect(newest.ids.toSorted()).toEqual(expected.toSorted());
        for (const [id, date] of newest.dates) {
          expect(dateOf.get(id) ?? date).toBe(date);
          dateOf.set(id, date);
        }
        for (const format of ["rss", "atom"] as const) {
          expect((await feedOf(service, both, "newest", "limit=500", format)).dates).toEqual(newest.dates);
        }
        // Not from the snapshots but from the archive, page by page.
        for (const query of ["limit=7&since=2020-01-01", "limit=9&sort=oldest", "limit=8&q=word3"]) {
          const paged: string[] = [];
          let page = await feedOf(service, both, "newest", query, "json");
          for (;;) {
            paged.push(...page.ids);
            if (!page.next) break;
            const before = `before=${encodeURIComponent(`${page.next.published}_${page.next.key}`)}`;
            page = await feedOf(service, both, "newest", `${query}&${before}`, "json");
          }
          expect(new Set(paged).size).toBe(paged.length);
          if (query.includes("sort")) expect(paged.reverse()).toEqual(newest.ids);
          else if (!query.includes("q=")) expect(paged).toEqual(newest.ids);
        }
        const months = [];
        for (const month of ["2026-06", "2026-05"])
          months.push(...(await feedOf(service, both, { month }, "", "atom")).ids);
        expect(months).toEqual(newest.ids);
        // The feed of one website has what it lists, whatever it was joined with.
        for (const side of SIDES) {
          const own = stories.filter((story) => seenAs.get(story)?.includes(side)).map(({ shown }) => shown[side].id);
          expect((await feedOf(service, [SOURCES[side]], "newest", "limit=500", "json")).ids.toSorted()).toEqual(
            own.toSorted(),
          );
        }
      };
      // The date of a feed moves if and only if its bytes do, and never back.
      const known = new Map<string, { text: string; changed: string }>();
      const checkDates = async () => {
        for (const ids of [both, ["kcna-en"], ["kp-kcna-en"]]) {
          for (const query of ["", "q=word1", "q=-corrected&limit=9", "content=full&limit=9", "once=true&limit=30"]) {
            const { text, changed } = await feedOf(service, ids, "newest", query, "json");
            const before = known.get(`${ids} ${query}`);
            known.set(`${ids} ${query}`, { text, changed });
            if (!before) continue;
            const difference = text === before.text ? 0 : 1;
            expect([`${ids} ${query}`, Math.sign(Date.parse(changed) - Date.parse(before.changed))]).toEqual([
              `${ids} ${query}`,
              difference,
            ]);
          }
        }
      };
      let now = NOW;
      const operations = operationsOf(stories, next);
      for (const [i, operation] of operations.entries()) {
        commit(service.archive, operation, now);
        const { story, side, what } = operation;
        const sides = seenAs.get(story) ?? [];
        if (!sides.includes(side)) seenAs.set(story, [...sides, side]);
        if (what === "page" && side === "watch" && story.isNamed) namedBy.add(story);
        // Many looks are of one second: a tick's.
        if (next() < 0.3) {
          if (next() < 0.5) await checkDates();
          now += Math.ceil(next() * 1200) * 1000;
        }
        if (i % 50 === 49 || i === operations.length - 1) await check();
      }
      joined += stories.filter(isOne).length;
      expect(stories.filter(({ sides }) => sides.length === 2).every(isOne)).toBe(true);

      const restored = new ArchiveService(nodeSql(":memory:"), { get: async () => new Map(), put: async () => {} });
      await restored.import(exported(service.archive), now);
      const tables = ({ store: { sql } }: Archive) =>
        [
          "SELECT n, site, key, sources, listed, outlet, copy_of, copies, joined_at, enriched_at, updated, seq FROM article",
          "SELECT * FROM title ORDER BY hash, n",
          "SELECT * FROM text_signature ORDER BY n",
          "SELECT * FROM reprint ORDER BY n",
          "SELECT rowid FROM search WHERE search MATCH 'corrected'",
        ].map((query) => sql.rows(query));
      expect(tables(restored.archive)).toEqual(tables(service.archive));
      for (const query of ["", "content=full&limit=60", "q=word1", "once=true"]) {
        const texts = await Promise.all([service, restored].map((one) => feedOf(one, both, "newest", query, "json")));
        expect(texts[1]?.text).toBe(texts[0]?.text);
      }
    }),
    { numRuns: runs(1) },
  );
  console.log(`copies: ${joined} articles joined, feeds looked at ${checks} times`);
  expect(joined).toBe(48 * runs(1));
});
