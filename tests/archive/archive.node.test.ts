import { describe, expect, test } from "vitest";
import { Archive } from "../../src/archive/archive.ts";
import type { EventLine } from "../../src/archive/backup-lines.ts";
import type { SourceCommit } from "../../src/archive/source-commit.ts";
import { nodeSql } from "../../src/platform/node.ts";
import type { Value } from "../../src/platform/sql.ts";
import { articlesIn, exported, gapsOf, HOUR, listing, NOW, page, shownAt } from "./fixtures.ts";

const empty = () => new Archive(nodeSql(":memory:"));
const commit = (archive: Archive, one: SourceCommit, now = NOW) => archive.commit([one], now)[0];

const events = (archive: Archive) =>
  exported(archive)
    .filter((line): line is EventLine => "seq" in line && "event" in line)
    .map(({ event, source }) => `${source} ${event}`);

describe("commit", () => {
  test("the same page again changes nothing, and adds no event", () => {
    const archive = empty();
    expect(commit(archive, listing(page(NOW, 16)))).toMatchObject({ added: 16, edited: 0 });
    const before = archive.store.head();
    expect(commit(archive, listing(page(NOW, 16)), NOW + HOUR)).toMatchObject({ added: 0, edited: 0 });
    expect(archive.store.head()).toEqual(before);
  });

  test("pages committed one after the other in the same second are all kept", () => {
    const archive = empty();
    for (let i = 0; i < 8; i++) commit(archive, listing(page(NOW - i * 20 * HOUR, 10), { unbroken: false }));
    expect(articlesIn(archive)).toHaveLength(80);
  });

  test("an article that two sources list is one, named by whichever feed it stands in", async () => {
    const archive = empty();
    commit(archive, listing(page(NOW, 3), { source: "newstream" }));
    expect(commit(archive, listing(page(NOW, 2), { source: "kcna-en" }))).toMatchObject({ added: 2 });
    expect(articlesIn(archive)).toHaveLength(3);
    const find = (sources: string[]) => archive.find({ sources, view: "newest", query: "", now: NOW });
    expect((await find(["kcna-en"])).articles.map(({ source }) => source)).toEqual(["kcna-en", "kcna-en"]);
    expect((await find(["kcna-en", "newstream"])).articles.map(({ source }) => source)).toEqual([
      "kcna-en",
      "kcna-en",
      "newstream",
    ]);
    expect(events(archive).filter((event) => event === "kcna-en added")).toHaveLength(2);
  });

  test("two articles of a site never share a published date, whichever sources list them", () => {
    const archive = empty();
    const other = { ...shownAt(NOW), key: "1780272000-1", id: "tag:kcnawatch.org,2026:newstream/1780272000-1" };
    commit(archive, listing([shownAt(NOW)], { source: "kcna-en" }));
    commit(archive, listing([other], { source: "rodong-ko" }));
    const dates = articlesIn(archive).map(({ published }) => published);
    expect(new Set(dates).size).toBe(2);
  });

  test("an edit keeps the earlier version whole and has the article's page read again at once", async () => {
    const archive = empty();
    const [article] = page(NOW, 1);
    if (!article) throw new Error();
    commit(archive, listing([article]));
    const read = {
      source: "kcna-en",
      site: "kcnawatch",
      timeZone: "Asia/Pyongyang",
      article,
      body: "<p>The text.</p>",
    };
    commit(archive, { source: "kcna-en", pages: [read] }, NOW + HOUR);
    expect(archive.duePages("kcnawatch", ["kcna-en"], 10, NOW + 2 * HOUR)).toEqual([]);
    expect(commit(archive, listing([{ ...article, title: "Another title" }]), NOW + 2 * HOUR)).toMatchObject({
      edited: 1,
    });
    expect(archive.duePages("kcnawatch", ["kcna-en"], 10, NOW + 2 * HOUR)).toHaveLength(1);
    commit(archive, { source: "kcna-en", pages: [{ ...read, body: "<p>Another text.</p>" }] }, NOW + 3 * HOUR);
    expect(events(archive)).toEqual([
      "kcna-en added",
      "kcna-en gap",
      "kcna-en text",
      "kcna-en edited",
      "kcna-en edited",
    ]);
    const found = await archive.find({ sources: ["kcna-en"], view: "changes", query: "", now: NOW + 4 * HOUR });
    const [text, title] = Object.values(found.changes ?? {}).map(({ edit }) => edit?.data);
    expect(text).toMatchObject({ fields: ["text"], before: { text: "The text." }, after: { text: "Another text." } });
    expect(title).toMatchObject({ before: { title: article.title }, after: { title: "Another title" } });
    expect(title?.fields).toEqual(["title"]);
  });

  test("hundreds of edits of one article are all kept", async () => {
    const archive = empty();
    const article = shownAt(NOW);
    for (let i = 0; i < 400; i++) {
      // Four days apart: what changes more often than anybody edits is noise.
      commit(archive, listing([{ ...article, title: `Title ${i}` }]), NOW + i * 96 * HOUR);
    }
    const seen: string[] = [];
    let query = "limit=100";
    for (;;) {
      const found = await archive.find({ sources: ["kcna-en"], view: "changes", query, now: NOW });
      seen.push(...Object.values(found.changes ?? {}).map(({ edit }) => edit?.data.after?.title ?? ""));
      if (!found.next) break;
      query = `before=${found.next.published}_${found.next.key}&limit=100`;
    }
    expect(seen).toEqual(Array.from({ length: 399 }, (_, i) => `Title ${399 - i}`));
  });

  test.each([
    ["that are shown", "", 2.3],
    ["of which none is substantial", "&edits=substantial", 4.3],
  ])(
    "a page of changes reads a few megabytes of long texts %s, and the pages have each edit once",
    async (_, edits, most) => {
      const sql = nodeSql(":memory:");
      let read = 0;
      const counted: typeof sql = {
        ...sql,
        rows<Row>(statement: string, values?: readonly Value[]) {
          const rows = sql.rows<Row>(statement, values);
          if (statement.includes("earlier.html")) read += JSON.stringify(rows).length;
          return rows;
        },
      };
      const archive = new Archive(counted);
      const article = shownAt(NOW);
      commit(archive, listing([article]));
      for (let i = 0; i <= 40; i++) {
        const body = `<p>${i % 2 === 0 ? "" : " ?"} ${"word ".repeat(12_000)}</p>`;
        const read = { source: "kcna-en", site: "kcnawatch", timeZone: "Asia/Pyongyang", article, body };
        commit(archive, { source: "kcna-en", pages: [read] }, NOW + (i + 1) * 96 * HOUR);
      }
      for (const sort of ["newest", "oldest"]) {
        const seen: number[] = [];
        for (let before = ""; ; ) {
          read = 0;
          const query = `${before}limit=100${edits}&sort=${sort}`;
          const found = await archive.find({ sources: ["kcna-en"], view: "changes", query, now: NOW });
          expect(read).toBeLessThan(most * 1e6);
          seen.push(...found.articles.map(({ id }) => Number(id.split("/").at(-1))));
          if (!found.next) break;
          before = `before=${found.next.published}_${found.next.key}&`;
        }
        expect(new Set(seen).size).toBe(edits ? 0 : 40);
        expect(seen).toHaveLength(edits ? 0 : 40);
      }
    },
  );

  test("2,000 edits, deletions and returns page from the newest to the first, each once", async () => {
    const archive = empty();
    const articles = page(NOW, 250);
    commit(archive, listing(articles));
    let now = NOW;
    for (let round = 1; round <= 8; round++) {
      // Four days apart: what changes more often than anybody edits waits. Every other article has another source.
      now += 96 * HOUR;
      const edited = articles.map((article) => ({ ...article, title: `${article.title}, edited ${round}` }));
      const source = round % 2 === 0 ? "kcna-en" : "newstream";
      commit(archive, listing(edited, { source, isLook: false, unbroken: false }), now);
    }
    for (const [i, { key }] of articles.slice(0, 20).entries()) {
      const absent = { source: "kcna-en", absentPages: [{ site: "kcnawatch", key }] };
      commit(archive, absent, now + HOUR + i * 1000);
      commit(archive, absent, now + 8 * HOUR + i * 1000);
    }
    const kinds: Record<string, number> = {};
    const seqs: number[] = [];
    for (const sort of ["newest", "oldest"]) {
      let query = `limit=200&sort=${sort}`;
      const seen: string[] = [];
      for (;;) {
        const found = await archive.find({ sources: ["kcna-en", "newstream"], view: "changes", query, now });
        seen.push(...found.articles.map(({ id }) => id));
        for (const { kind } of Object.values(found.changes ?? {})) kinds[kind] = (kinds[kind] ?? 0) + 1;
        seqs.push(...found.articles.map(({ id }) => Number(id.split("/").at(-1)) * (sort === "newest" ? 1 : 0)));
        if (!found.next) break;
        query = `before=${found.next.published}_${found.next.key}&limit=200&sort=${sort}`;
      }
      expect(new Set(seen).size).toBe(2020);
      expect(seen).toHaveLength(2020);
    }
    expect(kinds).toEqual({ edited: 4000, gone: 40 });
    const newest = seqs.filter((seq) => seq > 0);
    expect(newest).toEqual(newest.toSorted((a, b) => b - a));
  });

  test("a page that was read before the version that is kept takes nothing back", () => {
    const archive = empty();
    const article = shownAt(NOW);
    commit(archive, listing([article]));
    commit(archive, listing([{ ...article, title: "New title" }]), NOW + 2 * HOUR);
    expect(commit(archive, listing([article]), NOW + HOUR)).toMatchObject({ edited: 0 });
    expect(articlesIn(archive)[0]?.title).toBe("New title");
  });

  test("an article without an excerpt gets the beginning of its text, and that is no edit", () => {
    const archive = empty();
    const article = { ...shownAt(NOW), excerpt: "" };
    commit(archive, listing([article]));
    const body = `<p>${"Word ".repeat(60)}</p>`;
    commit(
      archive,
      {
        source: "kcna-en",
        pages: [{ source: "kcna-en", site: "kcnawatch", timeZone: "Asia/Pyongyang", article, body }],
      },
      NOW + HOUR,
    );
    const [kept] = articlesIn(archive);
    expect(kept?.excerpt).toMatch(/^Word Word.{80,120}$/);
    expect(kept?.updated).toBe(kept?.published);
  });

  test("one source's error stops no other source", () => {
    const archive = empty();
    const broken = { ...listing(page(NOW, 2)), listings: [{ source: "a", site: "a" } as never] };
    const results = archive.commit([broken, listing(page(NOW, 2))], NOW);
    expect(results[0]?.error).toBeDefined();
    expect(results[1]).toMatchObject({ added: 2 });
  });

  test("keys of any site and any length are kept apart by site", () => {
    const archive = empty();
    const key = "0123456789abcdef".repeat(12);
    for (const site of ["kcna", "rodong"]) {
      const article = { ...shownAt(NOW), key, id: `tag:${site}.example,2026:${key}` };
      commit(archive, listing([article], { site, source: `${site}-ko` }));
    }
    expect(
      articlesIn(archive)
        .map(({ site }) => site)
        .sort(),
    ).toEqual(["kcna", "rodong"]);
  });

  test("the next links lead past keys of any making, and give each article once", async () => {
    const archive = empty();
    const keys = ["0123456789abcdef".repeat(12), "2026-02-19-A003", "한글 키", "a+b&c=d/e%20f", "1737"];
    const articles = keys.flatMap((key, i) =>
      [0, 1].map((n) => ({
        ...shownAt(NOW - (2 * i + n) * HOUR),
        key: `${key}${n}`,
        id: `tag:x.example,2026:${key}${n}`,
      })),
    );
    commit(archive, listing(articles));
    for (const sort of ["newest", "oldest"]) {
      const seen: string[] = [];
      let query = `limit=1&sort=${sort}`;
      for (;;) {
        const found = await archive.find({ sources: ["kcna-en"], view: "newest", query, now: NOW });
        seen.push(...found.articles.map(({ key }) => key));
        if (!found.next) break;
        const cursor = new URLSearchParams({ before: `${found.next.published}_${found.next.key}` });
        query = `${cursor}&limit=1&sort=${sort}`;
      }
      const wanted = articles.map(({ key }) => key);
      expect(seen).toEqual(sort === "newest" ? wanted : wanted.reverse());
    }
  });

  test("what the journal says cannot be changed", () => {
    const archive = empty();
    commit(archive, listing(page(NOW, 1)));
    expect(() => archive.store.sql.run("UPDATE journal SET title = 'x'")).toThrow(/final/);
    expect(() => archive.store.sql.run("DELETE FROM journal")).toThrow(/final/);
  });
});

