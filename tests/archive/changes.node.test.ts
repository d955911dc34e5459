import { beforeEach, describe, expect, test, vi } from "vitest";
import { Archive } from "../../src/archive/archive.ts";
import type { SourceCommit } from "../../src/archive/source-commit.ts";
import type { ScrapedArticle } from "../../src/article.ts";
import { nodeSql } from "../../src/platform/node.ts";
import { HOUR, listing, NOW, page } from "./fixtures.ts";

/** The feed of changes: which it has, in which order and between which instants, and what each says. */

const SOURCES = ["kcna-en"];
const [a, b, c] = page(NOW, 3) as [ScrapedArticle, ScrapedArticle, ScrapedArticle];
const at = (hours: number) => `${new Date(NOW + hours * HOUR).toISOString().slice(0, 19)}Z`;

let archive: Archive;
const commit = (one: Partial<SourceCommit>, hours: number) =>
  archive.commit([{ source: "kcna-en", ...one }], NOW + hours * HOUR)[0];
const edit = (article: ScrapedArticle, more: Partial<ScrapedArticle>, hours: number, source = "kcna-en") =>
  commit(listing([{ ...article, ...more }], { source, unbroken: false }), hours);
const read = (article: ScrapedArticle, body: string, hours: number) => {
  const origin = { source: "kcna-en", site: "kcnawatch", timeZone: "Asia/Pyongyang" };
  return commit({ source: "kcna-en", pages: [{ ...origin, article, body }] }, hours);
};
const absent = ({ key }: ScrapedArticle, hours: number) => commit({ absentPages: [{ site: "kcnawatch", key }] }, hours);
const find = (query = "", sources = SOURCES, now = NOW + 100 * HOUR) =>
  archive.find({ sources, view: "changes", query, now });

/** What a query selects: each change by its instant and kind. */
async function changes(query = "", sources = SOURCES, now?: number): Promise<[string, string][]> {
  const found = await find(query, sources, now);
  return found.articles.map(({ key, published }) => [published, found.changes?.[key]?.kind ?? ""]);
}

beforeEach(() => {
  archive = new Archive(nodeSql(":memory:"));
  commit(listing([a, b, c]), 0);
  read(a, "<p>The first text.</p>", 1);
});

