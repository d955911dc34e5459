import { afterEach, describe, expect, test, vi } from "vitest";
import { Archive } from "../../src/archive/archive.ts";
import type { ArchivedArticle } from "../../src/archive/merge.ts";
import type { ListingCommit, PageCommit, SourceCommit } from "../../src/archive/source-commit.ts";
import type { ScrapedArticle } from "../../src/article.ts";
import { nodeSql } from "../../src/platform/node.ts";
import { cutAtWord, EXCERPT_LENGTH, plainText } from "../../src/scrape/text.ts";
import { articlesIn, exported, gapsOf, HOUR, listing, NOW, page, shownAt } from "./fixtures.ts";

/** What the archive keeps of a listing, and of an article's own page. */

const timeZone = "Asia/Pyongyang";
const DAY = 24 * HOUR;
const empty = () => new Archive(nodeSql(":memory:"));
const kept = (archive: Archive) => articlesIn(archive);
const commit = (archive: Archive, one: SourceCommit, now: number) => archive.commit([one], now)[0];
const garble = (text: string) => new TextDecoder("windows-1252").decode(new TextEncoder().encode(text));

const pageOf = (article: ScrapedArticle, more: Partial<PageCommit> = {}): SourceCommit => ({
  source: more.source ?? "kcna-en",
  pages: [{ source: "kcna-en", site: "kcnawatch", timeZone, article, ...more }],
});

