import { expect, test, vi } from "vitest";
import { Archive } from "../../src/archive/archive.ts";
import { nodeSql } from "../../src/platform/node.ts";
import type { Sql } from "../../src/platform/sql.ts";
import { instant } from "../../src/time.ts";
import { exported, HOUR, listing, NOW, page, shownAt } from "./fixtures.ts";

/** An archive whose next transaction fails at its very end while `failing.next` is set. */
function failingArchive() {
  const sql = nodeSql(":memory:");
  const failing = { next: false };
  const transaction: Sql["transaction"] = (work) =>
    sql.transaction(() => {
      const result = work();
      if (failing.next) throw new Error("the statement fails");
      return result;
    });
  return { archive: new Archive({ ...sql, transaction }), failing };
}

test("what a transaction that failed has changed is not remembered: the journal has no hole, the source its earlier status; the operator is told", () => {
  const log = vi.spyOn(console, "error").mockImplementation(() => undefined);
  const { archive, failing } = failingArchive();
  archive.commit([listing(page(NOW, 3))], NOW);
  const before = [archive.store.head(), archive.statuses(["kcna-en"])];
  failing.next = true;
  const [failed] = archive.commit([listing(page(NOW + HOUR, 3))], NOW + HOUR);
  expect(failed).toMatchObject({ error: "Error: the statement fails", seq: 3 });
  expect(log.mock.calls).toEqual([[JSON.stringify({ event: "commit", source: "kcna-en", error: failed?.error })]]);
  expect([archive.store.head(), archive.statuses(["kcna-en"])]).toEqual(before);
  failing.next = false;
  archive.commit([listing(page(NOW + HOUR, 3))], NOW + 2 * HOUR);
  expect(archive.store.sql.column("SELECT seq FROM journal ORDER BY seq")).toEqual([1, 2, 3, 4, 5]);
  vi.restoreAllMocks();
});

test("the number of a website that a failed transaction has added is not remembered: it may be another's", () => {
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  const { archive, failing } = failingArchive();
  failing.next = true;
  archive.commit([listing(page(NOW, 3), { site: "first" })], NOW);
  failing.next = false;
  archive.commit([listing(page(NOW, 3), { site: "first" })], NOW + HOUR);
  archive.commit([listing(page(NOW, 3), { site: "second" })], NOW + HOUR);
  expect(archive.store.sql.column("SELECT name FROM site ORDER BY no")).toEqual(["first", "second"]);
  vi.restoreAllMocks();
});

test("the names of websites are read again if they could not be read", () => {
  const sql = nodeSql(":memory:");
  new Archive(sql).commit([listing(page(NOW, 1))], NOW);
  let failures = 1;
  const rows: Sql["rows"] = (statement, values) => {
    if (statement.includes("FROM site") && failures-- > 0) throw new Error("the disk has an error");
    return sql.rows(statement, values);
  };
  const archive = new Archive({ ...sql, rows });
  expect(() => archive.latest(["kcna-en"])).toThrow("the disk has an error");
  expect(archive.latest(["kcna-en"])[0]?.[1].articles[0]?.site).toBe("kcnawatch");
});

test("what is kept of sources in memory is what an archive that begins reads from the tables", () => {
  const { archive } = failingArchive();
  archive.commit([listing(page(NOW, 3), { isLook: true })], NOW);
  archive.commit([listing(page(NOW + 9 * HOUR, 3), { isLook: true })], NOW + 9 * HOUR);
  archive.commit([{ source: "newstream", outcome: { ok: false, reason: "timeout", detail: "no answer" } }], NOW);
  const again = new Archive(archive.store.sql);
  expect([...again.store.sources.all()]).toEqual([...archive.store.sources.all()]);
  expect(again.store.head()).toEqual(archive.store.head());
  expect(exported(again)).toEqual(exported(archive));
});

test("a source cannot be saved outside of a transaction, where it would be in memory alone", () => {
  const { archive } = failingArchive();
  archive.commit([listing(page(NOW, 3))], NOW);
  const before = archive.store.sources.get("kcna-en");
  expect(() => archive.store.sources.save("kcna-en", { seq: 9 })).toThrow("only in a transaction");
  expect(archive.store.sources.get("kcna-en")).toEqual(before);
});

test("words that a failed transaction has indexed are not remembered: the next one writes them into the dictionary", () => {
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  const { archive, failing } = failingArchive();
  failing.next = true;
  archive.commit([listing(page(NOW, 3))], NOW);
  failing.next = false;
  archive.commit([listing(page(NOW, 3))], NOW);
  const indexed = archive.store.sql.column("SELECT term FROM vocabulary ORDER BY term");
  expect(indexed.length).toBeGreaterThan(0);
  archive.commit([listing(page(NOW + HOUR, 3))], NOW + HOUR);
  // A word is written once, however often it comes.
  expect(archive.store.sql.column("SELECT max(doc) FROM vocabulary")).toEqual([1]);
  vi.restoreAllMocks();
});

test("a snapshot says when its source last changed, whatever happened to other sources since", () => {
  const { archive } = failingArchive();
  const last = listing(page(NOW, 3), { site: "third", source: "rodong-en" });
  archive.commit([listing(page(NOW, 3)), listing(page(NOW, 3), { site: "other", source: "newstream" }), last], NOW);
  // One event alone: with a gap there would be two.
  archive.commit([listing(page(NOW + HOUR, 2), { site: "other", source: "newstream" })], NOW + HOUR);
  expect(archive.store.head()).toEqual({ seq: 13, at: instant(NOW + HOUR) });
  const changedAt = (id: string) => archive.latest([id])[0]?.[1].changedAt;
  const times = ["kcna-en", "newstream", "rodong-en"].map(changedAt);
  expect(times).toEqual([NOW, NOW + HOUR, NOW].map((at) => instant(at)));
});

test("a snapshot counts articles by month, and says when a month that was over got its first", () => {
  const { archive } = failingArchive();
  const april = Date.parse("2026-04-30T15:00:00Z");
  for (const [i, time] of [april - 1000, april - 2000, april, NOW].entries())
    archive.commit([listing([shownAt(time)], { unbroken: false })], NOW + i * HOUR);
  const [[, latest] = []] = archive.latest(["kcna-en"]);
  expect(latest?.months).toEqual({ "2026-04": 2, "2026-05": 1, "2026-06": 1 });
  expect(latest?.late).toEqual({ "2026-04": instant(NOW), "2026-05": instant(NOW + 2 * HOUR) });
});
