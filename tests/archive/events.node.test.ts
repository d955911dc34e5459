import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import type { JournalCursor } from "../../src/archive/events.ts";
import { ArchiveService } from "../../src/archive/service.ts";
import type { Article } from "../../src/article.ts";
import { nodeSql } from "../../src/platform/node.ts";
import { runs } from "../runs.ts";
import { HOUR, listing, NOW, shownAt } from "./fixtures.ts";

const START: JournalCursor = { seq: 0, digest: "" };
const noSnapshots = { get: async () => new Map(), put: async () => undefined };
const empty = () => new ArchiveService(nodeSql(":memory:"), noSnapshots);

/** What a client keeps: articles as they came, by id, and where it is in the journal. */
interface Copy {
  articles: Map<string, string>;
  cursor: JournalCursor;
}

interface Subscription {
  sources: string[];
  query: string;
}

const asKept = (article: Article, html: string | undefined) => JSON.stringify([article, html ?? ""]);

/** One request of a client; what it brings is applied and stored with the cursor, or neither. */
async function sync(service: ArchiveService, copy: Copy, { sources, query }: Subscription, limit: number) {
  const page = await service.archive.events({ sources, query, after: copy.cursor, limit, now: NOW });
  if ("foreign" in page) throw new Error("the cursor is foreign");
  for (const { event, article, html } of page.events) {
    if (event === "out") copy.articles.delete(article.id);
    else copy.articles.set(article.id, asKept(article, html));
  }
  copy.cursor = page.cursor;
  return page;
}

/** All that a query selects now, as feeds page through it. */
async function selected(service: ArchiveService, { sources, query }: Subscription): Promise<Map<string, string>> {
  const all = new Map<string, string>();
  let before = "";
  for (;;) {
    const parameters = new URLSearchParams(query);
    if (before) parameters.set("before", before);
    parameters.sort();
    const found = await service.archive.find({
      sources,
      view: "newest",
      query: parameters.toString(),
      now: NOW,
      limit: 100,
    });
    for (const article of found.articles) all.set(article.id, asKept(article, found.bodies[article.id]));
    if (!found.next) return all;
    before = `${found.next.published}_${found.next.key}`;
  }
}

const words = fc.constantFrom("rice", "missile", "weather");
const change = fc.record({
  /** Which article: one that is known already is edited, one that is old arrives late. */
  which: fc.nat(14),
  word: words,
  excerpt: words,
  text: fc.option(words),
  source: fc.constantFrom("kcna-en", "newstream", "rodong-ko"),
});
type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;

const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ changes: fc.array(change, { minLength: 1, maxLength: 4 }) }) },
  // `dies`: the client is killed before it has stored what came.
  { weight: 2, arbitrary: fc.record({ client: fc.nat(4), limit: fc.integer({ min: 1, max: 7 }), dies: fc.boolean() }) },
);

const SUBSCRIPTIONS: Subscription[] = [
  { sources: ["kcna-en", "newstream", "rodong-ko"], query: "" },
  { sources: ["kcna-en"], query: "q=rice" },
  { sources: ["newstream", "kcna-en"], query: "q=-rice" },
  { sources: ["rodong-ko", "newstream"], query: "content=full" },
  { sources: ["kcna-en", "newstream"], query: "content=full&filterout=missile" },
];

async function apply(service: ArchiveService, changes: readonly Change[], now: number): Promise<void> {
  for (const { which, word, excerpt, text, source } of changes) {
    const shown = shownAt(NOW - which * HOUR, `Of ${word}, number ${which}`, `Excerpt of ${excerpt}.`);
    const pages =
      text === null
        ? []
        : [{ source, site: "kcnawatch", timeZone: "Asia/Pyongyang", article: shown, body: `<p>Text of ${text}.</p>` }];
    await service.commit([{ ...listing([shown], { source, unbroken: false }), pages }], now, false);
  }
}

