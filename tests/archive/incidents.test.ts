import { describe, expect, test } from "vitest";
import { type Incident, incidentsOf, type StatusEvent } from "../../src/archive/incidents.ts";

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
});
