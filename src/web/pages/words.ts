import { memoize } from "../../memoize.ts";
import { DAY, HOUR, MINUTE } from "../../time.ts";

/** Dates, spans of time and languages in words. */

/** A formatter, by its options as JSON: to make one takes a hundred times as long as to use it. */
const formatterOf = memoize((options) => new Intl.DateTimeFormat("en-GB", JSON.parse(options)));

const format = (ms: number, timeZone: string, options: Intl.DateTimeFormatOptions): string =>
  formatterOf(JSON.stringify({ ...options, timeZone })).format(ms);

const DATE = { day: "numeric", month: "long", year: "numeric" } as const;
const SHORT_DATE = { day: "numeric", month: "short", year: "numeric" } as const;
const CLOCK = { hour: "2-digit", minute: "2-digit" } as const;

const dayWords = (day: string, options: Intl.DateTimeFormatOptions): string =>
  format(Date.parse(`${day}T00:00:00Z`), "UTC", options);

/** `30 January 2026`, of a Korean day. */
export const dayInWords = (day: string): string => dayWords(day, DATE);

/** `Friday, 30 January 2026` */
export const weekdayInWords = (day: string): string => dayWords(day, { weekday: "long", ...DATE });

/** `30 Jan`; with the year if it is not `year`. */
export const shortDay = (day: string, year: string): string =>
  dayWords(day, day.startsWith(year) ? { day: "numeric", month: "short" } : SHORT_DATE);

/** `January 2026` */
export const monthInWords = (month: string): string => dayInWords(`${month}-01`).replace(/^\d+ /, "");

/** `30 Jan 2026, 10:40`, Korean time. */
export const timeInWords = (instant: string): string =>
  format(Date.parse(instant), "Asia/Seoul", { ...SHORT_DATE, ...CLOCK });

/** `10:40`, Korean time. */
export const clockInWords = (instant: string): string => format(Date.parse(instant), "Asia/Seoul", CLOCK);

/** `Korean`, of a BCP 47 tag; the tag itself if it names no language. */
export function languageName(tag: string): string {
  try {
    return new Intl.DisplayNames(["en"], { type: "language" }).of(tag) ?? tag;
  } catch {
    return tag;
  }
}

/** `3 hours ago`. */
export function ageInWords(instant: string, now: number): string {
  const ms = now - Date.parse(instant);
  if (ms < MINUTE) return "just now";
  if (ms < HOUR) return `${counted(Math.floor(ms / MINUTE), "minute")} ago`;
  if (ms < 2 * DAY) return `${counted(Math.floor(ms / HOUR), "hour")} ago`;
  return `${counted(Math.floor(ms / DAY), "day")} ago`;
}

/** `1 hour`, `3 hours` */
export const counted = (n: number, noun: string, nouns = `${noun}s`): string => `${n} ${n === 1 ? noun : nouns}`;
