import fc from "fast-check";
import { afterEach, expect, test, vi } from "vitest";
import { Archive } from "../../src/archive/archive.ts";
import type { EventLine, Line } from "../../src/archive/backup-lines.ts";
import type { Bridge } from "../../src/archive/bridge.ts";
import type { ArchiveClient } from "../../src/archive/client.ts";
import { ArchiveService } from "../../src/archive/service.ts";
import { type Latest, latestKey, type Status } from "../../src/archive/snapshot.ts";
import { nodeSql } from "../../src/platform/node.ts";
import { ingest } from "../../src/refresh/ingest.ts";
import { refresh, tick } from "../../src/refresh/refresh.ts";
import { settingsOf } from "../../src/settings.ts";
import { newestPath } from "../../src/sites/addresses.ts";
import { BUILT_IN } from "../../src/sites/index.ts";
import { articlePage, listingPage, type Shown } from "../replica/markup.ts";
import { printedDay } from "../replica/website.ts";
import { runs } from "../runs.ts";
import { articlesIn, contents } from "./fixtures.ts";

/**
 * Two ticks, pushes, a reader's refresh and a restore at the same time, in any order: whatever a website shows, the
 * archive is its journal replayed, and the snapshots are the archive at their number.
 */

const HOUR = 3600_000;
const NOW = Date.parse("2026-06-01T00:00:00Z");
const SOURCES = BUILT_IN.slice(0, 2);

afterEach(() => vi.unstubAllGlobals());

/** What the website lists at a moment: article `i` from the newest, some with other words than before. */
function listed(newest: number, count: number, edited: number): Shown[] {
  return Array.from({ length: count }, (_, i) => {
    const number = newest - i;
    const at = NOW - 200 * HOUR + number * HOUR;
    const title = number % 7 === edited % 7 ? `Article ${number}, edited ${edited}` : `Article ${number}`;
    return {
      key: `${at / 1000}-${number + 100}`,
      slug: `article-${number}`,
      title,
      excerpt: `Pyongyang (KCNA) -- ${title} told in an excerpt.`,
      printed: printedDay(at),
      body: [`${title}, the text of number ${number}.`],
    };
  });
}

const SOURCE_NAMES = new Map(SOURCES.map(({ id, name }) => [id, name]));
const pageOf = (source: string, articles: Shown[]) => listingPage(SOURCE_NAMES.get(source) ?? "", articles);

interface Website {
  newest: number;
  edited: number;
  /** Article `i` is not there if this is the rest of `i / 4`. */
  deleted: number;
}

const operation = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("tick" as const),
      newest: fc.nat(40),
      edited: fc.nat(20),
      deleted: fc.constantFrom<number>(0, 0, 0, 1),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("push" as const),
      source: fc.nat(1),
      newest: fc.nat(60),
      edited: fc.nat(20),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("refresh" as const), source: fc.nat(1) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("restore" as const) }) },
);

async function exported(archive: Pick<ArchiveClient | Archive, "export">): Promise<Line[]> {
  const lines: Line[] = [];
  let next: number | undefined = 0;
  while (next !== undefined) {
    const part: { lines: Line[]; next?: number } = await archive.export(next);
    lines.push(...part.lines);
    next = part.next;
  }
  return lines;
}

const isEvent = (line: Line): line is EventLine => "event" in line;

const replayed = (lines: readonly Line[]): Archive => {
  const archive = new Archive(nodeSql(":memory:"));
  archive.import(lines);
  return archive;
};