test("a client that stores articles and cursor together has what the server has, however often it is killed", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 25 }), async (steps) => {
      const service = empty();
      const copies = SUBSCRIPTIONS.map((): Copy => ({ articles: new Map(), cursor: START }));
      let now = NOW;
      for (const one of steps) {
        now += HOUR;
        if ("changes" in one) await apply(service, one.changes, now);
        else {
          const stored = copies[one.client] as Copy;
          const copy = { articles: new Map(stored.articles), cursor: stored.cursor };
          await sync(service, copy, SUBSCRIPTIONS[one.client] as Subscription, one.limit);
          if (!one.dies) copies[one.client] = copy;
        }
      }
      for (const [i, subscription] of SUBSCRIPTIONS.entries()) {
        const copy = copies[i] as Copy;
        while ((await sync(service, copy, subscription, 5)).more);
        const sorted = (map: Map<string, string>) => [...map].sort(([a], [b]) => (a < b ? -1 : 1));
        expect(sorted(copy.articles)).toEqual(sorted(await selected(service, subscription)));
      }
    }),
    { numRuns: runs(20, 40) },
  );
});

test("pages of any length, one after the other, are the one long page", async () => {
  const service = empty();
  await apply(
    service,
    Array.from(
      { length: 40 },
      (_, i): Change => ({
        which: (i * 7) % 15,
        word: i % 3 ? "rice" : "missile",
        excerpt: "weather",
        text: i % 4 ? null : "rice",
        source: "kcna-en",
      }),
    ),
    NOW,
  );
  const all = { sources: ["kcna-en"], query: "q=rice", now: NOW };
  const whole = await service.archive.events({ ...all, after: START, limit: 1000 });
  if ("foreign" in whole) throw new Error("foreign");
  expect(whole.more).toBe(false);
  expect(whole.events.length).toBeGreaterThan(15);
  for (const limit of [1, 2, 7]) {
    const events = [];
    let [after, more] = [START, true];
    while (more) {
      const page = await service.archive.events({ ...all, after, limit });
      if ("foreign" in page) throw new Error("foreign");
      events.push(...page.events);
      ({ cursor: after, more } = page);
    }
    expect(events).toEqual(whole.events);
    expect(after).toEqual(whole.cursor);
  }
});

test("an edit that takes an article out of the query comes as out; one that never matched does not come", async () => {
  const service = empty();
  const of = (which: number, word: Change["word"]): Change => ({
    which,
    word,
    excerpt: "weather",
    text: null,
    source: "kcna-en",
  });
  await apply(service, [of(1, "rice"), of(2, "missile")], NOW);
  const copy: Copy = { articles: new Map(), cursor: START };
  const subscription = { sources: ["kcna-en"], query: "q=rice" };
  expect((await sync(service, copy, subscription, 100)).events.map(({ event }) => event)).toEqual(["added"]);
  await apply(service, [of(1, "weather"), of(2, "weather")], NOW + HOUR);
  const { events } = await sync(service, copy, subscription, 100);
  expect(events.map(({ event, article }) => [event, article.title])).toEqual([["out", "Of weather, number 1"]]);
});

test("a cursor of another archive, or of a later state of this one, is foreign", async () => {
  const [service, other] = [empty(), empty()];
  const change: Change = { which: 1, word: "rice", excerpt: "rice", text: null, source: "kcna-en" };
  await apply(service, [change], NOW);
  const page = await service.archive.events({ sources: ["kcna-en"], query: "", after: START, limit: 10, now: NOW });
  if ("foreign" in page) throw new Error("foreign");
  const after = page.cursor;
  // Also one that a client has made up.
  const later = { seq: after.seq + 1, digest: "" };
  expect(await service.archive.events({ sources: ["kcna-en"], query: "", after: later, limit: 10, now: NOW })).toEqual({
    foreign: true,
  });
  expect(await other.archive.events({ sources: ["kcna-en"], query: "", after, limit: 10, now: NOW })).toEqual({
    foreign: true,
  });
  await apply(other, [{ ...change, which: 2 }], NOW);
  expect(await other.archive.events({ sources: ["kcna-en"], query: "", after, limit: 10, now: NOW })).toEqual({
    foreign: true,
  });
});