describe("article pages", () => {
  test("new articles are due newest first; a page without a text is tried three times again, then like every other", () => {
    const archive = empty();
    commit(archive, listing(page(NOW, 3)));
    const due = (now: number) => archive.duePages("kcnawatch", ["kcna-en"], 10, now).map(({ key }) => key);
    expect(due(NOW)).toEqual(page(NOW, 3).map(({ key }) => key));
    const [{ key } = { key: "" }] = page(NOW, 1);
    let now = NOW;
    for (const wait of [HOUR, 6 * HOUR, 24 * HOUR]) {
      commit(archive, { source: "kcna-en", failedPages: [{ site: "kcnawatch", key }] }, now);
      expect(due(now + wait - 1000)).not.toContain(key);
      now += wait;
      expect(due(now)).toContain(key);
    }
    const looks: number[] = [];
    for (let at = now; at < NOW + 1000 * HOUR; at += HOUR) {
      if (!due(at).includes(key)) continue;
      commit(archive, { source: "kcna-en", failedPages: [{ site: "kcnawatch", key }] }, at);
      looks.push((at - NOW) / HOUR);
    }
    // Each 16 hours for three days, then once a week for four weeks.
    expect(looks.map((hours) => Math.floor(hours))).toEqual([31, 47, 63, 79, ...looks.slice(4)]);
    expect(looks).toHaveLength(8);
    expect(looks.at(-1)).toBeLessThan((80 / 24 + 28) * 24);
  });

  test("a young article's page is read again after 16 hours, later once a week, an old one's no more", () => {
    const archive = empty();
    const [article] = page(NOW, 1);
    if (!article) throw new Error();
    commit(archive, listing([article]));
    const read = (now: number) =>
      commit(
        archive,
        {
          source: "kcna-en",
          pages: [{ source: "kcna-en", site: "kcnawatch", timeZone: "Asia/Pyongyang", article, body: "<p>Text.</p>" }],
        },
        now,
      );
    const due = (now: number) => archive.duePages("kcnawatch", ["kcna-en"], 10, now).length;
    read(NOW);
    expect(due(NOW + 12 * HOUR)).toBe(0);
    expect(due(NOW + 16 * HOUR)).toBe(1);
    read(NOW + 80 * HOUR);
    expect(due(NOW + 120 * HOUR)).toBe(0);
    expect(due(NOW + 250 * HOUR)).toBe(1);
    read(NOW + 800 * HOUR);
    expect(due(NOW + 5000 * HOUR)).toBe(0);
  });
});

