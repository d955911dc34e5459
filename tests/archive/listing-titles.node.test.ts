import { expect, test } from "vitest";
import { Archive } from "../../src/archive/archive.ts";
import type { ScrapedArticle } from "../../src/article.ts";
import { nodeSql } from "../../src/platform/node.ts";
import { articlesIn, HOUR, listing, NOW, shownAt } from "./fixtures.ts";

/** An edit that several places show one after the other is one edit. */

const article = shownAt(NOW);
const edited = { ...article, title: "Second title", excerpt: "Another excerpt altogether." };

function archiveOf(sources: readonly string[]) {
  const archive = new Archive(nodeSql(":memory:"));
  const look = (source: string, shown: ScrapedArticle, hours: number, isLook = true) =>
    archive.commit([listing([shown], { source, isLook })], NOW + hours * HOUR)[0]?.edited;
  const page = (shown: ScrapedArticle, hours: number, body = "<p>Text.</p>") => {
    const origin = { source: "a", site: "kcnawatch", timeZone: "Asia/Pyongyang" };
    return archive.commit([{ source: "a", pages: [{ ...origin, article: shown, body }] }], NOW + hours * HOUR)[0]
      ?.edited;
  };
  for (const source of sources) look(source, article, 0);
  const kept = () => {
    const [only] = articlesIn(archive);
    return { title: only?.title, excerpt: only?.excerpt };
  };
  return { look, page, kept };
}

test("a listing that is late takes back neither title nor excerpt, and what it shows next is the same edit", () => {
  const { look, kept } = archiveOf(["a", "b", "c"]);
  expect(look("a", edited, 1)).toBe(1);
  for (const [source, hours] of [
    ["b", 2],
    ["c", 2],
    ["b", 3],
  ] as const)
    expect(look(source, article, hours)).toBe(0);
  expect(kept()).toEqual({ title: "Second title", excerpt: "Another excerpt altogether." });
  expect([look("b", edited, 4), look("c", edited, 5), look("a", edited, 6)]).toEqual([0, 0, 0]);
  // Each of them can be the first to show the next one.
  expect(look("c", { ...edited, title: "Third title" }, 7)).toBe(1);
  expect(look("a", edited, 8)).toBe(0);
});

test("a listing that is late with the title alone still brings a new excerpt", () => {
  const { look, kept } = archiveOf(["a", "b"]);
  look("a", { ...article, title: "Second title" }, 1);
  expect(look("b", { ...article, excerpt: "Another excerpt altogether." }, 2)).toBe(1);
  expect(kept()).toEqual({ title: "Second title", excerpt: "Another excerpt altogether." });
});

test("a listing that is late with the excerpt alone takes it not back, and what it shows next is the same edit", () => {
  const { look, kept } = archiveOf(["a", "b"]);
  const reworded = { ...article, excerpt: "Another excerpt altogether." };
  expect([look("a", reworded, 1), look("b", article, 2), look("b", reworded, 3)]).toEqual([1, 0, 0]);
  expect(kept()).toEqual({ title: article.title, excerpt: reworded.excerpt });
});

test("two edits that a late listing shows one after the other are none", () => {
  const { look, kept } = archiveOf(["a", "b"]);
  const titles = ["Second title", "Third title"].map((title) => ({ ...article, title }));
  expect(titles.map((shown, i) => look("a", shown, i + 1))).toEqual([1, 1]);
  expect([article, ...titles].map((shown, i) => look("b", shown, i + 3))).toEqual([0, 0, 0]);
  expect(kept().title).toBe("Third title");
});

test("an edit on the article's own page is not taken back by listings, nor one in a listing by the page", () => {
  const { look, page, kept } = archiveOf(["a", "b"]);
  page(article, 0);
  const related = { ...article, title: `${article.title}, second` };
  expect(page(related, 1)).toBe(1);
  expect([look("a", article, 2), look("b", article, 2), look("a", related, 3)]).toEqual([0, 0, 0]);
  const third = { ...article, title: `${article.title}, third` };
  expect(look("b", third, 4)).toBe(1);
  expect([page(related, 5), look("a", related, 5), page(third, 6)]).toEqual([0, 0, 0]);
  expect(kept().title).toBe(third.title);
});

test("a listing that was behind, and showed the current title all the time, is believed when it takes an edit back", () => {
  const { look, kept } = archiveOf(["a", "b"]);
  expect([look("a", edited, 1), look("b", edited, 2)]).toEqual([1, 0]);
  // A cache shows the old title in one listing for a while.
  expect([look("a", article, 3), look("a", edited, 4)]).toEqual([1, 1]);
  expect(look("b", article, 30)).toBe(1);
  expect(kept()).toEqual({ title: article.title, excerpt: article.excerpt });
});

