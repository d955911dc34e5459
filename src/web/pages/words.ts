import { DAY } from "../../time.ts";

/** Dates and spans of time in words. */

/** `30 January 2026`, of a Korean day. */
export const dayInWords = (day: string): string =>
  new Date(`${day}T00:00:00Z`).toLocaleDateString("en-GB", {
    day: "numeric",
    month: "long",
    year: "numeric",
    timeZone: "UTC",
  });

/** `January 2026` */
export const monthInWords = (month: string): string => dayInWords(`${month}-01`).replace(/^\d+ /, "");

/** `30 Jan 2026, 10:40`, Korean time. */
export const timeInWords = (instant: string): string =>
  new Date(instant).toLocaleString("en-GB", {
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    timeZone: "Asia/Seoul",
  });

/** `3 hours ago`. */
export function ageInWords(instant: string, now: number): string {
  const ms = now - Date.parse(instant);
  const count = (n: number, unit: string) => `${n} ${unit}${n === 1 ? "" : "s"} ago`;
  if (ms < 60_000) return "just now";
  if (ms < 3600_000) return count(Math.floor(ms / 60_000), "minute");
  if (ms < 2 * DAY) return count(Math.floor(ms / 3600_000), "hour");
  return count(Math.floor(ms / DAY), "day");
}
