import type { ScrapedArticle } from "../article.ts";
import { fingerprint } from "../scrape/fingerprint.ts";
import { lazyPattern } from "../scrape/lazy-pattern.ts";
import { DAY, instant } from "../time.ts";
import { type ArchivedArticle, differs, isEditLimited } from "./merge.ts";

/**
 * Noise: if most articles of a website change at every look (a counter, an advertisement in the excerpt), nobody edits
 * them. If most articles changed at one look, each change is an edit. If that happens several times within a day, it is
 * noise. From then on such changes are ignored, until most articles have been unchanged for long enough.
 */
export interface Noise {
  /** Looks of the last day at which most known articles had changed. */
  looks: string[];
  /** Since when such changes are ignored, and the last look at which most articles changed again. */
  since?: string;
  last?: string;
  /** During noise: digests of the texts at the last look, by article key. */
  shown?: Record<string, string>;
  /** Keys of single articles that change so often that further edits must wait. */
  editLimited?: string[];
}

/** If most known articles had changed at this many looks within a day, it is noise. */
const NOISY_LOOKS = 3;
/** If a page has fewer known articles, a majority of them says nothing. */
const MIN_ARTICLES = 8;
/** Noise ends after most articles have been unchanged for this time: over a day, because a counter of days changes daily. */
const QUIET_PERIOD = 1.5 * DAY;

/** Whether noise has ended, or an edit had to wait. Then the page is parsed although it has not changed. */
export const mustParseAgain = (noise: Noise | undefined, now: number): boolean =>
  noise !== undefined && (hasEnded(noise, now) || noise.editLimited !== undefined);

const hasEnded = ({ last }: Noise, now: number): boolean =>
  last !== undefined && now - Date.parse(last) >= QUIET_PERIOD;

/** Removes noise from the articles of a look. `noise` is what to keep for the next look. */
export function suppressNoise(
  shown: readonly ScrapedArticle[],
  kept: readonly ArchivedArticle[],
  noise: Noise | undefined,
  now: number,
): { articles: ScrapedArticle[]; noise: Noise | undefined } {
  const pairs = pairsOf(shown, kept);
  const limited = pairs.filter(([article, before]) => isChanged(article, before) && isEditLimited(before, now));
  const more = limited.length > 0 && { editLimited: limited.map(([{ key }]) => key) };
  const state = noise?.since ? stateDuring(noise, pairs, now) : stateBefore(noise, pairs, now);
  const next = state || more ? { looks: [], ...state, ...more } : undefined;
  const isOver = next?.since !== undefined && hasEnded(next, now);
  return isOver
    ? { articles: [...shown], noise: undefined }
    : { articles: withKeptTexts(shown, kept, next), noise: next };
}

function stateDuring(noise: Noise, pairs: Pairs, now: number): Noise {
  const seen = pairs.filter(([{ key }]) => noise.shown?.[key] !== undefined);
  const changed = seen.filter(([article]) => noise.shown?.[article.key] !== digest(article));
  const last = isMajority(changed.length, seen.length) ? instant(now) : noise.last;
  return { looks: [], since: noise.since as string, ...(last && { last }), shown: digestsOf(pairs) };
}

/** The state after a look without noise so far; undefined if there is nothing to keep. */
function stateBefore(noise: Noise | undefined, pairs: Pairs, now: number): Noise | undefined {
  const at = instant(now);
  const recent = (noise?.looks ?? []).filter((look) => now - Date.parse(look) < DAY);
  const changed = pairs.filter(([article, before]) => isChanged(article, before)).length;
  const looks = pairs.length >= MIN_ARTICLES && isMajority(changed, pairs.length) ? [...recent, at] : recent;
  if (looks.length >= NOISY_LOOKS) return { looks: [], since: at, last: at, shown: digestsOf(pairs) };
  return looks.length > 0 ? { looks } : undefined;
}

/** The articles of a page, with the kept texts in place of noise. An edit among the noise stays an edit. */
export function withKeptTexts(
  shown: readonly ScrapedArticle[],
  kept: readonly ArchivedArticle[],
  noise: Noise | undefined,
): ScrapedArticle[] {
  if (!noise?.since) return [...shown];
  const pairs = pairsOf(shown, kept);
  const titles = noisyTexts(pairs, "title");
  const excerpts = noisyTexts(pairs, "excerpt");
  return shown.map((article) => ({
    ...article,
    title: titles.get(article.key) ?? article.title,
    excerpt: excerpts.get(article.key) ?? article.excerpt,
  }));
}

type Pairs = readonly (readonly [shown: ScrapedArticle, kept: ArchivedArticle])[];

/**
 * The kept titles or excerpts of the articles whose change is noise, by key. If most articles have changed, these are
 * the articles that differ only in their numbers; if most of them differ in words too, all that have changed.
 */
function noisyTexts(pairs: Pairs, field: "title" | "excerpt"): Map<string, string> {
  const changed = pairs.filter(([article, before]) => differs(field, before[field], article[field]));
  if (!isMajority(changed.length, pairs.length)) return new Map();
  const onlyNumbers = changed.filter(
    ([article, before]) => !differs(field, withoutNumbers(before[field]), withoutNumbers(article[field])),
  );
  const noisy = isMajority(changed.length - onlyNumbers.length, pairs.length) ? changed : onlyNumbers;
  return new Map(noisy.map(([{ key }, before]) => [key, before[field]]));
}

function pairsOf(shown: readonly ScrapedArticle[], kept: readonly ArchivedArticle[]): Pairs {
  const byKey = new Map(kept.map((article) => [article.key, article]));
  return shown.flatMap((article) => {
    const before = byKey.get(article.key);
    return before ? [[article, before] as const] : [];
  });
}

const isMajority = (some: number, all: number): boolean => some > 0 && some * 2 >= all;

const isChanged = (shown: ScrapedArticle, { title, excerpt }: ArchivedArticle): boolean =>
  differs("title", title, shown.title) || differs("excerpt", excerpt, shown.excerpt);

const withoutNumbers = (text: string): string => text.replace(lazyPattern.gu`\p{Nd}+(?:[.,:]\p{Nd}+)*`, "#");

const digestsOf = (pairs: Pairs): Record<string, string> =>
  Object.fromEntries(pairs.map(([article]) => [article.key, digest(article)]));

/** Title and excerpt in a few characters: enough to see a change. */
const digest = ({ title, excerpt }: ScrapedArticle): string => fingerprint(`${title}\n${excerpt}`);
