import { describe, expect, test } from "vitest";
import { Archive, type SourceCommit } from "../../src/archive/archive.ts";
import { statusEvents } from "../../src/archive/status-events.ts";
import { nodeSql } from "../../src/platform/node.ts";
import { HOUR, listing, NOW, page } from "./fixtures.ts";

const at = (hours: number) => `${new Date(NOW + hours * HOUR).toISOString().slice(0, 19)}Z`;

/** An archive whose source fails and can be read as the script says, at each half hour. */
function lived(hours: number, fails: (hour: number) => boolean): Archive {
  const archive = new Archive(nodeSql(":memory:"));
  archive.commit([listing(page(NOW, 16))], NOW);
  for (let hour = 0.5; hour <= hours; hour += 0.5) {
    const outcome = fails(hour) ? { ok: false as const, reason: "http-503", detail: "no" } : { ok: true as const };
    archive.commit([{ source: "kcna-en", outcome }], NOW + hour * HOUR);
  }
  return archive;
}

const read = (archive: Archive, hour: number, more: object = {}) =>
  statusEvents(archive.store, { sources: ["kcna-en"], now: NOW + hour * HOUR, limit: 100, ...more });

describe("outages", () => {
  test("an outage is told after three hours, and is the same entry when it ends", () => {
    expect(
      read(
        lived(3, (hour) => hour >= 1),
        3,
      ).events,
    ).toEqual([]);
    const told = read(
      lived(5, (hour) => hour >= 1),
      5,
    ).events;
    const own = { kind: "outage", source: "kcna-en", at: at(4), since: at(1), reason: "http-503", detail: "no" };
    expect(told).toEqual([{ ...own, seq: told[0]?.seq, updated: at(4) }]);
    const ended = read(
      lived(9, (hour) => hour >= 1 && hour < 7),
      9,
    ).events;
    expect(ended).toEqual([{ ...own, seq: told[0]?.seq, updated: at(7), ended: at(7) }]);
  });

  test("a source that flaps has one entry; a failure long after the end has its own", () => {
    const flapping = (hour: number) => hour >= 1 && hour < 40 && hour % 5 !== 0;
    const [entry, ...others] = read(lived(45, flapping), 45).events;
    expect(others).toEqual([]);
    expect(entry).toMatchObject({ since: at(1), ended: at(40) });
    const twice = (hour: number) => (hour >= 1 && hour < 6) || (hour >= 20 && hour < 30);
    expect(read(lived(40, twice), 40).events.map(({ since, ended }) => [since, ended])).toEqual([
      [at(20), at(30)],
      [at(1), at(6)],
    ]);
  });

  test("they are paged, each once; other sources have their own", () => {
    const archive = lived(400, (hour) => hour % 20 < 8);
    const all = read(archive, 400).events;
    expect(all).toHaveLength(20);
    const paged: number[] = [];
    let next: { before?: number } = {};
    for (;;) {
      const part = read(archive, 400, { limit: 7, ...next });
      paged.push(...part.events.map(({ seq }) => seq));
      if (part.next === undefined) break;
      next = { before: part.next };
    }
    expect(paged).toEqual(all.map(({ seq }) => seq));
    expect(read(archive, 400, { sources: ["rodong-ko"] }).events).toEqual([]);
  });
});

describe("gaps", () => {
  const commit = (archive: Archive, one: SourceCommit, hour: number) => archive.commit([one], NOW + hour * HOUR);

  test("a gap is told when it lasts an hour; what fills a part of it changes the entry, and the last part ends it", () => {
    const archive = new Archive(nodeSql(":memory:"));
    commit(archive, listing(page(NOW, 16)), 0);
    // 100 hours later the listing shows none of them.
    commit(archive, listing(page(NOW + 100 * HOUR, 16)), 100);
    expect(read(archive, 100.5).events).toEqual([]);
    const [gap] = read(archive, 101).events;
    expect(gap).toMatchObject({ kind: "gap", at: at(101), since: at(0), before: at(85) });
    expect(gap?.open).toEqual([{ after: at(0), before: at(85) }]);
    commit(archive, listing(page(NOW + 90 * HOUR, 40), { isLook: false }), 110);
    const [partly] = read(archive, 111).events;
    expect(partly).toMatchObject({
      seq: gap?.seq,
      at: at(101),
      updated: at(110),
      open: [{ after: at(0), before: at(51) }],
    });
    expect(partly?.ended).toBeUndefined();
    commit(archive, listing(page(NOW + 60 * HOUR, 70), { isLook: false }), 120);
    expect(read(archive, 121).events).toMatchObject([{ seq: gap?.seq, ended: at(120), open: [] }]);
  });

  test("a gap that is filled within the hour is never told", () => {
    const archive = new Archive(nodeSql(":memory:"));
    commit(archive, listing(page(NOW, 16)), 0);
    commit(archive, listing(page(NOW + 100 * HOUR, 16)), 100);
    commit(archive, listing(page(NOW + 100 * HOUR, 110), { isLook: false }), 100.5);
    expect(read(archive, 200).events).toEqual([]);
  });
});
