import { type ArchivedArticle, merge } from "../../src/archive/merge.ts";
import { newestFirst, type ScrapedArticle } from "../../src/article.ts";

/** Articles of a page, and what merging it into the kept ones gives. */

export const NOW = Date.parse("2026-01-30T12:00:00Z");
export const SOURCE = { source: "kcna-en", site: "kcnawatch", timeZone: "Asia/Pyongyang" };
const KOREA = 9 * 3600_000;
export const koreanDay = (published: string) => new Date(Date.parse(published) + KOREA).toISOString().slice(0, 10);

/** An article taken in at an instant, printed on that day or on another. */
export function shown(intake: string, more: Partial<ScrapedArticle> = {}): ScrapedArticle {
  const seconds = Date.parse(intake) / 1000;
  const key = `${seconds}-${more.key ?? "1"}`;
  return {
    id: `tag:kcnawatch.org,2026:newstream/${key}`,
    url: `https://kcnawatch.org/newstream/${key}/x/`,
    title: "Title",
    excerpt: "Excerpt",
    day: koreanDay(intake),
    language: "en",
    collectedAt: seconds * 1000,
    ...more,
    key,
  };
}

/** Keeps what a merge gives, as the archive does. */
export function keep(kept: readonly ArchivedArticle[], page: readonly ScrapedArticle[], now = NOW): ArchivedArticle[] {
  const all = new Map(kept.map((article) => [article.key, article]));
  for (const article of merge(kept, page, SOURCE, now).changed) {
    const before = all.get(article.key);
    const fields = (["title", "excerpt"] as const).filter((field) => before && before[field] !== article[field]);
    const isEdit = before && before.updated !== article.updated;
    const edits = isEdit ? [...(before.edits ?? []), { at: article.updated, fields }] : before?.edits;
    all.set(article.key, { ...article, ...(edits && { edits }) });
  }
  return [...all.values()].sort(newestFirst);
}
