import type { ScrapedArticle } from "../article.ts";
import { DAY, instant } from "../time.ts";
import { type ArchivedArticle, differs, isRestless } from "./merge.ts";

/**
 * Noise: if most articles of a website change at every look (a counter, an advertisement in the excerpt), nobody edits
 * them. One look at which most articles changed is an edit of them; several within a day are noise. From then on such
 * changes are left out, until most articles have not changed for long enough.
 */

export interface Noise {
  /** Looks of the last day at which most known articles had changed. */
  looks: string[];
  /** Since when such changes are left out, and the last look at which most articles changed again. */
  since?: string;
  last?: string;
  /** During noise: digests of the texts at the last look, by article key. */
  shown?: Record<string, string>;
  /** Keys of single articles that change so often that further changes must wait. */
  restless?: string[];
}

/** So many looks within a day at which most known articles had changed are noise, from the last one on. */
const LOOKS = 3;
/** With fewer known articles on a page, "most" says nothing. */
const FEWEST = 8;
/** How long most articles must not change: longer than a day, because a counter of days changes once a day. */
const CALM = 1.5 * DAY;

/** Whether noise has ended, or a change was left out: then the page is parsed although it has not changed. */
export const mustReadAgain = (noise: Noise | undefined, now: number): boolean =>
  noise !== undefined && (isOver(noise, now) || noise.restless !== undefined);

const isOver = ({ last }: Noise, now: number): boolean => last !== undefined && now - Date.parse(last) >= CALM;

/** The articles of a look at a listing without noise, and what to keep for the next look. */
export function withoutNoise(
  shown: readonly ScrapedArticle[],
  kept: readonly ArchivedArticle[],
  noise: Noise | undefined,
  now: number,
): { articles: ScrapedArticle[]; noise: Noise | undefined } {
  const known = knownOf(shown, kept);
  const at = instant(now);
  const restless = known
    .filter(([a, before]) => isChanged(a, before) && isRestless(before, now))
    .map(([{ key }]) => key);
  const more = restless.length > 0 && { restless };
  if (noise?.since) {
    const seen = known.filter(([{ key }]) => noise.shown?.[key] !== undefined);
    const moved = seen.filter(([article]) => noise.shown?.[article.key] !== digest(article));
    const last = isMost(moved.length, seen.length) ? at : noise.last;
    const next: Noise = { looks: [], since: noise.since, ...(last && { last }), shown: digestsOf(known), ...more };
    return isOver(next, now)
      ? { articles: [...shown], noise: undefined }
      : { articles: muted(shown, kept, next), noise: next };
  }
  const recent = (noise?.looks ?? []).filter((look) => now - Date.parse(look) < DAY);
  const changed = known.filter(([article, before]) => isChanged(article, before)).length;
  const looks = known.length >= FEWEST && isMost(changed, known.length) ? [...recent, at] : recent;
  if (looks.length >= LOOKS) {
    const next: Noise = { looks: [], since: at, last: at, shown: digestsOf(known), ...more };
    return { articles: muted(shown, kept, next), noise: next };
  }
  return { articles: [...shown], noise: looks.length > 0 || more ? { looks, ...more } : undefined };
}

/** The articles of a page, with the kept words where noise has changed them. An edit among the noise stays an edit. */
export function muted(
  shown: readonly ScrapedArticle[],
  kept: readonly ArchivedArticle[],
  noise: Noise | undefined,
): ScrapedArticle[] {
  if (!noise?.since) return [...shown];
  const known = knownOf(shown, kept);
  const titles = noisy(known, "title");
  const excerpts = noisy(known, "excerpt");
  const before = new Map(kept.map((article) => [article.key, article]));
  return shown.map((article) => ({
    ...article,
    ...(titles.has(article.key) && { title: before.get(article.key)?.title ?? article.title }),
    ...(excerpts.has(article.key) && { excerpt: before.get(article.key)?.excerpt ?? article.excerpt }),
  }));
}

type Pairs = readonly (readonly [shown: ScrapedArticle, kept: ArchivedArticle])[];

/**
 * The keys of the articles whose title or excerpt is noise. If most articles have changed: those that differ only in
 * their numbers; or all that have changed, if most differ in more than numbers.
 */
function noisy(known: Pairs, field: "title" | "excerpt"): Set<string> {
  const changed = known.filter(([article, before]) => differs(field, before[field], article[field]));
  if (!isMost(changed.length, known.length)) return new Set();
  const inWords = new Set(
    changed
      .filter(([article, before]) => differs(field, uncounted(before[field]), uncounted(article[field])))
      .map(([{ key }]) => key),
  );
  const all = isMost(inWords.size, known.length);
  return new Set(changed.map(([{ key }]) => key).filter((key) => all || !inWords.has(key)));
}

const knownOf = (shown: readonly ScrapedArticle[], kept: readonly ArchivedArticle[]): Pairs => {
  const before = new Map(kept.map((article) => [article.key, article]));
  return shown.flatMap((article) => {
    const other = before.get(article.key);
    return other ? [[article, other] as const] : [];
  });
};

const isMost = (some: number, all: number): boolean => some > 0 && some * 2 >= all;

const isChanged = (shown: ScrapedArticle, { title, excerpt }: ArchivedArticle): boolean =>
  differs("title", title, shown.title) || differs("excerpt", excerpt, shown.excerpt);

/** A text without its numbers. */
const uncounted = (text: string): string => text.replace(/\p{Nd}+(?:[.,:]\p{Nd}+)*/gu, "#");

const digestsOf = (known: Pairs): Record<string, string> =>
  Object.fromEntries(known.map(([article]) => [article.key, digest(article)]));

/** Title and excerpt in a few characters (FNV-1a): enough to see a change. */
function digest({ title, excerpt }: ScrapedArticle): string {
  let hash = 0x811c9dc5;
  for (const character of `${title}\n${excerpt}`)
    hash = Math.imul(hash ^ (character.codePointAt(0) as number), 0x01000193);
  return (hash >>> 0).toString(36);
}
