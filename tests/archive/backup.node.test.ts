import { beforeAll, describe, expect, test } from "vitest";
import { Archive } from "../../src/archive/archive.ts";
import { BackupError, journalDigest } from "../../src/archive/backup.ts";
import { type EventLine, isLine, type Line } from "../../src/archive/backup-lines.ts";
import type { PageCommit, SourceCommit } from "../../src/archive/source-commit.ts";
import type { ScrapedArticle } from "../../src/article.ts";
import { nodeSql } from "../../src/platform/node.ts";
import { articlesIn, contents, exported, HOUR, listing, NOW, page, shownAt } from "./fixtures.ts";

/** A backup of an archive in which everything has happened, whole and changed by anybody. */

const TITLE = "Modern Houses Built in Two Counties of Kangwon Province";
const empty = () => new Archive(nodeSql(":memory:"));
const timeZone = "Asia/Pyongyang";
const text = (word: string) => `<p>${Array.from({ length: 60 }, (_, i) => `${word}${i}`).join(" ")}</p>`;
const SOURCES = ["kcna-en", "newstream", "rodong-ko", "kp-kcna-en"];

function eventful(): Archive {
  const archive = empty();
  const commit = (one: SourceCommit, hours: number) => {
    const [result] = archive.commit([one], NOW + hours * HOUR);
    if (result?.error) throw new Error(result.error);
  };
  const read = (article: ScrapedArticle, more: Partial<PageCommit>, hours: number) =>
    commit({ source: "kcna-en", pages: [{ source: "kcna-en", site: "kcnawatch", timeZone, article, ...more }] }, hours);
  const [a, b, c, d, e, f] = page(NOW, 6).map((article, i) => (i === 0 ? { ...article, title: TITLE } : article)) as [
    ...[ScrapedArticle, ScrapedArticle, ScrapedArticle, ScrapedArticle, ScrapedArticle, ScrapedArticle],
  ];
  const ahead = { ...shownAt(NOW - 10 * HOUR), day: "2026-06-20", image: "https://kcnawatch.org/1.jpg" };
  commit(listing([ahead, a, b, c, d, e, f], { isLook: true, outlet: "kcna" }), 0);
  const mixed = { ...shownAt(NOW - 12 * HOUR), original: "http://kcna.kp/mixed" };
  // Another page cuts an excerpt later, and has a title without invisible characters: no version keeps them.
  const longer = { ...d, excerpt: `${d.excerpt} And whatever follows.` };
  const unclean = { ...mixed, title: `\u200b${mixed.title}` };
  commit(listing([a, longer, f, unclean], { source: "newstream", isLook: true }), 1);
  commit(listing([mixed], { outlet: "kcna", unbroken: false }), 1);
  // A copy on the outlet's own website, a reprint, and a copy that is none after all.
  const own = { ...shownAt(NOW, TITLE), key: "own", id: "tag:kcna.kp,2026:own", url: "http://kcna.kp/own" };
  commit(listing([own], { source: "kp-kcna-en", site: "kcna", outlet: "kcna" }), 2);
  read(a, { body: text("one"), original: "http://kcna.kp/own", copyOf: { site: "kcna", key: "elsewhere" } }, 3);
  read(b, { body: text("same") }, 3);
  const reprint = shownAt(NOW - 20 * HOUR, "What Another Outlet Calls It");
  commit(listing([reprint], { source: "rodong-ko", outlet: "rodong" }), 4);
  read(reprint, { source: "rodong-ko", body: text("same") }, 4);
  // Edits of a title and a text, a corrected day, a page that is another's.
  commit(
    listing(
      [
        { ...ahead, day: "2026-05-31" },
        { ...c, title: "Edited" },
        { ...f, title: "Edited too" },
      ],
      { isLook: true, outlet: "kcna" },
    ),
    5,
  );
  read(b, { body: text("edited") }, 6);
  read({ ...b, title: "Welcome" }, { body: text("welcome") }, 7);
  read({ ...e, title: `${e.title}, as its page has it` }, { body: text("own title") }, 7);
  // Deletions, a return, an absence, failures, an outage, a gap.
  const absent = (article: ScrapedArticle, hours: number) =>
    commit({ source: "kcna-en", absentPages: [{ site: "kcnawatch", key: article.key }] }, hours);
  for (const hours of [8, 15]) for (const article of [c, d]) absent(article, hours);
  read({ ...c, title: "Edited" }, { body: text("back") }, 16);
  absent(f, 17);
  const failedPages = [{ site: "kcnawatch", key: ahead.key, error: "TypeError" }];
  commit({ source: "kcna-en", failedPages, outcome: { ok: true } }, 17);
  for (const hours of [18, 22])
    commit({ source: "rodong-ko", outcome: { ok: false, reason: "http-503", detail: "503" } }, hours);
  commit({ source: "rodong-ko", outcome: { ok: true } }, 23);
  const later = page(NOW + 80 * HOUR, 10, 9 * HOUR);
  commit(listing(later.slice(0, 3), { outlet: "kcna" }), 81);
  commit(listing(later, { outlet: "kcna" }), 82);
  return archive;
}