test("an article's own page that was behind is believed when it is so a day later, and no listing shows the article", () => {
  const { look, page, kept } = archiveOf(["a"]);
  const next = shownAt(NOW + HOUR);
  page(article, 0);
  expect(look("a", edited, 1)).toBe(1);
  expect([page(article, 2), page(article, 30)]).toEqual([0, 0]);
  look("a", next, 31);
  // A page without a title says nothing of it.
  expect(page({ ...article, title: "Untitled", isUntitled: true }, 32)).toBe(0);
  expect([page(article, 33), kept().title]).toEqual([1, article.title]);

  const other = archiveOf(["a"]);
  other.page(article, 0);
  other.look("a", edited, 1);
  other.look("a", next, 2);
  expect([other.page(article, 3), other.page(article, 24)]).toEqual([0, 0]);
  expect([other.page(article, 25), other.page(article, 26), other.page(edited, 27)]).toEqual([1, 0, 1]);
});

test("an article's own page that was behind is not believed as long as one of its listings shows the article", () => {
  const { look, page } = archiveOf(["a", "b"]);
  page(article, 0);
  look("a", edited, 1);
  // A list below another article is no listing's first page.
  for (const [source, isLook] of [
    ["b", true],
    ["c", false],
  ] as const)
    look(source, edited, 1, isLook);
  const next = shownAt(NOW + HOUR);
  look("a", next, 2);
  expect(page(article, 30)).toBe(0);
  look("b", next, 31);
  expect(page(article, 32)).toBe(1);
});

test("a list below an article edits nothing that the first page of the listing shows, and what that does not show", () => {
  const { look, kept } = archiveOf(["a"]);
  expect([look("a", article, 1), look("a", edited, 2, false)]).toEqual([0, 0]);
  expect(kept().title).toBe(article.title);
  look("a", shownAt(NOW + HOUR), 3);
  expect(look("a", edited, 4, false)).toBe(1);
});

test("a list below an article may be an old copy, whatever it shows beside: it takes no edit back", () => {
  const archive = new Archive(nodeSql(":memory:"));
  const newest = shownAt(NOW + HOUR);
  const show = (articles: readonly ScrapedArticle[], isLook: boolean, hours: number) =>
    archive.commit([listing(articles, { isLook })], NOW + hours * HOUR)[0]?.edited;
  expect([show([article], true, 0), show([edited], true, 1)]).toEqual([0, 1]);
  expect([show([newest], true, 2), show([newest, article], false, 3)]).toEqual([0, 0]);
  expect(articlesIn(archive)[0]?.title).toBe(edited.title);
});

test("a card without a title says nothing of the title of an article that is kept; a new one has the words of its address", () => {
  const archive = new Archive(nodeSql(":memory:"));
  const bare = (ms: number) => ({ ...shownAt(ms, "Words of the address"), isUntitled: true as const });
  archive.commit([listing([article])], NOW);
  const [{ error, added, edited } = {}] = archive.commit([listing([bare(NOW + HOUR), bare(NOW)])], NOW + 2 * HOUR);
  expect({ error, added, edited }).toEqual({ added: 1, edited: 1 });
  expect(articlesIn(archive).map(({ title }) => title)).toEqual([article.title, "Words of the address"]);
});

test("a page that prints titles in its own form goes on doing so", () => {
  const { look, page, kept } = archiveOf(["a"]);
  const own = (title: string) => ({ ...article, title: `${title} | KCNA Watch` });
  expect(page(own(article.title), 0)).toBe(0);
  // A new text says nothing of titles: the next one is an edit.
  expect(page(own(article.title), 0.5, "<p>Another text.</p>")).toBe(1);
  const next = { ...article, title: `${article.title}, second` };
  expect(look("a", next, 1)).toBe(1);
  expect([page(own(next.title), 2, "<p>Another text.</p>"), look("a", next, 3)]).toEqual([0, 0]);
  expect(kept().title).toBe(next.title);
});

