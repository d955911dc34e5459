import { describe, expect, test } from "vitest";
import { ArchiveService } from "../../src/archive/service.ts";
import { nodeSql } from "../../src/platform/node.ts";
import { HOUR, listing, NOW, page, shownAt } from "./fixtures.ts";

/** What a service that keeps a copy is told, event by event. */

const START = { seq: 0, digest: "" };
const empty = () => new ArchiveService(nodeSql(":memory:"), { get: async () => new Map(), put: async () => undefined });

describe("a page of the journal", () => {
  const origin = { source: "kcna-en", site: "kcnawatch", timeZone: "Asia/Pyongyang" };
  const [a, b] = [shownAt(NOW, "Of rice"), shownAt(NOW - HOUR, "Of missiles")];
  const events = async (service: ArchiveService, query = "", sources = ["kcna-en"], after = START) => {
    const part = await service.archive.events({ sources, query, after, limit: 100, now: NOW });
    if ("foreign" in part) throw new Error("foreign");
    return part;
  };
  const told = async (...values: Parameters<typeof events>) =>
    (await events(...values)).events.map(({ event, article }) => `${event} ${article.title}`);
  async function listed() {
    const service = empty();
    await service.commit([listing([a, b])], NOW, false);
    return service;
  }
  const edit = (service: ArchiveService, one: typeof a, more: Partial<typeof a>, hours: number) =>
    service.commit([listing([{ ...one, ...more }], { unbroken: false })], NOW + hours * HOUR, false);

  test("has the articles as they are now, in the order of their events, and ends at the journal's end", async () => {
    const service = await listed();
    await edit(service, a, { title: "Of rice again" }, 1);
    const page = await events(service);
    expect(page.events.map(({ seq, at, event, article }) => [seq, at, event, article.title])).toEqual([
      [1, "2026-06-01T00:00:00Z", "added", "Of missiles"],
      [2, "2026-06-01T00:00:00Z", "added", "Of rice again"],
      [4, "2026-06-01T01:00:00Z", "edited", "Of rice again"],
    ]);
    // The event of the first gap is of no article.
    expect(page).toMatchObject({ more: false, head: { seq: 4 }, cursor: { seq: 4 } });
    await service.commit(
      [{ source: "kcna-en", outcome: { ok: false, reason: "timeout", detail: "" } }],
      NOW + 2 * HOUR,
      false,
    );
    await service.commit(
      [{ source: "kcna-en", outcome: { ok: false, reason: "timeout", detail: "" } }],
      NOW + 9 * HOUR,
      false,
    );
    expect(await events(service, "", ["kcna-en"], page.cursor)).toMatchObject({ events: [], cursor: { seq: 5 } });
  });

  test("tells of a source's listing only those who follow the source, and of an edit all who follow the article", async () => {
    const service = await listed();
    await service.commit([listing([a], { source: "newstream" })], NOW, false);
    await edit(service, a, { title: "Of rice again" }, 1);
    expect(await told(service)).toEqual(["added Of missiles", "added Of rice again", "edited Of rice again"]);
    expect(await told(service, "", ["newstream"])).toEqual(["added Of rice again", "edited Of rice again"]);
    expect(await told(service, "", ["newstream", "kcna-en"])).toHaveLength(4);
    expect(await told(service, "", ["voice"])).toEqual([]);
  });

  test("has texts if they are asked for, and else does not look at them", async () => {
    const service = await listed();
    await service.commit(
      [{ source: "kcna-en", pages: [{ ...origin, article: a, body: "<p>Barley.</p>" }] }],
      NOW,
      false,
    );
    const htmls = async (query: string) => (await events(service, query)).events.map(({ html }) => html);
    expect(await htmls("")).toEqual([undefined, undefined, undefined]);
    expect(await htmls("content=full")).toEqual([undefined, "<p>Barley.</p>", "<p>Barley.</p>"]);
    expect(await htmls("q=barley")).toEqual([undefined, undefined]);
    expect(await told(service, "filter=Barley&content=full")).toEqual(["added Of rice", "text Of rice"]);
  });

  test("says that an article is out, unless no version of it can have matched", async () => {
    const service = await listed();
    const { cursor } = await events(service);
    const since = async (query: string) =>
      (await told(service, query, ["kcna-en"], cursor)).map((line) => line.split(" ")[0]);
    await edit(service, a, { title: "Of barley", excerpt: "Another excerpt altogether." }, 1);
    // It had the word; it never had it; words that must not be there, and expressions, say nothing of earlier versions.
    expect(await since("q=rice")).toEqual(["out"]);
    expect(await since("q=missiles")).toEqual([]);
    expect(await since("q=barley")).toEqual(["edited"]);
    expect(await since("q=-barley")).toEqual(["out"]);
    expect(await since("q=missiles+-barley")).toEqual(["out"]);
    expect(await since("filter=missiles")).toEqual(["out"]);
    // No edit changes its language or its date.
    expect(await since("lang=ko")).toEqual([]);
    expect(await told(service, "lang=ko")).toEqual([]);
    for (const time of ["since=2026-06-02", "until=2026-05-30"]) expect([time, await since(time)]).toEqual([time, []]);
    expect(await since("until=2026-06-02")).toEqual(["edited"]);
    await service.commit(
      [{ source: "kcna-en", pages: [{ ...origin, article: b, body: "<p>Wheat.</p>" }] }],
      NOW + 2 * HOUR,
      false,
    );
    await service.commit(
      [{ source: "kcna-en", pages: [{ ...origin, article: b, body: "<p>Oats.</p>" }] }],
      NOW + 3 * HOUR,
      false,
    );
    expect(await since("q=wheat")).toEqual(["out", "out"]);
    // Fifty versions are compared; of more, any may have matched.
    const pages = Array.from({ length: 50 }, (_, i) => ({ ...origin, article: b, body: `<p>Oats of ${i}.</p>` }));
    await service.commit([{ source: "kcna-en", pages }], NOW + 4 * HOUR, false);
    expect(new Set(await since("q=wheat"))).toEqual(new Set(["out"]));
  });

  test("has as many events as are wanted, and the next goes on: none is lost, none comes twice", async () => {
    const service = empty();
    await service.commit([listing(page(NOW, 250))], NOW, false);
    for (const limit of [60, 100, 200, 1000]) {
      const lengths: number[] = [];
      const seen = new Set<number>();
      for (let after = START, more = true; more; ) {
        const part = await service.archive.events({ sources: ["kcna-en"], query: "", after, limit, now: NOW });
        if ("foreign" in part) throw new Error("foreign");
        lengths.push(part.events.length);
        for (const { seq } of part.events) seen.add(seq);
        [after, more] = [part.cursor, part.more];
      }
      expect([limit, Math.max(...lengths), seen.size]).toEqual([limit, Math.min(limit, 250), 250]);
    }
  });

  test("reads 2,000 events, whomever they are of", async () => {
    const sql = nodeSql(":memory:");
    const snapshots = { get: async () => new Map(), put: async () => undefined };
    await new ArchiveService(sql, snapshots).commit([listing([a], { source: "voice", unbroken: false })], NOW, false);
    sql.run(`INSERT INTO journal (seq, at, event, source, n)
      WITH RECURSIVE number (i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM number WHERE i < 2500)
      SELECT i, at, 'enriched', source, n FROM number CROSS JOIN journal WHERE seq = 1`);
    const service = new ArchiveService(sql, snapshots);
    const first = await events(service);
    expect(first).toMatchObject({ events: [], more: true, cursor: { seq: 2000 }, head: { seq: 2500 } });
    const second = await events(service, "", ["kcna-en"], first.cursor);
    expect(second).toMatchObject({ events: [], more: false, cursor: { seq: 2500 } });
  });

  test("that compares earlier versions counts their texts too", async () => {
    const service = empty();
    const pages = Array.from({ length: 20 }, (_, i) => ({
      ...origin,
      article: a,
      body: `<p>${i}${"x".repeat(200_000)}`,
    }));
    await service.commit([{ ...listing([a]), pages }], NOW, false);
    const first = await events(service, "q=nowhere");
    expect([first.more, first.cursor.seq < 5, first.head.seq > 20]).toEqual([true, true, true]);
  });

  test("has each copy of an article, with the names of the others, and finds it by their words", async () => {
    const service = empty();
    const title = "Modern Houses Built in Two Counties of Kangwon Province";
    const [here, there] = [
      shownAt(NOW, title),
      { ...shownAt(NOW, title, "Wheat."), key: "own", id: "tag:kcna.kp,2026:own" },
    ];
    await service.commit([listing([here], { outlet: "kcna" })], NOW, false);
    await service.commit([listing([there], { source: "kp-kcna-en", site: "kcna", outlet: "kcna" })], NOW + HOUR, false);
    const sources = ["kcna-en", "kp-kcna-en"];
    const all = (await events(service, "", sources)).events;
    expect(new Set(all.map(({ article }) => article.copies?.[0]?.key))).toEqual(new Set([here.key, "own"]));
    for (const { article } of all) expect(article).not.toHaveProperty("hiddenSince");
    expect(await told(service, "q=wheat", ["kcna-en"])).toEqual([`added ${title}`, `joined ${title}`]);
    expect(await told(service, "q=oats", ["kcna-en"])).toEqual([`out ${title}`]);
  });

  test("is cut where its texts come to a million characters; what is no query is an error", async () => {
    const service = empty();
    const articles = [0, 1, 2, 3].map((i) => shownAt(NOW - i * HOUR));
    const pages = articles.map((article) => ({ ...origin, article, body: `<p>${"x".repeat(550_000)}</p>` }));
    await service.commit([{ ...listing(articles), pages }], NOW, false);
    const first = await events(service, "content=full");
    expect([first.events.length, first.more, first.head.seq]).toEqual([2, true, 9]);
    await expect(events(service, "q=")).resolves.toMatchObject({ more: false });
    await expect(events(service, "limit=many")).rejects.toThrow(RangeError);
  });
});
