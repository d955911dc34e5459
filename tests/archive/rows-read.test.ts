import { reset, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, expect, test } from "vitest";
import { Archive } from "../../src/archive/archive.ts";
import { journalDigest } from "../../src/archive/backup.ts";
import type { Bindings } from "../../src/archive/bridge.ts";
import { readEvents } from "../../src/archive/events.ts";
import { durableObjectSql } from "../../src/platform/cloudflare.ts";
import { HOUR, listing, NOW, page } from "./fixtures.ts";

/** What calls cost of the rows that Cloudflare lets a day read: 5 million on the free plan. */

const { ARCHIVE } = env as Bindings;
afterEach(() => reset());

type Count = (work: () => unknown) => Promise<number>;

/** Works with an archive in an object; `count` says how many rows a call reads, as Cloudflare counts them. */
const inObject = (work: (archive: Archive, count: Count) => Promise<void>) =>
  runInDurableObject(ARCHIVE.get(ARCHIVE.idFromName("rows-read")), async (_, { storage }) => {
    const cursors: SqlStorageCursor<Record<string, SqlStorageValue>>[] = [];
    const exec = (statement: string, ...values: SqlStorageValue[]) => {
      const cursor = storage.sql.exec(statement, ...values);
      cursors.push(cursor);
      return cursor;
    };
    const counted = { sql: { exec }, transactionSync: (work: () => unknown) => storage.transactionSync(work) };
    const count = async (work: () => unknown) => {
      cursors.length = 0;
      await work();
      return cursors.reduce((sum, { rowsRead }) => sum + rowsRead, 0);
    };
    await work(new Archive(durableObjectSql(counted as unknown as DurableObjectStorage)), count);
  });

const SOURCE = "kcna-en";
const ARTICLES = 4000;

/** Commits the newest articles, an hour apart, all with the word "article". */
function fill(archive: Archive): void {
  for (let from = 0; from < ARTICLES; from += 1000)
    archive.commit([listing(page(NOW - from * HOUR, 1000), { unbroken: false })], NOW);
}

test("a search among old articles reads no match that is newer, and one among new ones none that is older", () =>
  inObject(async (archive, count) => {
    fill(archive);
    const find = (query: string) =>
      count(() => archive.find({ sources: [SOURCE], view: "newest", query: `q=article&limit=20${query}`, now: NOW }));
    const newest = await find("");
    expect(newest).toBeLessThan(1000);
    const old = new Date(NOW - (ARTICLES - 100) * HOUR).toISOString();
    for (const query of [
      `&until=${old}`,
      "&sort=oldest",
      `&sort=oldest&since=${new Date(NOW - 100 * HOUR).toISOString()}`,
    ])
      expect([query, (await find(query)) < 1.1 * newest]).toEqual([query, true]);
    const counts = (query: string) =>
      count(() => archive.counts({ sources: [SOURCE], query: `q=article&${query}`, now: NOW }));
    expect(await counts(`since=${new Date(NOW - 100 * HOUR).toISOString()}`)).toBeLessThan(1000);
    expect(await counts(`until=${old}`)).toBeLessThan(1000);
  }));

test("a month of some or all sources reads an article as often as one of a single source, however many there are", () =>
  inObject(async (archive, count) => {
    const sources = Array.from({ length: 12 }, (_, i) => `source-${i}`);
    const of = (i: number) => page(NOW - i * 1000, 300);
    for (const [i, source] of sources.entries()) archive.commit([listing(of(i), { source, unbroken: false })], NOW);
    let found = 0;
    const month = (ids: string[]) =>
      count(async () => {
        const query = { sources: ids, view: { month: "2026-05" }, query: "", now: NOW } as const;
        found = (await archive.find(query)).articles.length;
      });
    const one = (await month(sources.slice(0, 1))) / found;
    const all = (await month(sources)) / found;
    expect(found).toBeGreaterThan(12 * 289);
    expect(all).toBeLessThan(2 * one);
    const some = (await month(sources.slice(1))) / found;
    expect(found).toBeGreaterThan(11 * 289);
    expect(some).toBeLessThan(2 * one);
  }));

test("a page with a title in a form of its own costs no more the more articles there are", () =>
  inObject(async (archive, count) => {
    const outlet = "kcna";
    const cost = (hours: number) => {
      const [article] = page(NOW + hours * HOUR, 1) as [ReturnType<typeof page>[number]];
      archive.commit([listing([article], { outlet })], NOW + hours * HOUR);
      const shown = { ...article, title: `${article.title} in Full` };
      const common = { source: SOURCE, site: "kcnawatch", timeZone: "Asia/Pyongyang" };
      const pages = [{ ...common, article: shown, body: `<p>The text of ${article.key}.</p>` }];
      return count(() => archive.commit([{ source: SOURCE, pages }], NOW + hours * HOUR));
    };
    archive.commit([listing(page(NOW, 20), { outlet, unbroken: false })], NOW);
    const before = await cost(1);
    archive.commit([listing(page(NOW - 20 * HOUR, 500), { outlet, unbroken: false })], NOW + HOUR);
    expect(await cost(2)).toBeLessThan(before + 100);
  }));