test(
  "the archive is its journal replayed, the snapshots are the archive at their number, every article is kept once",
  async () => {
    let [kept, gone, back] = [0, 0, 0];
    await fc.assert(
      fc.asyncProperty(
        fc.array(operation, { minLength: 3, maxLength: 9 }),
        fc.scheduler(),
        async (operations, scheduler) => {
          const values = new Map<string, unknown>();
          const snapshots = {
            get: async (keys: readonly string[]) =>
              new Map(keys.flatMap((key) => (values.has(key) ? [[key, values.get(key)] as const] : []))),
            put: async (key: string, value: unknown) => {
              await scheduler.schedule(Promise.resolve(), `put ${key}`);
              values.set(key, JSON.parse(JSON.stringify(value)));
            },
          };
          const service = new ArchiveService(nodeSql(":memory:"), snapshots);
          const archive = new Proxy(service, {
            get:
              (_, method: keyof ArchiveClient) =>
              async (...parameters: never[]) => {
                await scheduler.schedule(Promise.resolve(), `call ${method}`);
                const result = await service.invoke(method, parameters);
                await scheduler.schedule(Promise.resolve(), `answer ${method}`);
                return result;
              },
          }) as unknown as ArchiveClient;
          const bridge: Bridge = {
            ...settingsOf({}),
            archive,
            snapshots,
            sources: SOURCES,
            unfollowed: [],
            defaultSource: SOURCES[0] as Bridge["defaultSource"],
            origins: new Map(),
            bodiesPerTick: 12,
            hub: false,
            setAt: 0,
          };
          const website: Website = { newest: 10, edited: 0, deleted: 9 };
          vi.stubGlobal("fetch", async (input: URL) => {
            await scheduler.schedule(Promise.resolve(), `fetch ${input.pathname}`);
            const { pathname } = new URL(input);
            const isThere = ({ key }: Shown) => Number(key.split("-")[1]) % 4 !== website.deleted;
            const articles = listed(website.newest, 16, website.edited).filter(isThere);
            // Also those below the listing.
            const all = listed(website.newest, 40, website.edited).filter(isThere);
            const own = all.find(({ key }) => pathname.includes(key));
            const body = pathname.startsWith("/article/")
              ? pageOf("kcna-en", articles)
              : own
                ? articlePage("KCNA.kp (En)", own, [])
                : pathname === "/newstream/"
                  ? pageOf("newstream", articles)
                  : "";
            return new Response(body, { status: body ? 200 : 404, headers: { "content-type": "text/html" } });
          });

          const acknowledged = new Set<string>();
          let backup: Line[] = [];
          const run = async ({ kind, ...operation }: (typeof operations)[number], at: number): Promise<void> => {
            if (kind === "tick") {
              Object.assign(website, operation);
              await tick(bridge, at);
            } else if (kind === "refresh") {
              await refresh(bridge, [SOURCES[(operation as { source: number }).source] as Bridge["defaultSource"]], at);
            } else if (kind === "restore") backup = await exported(archive);
            else {
              const { source: i, newest, edited } = operation as { source: number; newest: number; edited: number };
              const source = SOURCES[i] as Bridge["defaultSource"];
              const articles = listed(newest, 10, edited);
              const bytes = new TextEncoder().encode(pageOf(source.id, articles));
              const url = new URL(newestPath(source), source.site.origin);
              const result = await ingest(bridge, source, { url, bytes, contentType: "text/html" }, at);
              if ("kind" in result) for (const { key } of articles) acknowledged.add(key);
            }
          };
          await scheduler.waitFor(
            Promise.all(operations.map((operation, i) => run(operation, NOW + (i + 1) * 8 * HOUR))),
          );
          // Then a quarter of the articles is deleted, and returns.
          for (const [hour, deleted] of [
            [200, 0],
            [210, 0],
            [240, 9],
          ] as const) {
            const last = { kind: "tick" as const, newest: 40, edited: 3, deleted };
            await scheduler.waitFor(run(last, NOW + hour * HOUR));
          }

          const all = await exported(service.archive);
          const events = all.filter(isEvent);
          expect(events.map(({ seq }) => seq)).toEqual(events.map((_, i) => i + 1));
          expect(contents(replayed(all))).toEqual(contents(service.archive));
          gone += events.filter(({ event }) => event === "gone").length;
          back += events.filter(({ event }) => event === "back").length;

          // A backup that was taken in the middle of it all is continued by a later one.
          const twin = new Archive(nodeSql(":memory:"));
          twin.import(backup.filter(isEvent));
          twin.import(all);
          expect(contents(twin)).toEqual(contents(service.archive));

          const keys = articlesIn(service.archive).map(({ key }) => key);
          expect(new Set(keys).size).toBe(keys.length);
          for (const key of acknowledged) expect(keys).toContain(key);
          kept += acknowledged.size;

          const status = values.get("status") as Status | undefined;
          const head = service.archive.store.head().seq;
          expect(status?.seq ?? 0).toBeLessThanOrEqual(head);
          for (const { id } of SOURCES) {
            const written = values.get(latestKey(id)) as Latest | undefined;
            if (!written) continue;
            // The journal does not tell each look.
            const { status, ...latest } = written;
            expect(status?.seq).toBe(latest.seq);
            expect(latest.seq).toBeLessThanOrEqual(head);
            const then = replayed(events.filter(({ seq }) => seq <= latest.seq));
            expect(new Map(JSON.parse(JSON.stringify(then.latest([id])))).get(id)).toEqual(latest);
          }
        },
      ),
      { numRuns: runs(6, 10) },
    );
    expect(kept).toBeGreaterThan(runs(14, 24) * 5);
    expect([gone > 0, back > 0]).toEqual([true, true]);
  },
  180_000 * runs(1),
);
