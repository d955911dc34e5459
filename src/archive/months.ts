import { DAY, monthEnd } from "../time.ts";
import type { View } from "./search.ts";
import type { Latest } from "./snapshot.ts";

/** How long a month may still grow after its end: the website collects some articles late. */
const GRACE = 3 * DAY;

/** When a month counts as an archive document that does not change any more (RFC 5005, section 4). */
export const finishedAt = (month: string): number => monthEnd(month) + GRACE;

/**
 * Whether a view is a month that does not change any more.
 *
 * @param now milliseconds
 */
export const isFinished = (view: View, now: number): boolean =>
  typeof view === "object" && finishedAt(view.month) <= now;

/** The months to which a document links: a month to its neighbours, the newest articles to the newest month. */
export function neighboursOf(view: View, months: readonly string[]): { before?: string; after?: string } {
  if (view === "changes") return {};
  const here = view === "newest" ? undefined : view.month;
  const before = months.filter((month) => here === undefined || month < here).at(-1);
  const after = here === undefined ? undefined : months.find((month) => month > here);
  return { ...(before && { before }), ...(after && { after }) };
}

/** The months with articles, oldest first. */
export const monthsOf = (latest: Iterable<Latest>): string[] => [
  ...new Set([...latest].flatMap(({ months }) => Object.keys(months)).sort()),
];

/** The months to which a page links: unfinished ones too, but from the newest articles not the current month. */
export const monthsForPeople = (view: View, latest: ReadonlyMap<string, Latest>, now: number): string[] =>
  monthsOf(latest.values()).filter((month) => view !== "newest" || monthEnd(month) <= now);
