/** Days, instants and the Korean calendar (UTC+9 all year). */

const KOREA = 9 * 3600_000;
export const DAY = 86_400_000;

/** `2026-01-30`, or undefined where the calendar has no such day. */
export function calendarDay(year: number, month: number, day: number): string | undefined {
  const date = new Date(Date.UTC(year, month - 1, day));
  const real = date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return real && year >= 1900 ? date.toISOString().slice(0, 10) : undefined;
}

/** The Korean day of an instant (milliseconds). */
export const koreanDay = (ms: number): string => new Date(ms + KOREA).toISOString().slice(0, 10);

/** The first millisecond after a Korean month. */
export const monthEnd = (month: string): number =>
  Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5)), 1) - KOREA;

/** The first millisecond of a Korean day. */
export const dayStart = (day: string): number => Date.parse(`${day}T00:00:00Z`) - KOREA;

/** Whether it is a day of the calendar: `2026-01-30`. */
export const isDay = (value: unknown): value is string =>
  typeof value === "string" && /^\d{4}-\d\d-\d\d$/.test(value) && !Number.isNaN(Date.parse(value));

/** Whether it is an instant as `instant` writes it. */
export const isInstant = (value: unknown): value is string =>
  typeof value === "string" && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(value) && !Number.isNaN(Date.parse(value));

/** Text of an instant: whole seconds in UTC. */
export const instant = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;

/** The earliest and the latest of instants; empty where there are none. */
export const earliestOf = (instants: readonly string[]): string => instants.toSorted()[0] ?? "";
export const latestOf = (instants: readonly string[]): string => instants.toSorted().at(-1) ?? "";