test("a new article costs no more the more articles are gone, and their number is right after each that goes or comes back", () =>
  inObject(async (archive, count) => {
    const old = page(NOW, 400);
    archive.commit([listing(old, { unbroken: false })], NOW);
    let hours = 0;
    const look = (articles = page(NOW + hours * HOUR, 1)) =>
      archive.commit([listing(articles, { unbroken: false, isLook: true })], NOW + hours * HOUR)[0];
    const isAbsent = (articles: typeof old) => {
      const absentPages = articles.map(({ key }) => ({ site: "kcnawatch", key }));
      archive.commit([{ source: SOURCE, absentPages }], NOW + hours * HOUR);
    };
    const cost = () => {
      hours++;
      // Counted once a day: the second look of a day is compared.
      look();
      hours++;
      return count(() => look());
    };
    const before = await cost();
    const gone = old.slice(100);
    isAbsent(gone);
    hours += 7;
    isAbsent(gone);
    hours++;
    expect(look()?.status?.stats?.gone).toBe(300);
    expect(await cost()).toBeLessThan(1.2 * before);
    isAbsent(old.slice(0, 1));
    hours += 7;
    isAbsent(old.slice(0, 1));
    expect(look()?.status?.stats?.gone).toBe(301);
    const [back] = gone as [(typeof old)[number]];
    const pages = [
      { source: SOURCE, site: "kcnawatch", timeZone: "Asia/Pyongyang", article: back, body: "<p>Back.</p>" },
    ];
    archive.commit([{ source: SOURCE, pages }], NOW + hours * HOUR);
    hours++;
    expect(look()?.status?.stats?.gone).toBe(300);
  }));

test("the pages that are due of one website cost nothing of those that wait of another", () =>
  inObject(async (archive, count) => {
    fill(archive);
    const outlet = page(NOW, 3).map((article) => ({ ...article, key: `K${article.key}` }));
    archive.commit([listing(outlet, { source: "kp-kcna-en", site: "kcna", unbroken: false })], NOW);
    let due: string[] = [];
    const cost = (at: number) =>
      count(() => {
        due = archive.duePages("kcna", ["kp-kcna-en"], 9, at).map(({ key }) => key);
      });
    expect(await cost(NOW)).toBeLessThan(100);
    expect(due).toEqual(outlet.map(({ key }) => key));
    const { sql } = archive.store;
    for (const set of ["body = 9", "page_urgent = 1"]) {
      sql.run(`UPDATE article SET ${set}`);
      expect([set, (await cost(NOW)) < 100, due.length]).toEqual([set, true, 3]);
    }
  }));

test("a backup reads each event about once, however few of them are in a part", () =>
  inObject(async (archive, count) => {
    const articles = page(NOW, 200);
    archive.commit([listing(articles, { unbroken: false })], NOW);
    const body = `<p>${"A long text. ".repeat(4000)}</p>`;
    const pages = articles.map((article) => {
      return { source: SOURCE, site: "kcnawatch", timeZone: "Asia/Pyongyang", article, body };
    });
    archive.commit([{ source: SOURCE, pages }], NOW);
    let parts = 0;
    const read = await count(() => {
      for (let next: number | undefined = 0; next !== undefined; parts++) next = archive.export(next).next;
    });
    expect(parts).toBeGreaterThan(10);
    // The row of the journal, its article, the listing and what is kept of the article's page.
    expect(read).toBeLessThan(2 * 4 * archive.store.head().seq);
  }));

test("a new article costs the webhook of a search no more the more events there were before", () =>
  inObject(async (archive, count) => {
    const { store } = archive;
    const cost = (hours: number) => {
      const { seq } = store.head();
      archive.commit([listing(page(NOW + hours * HOUR, 1))], NOW + hours * HOUR);
      const after = { seq, digest: journalDigest(store, seq) };
      const asked = { sources: [SOURCE], query: "q=article", after, limit: 9, now: NOW, newsOnly: true };
      return count(async () => {
        const read = await readEvents(store, asked);
        expect(read).toMatchObject({ events: [{ event: "added", isNew: true }] });
      });
    };
    archive.commit([listing(page(NOW, 20), { unbroken: false })], NOW);
    const before = await cost(1);
    fill(archive);
    expect(await cost(2)).toBeLessThan(before + 100);
  }));
