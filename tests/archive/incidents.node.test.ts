import { describe, expect, test } from "vitest";
import { Archive } from "../../src/archive/archive.ts";
import { type Incident, incidentsOf, type StatusEvent } from "../../src/archive/incidents.ts";
import { nodeSql } from "../../src/platform/node.ts";

/** Outages and gaps, as the journal's events tell of them. */

const HOUR = 60 * 60_000;
const NOW = Date.parse("2026-06-10T03:00:00Z");

describe("what events tell of", () => {
  const event = (hours: number, name: StatusEvent["event"], data: StatusEvent["data"], source = "a"): StatusEvent => ({
    at: at(hours),
    event: name,
    source,
    data,
  });
  const at = (hours: number) => `${new Date(NOW + hours * HOUR).toISOString().slice(0, 19)}Z`;
  const reported = (events: StatusEvent[], hours = 100) => incidentsOf(events, NOW + hours * HOUR);
  const outage = (from: number) => event(from + 3, "outage", { since: at(from), reason: "http-503", detail: "503" });
  const recovered = (from: number, end: number) => event(end, "recovered", { since: at(from) });

  test("an outage and its end are one", () => {
    expect(reported([outage(0)])).toMatchObject([
      { kind: "outage", from: at(0), reported: at(3), updated: at(3), detail: "503" },
    ]);
    expect(reported([outage(0), recovered(0, 9)])).toMatchObject([
      { from: at(0), reported: at(3), updated: at(9), ended: at(9) },
    ]);
  });

  test("a website that flaps is one outage; after three good hours it is another", () => {
    const flaps = [outage(0), recovered(0, 4), outage(6), recovered(6, 12)];
    expect(reported(flaps)).toMatchObject([{ from: at(0), reported: at(3), updated: at(12), ended: at(12) }]);
    expect(reported([outage(0), recovered(0, 4), outage(6)])[0]).not.toHaveProperty("ended");
    expect(reported([...flaps, outage(15)]).map(({ from }) => from)).toEqual([at(15), at(0)]);
  });

  test("sources are apart; the end of an outage of which no beginning was read is reported", () => {
    const two = reported([outage(0), event(3, "outage", { since: at(0) }, "b"), recovered(0, 5)]);
    expect(two.map(({ source, ended }) => [source, ended])).toEqual(
      expect.arrayContaining([
        ["a", at(5)],
        ["b", undefined],
      ]),
    );
    expect(reported([recovered(0, 5)])).toMatchObject([{ from: at(0), ended: at(5) }]);
  });

  test("what was reported at the same instant is in one order, in whichever order it was written down", () => {
    const all = ["a", "b", "c"].map((source) => event(3, "outage", { since: at(0) }, source));
    const sourcesOf = (events: StatusEvent[]) => reported(events).map(({ source }) => source);
    expect(sourcesOf(all)).toEqual(sourcesOf(all.toReversed()));
  });

  const gap = (hours: number, after: number, before: number) =>
    event(hours, "gap", { after: at(after), before: at(before) });
  const filled = (hours: number, after: number, before: number) =>
    event(hours, "filled", { after: at(after), before: at(before) });

  test("a gap is reported after an hour, and closed by what fills it", () => {
    expect(reported([gap(0, -10, -5)], 0.9)).toEqual([]);
    expect(reported([gap(0, -10, -5)], 1)).toMatchObject([{ kind: "gap", from: at(-10), to: at(-5), reported: at(1) }]);
    expect(reported([gap(0, -10, -5), filled(0.5, -10, -5)])).toEqual([]);
    const [part] = reported([gap(0, -10, -5), filled(3, -8, -7)]) as [Incident];
    expect(part).toMatchObject({
      updated: at(3),
      missing: [
        { after: at(-10), before: at(-8) },
        { after: at(-7), before: at(-5) },
      ],
    });
    expect(part).not.toHaveProperty("ended");
    expect(reported([gap(0, -10, -5), filled(3, -8, -7), filled(4, -7, -5), filled(5, -10, -8)])).toMatchObject([
      { ended: at(5), updated: at(5), missing: [] },
    ]);
    expect(reported([gap(0, -10, -5), filled(3, -5, -1)])[0]).toMatchObject({ updated: at(1) });
  });

  test("the time before the first listing is no gap", () => {
    expect(reported([event(0, "gap", { after: "", before: at(-5) })])).toEqual([]);
  });

  test("what is filled counts to the second: a neighbour fills nothing, a larger part all", () => {
    const missing = (...events: StatusEvent[]) => reported([gap(0, -10, -5), ...events])[0]?.missing;
    const all = [{ after: at(-10), before: at(-5) }];
    expect(missing(filled(3, -12, -10))).toEqual(all);
    expect(missing(filled(3, -5, -4))).toEqual(all);
    for (const [after, before] of [
      [-12, -10],
      [-5, -4],
    ] as const)
      expect(reported([gap(0, -10, -5), filled(3, after, before)])[0]?.updated).toBe(at(1));
    // What is filled before a gap is reported is part of the report.
    expect(reported([gap(0, -10, -5), filled(0.5, -8, -7)])[0]?.updated).toBe(at(1));
    expect(missing(filled(3, -12, -4))).toEqual([]);
    expect(missing(filled(3, -12, -8))).toEqual([{ after: at(-8), before: at(-5) }]);
    expect(missing(filled(3, -6, -4))).toEqual([{ after: at(-10), before: at(-6) }]);
    expect(missing(event(3, "filled", { after: at(-10), before: at(-5) }, "b"))).toEqual(all);
    // A gap that is closed stays as it was when it was closed.
    const [closed] = reported([gap(0, -10, -5), filled(3, -10, -5), filled(9, -10, -5)]);
    expect(closed).toMatchObject({ ended: at(3), updated: at(3) });
  });

  test("an outage keeps the reason of its last failure; an end that says no beginning is none", () => {
    const unknown = event(3, "outage", {});
    expect(reported([unknown])).toEqual([
      { kind: "outage", source: "a", from: at(3), reported: at(3), updated: at(3) },
    ]);
    const again = event(9, "outage", { since: at(6), detail: "404" });
    expect(reported([outage(0), recovered(0, 4), again])[0]).toMatchObject({ detail: "404", updated: at(9) });
    expect(reported([outage(0), recovered(0, 4), event(9, "outage", { since: at(6) })])[0]).toMatchObject({
      detail: "503",
    });
    expect(reported([event(5, "recovered", {})])).toEqual([]);
    // Its end is told once more: the outage before has ended already.
    expect(reported([outage(0), recovered(0, 5), event(6, "recovered", {})])[0]).toMatchObject({ ended: at(5) });
  });
});