let archive: Archive;
let lines: Line[];
beforeAll(() => {
  archive = eventful();
  lines = exported(archive);
});
const restored = (all: readonly Line[] = lines) => {
  const copy = empty();
  copy.import(all);
  return copy;
};
const isEvent = (line: Line): line is EventLine => "seq" in line && "event" in line;

describe("a restore", () => {
  test("takes a backup of the first version, which called `enriched` otherwise", () => {
    const first = JSON.parse(JSON.stringify(lines).replaceAll('"event":"enriched"', '"event":"learned"')) as Line[];
    expect(first).not.toEqual(lines);
    expect(exported(restored(first))).toEqual(lines);
  });

  test("gives the same archive: events, articles, and how sources are", () => {
    const names = new Set(lines.filter(isEvent).map(({ event }) => event));
    expect([...names].sort()).toEqual([
      "added",
      "back",
      "edited",
      "enriched",
      "filled",
      "gap",
      "gone",
      "joined",
      "outage",
      "parted",
      "recovered",
      "reprint",
      "text",
    ]);
    const copy = restored();
    expect(exported(copy)).toEqual(lines);
    expect(articlesIn(copy)).toEqual(articlesIn(archive));
    expect(copy.status(NOW + 82 * HOUR)).toEqual(archive.status(NOW + 82 * HOUR));
    expect(copy.latest(SOURCES)).toEqual(archive.latest(SOURCES));
    const inParts = empty();
    for (const line of lines) inParts.import([line]);
    expect(inParts.latest(SOURCES)).toEqual(archive.latest(SOURCES));
    expect(inParts.status(NOW + 82 * HOUR)).toEqual(archive.status(NOW + 82 * HOUR));
  });

  test("gives the same pages that are due, feeds and searches", async () => {
    const copy = restored();
    for (const hours of [18, 40, 82]) {
      const due = (one: Archive) => one.duePages("kcnawatch", SOURCES, 99, NOW + hours * HOUR);
      expect(due(copy)).toEqual(due(archive));
    }
    expect(copy.listedPages("kcnawatch", SOURCES, 99)).toEqual(archive.listedPages("kcnawatch", SOURCES, 99));
    for (const query of ["once=true", "q=one5", "q=edited", "q=follows", "content=full"]) {
      const find = (one: Archive) => one.find({ sources: SOURCES, view: "newest", query, now: NOW });
      expect(await find(copy)).toEqual(await find(archive));
      expect((await find(copy)).articles).not.toEqual([]);
    }
    for (const { site, key } of articlesIn(archive))
      expect(copy.article(site, key, "all")).toEqual(archive.article(site, key, "all"));
  });

  test("goes on as the first archive would have: what was seen before is no news", () => {
    const copy = restored();
    const next = listing([...page(NOW + 90 * HOUR, 1), ...page(NOW + 80 * HOUR, 10, 9 * HOUR)], { isLook: true });
    expect(copy.commit([next], NOW + 91 * HOUR)).toEqual(archive.commit([next], NOW + 91 * HOUR));
    archive = restored();
  });

  test("that comes again when the archive has gone on is refused, and what was seen since stays", () => {
    const copy = restored();
    const source = "kcna-en";
    const later = page(NOW + 90 * HOUR, 3);
    const pages = later.map((article) => ({ source, site: "kcnawatch", timeZone, article, body: text("later") }));
    copy.commit([{ ...listing(later, { isLook: true }), pages }], NOW + 91 * HOUR);
    const due = copy.duePages("kcnawatch", SOURCES, 99, NOW + 92 * HOUR);
    copy.commit(
      [{ source, failedPages: due.map(({ site, key }) => ({ site, key, error: "TypeError" })) }],
      NOW + 92 * HOUR,
    );
    const before = contents(copy);
    // In parts, of which each is kept.
    for (const line of lines.slice(0, -5)) copy.import([line]);
    expect(() => copy.import(lines.slice(-5))).toThrow(BackupError);
    expect(contents(copy)).toEqual(before);
  });

  test("takes lines whose fields are in another order, and what is in the archive already", () => {
    const copy = restored();
    const turned = lines.map((line) => Object.fromEntries(Object.entries(line).reverse()) as unknown as Line);
    expect(copy.import(turned)).toEqual({ restored: 0, seq: archive.store.head().seq });
    expect(exported(copy)).toEqual(lines);
  });

  test("takes no columns by other names than those that it has written, and nulls what the file does not tell", () => {
    const changed = structuredClone(lines.filter(isEvent).slice(0, 1)) as EventLine[];
    const [line] = changed as [EventLine];
    line.looks = { page: { page_failures: 2, title: "Injected", "title = 'x' --": 1 } as never };
    const copy = restored([...lines.slice(0, 1), line]);
    const [row] = copy.store.sql.rows<Record<string, unknown>>("SELECT * FROM article");
    expect(row).toMatchObject({ title: line.title, page_failures: 2, page_urgent: 0, page_due: null, absent: null });
  });
});

