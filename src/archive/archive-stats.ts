import type { Sql } from "../platform/sql.ts";
import { DAY, instant } from "../time.ts";
import { type Coverage, completeSince, type Gap, knownGaps } from "./coverage.ts";
import { firstOf, publishedOf } from "./rows.ts";

/** What the archive holds of a source. */
export interface ArchiveStats {
  articles: number;
  /** Articles that are no longer at their address; absent in a status of an earlier version. */
  gone?: number;
  newest?: { title: string; url: string; published: string; language: string };
  completeSince?: string;
  gaps: Gap[];
  /** Longest silence between two of the newest articles, milliseconds; at least a day. */
  longestSilence: number;
  /** Articles by printed day over the last 90 days: `{"2026-01-30": 4}`. */
  articlesPerDay: Record<string, number>;
  /** The day on which all these days were counted: later that day only the newest are counted again. */
  countedOn?: string;
}

/** Days of arrivals kept: those that the health page draws, and some; and those that are counted after each change. */
const DAYS = 95;
const RECENT_DAYS = 2;
const NEWEST = 50;

/**
 * What the archive holds of a source now.
 *
 * @param now milliseconds
 * @param known what it held at the last change, and the number of the last event then
 */
export function archiveStats(
  sql: Sql,
  source: string,
  coverage: Coverage | undefined,
  now: number,
  { stats: before, statsSeq = 0 }: { stats?: ArchiveStats; statsSeq?: number },
): ArchiveStats {
  const dayBefore = (days: number) => instant(now - days * DAY).slice(0, 10);
  const today = dayBefore(0);
  // To count articles reads each: all of them once a day, after each change the newest, and those that are gone if that changed.
  const isCounted = before?.countedOn === today;
  const days = isCounted ? RECENT_DAYS : DAYS;
  const since = dayBefore(days);
  // The index of changes needs its own condition, also where edits do not count.
  const [counted] = sql.rows<{ articles: number; gone: number; numbers: string; first: string | null; perDay: string }>(
    `SELECT coalesce(sum(articles), 0) AS articles,
       CASE WHEN ?4 IS NULL OR EXISTS (
         SELECT 1 FROM journal INDEXED BY journal_change
         WHERE event IN ('edited', 'gone', 'back') AND event <> 'edited' AND seq > ?5)
       THEN (
         SELECT count(*) FROM article INDEXED BY article_gone CROSS JOIN listing
         ON listing.source = ?1 AND listing.n = article.n WHERE article.gone IS NOT NULL)
       ELSE ?4 END AS gone, (
       SELECT json_group_array(n) FROM (
         SELECT n FROM listing WHERE source = ?1 ORDER BY n DESC LIMIT ${NEWEST})) AS numbers, (
       SELECT json_array(title, url, language) FROM article
       WHERE n = (SELECT max(n) FROM listing WHERE source = ?1)) AS first, (
       SELECT json_group_object(day, articles) FROM (
         SELECT day, count(*) AS articles FROM listing CROSS JOIN article ON article.n = listing.n
         WHERE listing.source = ?1 AND listing.n >= ?2 AND day >= ?3 GROUP BY day ORDER BY day)) AS perDay
     FROM month WHERE source = ?1`,
    [source, firstOf(now - (days + 2) * DAY), since, isCounted ? (before.gone ?? null) : null, statsSeq],
  );
  const { articles, gone, numbers, first, perDay } = counted as NonNullable<typeof counted>;
  const dates = (JSON.parse(numbers) as number[]).map(publishedOf);
  const [title = "", url = "", language = ""] = JSON.parse(first ?? "[]") as string[];
  const complete = completeSince(coverage);
  const older = Object.entries(isCounted ? before.articlesPerDay : {}).filter(([day]) => day < since);
  return {
    articles,
    ...(first && { newest: { title, url, published: dates[0] ?? "", language } }),
    ...(complete && { completeSince: complete }),
    gaps: knownGaps(coverage),
    longestSilence: longestSilence(dates.map((date) => Date.parse(date))),
    gone,
    articlesPerDay: { ...Object.fromEntries(older), ...(JSON.parse(perDay) as Record<string, number>) },
    countedOn: today,
  };
}

/** @param dates milliseconds, newest first */
function longestSilence(dates: readonly number[]): number {
  let longest = DAY;
  for (let i = 1; i < dates.length; i++) longest = Math.max(longest, (dates[i - 1] ?? 0) - (dates[i] ?? 0));
  return longest;
}
