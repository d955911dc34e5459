import type { Article, ScrapedArticle } from "../article.ts";
import { canBeMisread, isMisread, looksMisread } from "../scrape/mojibake.ts";
import { type Failed, failure } from "../scrape/page.ts";
import { plainText } from "../scrape/text.ts";

/** Detects pages that were sent or read in a wrong charset. They contain no news. */

type Texts = Pick<Article, "title" | "excerpt">;

const isGarbled = (before: Texts, after: Texts): boolean =>
  isMisread(before.title, after.title) || isMisread(before.excerpt, after.excerpt);

const looksGarbled = ({ title, excerpt }: Texts): boolean => looksMisread(`${title} ${excerpt}`);

/**
 * Why a listing is garbled: most of the kept articles have changed as a wrong charset changes them, or most of the new
 * articles look garbled. A single garbled article may be an error of the website.
 */
export function garbledListing(shown: readonly ScrapedArticle[], kept: readonly Article[]): Failed | undefined {
  const known = new Map(kept.map((article) => [article.key, article]));
  const fresh = shown.filter(({ key }) => !known.has(key));
  const pairs = shown.flatMap((article) => {
    const before = known.get(article.key);
    return before && canBeGarbled(before) ? [{ before, article }] : [];
  });
  const garbled = pairs.filter(({ before, article }) => isGarbled(before, article)).length;
  const looking = fresh.filter(looksGarbled).length;
  if (!isMost(garbled, pairs.length) && !isMost(looking, fresh.length)) return undefined;
  return failure("garbled", "the page's characters are garbled, as if it was read in a wrong charset");
}

const canBeGarbled = (article: Texts): boolean =>
  (canBeMisread(article.title) || canBeMisread(article.excerpt)) && !looksGarbled(article);

const isMost = (some: number, all: number): boolean => some >= 2 && some * 2 >= all;

/** The articles of a listing, with the kept texts of those that are garbled. */
export function withoutGarbled(shown: readonly ScrapedArticle[], kept: readonly Article[]): ScrapedArticle[] {
  const known = new Map(kept.map((article) => [article.key, article]));
  return shown.map((article) => {
    const before = known.get(article.key);
    if (!before || !isGarbled(before, article)) return article;
    return { ...article, title: before.title, excerpt: before.excerpt };
  });
}

/** Why an article page is garbled, compared with the kept article. */
export function garbledArticlePage(
  { article, body = "" }: { article: Texts; body?: string },
  kept: Texts,
): Failed | undefined {
  const looks = looksGarbled(article) || looksMisread(plainText(body));
  if (!isGarbled(kept, article) && (looksGarbled(kept) || !looks)) return undefined;
  return failure("garbled", "the article's characters are garbled, as if its page was read in a wrong charset");
}
