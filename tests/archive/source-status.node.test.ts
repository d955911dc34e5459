import { describe, expect, test } from "vitest";
import { Archive } from "../../src/archive/archive.ts";
import { isQuiet, type Outcome, type SourceStatus, statusAfter } from "../../src/archive/source-status.ts";
import { nodeSql } from "../../src/platform/node.ts";
import { instant } from "../../src/time.ts";
import { HOUR, listing, NOW, page, shownAt } from "./fixtures.ts";

/** How a source is doing, look by look, and what health counts of it from commit to commit. */

const MINUTE = 60_000;
const DAY = 24 * HOUR;
const failed = (more: { retryAfter?: number } = {}) =>
  ({ ok: false, reason: "http-500", detail: "an error", ...more }) as const;

/** The status after looks, each some hours after the first, and the events that they made. */
function looks(outcomes: readonly [hours: number, outcome: Outcome][], before?: SourceStatus) {
  const events: [hours: number, event: string, data: unknown][] = [];
  let status = before;
  for (const [hours, outcome] of outcomes) {
    const after = statusAfter(status && Object.freeze({ ...status }), outcome, NOW + hours * HOUR);
    status = after.status;
    if (after.event) events.push([hours, after.event.event, after.event.data]);
  }
  return { status: status as SourceStatus, events };
}

