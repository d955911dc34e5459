import { monthsOf } from "../archive/months.ts";
import type { View } from "../archive/search.ts";
import type { Latest, Status } from "../archive/snapshot.ts";
import type { Source } from "../sites/site.ts";
import { koreanMonth } from "../time.ts";
import { type HttpError, notFound } from "./http/problem.ts";
import { counted, timeInWords } from "./pages/words.ts";

/** Whether articles of a month are known to be missing: a page that is read later may add them. */
export const hasGap = (view: View, ids: readonly string[], { sources }: Status): boolean =>
  typeof view === "object" &&
  ids.some((id) => (sources[id]?.stats?.gaps ?? []).some((gap) => touchesMonth(gap, view.month)));

/** Gaps that a page names. */
const MAX_GAPS = 5;

/** The gaps of these sources in words; on the page of a month, those of the month. */
export function gapSentences(view: View, sources: readonly Source[], { sources: states }: Status): string[] {
  if (view === "changes") return [];
  const sentences = sources.flatMap(({ id, name }) =>
    (states[id]?.stats?.gaps ?? [])
      .filter((gap) => typeof view !== "object" || touchesMonth(gap, view.month))
      .map(
        ({ after, before }) =>
          `Articles of ${name} may be missing between ${timeInWords(after)} and ${timeInWords(before)} in Korea.`,
      ),
  );
  const more = sentences.length - MAX_GAPS;
  return more > 0
    ? [...sentences.slice(0, MAX_GAPS), `There ${more === 1 ? "is" : "are"} ${counted(more, "more gap")}; see Health.`]
    : sentences;
}

const touchesMonth = ({ after, before }: { after: string; before: string }, month: string): boolean =>
  koreanMonth(after) <= month && month <= koreanMonth(before);

/** A month without stored articles is 404: an empty feed would say that nothing was published. */
export function missingMonth(view: View, latest: ReadonlyMap<string, Latest>): HttpError | undefined {
  if (typeof view !== "object") return undefined;
  const months = monthsOf(latest.values());
  if (months.includes(view.month)) return undefined;
  const span = months.length > 1 ? `from ${months[0]} to ${months.at(-1)}` : `of ${months[0]}`;
  return notFound(`there are no articles of ${view.month}; there are some ${span}`);
}

export type ArticlesByMonth = ReturnType<typeof articlesByMonth>;

/** Number of articles of each month, by the snapshots alone, without the archive. */
export function articlesByMonth(latest: ReadonlyMap<string, Latest>) {
  const all = [...latest.values()].flatMap(({ months }) => Object.entries(months));
  const months = new Map<string, number>();
  for (const [month, articles] of all.sort()) months.set(month, (months.get(month) ?? 0) + articles);
  /** Whether an article that several of the sources list counts once. If not, only the proportions are right. */
  const isExact = latest.size === 1;
  return { months, isExact };
}
