import type { Part } from "../archive/find.ts";
import { monthsOf } from "../archive/months.ts";
import type { Latest, Status } from "../archive/snapshot.ts";
import { koreanDay } from "../scrape/dates.ts";
import { notFound, type Problem } from "./http/problem.ts";

const koreanMonth = (instant: string): string => koreanDay(Date.parse(instant)).slice(0, 7);

/** Whether articles of a month are known to be missing: a page that is read later may bring them. */
export const hasGap = (part: Part, ids: readonly string[], { sources }: Status): boolean =>
  typeof part === "object" &&
  ids.some((id) =>
    (sources[id]?.stats?.gaps ?? []).some(
      ({ after, before }) => koreanMonth(after) <= part.month && part.month <= koreanMonth(before),
    ),
  );

/** A month of which nothing is kept has no document: readers would take an empty one for a month without articles. */
export function missingMonth(part: Part, latest: ReadonlyMap<string, Latest>): Problem | undefined {
  if (typeof part !== "object") return undefined;
  const months = monthsOf(latest.values());
  if (months.includes(part.month)) return undefined;
  return notFound(`nothing is kept of ${part.month}; the months kept are from ${months[0]} to ${months.at(-1)}`);
}
