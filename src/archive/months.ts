import { DAY, monthEnd } from "../scrape/dates.ts";
import type { Part } from "./find.ts";
import type { Latest } from "./snapshot.ts";

/** Days after its end in which a month may still grow: the website takes some articles in late. */
const GRACE = 3 * DAY;

/** When a month's document counts as one that does not change any more (RFC 5005, section 4). */
export const finishedAt = (month: string): number => monthEnd(month) + GRACE;

export const isFinished = (part: Part, now: number): boolean =>
  typeof part === "object" && finishedAt(part.month) <= now;

/** The months that links of an answer lead to: the ones beside a month; from the newest articles, the newest month. */
export function neighboursOf(part: Part, months: readonly string[]): { before?: string; after?: string } {
  if (part === "changes") return {};
  const here = part === "newest" ? undefined : part.month;
  const before = months.filter((month) => here === undefined || month < here).at(-1);
  const after = here === undefined ? undefined : months.find((month) => month > here);
  return { ...(before && { before }), ...(after && { after }) };
}

/** Months kept, oldest first. */
export const monthsOf = (latest: Iterable<Latest>): string[] => [
  ...new Set([...latest].flatMap(({ months }) => Object.keys(months)).sort()),
];

/** Months that a page links to: unfinished ones as well, but from the newest articles none that they are of. */
export const monthsForPeople = (part: Part, latest: ReadonlyMap<string, Latest>, now: number): string[] =>
  monthsOf(latest.values()).filter((month) => part !== "newest" || monthEnd(month) <= now);