describe("gaps", () => {
  test("a page that shares nothing with what is kept leaves a gap; a page across it closes it", () => {
    const archive = empty();
    commit(archive, listing(page(NOW, 16)));
    const result = commit(archive, listing(page(NOW + 100 * HOUR, 16)), NOW + 100 * HOUR);
    expect(gapsOf(result)).toEqual([{ after: "2026-06-01T00:00:00Z", before: "2026-06-04T13:00:00Z" }]);
    // Nothing before the gap is complete any more.
    expect(result?.status?.stats?.completeSince).toBe("2026-06-04T13:00:00Z");
    const healed = commit(archive, listing(page(NOW + 100 * HOUR, 101)), NOW + 101 * HOUR);
    expect(gapsOf(healed)).toEqual([]);
    expect(healed?.status?.stats?.completeSince).toBe("2026-05-31T09:00:00Z");
    expect(events(archive).filter((event) => /gap|filled/.test(event))).toEqual([
      "kcna-en gap",
      "kcna-en gap",
      "kcna-en filled",
    ]);
  });

  test("a card that is pinned is no overlap: the articles between are missed, and it is said", () => {
    const archive = empty();
    commit(archive, listing(page(NOW, 16)));
    const pinned = shownAt(NOW - 5 * HOUR);
    const result = commit(archive, listing([pinned, ...page(NOW + 66 * HOUR, 16)]), NOW + 66 * HOUR);
    expect(gapsOf(result)).toEqual([{ after: "2026-06-01T00:00:00Z", before: "2026-06-03T03:00:00Z" }]);
  });

  test("an article of 2011 that is imported today closes no gap, wherever it stands on the page", () => {
    for (const place of [0, 8, 16]) {
      const archive = empty();
      commit(archive, listing(page(NOW, 16)));
      commit(archive, listing(page(NOW + 66 * HOUR, 16)), NOW + 66 * HOUR);
      const imported = { ...shownAt(NOW + 60 * HOUR), day: "2011-08-15" };
      const articles = page(NOW + 70 * HOUR, 16);
      articles.splice(place, 0, imported);
      const result = commit(archive, listing(articles), NOW + 70 * HOUR);
      expect(gapsOf(result)).toHaveLength(1);
      expect(result?.status?.stats?.completeSince).toBe("2026-06-03T03:00:00Z");
    }
  });

  test("the same without a time of intake, as websites print it that name only the day", () => {
    const archive = empty();
    const days = (newest: number, count: number) =>
      page(newest, count, 24 * HOUR).map(({ collectedAt: _, ...article }) => article);
    const result = commit(
      archive,
      listing([...days(NOW, 12), { ...days(NOW, 1)[0], key: "old", id: "old", day: "2011-08-15" } as never]),
    );
    expect(result?.status?.stats?.completeSince?.slice(0, 10)).toBe("2026-05-20");
  });

  test.each([
    ["from the top down", [1, 2, 3, 4, 5]],
    ["with some twice", [1, 1, 2, 1, 3, 4, 3, 5]],
    // Read from the bottom up, new articles could hide between two parts: only the way down tells that they did not.
    ["from the bottom up, and down again", [5, 4, 3, 2, 1, 2, 3, 4, 5]],
    ["in any order, and then down", [3, 1, 5, 2, 4, 1, 2, 3, 4, 5]],
  ])("parts of the listing that adjoin close a gap exactly, %s", (_, order) => {
    for (const dayOnly of [false, true]) {
      const archive = empty();
      const all = page(NOW + 59 * HOUR, 70).map((article) =>
        dayOnly ? { ...article, collectedAt: undefined as never } : article,
      );
      commit(archive, listing(all.slice(60), { from: 0 }));
      const now = NOW + 60 * HOUR;
      expect(gapsOf(commit(archive, listing(all.slice(0, 10), { from: 0 }), now))).toHaveLength(1);
      let result: ReturnType<typeof commit>;
      for (const part of order)
        result = commit(archive, listing(all.slice(part * 10, part * 10 + 10), { from: part * 10 }), now);
      // The lowest part shares no article with what was kept before: one page more has to meet it.
      result = commit(archive, listing(all.slice(55, 65), { from: 55 }), now);
      expect(gapsOf(result)).toEqual([]);
      const dates = articlesIn(archive).map(({ published }) => published);
      expect(dates).toHaveLength(70);
      if (!dayOnly) expect(result?.status?.stats?.completeSince).toBe(dates[0]);
    }
  });

  test("a page that does not meet what is kept is held back, if the caller reads on", () => {
    const archive = empty();
    commit(archive, listing(page(NOW, 16)));
    const later = { ...listing(page(NOW + 100 * HOUR, 16)), onlyIfAdjoining: true };
    const before = archive.store.head();
    expect(commit(archive, later, NOW + 100 * HOUR)).toMatchObject({ notAdjoining: true, added: 0 });
    expect(archive.store.head()).toEqual(before);
    const enough = { ...listing(page(NOW + 100 * HOUR, 101)), onlyIfAdjoining: true };
    expect(commit(archive, enough, NOW + 100 * HOUR)).toMatchObject({ added: 100 });
  });
});