test("what is committed while the query is read comes once: the cursor is after it", async () => {
  const service = empty();
  const change: Change = { which: 1, word: "rice", excerpt: "rice", text: null, source: "kcna-en" };
  await apply(service, [change], NOW);
  const copy: Copy = { articles: new Map(), cursor: START };
  const reading = sync(service, copy, { sources: ["kcna-en"], query: "" }, 10);
  service.archive.commit([listing([shownAt(NOW - HOUR)])], NOW);
  const { events, head } = await reading;
  const last = service.archive.store.head().seq;
  expect([events.length, copy.cursor.seq, head.seq]).toEqual([2, last, last]);
});

test("who waits is woken by a commit, and not by time alone", async () => {
  const service = empty();
  const waiting = service.waitForEvent(0, 60_000, "a");
  await apply(service, [{ which: 1, word: "rice", excerpt: "rice", text: null, source: "kcna-en" }], NOW);
  expect(await waiting).toBeGreaterThan(0);
  expect(await service.waitForEvent(1000, 1, "a")).toBe(service.archive.store.head().seq);
});

test("a look that brings no event wakes nobody", async () => {
  const service = empty();
  const change: Change = { which: 1, word: "rice", excerpt: "rice", text: null, source: "kcna-en" };
  await apply(service, [change], NOW);
  const { seq } = service.archive.store.head();
  let isOver = false;
  const waiting = service.waitForEvent(seq, 60_000, "a").finally(() => {
    isOver = true;
  });
  await apply(service, [change], NOW + HOUR);
  await new Promise((done) => setImmediate(done));
  expect([service.archive.store.head().seq, isOver]).toEqual([seq, false]);
  await apply(service, [{ ...change, word: "missile" }], NOW + 2 * HOUR);
  expect(await waiting).toBeGreaterThan(seq);
});

test("a server that stops answers who waits, and lets nobody wait any more", async () => {
  const service = empty();
  const waiting = service.waitForEvent(0, 60_000, "a");
  service.stopWaiting();
  expect([await waiting, await service.waitForEvent(0, 60_000, "a")]).toEqual([0, 0]);
});

test("a client that has gone takes no place any more", async () => {
  const service = empty();
  const gone = new AbortController();
  const waiting = Array.from({ length: 25 }, () => service.waitForEvent(0, 60_000, "client-0", gone.signal));
  expect(await service.waitForEvent(0, 60_000, "client-0")).toBeUndefined();
  gone.abort();
  expect(new Set(await Promise.all(waiting))).toEqual(new Set([0]));
  const next = service.waitForEvent(0, 60_000, "client-0");
  await apply(service, [{ which: 1, word: "rice", excerpt: "rice", text: null, source: "kcna-en" }], NOW);
  expect(await next).toBeGreaterThan(0);
});

test("one client has 25 requests that wait, all have 100; the others are refused, and none of those that wait", async () => {
  const service = empty();
  const waiting = Array.from({ length: 25 }, () => service.waitForEvent(0, 60_000, "client-0"));
  expect(await service.waitForEvent(0, 60_000, "client-0")).toBeUndefined();
  waiting.push(...Array.from({ length: 85 }, (_, i) => service.waitForEvent(0, 60_000, `client-${1 + (i % 5)}`)));
  expect(await service.waitForEvent(0, 60_000, "another")).toBeUndefined();
  await apply(service, [{ which: 1, word: "rice", excerpt: "rice", text: null, source: "kcna-en" }], NOW);
  const heads = await Promise.all(waiting);
  expect(heads.slice(0, 100).every((head) => head !== undefined && head > 0)).toBe(true);
  expect(heads.slice(100).every((head) => head === undefined)).toBe(true);
  // Who has news does not wait.
  expect(await service.waitForEvent(0, 60_000, "another")).toBeGreaterThan(0);
});

