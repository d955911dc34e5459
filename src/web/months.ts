import type { View } from "../archive/find.ts";
import { monthsOf } from "../archive/months.ts";
import type { Latest, Status } from "../archive/snapshot.ts";
import { koreanDay } from "../time.ts";
import { notFound, type Problem } from "./http/problem.ts";

const koreanMonth = (instant: string): string => koreanDay(Date.parse(instant)).slice(0, 7);

/** Whether articles of a month are known to be missing: a page that is read later may add them. */
export const hasGap = (view: View, ids: readonly string[], { sources }: Status): boolean =>
  typeof view === "object" &&
  ids.some((id) =>
    (sources[id]?.stats?.gaps ?? []).some(
      ({ after, before }) => koreanMonth(after) <= view.month && view.month <= koreanMonth(before),
    ),
  );

/** A month without stored articles is 404: an empty feed would say that nothing was published. */
export function missingMonth(view: View, latest: ReadonlyMap<string, Latest>): Problem | undefined {
  if (typeof view !== "object") return undefined;
  const months = monthsOf(latest.values());
  if (months.includes(view.month)) return undefined;
  return notFound(`nothing is kept of ${view.month}; the months kept are from ${months[0]} to ${months.at(-1)}`);
}
