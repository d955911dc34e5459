import type { SourceHealth } from "../archive/health.ts";
import { countOf, type Latest } from "../archive/store.ts";
import { type Article, instant } from "../article.ts";
import { DAY } from "../scrape/dates.ts";
import { nextDue } from "./due.ts";
import type { Gathered } from "./listing.ts";

/** Days of arrivals kept: those that the health page draws, and some. */
const DAYS = 35;

/** A source's health after a refresh; `latest` where it wrote or read one. */
export function recordOf(
  before: SourceHealth | undefined,
  gathered: Gathered,
  latest: Latest | undefined,
  now: number,
): SourceHealth {
  const at = instant(now);
  const facts = latest ? factsOf(latest, before, now) : {};
  const kept: SourceHealth = {
    tried: at,
    failures: 0,
    nextDue: at,
    kept: 0,
    gaps: [],
    arrivals: {},
    ...before,
    ...facts,
  };
  if ("failure" in gathered) {
    const failures = kept.failures + 1;
    const { failure, retryAfter } = gathered;
    return {
      ...kept,
      tried: at,
      failures,
      lastFailure: { at, ...failure },
      nextDue: instant(nextDue(now, failures, retryAfter)),
    };
  }
  // The website was read: it need not be pushed any more.
  delete kept.pushed;
  if ("shown" in gathered) delete kept.noise;
  // A page pushed in says nothing of the listing that was fetched last: only one found unchanged is merged still.
  const same = "unchanged" in gathered && gathered.opened ? kept.merged?.page : undefined;
  const page = "print" in gathered ? gathered.print : same;
  const shown = "shown" in gathered ? gathered.shown : undefined;
  return {
    ...kept,
    tried: at,
    failures: 0,
    lastSuccess: at,
    nextDue: instant(nextDue(now, 0)),
    // Follows a listing that slowly gets longer or shorter; the first page sets it.
    ...(shown !== undefined && { usual: Math.round(Math.max(shown, (kept.usual ?? shown) * 0.95)) }),
    ...(page && latest && { merged: { page, archive: latest.stamp } }),
    ...("noise" in gathered && gathered.noise && { noise: gathered.noise }),
    ...("validators" in gathered && gathered.validators && { validators: gathered.validators }),
  };
}

function factsOf(latest: Latest, before: SourceHealth | undefined, now: number): Partial<SourceHealth> {
  const [newest] = latest.articles;
  const arrivals: Record<string, number> = {};
  const since = instant(now - DAYS * DAY).slice(0, 10);
  const oldest = latest.articles.at(-1)?.day ?? "";
  // The newest 200 tell the last days exactly; what they no longer reach was counted when they did.
  for (const [day, count] of Object.entries(before?.arrivals ?? {})) {
    if (day >= since && day <= oldest) arrivals[day] = count;
  }
  for (const { day } of latest.articles) if (day >= since && day > oldest) arrivals[day] = (arrivals[day] ?? 0) + 1;
  if (countOf(latest) <= latest.articles.length && oldest >= since) {
    arrivals[oldest] = latest.articles.filter(({ day }) => day === oldest).length;
  }
  return {
    kept: countOf(latest),
    ...(newest && {
      newest: { title: newest.title, url: newest.url, published: newest.published, language: newest.language },
    }),
    completeSince: latest.completeSince,
    gaps: latest.gaps,
    longestSilence: longestSilence(latest.articles),
    arrivals,
  };
}

/** Longest time between two neighbours among the newest 50, milliseconds; at least a day. */
function longestSilence(articles: readonly Article[]): number {
  let longest = DAY;
  for (let i = 1; i < Math.min(articles.length, 50); i++) {
    const silence = Date.parse(articles[i - 1]?.published ?? "") - Date.parse(articles[i]?.published ?? "");
    if (silence > longest) longest = silence;
  }
  return longest;
}

/** Whether a source is quieter than it usually is: silent for more than twice its longest silence. */
export function isQuiet(health: SourceHealth, now: number): boolean {
  if (!health.newest) return false;
  return now - Date.parse(health.newest.published) > 2 * (health.longestSilence ?? DAY);
}