describe("a question of a stranger looks at so much, and goes on from its cursor", () => {
  /** Letters that do not repeat: an automaton finds a new state at each. */
  function lettersOf(length: number): string {
    let [text, number] = ["", 1];
    while (text.length < length) {
      number = (number * 48_271) % 2_147_483_647;
      text += String.fromCharCode(97 + (number % 26));
    }
    return text;
  }
  async function withTexts(count: number, characters: number) {
    const service = empty();
    const body = `<p>${lettersOf(characters)}</p>`;
    for (let i = 0; i < count; i++) {
      const article = shownAt(NOW - i * HOUR);
      const pages = [{ source: "kcna-en", site: "kcnawatch", timeZone: "Asia/Pyongyang", article, body }];
      await service.commit([{ ...listing([article], { unbroken: false }), pages }], NOW + i, false);
    }
    return service;
  }

  test.each([
    ["texts in which nothing is found", 40, 200_000, "q=nowhere"],
    ["expressions that match nothing", 60, 1000, "content=full&filter=([a-z]*[a-m][a-z]{60}){2}[0-9]{2}"],
  ])("%s", async (_, count, characters, query) => {
    const service = await withTexts(count, characters);
    const copy: Copy = { articles: new Map(), cursor: START };
    const { more } = await sync(service, copy, { sources: ["kcna-en"], query }, 1000);
    expect(more).toBe(true);
    const { seq } = service.archive.store.head();
    expect(copy.cursor.seq).toBeGreaterThan(0);
    expect(copy.cursor.seq).toBeLessThan(seq);
    let requests = 1;
    while ((await sync(service, copy, { sources: ["kcna-en"], query }, 1000)).more) requests++;
    expect(requests).toBeLessThan(count);
    expect(copy.cursor.seq).toBe(seq);
  });
});

test("whether an article is new to a webhook without words needs no earlier version: it has matched since it was listed", async () => {
  const sql = nodeSql(":memory:");
  const statements = vi.spyOn(sql, "rows");
  const { archive } = new ArchiveService(sql, noSnapshots);
  const article = shownAt(NOW);
  archive.commit([listing([article])], NOW);
  const common = { source: "kcna-en", site: "kcnawatch", timeZone: "Asia/Pyongyang", article };
  for (const body of ["<p>A text.</p>", "<p>Another text.</p>"])
    archive.commit([{ source: "kcna-en", pages: [{ ...common, body }] }], NOW + HOUR);
  statements.mockClear();
  const asked = { sources: ["kcna-en"], query: "lang=en", after: START, limit: 100, now: NOW, newsOnly: true };
  const page = await archive.events(asked);
  const told = "events" in page && page.events.map(({ event, isNew = false }) => [event, isNew]);
  expect(told).toEqual([
    ["added", true],
    ["text", false],
    ["edited", false],
  ]);
  expect(statements.mock.calls.filter(([text]) => text.includes("RECURSIVE"))).toEqual([]);
});

test("what a webhook's search reads of an article grows with its versions, not with their square", async () => {
  const textsRead = async (versions: number) => {
    const sql = nodeSql(":memory:");
    const reads = [vi.spyOn(sql, "rows"), vi.spyOn(sql, "column")];
    const { archive } = new ArchiveService(sql, noSnapshots);
    const article = shownAt(NOW);
    archive.commit([listing([article])], NOW);
    const page = { source: "kcna-en", site: "kcnawatch", timeZone: "Asia/Pyongyang", article };
    for (let n = 0; n < versions; n++)
      archive.commit([{ source: "kcna-en", pages: [{ ...page, body: `<p>Rice, part ${n} of it.</p>` }] }], NOW + HOUR);
    for (const read of reads) read.mockClear();
    const asked = { sources: ["kcna-en"], query: "q=rice", after: START, limit: 100, now: NOW, newsOnly: true };
    const { events } = (await archive.events(asked)) as { events: unknown[] };
    expect(events).toHaveLength(versions);
    return JSON.stringify(reads.map(({ mock }) => mock.results)).split("<p>Rice").length;
  };
  expect(await textsRead(20)).toBeLessThan(3 * (await textsRead(10)));
});