describe("looks at a source", () => {
  test("the usual number of articles follows a listing down by a twentieth a look, and up at once", () => {
    const shown = (...counts: number[]) => looks(counts.map((count, i) => [i, { ok: true, shown: count }])).status;
    expect([[40], [40, 20], [40, 20, 20], [40, 20, 20, 60]].map((counts) => shown(...counts).typicalCount)).toEqual([
      40, 38, 36, 60,
    ]);
    // A page that has not changed, or an article's page, says nothing of it.
    expect(
      looks([
        [0, { ok: true, shown: 40 }],
        [1, { ok: true }],
      ]).status.typicalCount,
    ).toBe(40);
    expect(looks([[0, { ok: true }]]).status).not.toHaveProperty("typicalCount");
  });

  test("failures for three hours are an outage, said once; the next success is its end", () => {
    const down: [number, Outcome][] = [0, 1, 2.9, 3, 4].map((hours) => [hours, failed()]);
    const since = "2026-06-01T00:00:00Z";
    const { status, events } = looks(down);
    expect(events).toEqual([[3, "outage", { since, reason: "http-500", detail: "an error" }]]);
    expect(status).toMatchObject({
      failures: 5,
      failingSince: since,
      outage: true,
      lastAttempt: "2026-06-01T04:00:00Z",
    });
    expect(status.lastFailure).toEqual({ at: "2026-06-01T04:00:00Z", reason: "http-500", detail: "an error" });
    expect(status).not.toHaveProperty("lastSuccess");
    const up = looks(
      [
        [5, { ok: true }],
        [6, { ok: true }],
        [7, failed()],
      ],
      status,
    );
    expect(up.events).toEqual([[5, "recovered", { since }]]);
    expect(up.status).toMatchObject({
      failures: 1,
      failingSince: "2026-06-01T07:00:00Z",
      lastSuccess: "2026-06-01T06:00:00Z",
    });
    expect(
      looks([
        [0, failed()],
        [1, { ok: true }],
      ]).events,
    ).toEqual([]);
    const { status: well } = looks([
      [0, failed()],
      [1, { ok: true }],
    ]);
    expect(well).not.toHaveProperty("failingSince");
    expect(well.failures).toBe(0);
  });

  test("it is due in a quarter of an hour; after failures later and later, and not before the website wants to be asked", () => {
    const dueAfter = (outcomes: [number, Outcome][]) => {
      const { status } = looks(outcomes);
      return (Date.parse(status.nextDue) - Date.parse(status.lastAttempt)) / MINUTE;
    };
    expect(dueAfter([[0, { ok: true, shown: 9 }]])).toBe(15);
    expect(dueAfter([[0, failed()]])).toBe(1);
    expect(
      dueAfter([
        [0, failed()],
        [1, failed()],
        [2, failed()],
      ]),
    ).toBe(4);
    expect(dueAfter([[0, failed({ retryAfter: 7200 })]])).toBe(120);
  });

  test("of two that overlap, the later one counts", () => {
    const { status } = looks([[1, { ok: true, shown: 9 }]]);
    expect(statusAfter(status, failed(), NOW)).toEqual({ status });
    expect(statusAfter(status, failed(), NOW + HOUR).status.failures).toBe(1);
  });

  test("what happens after the clock was ahead counts, and is not ignored until it is there again", () => {
    const validators = { etag: '"1"', at: instant(NOW + 9 * HOUR) };
    const ahead = looks([
      [8, { ok: true, shown: 9, validators, gapProgress: false }],
      [9, failed()],
    ]).status;
    const { status, events } = looks(
      [
        [0, failed()],
        [4, failed()],
      ],
      ahead,
    );
    const [right, later] = [instant(NOW), instant(NOW + 4 * HOUR)];
    expect(status).toMatchObject({ failures: 3, failingSince: right, lastAttempt: later, lastSuccess: right });
    expect(status).toMatchObject({ gapReading: { due: right } });
    expect(status).not.toHaveProperty("validators");
    expect(events).toEqual([[4, "outage", { since: right, reason: "http-500", detail: "an error" }]]);
  });

  test("pages pushed in where the website cannot be read keep the cron off for three quarters of an hour, as long as they come", () => {
    const pushed = (shown?: number) => ({ ok: true, pushed: true, ...(shown && { shown }) }) as const;
    const rests = ({ status }: ReturnType<typeof looks>) => [
      status.pushed,
      (Date.parse(status.nextDue) - Date.parse(status.lastAttempt)) / MINUTE,
    ];
    expect(
      rests(
        looks([
          [0, failed()],
          [1, pushed(9)],
        ]),
      ),
    ).toEqual([true, 45]);
    expect(
      rests(
        looks([
          [0, failed()],
          [1, pushed(9)],
          [2, pushed(9)],
        ]),
      ),
    ).toEqual([true, 45]);
    // The website that can be read need not be pushed.
    expect(
      rests(
        looks([
          [0, { ok: true, shown: 9 }],
          [1, pushed(9)],
        ]),
      ),
    ).toEqual([undefined, 15]);
    expect(
      rests(
        looks([
          [0, failed()],
          [1, pushed(9)],
          [2, { ok: true, shown: 9 }],
        ]),
      ),
    ).toEqual([undefined, 15]);
  });

  test("an older part of a listing, or an article, that is pushed changes nothing: no outage ends, and what is fed is fed", () => {
    const other: Outcome = { ok: true, pushed: true };
    const states: Parameters<typeof looks>[0][] = [
      [
        [0, failed()],
        [4, failed()],
      ],
      [
        [0, failed()],
        [1, { ok: true, pushed: true, shown: 9 }],
      ],
      [[0, { ok: true, shown: 9, digest: "d", validators: { etag: '"1"' } }]],
    ];
    for (const before of states) expect(looks([...before, [5, other]])).toEqual(looks(before));
  });

  test("what a page was is remembered until another is read", () => {
    const page = { validators: { etag: '"1"' }, digest: "one" };
    const { status } = looks([
      [0, { ok: true, shown: 9, ...page }],
      [1, { ok: true }],
      [2, failed()],
    ]);
    expect(status).toMatchObject(page);
    expect(looks([[3, { ok: true, validators: { etag: '"2"' }, digest: "two" }]], status).status).toMatchObject({
      ...{ validators: { etag: '"2"' }, digest: "two" },
    });
  });

  test("a pushed listing is not what the website showed last", () => {
    const read: Outcome = { ok: true, shown: 20, digest: "d", validators: { etag: '"1"' } };
    const pageAfter = (pushed: Outcome) => {
      const { digest, validators } = looks([
        [0, read],
        [1, pushed],
      ]).status;
      return [digest, validators !== undefined];
    };
    expect(pageAfter({ ok: true, pushed: true, shown: 20 })).toEqual([undefined, false]);
  });

  test("reading into a gap pauses longer after each try in vain, and begins anew when a part is closed", () => {
    const tries = (...progress: (boolean | undefined)[]) => {
      const { status } = looks(
        progress.map((gapProgress) => [0, { ok: true, ...(gapProgress !== undefined && { gapProgress }) }]),
      );
      const { gapReading } = status;
      return gapReading && [gapReading.tries, (Date.parse(gapReading.due) - NOW) / MINUTE];
    };
    expect(tries(undefined)).toBeUndefined();
    expect(tries(false)).toEqual([1, 15]);
    expect(tries(false, false, undefined)).toEqual([2, 30]);
    expect(tries(false, false, true)).toEqual([0, 0]);
  });
});

const archiveOf = () => new Archive(nodeSql(":memory:"));
const statusOf = (archive: Archive) => archive.status(NOW).sources["kcna-en"];
const statsOf = (archive: Archive) => statusOf(archive)?.stats;

