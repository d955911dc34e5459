import { DAY, monthEnd } from "../time.ts";
import type { View } from "./find.ts";
import type { Latest } from "./snapshot.ts";

/** Days after its end in which a month may still grow: the website takes some articles in late. */
const GRACE = 3 * DAY;

/** When a month's document counts as one that does not change any more (RFC 5005, section 4). */
export const finishedAt = (month: string): number => monthEnd(month) + GRACE;

export const isFinished = (view: View, now: number): boolean =>
  typeof view === "object" && finishedAt(view.month) <= now;

/** The months that links of an answer lead to: the ones beside a month; from the newest articles, the newest month. */
export function neighboursOf(view: View, months: readonly string[]): { before?: string; after?: string } {
  if (view === "changes") return {};
  const here = view === "newest" ? undefined : view.month;
  const before = months.filter((month) => here === undefined || month < here).at(-1);
  const after = here === undefined ? undefined : months.find((month) => month > here);
  return { ...(before && { before }), ...(after && { after }) };
}

/** Months kept, oldest first. */
export const monthsOf = (latest: Iterable<Latest>): string[] => [
  ...new Set([...latest].flatMap(({ months }) => Object.keys(months)).sort()),
];

/** Months that a page links to: unfinished ones as well, but from the newest articles none that they are of. */
export const monthsForPeople = (view: View, latest: ReadonlyMap<string, Latest>, now: number): string[] =>
  monthsOf(latest.values()).filter((month) => view !== "newest" || monthEnd(month) <= now);