test("an archive tells the incidents of the sources and webhooks that are asked for, newest first, a hundred of them", () => {
  const archive = new Archive(nodeSql(":memory:"));
  const outcome = (source: string, hours: number, ok: boolean) =>
    archive.commit([{ source, outcome: ok ? { ok } : { ok, reason: "http-503", detail: "503" } }], NOW + hours * HOUR);
  for (const hours of [0, 4]) outcome("a", hours, false);
  for (const hours of [1, 5]) outcome("b", hours, false);
  outcome("a", 9, true);
  const { sql } = archive.store;
  sql.run(
    "INSERT INTO webhook_outage VALUES ('hook', '2026-06-10T10:00:00Z', NULL), ('hook', '2026-06-10T04:00:00Z', '2026-06-10T04:30:00Z'), ('other', '2026-06-10T10:00:00Z', NULL)",
  );
  const tell = (sources: string[], webhooks: string[]) =>
    archive
      .incidents(sources, webhooks, NOW + 99 * HOUR)
      .map(({ kind, source, reported, ended }) => [kind, source, reported.slice(11, 16), ended?.slice(11, 16)]);
  expect(tell(["a", "b", "c"], [])).toEqual([
    ["outage", "b", "08:00", undefined],
    ["outage", "a", "07:00", "12:00"],
  ]);
  expect(tell(["a"], ["hook"])).toEqual([
    ["webhook", "hook", "10:00", undefined],
    ["outage", "a", "07:00", "12:00"],
    ["webhook", "hook", "04:00", "04:30"],
  ]);
  const [hook, , ended] = archive.incidents(["a"], ["hook"], NOW);
  expect(hook).toEqual({
    ...{ kind: "webhook", source: "hook", from: "2026-06-10T10:00:00Z" },
    ...{ reported: "2026-06-10T10:00:00Z", updated: "2026-06-10T10:00:00Z" },
  });
  expect(ended).toMatchObject({ updated: "2026-06-10T04:30:00Z", ended: "2026-06-10T04:30:00Z" });
  for (let i = 0; i < 110; i++)
    sql.run("INSERT INTO webhook_outage VALUES (?, ?, NULL)", ["many", `2026-06-09T00:${String(i).padStart(3, "0")}Z`]);
  expect(archive.incidents(["a", "b"], ["many"], NOW)).toHaveLength(100);
});
