import { memoize } from "./memoize.ts";

/** Days, time zones and instants. A day is text (`2026-01-30`); an instant is milliseconds, or text in UTC. */

/** Milliseconds. */
export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** The zone of the bridge's own calendar: of months, and of a day that a reader asks for. A website has its own. */
export const BRIDGE_ZONE = "Asia/Pyongyang";

/**
 * Zones that are cheaper than `Intl`, and the hours that they are ahead of UTC. Pyongyang is taken as UTC+9 also from
 * 2015 to 2018, when it was half an hour behind Seoul: websites were made by clocks that did not follow.
 */
const FIXED_HOURS: ReadonlyMap<string, number> = new Map([
  [BRIDGE_ZONE, 9],
  ["UTC", 0],
]);

/** `2026-01-30`, or undefined if the calendar has no such day. */
export function calendarDay(year: number, month: number, day: number): string | undefined {
  const date = new Date(Date.UTC(year, month - 1, day));
  const real = date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return real && year >= 1900 ? utcDay(date.getTime()) : undefined;
}

/** Days as texts, by their number since 1970: `toISOString` takes ten times as long. */
const dayText = memoize((number: number) => new Date(number * DAY).toISOString().slice(0, 10), 5000);

const utcDay = (ms: number): string => dayText(Math.floor(ms / DAY));

/** Whether it names a time zone of the IANA database (`Asia/Seoul`) that this runtime knows. */
export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}

/** Creating a formatter takes a hundred times as long as using it. */
const formatterOf = memoize((timeZone) => {
  const numeric = { year: "numeric", month: "numeric", day: "numeric", hour: "numeric" } as const;
  const options = { ...numeric, minute: "numeric", second: "numeric", hourCycle: "h23", timeZone } as const;
  return new Intl.DateTimeFormat("en-US", options);
});

/** How many milliseconds the clocks of a zone are ahead of UTC at an instant. */
function offsetAt(ms: number, timeZone: string): number {
  const fixed = FIXED_HOURS.get(timeZone);
  if (fixed !== undefined) return fixed * HOUR;
  const parts: Record<string, number> = {};
  for (const { type, value } of formatterOf(timeZone).formatToParts(ms)) parts[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(ms / 1000) * 1000;
}

/**
 * The day of an instant (milliseconds) in a zone.
 *
 * @param timeZone IANA name
 */
export const dayOf = (ms: number, timeZone: string): string => utcDay(ms + offsetAt(ms, timeZone));

/** The day of an instant in the bridge's own calendar. */
export const koreanDay = (ms: number): string => dayOf(ms, BRIDGE_ZONE);

/** The month of an instant in that calendar. */
export const koreanMonth = (at: string): string => koreanDay(Date.parse(at)).slice(0, 7);

/**
 * The first millisecond of a day in a zone, which is not always midnight there; NaN if the text is no day.
 *
 * @param timeZone IANA name
 */
export const dayStart = (day: string, timeZone: string): number => firstAt(Date.parse(`${day}T00:00:00Z`), timeZone);

/** The first millisecond after a day in a zone: a day can have 23 or 25 hours. */
export const dayEnd = (day: string, timeZone: string): number =>
  firstAt(Date.parse(`${day}T00:00:00Z`) + DAY, timeZone);

/** When the clocks of a zone first show what UTC shows at `midnight`, or more. */
function firstAt(midnight: number, timeZone: string): number {
  if (Number.isNaN(midnight)) return Number.NaN;
  const offset = offsetAt(midnight - DAY, timeZone);
  if (offset === offsetAt(midnight + DAY, timeZone)) return midnight - offset;
  // The clocks change near that midnight, so the first second of the day is searched.
  let [earlier, later] = [(midnight - DAY) / 1000, (midnight + DAY) / 1000];
  while (later - earlier > 1) {
    const middle = Math.floor((earlier + later) / 2);
    if (middle * 1000 + offsetAt(middle * 1000, timeZone) < midnight) earlier = middle;
    else later = middle;
  }
  return later * 1000;
}

/**
 * The day of a date that is printed without its year: that of the latest year in which it is not after tomorrow, since
 * a website of another zone may be a day ahead. Undefined if no year nearby has it.
 *
 * @param today in the website's zone
 */
export function dayWithoutYear(month: number, day: number, today: string): string | undefined {
  const tomorrow = utcDay(Date.parse(`${today}T00:00:00Z`) + DAY);
  const year = Number(tomorrow.slice(0, 4));
  // February 29 is at most eight years apart.
  for (let back = 0; back <= 8; back++) {
    const dated = calendarDay(year - back, month, day);
    if (dated !== undefined && dated <= tomorrow) return dated;
  }
  return undefined;
}

/** The first millisecond after a month of the bridge's calendar. */
export const monthEnd = (month: string): number =>
  firstAt(Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5)), 1), BRIDGE_ZONE);

/** Whether it is a day of the calendar: `2026-01-30`. */
export const isDay = (value: unknown): value is string =>
  typeof value === "string" && value >= "1900" && utcDay(Date.parse(`${value}T00:00:00Z`) || 0) === value;

/** Whether it is an instant as `instant` writes it. */
export const isInstant = (value: unknown): value is string =>
  typeof value === "string" && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(value) && !Number.isNaN(Date.parse(value));

/** Text of an instant: whole seconds in UTC. */
export const instant = (ms: number): string =>
  `${utcDay(ms)}T${twoDigits(ms, HOUR, 24)}:${twoDigits(ms, MINUTE, 60)}:${twoDigits(ms, SECOND, 60)}Z`;

function twoDigits(ms: number, unit: number, count: number): string {
  const value = ((Math.floor(ms / unit) % count) + count) % count;
  return value < 10 ? `0${value}` : String(value);
}

/** `2026-01-30 01:40 UTC` */
export const timeInUtc = (instant: string): string => `${instant.slice(0, 10)} ${instant.slice(11, 16)} UTC`;

/**
 * Whether less than `span` has passed since an instant (all milliseconds). One that is later than now was noted by a clock
 * that was ahead: it says nothing.
 */
export const isWithin = (span: number, since: number | undefined, now: number): boolean =>
  since !== undefined && now >= since && now - since < span;

/** The earliest and the latest of instants; empty if there are none. */
export const earliestOf = (instants: readonly string[]): string => instants.toSorted()[0] ?? "";
export function latestOf(instants: Iterable<string>): string {
  let latest = "";
  for (const at of instants) if (at > latest) latest = at;
  return latest;
}
