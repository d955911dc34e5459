import { BRIDGE_ZONE, calendarDay, DAY, dayEnd, dayStart, HOUR, instant } from "../time.ts";

/**
 * A value of `since` or `until`: a Korean calendar day, an instant (milliseconds) or an age (milliseconds). An age stays
 * an age, because the time that it stands for changes with the clock.
 */
type Bound = { day: string } | { at: number } | { age: number };

const UNITS: Record<string, number> = { h: HOUR, d: DAY, w: 7 * DAY };
/** The end of the year 9999 in Korea: RFC 3339 has no year of five digits. */
const MAX_INSTANT = Date.parse("9999-12-31T15:00:00Z");
/** In UTC, the day on which 1900 begins in Korea. */
const FIRST_DAY = "1899-12-31";
const MAX_AGE = 3660 * DAY;
// In a query string, a "+" that is not percent-encoded arrives as a space.
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+ -]\d\d:\d\d)$/i;

/** Parses a day (`2026-01-30`), an instant (RFC 3339) or an age (`24h`, `7d`, `2w`); undefined if it is none of them. */
export function parseBound(text: string): Bound | undefined {
  const [date, year, month, dayOfMonth] = /^(\d{4})-(\d\d)-(\d\d)/.exec(text) ?? [];
  const day = calendarDay(Number(year), Number(month), Number(dayOfMonth));
  if (date === text) return day === undefined ? undefined : { day };
  const age = /^(\d{1,5})([hdw])$/i.exec(text);
  if (age) {
    const ms = Number(age[1]) * (UNITS[(age[2] ?? "").toLowerCase()] ?? 0);
    return ms > 0 && ms <= MAX_AGE ? { age: ms } : undefined;
  }
  if (!INSTANT.test(text) || (day === undefined && date !== FIRST_DAY)) return undefined;
  const at = Date.parse(text.replace(" ", "+").toUpperCase());
  return Number.isNaN(at) || at >= MAX_INSTANT ? undefined : { at };
}

/** The one spelling of a bound. `parseBound` reads it back to the same bound. */
export function canonicalBound(bound: Bound): string {
  if ("day" in bound) return bound.day;
  // Fractions of a second stay: `since` rounds them up and `until` rounds them down.
  if ("at" in bound) return bound.at % 1000 === 0 ? instant(bound.at) : new Date(bound.at).toISOString();
  return bound.age % DAY === 0 ? `${bound.age / DAY}d` : `${bound.age / HOUR}h`;
}

/** The earliest `published` that matches `since`. Fractions of a second round up, since `published` has none. */
export function sinceText(bound: Bound, now: number): string {
  if ("day" in bound) return instant(dayStart(bound.day, BRIDGE_ZONE));
  return instant(Math.ceil(("at" in bound ? bound.at : now - bound.age) / 1000) * 1000);
}

/** The latest `published` that matches `until`. A day includes its last second. */
export function untilText(bound: Bound, now: number): string {
  if ("day" in bound) return instant(dayEnd(bound.day, BRIDGE_ZONE) - 1);
  return instant("at" in bound ? bound.at : now - bound.age);
}
