import { type Article, isArticle, monthOf, newestFirst } from "../article.ts";
import type { Gap } from "./gaps.ts";
import { type Health, healthOf } from "./health.ts";

/**
 * The archive in KV: what stands under which key, and in which order it is written.
 *
 * `latest:{source}` answers nearly every question with one read. An article goes there first and into its month
 * later, together with others, since every write counts against the free plan's 1,000 a day; it never leaves
 * `latest` before its month holds it. Whoever reads a month reads the newest as well (see `readMonths`).
 */
export interface Latest {
  /** Moves by one with every change. */
  version: number;
  /** Of this change alone: two documents of one stamp say the same, whoever has read them. */
  stamp: string;
  changedAt: string;
  checkedAt: string;
  /** Nothing published after this instant was missed, but for the gaps. */
  completeSince: string;
  gaps: Gap[];
  /** Articles kept, by month: `{"2026-01": 16}`. */
  months: Record<string, number>;
  /** When a month that was over already got its first article. */
  late?: Record<string, string>;
  /** Keys of articles whose month does not hold them as they are here. */
  unfiled: string[];
  /** Newest first, `NEWEST` at most. */
  articles: Article[];
}

/** Articles in `latest:`. */
export const NEWEST = 200;
/** Keys of one KV bulk read. */
const BULK = 100;

export const latestKey = (source: string) => `latest:${source}`;
export const monthKey = (source: string, month: string) => `month:${source}:${month}`;
const HEALTH = "health";

/** KV refuses to read: it fails, or the day's reads are used up. */
export class ArchiveUnreadable extends Error {
  override name = "ArchiveUnreadable";
}

const unreadable = (error: unknown): never => {
  throw new ArchiveUnreadable(String(error), { cause: error });
};

/** One JSON value. */
export const readOne = <T>(kv: KVNamespace, key: string): Promise<T | null> => kv.get<T>(key, "json").catch(unreadable);

/** Everything that plain feeds of these sources need, in one KV operation (up to 99 sources). */
export async function readLatest(
  kv: KVNamespace,
  sources: readonly string[],
): Promise<{ latest: Map<string, Latest>; health: Health }> {
  const values = await readAll<Latest | Health>(kv, [...sources.map(latestKey), HEALTH]);
  const latest = new Map<string, Latest>();
  for (const source of sources) {
    const value = values.get(latestKey(source));
    if (value && Array.isArray((value as Latest).articles)) latest.set(source, withArticles(value as Latest));
  }
  return { latest, health: healthOf(values.get(HEALTH)) };
}

/** `latest` of a source that is to be changed. @throws where it is no JSON: what is broken is not written over */
export async function readLatestOf(kv: KVNamespace, source: string): Promise<Latest | undefined> {
  const value = await readOne<Latest>(kv, latestKey(source));
  return value ? withArticles(value) : undefined;
}

const withArticles = (latest: Latest): Latest => ({ ...latest, articles: latest.articles.filter(isArticle) });

export async function readHealth(kv: KVNamespace): Promise<Health> {
  return healthOf((await readAll(kv, [HEALTH])).get(HEALTH));
}

export async function writeHealth(kv: KVNamespace, health: Health): Promise<void> {
  await kv.put(HEALTH, JSON.stringify(health));
}

/**
 * Months of a source's archive, each with what of it still stands only in `latest`; newest first within each.
 *
 * @param broken what becomes of a month that is no JSON: whoever writes months must not take it for an empty one
 */
export async function readMonths(
  kv: KVNamespace,
  source: string,
  months: readonly string[],
  latest: Latest | undefined,
  broken: "skip" | "throw" = "skip",
): Promise<Map<string, Article[]>> {
  const documents = await readAll<Article[]>(
    kv,
    months.map((month) => monthKey(source, month)),
    broken,
  );
  return new Map(
    months.map((month) => {
      const newest = latest?.articles.filter((article) => monthOf(article) === month) ?? [];
      return [month, upsert((documents.get(monthKey(source, month)) ?? []).filter(isArticle), newest)];
    }),
  );
}

/** JSON values by key, a hundred a KV operation; keys that hold nothing are left out, and so is what is no JSON. */
export async function readAll<T>(
  kv: KVNamespace,
  keys: readonly string[],
  broken: "skip" | "throw" = "skip",
): Promise<Map<string, T>> {
  const values = new Map<string, T>();
  for (let i = 0; i < keys.length; i += BULK) {
    const some = keys.slice(i, i + BULK);
    const read = await readBulk<T>(kv, some).catch((error) => {
      if (broken === "throw" || !/json/i.test(String(error))) throw error;
      return readEach<T>(kv, some);
    });
    for (const [key, value] of read) if (value !== null) values.set(key, value);
  }
  return values;
}

/** KV refuses an operation of which one document is no JSON: then each by itself, and the log names the broken ones. */
async function readEach<T>(kv: KVNamespace, keys: readonly string[]): Promise<[string, T | null][]> {
  const texts = await kv.get([...keys], "text").catch(unreadable);
  return [...texts].map(([key, text]) => {
    try {
      return [key, text === null ? null : JSON.parse(text)];
    } catch (error) {
      console.error(JSON.stringify({ event: "kv", key, error: String(error).slice(0, 200) }));
      return [key, null];
    }
  });
}

/** One operation; where KV refuses it as too large in all (413, beyond 25 MB), halves of it. */
async function readBulk<T>(kv: KVNamespace, keys: string[]): Promise<[string, T | null][]> {
  try {
    return [...(await kv.get<T>(keys, "json"))];
  } catch (error) {
    if (keys.length === 1 || !/\b413\b/.test(String(error))) return unreadable(error);
    const half = keys.length >> 1;
    return [...(await readBulk<T>(kv, keys.slice(0, half))), ...(await readBulk<T>(kv, keys.slice(half)))];
  }
}

/** Both lists, the second's articles in the place of the first's; newest first. */
export function upsert(articles: readonly Article[], changed: readonly Article[]): Article[] {
  if (changed.length === 0) return [...articles];
  const all = new Map(articles.map((article) => [article.key, article]));
  for (const article of changed) all.set(article.key, article);
  return [...all.values()].sort(newestFirst);
}

/** Articles kept of a source. */
export const countOf = (latest: Latest): number => Object.values(latest.months).reduce((sum, count) => sum + count, 0);