test("an old copy of a listing, in turns with the new one, takes no edit back; a website that does is believed", () => {
  const archive = new Archive(nodeSql(":memory:"));
  const rest = [1, 2, 3, 4].map((hours) => shownAt(NOW - hours * HOUR));
  const newest = shownAt(NOW + HOUR);
  const look = (articles: readonly ScrapedArticle[], hours: number) =>
    archive.commit([listing(articles, { isLook: true })], NOW + hours * HOUR)[0]?.edited;
  const old = [article, ...rest];
  look(old, 0);
  expect(look([newest, edited, ...rest], 2)).toBe(1);
  expect([look(old, 3), look([newest, edited, ...rest], 4), look(old, 5)]).toEqual([0, 0, 0]);
  // Nor does a list below an article.
  expect(archive.commit([listing([article])], NOW + 5 * HOUR)[0]?.edited).toBe(0);
  // The excerpt alone, and a title that the article never had.
  expect([look([newest, { ...edited, excerpt: article.excerpt }, ...rest], 6), look([edited, ...rest], 7)]).toEqual([
    1, 0,
  ]);
  expect(look([{ ...article, title: "Third title" }, ...rest], 8)).toBe(1);
  expect(look([newest, article, ...rest], 9)).toBe(1);
  expect(articlesIn(archive).find(({ key }) => key === article.key)).toMatchObject({ title: article.title });
});

test("a page that seems to be an old copy is read again: the newest article, which it lacks, may be gone", () => {
  const archive = new Archive(nodeSql(":memory:"));
  const rest = [1, 2, 3, 4].map((hours) => shownAt(NOW - hours * HOUR));
  const newest = shownAt(NOW + HOUR);
  const look = (articles: readonly ScrapedArticle[], digest: string, hours: number) => {
    const outcome = { ok: true, shown: 5, digest, validators: { etag: `"${digest}"`, at: "" } } as const;
    const [result] = archive.commit([{ ...listing(articles, { isLook: true }), outcome }], NOW + hours * HOUR);
    return [result?.edited, result?.status?.digest, result?.status?.validators?.etag];
  };
  look([article, ...rest], "first", 0);
  expect(look([newest, edited, ...rest], "second", 2)).toEqual([1, "second", '"second"']);
  const without = [article, ...rest];
  expect(look(without, "third", 3)).toEqual([0, "second", '"second"']);
  archive.commit([{ source: "kcna-en", absentPages: [{ site: "kcnawatch", key: newest.key }] }], NOW + 3 * HOUR);
  expect(look(without, "third", 4)).toEqual([1, "third", '"third"']);
});

test("old copies of two listings that bring back a title and an excerpt do not stay: both listings show the newer ones", () => {
  const { look, kept } = archiveOf(["a", "b"]);
  const third = { ...edited, title: "Third title" };
  for (const [shown, hours] of [
    [edited, 1],
    [third, 2],
  ] as const)
    expect([look("a", shown, hours), look("b", shown, hours)]).toEqual([1, 0]);
  expect([look("a", edited, 3), look("b", article, 3)]).toEqual([1, 1]);
  for (const source of ["a", "b", "a", "b"]) look(source, third, 4);
  expect(kept()).toEqual({ title: third.title, excerpt: third.excerpt });
});

test("a listing that shows the current title is not behind, though the edit left the excerpt as it was", () => {
  const { look, kept } = archiveOf(["a", "b"]);
  const retitled = { ...article, title: "Second title" };
  expect([look("a", retitled, 1), look("b", retitled, 2)]).toEqual([1, 0]);
  // An old copy takes the title back. What a list below an article shows then says nothing of the listing.
  expect([look("b", article, 3), look("b", retitled, 3, false)]).toEqual([1, 0]);
  expect([look("a", retitled, 4), look("b", retitled, 4)]).toEqual([0, 1]);
  expect(kept().title).toBe("Second title");
});

test("a title that the page showed before a newer one, and a listing only after it, is kept", () => {
  const { look, page, kept } = archiveOf(["a"]);
  const [second, third] = ["second", "third"].map((word) => ({ ...article, title: `${article.title}, ${word}` }));
  // The page's first title may be in a form of its own.
  expect([page(second as ScrapedArticle, 0), page(third as ScrapedArticle, 1)]).toEqual([0, 1]);
  expect(look("a", second as ScrapedArticle, 2)).toBe(1);
  expect([page(third as ScrapedArticle, 3), look("a", third as ScrapedArticle, 4)]).toEqual([0, 1]);
  expect(kept().title).toBe(third?.title);
});

test("a new title on a page that prints them in its own form is an edit, also after one of the excerpt", () => {
  const { look, page, kept } = archiveOf(["a"]);
  page({ ...article, title: `KCNA: ${article.title}` }, 0);
  expect(look("a", { ...article, excerpt: edited.excerpt }, 1)).toBe(1);
  const title = `KCNA: ${article.title}, second`;
  expect(page({ ...article, title }, 2)).toBe(1);
  expect(kept()).toEqual({ title, excerpt: edited.excerpt });
});