test("of a state that was changed, what is counted again at the next look is left out", () => {
  const status = { lastAttempt: "2026-06-01T00:00:00Z", failures: 0, nextDue: "2026-06-01T00:00:00Z" };
  const copy = restored([{ state: "kcna-en", seq: 0, status: { ...status, stats: { gaps: 5 } } } as Line]);
  expect(copy.store.sources.get("kcna-en").status).toEqual(status);
});

describe("an export", () => {
  test("has beside the journal what listings and pages showed last, and the sources by their ids", () => {
    const looks = lines.filter(isEvent).flatMap((line) => (line.looks ? [[line.source, line.looks] as const] : []));
    expect(looks.filter(([, { page }]) => page)).toHaveLength(articlesIn(archive).length);
    const of = (name: "last_seen" | "shown") =>
      looks.flatMap(([source, own]) => (own[name] ? [[source, own[name]]] : []));
    expect(of("last_seen")).toContainEqual(["kcna-en", "2026-06-01T01:00:00Z"]);
    const late = { title: shownAt(NOW - 5 * HOUR).title, excerpt: shownAt(NOW - 5 * HOUR).excerpt, behind: true };
    expect(of("shown")).toEqual([["newstream", JSON.stringify(late)]]);
    expect(lines.flatMap((line) => ("state" in line ? line.state : []))).toEqual(SOURCES.toSorted());
    const ofSources = lines.filter(isEvent).filter(({ site }) => site === undefined);
    expect(ofSources.every(({ key, published }) => key === undefined && published === undefined)).toBe(true);
    expect(archive.export(1e6)).toEqual({ lines: [] });
  });

  test("comes in parts of a megabyte or a thousand events, each to be asked for by the number of the last event", () => {
    const one = empty();
    const articles = page(NOW, 1100);
    one.commit([listing(articles)], NOW);
    const parts = (archive: Archive) => {
      const lengths: number[] = [];
      for (let next: number | undefined = 0; next !== undefined; ) {
        const part: { lines: Line[]; next?: number } = archive.export(next);
        if (part.next !== undefined) expect((part.lines.at(-1) as EventLine).seq).toBe(part.next);
        lengths.push(part.lines.length);
        next = part.next;
      }
      return lengths;
    };
    // The head; the gap below the first page, the source's state, and the end.
    expect(parts(one)).toEqual([1001, 103]);
    expect(one.export(1100).lines).toHaveLength(3);
    // The end comes also after a whole part.
    const thousand = empty();
    thousand.commit([listing(articles.slice(0, 999))], NOW);
    expect([parts(thousand), thousand.export(1000).lines.at(-1)]).toEqual([[1001, 2], { end: 1000 }]);
    const large = empty();
    large.commit([listing(articles.slice(0, 3), { unbroken: false })], NOW);
    for (const article of articles.slice(0, 3)) {
      const body = `<p>${"x".repeat(article === articles[2] ? 1_200_000 : 600_000)}</p>`;
      large.commit(
        [{ source: "kcna-en", pages: [{ source: "kcna-en", site: "kcnawatch", timeZone, article, body }] }],
        NOW,
      );
    }
    expect(parts(large)).toEqual([5, 1, 3]);
    expect(exported(restored(exported(large)))).toEqual(exported(large));
  });

  test("a number's digest tells whose journal it is of; there is none before the first event", () => {
    const digest = (one: Archive, seq: number) => journalDigest(one.store, seq);
    expect(digest(restored(), 3)).toBe(digest(archive, 3));
    expect(digest(archive, 3)).not.toBe(digest(archive, 4));
    expect([digest(archive, 0), digest(archive, 1e6)]).toEqual(["", ""]);
  });
});