describe("what is kept of a source", () => {
  test("its newest article, its longest silence, at least a day; and it is quiet after twice that", () => {
    const archive = archiveOf();
    archive.commit([{ source: "kcna-en", outcome: { ok: true } }], NOW);
    expect(statsOf(archive)).toMatchObject({ articles: 0, gaps: [], longestSilence: DAY, articlesPerDay: {} });
    expect(statsOf(archive)).not.toHaveProperty("newest");
    expect(isQuiet(statusOf(archive) as SourceStatus, NOW + 99 * DAY)).toBe(false);
    archive.commit([listing(page(NOW, 3))], NOW);
    const { title, url } = shownAt(NOW);
    expect(statsOf(archive)).toMatchObject({
      ...{ newest: { title, url, published: "2026-06-01T00:00:00Z", language: "en" }, longestSilence: DAY },
      completeSince: "2026-05-31T22:00:00Z",
    });
    const quiet = (hours: number) => isQuiet(statusOf(archive) as SourceStatus, NOW + hours * HOUR);
    expect([quiet(48), quiet(49)]).toEqual([false, true]);
    archive.commit([listing([shownAt(NOW - 72 * HOUR)], { unbroken: false })], NOW);
    expect(statsOf(archive)?.longestSilence).toBe(70 * HOUR);
    expect([quiet(140), quiet(141)]).toEqual([false, true]);
  });

  test("articles are counted by printed day over the last 95 days", () => {
    const archive = archiveOf();
    const old = [95, 96].flatMap((days) => page(NOW - days * DAY, days === 95 ? 2 : 4));
    archive.commit([listing([...page(NOW, 3), ...old])], NOW);
    expect(statsOf(archive)?.articlesPerDay).toEqual({ "2026-02-26": 2, "2026-06-01": 3 });
    expect(statsOf(archive)?.articles).toBe(9);
  });

  test("older days stay as they were counted on the day, the newest are counted after each change, all on the next day", () => {
    const archive = archiveOf();
    archive.commit([listing(page(NOW - 60 * DAY, 3))], NOW);
    const old = { "2026-04-02": 3 };
    archive.commit([listing([shownAt(NOW)], { unbroken: false })], NOW + HOUR);
    expect(statsOf(archive)?.articlesPerDay).toEqual({ ...old, "2026-06-01": 1 });
    // Old articles come late: they are counted on the next day.
    archive.commit([listing(page(NOW - 50 * DAY, 2), { unbroken: false })], NOW + 2 * HOUR);
    expect(statsOf(archive)?.articlesPerDay).toEqual({ ...old, "2026-06-01": 1 });
    archive.commit([listing([shownAt(NOW + DAY)], { unbroken: false })], NOW + DAY);
    expect(statsOf(archive)?.articlesPerDay).toEqual({ ...old, "2026-04-12": 2, "2026-06-01": 1, "2026-06-02": 1 });
  });

  test("an article whose day is corrected counts on that day alone", () => {
    const archive = archiveOf();
    const perDay = (day: string, hours: number) => {
      archive.commit([listing([{ ...shownAt(NOW), day }])], NOW + hours * HOUR);
      return statsOf(archive)?.articlesPerDay;
    };
    expect(perDay("2026-06-09", 0)).toEqual({ "2026-06-01": 1 });
    expect(perDay("2026-05-31", 1)).toEqual({ "2026-05-31": 1 });
  });

  test("articles that are gone are counted, and no more once they are back", () => {
    const archive = archiveOf();
    const [first, second] = page(NOW, 2);
    archive.commit([listing([first, second].flatMap((one) => one ?? []))], NOW);
    expect(statsOf(archive)?.gone).toBe(0);
    const absentPages = [{ site: "kcnawatch", key: second?.key ?? "" }];
    for (const hours of [1, 8])
      archive.commit([{ source: "kcna-en", absentPages, outcome: { ok: true } }], NOW + hours * HOUR);
    expect(statsOf(archive)).toMatchObject({ articles: 2, gone: 1 });
    const origin = { source: "kcna-en", site: "kcnawatch", timeZone: "Asia/Pyongyang" };
    const pages = [{ ...origin, article: second ?? shownAt(0), body: "<p>It is back.</p>" }];
    archive.commit([{ source: "kcna-en", pages, outcome: { ok: true } }], NOW + 9 * HOUR);
    expect(statsOf(archive)?.gone).toBe(0);
  });
});
