import { describe, expect, test } from "vitest";
import type { Status } from "../../src/archive/snapshot.ts";
import type { Settings } from "../../src/settings.ts";
import { instant } from "../../src/time.ts";
import { type HealthReport, healthReport } from "../../src/web/health.ts";

/** What the health report says, by what is known of two sources. */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const NOW = Date.parse("2026-06-10T03:00:00Z");
type SourceState = Status["sources"][string];

const settings = (count = 2) =>
  ({
    sources: Array.from({ length: count }, (_, i) => ({ id: `s${i}`, name: `Source ${i}` })),
    webhooks: [],
  }) as unknown as Settings;

/** A source that was looked at some time ago. */
function looked(ago: number, more: Partial<SourceState> = {}): SourceState {
  const at = instant(NOW - ago);
  return { lastAttempt: at, lastSuccess: at, failures: 0, nextDue: instant(NOW - ago + 15 * MINUTE), seq: 1, ...more };
}

const stats = (gaps: { after: string; before: string }[] = []) => ({
  articles: 20,
  completeSince: "2026-06-01T00:00:00Z",
  gaps,
  longestSilence: 24 * HOUR,
  articlesPerDay: {},
});
const failing = (ago: number) => looked(ago, { failures: 2, nextDue: instant(NOW + HOUR) });

function report(...states: (SourceState | undefined)[]): HealthReport {
  const sources = Object.fromEntries(states.flatMap((state, i) => (state ? [[`s${i}`, state]] : [])));
  return healthReport(settings(states.length), { seq: 1, at: instant(NOW), sources }, NOW);
}
const states = ({ sources }: HealthReport) => sources.map(({ state }) => state);

describe("the truth table", () => {
  test.each<[string, (SourceState | undefined)[], HealthReport["status"], string[]]>([
    ["all read at the last look", [looked(10 * MINUTE), looked(10 * MINUTE)], "ok", ["ok", "ok"]],
    ["a look that is a bit late", [looked(40 * MINUTE), looked(40 * MINUTE)], "ok", ["ok", "ok"]],
    ["a new source", [looked(10 * MINUTE), undefined], "ok", ["ok", "waiting"]],
    ["one source fails", [looked(10 * MINUTE), failing(10 * MINUTE)], "degraded", ["ok", "failing"]],
    ["one source is overdue", [looked(10 * MINUTE), looked(2 * HOUR)], "degraded", ["ok", "overdue"]],
    [
      "a gap",
      [looked(10 * MINUTE, { stats: stats([{ after: "a", before: "b" }]) }), looked(0)],
      "degraded",
      ["ok", "ok"],
    ],
    [
      "all fail, and articles are kept",
      [failing(0), failing(0)].map((s) => ({ ...s, stats: stats() })),
      "down",
      ["failing", "failing"],
    ],
    ["the cron is dead for three days", [looked(72 * HOUR), looked(72 * HOUR)], "down", ["overdue", "overdue"]],
    [
      "nothing was looked at for an hour",
      [looked(HOUR, { nextDue: instant(NOW) }), looked(2 * HOUR, { nextDue: instant(NOW) })],
      "down",
      ["ok", "ok"],
    ],
    ["nothing was ever looked at", [undefined, undefined], "down", ["waiting", "waiting"]],
    ["one fails, the other was never looked at", [failing(0), undefined], "down", ["failing", "waiting"]],
  ])("%s", (_, known, status, expected) => {
    const found = report(...known);
    expect([found.status, states(found)]).toEqual([status, expected]);
  });
});

test("an hundred sources take turns: one that waits for its turn is not overdue", () => {
  const sources = Array.from({ length: 100 }, (_, i) => looked((i % 4) * 15 * MINUTE));
  expect(report(...sources)).toMatchObject({ status: "ok" });
});

test("completeness ends with the last look that succeeded", () => {
  const [source] = report(looked(72 * HOUR, { stats: stats() })).sources;
  expect(source).toMatchObject({ complete_since: "2026-06-01T00:00:00Z", complete_until: "2026-06-07T03:00:00Z" });
  expect(report(looked(0)).sources[0]).toMatchObject({ complete_since: null, complete_until: null });
});

test("without the archive, what would be ok is degraded", () => {
  const status = { seq: 1, at: instant(NOW), sources: { s0: looked(0) } };
  expect(healthReport(settings(1), status, NOW, false)).toMatchObject({ status: "degraded", archive: "unreachable" });
});