describe("backup", () => {
  function filled(): Archive {
    const archive = empty();
    const articles = page(NOW, 30);
    commit(archive, listing(articles.slice(10)));
    commit(archive, listing(articles, { source: "newstream" }), NOW + HOUR);
    commit(archive, listing(page(NOW + 90 * HOUR, 5)), NOW + 90 * HOUR);
    for (const article of articles.slice(0, 5)) {
      const read = (body: string, now: number) =>
        commit(
          archive,
          {
            source: "newstream",
            pages: [
              {
                source: "newstream",
                site: "kcnawatch",
                timeZone: "Asia/Pyongyang",
                article,
                body,
                original: `http://kcna.kp/${article.key}`,
              },
            ],
          },
          now,
        );
      read("<p>북한은 미사일을 발사하였다.</p>", NOW + 91 * HOUR);
      read("<p>북한은 위성을 발사하였다.</p>", NOW + 92 * HOUR);
    }
    commit(archive, listing([{ ...shownAt(NOW), title: "Edited" }]), NOW + 93 * HOUR);
    return archive;
  }

  test("restored into an empty archive it is the same archive", async () => {
    const archive = filled();
    const restored = empty();
    restored.import(exported(archive));
    expect(articlesIn(restored)).toEqual(articlesIn(archive));
    expect(exported(restored)).toEqual(exported(archive));
    expect(restored.latest(["kcna-en", "newstream"])).toEqual(archive.latest(["kcna-en", "newstream"]));
    for (const query of ["q=미사일", "q=위성", "q=edited", "content=full"]) {
      const find = (one: Archive) => one.find({ sources: ["kcna-en", "newstream"], view: "newest", query, now: NOW });
      expect(await find(restored)).toEqual(await find(archive));
    }
  });

  test("in parts, repeated and broken off, it comes to the same", () => {
    const archive = filled();
    const lines = exported(archive);
    const restored = empty();
    for (let i = 0; i < lines.length; i += 7) {
      restored.import(lines.slice(i, i + 7));
      if (i % 21 === 0) restored.import(lines.slice(Math.max(0, i - 7), i + 7));
    }
    expect(exported(restored)).toEqual(lines);
  });

  test("a later backup continues an earlier one; another archive's is refused, and nothing of it is kept", () => {
    const archive = filled();
    const earlier = exported(archive);
    const restored = empty();
    restored.import(earlier);
    commit(archive, listing(page(NOW + 95 * HOUR, 5)), NOW + 95 * HOUR);
    expect(restored.import(exported(archive)).restored).toBeGreaterThan(0);
    expect(exported(restored)).toEqual(exported(archive));
    // The archive has gone on since: what was kept meanwhile must not be overwritten by an older state.
    expect(() => restored.import(earlier)).toThrow(/no continuation/);
    const other = empty();
    commit(other, listing(page(NOW + 500 * HOUR, 3)), NOW + 500 * HOUR);
    const before = exported(other);
    expect(() => other.import(earlier)).toThrow(/another archive/);
    expect(exported(other)).toEqual(before);
    expect(() => empty().import(earlier.slice(3))).toThrow(/missing/);
  });
});
