import type { Latest } from "../archive/store.ts";
import { DAY, koreanDay, monthEnd } from "../scrape/dates.ts";
import type { Part } from "./answer.ts";
import { notFound, type Problem } from "./errors.ts";

/** The month of an instant in Korea. */
export const koreanMonth = (instant: string): string => koreanDay(Date.parse(instant)).slice(0, 7);

/** Days after its end in which a month may still grow: the website takes some articles in late. */
const GRACE = 3 * DAY;

/** When a month's document counts as one that does not change any more (RFC 5005, section 4). */
export const finishedAt = (month: string): number => monthEnd(month) + GRACE;

export const isFinished = (part: Part, now: number): boolean =>
  typeof part === "object" && finishedAt(part.month) <= now;

/** Whether articles of a month are known to be missing: a page that is read later may bring them. */
export const hasGap = (part: Part, latest: ReadonlyMap<string, Latest>): boolean =>
  typeof part === "object" &&
  [...latest.values()].some(({ gaps }) =>
    gaps.some(({ after, before }) => koreanMonth(after) <= part.month && part.month <= koreanMonth(before)),
  );

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

/** A month and those around it. */
export function around(month: string): string[] {
  const of = (step: number) => new Date(Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5)) - 1 + step, 1));
  return [-1, 0, 1].map((step) => of(step).toISOString().slice(0, 7));
}

/** A month of which nothing is kept has no document: readers would take an empty one for a month without articles. */
export function missingMonth(part: Part, latest: ReadonlyMap<string, Latest>): Problem | undefined {
  if (typeof part !== "object") return undefined;
  const months = monthsOf(latest.values());
  if (months.includes(part.month)) return undefined;
  return notFound(`nothing is kept of ${part.month}; the months kept are from ${months[0]} to ${months.at(-1)}`);
}
