import { BRIDGE_ZONE, calendarDay, DAY, dayEnd, dayStart, instant } from "../time.ts";

/**
 * A point in time as `since` and `until` take it: a Korean day, an instant, or an age. An age moves with the clock,
 * so it is kept as it was said.
 */
export type Bound = { day: string } | { at: number } | { age: number };

const HOUR = 3600_000;
const UNITS: Record<string, number> = { h: HOUR, d: DAY, w: 7 * DAY };
/** The end of the year 9999 in Korea: later days have no four-digit year. */
const LAST = Date.parse("9999-12-31T15:00:00Z");
const LONGEST_AGE = 3660 * DAY;
// A plus that nobody encoded arrives as a space.
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+ -]\d\d:\d\d)$/i;

/** Undefined where the text is none of the three. */
export function parseBound(text: string): Bound | undefined {
  const day = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text);
  if (day) {
    const real = calendarDay(Number(day[1]), Number(day[2]), Number(day[3]));
    return real === undefined ? undefined : { day: real };
  }
  const age = /^(\d{1,5})([hdw])$/i.exec(text);
  if (age) {
    const ms = Number(age[1]) * (UNITS[(age[2] ?? "").toLowerCase()] ?? 0);
    return ms > 0 && ms <= LONGEST_AGE ? { age: ms } : undefined;
  }
  if (!INSTANT.test(text) || calendarDay(...ymd(text)) === undefined) return undefined;
  const at = Date.parse(text.replace(" ", "+").toUpperCase());
  return Number.isNaN(at) || at >= LAST ? undefined : { at };
}

const ymd = (text: string): [number, number, number] => [
  Number(text.slice(0, 4)),
  Number(text.slice(5, 7)),
  Number(text.slice(8, 10)),
];

export function canonicalBound(bound: Bound): string {
  if ("day" in bound) return bound.day;
  // `since` and `until` round a part of a second each to its own side: it must not be lost before.
  if ("at" in bound) return bound.at % 1000 === 0 ? instant(bound.at) : new Date(bound.at).toISOString();
  return bound.age % DAY === 0 ? `${bound.age / DAY}d` : `${bound.age / HOUR}h`;
}

/** The first published text that `since` lets in. */
export function sinceText(bound: Bound, now: number): string {
  if ("day" in bound) return instant(dayStart(bound.day, BRIDGE_ZONE));
  return instant(Math.ceil(("at" in bound ? bound.at : now - bound.age) / 1000) * 1000);
}

/** The last published text that `until` lets in; a day is meant whole. */
export function untilText(bound: Bound, now: number): string {
  if ("day" in bound) return instant(dayEnd(bound.day, BRIDGE_ZONE) - 1);
  return instant("at" in bound ? bound.at : now - bound.age);
}