describe("a file that is no backup, or was changed, is refused, and nothing of it is kept", () => {
  const added = () => lines.find((line) => isEvent(line) && line.event === "added") as EventLine;
  const joined = () => lines.find((line) => isEvent(line) && line.event === "joined") as EventLine;
  const until = (line: EventLine) => lines.slice(0, lines.indexOf(line));
  const last = () => lines.length - 1;
  const event = { seq: 1, at: "2026-06-01T00:00:00Z", event: "outage", source: "kcna-en" };
  const data = { id: "i", language: "en", url: "https://kcnawatch.org/1", day: "2026-06-01" };
  const article = { ...event, event: "added", site: "kcnawatch", key: "k", title: "T", published: event.at, data };
  const STATUS = { lastAttempt: event.at, failures: 0, nextDue: event.at };

  test.each([
    [
      "an event that is missing",
      () => [...lines.slice(0, 4), ...lines.slice(5)],
      /^event 4 is missing: the next line is event 5$/,
    ],
    ["a format of any length", () => [{ format: "x".repeat(9999) }], /^the backup has the format x{40}$/],
    ["a line of any length", () => [{ x: "x".repeat(9999) }], /^.{80} is no line of a backup$/],
    ["another format", () => [{ format: "miniflux/9" }], /has the format miniflux\/9/],
    ["a line of nothing", () => [{}], /^\{\} is no line of a backup$/],
    [
      "an article that is added twice",
      () => [...lines.slice(0, 2), { ...added(), seq: 2 }],
      /adds an article that is kept already/,
    ],
    [
      "an event of an article that nothing adds",
      () => [{ ...joined(), seq: 1 }],
      /of an article that no event before it adds/,
    ],
    [
      "copies that nothing adds",
      () => [...until(joined()), { ...joined(), data: { copies: [{ site: "kcna", key: "?" }] } }],
      /names an article that no event before it adds/,
    ],
    [
      "copies without names",
      () => [...until(joined()), { ...joined(), data: { copies: ["kcna"] } }],
      /does not say of which articles/,
    ],
    [
      "an end that is not the archive's",
      () => [...lines.slice(0, 9), { end: 99 }],
      /the archive has 8 events and the backup 99/,
    ],
    [
      "two articles of one website at one instant",
      () => [article, { ...article, seq: 2, key: "other" }],
      /^\{"seq":2,.* cannot be stored: .*UNIQUE/,
    ],
    [
      "more websites than an archive holds",
      () => Array.from({ length: 64 }, (_, i) => ({ ...article, seq: i + 1, site: `site${i}` })),
      /^\{"seq":64,.* cannot be stored: .*63 websites/,
    ],
    ["a day that is none", () => [{ ...article, data: { ...data, day: "2026-02-30" } }], /is no line of a backup$/],
    ["gaps that are none", () => [{ state: "kcna-en", seq: 0, coverage: { newest: "", gaps: 5 } }], /is no line/],
    ["a gap without an end", () => [{ state: "kcna-en", seq: 0, coverage: { newest: "", gaps: [{}] } }], /is no line/],
    ["a status without its instants", () => [{ state: "kcna-en", seq: 0, status: { failures: 0 } }], /is no line/],
    ["a state of another time", () => [...lines.slice(0, 9), { ...lines[last() - 1], seq: 99 }], /no continuation/],
  ] as [string, () => Line[], RegExp][])("%s", (_, file, reason) => {
    const copy = empty();
    let error: unknown;
    try {
      copy.import(file());
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(BackupError);
    expect(String((error as Error).message)).toMatch(reason);
    expect([copy.store.head().seq, articlesIn(copy)]).toEqual([0, []]);
  });

  test("one of another archive's events", () => {
    const copy = restored(lines.slice(0, 3));
    const other = { ...(lines[2] as EventLine), title: "Another" };
    expect(() => copy.import([other])).toThrow(/^event 2 is another one here: .* an empty one takes it/);
    expect(() => copy.import([{ ...(lines[4] as EventLine) }])).toThrow(/event 3 is missing/);
  });

  test.each([
    ["an event", event, {}],
    ["an article", article, {}],
    ["a listing under another source", { ...article, title: undefined, published: undefined, data: undefined }, {}],
    [
      "looks",
      article,
      { looks: { last_seen: event.at, shown: '{"title":"t"}', page: { page_due: event.at, page_urgent: 1 } } },
    ],
    [
      "a state",
      { state: "kcna-en", seq: 3 },
      {
        listed: ["k"],
        status: STATUS,
        coverage: { newest: event.at, gaps: [{ after: "", before: event.at, depth: 7 }] },
      },
    ],
    ["an end", { end: 0 }, {}],
    ["a new address", { ...article, event: "edited", data: { url: data.url, image: null } }, {}],
  ])("a line may be %s", (_, line, more) => {
    expect(isLine(JSON.parse(JSON.stringify({ ...line, ...more })))).toBe(true);
  });

  test.each([
    ["an address that runs a script", { ...article, data: { ...data, url: "javascript:alert(1)//https://x" } }],
    [
      "a later address that runs a script",
      { ...article, event: "edited", data: { url: "javascript:alert(1)//https://x" } },
    ],
    ["an address that is none", { ...article, data: { ...data, url: "https://" } }],
    ["an article without a day", { ...article, data: { ...data, day: undefined } }],
    ["an article without a date", { ...article, published: undefined }],
    ["an instant of no calendar", { ...event, at: "2026-13-01T00:00:00Z" }],
    ["an instant with more", { ...event, at: "2026-06-01T00:00:00Z " }],
    ["an instant of another form", { ...event, at: "x2026-06-01T00:00:00Z" }],
    ["a number that is none", { ...event, seq: 1.5 }],
    ["a number below zero", { end: -1 }],
    ["an event of no name", { ...event, event: "boom" }],
    ["a source with a space", { ...event, source: "kcna en" }],
    ["a source with an instant", { ...event, source: "kcna@2026" }],
    ["no source", { ...event, source: "" }],
    ["a title that is no text", { ...event, title: 1 }],
    ["looks of something else", { ...article, looks: { shown: "{}" } }],
    ["looks that are no JSON", { ...article, looks: { shown: "{" } }],
    ["looks of nothing", { ...article, looks: { shown: "null" } }],
    ["an urgency of two", { ...article, looks: { page: { page_urgent: 2 } } }],
    ["a listing that is no list", { state: "kcna-en", seq: 3, listed: "k" }],
  ])("not %s", (_, line) => {
    expect(isLine(JSON.parse(JSON.stringify(line)))).toBe(false);
  });
});

test("a page that was refused before its website had an article does not change what a restore gives", () => {
  const archive = empty();
  const own = { ...shownAt(NOW), key: "own" };
  const undated = { source: "kp-kcna-en", site: "kcna", timeZone, article: { ...own, day: "" } };
  expect(archive.commit([{ source: "kp-kcna-en", pages: [undated] }], NOW)[0]?.failure).toBeDefined();
  archive.commit([listing([shownAt(NOW)])], NOW);
  archive.commit([listing([own], { source: "kp-kcna-en", site: "kcna" })], NOW);
  const restored = empty();
  restored.import(exported(archive));
  // Articles of one second are in the order of their websites.
  expect(contents(restored)).toEqual(contents(archive));
});