describe("changes", () => {
  beforeEach(() => {
    edit(a, { title: "Second title" }, 2);
    commit({ outcome: { ok: false, reason: "timeout", detail: "no answer" } }, 3);
    commit({ outcome: { ok: false, reason: "timeout", detail: "no answer" } }, 7);
    edit(b, { excerpt: "Another excerpt altogether." }, 8);
    for (const hours of [9, 16]) absent(c, hours);
  });

  test("are edits, deletions and returns, not first texts and outages, in the order in which they were seen", async () => {
    const all = [
      [at(16), "gone"],
      [at(8), "edited"],
      [at(2), "edited"],
    ];
    expect(await changes()).toEqual(all);
    expect(await changes("sort=oldest")).toEqual(all.toReversed());
    expect(await changes("", ["newstream"])).toEqual([]);
    expect(await changes("q=second")).toEqual([[at(2), "edited"]]);
    expect(await changes("filterout=Second")).toEqual(all.slice(0, 2));
  });

  test("are found by the words that the article had with the change, those of its text too", async () => {
    const [kept, lost] = ["<p>The first text, of Haeju.</p>", "<p>The first text, of Kaesong.</p>"];
    read(a, kept, 20);
    read(a, lost, 21);
    for (const hours of [30, 37]) absent(a, hours);
    const edited = [at(20), "edited"];
    expect(await changes("q=haeju")).toEqual([edited]);
    expect(await changes("q=haeju+title:second")).toEqual([edited]);
    expect(await changes("q=first+-haeju")).toEqual([
      [at(37), "gone"],
      [at(21), "edited"],
      [at(2), "edited"],
    ]);
    expect(await changes("q=kaesong&edits=none")).toEqual([[at(37), "gone"]]);
    // As in feeds, a regular expression looks into texts only if they are shown.
    expect(await changes("filter=Haeju")).toEqual([]);
    expect(await changes("filter=Haeju&content=full")).toEqual([edited]);
  });

  test("are those between two instants, both included", async () => {
    expect(await changes(`since=${at(8)}`)).toHaveLength(2);
    expect(await changes(`since=${at(8.1)}`)).toEqual([[at(16), "gone"]]);
    expect(await changes(`until=${at(8)}`)).toHaveLength(2);
    expect(await changes(`until=${at(7.9)}`)).toEqual([[at(2), "edited"]]);
    expect(await changes(`since=${at(3)}&until=${at(8)}`)).toEqual([[at(8), "edited"]]);
    expect(await changes(`until=${at(-1)}`)).toEqual([]);
    expect(await changes(`since=${at(17)}`)).toEqual([]);
  });

  test("are paged in both directions, each once; where there is no more, there is no next", async () => {
    for (const sort of ["newest", "oldest"]) {
      const seen: string[] = [];
      for (let query = `limit=1&sort=${sort}`, pages = 0; pages < 9; pages++) {
        const { articles, next } = await find(query);
        seen.push(...articles.map(({ published }) => published));
        if (!next) break;
        query = `before=${next.published}_${next.key}&limit=1&sort=${sort}`;
      }
      expect(sort === "newest" ? seen : seen.toReversed()).toEqual([at(16), at(8), at(2)]);
    }
    expect((await find("limit=3")).next).toBeUndefined();
  });

  test("go on at the instant of a cursor of another feed", async () => {
    expect(await changes(`before=${at(8.5)}_${a.key}`)).toEqual([
      [at(8), "edited"],
      [at(2), "edited"],
    ]);
    expect(await changes(`before=${at(8.5)}_${a.key}&sort=oldest`)).toEqual([[at(16), "gone"]]);
    for (const key of ["xc3", "c3x", "c1234567890123456"])
      expect(await changes(`before=${at(8.5)}_${key}`)).toEqual([
        [at(8), "edited"],
        [at(2), "edited"],
      ]);
  });

  test("move the date of their feed when one leaves it: pushed out by a limit, or too old", async () => {
    const lastHidden = async (query: string, now?: number) => (await find(query, SOURCES, now)).lastHiddenChange;
    expect(await lastHidden("")).toBe("");
    expect(await lastHidden("limit=1")).toBe(at(8));
    expect(await lastHidden("since=1d", NOW + 30 * HOUR)).toBe(at(26));
    expect(await lastHidden("since=1d", NOW + 50 * HOUR)).toBe(at(40));
    expect(await lastHidden("since=1d", NOW + 25 * HOUR)).toBe("");
    expect(await lastHidden(`since=${at(10)}`)).toBe("");
    expect((await find("since=1d", ["newstream"], NOW + 50 * HOUR)).lastHiddenChange).toBe("");
    // An edit that is not asked for changes nothing when it gets too old.
    expect(await lastHidden("edits=none&since=1d", NOW + 33 * HOUR)).toBe("");
    expect(await lastHidden("edits=none&since=1d", NOW + 41 * HOUR)).toBe(at(40));
    expect(await lastHidden("q=second&since=1d", NOW + 50 * HOUR)).toBe(at(26));
  });
});

