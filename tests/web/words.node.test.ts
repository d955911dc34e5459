import { describe, expect, test } from "vitest";
import type { Incident } from "../../src/archive/incidents.ts";
import { incidentText, incidentTitle } from "../../src/web/incident-words.ts";
import {
  ageInWords,
  clockInWords,
  counted,
  languageName,
  monthInWords,
  shortDay,
  timeInWords,
  weekdayInWords,
} from "../../src/web/pages/words.ts";

/** Dates and incidents as people read them. */

test("days, months and times are in English, and those of Korea", () => {
  // Some versions of ICU write a comma.
  expect(weekdayInWords("2026-01-30")).toMatch(/^Friday,? 30 January 2026$/);
  expect(monthInWords("2026-01")).toBe("January 2026");
  expect([shortDay("2026-01-30", "2026"), shortDay("2026-01-30", "2025")]).toEqual(["30 Jan", "30 Jan 2026"]);
  expect(timeInWords("2026-01-30T16:05:00Z")).toBe("31 Jan 2026, 01:05");
  expect(clockInWords("2026-01-30T16:05:00Z")).toBe("01:05");
});

test("an age is in the largest unit that is whole: minutes up to an hour, hours up to two days", () => {
  const NOW = Date.parse("2026-01-30T00:00:00Z");
  const age = (seconds: number) => ageInWords(new Date(NOW - seconds * 1000).toISOString(), NOW);
  const [HOUR, DAY] = [3600, 86_400];
  expect([-5, 59, 60, 119, 120, HOUR - 1, HOUR, 2 * HOUR, 2 * DAY - 1, 2 * DAY, 3 * DAY - 1].map(age)).toEqual([
    ...["just now", "just now", "1 minute ago", "1 minute ago", "2 minutes ago", "59 minutes ago"],
    ...["1 hour ago", "2 hours ago", "47 hours ago", "2 days ago", "2 days ago"],
  ]);
  expect([0, 1, 2].map((n) => counted(n, "hour"))).toEqual(["0 hours", "1 hour", "2 hours"]);
});

test("a language has its English name, and what names none is shown as it is", () => {
  expect(["ko", "zh-Hans", "qqq", "no language"].map(languageName)).toEqual([
    ...["Korean", "Simplified Chinese", "qqq", "no language"],
  ]);
});

describe("an incident", () => {
  const [from, to] = ["2026-06-01T00:00:00Z", "2026-06-03T00:00:00Z"];
  const incident = (more: object) => ({ kind: "outage", from, ended: null, ...more }) as unknown as Incident;
  const title = (more: object) => incidentTitle(incident(more), "KCNA");
  const text = (more: object) => incidentText(incident(more), "KCNA");
  const hours = (count: number) => new Date(Date.parse(from) + count * 3_600_000).toISOString();

  test("lasts an hour at least, and is counted in days from two days on", () => {
    const spans = [0.1, 1.4, 1.6, 47.4, 48, 61].map((count) => title({ ended: hours(count) }).split(" for ")[1]);
    expect(spans).toEqual(["1 hour", "1 hour", "2 hours", "47 hours", "2 days", "3 days"]);
  });

  test("has another title when it is over", () => {
    const [now, over] = [{ to }, { to, ended: to }];
    for (const kind of ["outage", "webhook", "gap"]) {
      const titles = [title({ kind, ...now }), title({ kind, ...over })];
      expect(new Set(titles).size).toBe(2);
      for (const one of titles) expect(one).toMatch(/^KCNA(?!.*undefined)/);
    }
    expect(title({ kind: "gap", ...now })).toContain("(2 days)");
    expect(title({})).toContain("2026-06-01");
  });

  test("says its reason, if one is known, and when it ended", () => {
    expect(text({ detail: "the website refuses the bridge (403)" })).toMatch(
      /: the website refuses the bridge \(403\)\.$/,
    );
    expect(text({})).not.toContain("reason");
    expect(text({ ended: to })).toContain("2026-06-03");
    expect(text({ kind: "webhook", ended: to })).toContain("2026-06-03");
    expect(text({ kind: "webhook" })).toContain("A test call");
  });

  test("that is a gap says which part of it is left, but not where that is all of it", () => {
    const gap = { kind: "gap", to };
    expect(text({ ...gap, missing: [{ after: from, before: to }] })).not.toContain("A part");
    const left = { after: "2026-06-02T00:00:00Z", before: to };
    expect(text({ ...gap, missing: [left] })).toContain("A part was read later");
    expect(text({ ...gap, missing: [{ after: from, before: left.after }] })).toContain("A part was read later");
    expect(text({ ...gap, missing: [{ after: from, before: from }, left] }).match(/between/g)).toHaveLength(3);
    expect(text({ ...gap, ended: to })).toContain("nothing is missing");
  });
});