/** An article of a website that prints only the day. */
function dayOnly(key: string, day = "2026-06-01"): ScrapedArticle {
  const { collectedAt: _, ...article } = shownAt(NOW, `Title ${key}`);
  return { ...article, key, id: `tag:example.org,2026:${key}`, url: `https://example.org/${key}`, day };
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe("a listing that prints only days", () => {
  const look = (archive: Archive, keys: string[], more: Partial<ListingCommit> = {}, day?: string) =>
    commit(
      archive,
      listing(
        keys.map((key) => dayOnly(key, day)),
        { unbroken: false, ...more },
      ),
      NOW,
    );
  const dates = (archive: Archive) => Object.fromEntries(kept(archive).map(({ key, published }) => [key, published]));

  test("new articles stand above those that earlier looks have kept of the day, and beside those of other sources", () => {
    const archive = empty();
    look(archive, ["b", "a"]);
    look(archive, ["d", "c"]);
    look(archive, ["other"], { source: "rodong-ko" });
    look(archive, ["ahead"], { source: "voice" }, "2026-06-02");
    expect(dates(archive)).toEqual({
      ...{ a: "2026-05-31T15:00:00Z", b: "2026-05-31T15:01:00Z", c: "2026-05-31T15:02:00Z" },
      ...{ d: "2026-05-31T15:03:00Z", other: "2026-05-31T15:00:01Z", ahead: "2026-05-31T15:00:02Z" },
    });
  });

  test("a day in the future counts as the day of the first sight, until the website prints another", () => {
    const archive = empty();
    const printed = ["2026-06-20", "2026-06-20", "2026-05-31", "2026-05-30"];
    const seen = printed.map((day) => {
      look(archive, ["a"], {}, day);
      return kept(archive).map(({ day, dayAhead }: ArchivedArticle) => [day, dayAhead]);
    });
    const [today, corrected] = [[["2026-06-01", true]], [["2026-05-31", undefined]]];
    expect(seen).toEqual([today, today, corrected, corrected]);
  });

  test("the journal has new articles in the order of their dates", () => {
    const archive = empty();
    look(archive, ["c", "b", "a"]);
    expect(exported(archive).flatMap((line) => ("seq" in line && "key" in line ? [line.key] : []))).toEqual([
      "a",
      "b",
      "c",
    ]);
  });

  test("articles of one day keep their order if the lower part of it is read later", () => {
    const archive = empty();
    commit(archive, listing(page(NOW - 100 * HOUR, 3), { from: 0 }), NOW - 100 * HOUR);
    commit(archive, listing([dayOnly("f"), dayOnly("e")], { from: 0 }), NOW);
    commit(archive, listing([dayOnly("d"), dayOnly("c")], { from: 2 }), NOW);
    commit(archive, listing([dayOnly("b"), dayOnly("a")], { from: 4 }), NOW + HOUR);
    const own = kept(archive).filter(({ key }) => /^[a-f]$/.test(key));
    expect(own.map(({ key, day }) => [key, day])).toEqual([..."abcdef"].map((key) => [key, dayOnly(key).day]));
  });

  test("articles of a part that lies in a gap get dates between the ends of the gap", () => {
    const archive = empty();
    commit(archive, listing(page(NOW - 4 * HOUR, 3), { from: 0 }), NOW);
    commit(archive, listing(page(NOW + 10 * HOUR, 3), { from: 0 }), NOW + 10 * HOUR);
    const part = listing([dayOnly("b"), dayOnly("a")], { from: 3 });
    commit(archive, part, NOW + 11 * HOUR);
    expect(dates(archive)).toMatchObject({ a: "2026-05-31T20:01:00Z", b: "2026-05-31T20:02:00Z" });
  });

  test("an article whose day is in no calendar is left out and the operator told; its neighbours are kept", () => {
    const log = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const archive = empty();
    const result = commit(archive, listing([dayOnly("a"), dayOnly("odd", "2026-02-30"), dayOnly("b")]), NOW);
    expect(result).toMatchObject({ added: 2 });
    expect(kept(archive).map(({ key }) => key)).toEqual(["b", "a"]);
    expect(log.mock.calls).toEqual([
      [JSON.stringify({ event: "undated", source: "kcna-en", key: "odd", error: "the day is in no calendar" })],
    ]);
    const page = commit(archive, pageOf(dayOnly("odd", "2026-02-30")), NOW);
    expect(page).toMatchObject({ added: 0, edited: 0, enriched: 0 });
    expect(page).not.toHaveProperty("error");
  });
});

test("in the first second of a day, when it and the last of the day before are taken, an article is dated before both", () => {
  const archive = empty();
  const midnight = Date.parse("2026-06-01T15:00:00Z");
  commit(archive, listing([1, 2, 3].map((seconds) => shownAt(midnight - seconds * 1000))), midnight);
  const keys = ["third", "second", "first"];
  commit(
    archive,
    listing(
      keys.map((key) => dayOnly(key, "2026-06-02")),
      { unbroken: false },
    ),
    midnight,
  );
  const articles = kept(archive);
  expect(articles.map(({ key, published }) => [key, published]).slice(0, 2)).toEqual([
    ["third", "2026-06-01T14:59:55Z"],
    ["second", "2026-06-01T14:59:56Z"],
  ]);
  // It is not one that was edited.
  for (const { published, updated } of articles) expect(updated).toBe(published);
});

describe("a wrong charset", () => {
  const korean = [0, 1, 2].map((i) =>
    shownAt(NOW - i * HOUR, `·조선중앙통신 시험 기사 ${i}`, `회의가 진행되였다 ${i}`),
  );
  const garbled = korean.map((article) => ({ ...article, title: garble(article.title) }));

  test("a listing in one is a failed look, and edits nothing", () => {
    const archive = empty();
    commit(archive, listing(korean), NOW);
    const result = commit(archive, listing(garbled), NOW + HOUR);
    expect(result).toMatchObject({ edited: 0, failure: { reason: "garbled" }, status: { failures: 1 } });
    expect(result?.status?.lastFailure).toMatchObject({ at: "2026-06-01T01:00:00Z", reason: "garbled" });
    expect(kept(archive).map(({ title }) => title)).toEqual(korean.map(({ title }) => title).reverse());
  });

  test("a page in one is read again like one that could not be read; a text in one replaces no text", () => {
    const archive = empty();
    const [article = shownAt(0), second = shownAt(0)] = korean;
    commit(archive, listing(korean), NOW);
    const failed = commit(archive, pageOf(garbled[0] as ScrapedArticle), NOW);
    expect(failed).toMatchObject({ failure: { reason: "garbled" }, added: 0 });
    expect(failed?.status).toBeUndefined();
    expect(archive.duePages("kcnawatch", ["kcna-en"], 9, NOW).map(({ key }) => key)).not.toContain(article.key);
    expect(archive.duePages("kcnawatch", ["kcna-en"], 9, NOW + HOUR).map(({ key }) => key)).toContain(article.key);
    commit(archive, pageOf(second, { body: "<p>Naïve café</p>" }), NOW);
    const again = pageOf(second, { body: "<p>Na\ufffdve caf\ufffd</p>" });
    expect(commit(archive, again, NOW + HOUR)).toMatchObject({ edited: 0, enriched: 0 });
    expect(archive.article("kcnawatch", second.key, "all")?.versions.at(-1)?.html).toBe("<p>Naïve café</p>");
  });
});

describe("an article page", () => {
  const article = shownAt(NOW);
  const two = [article, shownAt(NOW - HOUR)] as const;
  const listed = (articles: readonly ScrapedArticle[] = two) => {
    const archive = empty();
    commit(archive, listing(articles), NOW);
    return archive;
  };
  const text = (name: string) => `<p>${Array.from({ length: 40 }, (_, i) => `${name}${i}`).join(" ")}</p>`;

  test("adds the picture and the original's address once, and replaces neither", () => {
    const archive = listed();
    const first = { image: "https://kcnawatch.org/1.jpg", original: "http://www.kcna.kp/en/article/q/1.kcmsf" };
    expect(commit(archive, pageOf(article, first), NOW + 1000)).toMatchObject({ edited: 0, enriched: 1 });
    expect(kept(archive)[1]).toMatchObject(first);
    const other = { image: "https://kcnawatch.org/2.jpg", original: "http://www.kcna.kp/en/article/q/2.kcmsf" };
    expect(commit(archive, pageOf(article, other), NOW + 2000)).toMatchObject({ edited: 0, enriched: 0 });
    expect(kept(archive)[1]).toMatchObject(first);
  });

  test("that no listing has shown adds its article, with text and all, as one addition", () => {
    const archive = empty();
    const added = commit(archive, pageOf(article, { body: "<p>Text.</p>", outlet: "kcna" }), NOW);
    expect(added).toMatchObject({ added: 1, edited: 0, enriched: 0 });
    expect(archive.article("kcnawatch", article.key, "all")?.versions.at(-1)?.html).toBe("<p>Text.</p>");
  });

  test("that no listing has shown gives an excerpt of its text, which that of the first listing replaces without an edit", () => {
    const archive = empty();
    // As pages are read.
    const bare = { ...article, excerpt: cutAtWord(plainText(text("a")), EXCERPT_LENGTH) };
    commit(archive, pageOf(bare, { body: text("a") }), NOW);
    commit(archive, pageOf(bare, { body: text("b") }), NOW + HOUR);
    const [before] = kept(archive);
    expect(before?.excerpt.slice(0, 20)).toBe(text("a").slice(3, 23));
    expect(commit(archive, listing([article], { isLook: true }), NOW + 2 * HOUR)).toMatchObject({ edited: 0 });
    expect(kept(archive)[0]).toMatchObject({ excerpt: article.excerpt, updated: before?.updated });
    const other = { ...article, excerpt: "Another excerpt altogether." };
    expect(commit(archive, listing([other], { isLook: true }), NOW + 3 * HOUR)).toMatchObject({ edited: 1 });
    expect(commit(archive, listing([article], { isLook: true }), NOW + 4 * HOUR)).toMatchObject({ edited: 1 });
  });

  test("that is read first brings the text and, if the listing prints none, an excerpt; its form of the title is no edit", () => {
    const [first, second] = [two[0], { ...two[1], excerpt: "" }];
    const archive = listed([first, second]);
    for (const one of [first, second]) {
      const shown = { ...one, title: `${one.title} | KCNA Watch` };
      expect(commit(archive, pageOf(shown, { body: text(one.key) }), NOW + HOUR)).toMatchObject({ edited: 0 });
    }
    const [own, printed] = kept(archive);
    expect([own?.excerpt.slice(0, 20), own?.excerpt.length]).toEqual([text(second.key).slice(3, 23), 125]);
    expect(printed).toMatchObject({ title: first.title, excerpt: first.excerpt, updated: printed?.published });
  });

  test("that was read before the current version changes neither title nor text, and still adds what is missing", () => {
    const archive = listed();
    commit(archive, pageOf(article, { body: text("new") }), NOW + 2 * HOUR);
    const late = pageOf(
      { ...article, title: `${article.title}, as before` },
      { body: text("old"), image: "https://kcnawatch.org/1.jpg" },
    );
    expect(commit(archive, late, NOW + HOUR)).toMatchObject({ edited: 0, enriched: 1 });
    expect(kept(archive)[1]).toMatchObject({ title: article.title, image: "https://kcnawatch.org/1.jpg" });
    expect(archive.article("kcnawatch", article.key, "all")?.versions).toHaveLength(2);
  });

  test("gives an article its title if the listing prints none, and the listing does not take it back", () => {
    const untitled = { ...article, title: "Untitled", excerpt: "" };
    const archive = listed([untitled]);
    expect(commit(archive, pageOf({ ...untitled, title: "A Picture" }, { body: text("a") }), NOW + HOUR)).toMatchObject(
      {
        edited: 1,
      },
    );
    expect(commit(archive, listing([untitled], { isLook: true }), NOW + 2 * HOUR)).toMatchObject({ edited: 0 });
    expect(commit(archive, pageOf({ ...untitled, title: "A Picture" }), NOW + DAY)).toMatchObject({ edited: 0 });
    expect(kept(archive)[0]).toMatchObject({ title: "A Picture" });
  });

  test("that prints no title leaves the article its own", () => {
    const archive = listed();
    commit(archive, pageOf(article, { body: text("a") }), NOW + HOUR);
    const bare = pageOf({ ...article, title: "Words of the address", isUntitled: true }, { body: text("a") });
    expect(commit(archive, bare, NOW + DAY)).toMatchObject({ edited: 0 });
    expect(kept(archive)[1]).toMatchObject({ title: article.title });
    expect(commit(archive, pageOf({ ...article, title: "New" }, { body: text("a") }), NOW + 2 * DAY)).toMatchObject({
      edited: 1,
    });
  });

  test("in which an older version kept letters and their marks apart is the same in one character", () => {
    const archive = listed();
    commit(archive, pageOf(article, { body: "<p>김정은</p>".normalize("NFD") }), NOW);
    expect(commit(archive, pageOf(article, { body: "<p>김정은</p>" }), NOW + HOUR)).toMatchObject({ edited: 0 });
  });

  test("in which an older version kept what this one mends is the same", () => {
    const archive = listed();
    const signed = "<p>Kim Jong Un ’s visit. -0-</p><p>www.kcna.kp (Juche115.6.1.)</p>";
    commit(archive, pageOf(article, { body: signed }), NOW);
    const mended = pageOf(article, { body: "<p>Kim Jong Un’s visit.</p>" });
    expect(commit(archive, mended, NOW + HOUR)).toMatchObject({ edited: 0, enriched: 0 });
    const other = pageOf(article, { body: "<p>Kim Jong Un’s visits.</p>" });
    expect(commit(archive, other, NOW + 2 * HOUR)).toMatchObject({ edited: 1 });
  });

  test("in which only white space differs that no browser shows is the same; between words it is an edit", () => {
    const archive = listed();
    commit(
      archive,
      pageOf(article, { body: "<p>One <b>two</b>.</p>\n<p>Three<br>four.</p><ul><li>Five</li></ul>" }),
      NOW,
    );
    const spaced = "<p> One\n<b>two</b>.</p><p>Three <br>\n four.&nbsp;</p>\n\n<ul>\n <li>Five</li>\n</ul>";
    expect(commit(archive, pageOf(article, { body: spaced }), NOW + HOUR)).toMatchObject({ edited: 0, enriched: 0 });
    const joined = spaced.replace("One\n", "One");
    expect(commit(archive, pageOf(article, { body: joined }), NOW + 2 * HOUR)).toMatchObject({ edited: 1 });
  });

  test("that is the same again changes nothing; without a text it takes none away; nor does it say what listings miss", () => {
    const archive = listed();
    const events = () => archive.store.head().seq;
    commit(archive, pageOf(article, { body: text("a") }), NOW);
    const before = events();
    expect(commit(archive, pageOf(article, { body: text("a") }), NOW + HOUR)).toMatchObject({ edited: 0, enriched: 0 });
    expect(events()).toBe(before);
    commit(archive, pageOf({ ...article, title: `${article.title}, edited` }), NOW + 2 * HOUR);
    expect(archive.article("kcnawatch", article.key, "all")?.versions.at(-1)?.html).toBe(text("a"));
    const later = { ...pageOf(shownAt(NOW + 90 * HOUR)), outcome: { ok: true } as const };
    expect(gapsOf(commit(archive, later, NOW + 90 * HOUR))).toEqual([]);
  });

  test("with a new title is an edit: it keeps the text, and its listing, which is late, takes nothing back", () => {
    const archive = listed();
    commit(archive, pageOf(article, { body: text("a") }), NOW);
    const edited = { ...article, title: `${article.title}, as of now` };
    expect(commit(archive, pageOf(edited, { body: text("a") }), NOW + DAY)).toMatchObject({ edited: 1, enriched: 0 });
    expect(kept(archive)[1]).toMatchObject({ title: edited.title, updated: "2026-06-02T00:00:00Z" });
    expect(commit(archive, listing(two), NOW + DAY + HOUR)).toMatchObject({ edited: 0 });
    expect(kept(archive)[1]?.title).toBe(edited.title);
    expect(archive.article("kcnawatch", article.key, "all")?.versions.at(-1)?.html).toBe(text("a"));
  });

  test("with a new title at every look is edited as often as a person would", () => {
    const archive = listed();
    commit(archive, pageOf(article, { body: text("a") }), NOW);
    for (let i = 1; i <= 9; i++) {
      commit(
        archive,
        pageOf({ ...article, title: `${article.title}, ${i} views` }, { body: text("a") }),
        NOW + i * HOUR,
      );
    }
    expect(kept(archive)[1]?.earlierTitles).toHaveLength(4);
  });

  test("with a new text at every look is edited each time, and its title can still be", () => {
    const archive = listed();
    for (let i = 0; i < 9; i++) commit(archive, pageOf(article, { body: text(`version${i}-`) }), NOW + i * HOUR);
    expect(archive.article("kcnawatch", article.key, [])?.versionCount).toBe(10);
    const edited = { ...article, title: `${article.title}, edited` };
    expect(commit(archive, listing([edited]), NOW + 9 * HOUR)).toMatchObject({ edited: 1 });
  });

  test("of another article is not believed; a day later it is, unless others show the same", () => {
    for (const others of [[], [two[1]]]) {
      const archive = listed();
      for (const one of two) commit(archive, pageOf(one, { body: text(one.key) }), NOW);
      const strange = (one: ScrapedArticle) => pageOf({ ...one, title: "Welcome" }, { body: text("welcome") });
      const look = (now: number) => [article, ...others].map((one) => commit(archive, strange(one), now));
      for (const result of look(NOW + HOUR)) expect(result).toMatchObject({ edited: 0, enriched: 0 });
      const [later] = look(NOW + HOUR + DAY);
      expect(later?.edited).toBe(others.length === 0 ? 1 : 0);
    }
  });

  test("that is the page of another article of the website is never believed, however alike their words are", () => {
    const [one, other] = [1, 2].map((n) => shownAt(NOW - n * HOUR, `Kim Jong Un Sends Greetings to President ${n}`));
    const pages = [one, other].map((of) => ({ ...(of as ScrapedArticle), body: text(`greetings to ${of?.key} `) }));
    const [own, strange] = pages as [(typeof pages)[0], (typeof pages)[0]];
    for (const known of [pages, [own], [strange], []]) {
      const archive = empty();
      commit(archive, listing(pages), NOW);
      for (const { body, ...article } of known) commit(archive, pageOf(article, { body }), NOW);
      const shown = pageOf({ ...own, title: strange.title }, { body: strange.body });
      for (const later of [HOUR, 2 * DAY])
        expect(commit(archive, shown, NOW + later)).toMatchObject({ edited: 0, enriched: 0 });
      // Its own page is read as before, and a new title is an edit even if another article has it.
      expect(commit(archive, pageOf(own, { body: own.body }), NOW + 3 * DAY)).not.toHaveProperty("failure");
      const edited = pageOf({ ...own, title: strange.title }, { body: own.body });
      expect(commit(archive, edited, NOW + 4 * DAY)).toMatchObject({ edited: 1 });
    }
    // A text that is no other article's is an edit beside the same title, too.
    const archive = empty();
    commit(archive, listing(pages), NOW);
    for (const { body, ...article } of pages) commit(archive, pageOf(article, { body }), NOW);
    const edited = pageOf({ ...own, title: strange.title }, { body: `${own.body}<p>More of them.</p>` });
    expect(commit(archive, edited, NOW + HOUR)).toMatchObject({ edited: 1 });
  });

  test("that is the page of an article whose outlet no page has named yet is not believed either", () => {
    const [own, strange] = [1, 2].map((n) => shownAt(NOW - n * HOUR, `Kim Jong Un Sends Greetings to President ${n}`));
    const archive = empty();
    commit(archive, listing([own as ScrapedArticle], { outlet: "kcna" }), NOW);
    commit(archive, listing([strange as ScrapedArticle], { source: "newstream" }), NOW);
    commit(archive, pageOf(own as ScrapedArticle, { body: text("greetings to one "), outlet: "kcna" }), NOW);
    const more = { body: text("greetings to two "), outlet: "rodong" };
    const shown = pageOf({ ...(own as ScrapedArticle), title: strange?.title ?? "" }, more);
    expect(commit(archive, shown, NOW + HOUR)).toMatchObject({ edited: 0, enriched: 0 });
  });

  test("that names the outlet has its text compared with those of other outlets; if it was known, it was compared before", () => {
    const reprints = (archive: Archive) => archive.store.sql.rows<{ n: number }>("SELECT n FROM reprint").length;
    const other = shownAt(NOW - 5 * HOUR, "What Another Outlet Says");
    const archive = listed();
    commit(archive, listing([other], { source: "rodong-en", outlet: "rodong" }), NOW);
    commit(archive, pageOf(other, { source: "rodong-en", body: text("same") }), NOW);
    commit(archive, pageOf(article, { body: text("same") }), NOW + HOUR);
    expect(reprints(archive)).toBe(0);
    commit(archive, pageOf(article, { body: text("same"), outlet: "kcna" }), NOW + 2 * HOUR);
    expect(reprints(archive)).toBe(2);
    // Another page with another outlet's name does not rename it.
    expect(commit(archive, pageOf(article, { outlet: "voice" }), NOW + 3 * HOUR)).toMatchObject({ enriched: 0 });
  });
});

describe("a listing", () => {
  test("edits in the second of the first sight are kept; a picture that comes later is an addition", () => {
    const archive = empty();
    const article = shownAt(NOW);
    commit(archive, listing([article]), NOW);
    commit(archive, pageOf(article, { body: "<p>Text.</p>" }), NOW);
    const edited = { ...article, title: "Another title" };
    expect(commit(archive, listing([edited]), NOW)).toMatchObject({ edited: 1 });
    commit(archive, pageOf(edited, { body: "<p>Text.</p>" }), NOW + HOUR);
    const before = kept(archive)[0];
    const image = "https://kcnawatch.org/1.jpg";
    expect(commit(archive, listing([{ ...edited, image }]), NOW + 3 * HOUR)).toMatchObject({ edited: 0 });
    expect(kept(archive)[0]).toEqual({ ...before, image, enrichedAt: "2026-06-01T03:00:00Z" });
    // Its page is not read for that.
    expect(archive.duePages("kcnawatch", ["kcna-en"], 9, NOW + 3 * HOUR)).toEqual([]);
  });

  test("that was read before the current version edits nothing; what another source lists too counts as added there", () => {
    const archive = empty();
    const [article, other] = [shownAt(NOW), shownAt(NOW - HOUR)];
    commit(archive, listing([article, other]), NOW);
    const edited = (title: string, hours: number) =>
      commit(archive, listing([{ ...article, title }]), NOW + hours * HOUR)?.edited;
    expect([edited("Second title", 2), edited("Late title", 1), edited("Third title", 3)]).toEqual([1, 0, 1]);
    const earlier = [article.title, "Second title"];
    expect(kept(archive)[1]).toMatchObject({ title: "Third title", earlierTitles: earlier });
    const both = listing([{ ...article, title: "Third title" }, other, shownAt(NOW - 2 * HOUR)], {
      source: "newstream",
    });
    expect(commit(archive, both, NOW + 4 * HOUR)).toMatchObject({ added: 3, edited: 0 });
  });

  test("a list below an article, which may be an old copy, takes back no title that the first page of the listing shows", () => {
    const archive = empty();
    const article = shownAt(NOW);
    commit(archive, listing([article], { isLook: true }), NOW);
    commit(archive, listing([{ ...article, title: "Another title" }], { isLook: true }), NOW + HOUR);
    const image = "https://kcnawatch.org/1.jpg";
    const old = listing([{ ...article, image }], { isLook: false, unbroken: false });
    expect(commit(archive, old, NOW + 2 * HOUR)).toMatchObject({ edited: 0 });
    expect(kept(archive)[0]).toMatchObject({ title: "Another title", image });
  });

  test("an edit that one listing shows is not taken back by another, which shows the old title for a while", () => {
    const archive = empty();
    const article = shownAt(NOW);
    for (const source of ["kcna-en", "newstream"]) commit(archive, listing([article], { source, isLook: true }), NOW);
    const edited = { ...article, title: "Another title" };
    expect(commit(archive, listing([edited], { isLook: true }), NOW + HOUR)).toMatchObject({ edited: 1 });
    const late = (one: ScrapedArticle, hours: number) =>
      commit(archive, listing([one], { source: "newstream", isLook: true }), NOW + hours * HOUR)?.edited;
    expect([late(article, 2), late(edited, 3)]).toEqual([0, 0]);
  });

  test("an article is of the outlet whose listing showed it first, whoever lists it later", () => {
    const archive = empty();
    for (const outlet of [undefined, "kcna", "rodong"]) {
      const source = `${outlet}-en`;
      commit(archive, listing([shownAt(NOW)], { source, ...(outlet && { outlet }) }), NOW);
    }
    expect(kept(archive)).toMatchObject([{ outlet: "kcna" }]);
    const added = exported(archive).flatMap((line) => ("event" in line && line.event === "added" ? [line.data] : []));
    expect(added.map((data) => data?.outlet)).toEqual([undefined, "kcna", undefined]);
  });

  test("noise is said once, when it begins", () => {
    const log = vi.spyOn(console, "log").mockImplementation(() => undefined);
    const archive = empty();
    for (let i = 0; i < 7; i++) {
      const articles = page(NOW, 10).map((article) => ({ ...article, excerpt: `${i}${i} views. ${article.excerpt}` }));
      commit(archive, listing(articles, { isLook: true }), NOW + i * HOUR);
    }
    expect(log.mock.calls).toEqual([[JSON.stringify({ event: "noisy", source: "kcna-en" })]]);
  });
});
