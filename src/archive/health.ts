import { type Article, isInstant } from "../article.ts";
import type { Gap } from "./gaps.ts";

/** What `health` holds: how each source is doing, written once a cron tick. */
export interface Health {
  sources: Record<string, SourceHealth>;
}

export interface SourceHealth {
  /** When a refresh was last tried. */
  tried: string;
  lastSuccess?: string;
  lastFailure?: { at: string; reason: string; detail: string };
  /** Failures since the last success. */
  failures: number;
  /** Not to be fetched before. */
  nextDue: string;
  /** Articles that a listing page usually shows. */
  usual?: number;
  /** Validators of the listing page, for conditional requests: the address that they belong to, and when they came. */
  validators?: { address?: string; etag?: string; lastModified?: string; at?: string };
  /** The listing page that was merged last (its print), and the stamp of the archive after it. */
  merged?: { page: string; archive: string };
  /** The website cannot be read, and somebody pushes its pages in: nothing is fetched before `nextDue`. */
  pushed?: true;
  /** Changes that are not kept as edits. */
  noise?: Noise;
  /** Articles kept. */
  kept: number;
  newest?: Pick<Article, "title" | "url" | "published" | "language">;
  completeSince?: string;
  gaps: Gap[];
  /** Longest silence between two of the newest articles, milliseconds. */
  longestSilence?: number;
  /** Articles by printed day over the last weeks: `{"2026-01-30": 4}`. */
  arrivals: Record<string, number>;
  /** Article pages that were read or could not be: failed tries so far, when to look again, and a fault of the bridge's. */
  stories?: Record<string, { tries: number; next: string; error?: string }>;
}

/** Changes that are no edits, as `refresh/noise.ts` tells them. */
export interface Noise {
  /** Looks of the last day at which most known articles had changed. */
  looks: string[];
  /** Since when such changes are left out, and the last look at which most articles had changed again. */
  since?: string;
  last?: string;
  /** While they are: digests of the texts that the last look showed, by article key. */
  shown?: Record<string, string>;
  /** Keys of single articles that change so often that further changes must wait. */
  restless?: string[];
}

/** What a stored value says of the sources: a record that is none is left out, and its source is looked at as a new one. */
export function healthOf(value: unknown): Health {
  const { sources } = (value ?? {}) as { sources?: Record<string, unknown> };
  const all = Object.entries(typeof sources === "object" && sources !== null ? sources : {});
  return { sources: Object.fromEntries(all.filter((entry): entry is [string, SourceHealth] => isRecord(entry[1]))) };
}

function isRecord(value: unknown): value is SourceHealth {
  const { tried, nextDue, lastSuccess, failures, kept, gaps, arrivals } = (value ?? {}) as Record<string, unknown>;
  return (
    typeof tried === "string" &&
    isInstant(nextDue) &&
    (lastSuccess === undefined || isInstant(lastSuccess)) &&
    Number.isSafeInteger(failures) &&
    Number.isSafeInteger(kept) &&
    Array.isArray(gaps) &&
    typeof arrivals === "object" &&
    arrivals !== null
  );
}
