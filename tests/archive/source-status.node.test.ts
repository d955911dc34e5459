import { expect, test } from "vitest";
import { Archive } from "../../src/archive/archive.ts";
import { nodeSql } from "../../src/platform/node.ts";
import { HOUR, listing, NOW, page, shownAt } from "./fixtures.ts";

/** What health counts of a source, from commit to commit. */

const DAY = 24 * HOUR;
const statsOf = (archive: Archive) => archive.status(NOW).sources["kcna-en"]?.stats;

test("older days stay as they were counted on the day, the newest are counted after each change, all on the next day", () => {
  const archive = new Archive(nodeSql(":memory:"));
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

test("articles that are gone are counted, and no more once they are back", () => {
  const archive = new Archive(nodeSql(":memory:"));
  const [first, second] = page(NOW, 2);
  archive.commit([listing([first, second].flatMap((one) => one ?? []))], NOW);
  expect(statsOf(archive)?.gone).toBe(0);
  const absentPages = [{ site: "kcnawatch", key: second?.key ?? "" }];
  for (const hours of [1, 8])
    archive.commit([{ source: "kcna-en", absentPages, outcome: { ok: true } }], NOW + hours * HOUR);
  expect(statsOf(archive)).toMatchObject({ articles: 2, gone: 1 });
  const pages = [
    {
      source: "kcna-en",
      site: "kcnawatch",
      timeZone: "Asia/Pyongyang",
      article: second ?? shownAt(0),
      body: "<p>It is back.</p>",
    },
  ];
  archive.commit([{ source: "kcna-en", pages, outcome: { ok: true } }], NOW + 9 * HOUR);
  expect(statsOf(archive)?.gone).toBe(0);
});