describe("a change", () => {
  const all = async (query = "") => Object.values((await find(query)).changes ?? {});

  test("has the article as it was then, with the titles that it had had, and what the edit replaced", async () => {
    edit(a, { title: "Second title" }, 2);
    edit(a, { title: "Third title", excerpt: "Another excerpt altogether." }, 4);
    const [third, second] = await all();
    expect(third).toMatchObject({ at: at(4), article: { title: "Third title" } });
    expect(third?.edit?.data.before).toEqual({ title: "Second title", excerpt: a.excerpt });
    expect(third?.edit?.data.after).toEqual({ title: "Third title", excerpt: "Another excerpt altogether." });
    expect(third?.article.earlierTitles).toEqual([a.title, "Second title"]);
    expect(second?.article).toMatchObject({ title: "Second title", excerpt: a.excerpt, earlierTitles: [a.title] });
    expect(second?.edit?.data.fields).toEqual(["title"]);
    expect(second).not.toHaveProperty("since");
    const { articles } = await find();
    expect(articles.map(({ id, key, updated, earlierTitles }) => [id, key, updated, earlierTitles?.length])).toEqual([
      [`${a.id}/revision/7`, "c000000000007", at(4), 2],
      [`${a.id}/revision/6`, "c000000000006", at(2), 1],
    ]);
  });

  test("between two titles has those that were before it, also if it changed something else", async () => {
    edit(a, { title: "Second title" }, 2);
    read({ ...a, title: "Second title" }, "<p>The second text.</p>", 3);
    edit(a, { title: "Third title" }, 4);
    edit(a, { title: "Third title", excerpt: "Another excerpt altogether." }, 5);
    const rows = vi.spyOn(archive.store.sql, "rows");
    const earlier = (await all()).map(({ article }) => article.earlierTitles);
    // Once, however many of its edits are on the page: an article can have a thousand.
    expect(rows.mock.calls.filter(([statement]) => statement.includes("RECURSIVE"))).toHaveLength(1);
    const [first, second] = [a.title, "Second title"];
    expect(earlier).toEqual([[first, second], [first, second], [first], [first]]);
  });

  test("of an article that has had one title has no earlier ones; a deletion keeps what the article said", async () => {
    edit(b, { excerpt: "Another excerpt altogether." }, 2);
    for (const hours of [3, 10]) absent(b, hours);
    const [gone, edited] = await all();
    expect([gone?.article.earlierTitles, edited?.article.earlierTitles]).toEqual([[], []]);
    expect(gone).toEqual({ kind: "gone", at: at(10), since: at(3), article: gone?.article });
    expect(gone?.article).toMatchObject({ title: b.title, excerpt: "Another excerpt altogether." });
  });

  test("of a text says what the text was, as plain text, and how much of it is new", async () => {
    read(a, "<p>The second text.</p>", 2);
    const [edited] = await all();
    expect(edited?.edit?.data).toMatchObject({
      before: { text: "The first text." },
      after: { text: "The second text." },
    });
    expect(edited?.edit?.data).toMatchObject({ substantial: true, names_changed: false });
    expect(edited?.edit?.data.words_changed).toBeGreaterThan(0);
    expect(edited?.edit?.data.fields).toEqual(["text"]);
  });

  test("of markup or punctuation alone is none for a reader of substantial edits", async () => {
    read(a, "<p><b>The first text.</b></p>", 2);
    edit(b, { title: `${b.title}.` }, 3);
    edit(c, { title: "Another title" }, 4);
    for (const hours of [5, 12]) absent(b, hours);
    const kinds = async (query: string) => (await all(query)).map(({ kind, at }) => [at, kind]);
    expect(await kinds("")).toHaveLength(4);
    expect(await kinds("edits=substantial")).toEqual([
      [at(12), "gone"],
      [at(4), "edited"],
    ]);
    const [, , , markup] = await all();
    expect(markup?.edit?.data).toMatchObject({
      before: { text: "The first text." },
      after: { text: "The first text." },
    });
  });

  test("of an article is found by the sources that list it, and named by the first that was asked for", async () => {
    commit(listing([a], { source: "newstream" }), 2);
    edit(a, { title: "Second title" }, 3);
    const [found] = (await find("", ["voice", "newstream", "kcna-en"])).articles;
    expect(found?.source).toBe("newstream");
    expect(await changes("", ["newstream"])).toHaveLength(1);
    expect(await changes("", ["voice"])).toEqual([]);
    expect((await find("since=1d", ["newstream"], NOW + 30 * HOUR)).lastHiddenChange).toBe(at(27));
  });
});

test("a query looks at 500 changes, and says where to go on", async () => {
  edit(b, { title: "The one that is looked for" }, 2);
  const { sql } = archive.store;
  const [n = 0] = sql.column<number>("SELECT n FROM article WHERE key = ?", [a.key]);
  sql.run(
    `INSERT INTO journal (seq, at, event, source, n, title, excerpt, previous)
     WITH RECURSIVE number (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM number WHERE i < 501)
     SELECT ? + i, ?, 'edited', 'kcna-en', ?, 'Title ' || i, 'Excerpt', 1 FROM number`,
    [archive.store.head().seq, at(5), n],
  );
  archive = new Archive(sql);
  const first = await find("q=looked");
  expect(first).toMatchObject({ articles: [], budgetExhausted: true });
  expect(first.next?.published).toBe(at(5));
  const second = await find(`before=${first.next?.published}_${first.next?.key}&q=looked`);
  expect(second.articles.map(({ published }) => published)).toEqual([at(2)]);
  expect(second).not.toHaveProperty("budgetExhausted");
  // As many as fill a page need no look at the others.
  expect((await find("limit=2")).articles.map(({ title }) => title)).toEqual(["Title 501", "Title 500"]);
});
